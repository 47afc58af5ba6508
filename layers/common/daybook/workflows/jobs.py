"""Jobs: started by a person or a schedule, done step by step, seen on their rows.

A message names a job and the number of its row. Whoever gets it does steps until the slice is
over, keeps the cursor after each, and sends the next message. Every write is conditional on the
row's number, so that a message that comes twice does no harm: the second finds the row ahead of
it and leaves it, unless nobody has touched it for so long that its worker must be dead.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from daybook.domain.job import Job, Step
from daybook.domain.posting import instant_text
from daybook.workflows.ports import Jobs

type SecondsLeft = Callable[[], float]

SLICE_SECONDS: Final = 60
# Progress is kept this often, so that whoever looks on sees it move.
STEP_SECONDS: Final = 5
MAX_STEPS: Final = 1_000
# Above the queue's visibility of 330 s no step lasts: the worker is dead, or the message was lost.
STALLED: Final = timedelta(seconds=300)
SENT_AGAIN_AFTER: Final = timedelta(minutes=15)
GIVEN_UP_AFTER: Final = timedelta(hours=2)
# SQS gives a message out five times before it is a dead letter (template.yaml).
MAX_TRIES: Final = 5


# One kind of job: does what it can until the seconds are over, and says how far it came. It has to
# be safe to repeat from an earlier cursor. Raises for faults of our own or of AWS: then the same
# step is tried again; `Step.failed` is for what no repeating mends.
type Slice = Callable[[Job, SecondsLeft], Step]


@dataclass(frozen=True, slots=True)
class Worker:
    """What jobs need.

    send: queues a message (kind, scope). slices: what does each kind of job. new_id: an id that
    was not used before. send_later: as `send`, given out after so many seconds; where there is
    none, the tick sends what rested.
    """

    jobs: Jobs
    send: Callable[[str, Mapping[str, Any]], None]
    slices: Mapping[str, Slice]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    send_later: Callable[[str, Mapping[str, Any], int], None] | None = None


class UnknownJob(ValueError):  # noqa: N818 -- what it is
    """A kind that nobody knows: the message is poison."""


def start(  # noqa: PLR0913 -- a job's own words
    kind: str,
    scope: Mapping[str, Any],
    tools: Worker,
    *,
    actor: str,
    reason: str,
    total: int = 0,
    job_id: str = "",
) -> Job:
    """Put a job and send its first message. job_id: to have it once only, whoever starts it.

    Should the message be lost, the tick sends it again.
    """
    job = _put(kind, scope, tools, actor, reason, total, job_id)
    _send(job, tools)
    return job


def job_name(kind: str, tools: Worker) -> str:
    """An id for a new job, by which a person can tell it from others."""
    return f"{kind}-{tools.clock():%Y%m%d-%H%M%S}-{tools.new_id()[:6]}"


def _put(  # noqa: PLR0913, PLR0917 -- as `start`
    kind: str,
    scope: Mapping[str, Any],
    tools: Worker,
    actor: str,
    reason: str,
    total: int,
    job_id: str,
) -> Job:
    if kind not in tools.slices:
        raise UnknownJob(f"no job of kind {kind!r}")
    now = tools.clock()
    text = instant_text(now)
    name = job_id or job_name(kind, tools)
    job = Job(name, kind, scope, text, text, actor, reason, total=total)
    if tools.jobs.put(job):
        return job
    there = tools.jobs.get(name)
    assert there is not None, f"job {name} is there and is not"
    return there


def run(kind: str, scope: Mapping[str, Any], tools: Worker, *, tries: int = 1) -> Job | None:
    """Do a slice of the job that a message names; the job as it is then, None where there was
    nothing to do. tries: how often the message was given out, this time included.

    A message without a job comes from a schedule: it starts the kind's job of the day.
    Raises what the kind raises, and UnknownJob.
    """
    now = tools.clock()
    if "job" in scope:
        job, number = tools.jobs.get(str(scope["job"])), scope.get("number")
    else:
        job = _put(kind, scope, tools, "schedule", "", 0, f"{kind}-{now:%Y-%m-%d}")
        number = 1
    if job is None or not job.is_open:
        return None
    if job.number != number and job.updated_at > instant_text(now - STALLED):
        return None
    return _slice(job, tools, tries)


def _slice(job: Job, tools: Worker, tries: int) -> Job | None:
    if job.kind not in tools.slices:
        raise UnknownJob(f"no job of kind {job.kind!r}")
    ends = tools.clock() + timedelta(seconds=SLICE_SECONDS)
    for _ in range(MAX_STEPS):
        try:
            step = tools.slices[job.kind](job, _until(STEP_SECONDS, tools))
        except Exception as error:
            _note(job, error, tools, tries)
            raise
        after = _after(job, step, tools.clock())
        if not tools.jobs.change(job, after):
            # Stopped by a person, or another worker has it.
            return None
        job = after
        if not job.is_open:
            return job
        if step.rest_seconds:
            return _rested(job, step.rest_seconds, tools)
        if tools.clock() >= ends:
            break
    _send(job, tools)
    return job


def _rested(job: Job, seconds: int, tools: Worker) -> Job:
    """What it needs does not answer: its next message comes later, and no worker waits for it."""
    if tools.send_later:
        tools.send_later(job.kind, {"job": job.id, "number": job.number}, seconds)
    return job


def _until(seconds: float, tools: Worker) -> SecondsLeft:
    ends = tools.clock() + timedelta(seconds=seconds)

    def left() -> float:
        return (ends - tools.clock()).total_seconds()

    return left


def _after(job: Job, step: Step, at: datetime) -> Job:
    state = "failed" if step.failed else "done" if step.finished else "running"
    return job.moved(
        at,
        cursor=dict(step.cursor),
        done=step.done,
        total=step.total,
        counts=dict(step.counts),
        state=state,
        error=step.failed,
    )


def _note(job: Job, error: Exception, tools: Worker, tries: int) -> None:
    """What went wrong, by its class: an error's own text may quote a customer's data."""
    last = tries >= MAX_TRIES
    text = f"{type(error).__name__} in try {tries} of {MAX_TRIES}"
    text += "; given up, see the sweeper's log." if last else "; it is tried again."
    state = "failed" if last else "running"
    tools.jobs.change(job, job.moved(tools.clock(), state=state, error=text))


def _send(job: Job, tools: Worker) -> None:
    tools.send(job.kind, {"job": job.id, "number": job.number})


def stop(job_id: str, tools: Worker) -> Job | None:
    """End a job where it is; what it did stays done. None if it was over or there is none."""
    for _ in range(MAX_TRIES):
        job = tools.jobs.get(job_id)
        if job is None or not job.is_open:
            return None
        after = job.moved(tools.clock(), state="stopped")
        if tools.jobs.change(job, after):
            return after
    return None


def heal(tools: Worker) -> int:
    """Send again what stalled, and call failed what stalled for good; how many were sent."""
    now = tools.clock()
    sent = 0
    for job in tools.jobs.open():
        if job.updated_at <= instant_text(now - GIVEN_UP_AFTER):
            text = f"No progress since {job.updated_at}; see the sweeper's log, then start it anew."
            tools.jobs.change(job, job.moved(now, state="failed", error=text))
        elif job.updated_at <= instant_text(now - SENT_AGAIN_AFTER):
            _send(job, tools)
            sent += 1
    return sent
