"""`daybook undo`: take back what was posted, one event or many."""

from datetime import datetime
from typing import Annotated, Any

import typer

from cli.jobs import begun
from cli.output import AsJson, as_json, progress, refuse, say, table
from cli.person import Actor, DryRun, NoWait, Reason, Yes, confirmed, event_named, who
from cli.stack import connection_named, wiring
from daybook.domain.money import to_text
from daybook.wiring import Wiring, now
from daybook.workflows.operator import NotPossible, Who, name_of
from daybook.workflows.undo import Selection, Tally, count, start_undo, undo_event, usual_range

_DATES = ["%Y-%m-%d"]


def undo(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    event: Annotated[
        str, typer.Argument(help="One event, as `daybook events` prints it; else give a range.")
    ] = "",
    reason: Reason = "",
    mapping_version: Annotated[
        int, typer.Option(min=0, help="Only what was posted by this version of the mapping.")
    ] = 0,
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=_DATES, help="First business date.")
    ] = None,
    to: Annotated[
        datetime | None, typer.Option("--to", formats=_DATES, help="Last business date.")
    ] = None,
    location: Annotated[str, typer.Option(help="Only this location of the shop.")] = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Take back what was posted, by mirrored entries; nothing in QuickBooks is deleted.

    Events that are not posted are left as they are. `daybook replay` posts one again.
    """
    parts = wiring()
    found = connection_named(connection, parts)
    many = bool(mapping_version or from_ or to or location)
    if bool(event) == many:
        refuse("Name one event, or say which: --mapping-version, --from and --to, --location.")
    asked = who(actor, reason) if not dry_run else Who("", "")
    if event:
        _one(found.id, event, asked, parts, dry_run=dry_run, json=json)
        return
    first, last = usual_range(now().date())
    selection = Selection(
        found.id,
        str(from_.date() if from_ else first),
        str(to.date() if to else last),
        mapping_version,
        location,
    )
    try:
        with progress("business days") as bar:
            tally = count(selection, parts.ledger, bar)
    except NotPossible as problem:
        refuse(f"{problem}")
    _many(selection, tally, asked, parts, yes=yes, wait=not no_wait, dry_run=dry_run, json=json)


def _one(
    connection: str, event: str, asked: Who, parts: Wiring, *, dry_run: bool, json: bool
) -> None:
    if dry_run:
        refuse("One event needs no dry run: `daybook events` shows what is posted.")
    try:
        reversal = undo_event(connection, event_named(event), asked, parts.jobs.operator)
    except NotPossible as problem:
        refuse(f"Not undone: {problem}")
    if json:
        answer = {"event": name_of(reversal), "reversal": reversal.id}
        as_json({**answer, "status": reversal.status, "qbo_id": reversal.qbo_id or None})
    elif reversal.key.purpose == "post":
        say(f"{name_of(reversal)} was gone from QuickBooks; it is marked as taken back.")
    elif reversal.status == "posted":
        say(f"{name_of(reversal)} was taken back already, by entry {reversal.qbo_id}.")
    else:
        say(f"{name_of(reversal)} is being taken back; its reversal is {reversal.status}.")


def _many(
    selection: Selection,
    tally: Tally,
    asked: Who,
    parts: Wiring,
    *,
    yes: bool,
    wait: bool,
    dry_run: bool,
    json: bool,
) -> None:
    total = tally.events.total()
    if dry_run and json:
        as_json({**selection.scope(), "dry_run": True, "events": total, "sums": _sums(tally)})
        return
    if not json:
        _show(selection, tally)
    if dry_run:
        return
    if not total:
        if json:
            as_json({"job": None, "events": 0})
        return
    confirmed(f"Take {total} posted events back?", yes=yes)
    operator, worker = parts.jobs.operator, parts.jobs.worker
    begun(start_undo(selection, total, asked, operator, worker), parts, wait=wait, json=json)


def _sums(tally: Tally) -> list[dict[str, Any]]:
    return [
        {
            "location": location,
            "currency": currency,
            "events": tally.events[location, currency],
            "amount": to_text(tally.amounts[location, currency], currency),
        }
        for location, currency in sorted(tally.events)
    ]


def _show(selection: Selection, tally: Tally) -> None:
    what = f"Posted events of {selection.connection}, business dates {selection.first} to "
    version = f", mapping version {selection.mapping_version}" if selection.mapping_version else ""
    columns = ["location", "currency", "events", "amount"]
    rows = [[row[name] for name in columns] for row in _sums(tally)]
    table(f"{what}{selection.last}{version}", columns, rows)
    say(f"{tally.events.total()} events would be taken back.")
