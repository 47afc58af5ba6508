"""The parties and items of a company: who a receivable is from, whom a bill is owed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

type PartyKind = Literal["customer", "vendor"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A customer, vendor or item in QuickBooks. name: DisplayName, or an item's full name."""

    id: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Directory:
    """All of them, by id. version: that of the chart they were imported with."""

    realm: str
    version: int
    customers: Mapping[str, Listed] = field(default_factory=dict)
    vendors: Mapping[str, Listed] = field(default_factory=dict)
    items: Mapping[str, Listed] = field(default_factory=dict)

    def named(self, kind: PartyKind, display_name: str) -> list[Listed]:
        """The active parties of this name, letter case apart (QuickBooks ignores it too)."""
        rows = self.customers if kind == "customer" else self.vendors
        wanted = display_name.casefold()
        return [row for row in rows.values() if row.active and row.name.casefold() == wanted]
