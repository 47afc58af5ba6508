"""The entry that takes a posted one back, and whether a newer version changes the books at all."""

from datetime import date

from daybook.domain.identity import PostingKey, doc_number, entry_id
from daybook.domain.journal import JournalEntry


def reversal_of(
    entry: JournalEntry, realm: str, key: PostingKey, txn_date: date | None = None
) -> JournalEntry:
    """The mirrored entry of a posted one; key: the posting key of what is taken back.

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


def same_in_books(before: JournalEntry, after: JournalEntry) -> bool:
    """Whether a newer version would post just what is posted: then there is nothing to do."""
    return _posted(before) == _posted(after)


def _posted(entry: JournalEntry) -> tuple[object, ...]:
    lines = tuple(
        (line.side, line.account, line.amount, line.class_, line.department, line.name)
        for line in entry.lines
    )
    return entry.txn_date, entry.currency, entry.exchange_rate, lines
