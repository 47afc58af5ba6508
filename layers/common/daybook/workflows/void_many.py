"""Void in bulk: held and failed events that a filter or a person's ticks name, as a job.

Each row goes by the one void of a single event (`void.void_row`): with an action of its own, and by
a write that is conditional on the row as it was read. A step that is repeated finds what it voided
no longer held, and voids nothing twice.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from daybook.domain.job import Job, Step
from daybook.domain.posting import Posting
from daybook.workflows.jobs import SecondsLeft, Worker
from daybook.workflows.operator import NotPossible, Operator, Who
from daybook.workflows.ports import Ledger
from daybook.workflows.replay_many import Filter, begin_many, stuck_rows
from daybook.workflows.void import void_row

ROWS_A_STEP: Final = 50


def to_void(wanted: Filter, ledger: Ledger) -> Iterator[Posting]:
    """What would be voided, by connection, in order of business date, instant and id."""
    for connection in wanted.connections:
        yield from _of(connection, wanted, ledger)


def _of(connection: str, wanted: Filter, ledger: Ledger) -> list[Posting]:
    return stuck_rows(connection, wanted, ledger, lambda row: _is_meant(row, wanted))


def _is_meant(row: Posting, wanted: Filter) -> bool:
    """Of two contents under one key it is the second that is held, and the first that stands."""
    if wanted.only:
        return row.id in wanted.only
    if wanted.before and row.since >= wanted.before:
        return False
    return row.status == "failed" or row.reason in wanted.reasons


def start_void(  # noqa: PLR0913, PLR0917 -- who asks for what, with what
    wanted: Filter, total: int, who: Who, tools: Operator, worker: Worker, name: str = ""
) -> Job:
    """Begin a bulk void; its job. name: makes it one job, however often it is begun."""
    rows = [f"{len(wanted.only)} rows"] if wanted.only else wanted.reasons
    words = ", ".join([*wanted.statuses, *rows])
    return begin_many("void", words, wanted, total, who, tools, worker, name)


def void_slice(
    job: Job, seconds_left: SecondsLeft, tools: Operator, at_least: int = ROWS_A_STEP
) -> Step:
    """One step of a bulk void: of one connection, of so many rows at least.

    cursor: the place of the connection in the scope, and the last row done there.
    """
    wanted, counts, who = Filter.of(job.scope), Counter(job.counts), Who(job.actor, job.reason)
    place, after = job.cursor.get("place", 0), tuple(job.cursor.get("after", ()))
    rows = _of(wanted.connections[place], wanted, tools.ledger)
    rows = [row for row in rows if row.order > after]
    for number, row in enumerate(rows, 1):
        counts[_word(row, who, tools)] += 1
        after = row.order
        if number >= at_least and seconds_left() <= 0:
            break
    if not rows or after == rows[-1].order:
        place, after = place + 1, ()
    done = counts.total()
    finished = place == len(wanted.connections)
    cursor = {"place": place, "after": list(after)}
    return Step(cursor, done, max(job.total, done), counts, finished)


def _word(row: Posting, who: Who, tools: Operator) -> str:
    try:
        return void_row(row, who, tools).status
    except NotPossible:
        return "left"
