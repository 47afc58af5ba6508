"""`daybook mapping show|activate|check|diff|copy|names`."""

import getpass
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.mapping_lookup import (
    active_of,
    chart_of,
    company_of,
    mapping_named,
    mapping_or_empty,
)
from cli.mapping_tables import show_check, show_difference, show_mapping
from cli.output import WAITS, AsJson, as_json, progress, refuse, say, table
from cli.stack import connection_named, wiring
from daybook.domain.chart import Chart
from daybook.domain.connection import Connection
from daybook.domain.errors import Held, Unreadable
from daybook.domain.mapping import Mapping
from daybook.domain.seen_key import SeenKey
from daybook.sources.registry import find
from daybook.wiring import Wiring, now
from daybook.workflows import map_accounts, mapping_copy, mapping_diff, mapping_names
from daybook.workflows.mapping_check import check as checked
from daybook.workflows.mapping_file import file_of, text_of
from daybook.workflows.mapping_report import checked_json, difference_json
from daybook.workflows.suggest import suggestions

_Connection = Annotated[str, typer.Argument(help="The connection's id.")]
_VERSION_OR_FILE = "A version's number, or a mapping file (docs/mapping-file.md)"


def show(
    connection: _Connection,
    version: Annotated[int, typer.Option(help="A version; the active one if not given.")] = 0,
    versions: Annotated[bool, typer.Option("--versions", help="List all versions.")] = False,
    json: AsJson = False,
) -> None:
    """Show a mapping: the active one, or an earlier version; or list the versions."""
    parts = wiring()
    found = connection_named(connection, parts)
    if versions:
        _show_versions(connection, parts, json)
        return
    number = version or parts.mappings.active_version(connection)
    mapping = parts.mappings.version(connection, number)
    if mapping is None:
        refuse(f"Connection {connection} has no mapping version {number or '(none is active)'}.")
    if json:
        as_json({"version": number, "mapping": file_of(mapping)})
        return
    names = parts.mappings.key_names(connection)
    show_mapping(f"{connection}, version {number}", mapping, chart_of(found, parts), names)


def _show_versions(connection: str, parts: Wiring, json: bool) -> None:
    active = parts.mappings.active_version(connection)
    rows = [
        {
            "version": one.version,
            "active": one.version == active,
            "at": one.at or None,
            "actor": one.actor or None,
        }
        for one in parts.mappings.history(connection)
    ]
    if json:
        as_json({"versions": rows})
        return
    shown = [
        [row["version"], "active" if row["active"] else "", row["at"] or "", row["actor"] or ""]
        for row in rows
    ]
    table(f"Versions of {connection}", ["version", "", "since", "by"], shown)


