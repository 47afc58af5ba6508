"""What a business date came to at each location: events by status, tenders, closes.

Read by the index of business dates; nothing here reads the whole ledger.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from daybook.domain.day_close import Close
from daybook.domain.day_summary import Day
from daybook.domain.derivation import derive
from daybook.domain.errors import Held
from daybook.domain.posting import Posting
from daybook.domain.status import TROUBLE, Status
from daybook.workflows.ports import Days, Ledger

# What is in the books, on its way there, or waits for the close of its day.
_COUNTS: frozenset[Status] = frozenset({"accumulated", "ready", "sending", "uncertain", "posted"})


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """One close of a day, with the rows of those of its parts that are there."""

    close: Close
    rows: tuple[Posting, ...]

    @property
    def posted(self) -> int:
        """How many parts are in the books."""
        return sum(row.status in ("posted", "reversed") for row in self.rows)

    @property
    def qbo_ids(self) -> list[str]:
        """Their ids in QuickBooks."""
        return [row.qbo_id for row in self.rows if row.qbo_id]

    @property
    def troubled(self) -> list[Posting]:
        """The parts that wait for a person."""
        return [row for row in self.rows if row.status in TROUBLE]

    @property
    def is_posted(self) -> bool:
        """Whether all of it is in the books."""
        return self.posted == self.close.parts

    @property
    def settled(self) -> bool:
        """Whether there is nothing to wait for: each part is in the books, or held. What waits for
        the items of its receipt goes on by itself."""
        held = sum(row.reason != "item_needed" for row in self.troubled)
        return self.posted + held == self.close.parts


def closes_of(day: Day, days: Days, ledger: Ledger) -> list[ClosedDay]:
    """The closes of a day in their order, with their parts."""
    return [ClosedDay(close, tuple(_rows(close, ledger))) for close in days.closes(day)]


def _rows(close: Close, ledger: Ledger) -> Iterator[Posting]:
    # A day of one part has part 0; parts of several count from 1.
    numbers = [0] if close.parts == 1 else range(1, close.parts + 1)
    for number in numbers:
        row = ledger.get(close.day.key(close.sequence, number))
        if row is not None:
            yield row


@dataclass(slots=True)
class DayAt:
    """A location's business date. tenders: debits and credits in minor units by (key, currency)."""

    location: str
    date: str
    events: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    tenders: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    closes: list[ClosedDay] = field(default_factory=list)
    qbo_ids: list[str] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether something of it waits for a person."""
        troubled = any(one.troubled for one in self.closes)
        return troubled or any(self.events[word] for word in TROUBLE)

    @property
    def waiting(self) -> int:
        """How many accumulated events are in no close yet."""
        return max(self.events["accumulated"] - sum(one.close.events for one in self.closes), 0)


def days_of(  # noqa: PLR0913 -- which days, and what of them
    connection: str,
    dates: Iterable[str],
    ledger: Ledger,
    days: Days,
    location: str = "",
    *,
    tenders: bool = True,
) -> Iterator[DayAt]:
    """Each date (ISO) at each location that has something of it. location: "" for all. tenders:
    whether they are added up, which reads each event's content."""
    for day in dates:
        found: dict[str, DayAt] = {}
        rows = list(ledger.of_day(connection, day))
        gone = _taken_back_before_the_close(rows)
        for row in rows:
            if row.key.purpose in ("post", "reverse"):
                at = found.setdefault(row.location, DayAt(row.location, day))
                _add(at, row, counts=tenders and row.id not in gone)
        for opened in days.open_days(connection, day):
            place = opened.day.location
            at = found.setdefault(place, DayAt(place, day))
            at.closes += closes_of(opened.day, days, ledger)
        wanted = (found[one] for one in sorted(found) if location in ("", one))
        yield from (at for at in wanted if at.events or at.closes)


def _taken_back_before_the_close(rows: Iterable[Posting]) -> set[str]:
    """Accumulated events whose reversal is accumulated too: neither counts in the day."""
    by_key = {row.key: row for row in rows}
    pairs = (
        (row, by_key.get(row.key.reversal()))
        for row in by_key.values()
        if row.key.purpose == "post"
    )
    return {
        row.id
        for row, reversal in pairs
        if reversal and row.status == reversal.status == "accumulated"
    }


def _add(at: DayAt, row: Posting, *, counts: bool) -> None:
    if row.key.purpose == "post":
        at.events[row.status] += 1
        if row.reason and row.status == "held":
            at.reasons[row.reason] += 1
    if row.qbo_id:
        at.qbo_ids.append(row.qbo_id)
    if counts and row.status in _COUNTS and row.key.purpose == "post" and row.event:
        _add_tenders(at, row)


def _add_tenders(at: DayAt, row: Posting) -> None:
    event = row.financial_event()
    if event.effect == "reverse" or row.key.part:
        # The stock entry beside a document is of the same event.
        return
    # What does not add up is held, and its day says so.
    with suppress(Held):
        sums = defaultdict(lambda: (0, 0), at.tenders)
        for leg in derive(event):
            if leg.role == "payment_type":
                place = (leg.key, event.currency)
                debit, credit = sums[place]
                sums[place] = (debit + max(leg.amount, 0), credit + max(-leg.amount, 0))
        at.tenders = dict(sums)
