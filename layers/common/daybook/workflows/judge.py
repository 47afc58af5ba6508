"""What an event becomes when it is first translated, and again when it is released.

The decision is the same both times; only the row it starts from differs. What was fixed at the
first translation, the business date, is not computed again. What only days, documents and receipts
need is imported when one comes: most events are journal entries of their own.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from daybook.domain.books import Books, Decision
from daybook.domain.closed_books import closing_of, moved_transaction
from daybook.domain.cogs import cogs_owner, not_its_own
from daybook.domain.day_report import in_its_form, on_newer
from daybook.domain.document_kinds import Transaction, entity_of
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent, LedgerBatch, PartyChange, StockMove
from daybook.domain.families import owner_in
from daybook.domain.legs import Leg
from daybook.domain.mapping import MODES, Mode, Settings
from daybook.domain.posting import Posting
from daybook.domain.seen_key import SeenKey
from daybook.domain.selection import kept_out
from daybook.domain.translation import date_of, entry_of, keys_of, legs_to_post, seen_in
from daybook.workflows.circumstances import Circumstances
from daybook.workflows.list_objects import ClassLookup
from daybook.workflows.parties import Lookup
from daybook.workflows.ports import Ledger


class _Case(NamedTuple):
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
        books, version = books_of(circumstances)
        books = replace(books, classes=lookup.classes)
        event = _on_its_day(event, row)
        day = date_of(event, books.mapping)
        mode = _mode_kept(row, event, day, books)
        row = replace(
            row,
            realm=books.realm,
            business_date=day.isoformat(),
            mapping_version=version,
            mode=mode,
        )
        return _judged(row, event, day, _Case(books, lookup, circumstances, now, ledger))
    except Held as held:
        if any(not found for found in lookup.used.values()):
            held = circumstances.parties.create_missing(held, row, event, lookup, now)
        active = circumstances.active
        circumstances.seen.update(
            _keys(event, active.mapping.settings, row.source) if active else keys_of(event)
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
            case.circumstances.seen.update(_keys(event, settings, row.source))
        return row.moved(unposted, now)
    owner = owner_in(event, row.source, _mode(row))
    if owner == "nobody":
        return row.moved("ignored", now)
    row = replace(row, newer_version=on_newer(event, settings), counter=case.circumstances.counter)
    if event.effect == "reverse":
        from daybook.workflows import accumulate  # noqa: PLC0415

        follows = accumulate.reverse(row, event, case.ledger, now, in_day=owner == "day")
        # What is reversed is what was posted, whatever this body says: the poster finds it.
        return follows or row.moved("ready", now, entry=b"", entry_id="")
    _within_the_company(event, case)
    if owner == "document":
        return _in_documents(row, event, case)
    legs = legs_to_post(event, case.books)
    # What a batch's mapping leaves out has its key all the same.
    is_batch = isinstance(event.body, LedgerBatch)
    case.circumstances.seen.update(keys_of(event) if is_batch else seen_in(legs))
    if owner == "day":
        from daybook.workflows import accumulate  # noqa: PLC0415

        taken = accumulate.Taken(case.books, case.parties, case.ledger, now)
        return accumulate.member(row, event, legs, day, taken)
    return _by_itself(row, event, legs, day, case)


def _keys(event: FinancialEvent, settings: Settings, source: str) -> set[SeenKey]:
    return keys_of(event, settings.purchases_to, cogs_owner(settings, source))


def _by_itself(
    row: Posting, event: FinancialEvent, legs: Sequence[Leg], day: date, case: _Case
) -> Posting:
    """The row as an entry of its own, or as the receipt that stands for it. Raises Held."""
    decision = Decision(parties=case.parties, items=case.parties.sold_on, revision=row.key.revision)
    entry = entry_of(legs, event, case.books, decision, day)
    if entry is None:
        return _nothing(row, event, case)
    formed = in_its_form(entry, event, case.books, decision)
    return _ready(row, _on_an_open_day(formed, row, case), case)


def _nothing(row: Posting, event: FinancialEvent, case: _Case) -> Posting:
    """The row of an event with nothing to post: void, unless older versions may have posted."""
    if not _is_alone(row, case.ledger):
        return row.moved("ready", case.now, entry=b"", entry_id="")
    owner = cogs_owner(case.books.mapping.settings, row.source)
    said = not_its_own(event, owner)
    return row.moved("void", case.now, entry=b"", entry_id="", reason_text=said)


def _mode_kept(row: Posting, event: FinancialEvent, day: date, books: Books) -> str:
    """The posting mode as the row has it, fixed with the business date at the first translation.

    What the close of a day posts whatever the mode, such as some families of ledger rows, is of
    mode day_summary."""
    mode = _mode(row) if row.business_date else books.mapping.mode_at(event.location, day)
    mode = "day_summary" if owner_in(event, row.source, mode) == "day" else mode
    return "" if mode == MODES[0] else mode


def _mode(row: Posting) -> Mode:
    return next((one for one in MODES if one == row.mode), MODES[0])


def _in_documents(row: Posting, event: FinancialEvent, case: _Case) -> Posting:
    """The row as a document, or what stands beside one, ready. Raises Held."""
    from daybook.workflows import documents  # noqa: PLC0415

    if isinstance(event.body, PartyChange):
        return documents.tell_party(event.body, row, case.circumstances.parties, case.now)
    case.circumstances.seen.update(
        documents.keys_in(event, case.books.mapping.settings, row.source)
    )
    decision = Decision(parties=case.parties, items=case.parties.sold_on, revision=row.key.revision)
    entry = documents.transaction_of(event, case.books, decision, row.key.part)
    if entry is None:
        return _nothing(row, event, case)
    after = _ready(row, _on_an_open_day(entry, row, case), case)
    if row.key.part == 0 and documents.has_stock(event, case.books):
        _put_stock(after, event, case)
    return after


def _put_stock(row: Posting, event: FinancialEvent, case: _Case) -> None:
    """Put the row of what a sale took from stock, before its document's own is there: whichever
    dies in between, the row follows the document's fate."""
    circumstances = case.circumstances
    if circumstances.parties.trial:
        return
    from daybook.workflows import documents  # noqa: PLC0415

    stock = documents.stock_row(row, case.now)
    judged = judge(stock, event, circumstances, case.now, case.ledger)
    if judged.status in ("ready", "held") and case.ledger.put(judged) == "created":
        circumstances.parties.created.append(judged)


def _on_an_open_day(entry: Transaction, row: Posting, case: _Case) -> Transaction:
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
    return moved_transaction(entry, day)


def _ready(row: Posting, entry: Transaction, case: _Case) -> Posting:
    generation = row.generation + 1 if row.sent_at else row.generation
    return row.moved(
        "ready",
        case.now,
        entry=entry.to_json(),
        entry_id=entry.entry_id,
        entity=entity_of(entry),
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
    return all(
        other.key == key
        for other in family
        if other.key.purpose != "create" and other.key.part == key.part
    )


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


def books_of(circumstances: Circumstances) -> tuple[Books, int]:
    """Where a connection's events are posted, by which version. Raises Held `setting_needed`."""
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
        classes=ClassLookup(circumstances.parties.objects),
    )
    return books, active.version
