"""Judges one posting by what QuickBooks has of it. Decides; does and asks nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from daybook.domain.differences import differences
from daybook.domain.document_kinds import DOCUMENT_FORMS
from daybook.domain.flags import GONE
from daybook.domain.found import FoundPurchase, FoundTransaction
from daybook.domain.identity import read_marker
from daybook.domain.posting import Posting

# Of these QuickBooks must have one entry. A reversed one stays, beside the entry that reverses it.
IN_THE_BOOKS = frozenset({"posted", "reversed"})
_ON_ITS_WAY = frozenset({"sending", "uncertain"})
_MAY_BE_ADOPTED = frozenset({"ready", "held"})
_OF_THEIR_OWN = DOCUMENT_FORMS | {"JournalEntry"}

type Word = Literal[
    # All is as the ledger says, or nothing can be said yet.
    "well",
    # Well, but it is another entry than the recorded one: that one is gone.
    "other_id",
    # Never recorded as posted, and there it is, equal: it only has to be recorded.
    "late",
    "absent",
    "edited",
    # Two of one posting, or one that should not be there.
    "double",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a posting is in QuickBooks. ids: of the entries it is about; text: for a person."""

    word: Word
    ids: tuple[str, ...] = ()
    text: str = ""


def stands_for_itself(row: Posting) -> bool:
    """Whether a row would be an entry or document of its own in QuickBooks.

    A reversing event is posted by the entry of its original's reversal; a conflict is never sent.
    An order that was closed carries the mark of its closing, which stands for both.
    """
    reversing = row.key.effect == "reverse" and row.key.purpose == "post"
    closed = row.entity == "PurchaseOrder" and row.status == "reversed"
    is_own = row.entity in _OF_THEIR_OWN and not closed
    return bool(row.entry) and is_own and not reversing and not row.beside


def is_gone(row: Posting) -> bool:
    """Whether a row was taken back without an entry: a proof had found its own gone, and a person
    agreed (undo, or clearing the flag). The flag stays on it as the word for that."""
    return row.status == "reversed" and any(flag.name in GONE for flag in row.flags)


def counts(row: Posting) -> bool:
    """Whether QuickBooks must have the row's entry."""
    return row.status in IN_THE_BOOKS and not is_gone(row)


def judge(
    row: Posting, live: Sequence[FoundTransaction], is_same: Callable[[FoundTransaction], bool]
) -> Verdict:
    """The verdict on a row. live: all that QuickBooks has of it; is_same: whether one is equal."""
    ids = tuple(sorted((one.qbo_id for one in live), key=id_order))
    if counts(row):
        return _of_posted(row, live, ids, is_same)
    if not live or row.status in _ON_ITS_WAY:
        return Verdict("well", ids)
    if row.status in _MAY_BE_ADOPTED and len(live) == 1 and is_same(live[0]):
        text = f"{thing_of(row)} {ids[0]} turned up in QuickBooks and is recorded now."
        return Verdict("late", ids, text)
    state = "was taken back as gone" if is_gone(row) else "was never recorded as posted"
    text = f"QuickBooks has {_entries(row, ids)} of this event, which {state}."
    return Verdict("double", ids, text)


def _of_posted(
    row: Posting,
    live: Sequence[FoundTransaction],
    ids: tuple[str, ...],
    is_same: Callable[[FoundTransaction], bool],
) -> Verdict:
    if not live:
        return Verdict("absent", (row.qbo_id,))
    if len(live) > 1:
        text = f"QuickBooks has {_entries(row, ids)} of this one posting; {row.qbo_id} is recorded."
        return Verdict("double", ids, text)
    if not is_same(live[0]):
        if _is_closed(row, live[0]):
            return Verdict("well", ids)
        said = "; ".join(differences(live[0], row.transaction(), row.entry_id))
        text = f"{thing_of(row)} {ids[0]} was changed in QuickBooks: {said}."
        return Verdict("edited", ids, text)
    return Verdict("well" if ids[0] == row.qbo_id else "other_id", ids)


def _is_closed(row: Posting, found: FoundTransaction) -> bool:
    """Whether an order was just closed by daybook, which the ledger is about to record."""
    mark = read_marker(found.private_note)
    foreign = mark is not None and mark.entry_id16 != row.entry_id[:16]
    return isinstance(found, FoundPurchase) and found.closed and foreign


def id_order(qbo_id: str) -> tuple[int, str]:
    """Ids are numbers as text."""
    return len(qbo_id), qbo_id


def thing_of(row: Posting) -> str:
    """What a person calls a row's transaction, at the beginning of a sentence."""
    return "Entry" if row.entity == "JournalEntry" else str(row.entity)


def _entries(row: Posting, ids: Sequence[str]) -> str:
    if row.entity != "JournalEntry":
        return f"{row.entity} {', '.join(ids)}"
    return f"entry {ids[0]}" if len(ids) == 1 else f"entries {', '.join(ids)}"
