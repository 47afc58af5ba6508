"""Runs a parsed query over a company."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from local.qbo_simulator.clock import PACIFIC
from local.qbo_simulator.company_settings import SINGLETONS
from local.qbo_simulator.entities import KIND_BY_PATH
from local.qbo_simulator.entities.kind import EntityKind
from local.qbo_simulator.errors import rejected
from local.qbo_simulator.operations import check_id
from local.qbo_simulator.query_language import Condition, Order, Query, parse_query
from local.qbo_simulator.realm import Json, Realm


def run_query(realm: Realm, statement: str, made_before: datetime | None = None) -> Json:
    """The value of `QueryResponse`. Raises Rejected 4000 or 4001, 2030 for `Id = ''`.

    made_before: what was made from then on is not found yet.
    """
    query = parse_query(statement)
    for name in SINGLETONS:
        if query.entity.lower() == name.lower():
            return {name: [realm.singletons[name]], "maxResults": 1}
    kind = KIND_BY_PATH.get(query.entity.lower())
    if kind is None:
        detail = f"QueryValidationError: Invalid context declaration: {query.entity}"
        raise rejected("4001", detail)
    found = [row for row in _matching(realm, kind, query) if is_made_before(row, made_before)]
    if query.is_count:
        return {"totalCount": len(found)}
    return _page(kind, query, found)


def _page(kind: EntityKind, query: Query, found: list[Json]) -> Json:
    page = found[query.start - 1 : query.start - 1 + query.limit]
    if not page:
        return {}
    shown: Json = {kind.name: page, "startPosition": query.start, "maxResults": len(page)}
    if kind.counts_total:
        shown["totalCount"] = len(found)
    return shown


def _matching(realm: Realm, kind: EntityKind, query: Query) -> list[Json]:
    conditions = [_checked(kind, condition) for condition in query.conditions]
    orders = [Order(_path(kind, order.path), order.descending) for order in query.order]
    if not any(condition.path == "Active" for condition in conditions):
        # Inactive rows of a list stay hidden unless the query speaks of Active.
        conditions.append(Condition("Active", "active", ()))
    rows = (kind.present(realm, row) for row in realm.rows(kind.name))
    found = [row for row in rows if all(_holds(row, one) for one in conditions)]
    return _sorted(kind, found, orders)


def _sorted(kind: EntityKind, rows: list[Json], orders: list[Order]) -> list[Json]:
    """By the keys asked for; else transactions newest first and lists by name."""
    if not orders:
        if kind.is_transaction:
            return rows[::-1]
        return sorted(rows, key=lambda row: str(row.get(kind.sort_key, "")).casefold())
    for order in reversed(orders):
        rows = sorted(
            rows,
            key=lambda row, path=order.path: _sort_key(_value(row, path)),  # type: ignore[misc]
            reverse=order.descending,
        )
    return rows


def _checked(kind: EntityKind, condition: Condition) -> Condition:
    path = _path(kind, condition.path)
    if path == "Id" and kind.sequence != "TaxCode":
        for value in condition.values:
            check_id(value)
    return Condition(path, condition.operator, condition.values)


def _path(kind: EntityKind, path: str) -> str:
    for known in kind.queryable:
        if known.lower() == path.lower():
            return known
    if path.partition(".")[0] in kind.properties:
        raise rejected("4001", f"QueryValidationError: property '{path}' is not queryable")
    detail = f"QueryValidationError: Property {path} not found for Entity {kind.name}"
    raise rejected("4001", detail)


def _value(row: Json, path: str) -> Any:
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, dict):
        value = value.get("value", value.get("Address"))
    return value


def _holds(row: Json, condition: Condition) -> bool:
    if condition.operator == "active":
        return row.get("Active") is not False
    value = _value(row, condition.path)
    if value is None:
        return False
    if condition.operator == "like":
        return _like(str(value), condition.values[0])
    if condition.operator == "in":
        return any(_compare(condition.path, value, one) == 0 for one in condition.values)
    order = _compare(condition.path, value, condition.values[0])
    return {
        "=": order == 0,
        "<": order < 0,
        ">": order > 0,
        "<=": order <= 0,
        ">=": order >= 0,
    }[condition.operator]


def _compare(path: str, value: Any, wanted: str) -> int:
    """-1, 0 or 1, by the type of the stored value. Raises Rejected 4001 for another type."""
    if isinstance(value, bool):
        left: Any = value
        right: Any = wanted.lower() == "true"
    elif isinstance(value, int | float | Decimal):
        left, right = Decimal(str(value)), _number(wanted)
    elif _is_moment(value):
        left, right = datetime.fromisoformat(value), _moment(wanted)
    elif path == "Id" and value.isdecimal() and wanted.isdecimal():
        left, right = int(value), int(wanted)
    else:
        left, right = value, wanted
    return int(left > right) - int(left < right)


def _sort_key(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, "")
    if isinstance(value, bool | int | float | Decimal):
        return (1, Decimal(str(int(value) if isinstance(value, bool) else value)))
    if value.isdecimal():
        return (1, Decimal(value))
    return (2, value.casefold())


def _is_moment(value: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}T.*", value))


def _moment(wanted: str) -> datetime:
    """A time from a query; without an offset it is in Intuit's zone."""
    try:
        moment = datetime.fromisoformat(wanted)
    except ValueError as error:
        raise rejected("4001", f"QueryValidationError: invalid date value {wanted}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=PACIFIC)


def _number(wanted: str) -> Decimal:
    try:
        return Decimal(wanted)
    except InvalidOperation as error:
        raise rejected("4001", f"QueryValidationError: invalid number {wanted}") from error


def _like(value: str, pattern: str) -> bool:
    parts: Iterable[str] = (re.escape(part) for part in pattern.split("%"))
    return re.fullmatch(".*".join(parts), value, re.IGNORECASE | re.DOTALL) is not None


def is_made_before(row: Json, moment: datetime | None) -> bool:
    """Whether the object was made before `moment`; times of objects are whole seconds."""
    return moment is None or datetime.fromisoformat(row["MetaData"]["CreateTime"]) < moment


def changed_since(row: Json, moment: datetime) -> bool:
    """Whether the object changed at or after `moment`."""
    return datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"]) >= moment.replace(
        microsecond=0
    )


def parse_since(text: str) -> datetime:
    """`changedSince` of change data capture: a date or a time. Raises Rejected 4001."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise rejected("4001", f"QueryValidationError: invalid date {text}") from error
        return datetime(day.year, day.month, day.day, tzinfo=PACIFIC)
    return _moment(text)
