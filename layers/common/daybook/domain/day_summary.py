"""A business day as entries: debits and credits of its events added up apart, split where long.

Takings and refunds, cards sold and redeemed are both seen: for each (role, key, account, class,
department, name) at most one debit and one credit line, each the sum of the events' own netted
lines. An entry that would be too long is split by whole events, in the order of their ids.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from daybook.domain.books import Books
from daybook.domain.identity import PostingKey, entry_id
from daybook.domain.journal import JournalEntry, Line
from daybook.domain.roles import in_words

if TYPE_CHECKING:
    from daybook.domain.journal import Place

KIND = "day_summary"
_MAX_DOC_NUMBER = 21
_NOT_READABLE = re.compile(r"[^A-Z0-9-]")


class Day(NamedTuple):
    """What is closed together. business_date: ISO."""

    connection: str
    location: str
    business_date: str
    currency: str

    def name(self, sequence: int) -> str:
        """`location/date/currency/sequence`, as people and the preview see it."""
        return f"{self.location}/{self.business_date}/{self.currency}/{sequence}"

    def key(self, sequence: int, part: int = 0) -> PostingKey:
        """The key of a part's posting; parts count from 1, and a day of one part has part 0."""
        name = self.name(sequence)
        return PostingKey(self.connection, "day", name, "1", purpose="close", part=part)


# What makes an entry of its own: a rate of exchange, and whether it owes suppliers, for receivables
# and payables never stand in one entry.
type _Group = tuple[str, bool]


@dataclass(slots=True)
class Part:
    """Some events of a day in one entry: the sums by place and side, with how many events each."""

    rate: str
    sums: dict[tuple[int, bool], list[int]] = field(default_factory=dict)
    events: int = 0

    def add(self, lines: Sequence[int]) -> None:
        """Add one event: place and amount, one after the other."""
        self.events += 1
        for at in range(0, len(lines), 2):
            amount = lines[at + 1]
            total = self.sums.setdefault((lines[at], amount > 0), [0, 0])
            total[0] += abs(amount)
            total[1] += 1

    def size_with(self, lines: Sequence[int]) -> int:
        """How many lines the entry would have with one event more."""
        new = {(lines[at], lines[at + 1] > 0) for at in range(0, len(lines), 2)}
        return len(self.sums) + len(new - self.sums.keys())


@dataclass(slots=True)
class DayBook:
    """Takes in the events of a day, whole and in any order, and adds them up.

    An event is kept as a few integers, so that a hundred thousand of them fit.
    """

    places: "dict[Place, int]" = field(default_factory=dict)
    events: dict[str, tuple[_Group, tuple[int, ...]]] = field(default_factory=dict)

    def add(self, event: str, lines: "Mapping[Place, int]", rate: str = "1") -> None:
        """One event by its id, with its lines (above zero a debit); without lines it adds nothing.

        rate: of exchange, as text; the same rate is always the same text.
        """
        if not lines:
            return
        flat: list[int] = []
        owes = False
        for place, amount in lines.items():
            assert amount, f"{event}: a line of zero"
            flat += (self.places.setdefault(place, len(self.places)), amount)
            owes = owes or (place[5] is not None and place[5].kind == "vendor")
        self.events[event] = ((rate, owes), tuple(flat))

    def parts(self, max_lines: int) -> Iterator[Part]:
        """The entries of the day, each within max_lines but for an event that alone is longer."""
        groups: dict[_Group, Part] = {}
        for event in sorted(self.events):
            group, lines = self.events[event]
            part = groups.get(group)
            if part is not None and part.size_with(lines) > max_lines:
                yield part
                part = None
            if part is None:
                part = groups[group] = Part(group[0])
            part.add(lines)
        yield from (groups[group] for group in sorted(groups))

    def lines_of(self, part: Part) -> tuple[Line, ...]:
        """The lines of a part in their order; each says how many events it adds up."""
        places = list(self.places)
        lines = (
            _line(places[number], is_debit, *total)
            for (number, is_debit), total in part.sums.items()
        )
        return tuple(sorted(lines, key=Line.sort_key))


def _line(place: "Place", is_debit: bool, amount: int, events: int) -> Line:
    role, key, account, class_, department, name = place
    words = " ".join(part for part in (in_words(role), key) if part)
    return Line(
        "debit" if is_debit else "credit",
        role,
        key,
        account,
        amount,
        class_,
        department,
        name,
        f"{words}, {_events(events)}",
    )


