"""`daybook send`, `daybook link`."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from cli.output import WAITS, AsJson, as_json, counts_text, progress, refuse, say
from cli.stack import connection_named, wiring
from daybook.workflows import go_live
from daybook.workflows import link as linking


class Kind(StrEnum):
    """Whom a party can be linked to."""

    customer = "customer"
    vendor = "vendor"


def send(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    from_: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first business date.")
    ],
    to: Annotated[
        datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last business date.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would become of them.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Send past events: those of these dates that are older than the start date."""
    parts = wiring()
    found = connection_named(connection, parts)
    try:
        days = go_live.days_between(from_.date(), to.date())
    except go_live.BadRange as problem:
        refuse(f"{problem}.")
    with progress("business days") as bar:
        sent = go_live.send_past(found, days, parts.releaser, dry_run=dry_run, progress=bar)
    if json:
        as_json(
            {
                "from": str(days[0]),
                "to": str(days[-1]),
                "dry_run": dry_run,
                "events": dict(sent.events),
                "reasons": dict(sent.reasons),
                "skipped": sent.skipped,
            }
        )
    else:
        word = "would become" if dry_run else "are now"
        say(f"Past events of {found.id} {word}: {counts_text(sent.events)}.")
        if sent.reasons:
            say(f"Held for: {counts_text(sent.reasons)}.")
        say(f"{sent.skipped} other events of these dates were left as they are.")
    if sent.events["held"]:
        raise typer.Exit(WAITS)


def link(
    kind: Annotated[Kind, typer.Argument(help="Whether it is a customer or a vendor.")],
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    pos_id: Annotated[str, typer.Argument(help="The party's id at the point of sale.")],
    qbo_id: Annotated[str, typer.Argument(help="The id of the customer or vendor in QuickBooks.")],
    json: AsJson = False,
) -> None:
    """Say which customer or vendor in QuickBooks a party is, and release what waited for that."""
    parts = wiring()
    found = connection_named(connection, parts)
    try:
        with progress("held events") as bar:
            done = linking.link(found, kind.value, pos_id, qbo_id, parts.releaser, progress=bar)
    except linking.NotLinked as problem:
        refuse(f"Not linked: {problem}.")
    if json:
        answer = {"looked_at": done.looked_at, "released": done.released}
        as_json({**answer, "still_held": done.still_held})
    else:
        say(
            f"{kind.value} {pos_id} of {found.id} is {kind.value} {qbo_id} in QuickBooks. "
            f"{done.released} held events released, {done.still_held} still held."
        )
    if done.still_held:
        raise typer.Exit(WAITS)
