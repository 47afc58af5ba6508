"""What can be taken away as a table: events, business days, actions; each within a bound."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from daybook.domain.action import Action
from daybook.domain.connection import Connection
from daybook.domain.journal import JournalEntry
from daybook.domain.posting import Posting
from daybook.workflows.csv_text import Amount, Cell, csv_bytes
from daybook.workflows.day_overview import DayAt, days_of
from daybook.workflows.find_events import Cursor, Wanted, doc_number_of, find, reference_of
from daybook.workflows.operator import Operator, Who, keep_action
from daybook.workflows.ports import Actions, Days, Ledger, Shelves

MAX_ROWS: Final = 5_000
# A search stops at a few hundred rows that do not fit: so often it is taken up again.
MAX_SEARCHES: Final = 200
EVENT_COLUMNS: Final = (
    "connection", "business_date", "location", "object_type", "object_id", "version", "effect",
    "purpose", "revision", "part", "kind", "source", "reference", "status", "since", "reason",
    "reason_text", "currency", "total", "entity", "doc_number", "qbo_id",
)  # fmt: skip
DAY_COLUMNS: Final = (
    "connection", "date", "location", "what", "key", "currency", "count", "debit", "credit",
)  # fmt: skip
ACTION_COLUMNS: Final = (
    "connection", "at", "actor", "action", "reason", "scope", "target",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A table as CSV. rows: how many it has; more: there were more than it takes."""

    body: bytes
    rows: int
    more: bool


def events_table(wanted: Wanted, today: date, shelves: Shelves, limit: int = MAX_ROWS) -> Table:
    """The events that a filter names, the newest first. Raises NotPossible for no range."""
    rows: list[Posting] = []
    cursor: Cursor | None = None
    for _ in range(MAX_SEARCHES):
        found = find(wanted, cursor, min(limit + 1 - len(rows), 200), today, shelves)
        rows += found.rows
        cursor = found.cursor
        if cursor is None or len(rows) > limit:
            break
    body = csv_bytes(EVENT_COLUMNS, map(event_cells, rows[:limit]))
    return Table(body, min(len(rows), limit), cursor is not None or len(rows) > limit)


def event_cells(row: Posting) -> Sequence[Cell]:
    """One row's cells, as `EVENT_COLUMNS` names them."""
    key, (currency, total) = row.key, _total(row)
    return (
        key.connection, row.business_date, row.location, key.object_type, key.object_id,
        key.version, key.effect, key.purpose, key.revision, key.part, row.kind, row.source,
        reference_of(row), row.status, row.since, row.reason or "", row.reason_text, currency,
        total, row.entity if row.entry else "", doc_number_of(row), row.qbo_id,
    )  # fmt: skip


def _total(row: Posting) -> tuple[str, Amount | None]:
    if not row.entry:
        return "", None
    posted = row.document()
    currency, total = getattr(posted, "currency", ""), getattr(posted, "total", None)
    if isinstance(posted, JournalEntry):
        total = sum(line.amount for line in posted.lines if line.side == "debit")
    return currency, Amount(total, currency) if isinstance(total, int) and currency else None


def days_table(
    connection: Connection, dates: Sequence[str], location: str, ledger: Ledger, days: Days
) -> Table:
    """Each location's date: events by status, tenders, closes; a row each."""
    found = days_of(connection.id, dates, ledger, days, location)
    rows = [row for at in found for row in _day_cells(connection.id, at)]
    return Table(csv_bytes(DAY_COLUMNS, rows[:MAX_ROWS]), len(rows), len(rows) > MAX_ROWS)


def _day_cells(connection: str, at: DayAt) -> Iterator[Sequence[Cell]]:
    where = (connection, at.date, at.location)
    for status, number in sorted(at.events.items()):
        if number:
            yield (*where, "events", status, "", number, None, None)
    for reason, number in sorted(at.reasons.items()):
        yield (*where, "held", reason, "", number, None, None)
    for (key, currency), (debit, credit) in sorted(at.tenders.items()):
        sums = (Amount(debit, currency), Amount(credit, currency))
        yield (*where, "tender", key, currency, None, *sums)
    for one in at.closes:
        currency = one.close.day.currency
        sums = (Amount(one.close.debits, currency), Amount(one.close.credits, currency))
        name = f"close {one.close.sequence}, {one.posted} of {one.close.parts} posted"
        yield (*where, "close", name, currency, one.close.events, *sums)


def actions_table(owners: Sequence[str], months: Sequence[str], actions: Actions) -> Table:
    """What people did to connections and companies in some months, the newest first."""
    found: list[Action] = []
    for owner in owners:
        for month in months:
            found += actions.latest(owner, month, "", MAX_ROWS + 1)
    found.sort(key=lambda one: one.place, reverse=True)
    rows = [
        (one.connection, one.at, one.actor, one.action, one.reason, one.scope, one.target)
        for one in found[:MAX_ROWS]
    ]
    return Table(csv_bytes(ACTION_COLUMNS, rows), len(rows), len(found) > MAX_ROWS)


def downloaded(what: str, scope: str, who: Who, tools: Operator, connection: str = "") -> None:
    """Keep that somebody takes data away."""
    at = tools.clock().isoformat()
    keep_action(connection, "downloaded", who, tools, target=what, scope=scope, once=f"{what} {at}")
