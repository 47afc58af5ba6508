"""The third side of a proof: what the point of sale has of a date against what the ledger has.

What it has is what pulls saw (`domain/pulls.py`). A date is compared once each list that the
source is pulled for was read to its end since the date ended; a list that was not is left out.
Of an object the newest version seen counts. What the ledger holds, ignores or was told to take
back it explains; everything else is in the books, with its day, or on the way there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from daybook.domain.business_date import ends_at
from daybook.domain.connection import Connection
from daybook.domain.flags import RAISED_BY_POS
from daybook.domain.identity import PostingKey
from daybook.domain.mapping import Mapping as AccountMapping
from daybook.domain.money import to_text
from daybook.domain.pos_side import PosDay, PosSums
from daybook.domain.pos_totals import EventTotal, stated_totals, total_of
from daybook.domain.posting import Posting, instant_text
from daybook.domain.proof import Finding
from daybook.domain.pulls import SeenAtPos
from daybook.domain.status import Status
from daybook.sources.contract import Pulled, Resource
from daybook.workflows.operator import name_of
from daybook.workflows.prove_pos_row import flagged, told_once, unflagged
from daybook.workflows.prover import PosSide, Prover

# Objects of a date that may be looked up one by one, because only one side has them by the index.
MAX_LOOKUPS: Final = 2_000
# Events of one date, each of which is read on both sides, seven dates a night: beyond that a proof
# takes minutes, and its reads of the ledger cost more than they tell.
MAX_OBJECTS: Final = 20_000
# Where nobody knows a location's zone, its day has ended wherever it may be.
_WESTMOST: Final = timedelta(hours=12)
_IN_LEDGER: Final[frozenset[Status]] = frozenset(
    {"posted", "accumulated", "ready", "sending", "uncertain"}
)
# A party is no money: what it is called is compared nowhere.
_UNCOUNTED: Final = frozenset({"party"})

type InBooks = Callable[[Posting], bool]
type ObjectName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Ours:
    """What the ledger has of one version of an object, without its event and entry."""

    key: PostingKey
    status: Status
    place: tuple[str, str, str]
    total: EventTotal | None
    in_books: bool
    is_flagged: bool
    created_at: str
    origin: str


@dataclass(slots=True)
class _Date:
    """One date of a connection while it is compared. read_at: by object type, until when its list
    was read, less the overlap."""

    connection: Connection
    day: str
    read_at: Mapping[str, str]
    tools: Prover
    side: PosSide
    in_books: InBooks
    ours: dict[ObjectName, dict[tuple[str, str], _Ours]] = field(default_factory=dict)
    sums: PosSums = field(default_factory=PosSums)
    lookups: int = 0

    def may_look_up(self) -> bool:
        """Whether one more object may be looked up; all are counted."""
        self.lookups += 1
        return self.lookups <= MAX_LOOKUPS


def prove_pos(
    connection: Connection, day: str, tools: Prover, in_books: InBooks
) -> tuple[PosDay, list[Finding]]:
    """A connection's date, and what is not as it should be; rows are flagged for it.

    in_books: whether QuickBooks was just seen to have a row's entry, unchanged.
    """
    side = tools.pos
    source = side.source(connection.source) if side else None
    cursors = {one.resource: one for one in side.pulls.cursors(connection.id)} if side else {}
    if side is None or not cursors or not isinstance(source, Pulled):
        return PosDay(connection.id, "not_pulled"), []
    ends = instant_text(_end_of(day, side.mapping(connection.id)))
    read, left = {}, []
    for one in source.resources:
        cursor = cursors.get(one.name)
        if cursor and cursor.read_at > ends:
            read.update(dict.fromkeys(one.object_types, _less(cursor.read_at, one)))
        else:
            left.append(one.name)
    text = f"Not read since the date ended: {', '.join(left)}." if left else ""
    if not read:
        return PosDay(connection.id, "not_read", text=text), []
    at = _Date(connection, day, read, tools, side, in_books)
    if not _gather(at):
        text = f"More than {MAX_OBJECTS} events of the date."
        return PosDay(connection.id, "too_many", text=text), []
    findings = list(_compared(at))
    if at.lookups > MAX_LOOKUPS:
        text = f"{text} {at.lookups - MAX_LOOKUPS} objects were not looked up.".strip()
    return PosDay(connection.id, "read", at.sums.totals(), text), findings


def _less(read_at: str, resource: Resource) -> str:
    return instant_text(datetime.fromisoformat(read_at) - resource.overlap)


def _end_of(day: str, mapping: AccountMapping | None) -> datetime:
    """When a date is over at the last of a connection's locations."""
    on = date.fromisoformat(day)
    places = mapping.locations.values() if mapping else ()
    last = datetime.combine(on + timedelta(days=1), time(), UTC) + _WESTMOST
    return max((ends_at(on, one.time_zone, one.day_close) for one in places), default=last)


def _gather(at: _Date) -> bool:
    """Whether the date's events are few enough; then they are all there."""
    for number, row in enumerate(at.tools.ledger.of_day(at.connection.id, at.day)):
        key = row.key
        if number >= MAX_OBJECTS:
            return False
        if key.purpose != "post" or key.part or row.beside or not row.event:
            continue
        if key.object_type in at.read_at and row.kind not in _UNCOUNTED:
            versions = at.ours.setdefault((key.object_type, key.object_id), {})
            before = versions.get((key.version, key.effect))
            if before is None or before.key.revision < key.revision:
                versions[key.version, key.effect] = _slim(row, at.in_books)
    return True


