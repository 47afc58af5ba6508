"""Imports what a mapping is checked against: the chart, its preferences, parties and items."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from daybook.domain.chart import Account, Chart
from daybook.domain.directory import Directory, Listed
from daybook.domain.imported import Imported
from daybook.domain.posting import instant_text
from daybook.qbo import lists
from daybook.qbo.exceptions import RefusedError
from daybook.qbo.lists import MAX_CHANGES, MAX_LOOK_BACK_DAYS, Changed, Kind, Reader

_CAPTURED: Final = (
    lists.ACCOUNTS,
    lists.CLASSES,
    lists.DEPARTMENTS,
    lists.CUSTOMERS,
    lists.VENDORS,
    lists.ITEMS,
    lists.EMPLOYEES,
)
# Clocks differ, and what was being written while the import before read may have been missed.
_OVERLAP: Final = timedelta(minutes=10)
_OLDEST: Final = timedelta(days=MAX_LOOK_BACK_DAYS - 1)
# Preferences, company info and nine lists; or two, two lists and the changes.
_WHOLE_REQUESTS: Final = 11
_CHANGES_REQUESTS: Final = 5


def import_books(
    reader: Reader, version: int, now: datetime, before: Imported | None = None
) -> Imported:
    """The company's books as they are now: all of them, or `before` with what changed since.

    Changes further back, or more of them, than change data capture tells make it read everything;
    `note` says so. Raises QboError; UncertainError where a list does not end.
    """
    note = ""
    if before is not None:
        reader.plan(_CHANGES_REQUESTS)
        changed, note = _changes(reader, before, now)
        if changed is not None:
            return _with_changes(reader, before, changed, version, now)
    reader.plan(_WHOLE_REQUESTS)
    realm = str(reader.company.books.company_id)
    chart = _chart(
        reader,
        Chart(
            realm,
            version,
            reader.all(lists.ACCOUNTS),
            classes=reader.all(lists.CLASSES),
            departments=reader.all(lists.DEPARTMENTS),
            imported_at=instant_text(now),
        ),
    )
    directory = Directory(
        realm,
        version,
        customers=reader.all(lists.CUSTOMERS),
        vendors=reader.all(lists.VENDORS),
        items=reader.all(lists.ITEMS),
        employees=_employees(reader),
    )
    return Imported(chart, directory, whole=True, note=note)


def _employees(reader: Reader) -> dict[str, Listed]:
    """The employees, for their names; none where QuickBooks does not show them to the user who
    connected (5020): then only its refusal tells that an employee has a name."""
    try:
        return reader.all(lists.EMPLOYEES)
    except RefusedError:
        return {}


def _chart(reader: Reader, chart: Chart) -> Chart:
    """The chart with what is read anew each time: preferences, taxes, the company's name."""
    settings = reader.ask(reader.company.settings)
    return replace(
        chart,
        home_currency=settings.home_currency,
        multicurrency=settings.multicurrency,
        close_date=settings.close_date,
        fiscal_month=settings.fiscal_month,
        class_tracking=settings.classes_on_lines,
        departments_on=settings.departments,
        company=reader.ask(reader.company.company_name),
        tax_codes=reader.all(lists.TAX_CODES),
        tax_rates=reader.all(lists.TAX_RATES),
    )


def _changes(reader: Reader, before: Imported, now: datetime) -> tuple[Changed | None, str]:
    """What changed; or None, and why everything must be read."""
    last = datetime.fromisoformat(before.chart.imported_at)
    if now - last > _OLDEST:
        return None, f"the last import is more than {_OLDEST.days} days ago"
    try:
        changed = reader.changed(_CAPTURED, last - _OVERLAP)
    except RefusedError as refusal:
        return None, f"QuickBooks does not tell the changes: {refusal}"
    if len(changed) >= MAX_CHANGES:
        return None, f"{MAX_CHANGES} rows or more changed, and QuickBooks tells no more at once"
    return changed, ""


def _with_changes(
    reader: Reader, before: Imported, changed: Changed, version: int, now: datetime
) -> Imported:
    chart, directory = before.chart, before.directory
    accounts = _merged(chart.accounts, changed.of(lists.ACCOUNTS))
    return Imported(
        _chart(
            reader,
            replace(
                chart,
                version=version,
                accounts=_children_renamed(chart.accounts, accounts),
                classes=_listed(chart.classes, changed, lists.CLASSES),
                departments=_listed(chart.departments, changed, lists.DEPARTMENTS),
                imported_at=instant_text(now),
            ),
        ),
        replace(
            directory,
            version=version,
            customers=_merged(directory.customers, changed.of(lists.CUSTOMERS)),
            vendors=_merged(directory.vendors, changed.of(lists.VENDORS)),
            items=_listed(directory.items, changed, lists.ITEMS),
            employees=_merged(directory.employees, changed.of(lists.EMPLOYEES)),
        ),
        whole=False,
    )


def _listed(old: Mapping[str, Listed], changed: Changed, kind: Kind[Listed]) -> dict[str, Listed]:
    return _children_renamed(old, _merged(old, changed.of(kind)))


def _merged[T](old: Mapping[str, T], changed: Mapping[str, T | None]) -> dict[str, T]:
    latest = {**old, **changed}
    return {name: row for name, row in latest.items() if row is not None}


def _children_renamed[T: (Account, Listed)](
    old: Mapping[str, T], new: Mapping[str, T]
) -> dict[str, T]:
    """Whoever renames a parent renames the full names below it, which may not count as changed."""
    renamed = {
        f"{old[name].name}:": f"{row.name}:"
        for name, row in new.items()
        if name in old and old[name].name != row.name
    }
    rows = dict(new)
    # The longest first: what lies deeper was given its own name.
    for before in sorted(renamed, key=len, reverse=True):
        for name, row in rows.items():
            if name in old and old[name] == row and row.name.startswith(before):
                rows[name] = row._replace(name=renamed[before] + row.name.removeprefix(before))
    return rows
