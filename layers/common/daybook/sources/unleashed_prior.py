"""What was in stock before an adjustment, where that can be known.

Unleashed states the new quantity and value of an adjustment, and stock on hand as at a date. So
what was there before is the stock of the day before, if nothing else moved the product in the
warehouse on the day itself: no other document of that day has it, and at the day's end there is
just what the adjustment states. Else it is not known, and never guessed.

https://apidocs.unleashedsoftware.com/StockOnHand, .../StockAdjustments
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from daybook.sources.contract import Client
from daybook.sources.unleashed_amounts import ZERO, minus
from daybook.sources.unleashed_envelope import guid_of, instant
from daybook.sources.unleashed_lines import location_of
from daybook.sources.unleashed_stock import PRIOR, UNKNOWN
from daybook.sources.wild import Wild

LINES = "StockAdjustmentLines"
# Products of one question about stock: their Guids stand in the query.
PER_QUESTION = 50

# What else moves stock, with the dates on which it may have done so.
_MOVES: Mapping[str, tuple[str, ...]] = {
    "SalesShipments": ("DispatchDate",),
    "PurchaseOrders": ("ReceivedDate", "CompletedDate"),
    "CreditNotes": ("CreditDate",),
    "SupplierReturns": ("ReturnDate",),
    "Assemblies": ("AssemblyDate", "AssembleBy"),
    "StockAdjustments": ("AdjustmentDate",),
    "WarehouseStockTransfers": ("TransferDate",),
}
_NUMBERS = (
    "ShipmentNumber",
    "OrderNumber",
    "CreditNoteNumber",
    "SupplierReturnNumber",
    "AssemblyNumber",
    "AdjustmentNumber",
    "TransferNumber",
)
_CENT = Decimal("0.01")

type Stock = Mapping[str, tuple[Decimal, Decimal]]


def lacks_prior(data: Wild) -> bool:
    """Whether a line of an adjustment does not say what was there before."""
    return any(not line.has(PRIOR) for line in data.items(LINES))


def add_prior(data: Wild, client: Client) -> None:
    """Put `Prior` beside each line: `{"Quantity", "Value"}`, or `{"Unknown": why}`.

    Raises Held `source_unavailable`, Unreadable.
    """
    day = instant(data, "AdjustmentDate").date()
    lines = data.items(LINES)
    guids = [guid_of(line.get("Product"), ("product",)) for line in lines]
    place = location_of(data)
    before = _stock(client, guids, place, day - timedelta(days=1))
    after = _stock(client, guids, place, day)
    others = dict(_others(client, data, place, day))
    for line, guid in zip(lines, guids, strict=True):
        why = _why_unknown(line, guid, guids, after, others)
        quantity, value = before.get(guid, (ZERO, ZERO))
        line.value[PRIOR] = {UNKNOWN: why} if why else {"Quantity": quantity, "Value": value}


def _why_unknown(
    line: Wild, guid: str, guids: Sequence[str], after: Stock, others: Mapping[str, str]
) -> str:
    if guids.count(guid) > 1:
        return "is not known: the product stands twice in the adjustment; book it by hand"
    if guid in others:
        return (
            f"is not known: {others[guid]} moved the product in the same warehouse on the same "
            "day; book the adjustment by hand"
        )
    stated = line.amount("NewQuantity"), line.amount("NewActualValue")
    quantity, value = after.get(guid, (ZERO, ZERO))
    if quantity != stated[0] or abs(minus(value, stated[1])) > _CENT:
        return (
            "is not known: at the end of the day there is other stock than the adjustment states; "
            "book it by hand"
        )
    return ""


def _stock(client: Client, guids: Sequence[str], place: str, day: date) -> Stock:
    """Quantity and value by product; one that never moved is in no list."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for start in range(0, len(guids), PER_QUESTION):
        asked = {
            "asAtDate": day.isoformat(),
            "warehouseCode": place,
            "productId": ",".join(guids[start : start + PER_QUESTION]),
        }
        for number, answer in enumerate(client.list_all("StockOnHand", asked)):
            row = Wild(answer, f"StockOnHand.{number}")
            stock = row.amount("QtyOnHand"), row.amount("TotalCost")
            found[row.id_text("ProductGuid").lower()] = stock
    return found


def _others(client: Client, data: Wild, place: str, day: date) -> Iterator[tuple[str, str]]:
    """The products of every other document that may have moved stock here on the day, with what it
    is called."""
    own = data.id_text("Guid").lower()
    for resource, dates in _MOVES.items():
        # What moved stock on the day was changed on it, or later.
        changed = client.list_all(resource, {"modifiedSince": day.isoformat()})
        for number, answer in enumerate(changed):
            row = Wild(answer, f"{resource}.{number}")
            if row.id_text("Guid", "").lower() == own or not _is_on(row, dates, day):
                continue
            if not _is_at(row, place):
                continue
            name = next((row.id_text(one) for one in _NUMBERS if row.has(one)), resource)
            for guid in _products(answer):
                yield guid, name[:80]


def _is_on(row: Wild, dates: Sequence[str], day: date) -> bool:
    """Whether a document is of the day, or of none that is stated."""
    stated = [instant(row, name).date() for name in dates if row.has(name)]
    return not stated or day in stated


def _is_at(row: Wild, place: str) -> bool:
    """Whether a document is of the warehouse, or of none that is stated."""
    names = [name for name in row.value if name.endswith("Warehouse") and row.has(name)]
    return not names or any(location_of(row, name) == place for name in names)


def _products(value: Any) -> Iterator[str]:
    """The Guid of every product in a document, however deep. JSON of the client is bounded."""
    if isinstance(value, list):
        for item in value:
            yield from _products(item)
    elif isinstance(value, dict):
        product = value.get("Product")
        if isinstance(product, dict) and isinstance(product.get("Guid"), str):
            yield product["Guid"].lower()
        for item in value.values():
            yield from _products(item)
