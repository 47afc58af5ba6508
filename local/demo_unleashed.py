"""What Unleashed itself says of the demo's day: its objects, as webhooks and API state them.

Read from the deliveries and the simulator's account alone. Nothing here asks daybook, so that its
books can be held against it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from local.pos_simulator.shop import loads
from local.pos_simulator.unleashed_shop import changed_at, seeded
from local.sender import samples

type Row = dict[str, Any]
type Side = Literal["", "receivable", "payable"]

_COMPLETE = frozenset({"complete", "completed", "dispatched"})
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Kind:
    """One of Unleashed's kinds. field: what it is called by. form: of its object in QuickBooks."""

    word: str
    resource: str
    field: str
    status: str
    form: str
    side: Side = ""
    sign: int = 1


# By a word of the event type, the longest first; no other kind of the day is exported.
KINDS = (
    Kind("supplierreturn", "SupplierReturns", "SupplierReturnNumber", "Status", "VendorCredit",
         "payable", -1),
    Kind("purchaseorder", "PurchaseOrders", "OrderNumber", "OrderStatus", "Bill", "payable"),
    Kind("stockadjustment", "StockAdjustments", "AdjustmentNumber", "Status", "JournalEntry"),
    Kind("salesshipment", "SalesShipments", "ShipmentNumber", "ShipmentStatus", "JournalEntry"),
    Kind("disassembly", "Assemblies", "AssemblyNumber", "AssemblyStatus", "JournalEntry"),
    Kind("creditnote", "CreditNotes", "CreditNoteNumber", "Status", "CreditMemo", "receivable", -1),
    Kind("assembly", "Assemblies", "AssemblyNumber", "AssemblyStatus", "JournalEntry"),
    Kind("customer", "Customers", "CustomerName", "", "Customer"),
    Kind("supplier", "Suppliers", "SupplierName", "", "Vendor"),
    Kind("invoice", "Invoices", "InvoiceNumber", "InvoiceStatus", "Invoice", "receivable"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """An object that is completed. ids: its Guid, and those of the webhooks that told of it. total,
    tax: in base currency, what a party owes for it. stock: what it adds to the stock's value, None
    where Unleashed does not say so."""

    kind: Kind
    ids: frozenset[str]
    reference: str
    total: Decimal
    tax: Decimal
    stock: Decimal | None

    @property
    def owed(self) -> Decimal:
        """What it adds to what customers owe, or to what suppliers are owed."""
        return self.kind.sign * self.total


def stated_day() -> list[Stated]:
    """Everything completed of which the day's webhooks tell, each object once, as it was last."""
    newest: dict[str, tuple[Kind, Row]] = {}
    ids: dict[str, set[str]] = defaultdict(set)
    for kind, row, webhook in _told():
        guid = row["Guid"].lower()
        ids[guid] |= {guid, webhook}
        if guid not in newest or changed_at(newest[guid][1]) <= changed_at(row):
            newest[guid] = kind, row
    done = [(guid, *told) for guid, told in newest.items() if _is_complete(*told)]
    found = [_stated(frozenset(ids[guid]), kind, row) for guid, kind, row in done]
    return sorted(found, key=lambda one: (one.kind.resource, one.reference))


def _told() -> Iterator[tuple[Kind, Row, str]]:
    """Each webhook's object, and the webhook's id; what is only named is looked up in the
    account."""
    account = seeded()
    for sample in samples("unleashed"):
        body = {name.lower(): value for name, value in loads(sample.body.encode()).items()}
        word = "".join(filter(str.isalpha, body["eventtype"])).lower()
        kind = next((one for one in KINDS if word.startswith(("sales" + one.word, one.word))), None)
        if kind is None:
            continue
        data = body["data"]
        data = loads(data.encode()) if isinstance(data, str) else data
        row = {name[:1].upper() + name[1:]: value for name, value in data.items()}
        if "Guid" in row:
            yield kind, row, body["eventnotificationid"]
            continue
        named = next(value for name, value in row.items() if name.endswith("Guid"))
        there = account.get(kind.resource, named)
        if there:
            yield kind, there, body["eventnotificationid"]


def _is_complete(kind: Kind, row: Row) -> bool:
    return not kind.status or str(row.get(kind.status)).lower() in _COMPLETE


def _stated(ids: frozenset[str], kind: Kind, row: Row) -> Stated:
    return Stated(
        kind,
        ids,
        row[kind.field],
        _base(row, "Total") if kind.side else Decimal(0),
        _base(row, "TaxTotal") if kind.side else Decimal(0),
        _stock(kind, row),
    )


def _base(row: Row, field: str) -> Decimal:
    """Unleashed's base-currency twin of an amount: `BC...`, of a supplier return `Base...`."""
    return Decimal(row[f"BC{field}"] if f"BC{field}" in row else row[f"Base{field}"])


def _stock(kind: Kind, row: Row) -> Decimal | None:
    if kind.word == "salesshipment":
        lines = row["SalesShipmentLines"]
        if any("AverageLandedPriceAtTimeOfSale" not in line for line in lines):
            return None
        costs = (line["ShipmentQty"] * line["AverageLandedPriceAtTimeOfSale"] for line in lines)
        return -sum((Decimal(cost).quantize(_CENT) for cost in costs), Decimal(0))
    if kind.word == "stockadjustment":
        lines = row["StockAdjustmentLines"]
        if any("Prior" not in line for line in lines):
            return None
        moved = (line["NewActualValue"] - line["Prior"]["Value"] for line in lines)
        return sum((Decimal(value).quantize(_CENT) for value in moved), Decimal(0))
    return None
