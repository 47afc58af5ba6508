"""`daybook prove`: do QuickBooks and the point of sale have what the ledger says?"""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

import typer

from cli.output import WAITS, AsJson, as_json, progress, refuse, say
from cli.person import Actor, Reason, event_named, who
from cli.proof_tables import as_row, as_rows, show, show_last
from cli.stack import connection_named, wiring
from daybook.wiring import Wiring
from daybook.workflows import clear_flags
from daybook.workflows.operator import NotPossible, Who
from daybook.workflows.prove import Proof
from daybook.workflows.prove import prove as prove_company
from daybook.workflows.prover import NotProved

LAST_DATES = 31

type Dates = tuple[date, date] | None


def prove(
    where: Annotated[
        str, typer.Argument(help="A company's id or a connection's; all companies without it.")
    ] = "",
    event: Annotated[str, typer.Argument(help="With --clear: the event.")] = "",
    *,
    from_: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="The first business date."),
    ] = None,
    to: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last business date.")
    ] = None,
    last: Annotated[
        bool, typer.Option("--last", help="Only show what the last proofs found.")
    ] = False,
    clear: Annotated[
        bool, typer.Option("--clear", help="Clear the flags of one event: prove CONNECTION EVENT.")
    ] = False,
    reason: Reason = "",
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Compare the ledger with QuickBooks (doubles, missing, deleted, edited) and with what was
    pulled of the point of sale. Changes nothing there.

    Without dates: the last seven days, and older dates that changed in QuickBooks.
    """
    parts = wiring()
    if clear:
        _clear(where, event, who(actor, reason), parts, json=json)
    elif event:
        refuse("An event is named with --clear only.")
    elif last:
        _last(_realms(where, parts), parts, json=json)
    else:
        _prove(_realms(where, parts), _dates(from_, to), parts, json=json)


def _dates(from_: datetime | None, to: datetime | None) -> Dates:
    if (from_ is None) != (to is None):
        refuse("Give both --from and --to, or neither.")
    return (from_.date(), to.date()) if from_ and to else None


def _realms(where: str, parts: Wiring) -> list[str]:
    """The companies meant; those that lost their consent are named, and fail by themselves."""
    realms = [one.realm for one in parts.connections.realms()]
    if where in realms:
        return [where]
    if where:
        return [connection_named(where, parts).realm]
    if not realms:
        refuse("No company is connected.")
    return realms


def _prove(realms: list[str], dates: Dates, parts: Wiring, *, json: bool) -> None:
    # What is found goes to the screen: a log line would stand in the midst of the JSON.
    prover = replace(parts.proof.prover, tell=lambda _kind, _finding: None)
    proofs: list[Proof] = []
    failed: list[str] = []
    for realm in realms:
        try:
            with progress(f"dates of {realm}") as bar:
                proofs.append(prove_company(realm, dates, prover, progress=bar))
        except (NotProved, ValueError) as problem:
            failed.append(f"Not proved: {problem}")
    if json:
        as_json({"companies": [_of(proof) for proof in proofs], "failed": failed})
    else:
        for proof in proofs:
            show(proof)
        for text in failed:
            say(text)
    if failed:
        raise typer.Exit(1)
    if any(not one.cleared for proof in proofs for one in proof.findings):
        raise typer.Exit(WAITS)


def _of(proof: Proof) -> dict[str, Any]:
    return {
        "realm": proof.realm,
        "findings": [as_row(one) for one in proof.findings],
        "more": proof.more,
        "days": [as_rows(day) for day in proof.days],
        "reads": proof.reads,
        "note": proof.note,
    }


def _last(realms: list[str], parts: Wiring, *, json: bool) -> None:
    found = {realm: parts.proof.store.last(realm, LAST_DATES) for realm in realms}
    if json:
        companies = [
            _of(Proof(realm, tuple(days), sum(day.reads for day in days)))
            for realm, days in found.items()
        ]
        as_json({"companies": companies})
        return
    for realm, days in found.items():
        show_last(Proof(realm, tuple(days), 0))


def _clear(connection: str, event: str, asked: Who, parts: Wiring, *, json: bool) -> None:
    if not event:
        refuse("Name the connection and the event: daybook prove --clear CONNECTION EVENT.")
    found = connection_named(connection, parts)
    try:
        flags = clear_flags.clear(found.id, event_named(event), asked, parts.jobs.operator)
    except NotPossible as problem:
        refuse(str(problem))
    if json:
        as_json({"event": event, "cleared": [[flag.name, flag.seen] for flag in flags]})
    else:
        say(f"Cleared on {event}: {', '.join(flag.name for flag in flags)}.")
