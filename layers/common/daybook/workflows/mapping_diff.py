"""Two mappings over the same stored events: which entries change, and which keys lose an account.

Events are run under both (`mapping_run`), and what comes out is compared line by line.
Descriptions and notes are words for people and are not compared.
"""

import copy
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from daybook.domain.connection import ActiveMapping, Connection
from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import Transaction
from daybook.domain.errors import Missing
from daybook.domain.journal import Line
from daybook.domain.mapping import Mapping
from daybook.domain.posting import Posting
from daybook.domain.purchase_document import PurchaseDocument
from daybook.domain.seen_key import SeenKey
from daybook.workflows.circumstances import Circumstances, Tools, circumstances_of
from daybook.workflows.mapping_run import Progress, Ran, run, silent, stored
from daybook.workflows.ports import Ledger

MAX_EVENTS = 5_000
MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class Change:
    """One event that becomes something else. removed, added: lines of the entries, unlike ones."""

    posting: str
    event: str
    business_date: str
    status: str
    before: Ran
    after: Ran
    removed: tuple[Line, ...] = ()
    added: tuple[Line, ...] = ()

    @property
    def becomes_held(self) -> bool:
        """Whether what needs nobody now would wait for a person."""
        return self.after.outcome == "held" and self.before.outcome != "held"


@dataclass(slots=True)
class Difference:
    """read: events run; complete: False where the bound ended it, then `until` is the last day
    read in full or in part. uncovered and covered: keys with the number of events they stand in."""

    read: int = 0
    same: int = 0
    complete: bool = True
    until: str = ""
    changes: list[Change] = field(default_factory=list)
    uncovered: Counter[SeenKey] = field(default_factory=Counter)
    covered: Counter[SeenKey] = field(default_factory=Counter)

    @property
    def becomes_held(self) -> list[Change]:
        """What would be held and is not now."""
        return [one for one in self.changes if one.becomes_held]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared: the circumstances of a connection under one mapping and under another."""

    before: Circumstances
    after: Circumstances
    ledger: Ledger
    now: datetime

    def has(self, circumstances: Circumstances, key: Missing | SeenKey) -> bool:
        """Whether the mapping of one of them has a row for a key."""
        active = circumstances.active
        return bool(active and active.mapping.resolve(key.role, key.key, key.location))


def compared(
    connection: Connection, before: Mapping, after: Mapping, tools: Tools, now: datetime
) -> Compared:
    """Two mappings of a connection, everything else as it is now."""
    as_is = circumstances_of(connection, tools, creating=False)
    one, other = (replace(as_is, active=ActiveMapping(0, rules)) for rules in (before, after))
    return Compared(one, other, tools.ledger, now)


class BadRange(ValueError):  # noqa: N818 -- the fact
    """A range of business dates that is empty or too long."""


def days_between(first: date, last: date) -> list[date]:
    """Every day of a range, both ends included. Raises BadRange above 366 days, or for none."""
    count = (last - first).days + 1
    if not 1 <= count <= MAX_DAYS:
        raise BadRange(f"{first} to {last} is no range of 1 to {MAX_DAYS} days")
    return [first + timedelta(days=place) for place in range(count)]


def difference(
    pair: Compared,
    days: Sequence[date],
    seen: Iterable[SeenKey] = (),
    *,
    max_events: int = MAX_EVENTS,
    progress: Progress = silent,
) -> Difference:
    """What would differ on these days, read in their order; at most max_events events are run.

    seen: keys that ever came; those whose coverage differs are named though no event of the days
    has them.
    """
    found = Difference()
    mappings = [one.active.mapping for one in (pair.after, pair.before) if one.active]
    rows = stored(pair.before.connection.id, days, mappings, pair.ledger, progress)
    for row, event in rows:
        if found.read == max_events:
            found.complete = False
            break
        found.read += 1
        found.until = row.business_date or found.until
        before = run(row, event, pair.before, pair.now, pair.ledger)
        after = run(row, event, pair.after, pair.now, pair.ledger)
        _note_keys(before, after, pair, found)
        change = _change(row, event.name, before, after)
        if change:
            found.changes.append(change)
        else:
            found.same += 1
    _note_seen(seen, pair, found)
    return found


def coverage(seen: Iterable[SeenKey], pair: Compared) -> Difference:
    """Only which of the keys that ever came gain or lose an account; no event is read."""
    found = Difference()
    _note_seen(seen, pair, found)
    return found


def _change(row: Posting, event: str, before: Ran, after: Ran) -> Change | None:
    if before.outcome == after.outcome and _content(before) == _content(after):
        return None
    one, other = _lines(before), _lines(after)
    return Change(
        row.id,
        event,
        row.business_date,
        row.status,
        before,
        after,
        tuple(sorted((one - other).elements(), key=Line.sort_key)),
        tuple(sorted((other - one).elements(), key=Line.sort_key)),
    )


def _content(ran: Ran) -> object:
    """What makes two entries the same to an accountant, and two reasons the same to a person."""
    entry, problem = ran.entry, ran.problem
    if entry is None:
        return (problem.code, problem.missing) if problem else None
    return (entry.txn_date, entry.currency, entry.exchange_rate, _form(entry), _lines(ran))


def _form(entry: Transaction) -> tuple[object, ...]:
    match entry:
        case SalesDocument():
            return entry.form, entry.customer, entry.tax
        case PurchaseDocument():
            return entry.form, entry.vendor, entry.payable
        case _:
            return ()


def _lines(ran: Ran) -> Counter[Line]:
    return Counter(copy.replace(line, description="") for line in ran.lines)


def _note_keys(before: Ran, after: Ran, pair: Compared, found: Difference) -> None:
    for one in _missing(after):
        if pair.has(pair.before, one):
            found.uncovered[SeenKey(one.role, one.key, one.location)] += 1
    for one in _missing(before):
        if pair.has(pair.after, one):
            found.covered[SeenKey(one.role, one.key, one.location)] += 1


def _missing(ran: Ran) -> tuple[Missing, ...]:
    return ran.problem.missing if ran.problem else ()


def _note_seen(seen: Iterable[SeenKey], pair: Compared, found: Difference) -> None:
    for key in seen:
        before, after = pair.has(pair.before, key), pair.has(pair.after, key)
        if before and not after:
            found.uncovered[key] += 0
        elif after and not before:
            found.covered[key] += 0