def _slim(row: Posting, in_books: InBooks) -> _Ours:
    event = row.financial_event()
    return _Ours(
        row.key, row.status, (row.location, row.kind, event.currency), total_of(event),
        in_books(row), any(flag.name in RAISED_BY_POS for flag in row.flags), row.created_at,
        row.origin,
    )  # fmt: skip


def _compared(at: _Date) -> Iterator[Finding]:
    met: set[ObjectName] = set()
    for seen in at.side.pulls.seen_of_day(at.connection.id, at.day):
        if seen.object_type in at.read_at and seen.kind not in _UNCOUNTED:
            met.add((seen.object_type, seen.object_id))
            yield from _of_seen(seen, at)
    for name in sorted(at.ours.keys() - met):
        if not at.may_look_up():
            continue
        found = at.side.pulls.seen(at.connection.id, *name)
        if found is None:
            yield from _unseen(name, at)
        elif found.business_date in {"", at.day}:
            # Without a date when it was seen: held then, and its location is known by now.
            yield from _of_seen(found, at)


def _of_seen(seen: SeenAtPos, at: _Date) -> Iterator[Finding]:
    ours = _ours_of(seen, at)
    if ours is None:
        yield from _missing(seen, at)
    elif seen.effect != "reverse":
        # What was undone there is nothing on any side.
        yield from _of_both(seen, ours, at)


def _ours_of(seen: SeenAtPos, at: _Date) -> _Ours | None:
    """What the ledger has of the version seen; by its key where the date's index has it not."""
    versions = at.ours.get((seen.object_type, seen.object_id), {})
    named = (seen.version, seen.effect)
    if named not in versions and at.may_look_up():
        row = at.tools.ledger.get(_key_of(seen))
        if row is not None and row.event:
            return _slim(row, at.in_books)
    return versions.get(named)


def _key_of(seen: SeenAtPos) -> PostingKey:
    return PostingKey(*seen.name, seen.version, "reverse" if seen.effect == "reverse" else (
        "replace" if seen.effect == "replace" else "post"))  # fmt: skip


def _of_both(seen: SeenAtPos, ours: _Ours, at: _Date) -> Iterator[Finding]:
    currency = ours.place[2]
    stated = stated_totals(seen.stated, currency) if ours.total else []
    own = ours.total if ours.total and stated else EventTotal(0)
    fitting = next((one for one in stated if own.fits(one)), stated[0] if stated else 0)
    there = own.as_stated(fitting)
    at.sums.add(ours.place, pos_objects=1, pos_total=there, slack=own.slack)
    if ours.status not in _IN_LEDGER:
        at.sums.add(ours.place, explained_objects=1, explained_total=there)
        _settle(ours, at)
        return
    _add_ours(ours, own.minor, at)
    if own.fits(fitting):
        _settle(ours, at)
        return
    says, has = to_text(there, currency), to_text(own.minor, currency)
    text = f"The point of sale states {says} {currency}, and the event comes to {has}."
    yield from flagged("total_differs_at_pos", ours.key, text, at.connection.realm, at.tools)


def _settle(ours: _Ours, at: _Date) -> None:
    if ours.is_flagged:
        unflagged(ours.key, at.tools)


def _add_ours(ours: _Ours, minor: int, at: _Date) -> None:
    at.sums.add(ours.place, ledger_objects=1, ledger_total=minor)
    if ours.in_books:
        at.sums.add(ours.place, qbo_objects=1, qbo_total=minor)
    elif ours.status == "accumulated":
        at.sums.add(ours.place, day_objects=1, day_total=minor)


def _missing(seen: SeenAtPos, at: _Date) -> Iterator[Finding]:
    at.sums.add((seen.location, seen.kind, ""), pos_objects=1)
    key = _key_of(seen)
    said = ", ".join(f"{name} {value}" for name, value in sorted(seen.stated.items()))
    text = (
        f"The point of sale has {seen.object_type} {seen.object_id}, version {seen.version}"
        f"{f' ({said})' if said else ''}, and the ledger does not."
    )
    row = Posting(key, "received", "", seen.kind, seen.location, "", "", "", business_date=at.day)
    finding = Finding(
        "missing_in_ledger", key.connection, name_of(row), row.id, seen.location, at.day, (), text
    )
    yield told_once(finding, at.connection.realm, at.tools)


def _unseen(name: ObjectName, at: _Date) -> Iterator[Finding]:
    """An object of ours that no list had, though each was read to its end since it came."""
    read_at = at.read_at[name[0]]
    for ours in at.ours[name].values():
        if ours.key.effect == "reverse" or ours.status not in _IN_LEDGER or ours.origin == "pull":
            continue
        if ours.created_at > read_at or not _is_covered(at):
            continue
        minor = ours.total.minor if ours.total else 0
        _add_ours(ours, minor, at)
        text = "In the ledger, and no list of the point of sale has had it since it came."
        yield from flagged("missing_at_pos", ours.key, text, at.connection.realm, at.tools)


def _is_covered(at: _Date) -> bool:
    """Whether the first pull went back before the date: it begins a day before the connection."""
    return "" < at.connection.created_at[:10] < at.day
