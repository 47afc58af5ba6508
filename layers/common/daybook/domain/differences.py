"""In what a transaction in QuickBooks differs from the one sent, as parts of a sentence."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import Transaction
from daybook.domain.found import FoundPurchase, FoundSale, FoundTransaction
from daybook.domain.identity import read_marker
from daybook.domain.journal import JournalEntry
from daybook.domain.money import to_text
from daybook.domain.outcome import FoundEntry
from daybook.domain.purchase_document import PurchaseDocument

_MAX_DIFFERENCES: Final = 10

type EntryLine = tuple[str, str, int, str, str]
type FormLine = tuple[str, int, str]


def differences(found: FoundTransaction, sent: Transaction, entry_id: str) -> list[str]:
    """What a person may have changed: date, customer or vendor, lines, mark; at most ten parts."""
    said = []
    if found.txn_date != sent.txn_date.isoformat():
        said.append(f"its date is {found.txn_date}, not {sent.txn_date}")
    said += _of_content(found, sent)
    mark = read_marker(found.private_note)
    if mark is None or mark.entry_id16 != entry_id[:16]:
        said.append("its note no longer ends in daybook's mark")
    elif not said:
        said.append("its note carries the mark of another content")
    more = len(said) - _MAX_DIFFERENCES
    return [*said[:_MAX_DIFFERENCES], f"and {more} more"] if more > 0 else said


def _of_content(found: FoundTransaction, sent: Transaction) -> Iterator[str]:
    match found, sent:
        case FoundEntry(), JournalEntry():
            lines: Counter[EntryLine] = Counter(
                (one.side, one.account, one.amount, one.class_ or "", one.department or "")
                for one in sent.lines
            )
            there = Counter(found.lines)
            yield from (f"it lacks {_line(one, sent)}" for one in _sorted(lines - there))
            yield from (f"it has {_line(one, sent)}" for one in _sorted(there - lines))
        case FoundSale(), SalesDocument():
            if found.customer != sent.customer:
                yield f"its customer is {found.customer or 'nobody'}, not {sent.customer}"
            ours = Counter((one.item, one.amount, one.class_ or "") for one in sent.lines)
            yield from _of_lines(Counter(found.lines), ours, sent.currency, "item")
        case FoundPurchase(), PurchaseDocument():
            if found.vendor != sent.vendor:
                yield f"its vendor is {found.vendor or 'nobody'}, not {sent.vendor}"
            if sent.closes and not found.closed:
                yield "it is open again"
            costs = Counter((one.account, one.amount, one.class_ or "") for one in sent.lines)
            yield from _of_lines(Counter(found.lines), costs, sent.currency, "account")


def _of_lines(
    there: Counter[FormLine], ours: Counter[FormLine], currency: str, what: str
) -> Iterator[str]:
    for word, lines in (("lacks", ours - there), ("has", there - ours)):
        for target, amount, class_ in sorted(lines.elements()):
            place = f", class {class_}" if class_ else ""
            yield f"it {word} {to_text(amount, currency)} on {what} {target or 'none'}{place}"


def _sorted(lines: Counter[EntryLine]) -> Iterable[EntryLine]:
    return sorted(lines.elements())


def _line(line: EntryLine, entry: JournalEntry) -> str:
    side, account, amount, class_, department = line
    place = "".join(
        f", {word} {value}"
        for word, value in (("class", class_), ("location", department))
        if value
    )
    return f"{side} {to_text(amount, entry.currency)} on account {account}{place}"
