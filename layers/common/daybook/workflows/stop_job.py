"""Stopping a job by hand: who did it is kept beside what the job is about."""

from daybook.domain.job import Job
from daybook.workflows.disconnect import of_company
from daybook.workflows.jobs import Worker, stop
from daybook.workflows.operator import Operator, Who, keep_action


def stop_by_hand(job: Job, who: Who, operator: Operator, worker: Worker) -> Job | None:
    """End a job where it is; None if it was over already, of which nothing is kept."""
    if not job.is_open:
        return None
    keep_action(_owner(job), "stop job", who, operator, target=job.id, scope=job.kind)
    return stop(job.id, worker)


def _owner(job: Job) -> str:
    """The connection or the company that a job is about; "" for several or none."""
    if job.scope.get("connection"):
        return str(job.scope["connection"])
    return of_company(str(job.scope["realm"])) if job.scope.get("realm") else ""
