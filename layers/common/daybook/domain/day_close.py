"""The close of a business day as it is kept: the open day, its members, and each frozen close."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from daybook.domain.day_report import Chosen
from daybook.domain.day_summary import Day
from daybook.domain.identity import PostingKey
from daybook.domain.journal import JournalEntry

# An index may lag and a writer be slow: what a look may have missed was written after this.
OVERLAP = timedelta(minutes=15)


class OpenDay(NamedTuple):
    """A day that something was accumulated for. Instants are RFC 3339 text, "" for never.

    late_at: when something was last added a day or more after it. told_at: when its point of sale,
    or a person, said that it is over. looked_at: up to when all that was added is in closes.
    closed_at: the cut of the last close, whose number is sequence.
    """

    day: Day
    late_at: str = ""
    told_at: str = ""
    looked_at: str = ""
    closed_at: str = ""
    sequence: int = 0


def is_late(business_date: str, written_at: str) -> bool:
    """Whether something added then may come after the day's close, by date alone."""
    return written_at[:10] > (date.fromisoformat(business_date) + timedelta(days=1)).isoformat()


class Member(NamedTuple):
    """An accumulated row as the day's index shows it: its key, and its legs as JSON."""

    key: PostingKey
    id: str
    legs: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """One frozen close of a day. cut: up to when rows were looked for. count: members in its list;
    events: those that are events (reversals apart). debits, credits: of all parts, minor units.

    sha256: of its content, which stands in the archive. form: what a person chose for it.
    """

    day: Day
    sequence: int
    cut: str
    count: int
    events: int
    debits: int
    credits: int
    parts: int
    mapping_version: int
    sha256: str
    actor: str = ""
    form: Chosen = ""


class Content(NamedTuple):
    """What a close is made of: the sorted ids of its members, and its postings' entries by key.

    Kept as bytes whose sha256 the close's row names, so that whoever finishes a close puts just
    what was frozen.
    """

    members: tuple[str, ...]
    entries: tuple[tuple[int, JournalEntry], ...]

    def to_json(self) -> bytes:
        """As kept."""
        entries = [[part, entry.to_json().decode()] for part, entry in self.entries]
        row = {"members": list(self.members), "entries": entries}
        return json.dumps(row, separators=(",", ":"), ensure_ascii=True).encode()

    @staticmethod
    def from_json(data: bytes) -> "Content":
        """The content again from `to_json`."""
        row = json.loads(data)
        entries = tuple(
            (part, JournalEntry.from_json(entry.encode())) for part, entry in row["entries"]
        )
        return Content(tuple(row["members"]), entries)


def frozen(  # noqa: PLR0913 -- a close's own words
    day: Day,
    sequence: int,
    cut: str,
    content: Content,
    *,
    events: int,
    mapping_version: int,
    actor: str,
    form: Chosen = "",
) -> Close:
    """The row of a close with this content."""
    debits, credits_ = (
        sum(
            line.amount for _, entry in content.entries for line in entry.lines if line.side == side
        )
        for side in ("debit", "credit")
    )
    return Close(
        day,
        sequence,
        cut,
        len(content.members),
        events,
        debits,
        credits_,
        len(content.entries),
        mapping_version,
        hashlib.sha256(content.to_json()).hexdigest(),
        actor,
        form,
    )


def looks_from(days: Sequence[Close], opened: OpenDay) -> str:
    """From when on rows are read by the next look at a day: "" for its beginning."""
    if not opened.looked_at or not days:
        return ""
    before = datetime.fromisoformat(opened.looked_at) - OVERLAP
    return before.isoformat(timespec="milliseconds").replace("+00:00", "Z")
