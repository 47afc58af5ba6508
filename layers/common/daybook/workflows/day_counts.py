"""What has become of the events that were posted with their days: an event's own row does not say.

A member counts as posted when all parts of its close are in the books.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from daybook.domain.day_close import Close
from daybook.domain.status import TROUBLE
from daybook.workflows.ports import Days, Ledger

_IN_THE_BOOKS = frozenset({"posted", "reversed"})


@dataclass(frozen=True, slots=True)
class DayCounts:
    """Events that were accumulated. posted: with their day; void: of closes that came to nothing;
    sending: of closes whose parts are on their way; held: of closes with a part that is held.

    parts, parts_posted: `k of n`, of all closes.
    """

    posted: int = 0
    void: int = 0
    sending: int = 0
    held: int = 0
    parts: int = 0
    parts_posted: int = 0

    def __add__(self, other: "DayCounts") -> "DayCounts":
        return DayCounts(
            self.posted + other.posted,
            self.void + other.void,
            self.sending + other.sending,
            self.held + other.held,
            self.parts + other.parts,
            self.parts_posted + other.parts_posted,
        )

    @property
    def closed(self) -> int:
        """How many accumulated events are in closes; the others wait for theirs."""
        return self.posted + self.void + self.sending + self.held


def day_counts(connections: Iterable[str], days: Days, ledger: Ledger) -> DayCounts:
    """The members of all closes of these connections, by what has become of their days."""
    counts = DayCounts()
    for connection in connections:
        for opened in days.open_days(connection):
            for close in days.closes(opened.day):
                counts += counts_of(close, ledger)
    return counts


def counts_of(close: Close, ledger: Ledger) -> DayCounts:
    """One close's events."""
    if not close.parts:
        return DayCounts(void=close.events)
    numbers = [0] if close.parts == 1 else range(1, close.parts + 1)
    rows = [ledger.get(close.day.key(close.sequence, number)) for number in numbers]
    states = [row.status if row else "ready" for row in rows]
    posted = sum(state in _IN_THE_BOOKS for state in states)
    if posted == close.parts:
        return DayCounts(posted=close.events, parts=close.parts, parts_posted=posted)
    if any(state in TROUBLE for state in states):
        return DayCounts(held=close.events, parts=close.parts, parts_posted=posted)
    return DayCounts(sending=close.events, parts=close.parts, parts_posted=posted)
