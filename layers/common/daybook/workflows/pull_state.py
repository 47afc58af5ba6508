"""How far a pull is within one list: what the job's cursor keeps between two steps.

A list that is ordered by rising modification is read on from the last instant: each page is asked
for by `since`, so that rows which change meanwhile only move to its end. Where that cannot be (no
order, or more rows of one instant than a page holds), the list is read by page numbers, all of it,
until two passes in a row brought the same rows: what slipped over the border of two pages while
rows moved makes them differ.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from daybook.domain.posting import instant_text
from daybook.sources.contract import Page, Resource, Row

MAX_PASSES: Final = 10
# Vendors keep instants to the second; what is asked for may begin that much before.
SECOND: Final = timedelta(seconds=1)
_DIGEST_BITS: Final = 128


class Restless(Exception):  # noqa: N818 -- what the list is
    """The list changed in every pass. What was read is kept; the cursor stays where it was."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One list, half read. Instants are RFC 3339 text.

    start: from which modification on; since, number: the page that comes next. began: our instant.
    advances: whether the kept cursor may move by it, since it began at or before that cursor.
    latest: the last modification read that lies before `began`. kept: the rows of this page that
    are done.
    passing: whether it goes by page numbers; then rows and digest are those of this pass, before
    those of the last one. done, total: rows, for whoever looks on.
    """

    resource: str
    start: str
    since: str
    began: str
    advances: bool
    number: int = 1
    latest: str = ""
    kept: tuple[str, ...] = ()
    passing: bool = False
    passes: int = 0
    rows: int = 0
    digest: str = ""
    before: str = ""
    done: int = 0
    total: int = 0

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Reading":
        """It again from `to_json`."""
        return Reading(**{**value, "kept": tuple(value["kept"])})

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {**asdict(self), "kept": list(self.kept)}

    @property
    def asked(self) -> datetime:
        """From when on the next page is asked for."""
        return datetime.fromisoformat(self.since)

    def is_older(self, row: Row) -> bool:
        """Whether a row was not asked for: the vendor passed the filter over."""
        return row.modified < datetime.fromisoformat(self.start) - SECOND

    def did(self, row: Row) -> "Reading":
        """After a row of this page is kept."""
        return replace(self, kept=(*self.kept, name_of(row)), done=self.done + 1)

    def counted(self, page: Page) -> "Reading":
        """With the total that a page states."""
        total = page.total if self.passing else self.done - len(self.kept) + page.total
        return replace(self, total=max(total, self.done))


def name_of(row: Row) -> str:
    """A row as it was when it was read."""
    return f"{row.id}@{instant_text(row.modified)}"


def after_page(reading: Reading, page: Page, resource: Resource) -> Reading | None:
    """What comes after a page of which every row is kept; None: the list was read whole.

    Raises Restless.
    """
    reading = _with_latest(reading, page)
    last = reading.number >= page.pages
    if reading.number == 1 and last:
        # One answer is one moment: nothing slipped between two.
        return None
    if not reading.passing and resource.ordered and _rises(reading, page):
        return replace(reading, since=instant_text(page.rows[-1].modified), number=1, kept=())
    return _passed(reading, page, last)


def latest_of(reading: Reading, page: Page) -> str:
    """The last modification read, this page included."""
    return _with_latest(reading, page).latest


def _with_latest(reading: Reading, page: Page) -> Reading:
    # A vendor's clock that runs ahead, or a row dated in the future, must not skip what comes: only
    # what lies behind our own clock counts as read up to.
    read = [instant_text(row.modified) for row in page.rows]
    read = [text for text in read if text <= reading.began]
    return replace(reading, latest=max([reading.latest, *read]))


def _rises(reading: Reading, page: Page) -> bool:
    """Whether the rows are in order and lead on to a later instant."""
    instants = [row.modified for row in page.rows]
    if not instants or instants != sorted(instants) or instants[0] < reading.asked - SECOND:
        return False
    return instant_text(instants[-1]) > reading.since


def _passed(reading: Reading, page: Page, last: bool) -> Reading | None:
    rows = reading.rows + len(page.rows)
    digest = _added(reading.digest, page)
    if not last:
        return replace(
            reading, passing=True, number=reading.number + 1, rows=rows, digest=digest, kept=()
        )
    whole = f"{rows} {digest}"
    if whole == reading.before:
        return None
    if reading.passes + 1 >= MAX_PASSES:
        raise Restless(f"the list changed in each of {MAX_PASSES} readings")
    return replace(
        reading, passing=True, number=1, rows=0, digest="", kept=(), before=whole,
        passes=reading.passes + 1,
    )  # fmt: skip


def _added(digest: str, page: Page) -> str:
    """A sum over rows, whatever their order."""
    total = int(digest or "0", 16)
    for row in page.rows:
        total += int(hashlib.sha256(name_of(row).encode()).hexdigest(), 16)
    return f"{total % (1 << _DIGEST_BITS):x}"
