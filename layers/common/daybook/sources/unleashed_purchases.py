"""Unleashed's purchase orders and supplier returns: what is owed to a supplier, and comes back.

Purchase orders: https://apidocs.unleashedsoftware.com/Purchases
Supplier returns: https://apidocs.unleashedsoftware.com/SupplierReturns
"""

from dataclasses import dataclass
from decimal import Decimal

from daybook.sources.contract import Context
from daybook.sources.unleashed_amounts import (
    Fields,
    Money,
    minus,
    money_of,
    taxes_of,
    tied,
    times,
)
from daybook.sources.unleashed_lines import (
    description_of,
    due_date,
    first,
    group_of,
    lines_of,
    location_of,
    party,
    when,
)
from daybook.sources.wild import Wild


@dataclass(frozen=True, slots=True)
class _Form:
    """What it becomes: sign -1 is given back. twin: the prefix of amounts in base currency. dated:
    the names of its date."""

    document: str
    sign: int
    twin: str
    dated: tuple[str, ...]


_BILL = _Form("bill", 1, "BC", ("SupplierInvoiceDate", "CompletedDate", "OrderDate"))
_CREDIT = _Form("vendor_credit", -1, "Base", ("ReturnDate",))
COSTS = ("PurchaseOrderCosts", "SupplierReturnCosts", "Costs")


def purchase_order(body: Wild, context: Context) -> Fields:
    """A completed order: the supplier's bill. Raises Unreadable."""
    lines = lines_of(body, "PurchaseOrderLines")
    fields = _purchase(body, context, _BILL, lines)
    fields["body"] |= due_date(body, "PaymentDueDate")
    return fields | {"reference": body.id_text("OrderNumber", "")}


def supplier_return(body: Wild, context: Context) -> Fields:
    """A completed return: the supplier's credit. Raises Unreadable."""
    lines = lines_of(body, "SupplierReturnLines")
    fields = _purchase(body, context, _CREDIT, lines)
    if body.has("PurchaseOrder"):
        original = body.get("PurchaseOrder").id_text("OrderNumber", "")
        fields["body"]["original"] = original
    return fields | {
        "reference": body.id_text(first(body, "SupplierReturnNumber", "ReturnNumber"), "")
    }


def lacks_costs(body: Wild, lines: str) -> bool:
    """Whether the lines do not come to the subtotal and no costs are there: Unleashed has them at
    a path of their own."""
    if any(body.has(name) for name in COSTS) or not body.has("SubTotal"):
        return False
    net = [_net(line, Money("", "")) for line in body.items(lines)]
    return tied(net, body.amount("SubTotal"), "USD") is None


def _purchase(body: Wild, context: Context, form: _Form, lines: list[Wild]) -> Fields:
    location = location_of(body)
    at, day = when(body, location, context, *form.dated)
    money = money_of(body, context, form.twin, context.documents(location, day))
    costs = _costs(body)
    parts = [*lines, *costs]
    # Total is what the supplier is owed; that the parts come to it is checked here, for a bill
    # states no total of its own.
    owed = money.amount(body, "Total")
    tax = money.amount(body, "TaxTotal") if body.has("TaxTotal") else Decimal(0)
    amounts = tied([_net(part, money) for part in parts], minus(owed, tax), money.currency)
    if amounts is None:
        raise body.unreadable("Total", "is not what lines, costs and tax come to")
    purchase: Fields = {
        "kind": "purchase",
        "document": form.document,
        "lines": [
            _item(line, form.sign * amount)
            for line, amount in zip(lines, amounts[: len(lines)], strict=True)
        ]
        + [
            _cost(cost, form.sign * amount)
            for cost, amount in zip(costs, amounts[len(lines) :], strict=True)
        ],
        "taxes": taxes_of(body, parts, money, form.sign),
    }
    return {
        **at,
        **money.fields,
        "location": location,
        "supplier": party(body, "Supplier", "Supplier"),
        "body": purchase,
    }


def _net(part: Wild, money: Money) -> Decimal:
    """What a line or a cost comes to before tax."""
    if money.twin and part.has(money.twin + "SubTotal"):
        return part.amount(money.twin + "SubTotal")
    for name in ("LineTotal", "SubTotal", "CostTotal", "Amount"):
        if part.has(name):
            return money.amount(part, name)
    quantity = part.amount(first(part, "ReturnQuantity", "OrderQuantity"))
    price = first(part, "ReturnPrice", "DiscountedUnitPrice", "UnitPrice")
    return times(quantity, money.amount(part, price))


def _item(line: Wild, amount: Decimal) -> Fields:
    quantity = first(line, "ReturnQuantity", "ReceiptQuantity", "OrderQuantity")
    return {
        "kind": "item",
        "key": group_of(line),
        "description": description_of(line),
        "quantity": line.amount(quantity, Decimal(1)),
        "amount": amount,
    }


def _cost(cost: Wild, amount: Decimal) -> Fields:
    said = cost.text(first(cost, "Description", "CostDescription", "Reference"), "")
    kind = "freight" if "freight" in said.lower() or "shipping" in said.lower() else "fee"
    return {"kind": kind, "key": kind, "description": said, "amount": amount}


def _costs(body: Wild) -> list[Wild]:
    """The order's own costs; those of another supplier are on that supplier's order."""
    name = first(body, *COSTS)
    if not body.has(name):
        return []
    own = body.get("Supplier").id_text("Guid").lower()
    return [cost for cost in body.items(name) if _supplier(cost) in ("", own)]


def _supplier(cost: Wild) -> str:
    return cost.get("Supplier").id_text("Guid", "").lower() if cost.has("Supplier") else ""
