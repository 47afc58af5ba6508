"""`daybook connect`, `daybook connections`, `daybook chart refresh`."""

import base64
import re
import secrets as randomness
from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, as_json, progress, refuse, say, table
from cli.stack import wiring
from daybook.domain.connection import Connection
from daybook.qbo.exceptions import QboError
from daybook.qbo.token_protocol import ReconnectNeeded
from daybook.qbo.tokens import TokenError
from daybook.sources.registry import SOURCES
from daybook.store.secrets import SecretsUnavailable
from daybook.workflows import connect as workflow

# It stands in a URL, in a secret's name and in the keys of rows.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_TROUBLE = (workflow.WrongCompany, TokenError, ReconnectNeeded, QboError, SecretsUnavailable)


def connect(
    connection: Annotated[str, typer.Argument(help="A name for this point of sale.")],
    source: Annotated[str, typer.Option(help="Its kind: " + ", ".join(SOURCES))],
    realm: Annotated[str, typer.Option(help="The company's realm id (digits).")] = "",
    refresh_token: Annotated[
        Path | None,
        typer.Option(help="A file with a refresh token for the company; - for standard input."),
    ] = None,
    environment: Annotated[str, typer.Option(help="production or sandbox.")] = "production",
    secret: Annotated[
        Path | None, typer.Option(help="A file with the webhook's secret; made if not given.")
    ] = None,
    pos_account: Annotated[str, typer.Option(help="The shop's name in the POS's URL.")] = "",
    pos_token: Annotated[
        Path | None, typer.Option(help="A file with a token for the point of sale's REST API.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Connect a point of sale, and the company that it posts to."""
    if source not in SOURCES:
        refuse(f"There is no source {source!r}; there are {', '.join(SOURCES)}.")
    if realm and not realm.isdigit():
        refuse("A realm id is digits only; QuickBooks shows it as the company id.")
    if not _NAME.fullmatch(connection):
        refuse("A connection's id is 1 to 60 letters, digits, hyphens and underscores.")
    if refresh_token is not None and not realm:
        refuse("A refresh token is of a company: name its --realm.")
    if environment not in ("production", "sandbox"):
        refuse("The environment is production or sandbox.")
    tools = wiring().connector
    try:
        if refresh_token is not None:
            token = _read(refresh_token)
            company = workflow.connect_company(realm, token, environment, tools)
            say(f"Connected to {company.company} ({company.realm}).")
            chart, _ = workflow.refresh_chart(realm, tools)
            say(f"Imported {len(chart.accounts)} accounts.")
        if pos_token is not None:
            wiring().secrets.put_pos_secret(connection, {"token": _read(pos_token)})
        key = _read(secret) if secret else new_secret(source)
        made = workflow.connect_source(
            Connection(connection, source, realm, pos_account=pos_account), key, tools
        )
    except _TROUBLE as problem:
        refuse(str(problem))
    answer = {"id": made.id, "source": source, "realm": realm, "secret": key}
    if json:
        as_json(answer)
    else:
        say(f"Webhook: POST /webhooks/{made.id}")
        say("Its secret, shown only now:")
        typer.echo(key)


def new_secret(source: str) -> str:
    """A webhook secret in the form that the source's senders expect."""
    raw = randomness.token_bytes(32)
    if source == "heartland":
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return "whsec_" + base64.b64encode(raw).decode()


def connections(json: AsJson = False) -> None:
    """List the points of sale and their companies."""
    parts = wiring()
    realms = {realm.realm: realm for realm in parts.connections.realms()}
    rows = [
        {
            "id": one.id,
            "source": one.source,
            "realm": one.realm,
            "company": realms[one.realm].company if one.realm in realms else "",
            "state": realms[one.realm].state if one.realm in realms else "not connected",
            "mapping": parts.mappings.active_version(one.id),
            "chart": parts.mappings.chart_version(one.realm) if one.realm else 0,
        }
        for one in parts.connections.all()
    ]
    if json:
        as_json({"connections": rows})
    else:
        columns = ["id", "source", "realm", "company", "state", "mapping", "chart"]
        table("Connections", columns, [[row[name] for name in columns] for row in rows])


def chart_refresh(
    realm: Annotated[str, typer.Argument(help="The company; all of them if not given.")] = "",
    json: AsJson = False,
) -> None:
    """Import a company's accounts from QuickBooks, and release what waited for that."""
    parts = wiring()
    wanted = [realm] if realm else [one.realm for one in parts.connections.realms()]
    answers = []
    for one in wanted:
        try:
            with progress(f"events held in company {one}") as bar:
                chart, released = workflow.refresh_chart(one, parts.connector, bar)
        except (LookupError, *_TROUBLE) as problem:
            refuse(str(problem))
        answers.append(
            {
                "realm": one,
                "version": chart.version,
                "accounts": len(chart.accounts),
                "released": released.released,
            }
        )
        if not json:
            say(
                f"Company {one}: {len(chart.accounts)} accounts, version {chart.version}; "
                f"{released.released} events released."
            )
    if json:
        as_json({"charts": answers})


def _read(path: Path) -> str:
    text = typer.get_text_stream("stdin").read() if str(path) == "-" else path.read_text()
    if not text.strip():
        refuse(f"{path} is empty.")
    return text.strip()
