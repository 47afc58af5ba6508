"""`daybook void`: what a person decides is never posted, one event or many."""

from typing import Annotated

import typer

from cli.events import event_json
from cli.jobs import begun
from cli.output import WAITS, AsJson, as_json, refuse, say
from cli.person import Actor, DryRun, NoWait, Reason, Yes, confirmed, event_named, who
from cli.replay import filter_of, show
from cli.stack import connection_named, wiring
from daybook.wiring import Wiring
from daybook.workflows.operator import NotPossible, Who, name_of
from daybook.workflows.replay_many import Filter
from daybook.workflows.void import MAY_BE_IN_THE_BOOKS, VOIDABLE, void_event
from daybook.workflows.void_many import start_void, to_void


def void(
    connection: Annotated[str, typer.Argument(help="The connection's id.")] = "",
    event: Annotated[
        str, typer.Argument(help="One event, as `daybook events` prints it; else say which.")
    ] = "",
    source: Annotated[
        str, typer.Option(help="All connections of this source, instead of one.")
    ] = "",
    held_for: Annotated[
        list[str], typer.Option("--held-for", help="What is held for this; may be repeated.")
    ] = [],  # noqa: B006 -- Typer makes a list of its own
    status: Annotated[str, typer.Option(help="All that is `held`, or all that is `failed`.")] = "",
    older_than: Annotated[
        str, typer.Option(metavar="AGE", help="Only what is so for longer: 90m, 6h, 3d.")
    ] = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Decide that held or failed events are never posted. They stay visible, with who and why.

    One event, or many as a job: by --held-for or --status. Exit code 2: some could not be voided.
    """
    parts = wiring()
    asked = Who("", "") if dry_run else who(actor, reason)
    if event:
        if source or held_for or status or older_than or dry_run:
            refuse("Name one event, or say which; not both.")
        _one(connection, event, asked, parts, json)
        return
    if not held_for and not status:
        refuse("Name one event, or say which: --held-for or --status.")
    if MAY_BE_IN_THE_BOOKS & set(held_for):
        refuse("QuickBooks may have these: `daybook replay` asks it first.")
    wanted = filter_of(connection, source, held_for, status, older_than, VOIDABLE, parts)
    _many(wanted, asked, parts, dry_run=dry_run, yes=yes, wait=not no_wait, json=json)


def _one(connection: str, event: str, asked: Who, parts: Wiring, json: bool) -> None:
    one = connection_named(connection, parts)
    try:
        row = void_event(one.id, event_named(event), asked, parts.jobs.operator)
    except NotPossible as problem:
        refuse(f"Not voided: {problem}")
    if json:
        as_json(event_json(row))
    else:
        say(f"{name_of(row)} is void.")


def _many(
    wanted: Filter, asked: Who, parts: Wiring, *, dry_run: bool, yes: bool, wait: bool, json: bool
) -> None:
    rows = list(to_void(wanted, parts.ledger))
    if not json or dry_run:
        show(wanted, rows, json=json, dry_run=dry_run)
    if dry_run:
        raise typer.Exit(WAITS if rows else 0)
    if not rows:
        if json:
            as_json({"job": None, "events": 0})
        return
    confirmed(f"Void {len(rows)} events for good?", yes=yes)
    job = start_void(wanted, len(rows), asked, parts.jobs.operator, parts.jobs.worker)
    job = begun(job, parts, wait=wait, json=json)
    if job.counts.get("left"):
        raise typer.Exit(WAITS)
