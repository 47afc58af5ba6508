"""What an event becomes when it is first translated, and again when it is released.

The decision is the same both times; only the row it starts from differs. What was fixed at the
first translation, the business date, is not computed again.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from daybook.domain.books import Books, Decision
from daybook.domain.closed_books import closing_of, moved
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent, LedgerBatch, StockMove
from daybook.domain.journal import JournalEntry
from daybook.domain.posting import Posting
from daybook.domain.selection import kept_out
from daybook.domain.translation import date_of, entry_of, keys_of, legs_to_post, seen_in
from daybook.workflows.circumstances import Circumstances
from daybook.workflows.parties import Lookup
from daybook.workflows.ports import Ledger


@dataclass(frozen=True, slots=True)
class _Case:
    """What one event is judged with."""

    books: Books
    parties: Lookup
    circumstances: Circumstances
    now: datetime
    ledger: Ledger


def judge(
    row: Posting,
    event: FinancialEvent,
    circumstances: Circumstances,
    now: datetime,
    ledger: Ledger,
) -> Posting:
    """The row as ready with its entry, or held, void, ignored or not started. Never raises Held.

    A version with nothing to post is ready without an entry where other rows of its object are:
    the poster takes back what an older one posted. Customers that are missing and may be created
    are put, and stand in `circumstances.parties.created`."""
    lookup = Lookup(event, circumstances.parties)
    try:
        books, version = _books(circumstances)
        event = _on_its_day(event, row)
        day = date_of(event, books.mapping)
        row = replace(
            row, realm=books.realm, business_date=day.isoformat(), mapping_version=version
        )
        return _judged(row, event, day, _Case(books, lookup, circumstances, now, ledger))
    except Held as held:
        if any(not found for found in lookup.used.values()):
            held = circumstances.parties.create_missing(held, row, event, lookup, now)
        active = circumstances.active
        circumstances.seen.update(
            keys_of(event, active.mapping.settings.purchases_to) if active else keys_of(event)
        )
        row = replace(
            row,
            parties=tuple(lookup.used.items()),
            mapping_version=circumstances.mapping_version,
            # Held by us from here on, not by QuickBooks' answer to a request.
            request_id="",
            b_id="",
        )
        return row.held(held.problem, now, circumstances.counter)


def _judged(row: Posting, event: FinancialEvent, day: date, case: _Case) -> Posting:
    mapping, now = case.books.mapping, case.now
    settings = mapping.settings
    started = settings.model_copy(update={"start_date": None}) if row.asked_at else settings
    unposted = kept_out(event, day, started)
    if unposted:
        if unposted == "not_started":
            # It may be sent yet.
            case.circumstances.seen.update(keys_of(event, settings.purchases_to))
        return row.moved(unposted, now)
    mode = mapping.mode_at(event.location, day)
    if mode != "per_event":
        raise Held("setting_needed", f"Mode {mode} of location {event.location} is not available.")
    row = replace(
        row,
        newer_version="hold" if settings.newer_version == "hold" else "",
        counter=case.circumstances.counter,
    )
    if event.effect == "reverse":
        # What is reversed is what was posted, whatever this body says: the poster finds it.
        return row.moved("ready", now, entry=b"", entry_id="")
    _within_the_company(event, case)
    legs = legs_to_post(event, case.books)
    # What a batch's mapping leaves out has its key all the same.
    is_batch = isinstance(event.body, LedgerBatch)
    case.circumstances.seen.update(keys_of(event) if is_batch else seen_in(legs))
    entry = entry_of(
        legs, event, case.books, Decision(parties=case.parties, revision=row.key.revision), day
    )
    if entry is None:
        alone = _is_alone(row, case.ledger)
        return row.moved("void" if alone else "ready", now, entry=b"", entry_id="")
    return _ready(row, _on_an_open_day(entry, row, case), case)


def _on_an_open_day(entry: JournalEntry, row: Posting, case: _Case) -> JournalEntry:
    """The entry where its day is open, or moved to the first that is. Raises Held.

    Of an object that has other rows only the poster knows whether this one is to be sent at all:
    it holds what is.
    """
    closing = closing_of(case.circumstances.chart, case.books.mapping.settings)
    try:
        day = closing.day_for(entry.txn_date)
    except Held:
        if _is_alone(row, case.ledger):
            raise
        return entry
    return moved(entry, day)


def _ready(row: Posting, entry: JournalEntry, case: _Case) -> Posting:
    generation = row.generation + 1 if row.sent_at else row.generation
    return row.moved(
        "ready",
        case.now,
        entry=entry.to_json(),
        entry_id=entry.entry_id,
        parties=tuple(case.parties.used.items()),
        generation=generation,
        request_id="",
        b_id="",
        sent_at="",
        first_sent_at="",
        faults=0,
    )


def _is_alone(row: Posting, ledger: Ledger) -> bool:
    key = row.key
    family = ledger.of_object(key.connection, key.object_type, key.object_id)
    return all(other.key == key for other in family if other.key.purpose != "create")


def _on_its_day(event: FinancialEvent, row: Posting) -> FinancialEvent:
    """The event on the business date that its row was given at first, whatever the location's
    zone and closing hour are by now."""
    if not row.business_date or event.business_date is not None:
        return event
    return event.model_copy(update={"business_date": date.fromisoformat(row.business_date)})


def _within_the_company(event: FinancialEvent, case: _Case) -> None:
    other = event.body.counterparty if isinstance(event.body, StockMove) else ""
    if not other or other in case.books.mapping.locations:
        return
    neighbour = case.circumstances.neighbour(other)
    if neighbour:
        raise Held(
            "intercompany",
            f"Location {other} belongs to connection {neighbour.id} of company {neighbour.realm}. "
            "If it is this company's, name it among the mapping's locations.",
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
