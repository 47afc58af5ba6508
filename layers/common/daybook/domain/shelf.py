"""Where events can be found without reading the whole ledger: shelves, each kept by an index.

A shelf is read a page at a time, the newest first. A place on it is a text that sorts by age, so
that a page can begin where the last one ended, whatever was written meanwhile.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from daybook.domain.posting import Posting
from daybook.domain.status import DUE, TROUBLE

type ShelfKind = Literal["due", "held", "failed", "flagged", "day", "accumulated"]
type PileKind = Literal["held", "failed", "flagged"]

# `<instant>#<the beginning of a hash>`, as every index of events ends.
_AT: Final = re.compile(r"[0-9TZ:.+-]{10,40}#[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Rows that stand together. owner: the connection; of `due` rows the company.

    reason: of `held` rows, or the flag of `flagged` ones. date: the business date (ISO) of `day`
    and `accumulated` rows; location: of `accumulated` ones.
    """

    kind: ShelfKind
    owner: str
    reason: str = ""
    date: str = ""
    location: str = ""

    def has(self, row: Posting) -> bool:
        """Whether a row still stands here: an index lags, and rows move on."""
        if self.kind == "due":
            return row.status in DUE and row.realm == self.owner
        if row.key.connection != self.owner:
            return False
        match self.kind:
            case "held" | "failed":
                return row.status == self.kind and (row.reason or "") == self.reason
            case "flagged":
                open_ = bool(row.open_flags) and row.open_flags[0].name == self.reason
                return open_ and row.status not in DUE | TROUBLE
            case "accumulated":
                here = row.location == self.location and row.business_date == self.date
                return here and row.status == "accumulated"
        return row.business_date == self.date and row.status != "accumulated"


@dataclass(frozen=True, slots=True)
class Place:
    """One row's place on a shelf. at: sorts by age. row: names the row to the store it is from."""

    at: str
    row: tuple[Any, ...]
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class Pile:
    """How many rows wait for one reason, and since when the oldest of them. more: there are more
    than were counted."""

    connection: str
    kind: PileKind
    reason: str
    count: int
    oldest: str
    more: bool = False


def is_place(at: str) -> bool:
    """Whether a text that came from outside may be asked for as a place."""
    return bool(_AT.fullmatch(at))
