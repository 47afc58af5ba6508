"""What an event becomes when it is first translated, and again when it is released.

The decision is the same both times; only the row it starts from differs.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from daybook.domain.books import Books, Decision
from daybook.domain.chart import Chart
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent
from daybook.domain.posting import Posting
from daybook.domain.selection import kept_out
from daybook.domain.translation import date_of, journal_entry
from daybook.workflows.ports import ActiveMapping, Connection, Ledger


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an event is judged by: its connection, the mapping in force, the imported chart."""

    connection: Connection
    active: ActiveMapping | None
    chart: Chart | None
    parties: tuple[tuple[str, str], ...] = ()

    @property
    def counter(self) -> int:
        """The version that a held row waits to see rise: mapping and chart together."""
        mapping = self.active.version if self.active else 0
        return mapping + (self.chart.version if self.chart else 0)


def judge(
    row: Posting,
    event: FinancialEvent,
    circumstances: Circumstances,
    now: datetime,
    ledger: Ledger,
) -> Posting:
    """The row as ready with its entry, or held, void, ignored or not started. Never raises Held.

    A version with nothing to post is ready without an entry where other rows of its object are:
    the poster takes back what an older one posted."""
    try:
        return _judged(row, event, circumstances, now, ledger)
    except Held as held:
        return row.held(held.problem, now, circumstances.counter)


def _judged(
    row: Posting,
    event: FinancialEvent,
    circumstances: Circumstances,
    now: datetime,
    ledger: Ledger,
) -> Posting:
    books, version = _books(circumstances)
    day = date_of(event, books.mapping)
    row = replace(row, realm=books.realm, business_date=day.isoformat(), mapping_version=version)
    unposted = kept_out(event, day, books.mapping.settings)
    if unposted:
        return row.moved(unposted, now)
    mode = books.mapping.mode_at(event.location, day)
    if mode != "per_event":
        raise Held("setting_needed", f"Mode {mode} of location {event.location} is not available.")
    if event.effect == "reverse":
        # What is reversed is what was posted, whatever this body says: the poster finds it.
        return row.moved("ready", now, entry=b"", entry_id="")
    entry = journal_entry(event, books, Decision(parties=dict(circumstances.parties)))
    if entry is None:
        key = row.key
        family = ledger.of_object(key.connection, key.object_type, key.object_id)
        alone = all(other.key == key for other in family)
        return row.moved("void" if alone else "ready", now, entry=b"", entry_id="")
    generation = row.generation + 1 if row.sent_at else row.generation
    return row.moved(
        "ready",
        now,
        entry=entry.to_json(),
        entry_id=entry.entry_id,
        parties=circumstances.parties,
        generation=generation,
        request_id="",
        b_id="",
        sent_at="",
        first_sent_at="",
        faults=0,
    )


def _books(circumstances: Circumstances) -> tuple[Books, int]:
    connection, active = circumstances.connection, circumstances.active
    if not connection.realm:
        raise Held("setting_needed", "No QuickBooks company is connected yet.")
    if circumstances.chart is None:
        raise Held("setting_needed", "The company's chart of accounts was not imported yet.")
    if active is None:
        raise Held("setting_needed", "No mapping is active for this connection yet.")
    books = Books(
        realm=connection.realm,
        connection=connection.id,
        source=connection.source,
        mapping=active.mapping,
        mapping_version=active.version,
        chart=circumstances.chart,
    )
    return books, active.version
