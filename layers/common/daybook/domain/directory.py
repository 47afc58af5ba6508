"""The parties and items of a company: who a receivable is from, whom a bill is owed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

type PartyKind = Literal["customer", "vendor"]
type NameKind = Literal["Customer", "Vendor", "Employee"]


class Holder(NamedTuple):
    """Who has a name in QuickBooks."""

    kind: NameKind
    qbo_id: str
    name: str


class Listed(NamedTuple):
    """A row of one of QuickBooks' lists. name: a party's DisplayName, else the full name.

    asset_account: where QuickBooks itself keeps the stock of an inventory item; "" for others.
    sells_into: the account of a service item; "" for others.
    """

    id: str
    name: str
    active: bool = True
    asset_account: str = ""
    sells_into: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """All of them, by id. version: that of the chart they were imported with.

    employees: for their names alone, which no customer or vendor can have.
    """

    realm: str
    version: int
    customers: Mapping[str, Listed] = field(default_factory=dict)
    vendors: Mapping[str, Listed] = field(default_factory=dict)
    items: Mapping[str, Listed] = field(default_factory=dict)
    employees: Mapping[str, Listed] = field(default_factory=dict)

    def named(self, kind: PartyKind, display_name: str) -> list[Listed]:
        """The active parties of this name, letter case apart (QuickBooks ignores it too)."""
        rows = self.customers if kind == "customer" else self.vendors
        wanted = display_name.casefold()
        return [row for row in rows.values() if row.active and row.name.casefold() == wanted]

    def named_alike(self, display_name: str) -> list[Holder]:
        """Who has a name already: it is unique among customers, vendors and
        employees together, letter case apart. Whoever is inactive has given it up.

        https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer
        """
        wanted = display_name.casefold()
        lists: tuple[tuple[NameKind, Mapping[str, Listed]], ...] = (
            ("Customer", self.customers),
            ("Vendor", self.vendors),
            ("Employee", self.employees),
        )
        return [
            Holder(kind, row.id, row.name)
            for kind, rows in lists
            for row in rows.values()
            if row.active and row.name.casefold() == wanted
        ]

    def service(self, name: str, account: str) -> Listed | None:
        """The active service item of this name that sells into an account, letter case apart."""
        wanted = name.casefold()
        for row in self.items.values():
            if row.active and row.sells_into == account and row.name.casefold() == wanted:
                return row
        return None

    def stock_accounts(self) -> frozenset[str]:
        """The accounts to which QuickBooks itself posts the stock of active items."""
        rows = self.items.values()
        return frozenset(row.asset_account for row in rows if row.active and row.asset_account)
