"""Point of Rental's Global API: bare arrays, filters in `X-Filter`, pages in `X-Paging`.

Paths, headers, status codes and the limit of 100 rows are those of https://api.pointofrental.com/;
that reference has no accounting schema, so the fields of these lists are made up for the laptop.

    accounting/exports     one general ledger export each: ModelType, Id, ModifiedOn, RowCount, ...
    accounting/rows        the rows of all exports, by ExportId
    accounting/documents   invoices and payments as they are made
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from local.pos_simulator import responses
from local.pos_simulator.shop import Row, loads

DEFAULT_KEY = "point-of-rental-key"
MAX_PAGE = 100
LISTS = frozenset({"accounting/exports", "accounting/rows", "accounting/documents"})

_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "==": lambda a, b: bool(a == b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


@dataclass(slots=True)
class PointOfRental:
    """The rows of one company by list, in the order of their making, behind one key."""

    key: str = DEFAULT_KEY
    lists: dict[str, dict[str, Row]] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)

    def put(self, path: str, row: Row) -> None:
        """Store a row at "<list>/<id>". Raises KeyError if no such list exists."""
        name, _, row_id = path.rpartition("/")
        if name not in LISTS or not row_id:
            raise KeyError(path)
        self.lists.setdefault(name, {})[row_id] = {**row, "Id": row_id}

    def answer(self, path: str, headers: Mapping[str, str]) -> web.Response:
        """A list, or a row of it."""
        if headers.get("X-Api-Key") != self.key:
            return responses.refused(401, "Unauthorized")
        if path in self.forbidden:
            return responses.refused(403, "Forbidden")
        if path in LISTS:
            return self._page(path, headers)
        name, _, row_id = path.rpartition("/")
        row = self.lists.get(name, {}).get(row_id)
        return responses.found(row) if row else responses.refused(404, "Not Found")

    def _page(self, path: str, headers: Mapping[str, str]) -> web.Response:
        try:
            filters = json.loads(headers.get("X-Filter", "[]"))
            paging = json.loads(headers.get("X-Paging", "{}"))
            rows = [row for row in self.lists.get(path, {}).values() if _fits(row, filters)]
            size = min(int(paging.get("PageSize", MAX_PAGE)), MAX_PAGE)
            start = (int(paging.get("PageNumber", 1)) - 1) * size
        except (ValueError, TypeError, KeyError, AttributeError):
            return responses.refused(400, "Bad Request")
        if start < 0 or size < 1:
            return responses.refused(400, "Bad Request")
        return responses.found(rows[start : start + size])


def _fits(row: Row, filters: list[dict[str, Any]]) -> bool:
    for one in filters:
        if one["type"] == "AND":
            if not _fits(row, one["value"]):
                return False
        else:
            there, wanted = _comparable(row.get(one["field"])), _comparable(one["value"])
            if there is None or not _TESTS[one["type"]](there, wanted):
                return False
    return True


def _comparable(value: Any) -> Any:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def read(body: bytes) -> Row:
    """A row to be stored. Raises ValueError."""
    row = loads(body)
    if not isinstance(row, dict):
        raise ValueError("a row is an object")
    return row
