"""Events that are posted with their day: what each becomes, and what it takes back.

The poster never sees them, so versions and reversals are settled here. A row that is accumulated
stays so: what takes it back is a row of its own with the legs on the other sides, under the same
day. Both are decided over all rows of the object, after a row's own write and strongly consistent,
so that of two writers at once the last one sees both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cmp_to_key

from daybook.domain.books import Books, Decision
from daybook.domain.closed_books import OPEN, Closing
from daybook.domain.day_legs import DayLegs
from daybook.domain.day_report import ALREADY_SENT
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent
from daybook.domain.families import BY_FAMILY
from daybook.domain.legs import Leg
from daybook.domain.mapping import Mapping as MappingFile
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.domain.translation import entry_of_member
from daybook.domain.versions import compare
from daybook.workflows.families import is_unclear, is_unsent
from daybook.workflows.order import reversal_row
from daybook.workflows.ports import Ledger

# What counts for the books, or will.
_LIVE = frozenset({"accumulated", "ready", "sending", "uncertain", "posted"})
# No matter for the books, whatever its version.
_KEPT_OUT = frozenset({"ignored", "not_started"})
_SPENT = _KEPT_OUT | {"void", "superseded"}
# Whose reversal is the poster's.
_POSTERS = frozenset({"ready", "sending", "uncertain", "posted", "reversed"})


def may_accumulate(mapping: MappingFile, source: str) -> bool:
    """Whether any event of a connection may be posted with its day."""
    changes = mapping.settings.modes_by_location.values()
    modes = {mapping.settings.mode, *(one.mode for rows in changes for one in rows)}
    return source in BY_FAMILY or bool(modes - {"per_event"})


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
    others = _others(row, taken.ledger)
    if _has_reversal(row, others):
        return _accumulated(row, kept, taken.now)
    posts = [one for one in others if _is_post(one) and one.status not in _SPENT]
    reverses = [one for one in others if one.key.effect == "reverse" and one.status in _LIVE]
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
    if not _is_post(other) or other.status in _KEPT_OUT or not _is_newer(other, row):
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
    others = _others(row, ledger)
    posts = [one for one in others if _is_post(one) and one.status not in _SPENT]
    older = [one for one in posts if _is_up_to(one, row)]
    inside = [one for one in older if one.status == "accumulated"]
    if not inside and (
        not in_day or any(one.status in _POSTERS or is_unclear(one) for one in older)
    ):
        return None
    events = [one for one in others if _is_post(one)]
    if any(one.status not in _KEPT_OUT and not _is_up_to(one, row) for one in events):
        return row.moved("superseded", now)
    if inside:
        return _beside(row, inside[-1], now)
    if not any(_is_up_to(one, row) for one in events):
        raise Held("original_unknown", "Nothing of this object has arrived to be reversed.")
    return _accumulated(row, DayLegs(event.currency, event.location), now)


def _is_up_to(one: Posting, row: Posting) -> bool:
    return compare(one.key.version, row.key.version) <= 0


def _beside(row: Posting, original: Posting, now: datetime) -> Posting:
    """A reversing event in the day of what it reverses; the legs are in the reversal's own row."""
    currency = DayLegs.from_json(original.legs).currency
    moved = replace(row, location=original.location, business_date=original.business_date)
    return _accumulated(moved, DayLegs(currency, original.location), now)


def is_settled(row: Posting, mapping: MappingFile | None) -> bool:
    """Whether a row that was just written leaves nothing for `settle`."""
    if row.status == "accumulated":
        return False
    settled = row.status not in _LIVE | {"void"}
    return settled or mapping is None or not may_accumulate(mapping, row.source)


def settle(row: Posting, ledger: Ledger, now: datetime, closing: Closing = OPEN) -> list[Posting]:
    """Take back what a row's object has in days or in the books and should no longer have.

    Called after the row's own write, and safe to repeat. Returns what is ready and to be rung for.
    """
    rows = _of_object(row, ledger)
    if len(rows) == 1 or all(one.status != "accumulated" for one in rows):
        return []
    try:
        rows = _by_version(rows)
        rows = [_known_by_now(one, rows, ledger, now) for one in rows]
        posts = [one for one in rows if _is_post(one)]
        overtaken = [(one, _overtaken(one, posts, rows)) for one in posts]
    except Held as held:
        if row.status == "accumulated":
            ledger.change(row, row.held(held.problem, now, row.counter))
        return []
    ready = []
    for one, status in overtaken:
        if status and one.status == "accumulated":
            _take_back(one, rows, ledger, now)
        elif status and one.status == "posted" and one.entry:
            ready += _reversed_in_books(one, ledger, now, closing)
        elif status and is_unsent(one) and not _has_reversal(one, rows):
            ledger.change(one, one.moved("superseded", now))
        elif status and is_unsent(one):
            again = one.moved("accumulated", now, written_at=instant_text(now))
            if ledger.change(one, again):
                _take_back(again, rows, ledger, now)
    return ready


