"""`daybook pull`: read a point of sale's API for what its webhooks lost or never send."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from cli.jobs import begun
from cli.output import AsJson, refuse
from cli.person import Actor, who
from cli.stack import connection_named, wiring
from daybook.sources.registry import find
from daybook.wiring import now
from daybook.workflows.pull_start import resources_of, start_pull


def pull(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    resource: Annotated[
        list[str] | None, typer.Option("--resource", help="Only this list; may be repeated.")
    ] = None,
    since: Annotated[
        str,
        typer.Option(
            help="What was modified at this date (from 00:00 UTC) or RFC 3339 instant, or later; "
            "else from where each list was left."
        ),
    ] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Show progress until it is over.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with the job.")] = "",
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Pull what the point of sale has, as a job. What is in the ledger already changes nothing.

    Every connection is pulled each hour by itself. Exit code 2: the job failed.
    """
    parts = wiring()
    found = connection_named(connection, parts)
    try:
        wanted = resources_of(find(found.source), resource or ())
    except LookupError as problem:
        refuse(f"{found.id}: {problem}.")
    if not parts.secrets.pos_secret(found.id):
        refuse(f"{found.id} has no access to its point of sale's API: `daybook connect` gives it.")
    asked = who(actor, reason or "pulled by hand")
    job = start_pull(found, wanted, _instant(since), asked, parts.jobs.worker)
    begun(job, parts, wait=wait, json=json)


def _instant(text: str) -> datetime | None:
    """The instant of `--since`; ends with exit code 1 if it is none, or lies ahead."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        found = datetime(day.year, day.month, day.day, tzinfo=UTC)
    except ValueError:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            refuse(f"--since {text}: give 2026-11-20 or 2026-11-20T18:00:00Z.")
    if found.tzinfo is None:
        refuse(f"--since {text}: an instant needs its offset, such as 2026-11-20T18:00:00Z.")
    if found > now():
        refuse(f"--since {text} lies ahead.")
    return found
