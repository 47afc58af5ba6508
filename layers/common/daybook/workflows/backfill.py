"""Sending past events over a range of dates as a job: in slices, its progress kept on its row.

An event that was sent is not `not_started` any more, so a slice that is repeated sends nothing
twice; only what stood on the dates already is counted once more then.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from daybook.domain.connection import Connection
from daybook.domain.job import Job, Step
from daybook.workflows.circumstances import circumstances_of
from daybook.workflows.go_live import Sent, days_between, past_of, send_rows
from daybook.workflows.jobs import SecondsLeft, Worker, job_name, start
from daybook.workflows.operator import Operator, Who, keep_action
from daybook.workflows.release import Releaser

KIND: Final = "send"
SKIPPED: Final = "left as they were"
# Reading a large day again costs more than a few rows of it: a step sends this many at once.
ROWS_A_STEP: Final = 100


def start_backfill(
    connection: Connection, days: Sequence[date], who: Who, tools: Operator, worker: Worker
) -> Job:
    """Begin to send the past events of these business dates (`days_between`); its job."""
    name = job_name(KIND, worker)
    scope = {
        "connection": connection.id,
        "first": days[0].isoformat(),
        "last": days[-1].isoformat(),
    }
    words = f"business dates {scope['first']} to {scope['last']}"
    keep_action(connection.id, KIND, who, tools, target=name, scope=words)
    return start(
        KIND, scope, worker,
        actor=who.actor, reason=who.reason, total=len(days), job_id=name,
    )  # fmt: skip


def backfill_slice(
    job: Job, seconds_left: SecondsLeft, tools: Releaser, at_once: int = ROWS_A_STEP
) -> Step:
    """One step: of one day after the other, some events at once. done, total: days.

    cursor: the business date; whether its others are counted; why events are held, by reason.
    """
    days = days_between(*(date.fromisoformat(job.scope[name]) for name in ("first", "last")))
    connection = tools.connections.get(job.scope["connection"])
    if connection is None:
        text = f"There is no connection {job.scope['connection']} any more."
        return Step(job.cursor, job.done, len(days), job.counts, failed=text)
    cursor, counts = dict(job.cursor), Counter(job.counts)
    reasons = Counter(cursor.get("reasons", {}))
    circumstances = circumstances_of(connection, tools)
    at = cursor.get("day", job.scope["first"])
    while at <= job.scope["last"]:
        past, others = past_of(connection, at, tools)
        sent = Sent(skipped=0 if cursor.get("counted") == at else others)
        send_rows(past[:at_once], circumstances, sent, tools)
        _add(counts, sent)
        reasons.update(sent.reasons)
        cursor["counted"] = at
        if len(past) <= at_once:
            at = (date.fromisoformat(at) + timedelta(days=1)).isoformat()
        if seconds_left() <= 0:
            break
    cursor |= {"day": at, "reasons": dict(reasons)}
    done = sum(day.isoformat() < at for day in days)
    return Step(cursor, done, len(days), dict(counts), done == len(days))


def _add(counts: Counter[str], sent: Sent) -> None:
    counts.update(sent.events)
    if sent.skipped:
        counts[SKIPPED] += sent.skipped


def sent_by(job: Job) -> Sent:
    """What a job came to, as `send_past` says it."""
    cursor: dict[str, Any] = dict(job.cursor)
    events = Counter({word: number for word, number in job.counts.items() if word != SKIPPED})
    return Sent(events, Counter(cursor.get("reasons", {})), job.counts.get(SKIPPED, 0))
