"""Judges one posting by what QuickBooks has of it. Decides; does and asks nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from daybook.domain.flags import GONE
from daybook.domain.identity import read_marker
from daybook.domain.journal import JournalEntry
from daybook.domain.money import to_text
from daybook.domain.outcome import FoundEntry
from daybook.domain.posting import Posting

# Of these QuickBooks must have one entry. A reversed one stays, beside the entry that reverses it.
IN_THE_BOOKS = frozenset({"posted", "reversed"})
_ON_ITS_WAY = frozenset({"sending", "uncertain"})
_MAY_BE_ADOPTED = frozenset({"ready", "held"})
_MAX_DIFFERENCES = 10

type FoundLine = tuple[str, str, int, str, str]
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
    """Whether a row would be a journal entry of its own in QuickBooks.

    A reversing event is posted by the entry of its original's reversal; a conflict is never sent.
    """
    reversing = row.key.effect == "reverse" and row.key.purpose == "post"
    return bool(row.entry) and row.entity == "JournalEntry" and not reversing and not row.beside


def is_gone(row: Posting) -> bool:
    """Whether a row was taken back without an entry: a proof had found its own gone, and a person
    agreed (undo, or clearing the flag). The flag stays on it as the word for that."""
    return row.status == "reversed" and any(flag.name in GONE for flag in row.flags)


def counts(row: Posting) -> bool:
    """Whether QuickBooks must have the row's entry."""
    return row.status in IN_THE_BOOKS and not is_gone(row)


def judge(
    row: Posting, live: Sequence[FoundEntry], is_same: Callable[[FoundEntry], bool]
) -> Verdict:
    """The verdict on a row. live: all that QuickBooks has of it; is_same: whether one is equal."""
    ids = tuple(sorted((one.qbo_id for one in live), key=id_order))
    if counts(row):
        return _of_posted(row, live, ids, is_same)
    if not live or row.status in _ON_ITS_WAY:
        return Verdict("well", ids)
    if row.status in _MAY_BE_ADOPTED and len(live) == 1 and is_same(live[0]):
        return Verdict("late", ids, f"Entry {ids[0]} turned up in QuickBooks and is recorded now.")
    state = "was taken back as gone" if is_gone(row) else "was never recorded as posted"
    text = f"QuickBooks has {_entries(ids)} of this event, which {state}."
    return Verdict("double", ids, text)


def _of_posted(
    row: Posting,
    live: Sequence[FoundEntry],
    ids: tuple[str, ...],
    is_same: Callable[[FoundEntry], bool],
) -> Verdict:
    if not live:
        return Verdict("absent", (row.qbo_id,))
    if len(live) > 1:
        text = f"QuickBooks has {_entries(ids)} of this one posting; {row.qbo_id} is recorded."
        return Verdict("double", ids, text)
    if not is_same(live[0]):
        said = "; ".join(differences(live[0], row.journal(), row.entry_id))
        return Verdict("edited", ids, f"Entry {ids[0]} was changed in QuickBooks: {said}.")
    return Verdict("well" if ids[0] == row.qbo_id else "other_id", ids)


def id_order(qbo_id: str) -> tuple[int, str]:
    """Ids are numbers as text."""
    return len(qbo_id), qbo_id


def _entries(ids: Sequence[str]) -> str:
    return f"entry {ids[0]}" if len(ids) == 1 else f"entries {', '.join(ids)}"


def differences(found: FoundEntry, entry: JournalEntry, entry_id: str) -> list[str]:
    """In what an entry in QuickBooks differs from the one that was sent, as parts of a sentence."""
    said = []
    if found.txn_date != entry.txn_date.isoformat():
        said.append(f"its date is {found.txn_date}, not {entry.txn_date}")
    sent: Counter[FoundLine] = Counter(
        (line.side, line.account, line.amount, line.class_ or "", line.department or "")
        for line in entry.lines
    )
    there = Counter(found.lines)
    said += [f"it lacks {_line(one, entry.currency)}" for one in _sorted(sent - there)]
    said += [f"it has {_line(one, entry.currency)}" for one in _sorted(there - sent)]
    mark = read_marker(found.private_note)
    if mark is None or mark.entry_id16 != entry_id[:16]:
        said.append("its note no longer ends in daybook's mark")
    elif not said:
        said.append("its note carries the mark of another content")
    more = len(said) - _MAX_DIFFERENCES
    return [*said[:_MAX_DIFFERENCES], f"and {more} more"] if more > 0 else said


def _sorted(lines: Counter[FoundLine]) -> Iterable[FoundLine]:
    return sorted(lines.elements())


def _line(line: FoundLine, currency: str) -> str:
    side, account, amount, class_, department = line
    place = "".join(
        f", {word} {value}"
        for word, value in (("class", class_), ("location", department))
        if value
    )
    return f"{side} {to_text(amount, currency)} on account {account}{place}"
