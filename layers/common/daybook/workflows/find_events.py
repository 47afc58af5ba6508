"""Finding events: by what became of them, where they are from, their dates, and a text.

Read by shelves, newest first. A search reads a bounded number of rows at once and tells where it
stopped, so that the next one goes on there; nothing reads the whole ledger.

    held, failed, on the way     without dates: all of them, whatever their dates
    anything else                by business date, from the last date down
"""

import base64
import binascii
import heapq
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import batched
from typing import Final, cast

from daybook.domain.connection import Connection
from daybook.domain.posting import Posting
from daybook.domain.shelf import PileKind, Place, Shelf, ShelfKind, is_place
from daybook.domain.status import DUE, TROUBLE
from daybook.workflows.operator import NotPossible
from daybook.workflows.ports import Shelves

MAX_DAYS: Final = 366
USUAL_DAYS: Final = 7
# So many rows are read at once, and so many in one search; of empty shelves so many.
ROWS_AT_ONCE: Final = 60
MAX_LOOKED: Final = 180
MAX_SHELVES: Final = 80
MAX_TEXT: Final = 200
# No books are older; each date has one before it.
_FIRST: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are meant; "" does not choose. Dates are business dates, ISO, both included;
    both are given, or neither. text: within the object's id, the reference or the DocNumber, or
    the QuickBooks id."""

    connections: tuple[Connection, ...]
    status: str = ""
    reason: str = ""
    kind: str = ""
    location: str = ""
    first: str = ""
    last: str = ""
    text: str = ""

    @property
    def by_index(self) -> bool:
        """Whether the index of what waits or is due has all that is meant."""
        return not self.first and self.status in (*TROUBLE, *DUE)

    def has(self, row: Posting) -> bool:
        """Whether a row is one of them."""
        return (
            self.status in ("", row.status)
            and self.reason in ("", row.reason)
            and self.kind in ("", row.kind)
            and self.location in ("", row.location)
            and any(one.id == row.key.connection for one in self.connections)
            and (not self.text or _says(row, self.text.casefold()))
        )


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a search goes on: below a place, on a date ("" where dates do not matter)."""

    date: str
    at: str

    def to_text(self) -> str:
        """For a URL; means nothing to a reader."""
        raw = json.dumps([self.date, self.at], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @staticmethod
    def of(text: str) -> "Cursor":
        """The cursor again from `to_text`. Raises NotPossible for what is none."""
        try:
            padded = text[:400] + "=" * (-len(text[:400]) % 4)
            found = json.loads(base64.b64decode(padded, b"-_", validate=True))
            day, at = found
            if day:
                date.fromisoformat(day)
        except (binascii.Error, ValueError, TypeError):
            raise NotPossible("The list cannot go on there; begin it anew.") from None
        if not (isinstance(at, str) and (is_place(at) or (day and not at))):
            raise NotPossible("The list cannot go on there; begin it anew.")
        return Cursor(day, at)


@dataclass(slots=True)
class Found:
    """What a search came to. cursor: where more may be, None at the end. looked_at: rows read.

    full: the page is full; else the search stopped for its bound, and may go on.
    """

    rows: list[Posting] = field(default_factory=list)
    cursor: Cursor | None = None
    looked_at: int = 0
    full: bool = False


def find(wanted: Wanted, cursor: Cursor | None, limit: int, today: date, shelves: Shelves) -> Found:
    """The next so many events after a cursor. Raises NotPossible for a range that is none."""
    found, last = Found(), None
    read = 0
    for day, group in _groups(wanted, cursor, today, shelves):
        before = cursor.at if cursor and cursor.date == day else ""
        read += len(group)
        for batch in batched(_merged(group, before, shelves), ROWS_AT_ONCE, strict=False):
            for place, row in zip(batch, shelves.rows(batch), strict=True):
                if row is not None and wanted.has(row):
                    if len(found.rows) == limit:
                        found.cursor, found.full = last, True
                        return found
                    found.rows.append(row)
                last = Cursor(day, place.at)
            found.looked_at += len(batch)
            if found.looked_at >= MAX_LOOKED:
                found.cursor = last
                return found
        if read >= MAX_SHELVES:
            found.cursor = _below(day, wanted, today)
            return found
    return found


def _below(day: str, wanted: Wanted, today: date) -> Cursor | None:
    """The beginning of the date before, where that is within the range."""
    if not day or day <= range_of(wanted, today)[0]:
        return None
    return Cursor((date.fromisoformat(day) - timedelta(days=1)).isoformat(), "")


def range_of(wanted: Wanted, today: date) -> tuple[str, str]:
    """The business dates that are looked at: those given, else the last seven and tomorrow, for a
    shop may be ahead of us. Raises NotPossible."""
    if not wanted.first and not wanted.last:
        first = today - timedelta(days=USUAL_DAYS - 1)
        return first.isoformat(), (today + timedelta(days=1)).isoformat()
    try:
        first, last = date.fromisoformat(wanted.first), date.fromisoformat(wanted.last)
    except ValueError:
        raise NotPossible("Give both dates, as 2026-11-20.") from None
    if first < _FIRST or not 1 <= (last - first).days + 1 <= MAX_DAYS:
        raise NotPossible(f"{first} to {last} is no range of 1 to {MAX_DAYS} days.")
    return first.isoformat(), last.isoformat()


def _groups(
    wanted: Wanted, cursor: Cursor | None, today: date, shelves: Shelves
) -> Iterator[tuple[str, Sequence[Shelf]]]:
    """Shelves whose rows are shown together, in order of age; by date where dates matter."""
    if wanted.by_index:
        yield "", list(_waiting(wanted, shelves))
        return
    first, last = range_of(wanted, today)
    accumulated = [
        shelf
        for one in wanted.connections
        for shelf in shelves.accumulated(one.id, first, last)
        if wanted.location in ("", shelf.location)
    ]
    day = min(last, cursor.date) if cursor else last
    while day >= first:
        booked = [Shelf("day", one.id, date=day) for one in wanted.connections]
        if wanted.status == "accumulated":
            booked = []
        summed = [shelf for shelf in accumulated if shelf.date == day]
        yield day, [*booked, *(summed if wanted.status in ("", "accumulated") else ())]
        day = (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _waiting(wanted: Wanted, shelves: Shelves) -> Iterator[Shelf]:
    if wanted.status in DUE:
        realms = {one.realm for one in wanted.connections if one.realm}
        yield from (Shelf("due", realm) for realm in sorted(realms))
        return
    kind = cast("PileKind", wanted.status)
    for one in wanted.connections:
        if wanted.reason:
            yield Shelf(cast("ShelfKind", kind), one.id, wanted.reason)
            continue
        for reason in shelves.reasons(one.id, kind):
            yield Shelf(cast("ShelfKind", kind), one.id, reason)


def _merged(group: Sequence[Shelf], before: str, shelves: Shelves) -> Iterator[Place]:
    streams = (_stream(shelf, before, shelves) for shelf in group)
    return heapq.merge(*streams, key=lambda place: place.at, reverse=True)


def _stream(shelf: Shelf, before: str, shelves: Shelves) -> Iterator[Place]:
    for _ in range(MAX_LOOKED):
        places = shelves.places(shelf, before, ROWS_AT_ONCE)
        yield from places
        if len(places) < ROWS_AT_ONCE:
            return
        before = places[-1].at


def _says(row: Posting, text: str) -> bool:
    """Whether one of a row's names has the text, which is without capitals."""
    if text in row.key.object_id.casefold() or text == row.qbo_id:
        return True
    return any(text in one.casefold() for one in (reference_of(row), doc_number_of(row)))


def reference_of(row: Posting) -> str:
    """What the point of sale calls the event; "" where it says nothing."""
    return _text(row.event, "reference")


def doc_number_of(row: Posting) -> str:
    """The number of what is posted; "" while there is none."""
    return _text(row.entry, "doc_number")


def _text(data: bytes, name: str) -> str:
    value = json.loads(data).get(name, "") if data else ""
    return value if isinstance(value, str) else ""
