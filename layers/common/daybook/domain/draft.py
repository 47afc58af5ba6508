"""A mapping that people are working on: kept for a connection, not in force.

Each save is kept under the next number and never changed, so that whoever saves second is told,
and what was there before can be had again.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from daybook.domain.mapping import Mapping

type DraftState = Literal["open", "discarded", "activated"]


@dataclass(frozen=True, slots=True, order=True)
class Unfinished:
    """A row that cannot stand in a mapping yet: what was chosen or typed, and what it lacks.

    location: "" for everywhere. account, party: as typed, or `#<id>`. class_, department: ids.
    text: what is the matter, as a sentence.
    """

    role: str
    key: str
    location: str = ""
    account: str = ""
    class_: str = ""
    department: str = ""
    party: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """One save of a connection's draft.

    number: from 1, rising with each save. mapping: all that is complete. based_on: the version
    that was in force when the draft was begun, 0 if none. state: of the draft as a whole; only an
    `open` one is worked on. note: where the save came from, in words. at: RFC 3339.
    """

    connection: str
    number: int
    mapping: "Mapping"
    unfinished: tuple[Unfinished, ...] = ()
    based_on: int = 0
    state: DraftState = "open"
    actor: str = ""
    at: str = ""
    note: str = ""

    @property
    def is_open(self) -> bool:
        """Whether there is something to go on with."""
        return self.state == "open"
