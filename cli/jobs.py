"""`daybook jobs`: what runs in the background, how far it is, what became of it."""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer

from cli.output import WAITS, AsJson, as_json, counts_text, progress, refuse, say, table
from cli.person import Actor, Reason, who
from cli.stack import wiring
from daybook.domain.job import Job
from daybook.wiring import Wiring, now
from daybook.workflows.stop_job import stop_by_hand

POLL_SECONDS = 1.0
# A job of a million events takes hours; whoever looks on longer can look again.
MAX_POLLS = 6 * 3_600

JobId = Annotated[str, typer.Argument(help="The job's id; the recent ones if not given.")]


def jobs(
    job_id: JobId = "",
    follow: Annotated[bool, typer.Option("--follow", help="Wait until it is over.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="End it where it is.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="List so many.")] = 20,
    reason: Reason = "",
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """List jobs, show one, wait for it or stop it. Exit code 2: one of them failed."""
    parts = wiring()
    if not job_id:
        if follow or stop:
            refuse("Name the job.")
        _list(parts, limit, json)
        return
    job = parts.jobs.store.get(job_id)
    if job is None:
        refuse(f"There is no job {job_id!r}; `daybook jobs` lists them.")
    if stop:
        asked = who(actor, reason or "stopped by hand")
        job = stop_by_hand(job, asked, parts.jobs.operator, parts.jobs.worker) or job
    if follow:
        job = followed(job, parts)
    tell(job, json)


def _list(parts: Wiring, limit: int, json: bool) -> None:
    """Those of this month and the one before, the latest first."""
    today = now()
    months = [f"{today:%Y-%m}", f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"]
    found: list[Job] = []
    for month in months:
        found += reversed(parts.jobs.store.of_month(month))
    shown = found[:limit]
    if json:
        as_json({"jobs": [job_json(job) for job in shown]})
    else:
        # Few columns, so that an id stays whole on a line, to be copied.
        rows = [[job.id, job.state, progress_text(job), job.actor] for job in shown]
        table("Jobs", ["id", "state", "progress", "actor"], rows, whole=1)
        for job in shown:
            if job.error:
                say(f"{job.id}: {job.error}")
    if any(job.state == "failed" for job in shown):
        raise typer.Exit(WAITS)


def progress_text(job: Job) -> str:
    """`3/10`."""
    return f"{job.done}/{job.total}" if job.total else str(job.done)


def job_json(job: Job) -> dict[str, Any]:
    """A job for programs."""
    return asdict(job)


def followed(
    job: Job, parts: Wiring, pause: Callable[[float], None] = time.sleep, polls: int = MAX_POLLS
) -> Job:
    """The job once it is over, its progress shown until then; as it is after so many looks."""
    with progress(job.kind) as bar:
        for _ in range(polls):
            job = parts.jobs.store.get(job.id) or job
            bar(job.done, job.total or max(job.done, 1))
            if not job.is_open:
                break
            pause(POLL_SECONDS)
    return job


def tell(job: Job, json: bool) -> None:
    """Say how a job stands. Exit code 2: it failed."""
    if json:
        as_json({"job": job_json(job)})
    else:
        say(f"Job {job.id} is {job.state}, {progress_text(job)}: {counts_text(job.counts)}.")
        if job.error:
            say(job.error)
        for text in job.cursor.get("failed", ()):
            say(text)
        for name, (done, total) in job.cursor.get("progress", {}).items():
            say(f"{name}: {done} of {total}")
    if job.state == "failed":
        raise typer.Exit(WAITS)


def begun(job: Job, parts: Wiring, *, wait: bool, json: bool) -> Job:
    """Show a job that was just started, until it is over if that is wanted."""
    if not wait:
        tell(job, json)
        return job
    if not json:
        say(f"Job {job.id}. You may leave: `daybook jobs {job.id}` shows it.")
    job = followed(job, parts)
    tell(job, json)
    return job
