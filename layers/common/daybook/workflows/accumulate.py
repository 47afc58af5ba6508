"""Events that are posted with their day: what each becomes, and what it takes back.

The poster never sees them, so versions and reversals are settled here. A row that is accumulated
stays so: what takes it back is a row of its own with the legs on the other sides, under the same
day (`take_back`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from daybook.domain.books import Books, Decision
from daybook.domain.day_legs import DayLegs
from daybook.domain.day_report import ALREADY_SENT
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent
from daybook.domain.legs import Leg
from daybook.domain.posting import Posting, instant_text
from daybook.domain.translation import entry_of_member
from daybook.domain.versions import compare
from daybook.workflows.families import is_unclear
from daybook.workflows.object_rows import (
    KEPT_OUT,
    LIVE,
    SPENT,
    has_reversal,
    is_newer,
    is_post,
    others_of,
)
from daybook.workflows.ports import Ledger

# Whose reversal is the poster's.
_POSTERS = frozenset({"ready", "sending", "uncertain", "posted", "reversed"})


@dataclass(frozen=True, slots=True)
class Taken:
    """What an event that is posted with its day is judged with."""

    books: Books
    parties: Mapping[str, str]
    ledger: Ledger
    now: datetime


def member(
    row: Posting, event: FinancialEvent, legs: Sequence[Leg], day: date, taken: Taken
) -> Posting:
    """The row of an event as accumulated; void where it adds nothing, superseded where a newer
    version or the same content is there. legs: as `legs_to_post` gives them.

    Raises Held for what its entry would be held for, and for an older version that must wait.
    """
    entry = entry_of_member(legs, event, taken.books, Decision(parties=taken.parties), day)
    kept = DayLegs.of(event, taken.books, taken.parties if entry else {})
    kept = kept if entry else replace(kept, legs=())
    others = others_of(row, taken.ledger)
    if has_reversal(row, others):
        return _accumulated(row, kept, taken.now)
    posts = [one for one in others if is_post(one) and one.status not in SPENT]
    reverses = [one for one in others if one.key.effect == "reverse" and one.status in LIVE]
    if any(_takes_its_place(one, row, kept) for one in others) or any(
        compare(one.key.version, row.key.version) >= 0 for one in reverses
    ):
        return row.moved("superseded", taken.now, legs=kept.to_json())
    if any(is_unclear(one) for one in posts):
        raise Held("waits_for_prior", "An earlier version must be settled in QuickBooks first.")
    standing = [one for one in posts if one.status in ("accumulated", "posted")]
    if standing and _is_same(standing[-1], row, kept, others):
        return row.moved("superseded", taken.now, legs=kept.to_json())
    if standing and not row.asked_at:
        _refuse(row, standing[-1])
    if entry is None and not standing:
        return row.moved("void", taken.now)
    return _accumulated(row, kept, taken.now)


def _refuse(row: Posting, older: Posting) -> None:
    if row.newer_version == "refuse":
        raise Held("already_sent", ALREADY_SENT)
    if row.newer_version == "hold":
        raise Held(
            "conflict",
            f"Version {row.key.version} came after version {older.key.version} was taken up, "
            "and the setting newer_version holds it.",
        )


def _is_same(older: Posting, row: Posting, kept: DayLegs, others: Sequence[Posting]) -> bool:
    """Whether the older version stands and adds just the same to the same day."""
    taken_back = any(one.key == older.key.reversal() for one in others)
    return not taken_back and _says_the_same(older, row, kept)


def _takes_its_place(other: Posting, row: Posting, kept: DayLegs) -> bool:
    """Whether a row is a newer version, of whatever became; one that was superseded because this
    row says the same already leaves it standing."""
    if not is_post(other) or other.status in KEPT_OUT or not is_newer(other, row):
        return False
    return other.status != "superseded" or not _says_the_same(other, row, kept)


def _says_the_same(other: Posting, row: Posting, kept: DayLegs) -> bool:
    same_day = (other.business_date, other.location) == (row.business_date, row.location)
    return same_day and other.legs == kept.to_json()


def _accumulated(row: Posting, kept: DayLegs, now: datetime) -> Posting:
    return row.moved(
        "accumulated", now, legs=kept.to_json(), written_at=instant_text(now), entry=b"",
        entry_id="", parties=tuple(kept.parties.items()), request_id="", b_id="", sent_at="",
        first_sent_at="",
    )  # fmt: skip


def reverse(
    row: Posting, event: FinancialEvent, ledger: Ledger, now: datetime, *, in_day: bool
) -> Posting | None:
    """The row of a reversing event that follows what it reverses into its day, or None where that
    is the poster's. in_day: whether the event itself would be posted with its day.

    Raises Held `original_unknown`.
    """
    others = others_of(row, ledger)
    posts = [one for one in others if is_post(one) and one.status not in SPENT]
    older = [one for one in posts if _is_up_to(one, row)]
    inside = [one for one in older if one.status == "accumulated"]
    if not inside and (
        not in_day or any(one.status in _POSTERS or is_unclear(one) for one in older)
    ):
        return None
    events = [one for one in others if is_post(one)]
    if any(one.status not in KEPT_OUT and not _is_up_to(one, row) for one in events):
        return row.moved("superseded", now)
    if inside:
        return follow(row, inside[-1], now)
    if not any(_is_up_to(one, row) for one in events):
        raise Held("original_unknown", "Nothing of this object has arrived to be reversed.")
    return _accumulated(row, DayLegs(event.currency, event.location), now)


def _is_up_to(one: Posting, row: Posting) -> bool:
    return compare(one.key.version, row.key.version) <= 0


def follow(row: Posting, original: Posting, now: datetime) -> Posting:
    """A reversing event in the day of what it reverses; the legs are in the reversal's own row."""
    currency = DayLegs.from_json(original.legs).currency
    moved = replace(row, location=original.location, business_date=original.business_date)
    return _accumulated(moved, DayLegs(currency, original.location), now)
