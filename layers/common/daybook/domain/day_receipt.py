"""The day as a sales receipt: the lines of its balanced entry on service items, in total zero.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/salesreceipt
"""

from daybook.domain.books import Books, Decision
from daybook.domain.day_report import in_its_form
from daybook.domain.document import MAX_DOCUMENT_LINES, SalesDocument, SalesLine
from daybook.domain.document_items import missing_items, one_department
from daybook.domain.errors import Held, Missing
from daybook.domain.event import FinancialEvent
from daybook.domain.journal import JournalEntry, Line
from daybook.domain.needs import Needs, NeedsFirst
from daybook.domain.new_item import item_refusal
from daybook.domain.row_names import row_name
from daybook.domain.translation import date_of, entry_of, legs_to_post

_MAX_DESCRIPTION = 4_000
_AS_JOURNAL = "Send it as a journal entry."

type _Place = tuple[str, str | None, bool]


def receipt_of(
    entry: JournalEntry, location: str, books: Books, decision: Decision | None = None
) -> SalesDocument:
    """The receipt that stands for an entry, in its place: same id, number, date and note.

    One line for each account and class, what was credited above zero and what was debited below,
    each side for itself. Deposited to the account of role receipt_clearing at the location.
    Raises NeedsFirst (a Held) with the items to be created first; Held for what has no place on a
    receipt (receivables, payables, the sales tax centre) and where receipt_clearing is not mapped.
    """
    decision = decision or Decision()
    deposit_to = _clearing(location, books)
    for line in entry.lines:
        _check(line, books)
    department = one_department(line.department for line in entry.lines)
    missing = missing_items((line.account for line in entry.lines), books, decision)
    if missing:
        raise NeedsFirst(Needs(items=missing))
    lines = _lines(entry, decision)
    if len(lines) > MAX_DOCUMENT_LINES:
        text = f"{len(lines)} lines; a receipt takes {MAX_DOCUMENT_LINES}. {_AS_JOURNAL}"
        raise Held("too_many_lines", text)
    return SalesDocument(
        form="SalesReceipt",
        entry_id=entry.entry_id,
        event=entry.event,
        kind=entry.kind,
        txn_date=entry.txn_date,
        doc_number=entry.doc_number,
        currency=entry.currency,
        customer="",
        lines=lines,
        total=0,
        department=department,
        deposit_to=deposit_to,
        note=entry.note,
        exchange_rate=entry.exchange_rate,
        mapping_version=entry.mapping_version,
    )


def own_posting(
    event: FinancialEvent, books: Books, decision: Decision
) -> JournalEntry | SalesDocument | None:
    """What an event of its own is posted as, in its form; None where there is nothing to post.
    Raises Held, NeedsFirst for items that have to be created."""
    day = date_of(event, books.mapping)
    entry = entry_of(legs_to_post(event, books), event, books, decision, day)
    return in_its_form(entry, event, books, decision) if entry else None


def _lines(entry: JournalEntry, decision: Decision) -> tuple[SalesLine, ...]:
    """What was sold first, then how it was paid; each in the order of the entry."""
    together: dict[_Place, list[Line]] = {}
    for line in sorted(entry.lines, key=lambda one: one.side == "debit"):
        place = (line.account, line.class_, line.side == "debit")
        together.setdefault(place, []).append(line)
    return tuple(_line(place, lines, decision) for place, lines in together.items())


def _line(place: _Place, lines: list[Line], decision: Decision) -> SalesLine:
    account, class_, is_debit = place
    amount = sum(line.amount for line in lines)
    said = "; ".join(dict.fromkeys(line.description for line in lines if line.description))
    return SalesLine(
        lines[0].role,
        lines[0].key,
        account,
        decision.items[account],
        -amount if is_debit else amount,
        said[:_MAX_DESCRIPTION],
        "1",
        class_,
    )


def _check(line: Line, books: Books) -> None:
    """Raises Held for a line that no item can stand for."""
    if line.name:
        kind = line.name.kind
        raise Held(
            "setting_needed",
            f"Account {line.account} needs a {kind}, and no item can sell into it. {_AS_JOURNAL}",
        )
    refusal = item_refusal(line.account, books.chart)
    if refusal:
        raise Held("setting_needed", f"{refusal[0].upper()}{refusal[1:]}. {_AS_JOURNAL}")


def _clearing(location: str, books: Books) -> str:
    row = books.mapping.resolve("receipt_clearing", "", location)
    if row is None or row.account is None:
        raise Held(
            "unmapped_account",
            f"No account is mapped for receipt_clearing '' at {location}.",
            (Missing("receipt_clearing", "", location),),
        )
    refusal = books.chart.refusal("receipt_clearing", row.account) if books.chart else None
    if refusal:
        text = f"{refusal[0].upper()}{refusal[1:]}. Change {row_name(row)} of the mapping."
        raise Held("inactive_account", text)
    return row.account
