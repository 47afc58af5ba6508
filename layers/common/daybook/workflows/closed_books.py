"""Closed books, where more than one entry is concerned: a reversal and what takes its place.

The two stand in the books together or not at all, on open days: see `domain/closed_books.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from daybook.domain.closed_books import Closing, closing_of, moved_transaction
from daybook.domain.posting import Posting, Transaction
from daybook.domain.purchase_document import PurchaseDocument
from daybook.domain.reversal import reversal_of
from daybook.workflows.ports import Connections, Ledger, Mappings

# Of a connection, by its id.
type Closings = Callable[[str], Closing]


def closing_now(connection: str, connections: Connections, mappings: Mappings) -> Closing:
    """The closing date of a connection's company as it was imported last, and its setting."""
    found = connections.get(connection)
    active = mappings.active(connection)
    chart = mappings.chart(found.realm) if found and found.realm else None
    return closing_of(chart, active.mapping.settings if active else None)


def remembered(connections: Connections, mappings: Mappings) -> Closings:
    """`closing_now`, each connection's read once: for one run, in which QuickBooks' own refusal
    tells what has changed meanwhile."""
    known: dict[str, Closing] = {}

    def closing(connection: str) -> Closing:
        if connection not in known:
            known[connection] = closing_now(connection, connections, mappings)
        return known[connection]

    return closing


def must_be_open(row: Posting, closing: Closing) -> None:
    """Raises Held `period_closed` if a row's entry is dated on a day that is closed by now; judged
    again it moves, where the setting says so."""
    if row.entry:
        closing._replace(moves=False).day_for(row.transaction().txn_date)


def reversal_entry(
    original: Posting,
    closing: Closing,
    *,
    day: date | None = None,
    beside: Posting | None = None,
) -> Transaction:
    """The entry that takes a posted one back, on an open day.

    day: of a reversing event; without one it is that of the entry taken back. beside: the row that
    takes its place. Raises Held `period_closed`.
    """
    entry = original.transaction()
    mirrored = reversal_of(entry, original.realm, original.key, day)
    if isinstance(mirrored, PurchaseDocument) and mirrored.form == "PurchaseOrder":
        # It moves no account: it is closed as it stands, and has no day of its own.
        return mirrored.closing(original.qbo_id)
    if day is not None:
        return moved_transaction(mirrored, closing.day_for(day), f"reversed on {day}")
    taken_by = beside.transaction() if beside and beside.entry else None
    on = closing.day_of_reversal(
        entry.txn_date,
        taken_by.txn_date if taken_by else None,
        moved=beside is not None and _is_moved(beside),
    )
    return moved_transaction(mirrored, on, f"reverses an entry of {entry.txn_date}")


def reversal_again(reversal: Posting, ledger: Ledger, closing: Closing) -> Transaction:
    """The entry of a reversal, or of a closed day, that QuickBooks refused, on a day that is open
    by now. Raises Held."""
    key = reversal.key
    if key.purpose == "close":
        day = date.fromisoformat(reversal.business_date)
        return moved_transaction(reversal.transaction(), closing.day_for(day))
    original = ledger.get(replace(key, purpose="post"))
    assert original is not None, f"{reversal.id} takes back nothing"
    day = date.fromisoformat(reversal.business_date)
    if day != original.transaction().txn_date:
        return reversal_entry(original, closing, day=day)
    family = ledger.of_object(key.connection, key.object_type, key.object_id)
    return reversal_entry(original, closing, beside=_waiting(family))


def _waiting(family: Sequence[Posting]) -> Posting | None:
    """The version that waits for its older one to be taken back, if one does."""
    waiting = [
        row
        for row in family
        if row.key.purpose == "post"
        and not row.beside
        and row.entry
        and (row.status == "ready" or row.reason == "waits_for_prior")
    ]
    return max(waiting, key=lambda row: row.created_at, default=None)


def _is_moved(row: Posting) -> bool:
    return bool(row.entry) and row.transaction().txn_date.isoformat() != row.business_date
