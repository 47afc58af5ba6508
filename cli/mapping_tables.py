"""How `daybook mapping` shows people what it found: sentences on standard error, the rest as
text on standard output."""

from collections.abc import Mapping as Dict
from typing import Any

import typer

from cli.output import say, table
from daybook.domain.chart import Chart
from daybook.domain.mapping import Mapping
from daybook.workflows.mapping_report import account_name

_PAIR = tuple[str, str]


def show_mapping(
    title: str, mapping: Mapping, chart: Chart | None, names: Dict[_PAIR, str]
) -> None:
    """The rows of a mapping, with names beside ids."""
    columns = ["role", "key", "name", "location", "account"]
    rows = [
        [
            row.role,
            row.key,
            names.get((row.role, row.key), ""),
            row.location or "",
            _account(row.account, chart),
        ]
        for row in mapping.accounts
    ]
    table(title, columns, rows)


def _account(account: str | None, chart: Chart | None) -> str:
    name = account_name(account, chart) or ""
    return "None" if account is None else f"{account} {name}".strip()


def show_check(found: dict[str, Any], chart: Chart | None) -> None:
    """A check (`mapping_report.checked_json`)."""
    for problem in found["problems"]:
        typer.echo(f"problem: {problem}")
    for warning in found["warnings"]:
        typer.echo(f"warning: {warning}")
    if found["uncovered"]:
        rows = [[*_key(one), _suggested(one["suggestions"])] for one in found["uncovered"]]
        table("Without an account", ["role", "key", "location", "suggested"], rows)
    if found["by_default"]:
        rows = [[*_key(one), _account(one["account"], chart)] for one in found["by_default"]]
        table("Covered by the role's default only", ["role", "key", "location", "account"], rows)
    if found["unused"]:
        unused = [
            [one["row"], one["role"], one["key"], one["location"] or "", one["account"] or "None"]
            for one in found["unused"]
        ]
        table("Rows that no key used so far", ["row", "role", "key", "location", "account"], unused)
    say(
        f"{found['seen']} keys came so far; {len(found['uncovered'])} have no account, "
        f"{len(found['by_default'])} only the default."
    )


def _suggested(accounts: list[dict[str, Any]]) -> str:
    return "; ".join(
        f"{one['account']} {one['name'] or ''} ({one['score']:.2f})" for one in accounts[:3]
    )


def _key(one: dict[str, Any]) -> tuple[str, str, str]:
    key = f"{one['key']} {one['name'] or ''}".strip()
    return one["role"], key, f"{one['location']} {one['location_name'] or ''}".strip()


def show_difference(found: dict[str, Any], chart: Chart | None) -> None:
    """A comparison (`mapping_report.difference_json`)."""
    for one in found["changes"]:
        typer.echo(f"{one['business_date']} {one['event']} ({one['status']}): {_outcomes(one)}")
        for line in one["lines"]:
            typer.echo(_line(line, chart))
    for word in ("uncovered", "covered"):
        for one in found[word]:
            role, key, location = _key(one)
            typer.echo(f"{word}: {role} {key!r} at {location}; in {one['events']} events")
    say(
        f"{found['read']} events read: {found['same']} the same, {found['changed']} change, "
        f"{found['becomes_held']} of them become held."
    )
    if not found["complete"]:
        say(f"More events are there; read up to {found['until']}. Name a shorter range for them.")


def _outcomes(one: dict[str, Any]) -> str:
    before, after = one["before"], one["after"]
    if before["txn_date"] and after["txn_date"] and before["txn_date"] != after["txn_date"]:
        return f"dated {before['txn_date']} -> {after['txn_date']}"
    return f"{_outcome(before)} -> {_outcome(after)}"


def _outcome(ran: dict[str, Any]) -> str:
    return f"held {ran['code']} ({ran['text']})" if ran["code"] else str(ran["outcome"])


def _line(line: dict[str, Any], chart: Chart | None) -> str:
    sign = "-" if line["change"] == "removed" else "+"
    parts = [f"{line['role']} {line['key']}".strip(), _account(line["account"], chart)]
    parts += [f"{word} {line[word]}" for word in ("class", "department", "name") if line[word]]
    return f"  {sign} {line['side']:6} {line['amount']:>12}  {', '.join(parts)}"
