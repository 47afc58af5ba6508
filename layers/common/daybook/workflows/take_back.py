"""What a newer version, or a reversing event, takes back of what days hold.

Decided over all rows of the object after a row's own write, strongly consistent, so that of two
writers at once the last one sees both.
"""

from collections.abc import Sequence
from datetime import datetime

from daybook.domain.closed_books import OPEN, Closing
from daybook.domain.errors import Held
from daybook.domain.families import may_accumulate
from daybook.domain.mapping import Mapping as MappingFile
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.domain.versions import compare
from daybook.workflows.families import is_unsent
from daybook.workflows.object_rows import (
    KEPT_OUT,
    LIVE,
    by_version,
    has_reversal,
    is_newer,
    is_post,
    of_object,
)
from daybook.workflows.ports import Ledger

# How often an object is looked at again, because the look before wrote something.
MAX_LOOKS = 4


def is_settled(row: Posting, mapping: MappingFile | None) -> bool:
    """Whether a row that was just written leaves nothing for `settle`."""
    if row.status == "accumulated":
        return False
    settled = row.status not in LIVE | {"void", "superseded"}
    return settled or mapping is None or not may_accumulate(mapping, row.source)


def settle(row: Posting, ledger: Ledger, now: datetime, closing: Closing = OPEN) -> list[Posting]:
    """Take back what a row's object has in days or in the books and should no longer have.

    Called after the row's own write, and safe to repeat. Returns what is ready and to be rung for.
    """
    ready: list[Posting] = []
    for _ in range(MAX_LOOKS):
        rows = of_object(row, ledger)
        if len(rows) == 1 or all(one.status != "accumulated" for one in rows):
            break
        try:
            rows = by_version(rows)
            rows = [_known_by_now(one, rows, ledger, now) for one in rows]
            posts = [one for one in rows if is_post(one)]
            overtaken = [(one, _overtaken(one, posts, rows)) for one in posts]
        except Held as held:
            if row.status == "accumulated":
                ledger.change(row, row.held(held.problem, now, row.counter))
            break
        wrote = [_gives_way(one, rows, ledger, now) for one, gone in overtaken if gone]
        in_books = [one for one, gone in overtaken if gone and one.status == "posted" and one.entry]
        for one in in_books:
            ready += _reversed_in_books(one, ledger, now, closing)
        # Another writer may have seen what was here before these writes: look again.
        if not any([*wrote, _stands_again(rows, overtaken, ledger, now)]):
            break
    return ready


def _gives_way(row: Posting, rows: Sequence[Posting], ledger: Ledger, now: datetime) -> bool:
    """A row that was overtaken is taken back, or superseded; whether that wrote something."""
    if row.status == "accumulated":
        return _take_back(row, rows, ledger, now)
    if not is_unsent(row):
        return False
    if not has_reversal(row, rows):
        return ledger.change(row, row.moved("superseded", now))
    again = row.moved("accumulated", now, written_at=instant_text(now))
    return ledger.change(row, again) and _take_back(again, rows, ledger, now)


def _stands_again(
    rows: Sequence[Posting],
    overtaken: Sequence[tuple[Posting, bool]],
    ledger: Ledger,
    now: datetime,
) -> bool:
    """The newest version, superseded because an older one said the same, stands for itself once
    that one is taken back; whether that wrote something."""
    counted = [(one, gone) for one, gone in overtaken if one.status not in KEPT_OUT]
    newest = counted[-1][0] if counted else None
    if newest is None or newest.status != "superseded" or _overtaken(newest, (), rows):
        return False
    older = [(one, gone) for one, gone in counted if one.key != newest.key]
    if any(not gone and (one.status in LIVE or is_unsent(one)) for one, gone in older):
        return False
    same = [one for one, _ in older if one.status == "accumulated" and one.legs == newest.legs]
    if not same:
        return False
    text = instant_text(now)
    again = newest.moved("accumulated", now, written_at=text, parties=same[-1].parties)
    return ledger.change(newest, again)


def _known_by_now(row: Posting, rows: Sequence[Posting], ledger: Ledger, now: datetime) -> Posting:
    """A reversing event that waited for its original follows it once that is there."""
    if row.reason != "original_unknown" or row.beside:
        return row
    originals = [
        one
        for one in rows
        if is_post(one)
        and one.status == "accumulated"
        and compare(one.key.version, row.key.version) <= 0
    ]
    if not originals:
        return row
    from daybook.workflows.accumulate import follow  # noqa: PLC0415 -- of days alone

    after = follow(row, originals[-1], now)
    return after if ledger.change(row, after) else (ledger.get(row.key) or row)


def _overtaken(row: Posting, posts: Sequence[Posting], rows: Sequence[Posting]) -> bool:
    """Whether a newer version, or a reversing event, has taken a version's place."""
    if any(one.status in LIVE | {"void"} and is_newer(one, row) for one in posts):
        return True
    return any(
        one.key.purpose == "post"
        and one.key.effect == "reverse"
        and one.status == "accumulated"
        and not one.beside
        and compare(one.key.version, row.key.version) >= 0
        for one in rows
    )


def _take_back(original: Posting, rows: Sequence[Posting], ledger: Ledger, now: datetime) -> bool:
    key, text = original.key.reversal(), instant_text(now)
    there = next((one for one in rows if one.key == key), None)
    if there is None:
        from daybook.domain.day_legs import DayLegs  # noqa: PLC0415 -- of days alone

        legs = DayLegs.from_json(original.legs).negated().to_json()
        received = Posting(
            key, "received", original.source, original.kind, original.location,
            original.delivery, text, text, realm=original.realm,
            business_date=original.business_date, occurred_at=original.occurred_at,
            event_sha=content_sha(legs), mapping_version=original.mapping_version,
            mode=original.mode,
        )  # fmt: skip
        ledger.put(received.moved("accumulated", now, legs=legs, written_at=text))
        return True
    if there.status == "accumulated" and there.written_at < original.written_at:
        # Its original was held meanwhile: a look at the day has to meet both.
        return ledger.change(there, there.moved("accumulated", now, written_at=text))
    return False


def _reversed_in_books(
    original: Posting, ledger: Ledger, now: datetime, closing: Closing
) -> list[Posting]:
    """What was posted by itself, before its location went over to days, is taken back likewise."""
    if ledger.get(original.key.reversal()) is not None:
        return []
    # With it comes all that the poster decides.
    from daybook.workflows.order import reversal_row  # noqa: PLC0415

    row = reversal_row(original, now, closing)
    return [row] if ledger.put(row) == "created" else []
