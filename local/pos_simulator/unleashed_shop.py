"""What an Unleashed account holds: objects by resource and Guid, and the moves of its stock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from local.pos_simulator.shop import loads

# https://apidocs.unleashedsoftware.com: a page for each.
RESOURCES = frozenset(
    {
        "Assemblies",
        "CreditNotes",
        "Customers",
        "Invoices",
        "ProductGroups",
        "Products",
        "PurchaseOrders",
        "SalesOrders",
        "SalesShipments",
        "StockAdjustments",
        "SupplierReturns",
        "Suppliers",
        "WarehouseStockTransfers",
        "Warehouses",
    }
)
SEED = Path(__file__).with_name("unleashed_seed.json")
# The filters that lists know, and the field that each is equal to.
FILTERS = {"orderNumber": "OrderNumber", "invoiceNumber": "InvoiceNumber"}

type Row = dict[str, Any]


@dataclass(slots=True)
class UnleashedShop:
    """The objects, by resource and lower-case Guid. moves: `{"Product", "WarehouseCode", "On",
    "Quantity", "Value"}`, what stock on hand is the sum of. costs: an order's own, by its Guid."""

    objects: dict[str, dict[str, Row]] = field(default_factory=dict)
    moves: list[Row] = field(default_factory=list)
    costs: dict[str, list[Row]] = field(default_factory=dict)

    def put(self, resource: str, guid: str, row: Row) -> None:
        """Store an object; without `LastModifiedOn` it was changed now. Raises KeyError."""
        if resource not in RESOURCES:
            raise KeyError(resource)
        changed = row.get("LastModifiedOn") or _ticks(datetime.now(UTC))
        whole = {**row, "Guid": row.get("Guid", guid), "LastModifiedOn": changed}
        self.objects.setdefault(resource, {})[guid.lower()] = whole

    def get(self, resource: str, guid: str) -> Row | None:
        """An object, or None."""
        return self.objects.get(resource, {}).get(guid.lower())

    def rows(self, resource: str, params: Mapping[str, str]) -> list[Row]:
        """A list, newest first, filtered. Raises ValueError for a date that is none."""
        since = params.get("modifiedSince")
        after = _instant(since) if since else None
        found = [
            row
            for row in self.objects.get(resource, {}).values()
            if (after is None or changed_at(row) > after) and _is_asked_for(row, params)
        ]
        return sorted(found, key=changed_at, reverse=True)

    def stock(self, params: Mapping[str, str]) -> list[Row]:
        """Stock on hand as at the end of a day, of one warehouse or of all together.

        A product that never moved has no row. Raises ValueError for a date that is none.
        """
        day = date.fromisoformat(params.get("asAtDate", "9999-12-31"))
        place = params.get("warehouseCode")
        wanted = {guid.lower() for guid in params.get("productId", "").split(",") if guid}
        sums: dict[str, tuple[Decimal, Decimal]] = {}
        for move in self._moves_until(day):
            guid = move["Product"].lower()
            if place not in (None, move["WarehouseCode"]) or (wanted and guid not in wanted):
                continue
            quantity, value = sums.get(guid, (Decimal(0), Decimal(0)))
            sums[guid] = quantity + move["Quantity"], value + move["Value"]
        return [self._stock_row(guid, place or "", *pair) for guid, pair in sorted(sums.items())]

    def _moves_until(self, day: date) -> Iterator[Row]:
        return (move for move in self.moves if date.fromisoformat(move["On"]) <= day)

    def _stock_row(self, guid: str, place: str, quantity: Decimal, value: Decimal) -> Row:
        product = self.get("Products", guid) or {}
        return {
            "ProductGuid": guid,
            "Guid": guid,
            "ProductCode": product.get("ProductCode"),
            "ProductDescription": product.get("ProductDescription"),
            "ProductGroupName": (product.get("ProductGroup") or {}).get("GroupName"),
            "WarehouseCode": place,
            "AllocatedQty": 0,
            "AvailableQty": quantity,
            "QtyOnHand": quantity,
            "AvgCost": value / quantity if quantity else 0,
            "TotalCost": value,
            "LastModifiedOn": product.get("LastModifiedOn"),
        }


def seeded() -> UnleashedShop:
    """The account of unleashed_seed.json."""
    shop = UnleashedShop()
    seed = loads(SEED.read_bytes())
    for resource in RESOURCES & seed.keys():
        for row in seed[resource]:
            shop.put(resource, row["Guid"], row)
    shop.moves = list(seed["StockMoves"])
    shop.costs = dict(seed.get("PurchaseOrderCosts", {}))
    return shop


def changed_at(row: Row) -> datetime:
    """When an object was changed, from `/Date(ms)/` or a time in UTC. Raises ValueError."""
    return _instant(str(row["LastModifiedOn"]))


def _instant(text: str) -> datetime:
    if text.startswith("/Date("):
        ticks = int(text.removeprefix("/Date(").partition(")")[0])
        return datetime.fromtimestamp(ticks // 1000, UTC).replace(microsecond=ticks % 1000 * 1000)
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


def _ticks(at: datetime) -> str:
    return f"/Date({int(at.timestamp() * 1000)})/"


def _is_asked_for(row: Row, params: Mapping[str, str]) -> bool:
    return all(
        str(row.get(field)) == params[name] for name, field in FILTERS.items() if name in params
    )
