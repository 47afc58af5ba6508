"""`daybook actions`: who did what, when and why."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.output import AsJson, as_json, refuse, table
from cli.stack import wiring
from daybook.wiring import Wiring, now
from daybook.workflows.disconnect import of_company

Owner = Annotated[
    str, typer.Argument(help="A connection's id or a company's; all of them if not given.")
]
Month = Annotated[str, typer.Option(metavar="YYYY-MM", help="The month; this one if not given.")]


def actions(
    where: Owner = "",
    month: Month = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Show so many.")] = 50,
    json: AsJson = False,
) -> None:
    """List what people did in a month, the newest first. Nothing of it can be changed."""
    parts = wiring()
    when = month or f"{now():%Y-%m}"
    found = [
        one
        for owner in owners(where, parts)
        for one in parts.jobs.actions.latest(owner, when, "", limit)
    ]
    shown = sorted(found, key=lambda one: one.place, reverse=True)[:limit]
    if json:
        as_json({"month": when, "actions": [asdict(one) for one in shown]})
        return
    columns = ["at", "who", "action", "where", "of what", "why"]
    rows = [
        [one.at[:16], one.actor, one.action, one.connection, one.scope or one.target, one.reason]
        for one in shown
    ]
    table(f"Actions of {when}", columns, rows, whole=1)


def owners(where: str, parts: Wiring) -> list[str]:
    """Under whose names actions are kept; ends with exit code 1 where nobody is called so."""
    connections = [one.id for one in parts.connections.all()]
    companies = [one.realm for one in parts.connections.realms()]
    if not where:
        return ["", *connections, *map(of_company, companies)]
    if where in companies:
        return [of_company(where)]
    if where not in connections:
        refuse(f"There is no connection or company {where!r}.")
    return [where]
