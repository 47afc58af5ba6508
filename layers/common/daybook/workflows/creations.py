"""Customers that daybook creates and QuickBooks refused, once the imported lists say their name is
free; and how any refused posting goes again."""

from collections.abc import Iterator
from datetime import datetime

from daybook.domain.connection import Connection
from daybook.domain.directory import Directory, Listed
from daybook.domain.posting import Posting
from daybook.workflows.ports import Ledger, Mappings


def retry_taken(
    connection: Connection, ledger: Ledger, mappings: Mappings, now: datetime
) -> list[str]:
    """After the company's lists were imported: customers whose name is free now are ready again
    (their ids are returned); where an active customer has it, that one is taken instead."""
    directory = mappings.directory(connection.realm)
    if directory is None:
        return []
    ready = []
    for row in _taken(connection, ledger):
        name = row.customer().display_name
        if directory.named("customer", name):
            ledger.change(row, row.moved("superseded", now))
        elif not _is_listed(directory, name) and ledger.change(row, anew(row, now)):
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


def _is_listed(directory: Directory, name: str) -> bool:
    wanted = name.casefold()
    listed: list[Listed] = [*directory.customers.values(), *directory.vendors.values()]
    return any(one.name.casefold() == wanted for one in listed)
