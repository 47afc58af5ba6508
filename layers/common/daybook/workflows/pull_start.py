"""Beginning pulls: every hour for all connections, and when a person asks."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from daybook.domain.connection import Connection
from daybook.domain.job import Job
from daybook.domain.posting import instant_text
from daybook.domain.pulls import PullCursor
from daybook.sources.contract import Pulled
from daybook.workflows.jobs import Worker, start
from daybook.workflows.operator import Who
from daybook.workflows.ports import Pulls

KIND: Final = "pull"


def resources_of(source: object, wanted: Sequence[str] = ()) -> list[str]:
    """The lists of a source that are pulled, or those of them that are wanted. Raises LookupError
    naming what there is."""
    if not isinstance(source, Pulled):
        raise LookupError("this source is not pulled: all that it tells comes to the webhook")
    names = [one.name for one in source.resources]
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise LookupError(f"there is no list {', '.join(unknown)}; there are {', '.join(names)}")
    return list(wanted) or names


def start_pull(  # noqa: PLR0913, PLR0917 -- what a pull is
    connection: Connection,
    resources: Sequence[str],
    since: datetime | None,
    who: Who,
    worker: Worker,
    job_id: str = "",
) -> Job:
    """Begin to pull these lists (`resources_of`); since: from which modification on, else from
    where each was left."""
    scope: dict[str, Any] = {"connection": connection.id, "resources": list(resources)}
    if since:
        scope["since"] = instant_text(since)
    return start(KIND, scope, worker, actor=who.actor, reason=who.reason, job_id=job_id)


def start_due(
    connections: Sequence[Connection],
    source: Callable[[str], object],
    has_secret: Callable[[str], bool],
    worker: Worker,
) -> list[Job]:
    """A pull of every connection that can be pulled and has none under way; once an hour however
    often it is asked."""
    busy = {job.scope.get("connection") for job in worker.jobs.open() if job.kind == KIND}
    hour = f"{worker.clock():%Y%m%d-%H}"
    begun = []
    for one in connections:
        pulled = source(one.source)
        if one.id in busy or not isinstance(pulled, Pulled) or not has_secret(one.id):
            continue
        name = f"{KIND}-{one.id}-{hour}"
        begun.append(start_pull(one, resources_of(pulled), None, Who("schedule", ""), worker, name))
    return begun


def troubled(connections: Sequence[Connection], pulls: Pulls) -> list[PullCursor]:
    """The lists that could not be read when they were last pulled, each with why and since when."""
    return [found for one in connections for found in pulls.cursors(one.id) if found.trouble]
