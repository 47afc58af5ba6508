"""`daybook mapping show|activate`."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from cli.output import WAITS, AsJson, as_json, progress, refuse, say, table
from cli.stack import connection_named, wiring
from daybook.workflows import map_accounts
from daybook.workflows.mapping_file import BadMapping, mapping_of


def show(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    version: Annotated[int, typer.Option(help="A version; the active one if not given.")] = 0,
    json: AsJson = False,
) -> None:
    """Show a mapping: the active one, or an earlier version."""
    parts = wiring()
    connection_named(connection, parts)
    number = version or parts.mappings.active_version(connection)
    mapping = parts.mappings.version(connection, number)
    if mapping is None:
        refuse(f"Connection {connection} has no mapping version {number or '(none is active)'}.")
    if json:
        file = mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        as_json({"version": number, "mapping": file})
        return
    chart = parts.mappings.chart(connection_named(connection, parts).realm)
    names = {one.id: one.name for one in chart.accounts.values()} if chart else {}
    rows = [
        [row.role, row.key, row.location or "", _account(row.account, names)]
        for row in mapping.accounts
    ]
    table(f"{connection}, version {number}", ["role", "key", "location", "account"], rows)


def _account(account: str | None, names: dict[str, str]) -> str:
    return "None" if account is None else f"{account} {names.get(account, '')}".strip()


def activate(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    file: Annotated[Path, typer.Argument(help="The mapping file (docs/mapping-file.md).")],
    json: AsJson = False,
) -> None:
    """Put a mapping file in force, and release the held events that it covers."""
    parts = wiring()
    found = connection_named(connection, parts)
    try:
        mapping = mapping_of(file.read_bytes())
        with progress("held events") as bar:
            done = map_accounts.activate(found, mapping, getpass.getuser(), parts.releaser, bar)
    except OSError as problem:
        refuse(f"{file} cannot be read: {problem.strerror}.")
    except BadMapping as problem:
        refuse(str(problem))
    except map_accounts.MappingRefused as problem:
        refuse("\n".join(problem.problems))
    released = done.released
    if json:
        answer = {"looked_at": released.looked_at, "released": released.released}
        as_json({"version": done.version, **answer, "still_held": released.still_held})
    else:
        say(
            f"Version {done.version} is active. {released.released} held events released, "
            f"{released.still_held} still held."
        )
    if released.still_held:
        raise typer.Exit(WAITS)