def activate(
    connection: _Connection,
    mapping: Annotated[str, typer.Argument(metavar="FILE|VERSION", help=_VERSION_OR_FILE + ".")],
    force: Annotated[
        bool, typer.Option("--force", help="Even if something that posts today would be held.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Put a mapping in force, and release the held events that it covers."""
    parts = wiring()
    found = connection_named(connection, parts)
    done = _activate(found, mapping_named(connection, mapping, parts), parts, force=force)
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


def _activate(
    connection: Connection, mapping: Mapping, parts: Wiring, *, force: bool = False
) -> map_accounts.Activated:
    try:
        with progress("held events") as bar:
            return map_accounts.activate(
                connection, mapping, getpass.getuser(), parts.releaser, bar, force=force
            )
    except map_accounts.WouldHold as problem:
        hint = "What posts today would be held; map it, or activate with --force:"
        refuse("\n".join((hint, *problem.problems)))
    except map_accounts.MappingRefused as problem:
        refuse("\n".join(problem.problems))


def check(
    connection: _Connection,
    mapping: Annotated[
        str, typer.Argument(metavar="[FILE|VERSION]", help=_VERSION_OR_FILE + "; else the active.")
    ] = "",
    json: AsJson = False,
) -> None:
    """Check a mapping by the chart and by the keys that came so far. Ends 2 if anything is left."""
    parts = wiring()
    found = connection_named(connection, parts)
    rules = mapping_or_empty(connection, mapping, parts)
    store, chart = parts.mappings, chart_of(found, parts)
    directory = store.directory(found.realm) if found.realm else None
    result = checked(rules, chart, directory, store.seen_keys(connection), found.source)
    names = store.key_names(connection)
    proposed = _suggested(chart, result.uncovered, names)
    report = checked_json(result, names, chart, proposed)
    if json:
        as_json(report)
    else:
        show_check(report, chart)
    if result.waits:
        raise typer.Exit(WAITS)


def _suggested(
    chart: Chart | None, missing: Sequence[SeenKey], names: Dict[tuple[str, str], str]
) -> Dict[SeenKey, Sequence[Any]]:
    return suggestions(chart, missing, names) if chart and missing else {}


def diff(
    connection: _Connection,
    mapping: Annotated[str, typer.Argument(metavar="FILE|VERSION", help=_VERSION_OR_FILE + ".")],
    from_: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first business date.")
    ],
    to: Annotated[
        datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last business date.")
    ],
    other: Annotated[
        str,
        typer.Argument(
            metavar="[FILE|VERSION]",
            help="A second one: the first is compared with it, else the active one with the first.",
        ),
    ] = "",
    limit: Annotated[
        int, typer.Option(min=1, max=100_000, help="At most so many events are read.")
    ] = mapping_diff.MAX_EVENTS,
    json: AsJson = False,
) -> None:
    """Show which entries of stored events another mapping changes. Ends 2 if any becomes held."""
    parts = wiring()
    found = connection_named(connection, parts)
    after = mapping_named(connection, other or mapping, parts)
    before = mapping_named(connection, mapping, parts) if other else active_of(connection, parts)
    chart = company_of(found, parts).chart
    try:
        days = mapping_diff.days_between(from_.date(), to.date())
    except mapping_diff.BadRange as problem:
        refuse(f"{problem}.")
    pair = mapping_diff.compared(found, before, after, parts.releaser, now())
    seen = parts.mappings.seen_keys(connection)
    with progress("business days") as bar:
        result = mapping_diff.difference(pair, days, seen, max_events=limit, progress=bar)
    report = difference_json(result, parts.mappings.key_names(connection))
    if json:
        as_json({"from": str(days[0]), "to": str(days[-1]), **report})
    else:
        show_difference(report, chart)
    if result.becomes_held or result.uncovered:
        raise typer.Exit(WAITS)


def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The connection to copy from.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The connection to copy to.")],
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the mapping file here.")
    ] = None,
    activate: Annotated[
        bool, typer.Option("--activate", help="Put it in force, if everything was found.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Carry the active mapping to a connection of another company. Ends 2 if rows are left out."""
    parts = wiring()
    here, there = connection_named(source, parts), connection_named(target, parts)
    carried = mapping_copy.carry(
        active_of(source, parts), company_of(here, parts), company_of(there, parts)
    )
    text, lost = text_of(carried.mapping), carried.not_found
    if output is not None:
        write(output, text)
    done = _activate(there, carried.mapping, parts) if activate and not lost else None
    if json:
        missing = [{"where": one.where, "text": one.text} for one in lost]
        version = done.version if done else None
        as_json({"mapping": file_of(carried.mapping), "not_found": missing, "version": version})
    else:
        if output is None:
            typer.echo(text, nl=False)
        for one in lost:
            say(f"left out: {one.where}: {one.text}")
        say(f"{len(carried.mapping.accounts)} rows carried, {len(lost)} things not found.")
        if done:
            say(f"Version {done.version} is active for {target}.")
    if lost or (done and done.released.still_held):
        raise typer.Exit(WAITS)


def write(file: Path, text: str) -> None:
    """Write a mapping file; ends with exit code 1 where that fails."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as problem:
        refuse(f"{file} cannot be written: {problem.strerror}.")


def names(connection: _Connection, json: AsJson = False) -> None:
    """Ask the point of sale what it calls its keys, and keep the names."""
    parts = wiring()
    found = connection_named(connection, parts)
    try:
        client = parts.pos_client(found)
        known = mapping_names.fetch_names(connection, find(found.source), client, parts.mappings)
    except mapping_names.NoNames as problem:
        refuse(f"{problem}.")
    except (Held, Unreadable) as problem:
        refuse(str(problem))
    rows = [(role, key, known[role, key]) for role, key in sorted(known)]
    if json:
        as_json({"names": [{"role": one, "key": key, "name": name} for one, key, name in rows]})
    else:
        table(f"Names of {connection}", ["role", "key", "name"], rows)
