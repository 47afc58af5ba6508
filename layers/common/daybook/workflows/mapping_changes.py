"""How one mapping differs from another: rows, locations and settings, as they are written."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Any, Literal

from daybook.domain.mapping import AccountRow, Mapping
from daybook.workflows.mapping_file import file_of

type ChangeWord = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is another. before, after: None where there is none."""

    role: str
    key: str
    location: str
    before: AccountRow | None
    after: AccountRow | None

    @property
    def word(self) -> ChangeWord:
        """What became of it."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A location's field or a setting that is another; values as a mapping file has them."""

    where: str
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class MappingChanges:
    """Everything that differs."""

    rows: tuple[RowChange, ...]
    values: tuple[ValueChange, ...]

    def __len__(self) -> int:
        return len(self.rows) + len(self.values)


def changes(before: Mapping, after: Mapping) -> MappingChanges:
    """What the second has otherwise than the first."""
    one, other = ({(row.role, row.key, row.location or ""): row for row in rules.accounts}
                  for rules in (before, after))  # fmt: skip
    rows = tuple(
        RowChange(*place, one.get(place), other.get(place))
        for place in sorted(one.keys() | other.keys())
        if one.get(place) != other.get(place)
    )
    return MappingChanges(rows, _values(file_of(before), file_of(after)))


def _values(before: Dict[str, Any], after: Dict[str, Any]) -> tuple[ValueChange, ...]:
    found = []
    one, other = before.get("locations", {}), after.get("locations", {})
    for place in sorted(one.keys() | other.keys()):
        if (place in one) != (place in other):
            was, now = ("there" if place in rows else None for rows in (one, other))
            found.append(ValueChange(place, "location", was, now))
        found += _unlike(place, one.get(place, {}), other.get(place, {}))
    return (*found, *_unlike("", before.get("settings", {}), after.get("settings", {})))


def _unlike(where: str, one: Dict[str, Any], other: Dict[str, Any]) -> list[ValueChange]:
    names = sorted(one.keys() | other.keys())
    return [
        ValueChange(where, name, one.get(name), other.get(name))
        for name in names
        if one.get(name) != other.get(name)
    ]
