"""A mapping carried to another company: the same rows, with that company's ids.

Accounts are found by number, else by full name and type; classes, departments, customers, vendors
and tax codes by full name. What is not found is left out and named: a row without its account, or
without a class, department, customer or vendor that it asks for, would post something else.
"""

from collections.abc import Collection, Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any, Protocol

from daybook.domain.chart import Account, Chart
from daybook.domain.directory import Directory
from daybook.domain.mapping import AccountRow, LocationRow, Mapping
from daybook.workflows.mapping_problems import row_words


class Named(Protocol):
    """Anything of a company that has an id and a full name and may be inactive."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def active(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Company:
    """What was imported from a company."""

    chart: Chart
    directory: Directory | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """Something that has no counterpart. where: the row or setting; text: what, and why not."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Carried:
    """The mapping with what could be carried, and all that could not."""

    mapping: Mapping
    not_found: tuple[NotFound, ...]


def carry(mapping: Mapping, source: Company, target: Company) -> Carried:
    """A mapping of one company as a mapping of another. Nothing is guessed."""
    if source.chart.realm == target.chart.realm:
        return Carried(mapping, ())
    move = _Move(source, target)
    rows = tuple(row for one in mapping.accounts if (row := move.row(one)))
    places = {name: move.location(name, one) for name, one in mapping.locations.items()}
    settings = mapping.settings.model_copy(
        update={
            "classes": move.labels("classes", mapping.settings.classes, "class"),
            "tax_codes": move.labels("tax_codes", mapping.settings.tax_codes, "tax code"),
        }
    )
    carried = Mapping(accounts=rows, locations=places, settings=settings)
    return Carried(carried, tuple(move.not_found))


@dataclass(slots=True)
class _Move:
    source: Company
    target: Company
    not_found: list[NotFound] = field(default_factory=list)
    _lists: Dict[str, tuple[Dict[str, Any], Dict[str, Any]]] = field(init=False)

    def __post_init__(self) -> None:
        here, there = self.source, self.target
        self._lists = {
            "class": (here.chart.classes, there.chart.classes),
            "department": (here.chart.departments, there.chart.departments),
            "tax code": (here.chart.tax_codes, there.chart.tax_codes),
            "customer": (_of(here, "customers"), _of(there, "customers")),
            "vendor": (_of(here, "vendors"), _of(there, "vendors")),
        }

    def row(self, row: AccountRow) -> AccountRow | None:
        """The row with the other company's ids, or None where something of it is not there."""
        where, before = row_words(row), len(self.not_found)
        account = self._account(where, row) if row.account is not None else None
        changes = {
            "account": account,
            "class_": self._listed(where, "class", row.class_),
            "department": self._listed(where, "department", row.department),
            "customer": self._listed(where, "customer", row.customer),
            "vendor": self._listed(where, "vendor", row.vendor),
        }
        return row.model_copy(update=changes) if len(self.not_found) == before else None

    def location(self, name: str, row: LocationRow) -> LocationRow:
        """A location stays, without what is not found: its zone and closing hour are needed."""
        where = f"location {name}"
        changes = {
            "class_": self._listed(where, "class", row.class_),
            "department": self._listed(where, "department", row.department),
        }
        return row.model_copy(update=changes)

    def labels(self, setting: str, known: Dict[str, str], what: str) -> dict[str, str]:
        """A setting of ids by label, without those that are not found."""
        moved = {
            label: self._listed(f"settings.{setting}.{label}", what, one)
            for label, one in known.items()
        }
        return {label: one for label, one in moved.items() if one is not None}

    def _account(self, where: str, row: AccountRow) -> str | None:
        assert row.account is not None
        known = self.source.chart.accounts.get(row.account)
        if known is None:
            self._lost(where, f"account {row.account} is not in the first company's chart")
            return None
        said = f"account {known.number} {known.name} ({known.type})".replace("  ", " ")
        found = _same_account(known, self.target.chart.accounts.values())
        if len(found) != 1:
            self._lost(where, f"{said}: {_how_many(found)}")
            return None
        refusal = self.target.chart.refusal(row.role, found[0].id)
        if refusal:
            self._lost(where, f"{said}: {refusal}")
            return None
        return found[0].id

    def _listed(self, where: str, what: str, wanted: str | None) -> str | None:
        if wanted is None:
            return None
        here, there = self._lists[what]
        known = here.get(wanted)
        if known is None:
            self._lost(where, f"{what} {wanted} is not in the first company's list")
            return None
        found = [one for one in there.values() if one.active and _same(one.name, known.name)]
        if len(found) != 1:
            self._lost(where, f"{what} {known.name}: {_how_many(found)}")
            return None
        return str(found[0].id)

    def _lost(self, where: str, text: str) -> None:
        self.not_found.append(NotFound(where, text))


def _of(company: Company, name: str) -> Dict[str, Named]:
    return getattr(company.directory, name) if company.directory else {}


def _same_account(known: Account, there: Iterable[Account]) -> list[Account]:
    active = [one for one in there if one.active]
    numbered = [one for one in active if known.number and one.number == known.number]
    return numbered or [
        one for one in active if _same(one.name, known.name) and one.type == known.type
    ]


def _same(one: str, other: str) -> bool:
    """QuickBooks tells no names apart by letter case."""
    return one.casefold() == other.casefold()


def _how_many(found: Collection[Named]) -> str:
    return f"{len(found)} there answer to it" if found else "there is none like it"