def _has_reversal(row: Posting, rows: Sequence[Posting]) -> bool:
    """Whether a row was taken back and then held: both have to be in lists, or neither is."""
    return any(one.key == row.key.reversal() and one.status == "accumulated" for one in rows)


def _known_by_now(row: Posting, rows: Sequence[Posting], ledger: Ledger, now: datetime) -> Posting:
    """A reversing event that waited for its original follows it once that is there."""
    if row.reason != "original_unknown" or row.beside:
        return row
    originals = [
        one
        for one in rows
        if _is_post(one)
        and one.status == "accumulated"
        and compare(one.key.version, row.key.version) <= 0
    ]
    if not originals:
        return row
    after = _beside(row, originals[-1], now)
    return after if ledger.change(row, after) else (ledger.get(row.key) or row)


def _overtaken(row: Posting, posts: Sequence[Posting], rows: Sequence[Posting]) -> bool:
    """Whether a newer version, or a reversing event, has taken a version's place."""
    if any(one.status in _LIVE | {"void"} and _is_newer(one, row) for one in posts):
        return True
    return any(
        one.key.purpose == "post"
        and one.key.effect == "reverse"
        and one.status == "accumulated"
        and not one.beside
        and compare(one.key.version, row.key.version) >= 0
        for one in rows
    )


def _take_back(original: Posting, rows: Sequence[Posting], ledger: Ledger, now: datetime) -> None:
    key, text = original.key.reversal(), instant_text(now)
    there = next((one for one in rows if one.key == key), None)
    if there is None:
        legs = DayLegs.from_json(original.legs).negated().to_json()
        received = Posting(
            key, "received", original.source, original.kind, original.location,
            original.delivery, text, text, realm=original.realm,
            business_date=original.business_date, occurred_at=original.occurred_at,
            event_sha=content_sha(legs), mapping_version=original.mapping_version,
            mode=original.mode,
        )  # fmt: skip
        ledger.put(received.moved("accumulated", now, legs=legs, written_at=text))
    elif there.status == "accumulated" and there.written_at < original.written_at:
        # Its original was held meanwhile: a look at the day has to meet both.
        ledger.change(there, there.moved("accumulated", now, written_at=text))


def _reversed_in_books(
    original: Posting, ledger: Ledger, now: datetime, closing: Closing
) -> list[Posting]:
    """What was posted by itself, before its location went over to days, is taken back likewise."""
    if ledger.get(original.key.reversal()) is not None:
        return []
    row = reversal_row(original, now, closing)
    return [row] if ledger.put(row) == "created" else []


def _is_post(row: Posting) -> bool:
    return row.key.purpose == "post" and row.key.effect != "reverse" and not row.beside


def _of_object(row: Posting, ledger: Ledger) -> list[Posting]:
    key = row.key
    return ledger.of_object(key.connection, key.object_type, key.object_id)


def _others(row: Posting, ledger: Ledger) -> list[Posting]:
    """The other rows of the object that events made, the oldest version first. Raises Held."""
    found = [
        one
        for one in _of_object(row, ledger)
        if one.key != row.key and not one.beside and one.key.purpose in ("post", "reverse")
    ]
    return _by_version(found)


def _by_version(rows: Sequence[Posting]) -> list[Posting]:
    by_arrival = sorted(rows, key=lambda one: (one.created_at, one.id))
    return sorted(by_arrival, key=cmp_to_key(_compared))


def _compared(one: Posting, other: Posting) -> int:
    return compare(one.key.version, other.key.version)


def _is_newer(other: Posting, row: Posting) -> bool:
    """Whether the other is the newer: by version; of two effects of one version, by arrival."""
    by_version = compare(other.key.version, row.key.version)
    arrival = (other.created_at, other.id) > (row.created_at, row.id)
    return by_version > 0 or (by_version == 0 and other.key != row.key and arrival)
