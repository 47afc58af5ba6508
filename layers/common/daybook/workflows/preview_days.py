"""Days in a preview: what stands at the end of the input is closed, each day once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from daybook.domain.books import Books, Decision
from daybook.domain.day_receipt import receipt_of
from daybook.domain.day_summary import Day, DayBook, entries_of
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent
from daybook.domain.families import owner_in
from daybook.domain.journal import JournalEntry, Place
from daybook.domain.mapping import Mode
from daybook.domain.new_item import ItemsByName
from daybook.domain.translation import entry_of_member, legs_to_post, posting_key
from daybook.workflows.standing import Fate, Standing


@dataclass(frozen=True, slots=True)
class InDay:
    """An event that is posted with its day, and what stands of its object."""

    event: FinancialEvent
    day: date
    fate: Fate
    standing: Standing


def is_in_day(event: FinancialEvent, books: Books, mode: Mode) -> bool:
    """Whether the close of its day posts an event."""
    return owner_in(event, books.source, mode) == "day"


def member_entry(
    event: FinancialEvent, books: Books, decision: Decision, day: date
) -> JournalEntry | None:
    """What an event adds to its day, as an entry. Raises Held."""
    return entry_of_member(legs_to_post(event, books), event, books, decision, day)


def closed(events: Iterable[InDay], books: Books) -> Iterator[Fate]:
    """The days of the events, in order, each as one fate under `location/date/currency/1`.

    The events' own fates keep no entry; one that no longer stands is superseded or void.
    """
    days: dict[Day, DayBook] = {}
    for one in events:
        stands = _stands(one, books)
        if stands is not None:
            place = (one.event.location, one.day.isoformat(), one.event.currency)
            book = days.setdefault(Day(books.connection, *place), DayBook())
            book.add(one.event.name, _lines(stands), stands.exchange_rate or "1")
        elif one.fate.entries:
            one.fate.skip("superseded" if one.standing.posted else "void")
        one.fate.entries.clear()
    for day in sorted(days):
        yield _posted(day, days[day], books)


def _posted(day: Day, book: DayBook, books: Books) -> Fate:
    """A day's entries, or the receipts that stand for them by the setting `day_form`."""
    fate = Fate(day.name(1))
    as_receipt = books.mapping.settings.day_form == "sales_receipt"
    known = Decision(items=ItemsByName())
    for _, entry in entries_of(day, 1, book, books):
        try:
            made = receipt_of(entry, day.location, books, known) if as_receipt else entry
        except Held as held:
            fate.hold(held.problem)
        else:
            fate.entries.append(made)
    return fate


def _stands(one: InDay, books: Books) -> JournalEntry | None:
    posted = one.standing.posted
    if posted is None or posted.key != posting_key(one.event, books.connection):
        return None
    return posted.entry if isinstance(posted.entry, JournalEntry) else None


def _lines(entry: JournalEntry) -> dict[Place, int]:
    return {
        (line.role, line.key, line.account, line.class_, line.department, line.name): (
            line.amount if line.side == "debit" else -line.amount
        )
        for line in entry.lines
    }