def _events(count: int) -> str:
    return f"{count} {'event' if count == 1 else 'events'}"


@dataclass(frozen=True, slots=True)
class _Place:
    """Which entry it is: part number of so many, of a close of a day."""

    day: Day
    sequence: int
    number: int
    of: int

    @property
    def key(self) -> PostingKey:
        return self.day.key(self.sequence, self.number if self.of > 1 else 0)

    def identity(self, books: Books) -> str:
        return entry_id(books.realm, self.key)


def entries_of(
    day: Day, sequence: int, book: DayBook, books: Books
) -> list[tuple[PostingKey, JournalEntry]]:
    """The entries of a close with the keys of their postings; their numbers may yet be taken."""
    parts = list(book.parts(books.mapping.settings.max_lines))
    places = [_Place(day, sequence, number, len(parts)) for number in range(1, len(parts) + 1)]
    return [
        (place.key, _entry(place, part, book, books))
        for place, part in zip(places, parts, strict=True)
    ]


def _entry(place: _Place, part: Part, book: DayBook, books: Books) -> JournalEntry:
    day = place.day
    foreign = day.currency != books.home_currency
    return JournalEntry(
        entry_id=place.identity(books),
        event=day.name(place.sequence),
        kind=KIND,
        txn_date=date.fromisoformat(day.business_date),
        doc_number=_number(place, books),
        currency=day.currency,
        lines=book.lines_of(part),
        note=_note(place, part.events, books),
        exchange_rate=part.rate if foreign else None,
        mapping_version=books.mapping_version,
    )


def _note(place: _Place, events: int, books: Books) -> str:
    """Where the entry comes from: a proof finds its postings by the object that is named here."""
    day = place.day
    known = books.mapping.locations.get(day.location)
    where = f"{known.name} ({day.location})" if known and known.name else day.location
    said = [
        f"{books.source} {where}",
        f"day {day.name(place.sequence)} version 1",
        _events(events),
        "late, after the day was closed" if place.sequence > 1 else "",
        f"part {place.number} of {place.of}" if place.of > 1 else "",
    ]
    return " | ".join(one for one in said if one)


def _number(place: _Place, books: Books) -> str:
    """`<location>-<yyyymmdd>`, with the currency if it is not home, `-n` of a later sequence,
    `.p` of several parts; shortened where QuickBooks' 21 characters do not hold it."""
    rest = _rest(place, books)
    location = _readable(place.day.location)
    if len(location) + len(rest) <= _MAX_DOC_NUMBER:
        return f"{location}{rest}".lstrip("-")
    return _shortened(location, rest, place.identity(books))


def _shortened(location: str, rest: str, identity: str) -> str:
    """A number that ends in four characters of the entry's id."""
    tail = "-" + base64.b32encode(bytes.fromhex(identity)).decode()[:4]
    room = _MAX_DOC_NUMBER - len(tail)
    kept = location[: max(room - len(rest), 0)].rstrip("-")
    return f"{kept}{rest}".lstrip("-")[:room] + tail


def _rest(place: _Place, books: Books) -> str:
    day = place.day
    currency = f"-{day.currency}" if day.currency != books.home_currency else ""
    later = f"-{place.sequence}" if place.sequence > 1 else ""
    part = f".{place.number}" if place.of > 1 else ""
    return f"-{day.business_date.replace('-', '')}{currency}{later}{part}"


def _readable(location: str) -> str:
    return _NOT_READABLE.sub("", location.upper()).strip("-")


def renumbered(entry: JournalEntry, day: Day) -> JournalEntry:
    """The entry under another number, where another connection's day has taken its own."""
    location = _readable(day.location)
    rest = entry.doc_number.removeprefix(location)
    return replace(entry, doc_number=_shortened(location, rest, entry.entry_id))


def without_pairs(members: Iterable[str], reversals: Mapping[str, str]) -> set[str]:
    """The members that add nothing because both a posting and what takes it back are among them.

    reversals: by the id of a reversal, the id of what it takes back.
    """
    there = set(members)
    pairs = [(one, of) for one, of in reversals.items() if one in there and of in there]
    return {name for pair in pairs for name in pair}
