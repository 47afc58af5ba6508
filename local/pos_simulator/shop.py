"""What one shop holds: rows by REST path, as the vendor's clients address them.

A list has a path ("sales/tickets"); a row of it adds its id ("sales/tickets/100245"); lists that
belong to a row add their name ("sales/tickets/100245/lines").
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

# Every list that Heartland's public clients name; another path is 404.
# https://github.com/mihaighita/heartland-retail-php, src/Resource.
LISTS = frozenset(
    {
        "customers",
        "gift_card_adjustment_reasons",
        "gift_card_adjustments",
        "gift_cards",
        "inventory/adjustment_reasons",
        "inventory/adjustment_sets",
        "inventory/transfers",
        "items",
        "locations",
        "payment_types",
        "payments",
        "purchasing/receipts",
        "purchasing/returns",
        "purchasing/vendors",
        "sales/invoices",
        "sales/orders",
        "sales/tickets",
        "shipping_methods",
        "tax_jurisdictions",
        "tax_rules",
        "webhook_events",
    }
)
NESTED = frozenset({"lines", "payments", "events", "event_lines", "shipments"})
SEED = Path(__file__).with_name("seed.json")

type Row = dict[str, Any]


@dataclass(slots=True)
class Shop:
    """The rows of one shop. Numbers are int and Decimal, as written in the seed."""

    lists: dict[str, list[Row]] = field(default_factory=dict)

    def put(self, path: str, row: Row) -> None:
        """Store a row at "<list>/<id>", its lines and payments as lists of their own.

        Raises KeyError if no such list exists.
        """
        name, _, row_id = path.rpartition("/")
        if name not in LISTS or not row_id:
            raise KeyError(path)
        plain = {key: value for key, value in row.items() if key not in NESTED}
        for nested in NESTED & row.keys():
            self.lists[f"{path}/{nested}"] = list(row[nested])
        kept = [other for other in self.lists.get(name, []) if str(other.get("id")) != row_id]
        self.lists[name] = [*kept, {"id": _id(row_id), **plain}]

    def row(self, path: str) -> Row | None:
        """The row at "<list>/<id>", or None."""
        name, _, row_id = path.rpartition("/")
        rows = self.lists.get(name, []) if name in LISTS else []
        return next((row for row in rows if str(row.get("id")) == row_id), None)

    def rows(self, path: str, params: Mapping[str, str]) -> list[Row] | None:
        """The rows of a list in the order of `sort`, filtered by `~[field]`; None if no list."""
        parent, _, nested = path.rpartition("/")
        if path not in LISTS and not (nested in NESTED and self.row(parent) is not None):
            return None
        rows = [row for row in self.lists.get(path, []) if _matches(row, params)]
        for order in reversed(_sorting(params)):
            name, _, way = order.partition(",")
            rows.sort(key=lambda row: _sort_key(_field(row, name)), reverse=way == "desc")
        if params.get("_include[]") == "item":
            rows = [self._with_item(row) for row in rows]
        return rows

    def _with_item(self, row: Row) -> Row:
        item = self.row(f"items/{row['item_id']}") if "item_id" in row else None
        return row | {"item": item} if item else row


def seeded() -> Shop:
    """The shop of seed.json: its reference data, its items, and tickets to be fetched."""
    shop = Shop()
    for path, row in loads(SEED.read_bytes()).items():
        shop.put(path, row)
    return shop


def loads(body: bytes) -> Any:
    """JSON with exact numbers. Raises ValueError."""
    return json.loads(body, parse_float=Decimal)


def _id(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _matches(row: Row, params: Mapping[str, str]) -> bool:
    asked = {key[2:-1]: value for key, value in params.items() if key.startswith("~[")}
    if not all(str(row.get(name)) == value for name, value in asked.items()):
        return False
    wanted = json.loads(params.get("_filter", "{}"))
    return all(_fits(_field(row, name), value) for name, value in wanted.items())


def _fits(there: Any, wanted: Any) -> bool:
    """Whether a value is what is wanted, or above or below it: `{"$gt": 10}`.

    https://github.com/springboardretail/springboard-client-ruby, "Filtering".
    """
    if not isinstance(wanted, dict):
        return bool(there == wanted)
    tests = {"$gt": lambda a, b: a > b, "$lt": lambda a, b: a < b}
    unknown = wanted.keys() - tests.keys()
    if unknown:
        raise ValueError(f"unknown filters {sorted(unknown)}")
    return there is not None and all(
        tests[word](_comparable(there), _comparable(value)) for word, value in wanted.items()
    )


def _comparable(value: Any) -> Any:
    """An instant as one, whatever its zone; anything else as it is."""
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def _field(row: Row, name: str) -> Any:
    """A field; a row that was never changed was last changed when it was made."""
    if name == "updated_at":
        return row.get(name) or row.get("completed_at") or row.get("created_at")
    return row.get(name)


def _sort_key(value: Any) -> tuple[str, Any]:
    """Values of one kind stand together, so that any list can be put in order."""
    comparable = "" if value is None else _comparable(value)
    if isinstance(comparable, datetime):
        return "instant", comparable.astimezone(UTC).timestamp()
    if isinstance(comparable, int | Decimal):
        return "number", comparable
    return "text", str(comparable)


def _sorting(params: Mapping[str, str]) -> list[str]:
    order = params.get("sort") or params.get("sort[]")
    return [order] if order else ["id,asc"]
