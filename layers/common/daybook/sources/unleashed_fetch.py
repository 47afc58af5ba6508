"""What an event of Unleashed's lacks, and how it is read over the API.

A webhook names an object. The object's lines name products without their group, an invoice has
neither warehouse nor cost (its order has both), and an adjustment does not say what was there
before (`unleashed_prior`).
"""

from collections.abc import Sequence
from typing import Any

from daybook.sources.contract import Client
from daybook.sources.unleashed_envelope import guid_of
from daybook.sources.unleashed_kinds import (
    ADJUSTMENT,
    ASSEMBLY,
    CREDIT_NOTE,
    INVOICE,
    PURCHASE_ORDER,
    SHIPMENT,
    Kind,
)
from daybook.sources.unleashed_lines import LANDED, first
from daybook.sources.unleashed_prior import add_prior, lacks_prior
from daybook.sources.unleashed_purchases import lacks_costs
from daybook.sources.wild import Wild

MAX_PRODUCTS = 200

# What the order of a sale knows and the sale does not.
_OF_ORDERS = frozenset({INVOICE.object_type, CREDIT_NOTE.object_type, SHIPMENT.object_type})


def lacks(kind: Kind, data: Wild) -> bool:
    """Whether the API must be asked before the data can be read. Raises Unreadable."""
    if kind.is_thin(data):
        return True
    if not kind.status or not kind.is_completed(data):
        return False
    products = [record.get("Product") for record in _with_product(kind, data)]
    return (
        any(_lacks_group(product) for product in products)
        or _lacks_order(kind, data)
        or (kind is PURCHASE_ORDER and lacks_costs(data, kind.lines[0]))
        or (kind is ADJUSTMENT and lacks_prior(data))
    )


def named(kind: Kind, data: Wild, client: Client) -> Wild:
    """The object that thin data names, as the API has it. Raises Held, Unreadable."""
    if not kind.is_thin(data):
        return data
    return Wild(client.get(f"{kind.resource}/{guid_of(data, kind.words)}"), "data")


def add_parts(kind: Kind, data: Wild, client: Client) -> None:
    """Add what a completed object lacks, in place. Raises Held `source_unavailable`, Unreadable."""
    _add_groups(_with_product(kind, data), client)
    if _lacks_order(kind, data):
        _add_from_order(kind, data, client)
    if kind is PURCHASE_ORDER and lacks_costs(data, kind.lines[0]):
        answer = client.get(f"{kind.resource}/{guid_of(data, kind.words)}/Costs")
        costs = answer.get("Items") if isinstance(answer, dict) else answer
        data.value["Costs"] = costs if isinstance(costs, list) else []
    if kind is ADJUSTMENT and lacks_prior(data):
        add_prior(data, client)


def _with_product(kind: Kind, data: Wild) -> list[Wild]:
    lines = data.items(first(data, *kind.lines))
    whole = [data] if kind is ASSEMBLY else []
    return [record for record in [*whole, *lines] if record.has("Product")]


def _lacks_group(product: Wild) -> bool:
    # null is a product without a group.
    return "ProductGroup" not in product.value


def _add_groups(lines: Sequence[Wild], client: Client) -> None:
    known: dict[str, Any] = {}
    for line in lines:
        product = line.get("Product")
        if not _lacks_group(product):
            continue
        guid = guid_of(product, ("product",))
        if guid not in known:
            if len(known) == MAX_PRODUCTS:
                raise line.unreadable("Product", f"over {MAX_PRODUCTS} products lack their group")
            known[guid] = Wild(client.get(f"Products/{guid}")).value
        for name in ("ProductGroup", "NeverDiminishing"):
            product.value[name] = known[guid].get(name)


def _lacks_order(kind: Kind, data: Wild) -> bool:
    if kind.object_type not in _OF_ORDERS:
        return False
    if "Warehouse" not in data.value:
        return True
    priced = kind is not CREDIT_NOTE
    return priced and any(_lacks_cost(line) for line in _with_product(kind, data))


def _lacks_cost(line: Wild) -> bool:
    return LANDED not in line.value


def _add_from_order(kind: Kind, data: Wild, client: Client) -> None:
    order = _order_of(data, client)
    data.value.setdefault("Warehouse", order.value.get("Warehouse"))
    lines = order.items("SalesOrderLines") if order.has("SalesOrderLines") else []
    for line in _with_product(kind, data):
        if _lacks_cost(line):
            line.value[LANDED] = _cost_in(lines, line)


def _order_of(data: Wild, client: Client) -> Wild:
    if data.has("OrderGuid"):
        return Wild(client.get(f"SalesOrders/{guid_of(data, ('order',))}"), "order")
    sales_order = data.get("SalesOrder") if data.has("SalesOrder") else data
    number = sales_order.id_text("OrderNumber", "")
    found = client.list_all("SalesOrders", {"orderNumber": number}) if number else []
    return Wild(found[0] if len(found) == 1 else {}, "order")


def _cost_in(lines: Sequence[Wild], line: Wild) -> Any:
    """The unit cost that the order's line of the same product states; None where it is not clear
    which line that is."""
    guid = guid_of(line.get("Product"), ("product",))
    same = [one for one in lines if one.has("Product") and _guid(one) == guid]
    number = line.value.get("SalesOrderLineNumber") or line.value.get("LineNumber")
    here = [one for one in same if one.value.get("LineNumber") == number]
    costs = {str(one.value.get(LANDED)): one.value.get(LANDED) for one in here or same}
    return next(iter(costs.values())) if len(costs) == 1 else None


def _guid(line: Wild) -> str:
    return line.get("Product").id_text("Guid", "").lower()
