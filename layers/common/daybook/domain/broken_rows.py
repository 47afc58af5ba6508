"""Which rows of a mapping point to what the chart no longer has, or has changed."""

from collections.abc import Iterator
from dataclasses import dataclass

from daybook.domain.chart import Chart
from daybook.domain.imported import Imported
from daybook.domain.mapping import AccountRow, Mapping
from daybook.domain.row_names import class_label_name, location_name, row_name


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row of a mapping, as `row_name` calls it, and what is the matter with it."""

    row: str
    text: str


def broken_rows(mapping: Mapping, now: Imported, before: Chart | None = None) -> list[BrokenRow]:
    """Every row to look at, in the file's order: what it points to is unknown, inactive or of
    a kind that the role cannot use, or is of another account type than `before`."""
    found = [
        BrokenRow(row_name(row), text)
        for row in mapping.accounts
        for text in _of_account_row(row, now, before)
    ]
    for name, location in mapping.locations.items():
        texts = _of_dimensions(location.class_, location.department, now.chart)
        found += [BrokenRow(location_name(name), text) for text in texts]
    for label, class_ in mapping.settings.classes.items():
        texts = _of_dimensions(class_, None, now.chart)
        found += [BrokenRow(class_label_name(label), text) for text in texts]
    return found


def _of_account_row(row: AccountRow, now: Imported, before: Chart | None) -> Iterator[str]:
    if row.account is not None:
        refusal = now.chart.refusal(row.role, row.account)
        retyped = _retyped(row.account, now.chart, before)
        if refusal or retyped:
            yield refusal or retyped
    yield from _of_dimensions(row.class_, row.department, now.chart)
    parties = (
        ("customer", row.customer, now.directory.customers),
        ("vendor", row.vendor, now.directory.vendors),
    )
    for what, wanted, known in parties:
        if wanted and wanted not in known:
            yield f"{what} {wanted} is not in the company"
        elif wanted and not known[wanted].active:
            yield f"{what} {wanted} ({known[wanted].name}) is inactive"


def _of_dimensions(class_: str | None, department: str | None, chart: Chart) -> Iterator[str]:
    refusals = (
        chart.class_refusal(class_) if class_ else None,
        chart.department_refusal(department) if department else None,
    )
    yield from (refusal for refusal in refusals if refusal)


def _retyped(account: str, now: Chart, before: Chart | None) -> str:
    old = before.accounts.get(account) if before else None
    new = now.accounts.get(account)
    if old is None or new is None or old.type == new.type:
        return ""
    return f"account {account} ({new.name}) was {old.type} and is {new.type} now"
