"""`daybook disconnect`, `daybook secret`: ending a consent, and a new webhook secret."""

from typing import Annotated

import typer

from cli.output import AsJson, as_json, refuse, say
from cli.person import Actor, Reason, Yes, confirmed, who
from cli.stack import wiring
from daybook.wiring_console import TROUBLE
from daybook.workflows.connection_settings import rotate_secret
from daybook.workflows.disconnect import disconnect_company
from daybook.workflows.operator import NotPossible

_REFUSALS: tuple[type[Exception], ...] = (NotPossible, *TROUBLE)


def disconnect(
    realm: Annotated[str, typer.Argument(help="The company's realm id.")],
    reason: Reason = "",
    yes: Yes = False,
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """End a company's consent: nothing is posted to it any more, and its tokens are revoked."""
    asked, jobs = who(actor, reason), wiring().jobs
    confirmed(f"Disconnect company {realm}? Nothing will be posted to it.", yes=yes)
    try:
        job = disconnect_company(realm, asked, jobs.operator, jobs.worker)
    except NotPossible as refusal:
        refuse(str(refusal))
    if json:
        as_json({"realm": realm, "state": "disconnected", "job": job.id})
    else:
        say(f"Company {realm} is disconnected; job {job.id} revokes its tokens.")


def secret(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    reason: Reason = "",
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Do not take the old one for another 24 hours.")
    ] = False,
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Make a new webhook secret and show it, this once."""
    asked, tools = who(actor, reason), wiring().console.secret_tools
    try:
        made = rotate_secret(connection, asked, tools, at_once=at_once)
    except _REFUSALS as refusal:
        refuse(str(refusal))
    if json:
        as_json({"id": connection, "secret": made})
    else:
        say("The new secret, shown only now:")
        typer.echo(made)
