"""Customers, items and classes that daybook creates and QuickBooks refused, once the imported lists
say their name is free; and how any refused posting goes again."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from daybook.domain.chart import Chart
from daybook.domain.connection import Connection
from daybook.domain.directory import Directory, Listed
from daybook.domain.document_kinds import Creation
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer
from daybook.domain.new_item import NewItem
from daybook.domain.posting import Posting
from daybook.workflows.ports import Ledger, Mappings


def retry_taken(
    connection: Connection, ledger: Ledger, mappings: Mappings, now: datetime
) -> list[str]:
    """After the company's lists were imported: customers, items and classes whose name is free now
    are ready again (their ids are returned); where an active one has it that serves as well, that
    one is taken instead."""
    directory = mappings.directory(connection.realm)
    if directory is None:
        return []
    ready = []
    chart = mappings.chart(connection.realm)
    for row in _taken(connection, ledger):
        made = row.creation()
        if _serves(made, directory, chart):
            ledger.change(row, row.moved("superseded", now))
        elif not _is_listed(made, directory, chart) and ledger.change(row, anew(row, now)):
            ready.append(row.id)
    return ready


def anew(row: Posting, now: datetime) -> Posting:
    """A refused posting as it was, ready to go as a new generation under a new request id."""
    return row.moved(
        "ready",
        now,
        generation=row.generation + 1,
        request_id="",
        b_id="",
        sent_at="",
        first_sent_at="",
        faults=0,
    )


def _taken(connection: Connection, ledger: Ledger) -> Iterator[Posting]:
    for row in ledger.held(connection.id):
        if row.key.purpose == "create" and row.reason == "display_name_taken":
            yield row


def _serves(made: Creation, directory: Directory, chart: Chart | None) -> bool:
    """Whether the company has an active one already that does what was to be created."""
    match made:
        case NewCustomer():
            return bool(directory.named("customer", made.display_name))
        case NewItem():
            return directory.service(made.name, made.account) is not None
        case NewClass():
            return _has(made.full_name, [row for row in _classes(chart) if row.active])


def _is_listed(made: Creation, directory: Directory, chart: Chart | None) -> bool:
    """Whether the name is another's."""
    match made:
        case NewCustomer():
            parties = [*directory.customers.values(), *directory.vendors.values()]
            return _has(made.display_name, parties)
        case NewItem():
            return _has(made.name, directory.items.values())
        case NewClass():
            return _has(made.full_name, _classes(chart))


def _classes(chart: Chart | None) -> Iterable[Listed]:
    return chart.classes.values() if chart else ()


def _has(name: str, rows: Iterable[Listed]) -> bool:
    wanted = name.casefold()
    return any(row.name.casefold() == wanted for row in rows)
