"""`daybook export`: events, business days and actions as CSV."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.actions import Month, Owner, owners
from cli.output import refuse, say
from cli.person import Actor, who
from cli.stack import connection_named, wiring
from daybook.wiring import now
from daybook.workflows.day_list import dates_between
from daybook.workflows.exports import Table, actions_table, days_table, downloaded, events_table
from daybook.workflows.find_events import Wanted
from daybook.workflows.operator import NotPossible

_DATES = ["%Y-%m-%d"]
_FAR = 1_000_000
Out = Annotated[Path | None, typer.Option("--out", help="Write it there; else to standard output.")]
Connection = Annotated[str, typer.Argument(help="The connection's id.")]
First = Annotated[datetime, typer.Option("--from", formats=_DATES, help="The first business date.")]
Last = Annotated[datetime, typer.Option("--to", formats=_DATES, help="The last business date.")]


def events(
    connection: Connection,
    from_: First,
    to: Last,
    status: Annotated[str, typer.Option(help="Only those of this status.")] = "",
    kind: Annotated[str, typer.Option(help="Only of this kind.")] = "",
    location: Annotated[str, typer.Option(help="Only of this location.")] = "",
    out: Out = None,
    actor: Actor = "",
) -> None:
    """The events of some business dates, one a row."""
    parts = wiring()
    found = connection_named(connection, parts)
    dates = (str(from_.date()), str(to.date()))
    wanted = Wanted((found,), status, "", kind, location, *dates)
    try:
        table = events_table(wanted, now().date(), parts.shelves, _FAR)
    except NotPossible as problem:
        refuse(f"{problem}")
    _give("events", " to ".join(dates), table, out, actor, found.id)


def days(
    connection: Connection,
    from_: First,
    to: Last,
    location: Annotated[str, typer.Option(help="Only this location.")] = "",
    out: Out = None,
    actor: Actor = "",
) -> None:
    """Business days: events by status, tenders and closes, up to 31 dates at once."""
    parts = wiring()
    found = connection_named(connection, parts)
    first, last = str(from_.date()), str(to.date())
    try:
        dates = dates_between(first, last)
    except NotPossible as problem:
        refuse(f"{problem}")
    table = days_table(found, dates, location, parts.ledger, parts.days)
    _give("days", f"{first} to {last}", table, out, actor, found.id)


def actions(where: Owner = "", month: Month = "", out: Out = None, actor: Actor = "") -> None:
    """What people did in a month."""
    parts = wiring()
    when = month or f"{now():%Y-%m}"
    table = actions_table(owners(where, parts), [when], parts.jobs.actions)
    _give("actions", when, table, out, actor, "")


def _give(
    what: str, scope: str, table: Table, out: Path | None, actor: str, connection: str
) -> None:
    """Note that it is taken, then write it."""
    asked = who(actor, "downloaded")
    said = f"{scope}; {table.rows} rows"
    downloaded(what, said, asked, wiring().jobs.operator, connection)
    if out is None:
        sys.stdout.buffer.write(table.body)
    else:
        out.write_bytes(table.body)
    say(f"{table.rows} rows{', and there are more' if table.more else ''}.")
