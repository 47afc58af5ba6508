"""Undo: what was posted is taken back by an entry of its own, mirrored, never remapped.

The reversal is the same row that a newer version or a reversing event would put, so that both at
once still take it back once. It stands on the entry's own date, as far as the books are open.
Nothing in QuickBooks is edited or deleted. What is not posted yet is left alone; an entry that a
proof found gone is only marked as taken back.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from daybook.domain.closed_books import Closing
from daybook.domain.errors import Held
from daybook.domain.flags import GONE
from daybook.domain.job import Job, Step
from daybook.domain.journal import JournalEntry
from daybook.domain.posting import Posting
from daybook.workflows.closed_books import closing_now, remembered
from daybook.workflows.families import STOCK_PART, is_unclear
from daybook.workflows.jobs import SecondsLeft, Worker, job_name, start
from daybook.workflows.operator import (
    EventName,
    NotPossible,
    Operator,
    Who,
    keep_action,
    name_of,
    one_of,
    reversal_in,
    rows_of,
)
from daybook.workflows.order import reversal_row
from daybook.workflows.ports import Ledger

RING_HINTS: Final = 30
MAX_DAYS: Final = 3_660
# Reading a large day again costs more than a few rows of it: a step does this many at least.
ROWS_A_STEP: Final = 200


@dataclass(frozen=True, slots=True)
class Selection:
    """Which posted events of a connection are taken back. Dates are business dates, ISO, both
    ends included. mapping_version: 0 for any; location: "" for any. only: these rows, by id; ()
    for any."""

    connection: str
    first: str
    last: str
    mapping_version: int = 0
    location: str = ""
    only: tuple[str, ...] = ()

    def days(self) -> list[str]:
        """Every day of the range. Raises NotPossible for one that is none, or too long."""
        first, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
        count = (last - first).days + 1
        if not 1 <= count <= MAX_DAYS:
            raise NotPossible(f"{first} to {last} is no range of 1 to {MAX_DAYS} days.")
        return [(first + timedelta(days=number)).isoformat() for number in range(count)]

    def has(self, row: Posting) -> bool:
        """Whether a row is one of them."""
        return (
            may_be_undone(row)
            and self.mapping_version in (0, row.mapping_version)
            and self.location in ("", row.location)
            and (not self.only or row.id in self.only)
        )

    def scope(self) -> dict[str, Any]:
        """As a job keeps it."""
        return asdict(self)

    @staticmethod
    def of(scope: Mapping[str, Any]) -> "Selection":
        """The selection again from `scope`."""
        return Selection(**{**scope, "only": tuple(scope.get("only", ()))})


def may_be_undone(row: Posting) -> bool:
    """Whether a row is an event's own entry that stands in the books."""
    return row.status == "posted" and row.key.purpose == "post" and bool(row.entry)


@dataclass(slots=True)
class Tally:
    """What would be taken back: how many events, and the sum of their debits (of a document its
    total) in minor units, by (location, currency)."""

    events: Counter[tuple[str, str]] = field(default_factory=Counter)
    amounts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, row: Posting) -> None:
        """Count a row."""
        posted = row.transaction()
        place = (row.location, posted.currency)
        self.events[place] += 1
        self.amounts[place] += (
            sum(line.amount for line in posted.lines if line.side == "debit")
            if isinstance(posted, JournalEntry)
            else posted.total
        )


