"""Intuit's query language, as far as daybook speaks it: one entity, conditions joined by AND."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.company import Entry

_FROM = re.compile(r"SELECT \* FROM (\w+) WHERE (.*?) ORDERBY Id", re.DOTALL)
_QUOTED = r"'(?:[^'\\]|\\')*'"
_CONDITION = re.compile(
    rf"([\w.]+) (>=|<=|IN) (\((?:{_QUOTED}(?:, )?)+\)|\(true, false\)|{_QUOTED})"
)
_VALUE = re.compile(r"'((?:[^'\\]|\\')*)'")

type Test = Callable[["Entry"], bool]


@dataclass(frozen=True, slots=True)
class Query:
    """One query. names: what it asks for by number or name, empty where it asks otherwise."""

    entity: str
    tests: Sequence[Test]
    names: tuple[str, ...]

    def takes(self, entry: "Entry") -> bool:
        """Whether an object is asked for."""
        return entry.entity == self.entity and all(test(entry) for test in self.tests)


def query_of(statement: str) -> Query:
    """The query of a statement; AssertionError for what nobody here speaks."""
    found = _FROM.match(statement)
    assert found, statement
    conditions = _CONDITION.findall(found[2])
    assert len(conditions) == found[2].count(" AND ") + 1, statement
    names = [
        name
        for field, _, values in conditions
        if field in ("DocNumber", "DisplayName")
        for name in _values(values)
    ]
    tests = [_test(*one) for one in conditions if one[0] != "Active"]
    return Query(found[1], tests, tuple(names))


def _values(text: str) -> list[str]:
    return [value.replace("\\'", "'") for value in _VALUE.findall(text)]


def _test(field: str, operator: str, text: str) -> Test:
    values = _values(text)
    if operator == "IN":
        wanted = {value.casefold() for value in values}
        if field == "Id":
            return lambda entry: entry.qbo_id in wanted
        return lambda entry: str(entry.body.get(field, "")).casefold() in wanted
    if field == "MetaData.LastUpdatedTime":
        since = datetime.fromisoformat(values[0])
        return lambda entry: entry.at >= since
    assert field == "TxnDate", field
    if operator == ">=":
        return lambda entry: entry.body["TxnDate"] >= values[0]
    return lambda entry: entry.body["TxnDate"] <= values[0]
