"""Closed books: on which day an event is posted whose own day QuickBooks no longer takes.

The closing date is imported with the chart and advisory: QuickBooks' own answer (6200, 6210) has
the last word. https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/preferences
"""

import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from daybook.domain.chart import Chart
from daybook.domain.document_kinds import Transaction
from daybook.domain.errors import Held
from daybook.domain.journal import JournalEntry, Line

if TYPE_CHECKING:
    from daybook.domain.document import SalesDocument, SalesLine
    from daybook.domain.mapping import Settings
    from daybook.domain.purchase_document import CostLine, PurchaseDocument

# QuickBooks takes 4,000 characters in a line's Description.
_MAX_DESCRIPTION = 4_000


class Closing(NamedTuple):
    """Until when a company's books are closed, and what a connection does about it.

    through: the last closed day, None where all are open. moves: post on the first open day rather
    than hold. fiscal_month: the first month of the company's fiscal year, 1 to 12. version: of the
    chart that this is known from.
    """

    through: date | None = None
    moves: bool = False
    fiscal_month: int = 1
    version: int = 0

    def is_open(self, day: date) -> bool:
        """Whether entries can be dated so."""
        return self.through is None or day > self.through

    def day_for(self, day: date) -> date:
        """The day on which an event of this business date is posted: its own where that is open.

        Raises Held `period_closed`.
        """
        if self.through is None or day > self.through:
            return day
        if not self.moves:
            raise Held("period_closed", f"The books are closed through {self.through}, {day} too.")
        return self._moved(day, self.through + timedelta(days=1))

    def day_of_reversal(
        self, day: date, beside: date | None = None, *, moved: bool = False
    ) -> date:
        """The day of an entry that takes back one of `day`: that day, where it is open.

        beside: where the entry stands that takes its place; the two move together, so that the
        reversal stands there too if its own day is closed, or if that entry was `moved`.
        Raises Held `period_closed`.
        """
        if self.is_open(day) and not moved:
            return day
        if beside is None or not self.is_open(beside):
            return self.day_for(day)
        if not self.moves:
            raise Held(
                "period_closed",
                f"The books are closed through {self.through}, and what it replaces is of {day}.",
            )
        return self._moved(day, beside)

    def _moved(self, day: date, to: date) -> date:
        if self._fiscal_year(day) != self._fiscal_year(to):
            raise Held(
                "period_closed",
                f"The books are closed through {self.through}; {to}, the first day for what is of "
                f"{day}, is in another fiscal year.",
            )
        return to

    def _fiscal_year(self, day: date) -> int:
        return day.year if day.month >= self.fiscal_month else day.year - 1


OPEN = Closing()


def closing_of(chart: Chart | None, settings: "Settings | None") -> Closing:
    """What is known of a company's closing date, and what the mapping does about it."""
    if chart is None:
        return OPEN
    moves = settings is not None and settings.closed_books == "next_open_day"
    return Closing(chart.close_date, moves, chart.fiscal_month, chart.version)


def moved[E: (JournalEntry, SalesDocument, PurchaseDocument)](
    entry: E, to: date, words: str = ""
) -> E:
    """The entry or document on another day; amounts and accounts as they were.

    words: what its note and each line say of its own day; the business date by default.
    """
    if to == entry.txn_date:
        return entry
    words = words or f"business date {entry.txn_date}"
    return replace(
        entry,
        txn_date=to,
        # First, because a long note is cut at its end.
        note=f"{words} | {entry.note}" if entry.note else words,
        lines=tuple(_told(line, words) for line in entry.lines),
    )


def moved_transaction(entry: Transaction, to: date, words: str = "") -> Transaction:
    """As `moved`, of whichever it is."""
    if isinstance(entry, JournalEntry):
        return moved(entry, to, words)
    from daybook.domain.document import SalesDocument  # noqa: PLC0415 -- most are entries
    from daybook.domain.purchase_document import PurchaseDocument  # noqa: PLC0415

    match entry:
        case SalesDocument():
            return moved(entry, to, words)
        case PurchaseDocument():
            return moved(entry, to, words)


def _told[L: (Line, SalesLine, CostLine)](line: L, words: str) -> L:
    # QuickBooks counts in UTF-16.
    room = 2 * (_MAX_DESCRIPTION - len(words) - 2)
    units = line.description.encode("utf-16-le", "surrogatepass")
    said = units[:room].decode("utf-16-le", "ignore")
    return copy.replace(line, description=f"{said}; {words}" if said else words)