def count(
    selection: Selection,
    ledger: Ledger,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Tally:
    """What a selection would take back, without doing it. Raises NotPossible."""
    tally, days = Tally(), selection.days()
    for done, day in enumerate(days, 1):
        for row in ledger.of_day(selection.connection, day):
            if selection.has(row):
                tally.add(row)
        progress(done, len(days))
    return tally


def undo_event(connection: str, name: EventName, who: Who, tools: Operator) -> Posting:
    """Take one posted event back; its reversal as it is now, or the event's own row where a proof
    found its entry gone. Raises NotPossible."""
    rows = rows_of(connection, name, tools.ledger)
    row = one_of(rows, name)
    there = reversal_in(rows, row)
    if there is not None:
        return there
    _check(row)
    if is_gone(row):
        return _without_entry(row, who, tools)
    closing = closing_now(connection, tools.connections, tools.mappings)
    try:
        reversal = reversal_row(row, tools.clock(), closing)
    except Held as held:
        problem = held.problem
        raise NotPossible(f"{problem.text} {problem.next_action}") from held
    beside = _stock_back(rows, row, closing, tools)
    keep_action(connection, "undo", who, tools, target=row.id)
    put = [reversal, *beside]
    for one in put:
        tools.ledger.put(one)
    tools.doorbell(row.realm, [one.id for one in put])
    return tools.ledger.get(reversal.key) or reversal


def _stock_back(
    rows: Sequence[Posting], row: Posting, closing: Closing, tools: Operator
) -> list[Posting]:
    """What takes back the stock entry beside a document. What is not sent yet follows the document
    by itself. Raises NotPossible while that is unclear."""
    key = replace(row.key, part=STOCK_PART)
    stock = next((one for one in rows if one.key == key and not one.beside), None)
    if stock is None or not (stock.status == "posted" or is_unclear(stock)):
        return []
    if stock.status != "posted":
        raise NotPossible("The entry of its stock is on its way: undo the event when it is posted.")
    try:
        return [reversal_row(stock, tools.clock(), closing)]
    except Held as held:
        raise NotPossible(f"{held.problem.text} {held.problem.next_action}") from held


def is_gone(row: Posting) -> bool:
    """Whether a proof found that QuickBooks does not have a row's entry any more: then there is
    nothing that an entry would take back."""
    return any(flag.name in GONE for flag in row.flags)


def _without_entry(row: Posting, who: Who, tools: Operator) -> Posting:
    keep_action(row.key.connection, "undo", who, tools, target=row.id)
    after = _marked(row, who, tools)
    if not tools.ledger.change(row, after):
        raise NotPossible(f"{name_of(row)} changed meanwhile; look at it again.")
    return after


def _marked(row: Posting, who: Who, tools: Operator) -> Posting:
    words = f"{who.actor}: {who.reason}"
    flags = (flag._replace(cleared=flag.cleared or words) for flag in row.flags)
    return row.moved("reversed", tools.clock(), flags=tuple(flags))


def _check(row: Posting) -> None:
    if may_be_undone(row):
        return
    if row.status == "posted":
        raise NotPossible(
            f"{name_of(row)} has no entry of its own. Replay the event that it took back."
        )
    raise NotPossible(f"{name_of(row)} is {row.status}: only what is posted can be taken back.")


def usual_range(today: date) -> tuple[date, date]:
    """The business dates that are looked at where none are given: two years back, and a month on
    for what was dated ahead."""
    return today - timedelta(days=730), today + timedelta(days=31)


def start_undo(  # noqa: PLR0913, PLR0917 -- who asks for what, with what
    selection: Selection, total: int, who: Who, tools: Operator, worker: Worker, name: str = ""
) -> Job:
    """Begin a bulk undo; its job. name: makes it one job, however often it is begun."""
    there = worker.jobs.get(name) if name else None
    if there:
        return there
    name = name or job_name("undo", worker)
    scope = selection.scope()
    said = {**scope, "only": f"{len(selection.only)} rows" if selection.only else ""}
    words = ", ".join(f"{word} {value}" for word, value in said.items() if value)
    keep_action(selection.connection, "undo", who, tools, target=name, scope=words)
    return start(
        "undo", scope, worker, actor=who.actor, reason=who.reason, total=total, job_id=name
    )


def undo_slice(
    job: Job, seconds_left: SecondsLeft, tools: Operator, at_least: int = ROWS_A_STEP
) -> Step:
    """One step of a bulk undo, of so many rows at least. cursor: the business date, and the last
    row done on it."""
    selection, counts = Selection.of(job.scope), Counter(job.counts)
    who = Who(job.actor, job.reason)
    closings = remembered(tools.connections, tools.mappings)
    rung: dict[str, list[str]] = {}
    cursor, finished = dict(job.cursor), True
    for number, row in enumerate(_rest(selection, job.cursor, tools.ledger, cursor)):
        if row is not None:
            if is_gone(row):
                marked = tools.ledger.change(row, _marked(row, who, tools))
                counts["gone from QuickBooks" if marked else "changed meanwhile"] += 1
            else:
                counts[_take_back(row, closings(selection.connection), rung, tools)] += 1
            cursor["after"] = list(row.order)
        if number >= at_least and seconds_left() <= 0:
            finished = False
            break
    for realm, ids in rung.items():
        tools.doorbell(realm, ids[:RING_HINTS])
    done = counts.total()
    return Step(cursor, done, max(job.total, done), counts, finished)


def _rest(
    selection: Selection, start: Mapping[str, Any], ledger: Ledger, cursor: dict[str, Any]
) -> Iterator[Posting | None]:
    """The rows not done yet, in order; None at the end of each day. cursor: follows the day."""
    today = start.get("day", selection.first)
    after: Sequence[str] = start.get("after", ())
    for day in selection.days():
        if day < today:
            continue
        cursor["day"] = day
        done = tuple(after) if day == today else ()
        cursor["after"] = list(done)
        rows = [row for row in ledger.of_day(selection.connection, day) if selection.has(row)]
        yield from (row for row in sorted(rows, key=lambda row: row.order) if row.order > done)
        cursor["day"] = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
        cursor["after"] = []
        yield None


def _take_back(row: Posting, closing: Closing, rung: dict[str, list[str]], tools: Operator) -> str:
    try:
        reversal = reversal_row(row, tools.clock(), closing)
    except Held as held:
        return held.problem.code
    if tools.ledger.put(reversal) != "created":
        return "already"
    rung.setdefault(row.realm, []).append(reversal.id)
    return "taken back"
