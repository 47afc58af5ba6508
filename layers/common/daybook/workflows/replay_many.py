"""Replay in bulk: every held or failed event of some connections that a filter names, as a job."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from daybook.domain.errors import ReasonCode
from daybook.domain.job import Job, Step
from daybook.domain.posting import Posting
from daybook.domain.status import Status
from daybook.workflows.jobs import SecondsLeft, Worker, job_name, start
from daybook.workflows.operator import NotPossible, Operator, Who, keep_action
from daybook.workflows.ports import Ledger
from daybook.workflows.release import ODD, waits_by_setting
from daybook.workflows.replay import Case, check, try_again

# Held until a person has mended something of which daybook cannot tell that it is mended.
BY_HAND: Final[tuple[ReasonCode, ...]] = (
    "period_closed",
    "qbo_refused",
    "docnum_taken",
    "display_name_taken",
    "unreadable",
    "setting_needed",
    "source_unavailable",
)
ROWS_A_STEP: Final = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """Which held and failed events are tried again.

    connections: by id. reasons: of the held ones; statuses: `held`, `failed` or both.
    before: only those that are so since before this instant (RFC 3339), "" for all. only: these
    rows, by id; () for all.
    """

    connections: tuple[str, ...]
    reasons: tuple[str, ...] = BY_HAND
    statuses: tuple[Status, ...] = ("held", "failed")
    before: str = ""
    only: tuple[str, ...] = ()

    def has(self, row: Posting) -> bool:
        """Whether a row is one of them. What needs a choice between two is none."""
        if row.beside or (row.reason == "conflict" and not waits_by_setting(row)):
            return False
        if self.before and row.since >= self.before:
            return False
        if self.only and row.id not in self.only:
            return False
        return row.status == "failed" or row.reason in self.reasons

    def scope(self) -> dict[str, Any]:
        """As a job keeps it."""
        return asdict(self)

    @staticmethod
    def of(scope: Mapping[str, Any]) -> "Filter":
        """The filter again from `scope`."""
        lists = {name: tuple(scope[name]) for name in ("connections", "reasons", "statuses")}
        return Filter(**lists, before=scope["before"], only=tuple(scope.get("only", ())))


def found(wanted: Filter, ledger: Ledger) -> Iterator[Posting]:
    """What a filter names, by connection, in order of business date, instant and id."""
    for connection in wanted.connections:
        yield from stuck_rows(connection, wanted, ledger, wanted.has)


def stuck_rows(
    connection: str, wanted: Filter, ledger: Ledger, is_meant: Callable[[Posting], bool]
) -> list[Posting]:
    """A connection's rows of the filter's statuses that are meant, in order of business date,
    instant and id."""
    rows = [
        row
        for status in wanted.statuses
        for row in ledger.held(connection, status)
        if is_meant(row)
    ]
    return sorted(rows, key=lambda row: row.order)


def start_replay(  # noqa: PLR0913, PLR0917 -- who asks for what, with what
    wanted: Filter, total: int, who: Who, tools: Operator, worker: Worker, name: str = ""
) -> Job:
    """Begin a bulk replay; its job. name: makes it one job, however often it is begun."""
    rows = [f"{len(wanted.only)} rows"] if wanted.only else []
    words = ", ".join([*wanted.statuses, *wanted.reasons, *rows])
    return begin_many("replay", words, wanted, total, who, tools, worker, name)


def begin_many(  # noqa: PLR0913, PLR0917 -- who asks for what, with what
    kind: str,
    words: str,
    wanted: Filter,
    total: int,
    who: Who,
    tools: Operator,
    worker: Worker,
    name: str,
) -> Job:
    """Begin a job of this kind over what a filter names, or find it begun under its name. words:
    what is asked for, as each connection's action keeps it."""
    there = worker.jobs.get(name) if name else None
    if there:
        return there
    name = name or job_name(kind, worker)
    for connection in wanted.connections:
        keep_action(connection, kind, who, tools, target=name, scope=words)
    return start(
        kind, wanted.scope(), worker,
        actor=who.actor, reason=who.reason, total=total, job_id=name,
    )  # fmt: skip


def replay_slice(
    job: Job, seconds_left: SecondsLeft, tools: Operator, at_least: int = ROWS_A_STEP
) -> Step:
    """One step of a bulk replay: of one connection, of so many rows at least.

    cursor: the place of the connection in the scope, and the last row done there.
    """
    wanted, counts = Filter.of(job.scope), Counter(job.counts)
    place, after = job.cursor.get("place", 0), tuple(job.cursor.get("after", ()))
    connection = tools.connections.get(wanted.connections[place])
    if connection is None:
        rows = []
    else:
        rows = stuck_rows(connection.id, wanted, tools.ledger, wanted.has)
        rows = [row for row in rows if row.order > after]
        case = Case.of(connection, tools)
        for number, row in enumerate(rows, 1):
            counts[_word(row, case, tools)] += 1
            after = row.order
            if number >= at_least and seconds_left() <= 0:
                break
        case.ring(tools)
    if not rows or after == rows[-1].order:
        place, after = place + 1, ()
    done = counts.total()
    finished = place == len(wanted.connections)
    cursor = {"place": place, "after": list(after)}
    return Step(cursor, done, max(job.total, done), counts, finished)


def _word(row: Posting, case: Case, tools: Operator) -> str:
    try:
        check(row)
        done = try_again(row, case, tools)
    except NotPossible:
        return "left"
    except ODD:
        # Named in the sweeper's log by the next release; it keeps no other row waiting.
        return "odd"
    if done.row.status in ("ready", "uncertain"):
        case.ready.append(done.row.id)
    return done.row.status if done.word == "moved on" else done.word
