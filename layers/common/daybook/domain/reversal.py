"""What takes a posted entry or document back, and whether a newer version changes the books."""

from dataclasses import replace
from datetime import date

from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import Transaction
from daybook.domain.identity import PostingKey, doc_number, entry_id
from daybook.domain.journal import JournalEntry
from daybook.domain.purchase_document import PurchaseDocument


def reversal_of[E: (JournalEntry, SalesDocument, PurchaseDocument, Transaction)](
    entry: E, realm: str, key: PostingKey, txn_date: date | None = None
) -> E:
    """The mirrored entry of a posted one, or the counterpart of a document (an invoice's is a
    credit memo, a purchase order's its closing); key: the posting key of what is taken back.

    txn_date: the date of a reversing event. Without one the reversal stands on the date of the
    entry that it reverses, beside the newer version that takes its place.
    """
    reverse = key.reversal()
    identity = entry_id(realm, reverse)
    return entry.mirrored(
        identity,
        f"{reverse.object_type}/{reverse.object_id}/{reverse.version}/reverse",
        doc_number(f"R-{entry.doc_number}", identity),
        f"Reverses {entry.doc_number} | {entry.note}",
        txn_date or entry.txn_date,
    )


def same_in_books(before: Transaction, after: Transaction, *, same_day: bool = False) -> bool:
    """Whether a newer version would post just what is posted: then there is nothing to do.

    same_day: both are of one business date; closed books alone may have put them on two days.
    """
    if same_day:
        after = replace(after, txn_date=before.txn_date)
    return _posted(before) == _posted(after)


def _posted(entry: Transaction) -> tuple[object, ...]:
    if isinstance(entry, SalesDocument):
        sold = tuple((line.item, line.amount, line.class_, line.tax_code) for line in entry.lines)
        form = (entry.form, entry.customer, entry.department, entry.deposit_to, entry.tax)
        return entry.txn_date, entry.currency, entry.exchange_rate, *form, sold
    if isinstance(entry, PurchaseDocument):
        owed = (entry.form, entry.vendor, entry.payable, entry.department, entry.due_date)
        costs = tuple((line.account, line.amount, line.class_) for line in entry.lines)
        return entry.txn_date, entry.currency, entry.exchange_rate, *owed, costs
    lines = tuple(
        (line.side, line.account, line.amount, line.class_, line.department, line.name)
        for line in entry.lines
    )
    return entry.txn_date, entry.currency, entry.exchange_rate, lines
