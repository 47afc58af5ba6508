"""Postings of daybook's own that QuickBooks refused, once the imported lists say they may pass:
customers whose name was taken, reversals on accounts that were inactive."""

from collections.abc import Iterator
from datetime import datetime

from daybook.domain.chart import Chart
from daybook.domain.connection import Connection
from daybook.domain.directory import Directory, Listed
from daybook.domain.posting import Posting
from daybook.workflows.ports import Ledger, Mappings

_INACTIVE = frozenset({"inactive_account", "class_inactive"})


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
        elif not _is_listed(directory, name) and ledger.change(row, _anew(row, now)):
            ready.append(row.id)
    return ready


def retry_reversals(
    connection: str, chart: Chart | None, ledger: Ledger, now: datetime
) -> list[str]:
    """Reversals that were refused for an inactive account or class are ready again where the chart
    has all of theirs active (their ids are returned): they are never remapped."""
    if chart is None:
        return []
    stuck = [
        row
        for row in ledger.held(connection)
        if row.key.purpose == "reverse" and row.reason in _INACTIVE
    ]
    free = [row for row in stuck if _is_active(row, chart)]
    return [row.id for row in free if ledger.change(row, _anew(row, now))]


def _is_active(row: Posting, chart: Chart) -> bool:
    lines = row.journal().lines
    accounts = [chart.accounts.get(line.account) for line in lines]
    refusals = [chart.class_refusal(line.class_) for line in lines if line.class_]
    refusals += [chart.department_refusal(line.department) for line in lines if line.department]
    return all(account and account.active for account in accounts) and not any(refusals)


def _anew(row: Posting, now: datetime) -> Posting:
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
