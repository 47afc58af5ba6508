"""`daybook replay`: what a person has mended goes again."""

from collections import Counter
from datetime import datetime
from typing import Annotated, cast

import typer

from cli.ages import span
from cli.events import event_json
from cli.jobs import begun
from cli.output import WAITS, AsJson, as_json, counts_text, refuse, say
from cli.person import Actor, DryRun, NoWait, Yes, confirmed, event_named, who
from cli.stack import connection_named, wiring
from daybook.domain.errors import NEXT_ACTION, ReasonCode
from daybook.domain.posting import Posting, instant_text
from daybook.domain.status import TROUBLE, Status
from daybook.wiring import Wiring, now
from daybook.workflows.operator import NotPossible, Who, name_of
from daybook.workflows.replay import replay_event
from daybook.workflows.replay_many import BY_HAND, Filter, found, start_replay

Why = Annotated[str, typer.Option("--why", help="Why; kept with who did it and when.")]


def replay(
    connection: Annotated[str, typer.Argument(help="The connection's id.")] = "",
    event: Annotated[
        str, typer.Argument(help="One event, as `daybook events` prints it; else say which.")
    ] = "",
    source: Annotated[
        str, typer.Option(help="All connections of this source, instead of one.")
    ] = "",
    reason: Annotated[
        list[str], typer.Option("--reason", help="Only what is held for this; may be repeated.")
    ] = [],  # noqa: B006 -- Typer makes a list of its own
    status: Annotated[str, typer.Option(help="Only `held` or only `failed`.")] = "",
    older_than: Annotated[
        str, typer.Option(metavar="AGE", help="Only what is so for longer: 90m, 6h, 3d.")
    ] = "",
    why: Why = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Try again what failed or is held, once its cause is mended. What is posted is left alone.

    Exit code 2: something still waits for a person.
    """
    parts = wiring()
    asked = who(actor, why or "replayed")
    if event:
        if source or reason or status or older_than:
            refuse("Name one event, or say which; not both.")
        _one(connection, event, asked, parts, json)
        return
    wanted = filter_of(connection, source, reason, status, older_than, BY_HAND, parts)
    rows = list(found(wanted, parts.ledger))
    if not json or dry_run:
        show(wanted, rows, json=json, dry_run=dry_run)
    if dry_run:
        raise typer.Exit(WAITS if rows else 0)
    if not rows:
        if json:
            as_json({"job": None, "events": 0})
        return
    confirmed(f"Try {len(rows)} events again?", yes=yes)
    job = start_replay(wanted, len(rows), asked, parts.jobs.operator, parts.jobs.worker)
    job = begun(job, parts, wait=not no_wait, json=json)
    if any(job.counts.get(word) for word in ("held", "left", "odd")):
        raise typer.Exit(WAITS)


def _one(connection: str, event: str, asked: Who, parts: Wiring, json: bool) -> None:
    one = connection_named(connection, parts)
    try:
        done = replay_event(one, event_named(event), asked, parts.jobs.operator)
    except NotPossible as problem:
        refuse(f"Not replayed: {problem}")
    row = done.row
    if json:
        as_json({"done": done.word, **event_json(row)})
    elif done.word == "posted before":
        say(f"{name_of(row)} is in QuickBooks already, as {row.qbo_id}.")
    elif done.word == "moved on":
        say(f"{name_of(row)} is {row.status} now.")
    else:
        say(f"{name_of(row)}: {done.word}.")
    if row.status in TROUBLE and done.word != "asked again":
        if not json and row.reason:
            say(f"{row.reason_text} {NEXT_ACTION[row.reason]}")
        raise typer.Exit(WAITS)


def filter_of(
    connection: str,
    source: str,
    reasons: list[str],
    status: str,
    older_than: str,
    usual: tuple[ReasonCode, ...],
    parts: Wiring,
) -> Filter:
    """What a bulk command means; usual: the reasons where none is named. Ends with exit code 1 for
    what names nothing."""
    if bool(connection) == bool(source):
        refuse("Name a connection, or a source with --source.")
    strange = sorted(set(reasons) - set(NEXT_ACTION))
    if strange:
        refuse(f"No such reason: {', '.join(strange)}. `daybook events` shows them.")
    if status not in ("", *TROUBLE):
        refuse("--status is `held` or `failed`.")
    names = (
        [connection_named(connection, parts).id]
        if connection
        else [one.id for one in parts.connections.all() if one.source == source]
    )
    if not names:
        refuse(f"No connection is of source {source!r}.")
    before = instant_text(_earlier(older_than)) if older_than else ""
    statuses: tuple[Status, ...] = (cast("Status", status),) if status else ("held", "failed")
    if reasons and not status:
        # A failed event has no reason of this kind.
        statuses = ("held",)
    return Filter(
        tuple(names), cast("tuple[ReasonCode, ...]", tuple(reasons)) or usual, statuses, before
    )


def _earlier(age: str) -> datetime:
    return now() - span(age)


def show(wanted: Filter, rows: list[Posting], *, json: bool, dry_run: bool) -> None:
    """What a filter names, counted by reason."""
    words = Counter(str(row.reason or row.status) for row in rows)
    if json:
        as_json({"dry_run": dry_run, "events": len(rows), "reasons": dict(words)})
    else:
        say(f"In {', '.join(wanted.connections)}: {counts_text(words)}.")
