"""Closing a business day: what is accumulated becomes one frozen list, and that list its postings.

    1  closes      those that are there already, and whose members no other close takes again
    2  gather      the day's index: what is in no list yet, mapped as it is mapped now
    3  freeze      content into the archive, then the close's row, put if absent: the first one wins
    4  post        a posting for each part, put if absent, then the doorbell
    5  looked      the open day knows up to when nothing of it is left out

Any crash leaves what doing it again completes: before 3 nothing is decided, after 3 everything is.
Two at once make one close; whoever comes second puts the postings of the first one's list.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from daybook.domain.books import Books
from daybook.domain.closed_books import closing_of, moved_transaction
from daybook.domain.day_close import Close, Content, OpenDay, frozen
from daybook.domain.day_report import Chosen
from daybook.domain.day_summary import KIND, Day, entries_of, renumbered
from daybook.domain.document_kinds import Transaction, entity_of
from daybook.domain.errors import Held
from daybook.domain.journal import JournalEntry
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.workflows.circumstances import Circumstances, circumstances_of
from daybook.workflows.gather import Gathered, Look, gather
from daybook.workflows.judge import books_of
from daybook.workflows.ports import Connection, Connections, Days, Doorbell, Ledger, Mappings

RING_HINTS = 30
# How often a close begins again whose sequence another one took meanwhile.
MAX_TRIES = 5

# Makes of a day's entry what is posted in its place, in the form chosen, or gives it back. Raises
# Held.
type Form = Callable[[JournalEntry, Day, Books, Circumstances, Chosen], Transaction]


def as_journal(
    entry: JournalEntry, _day: Day, _books: Books, _known: Circumstances, _chosen: Chosen
) -> Transaction:
    """The entry itself."""
    return entry


@dataclass(frozen=True, slots=True)
class Closer:
    """What closing needs. form: what a day's entry is posted as."""

    ledger: Ledger
    days: Days
    connections: Connections
    mappings: Mappings
    doorbell: Doorbell
    clock: Callable[[], datetime]
    form: Form = field(default=as_journal)


@dataclass(frozen=True, slots=True)
class Closed:
    """What a close came to.

    close: the new one, or None where nothing was left to be closed. last: the last one of the day.
    held: events that cannot be mapped any more, and wait for a person. rows: the postings of the
    new close, and of one that a crash had left unfinished.
    """

    day: Day
    close: Close | None = None
    last: Close | None = None
    held: int = 0
    rows: tuple[Posting, ...] = ()


class CloseContested(RuntimeError):  # noqa: N818 -- what happened
    """Others closed the day again and again at the same moment; the next tick looks again."""


def close_day(
    day: Day, tools: Closer, actor: str = "", *, whole: bool = False, chosen: Chosen = ""
) -> Closed:
    """Close what is accumulated of a day. Safe to repeat, and to run at once with others.

    whole: look at the day from its beginning, whatever earlier looks have seen. chosen: the form
    of the new close, frozen with it; one that a crash had left unfinished keeps its own.
    Raises Held `setting_needed` while company, chart or mapping are not there; CloseContested.
    """
    connection = tools.connections.get(day.connection) or Connection(day.connection, "")
    circumstances = circumstances_of(connection, tools, creating=False)
    books, _ = books_of(circumstances)
    finished: tuple[Posting, ...] = ()
    for _ in range(MAX_TRIES):
        opened, closes = _opened(day, tools), tools.days.closes(day)
        finished += _finish([one for one in closes if one.sequence > opened.sequence],
                            circumstances, tools)  # fmt: skip
        cut = tools.clock()
        found = gather(Look(day, closes, opened, circumstances, whole), tools)
        closed = _closed(day, closes, cut, found, books, (actor, chosen), tools)
        if closed is None:
            continue
        rows = finished
        if closed.close:
            rows += _post(closed.close, tools.days.content(closed.close), circumstances, tools)
        tools.days.looked(day, instant_text(cut), closed.last)
        _ring(books.realm, rows, tools)
        return Closed(day, closed.close, closed.last, found.held, rows)
    raise CloseContested(f"{day.name(0)} was closed by others {MAX_TRIES} times meanwhile")


