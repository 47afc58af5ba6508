"""What stored events become under a mapping: judged as a release would, and nothing is written.

run(row, event, circumstances, ...)  -> Ran: its entry, or why it has none
stored(...)                          -> the rows of business dates whose events can be run
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from daybook.domain.books import Decision
from daybook.domain.document import SalesDocument, SalesLine
from daybook.domain.document_kinds import Transaction
from daybook.domain.errors import Held, Problem
from daybook.domain.event import FinancialEvent
from daybook.domain.journal import Line
from daybook.domain.mapping import Mapping
from daybook.domain.posting import Posting
from daybook.domain.purchase_document import CostLine, PurchaseDocument
from daybook.domain.translation import date_of, entry_of_member, legs_to_post
from daybook.workflows.circumstances import Circumstances
from daybook.workflows.judge import books_of, judge
from daybook.workflows.ports import Ledger

# `reverses`: it takes back what was posted, whatever the mapping says.
type Outcome = Literal["posts", "reverses", "void", "held", "ignored", "not_started"]
type Progress = Callable[[int, int], None]


def silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one event becomes under one mapping. entry: of what posts; problem: of what is held."""

    outcome: Outcome
    entry: Transaction | None = None
    problem: Problem | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of what posts; a document's on the sides that QuickBooks books them on."""
        match self.entry:
            case SalesDocument() as document:
                return tuple(_as_line(line, document) for line in document.lines)
            case PurchaseDocument() as document:
                return tuple(_as_cost(line, document) for line in document.lines)
            case entry:
                return entry.lines if entry else ()


def _as_line(line: SalesLine, document: SalesDocument) -> Line:
    is_credit = (line.amount > 0) != (document.form == "CreditMemo")
    return Line(
        "credit" if is_credit else "debit",
        line.role,
        line.key,
        line.account,
        abs(line.amount),
        line.class_,
        document.department,
        None,
        line.description,
    )


def _as_cost(line: CostLine, document: PurchaseDocument) -> Line:
    is_debit = (line.amount > 0) != (document.form == "VendorCredit")
    return Line(
        "debit" if is_debit else "credit",
        line.role,
        line.key,
        line.account,
        abs(line.amount),
        line.class_,
        document.department,
        None,
        line.description,
    )


def run(
    row: Posting,
    event: FinancialEvent,
    circumstances: Circumstances,
    now: datetime,
    ledger: Ledger,
) -> Ran:
    """A row's event, judged as if it were new on its business date. circumstances: those of a
    trial, so that this only reads."""
    assert circumstances.parties.trial, "a trial run creates nothing"
    fresh = replace(row, status="received", entry=b"", entry_id="", sent_at="", missing=())
    after = judge(fresh, event, circumstances, now, ledger)
    match after.status:
        case "ready" if after.entry:
            return Ran("posts", after.transaction())
        case "ready" | "accumulated" if event.effect == "reverse":
            return Ran("reverses")
        case "accumulated":
            return Ran("posts", _with_its_day(after, event, circumstances))
        case "ready" | "void":
            return Ran("void")
        case "held":
            assert after.reason is not None
            return Ran("held", problem=Problem(after.reason, after.reason_text, after.missing))
        case "ignored" | "not_started":
            return Ran(after.status)
    raise AssertionError(f"an event is not judged {after.status}")


def _with_its_day(
    row: Posting, event: FinancialEvent, circumstances: Circumstances
) -> Transaction | None:
    """What an accumulated event adds to its day, as an entry of its own would be."""
    books, _ = books_of(circumstances)
    event = event.model_copy(update={"business_date": date.fromisoformat(row.business_date)})
    legs = legs_to_post(event, books)
    decision = Decision(parties=dict(row.parties))
    return entry_of_member(legs, event, books, decision, date.fromisoformat(row.business_date))


def stored(
    connection: str,
    days: Sequence[date],
    mappings: Sequence[Mapping],
    ledger: Ledger,
    progress: Progress = silent,
) -> Iterator[tuple[Posting, FinancialEvent]]:
    """Each row of the days, in their order, that an event can be read from, with its event.

    Then held rows that belong to the days and were not met: they have no business date yet, where
    their location is unknown. Left out: reversals, what stands beside another content, what was
    superseded.
    progress: called with (days read, days).
    """
    met: set[str] = set()
    for done, day in enumerate(days, 1):
        for row in ledger.of_day(connection, day.isoformat()):
            if _counts(row) and row.id not in met:
                met.add(row.id)
                yield row, row.financial_event()
        progress(done, len(days))
    wanted = frozenset(days)
    for row in ledger.held(connection):
        if _counts(row) and row.id not in met:
            event = row.financial_event()
            if (_fixed_day(row) or _day(event, mappings)) in wanted:
                yield row, event


def _counts(row: Posting) -> bool:
    return (
        row.key.purpose == "post"
        and bool(row.event)
        and not row.beside
        and row.status != "superseded"
    )


def _fixed_day(row: Posting) -> date | None:
    """The date that the first translation gave; the index of days may lag by a moment."""
    return date.fromisoformat(row.business_date) if row.business_date else None


def _day(event: FinancialEvent, mappings: Sequence[Mapping]) -> date | None:
    for mapping in mappings:
        try:
            return date_of(event, mapping)
        except Held:
            continue  # The location is not in this mapping; perhaps the other one has it.
    return event.occurred_at.date() if event.occurred_at else None
