"""What a look at a day finds that is in no close yet, added up as it is mapped now.

Streams the day's index, so that a hundred thousand events fit: of each only a few integers stay.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from daybook.domain.books import Books
from daybook.domain.day_close import Close, Member, OpenDay, looks_from
from daybook.domain.day_legs import DayLegs, Lines, Places, lines_of
from daybook.domain.day_summary import Day, DayBook, without_pairs
from daybook.domain.errors import Held, Problem
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting
from daybook.workflows.circumstances import Circumstances
from daybook.workflows.judge import books_of
from daybook.workflows.ports import Days, Ledger, Mappings
from daybook.workflows.take_back import settle


class Tools(Protocol):
    """What gathering needs."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def days(self) -> Days: ...
    @property
    def mappings(self) -> Mappings: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a day. closes: those there are, in their order. whole: from its beginning."""

    day: Day
    closes: Sequence[Close]
    opened: OpenDay
    circumstances: Circumstances
    whole: bool = False


@dataclass(slots=True)
class Gathered:
    """What is in no list yet. members: ids. events: how many of them are events of the point of
    sale. held: events that cannot be mapped any more, and are held now."""

    book: DayBook = field(default_factory=DayBook)
    members: list[str] = field(default_factory=list)
    events: int = 0
    held: int = 0


@dataclass(slots=True)
class _Found:
    """What is remembered while the index is read. reversals: by id, with what each takes back.

    objects: those met so far; again: a key of each that was met more than once.
    """

    keys: dict[str, PostingKey] = field(default_factory=dict)
    reversals: dict[str, tuple[str, DayLegs]] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    objects: set[tuple[str, str]] = field(default_factory=set)
    again: dict[tuple[str, str], PostingKey] = field(default_factory=dict)


def gather(look: Look, tools: Tools) -> Gathered:
    """Read a day and add up what is new. Events that cannot be mapped any more become held.

    An event and what takes it back are both members and add nothing; what takes back an event of
    an earlier close is mapped as that close was; what takes back an event that is not there waits.
    """
    books, _ = books_of(look.circumstances)
    taken: dict[str, int] | None = None
    found, gathered = _Found(), Gathered()
    places: Places = {}
    since = "" if look.whole else looks_from(look.closes, look.opened)
    for member in tools.days.members(look.day, since):
        if taken is None:
            taken = _taken(look.closes, tools)
        if member.id in taken or member.id in found.keys:
            continue
        legs = DayLegs.from_json(member.legs)
        if legs.currency == look.day.currency:
            _take(member, legs, books, places, found, gathered)
    _take_reversals(found, taken or {}, look, books, tools, gathered)
    gathered.held = _hold(found, look.circumstances, tools)
    for key in found.again.values():
        _settle(key, tools)
    gathered.members = list(found.keys)
    gathered.events = sum(key.purpose == "post" for key in found.keys.values())
    return gathered


def _taken(closes: Sequence[Close], tools: Tools) -> dict[str, int]:
    """The members of all closes, each with the mapping version of its close."""
    return {
        member: close.mapping_version
        for close in closes
        for member in tools.days.content(close).members
    }


def _take(  # noqa: PLR0913, PLR0917 -- one step of a loop
    member: Member, legs: DayLegs, books: Books, places: Places, found: _Found, into: Gathered
) -> None:
    key = member.key
    found.keys[member.id] = key
    if key.purpose == "reverse":
        original = Posting.id_of(replace(key, purpose="post"))
        found.reversals[member.id] = (original, legs)
        return
    named = (key.object_type, key.object_id)
    if named in found.objects:
        found.again[named] = key
    found.objects.add(named)
    try:
        into.book.add(member.id, lines_of(legs, books, places), legs.rate)
    except Held as held:
        found.problems[member.id] = held.problem


def _take_reversals(  # noqa: PLR0913, PLR0917 -- one step of a loop
    found: _Found,
    taken: dict[str, int],
    look: Look,
    books: Books,
    tools: Tools,
    into: Gathered,
) -> None:
    of = {one: original for one, (original, _) in found.reversals.items()}
    pairs = without_pairs(found.keys, of)
    for member in pairs:
        into.book.events.pop(member, None)
        found.problems.pop(member, None)
    for member in of.keys() - pairs:
        original, legs = found.reversals[member]
        version = taken.get(original)
        if version is None:
            # What it takes back is held, or the index does not show it yet.
            del found.keys[member]
            continue
        try:
            into.book.add(member, _as_posted(legs, version, look, books, tools), legs.rate)
        except Held as held:
            found.problems[member] = held.problem


def _as_posted(legs: DayLegs, version: int, look: Look, books: Books, tools: Tools) -> Lines:
    """The lines that take back what an earlier close has posted, never mapped anew; an account that
    is inactive by now is for QuickBooks to refuse."""
    mapping = tools.mappings.version(look.day.connection, version) or books.mapping
    then = replace(books, mapping=mapping, mapping_version=version)
    try:
        return lines_of(legs, then, {})
    except Held:
        return lines_of(legs, replace(then, chart=None), {})


def _hold(found: _Found, circumstances: Circumstances, tools: Tools) -> int:
    """Hold what cannot be mapped any more; it is no member, and comes back when it is released."""
    now = tools.clock()
    for member, problem in found.problems.items():
        row = tools.ledger.get(found.keys.pop(member))
        if row is not None and row.status == "accumulated":
            seen = replace(row, mapping_version=circumstances.mapping_version)
            tools.ledger.change(row, seen.held(problem, now, circumstances.counter))
    return len(found.problems)


def _settle(key: PostingKey, tools: Tools) -> None:
    """Of an object with several rows, see to it that only its last version stands."""
    row = tools.ledger.get(key)
    if row is not None:
        settle(row, tools.ledger, tools.clock())
