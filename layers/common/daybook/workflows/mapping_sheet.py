"""A mapping as a person works on it: every role and key that is mapped, came, or is expected.

    mapping_sheet_maker.sheet(...)  -> Sheet: groups by role, each with its rows

A row stands for (role, key) everywhere, or at one location. It is `missing` where events came for
it that no row covers, `unfinished` where something typed does not stand yet, `broken` where the
company no longer has what it points to.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Literal

from daybook.domain.mapping import DEFAULT_KEY
from daybook.domain.posting import Posting
from daybook.domain.role_meanings import MEANINGS
from daybook.domain.roles import NONE_ALLOWED, in_words
from daybook.domain.seen_key import SeenKey
from daybook.workflows.choices import kinds_in_words
from daybook.workflows.mapping_check import KEYLESS
from daybook.workflows.mapping_edit import Place, Written

type State = Literal[
    "missing", "unfinished", "broken", "mapped", "default", "none", "unused", "expected"
]
# What a person has to do something about, in this order.
TO_DO: tuple[State, ...] = ("missing", "unfinished", "broken")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a connection's keys. waiting: events held for want of each (role, key).

    expected: the roles that its source's events have.
    """

    seen: Sequence[SeenKey] = ()
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    waiting: Mapping[tuple[str, str], int] = field(default_factory=dict)
    expected: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet. written: what is there, None where nothing is.

    places: the locations it came from; uncovered: those of them without any row. falls_to: the
    account label of the less specific row that covers it, "" where none does. text: what is wrong,
    or unwise. suggested: (account id, label), best first.
    """

    role: str
    key: str
    location: str
    name: str
    location_name: str
    state: State
    written: Written | None = None
    places: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    waiting: int = 0
    falls_to: str = ""
    text: str = ""
    warning: str = ""
    suggested: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.role, self.key, self.location

    @property
    def anchor(self) -> str:
        """The id of its element on a page."""
        return anchor(*self.place)

    @property
    def to_do(self) -> bool:
        """Whether a person has something to do about it."""
        return self.state in TO_DO


@dataclass(frozen=True, slots=True)
class Group:
    """A role with its rows."""

    role: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """The role as a person reads it."""
        return in_words(self.role)

    @property
    def meaning(self) -> str:
        """What it is."""
        return MEANINGS[self.role]

    @property
    def kinds(self) -> str:
        """The kinds of account that it takes."""
        return kinds_in_words(self.role)

    @property
    def none_allowed(self) -> bool:
        """Whether it may be "not applicable"."""
        return self.role in NONE_ALLOWED

    @property
    def keyless(self) -> bool:
        """Whether its amounts carry no key, so that the default is the plain way."""
        return self.role in KEYLESS

    @property
    def only_expected(self) -> bool:
        """Whether nothing came for it and nothing is mapped."""
        return all(row.state == "expected" for row in self.rows)

    @property
    def to_do(self) -> list[Row]:
        """The rows that a person has to do something about."""
        return [row for row in self.rows if row.to_do]


@dataclass(frozen=True)
class Sheet:
    """All groups, in the order of roles."""

    groups: tuple[Group, ...]

    @cached_property
    def to_do(self) -> list[Row]:
        """Every row that a person has to do something about, in order."""
        return [row for group in self.groups for row in group.to_do]

    @cached_property
    def counts(self) -> Counter[State]:
        """How many rows are in each state."""
        return Counter(row.state for group in self.groups for row in group.rows)


def anchor(role: str, key: str, location: str) -> str:
    """The id of a row's element: the same on every page."""
    text = "\0".join((role, key, location)).encode("utf-8", "surrogatepass")
    return f"row-{sha256(text).hexdigest()[:12]}"


def shown_key(role: str, key: str) -> str:
    """The key that stands for one: without any, a keyless role's is its default."""
    return DEFAULT_KEY if role in KEYLESS and not key else key


def waiting(held: Iterable[Posting]) -> Counter[tuple[str, str]]:
    """How many of these held events lack each (role, key)."""
    return Counter(
        key
        for row in held
        for key in {(one.role, shown_key(one.role, one.key)) for one in row.missing}
    )
