"""What an import of a company's books gave, and how it differs from the one before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from daybook.domain.chart import Account, Chart, TaxRate
from daybook.domain.directory import Directory, Listed

type ChangeKind = Literal[
    "added", "removed", "renamed", "made inactive", "made active", "retyped", "changed"
]

_CHART_LISTS: Final = {
    "account": "accounts",
    "class": "classes",
    "department": "departments",
    "tax code": "tax_codes",
    "tax rate": "tax_rates",
}
_DIRECTORY_LISTS: Final = {
    "customer": "customers",
    "vendor": "vendors",
    "item": "items",
    "employee": "employees",
}
_SETTINGS: Final = (
    "company",
    "home_currency",
    "multicurrency",
    "close_date",
    "fiscal_month",
    "class_tracking",
    "departments_on",
)


@dataclass(frozen=True, slots=True)
class Imported:
    """One import: the chart with its preferences, and the parties and items beside it.

    whole: every list was read, not only what changed. note: why it was read whole although only
    the changes were asked for.
    """

    chart: Chart
    directory: Directory
    whole: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. what: the kind of row, or `setting`, whose name then stands as the id.

    before, after: what changed, as text: a name, an account type, a rate, a setting's value.
    """

    what: str
    id: str
    name: str
    change: ChangeKind
    before: str = ""
    after: str = ""


def changes_between(before: Imported, after: Imported) -> list[Change]:
    """What was added, renamed, made inactive, retyped and so on; accounts first, parties last."""
    found: list[Change] = []
    for what, name in _CHART_LISTS.items():
        found += _of_list(what, getattr(before.chart, name), getattr(after.chart, name))
    for name in _SETTINGS:
        old, new = getattr(before.chart, name), getattr(after.chart, name)
        if old != new:
            found.append(Change("setting", name, name, "changed", _word(old), _word(new)))
    for what, name in _DIRECTORY_LISTS.items():
        found += _of_list(what, getattr(before.directory, name), getattr(after.directory, name))
    return found


type _Row = Account | Listed | TaxRate


def _of_list(what: str, old: Mapping[str, _Row], new: Mapping[str, _Row]) -> Iterator[Change]:
    for name, row in new.items():
        if name not in old:
            yield Change(what, name, row.name, "added")
        else:
            yield from _of_row(what, old[name], row)
    for name, row in old.items():
        if name not in new:
            yield Change(what, name, row.name, "removed")


def _of_row(what: str, old: _Row, new: _Row) -> Iterator[Change]:
    if old == new:
        return
    if old.active != new.active:
        # QuickBooks adds "(deleted)" to the name of what is made inactive: no other renaming.
        yield Change(what, new.id, old.name, "made active" if new.active else "made inactive")
    elif old.name != new.name:
        yield Change(what, new.id, new.name, "renamed", old.name, new.name)
    was, is_now = _kind(old), _kind(new)
    if was != is_now:
        kind: ChangeKind = "retyped" if isinstance(new, Account) else "changed"
        yield Change(what, new.id, new.name, kind, was, is_now)


def _kind(row: _Row) -> str:
    match row:
        case Account():
            return row.type
        case TaxRate():
            return row.percent
        case _:
            return row.asset_account


def _word(value: object) -> str:
    """A setting's value as text."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return "none" if value in (None, "") else str(value)
