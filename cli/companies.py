"""`daybook connect`, `daybook connections`, `daybook chart refresh`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.chart_report import report
from cli.output import WAITS, AsJson, as_json, counts_text, progress, refuse, say, table
from cli.stack import wiring
from daybook.domain.connection import Connection, Realm
from daybook.sources.registry import SOURCES
from daybook.wiring import Wiring, now
from daybook.wiring_console import TROUBLE, new_secret
from daybook.wiring_pos import secret_of
from daybook.workflows import connect as workflow
from daybook.workflows.chart_report import answer_of, sizes
from daybook.workflows.connection_settings import check_names
from daybook.workflows.operator import NotPossible
from daybook.workflows.token_care import near_death

_REFUSALS: tuple[type[Exception], ...] = (LookupError, *TROUBLE)


PosAccount = Annotated[
    str, typer.Option(help="The shop's name in the POS's URL; of Unleashed the API id.")
]
PosToken = Annotated[
    Path | None,
    typer.Option(help="A file with a token for the POS's REST API; of Unleashed the API key."),
]


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
        Path | None, typer.Option(help="A file with the webhook's secret; made if there is none.")
    ] = None,
    pos_account: PosAccount = "",
    pos_token: PosToken = None,
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    json: AsJson = False,
) -> None:
    """Connect a point of sale, and the company that it posts to.

    Connecting again leaves what is not given as it is.
    """
    if source not in SOURCES:
        refuse(f"There is no source {source!r}; there are {', '.join(SOURCES)}.")
    _check(connection, realm, environment, refresh_token)
    if source == "unleashed" and pos_token is not None and not pos_account:
        refuse("Unleashed's API key belongs to an API id: name it as --pos-account.")
    tools = wiring().connector
    try:
        if refresh_token is not None:
            token = _read(refresh_token)
            company = workflow.connect_company(realm, token, environment, tools)
            say(f"Connected to {company.company} ({company.realm}).")
            with progress("requests to QuickBooks") as bar:
                done = workflow.refresh_chart(realm, tools, reading=bar)
            say(f"Imported {counts_text(sizes(done.imported))}.")
        if pos_token is not None:
            values = secret_of(source, pos_account, _read(pos_token))
            wiring().secrets.put_pos_secret(connection, values)
        key = _read(secret) if secret else _secret_if_none(connection, source)
        known = wiring().connections.get(connection) or Connection(connection, source)
        entered = Connection(
            connection, source, realm, name or known.name, pos_account or known.pos_account
        )
        made = workflow.connect_source(entered, key, tools)
    except TROUBLE as problem:
        refuse(str(problem))
    if json:
        as_json({"id": made.id, "source": source, "realm": realm, "secret": key})
    else:
        _tell(made, key)


def _check(connection: str, realm: str, environment: str, refresh_token: Path | None) -> None:
    try:
        check_names(connection, realm)
    except NotPossible as wrong:
        refuse(str(wrong))
    if refresh_token is not None and not realm:
        refuse("A refresh token is of a company: name its --realm.")
    if environment not in ("production", "sandbox"):
        refuse("The environment is production or sandbox.")


def _tell(made: Connection, key: str | None) -> None:
    say(f"Webhook: POST /webhooks/{made.id}")
    say("Its secret, shown only now:" if key else "Its secret stays as it is.")
    if key:
        typer.echo(key)


def _secret_if_none(connection: str, source: str) -> str | None:
    """A secret for a connection that has none: connecting again must not lock its sender out."""
    known = wiring().secrets.webhook_secret(connection, now())
    return None if known else new_secret(source)


def connections(json: AsJson = False) -> None:
    """List the points of sale and their companies, and tokens that end soon.

    Exit code 2: a company's tokens end soon, or have ended.
    """
    parts = wiring()
    realms = {realm.realm: realm for realm in parts.connections.realms()}
    warnings = near_death(list(realms.values()), now())
    rows = [_row(one, realms.get(one.realm), parts) for one in parts.connections.all()]
    if json:
        as_json({"connections": rows, "token_near_death": [asdict(one) for one in warnings]})
    else:
        columns = ["id", "source", "realm", "company", "state", "mapping", "chart"]
        table("Connections", columns, [[row[name] for name in columns] for row in rows])
        for one in warnings:
            say(one.text)
    if warnings:
        raise typer.Exit(WAITS)


def _row(one: Connection, realm: Realm | None, parts: Wiring) -> dict[str, Any]:
    known = realm or Realm("")
    return {
        "id": one.id,
        "source": one.source,
        "realm": one.realm,
        "company": known.company,
        "state": known.state if realm else "not connected",
        "mapping": parts.mappings.active_version(one.id),
        "chart": parts.mappings.chart_version(one.realm) if one.realm else 0,
        "connected_at": known.connected_at,
        "refreshed_at": known.refreshed_at,
        "refresh_expires_at": known.refresh_expires_at,
        "hard_expires_at": known.hard_expires_at,
    }


def chart_refresh(
    realm: Annotated[str, typer.Argument(help="The company; all of them if not given.")] = "",
    changes: Annotated[
        bool, typer.Option("--changes", help="Read only what changed since the last import.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Import a company's accounts, classes, taxes, parties and items from QuickBooks.

    What waited for that is released. Exit code 2: rows of a mapping are to be changed.
    """
    parts = wiring()
    wanted = [realm] if realm else [one.realm for one in parts.connections.realms()]
    answers, failed = [], False
    for one in wanted:
        try:
            # First requests to QuickBooks are counted, then held events.
            with progress(f"company {one}: import, then held events") as bar:
                done = workflow.refresh_chart(
                    one, parts.connector, only_changes=changes, reading=bar, releasing=bar
                )
        except _REFUSALS as problem:
            failed = True
            say(f"Company {one}: {problem}")
            continue
        answers.append(answer_of(done))
        if not json:
            report(done)
    if json:
        as_json({"charts": answers})
    if failed:
        raise typer.Exit(1)
    if any(answer["broken"] for answer in answers):
        raise typer.Exit(WAITS)


def _read(path: Path) -> str:
    text = typer.get_text_stream("stdin").read() if str(path) == "-" else path.read_text()
    if not text.strip():
        refuse(f"{path} is empty.")
    return text.strip()
