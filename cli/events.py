"""`daybook events`: what came of the events of a connection, and one of them in full."""

import json as jsonlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, cast

import typer

from cli.output import WAITS, AsJson, as_json, refuse, say, table
from cli.person import event_named
from cli.stack import connection_named, wiring
from daybook.domain.action import Action
from daybook.domain.connection import Connection
from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import SALES_FORMS
from daybook.domain.errors import NEXT_ACTION
from daybook.domain.money import to_text
from daybook.domain.posting import Posting
from daybook.domain.status import DUE, STATUSES, TROUBLE, Status
from daybook.wiring import Wiring
from daybook.workflows.operator import NotPossible, actions_on, name_of, rows_of

_FAR = 10_000


def events(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    event: Annotated[
        str, typer.Argument(help="Show this one in full: object_type/object_id/version[/effect].")
    ] = "",
    status: Annotated[str, typer.Option(help="Only those of this status.")] = "",
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only of this business date.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Only what is held for this.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=_FAR, help="Show so many.")] = 50,
    json: AsJson = False,
) -> None:
    """List events: what waits for a person, or all of a business date; or show one in full.

    Exit code 2: one of those shown waits for a person.
    """
    parts = wiring()
    found = connection_named(connection, parts)
    if event:
        try:
            rows = rows_of(found.id, event_named(event), parts.ledger)
        except NotPossible as problem:
            refuse(f"{problem}")
        _one(rows, parts, json)
    else:
        day = date.date().isoformat() if date else ""
        rows = list(islice(_wanted(found, status, day, reason, parts), limit + 1))
        rows = _list(found.id, rows, limit, json)
    if any(row.status in TROUBLE for row in rows):
        raise typer.Exit(WAITS)


def _wanted(
    connection: Connection, status: str, day: str, reason: str, parts: Wiring
) -> Iterator[Posting]:
    if status and status not in STATUSES:
        refuse(f"No such status: {status}. There are: {', '.join(STATUSES)}.")
    if reason and reason not in NEXT_ACTION:
        refuse(f"No such reason: {reason}. There are: {', '.join(NEXT_ACTION)}.")
    for row in _found(connection, status, day, parts):
        if status in ("", row.status) and reason in ("", row.reason):
            yield row


def _found(connection: Connection, status: str, day: str, parts: Wiring) -> Iterator[Posting]:
    """By the index that has them; nothing reads the whole ledger."""
    if day:
        yield from parts.ledger.of_day(connection.id, day)
    elif status in DUE:
        due = parts.ledger.due(connection.realm, _FAR) if connection.realm else []
        yield from (row for row in due if row.key.connection == connection.id)
    elif status in ("", *TROUBLE):
        for one in (status,) if status else ("held", "failed"):
            yield from parts.ledger.held(connection.id, cast("Status", one))
    else:
        refuse(f"Name the business date too: events that are {status} are listed by --date.")


def _list(connection: str, rows: list[Posting], limit: int, json: bool) -> list[Posting]:
    shown = rows[:limit]
    if json:
        found = [event_json(row) for row in shown]
        as_json({"connection": connection, "events": found, "more": len(rows) > limit})
        return shown
    columns = ["event", "date", "status", "reason", "QuickBooks"]
    cells = [
        [_name(row), row.business_date, row.status, row.reason or "", row.qbo_id] for row in shown
    ]
    table(f"Events of {connection}", columns, cells, whole=1)
    if len(rows) > limit:
        say(f"The first {limit}; --limit shows more.")
    return shown


def _name(row: Posting) -> str:
    if row.key.purpose == "post":
        again = f" (posted again, {row.key.revision})" if row.key.revision else ""
        return name_of(row) + again
    return f"{name_of(row)} ({row.key.purpose})"


def event_json(row: Posting) -> dict[str, Any]:
    """A row for programs."""
    return {
        "event": name_of(row),
        "purpose": row.key.purpose,
        "revision": row.key.revision,
        "kind": row.kind,
        "source": row.source,
        "location": row.location,
        "business_date": row.business_date or None,
        "status": row.status,
        "since": row.since,
        "reason": row.reason,
        "text": row.reason_text or None,
        "next_action": NEXT_ACTION[row.reason] if row.reason else None,
        "missing": [
            {"role": one.role, "key": one.key, "location": one.location} for one in row.missing
        ],
        "flags": [
            {"name": flag.name, "at": flag.at, "seen": flag.seen, "cleared": flag.cleared or None}
            for flag in row.flags
        ],
        "entity": row.entity,
        "qbo_id": row.qbo_id or None,
        "intuit_tid": row.intuit_tid or None,
    }


def _one(rows: list[Posting], parts: Wiring, json: bool) -> None:
    actions = {row.id: actions_on(row, parts.jobs.operator) for row in rows}
    if json:
        as_json({"rows": [_full(row, actions[row.id]) for row in rows]})
        return
    for row in rows:
        _show(row, actions[row.id])


def _full(row: Posting, actions: list[Action]) -> dict[str, Any]:
    return {
        **event_json(row),
        "id": row.id,
        "delivery": row.delivery,
        "mapping_version": row.mapping_version,
        "generation": row.generation,
        "request_id": row.request_id or None,
        "sent_at": row.sent_at or None,
        "content": jsonlib.loads(row.event) if row.event else None,
        "entry": jsonlib.loads(row.entry) if row.entry else None,
        "moves": list(row.moves),
        "actions": [
            {"at": one.at, "actor": one.actor, "action": one.action, "reason": one.reason}
            for one in actions
        ],
    }


def _show(row: Posting, actions: list[Action]) -> None:
    say(f"{_name(row)}: {row.status} since {row.since}")
    if row.reason:
        say(f"{row.reason}: {row.reason_text} {NEXT_ACTION[row.reason]}")
    elif row.reason_text:
        say(row.reason_text)
    if row.qbo_id:
        say(f"In QuickBooks: {row.entity} {row.qbo_id}")
    for flag in row.flags:
        say(f"{flag.name}: {flag.seen} {f'Cleared by {flag.cleared}' if flag.cleared else ''}")
    if row.entry and row.entity == "JournalEntry":
        _show_entry(row)
    elif row.entry and row.entity in SALES_FORMS:
        _show_document(row)
    for move in row.moves:
        say(f"  {move}")
    for one in actions:
        say(f"  {one.at} {one.action} by {one.actor}: {one.reason}")


def _show_document(row: Posting) -> None:
    document = row.document()
    assert isinstance(document, SalesDocument)
    cells = [
        [line.role, line.key, line.account, line.quantity,
         to_text(line.amount, document.currency)]
        for line in document.lines
    ]  # fmt: skip
    if document.tax:
        tax = to_text(document.tax.amount, document.currency)
        cells.append(["tax", document.tax.code, "", "", tax])
    cells.append(["total", "", "", "", to_text(document.total, document.currency)])
    number = f"{document.doc_number} of {document.txn_date}, {document.currency}"
    title = f"{document.form} {number}, customer {document.customer or 'none'}"
    table(title, ["role", "key", "account", "quantity", "amount"], cells)


def _show_entry(row: Posting) -> None:
    entry = row.journal()
    cells = [
        [line.role, line.key, line.account,
         to_text(line.amount, entry.currency) if line.side == "debit" else "",
         to_text(line.amount, entry.currency) if line.side == "credit" else ""]
        for line in entry.lines
    ]  # fmt: skip
    title = f"{entry.doc_number} of {entry.txn_date}, {entry.currency}"
    table(title, ["role", "key", "account", "debit", "credit"], cells)
