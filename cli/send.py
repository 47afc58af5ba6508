"""`daybook send`, `daybook link`."""

from collections.abc import Sequence
from datetime import date as date_
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from cli.jobs import followed, tell
from cli.output import WAITS, AsJson, as_json, counts_text, progress, refuse, say
from cli.person import Actor, DryRun, NoWait, Reason, who
from cli.send_day import Form, send_day
from cli.stack import connection_named, wiring
from daybook.domain.connection import Connection
from daybook.domain.directory import PartyKind
from daybook.wiring import Wiring
from daybook.workflows import go_live
from daybook.workflows import link as linking
from daybook.workflows.backfill import sent_by, start_backfill
from daybook.workflows.link_by_hand import link_by_hand
from daybook.workflows.operator import Who

_DATES = ["%Y-%m-%d"]


class Kind(StrEnum):
    """Whom a party can be linked to."""

    customer = "customer"
    vendor = "vendor"
    supplier = "supplier"

    @property
    def in_quickbooks(self) -> PartyKind:
        """What QuickBooks calls it."""
        return "customer" if self is Kind.customer else "vendor"


def send(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=_DATES, help="The first business date.")
    ] = None,
    to: Annotated[
        datetime | None, typer.Option("--to", formats=_DATES, help="The last business date.")
    ] = None,
    date: Annotated[
        datetime | None, typer.Option(formats=_DATES, help="Send the reports of this date.")
    ] = None,
    type_: Annotated[
        Form | None, typer.Option("--type", help="The form of this send; else as the settings say.")
    ] = None,
    location: Annotated[str, typer.Option(help="With --date: only this location.")] = "",
    dry_run: DryRun = False,
    no_wait: NoWait = False,
    reason: Reason = "",
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Send past events of a range of dates, or the reports of one date in a form of your choice.

    With --from and --to: events older than the start date, as a job. With --date: a day's reports.
    """
    parts = wiring()
    found = connection_named(connection, parts)
    asked = who(actor, reason or "sent by hand")
    if date:
        if from_ or to or dry_run:
            refuse("--date goes with --type and --location alone.")
        day = date.date()
        send_day(found, day, type_, location, asked, parts, wait=not no_wait, json=json)
        return
    if not from_ or not to or type_ or location:
        refuse("Say which: --from and --to, or --date with --type and --location.")
    _send_range(
        found, from_.date(), to.date(), asked, parts, dry_run=dry_run, wait=not no_wait, json=json
    )


def _send_range(
    found: Connection,
    first: date_,
    last: date_,
    asked: Who,
    parts: Wiring,
    *,
    dry_run: bool,
    wait: bool,
    json: bool,
) -> None:
    """Past events of a range of dates, as a job; or what would become of them."""
    try:
        days = go_live.days_between(first, last)
    except go_live.BadRange as problem:
        refuse(f"{problem}.")
    if dry_run:
        with progress("business days") as bar:
            sent = go_live.send_past(found, days, parts.releaser, dry_run=True, progress=bar)
        _tell(found.id, days, sent, job=None, json=json)
        return
    job = start_backfill(found, days, asked, parts.jobs.operator, parts.jobs.worker)
    if not wait:
        tell(job, json)
        return
    if not json:
        say(f"Job {job.id}. You may leave: `daybook jobs {job.id}` shows it.")
    job = followed(job, parts)
    if job.state == "done":
        _tell(found.id, days, sent_by(job), job=job.id, json=json)
    else:
        tell(job, json)


def _tell(
    connection: str, days: Sequence[date_], sent: go_live.Sent, *, job: str | None, json: bool
) -> None:
    """What became of past events. Exit code 2: some are held."""
    dry_run = job is None
    if json:
        as_json(
            {
                "from": str(days[0]),
                "to": str(days[-1]),
                "dry_run": dry_run,
                "events": dict(sent.events),
                "reasons": dict(sent.reasons),
                "skipped": sent.skipped,
                "job": job,
            }
        )
    else:
        word = "would become" if dry_run else "are now"
        say(f"Past events of {connection} {word}: {counts_text(sent.events)}.")
        if sent.reasons:
            say(f"Held for: {counts_text(sent.reasons)}.")
        say(f"{sent.skipped} other events of these dates were left as they are.")
    if sent.events["held"]:
        raise typer.Exit(WAITS)


def link(
    kind: Annotated[Kind, typer.Argument(help="Whether it is a customer, or a supplier (vendor).")],
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    pos_id: Annotated[str, typer.Argument(help="The party's id at the point of sale.")],
    qbo_id: Annotated[str, typer.Argument(help="The id of the customer or vendor in QuickBooks.")],
    reason: Reason = "",
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Say which customer or vendor in QuickBooks a party is, and release what waited for that."""
    parts = wiring()
    found = connection_named(connection, parts)
    try:
        with progress("held events") as bar:
            party = kind.in_quickbooks
            asked = who(actor, reason or "linked by hand")
            done = link_by_hand(
                found, party, pos_id, qbo_id, asked, parts.jobs.operator, parts.releaser, bar
            )
    except linking.NotLinked as problem:
        refuse(f"Not linked: {problem}.")
    if json:
        answer = {"looked_at": done.looked_at, "released": done.released}
        as_json({**answer, "still_held": done.still_held})
    else:
        say(
            f"{kind.value} {pos_id} of {found.id} is {kind.in_quickbooks} {qbo_id} in QuickBooks. "
            f"{done.released} held events released, {done.still_held} still held."
        )
    if done.still_held:
        raise typer.Exit(WAITS)