def _opened(day: Day, tools: Closer) -> OpenDay:
    days = tools.days.open_days(day.connection, day.business_date)
    return next((one for one in days if one.day == day), OpenDay(day))


def _closed(  # noqa: PLR0913, PLR0917 -- what a close is made of
    day: Day,
    closes: Sequence[Close],
    cut: datetime,
    found: Gathered,
    books: Books,
    by: tuple[str, Chosen],
    tools: Closer,
) -> Closed | None:
    """The close of what was found, frozen; None where another took its sequence. by: who closes,
    and the form chosen."""
    actor, chosen = by
    last = closes[-1] if closes else None
    if not found.members:
        return Closed(day, None, last)
    sequence = last.sequence + 1 if last else 1
    entries = [
        (key.part, _numbered(entry, day, books, tools))
        for key, entry in entries_of(day, sequence, found.book, books)
    ]
    content = Content(tuple(sorted(found.members)), tuple(entries))
    close = frozen(
        day,
        sequence,
        instant_text(cut),
        content,
        events=found.events,
        mapping_version=books.mapping_version,
        actor=actor,
        form=chosen,
    )
    return Closed(day, close, close) if tools.days.freeze(close, content) else None


def _numbered(entry: JournalEntry, day: Day, books: Books, tools: Closer) -> JournalEntry:
    """The entry under its number, or under another where that one is taken by another day's."""
    if tools.days.take_number(books.realm, entry.doc_number, entry.entry_id):
        return entry
    other = renumbered(entry, day)
    tools.days.take_number(books.realm, other.doc_number, other.entry_id)
    return other


def _finish(
    closes: Iterable[Close], circumstances: Circumstances, tools: Closer
) -> tuple[Posting, ...]:
    """Put what a crash may have left out of closes that are frozen."""
    rows: tuple[Posting, ...] = ()
    for close in closes:
        rows += _post(close, tools.days.content(close), circumstances, tools)
    return rows


def _post(
    close: Close, content: Content, circumstances: Circumstances, tools: Closer
) -> tuple[Posting, ...]:
    """The postings of a close, put if absent, as they are now."""
    rows = []
    for part, entry in content.entries:
        row = _posting(close, part, entry, circumstances, tools)
        there = row if tools.ledger.put(row) == "created" else tools.ledger.get(row.key)
        rows.append(there or row)
    return tuple(rows)


def _posting(
    close: Close, part: int, entry: JournalEntry, circumstances: Circumstances, tools: Closer
) -> Posting:
    """A part's posting, ready on an open day, or held."""
    day, now = close.day, tools.clock()
    books, _ = books_of(circumstances)
    text, body = instant_text(now), entry.to_json()
    row = Posting(
        day.key(close.sequence, part), "received", books.source, KIND, day.location, "", text,
        text, realm=books.realm, business_date=day.business_date, occurred_at=close.cut,
        event_sha=content_sha(body), entry=body, entry_id=entry.entry_id,
        mapping_version=close.mapping_version, form=close.form,
        counter=close.mapping_version + circumstances.counter - circumstances.mapping_version,
    )  # fmt: skip
    closing = closing_of(circumstances.chart, books.mapping.settings)
    try:
        made = tools.form(entry, day, books, circumstances, close.form)
        made = moved_transaction(made, closing.day_for(entry.txn_date))
    except Held as held:
        return row.held(held.problem, now, row.counter)
    return row.moved("ready", now, entry=made.to_json(), entity=entity_of(made))


def _ring(realm: str, rows: Iterable[Posting], tools: Closer) -> None:
    ready = [row.id for row in rows if row.status == "ready"]
    if ready:
        tools.doorbell(realm, ready[:RING_HINTS])
