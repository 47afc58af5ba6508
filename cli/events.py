"""`daybook events`: what came of the events of a connection, and one of them in full."""

import json as jsonlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

import typer

from cli.output import WAITS, AsJson, as_json, refuse, say, table
from cli.person import event_named
from cli.stack import connection_named, wiring
from daybook.domain.action import Action
from daybook.domain.document import SalesDocument, SalesLine
from daybook.domain.document_kinds import DOCUMENT_FORMS
from daybook.domain.errors import NEXT_ACTION
from daybook.domain.journal import JournalEntry
from daybook.domain.money import to_text
from daybook.domain.posting import Posting
from daybook.domain.status import DUE, STATUSES, TROUBLE
from daybook.wiring import Wiring, now
from daybook.workflows.exports import MAX_SEARCHES
from daybook.workflows.find_events import Cursor, Wanted, find
from daybook.workflows.operator import NotPossible, actions_on, name_of, rows_of

_FAR = 10_000
_PAGE = 200
_DATES = ["%Y-%m-%d"]


def events(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    event: Annotated[
        str, typer.Argument(help="Show this one in full: object_type/object_id/version/effect.")
    ] = "",
    status: Annotated[str, typer.Option(help="Only those of this status.")] = "",
    date: Annotated[
        datetime | None, typer.Option(formats=_DATES, help="Only of this business date.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Only what is held for this.")] = "",
    kind: Annotated[str, typer.Option(help="Only of this kind, like `sale`.")] = "",
    location: Annotated[str, typer.Option(help="Only of this location of the shop.")] = "",
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=_DATES, help="The first business date.")
    ] = None,
    to: Annotated[
        datetime | None, typer.Option(formats=_DATES, help="The last business date.")
    ] = None,
    text: Annotated[
        str, typer.Option(help="Only with this in the id, reference or DocNumber.")
    ] = "",
    flagged: Annotated[
        bool, typer.Option("--flagged", help="Only what a proof put a flag on.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=_FAR, help="Show so many.")] = 50,
    json: AsJson = False,
) -> None:
    """List events: what waits for a person, or those of business dates; or show one in full.

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
        first, last = from_ or date or to, to or date or from_
        wanted = Wanted(
            (found,), status, reason, kind, location, _iso(first), _iso(last), text,
        )  # fmt: skip
        rows = list(islice(_wanted(wanted, parts, flagged=flagged), limit + 1))
        rows = _list(found.id, rows, limit, json)
    if (flagged and rows) or any(row.status in TROUBLE for row in rows):
        raise typer.Exit(WAITS)


def _iso(day: datetime | None) -> str:
    return day.date().isoformat() if day else ""


def _wanted(wanted: Wanted, parts: Wiring, *, flagged: bool) -> Iterator[Posting]:
    """By the indexes alone; nothing reads the whole ledger. Without dates: what waits."""
    if flagged:
        (connection,) = wanted.connections
        if wanted != Wanted((connection,)):
            refuse("--flagged lists all that is flagged; no other choice goes with it.")
        yield from parts.ledger.flagged(connection.id)
        return
    if wanted.status and wanted.status not in STATUSES:
        refuse(f"No such status: {wanted.status}. There are: {', '.join(STATUSES)}.")
    if wanted.reason and wanted.reason not in NEXT_ACTION:
        refuse(f"No such reason: {wanted.reason}. There are: {', '.join(NEXT_ACTION)}.")
    if not wanted.first and wanted.status not in ("", *TROUBLE, *DUE):
        refuse(f"Name the business date too: events that are {wanted.status} are listed by --date.")
    waiting = [wanted]
    if not wanted.first and not wanted.status:
        waiting = [replace(wanted, status=one) for one in ("held", "failed")]
    for one in waiting:
        yield from _all(one, parts)


def _all(wanted: Wanted, parts: Wiring) -> Iterator[Posting]:
    cursor: Cursor | None = None
    for _ in range(MAX_SEARCHES):
        try:
            found = find(wanted, cursor, _PAGE, now().date(), parts.shelves)
        except NotPossible as problem:
            refuse(f"{problem}")
        yield from found.rows
        cursor = found.cursor
        if cursor is None:
            return


def _list(connection: str, rows: list[Posting], limit: int, json: bool) -> list[Posting]:
    shown = rows[:limit]
    if json:
        found = [event_json(row) for row in shown]
        as_json({"connection": connection, "events": found, "more": len(rows) > limit})
        return shown
    columns = ["event", "date", "origin", "status", "reason", "QuickBooks"]
    cells = [
        [_name(row), row.business_date, row.origin, row.status, row.reason or "", row.qbo_id]
        for row in shown
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
        "origin": row.origin or "webhook",
        "location": row.location,
        "business_date": row.business_date or None,
        "status": row.status,
        "since": row.since,
        "reason": row.reason,
        "text": row.reason_text or None,
        "next_action": NEXT_ACTION[row.reason] if row.reason else None,
        "taken_by": [{"type": kind, "id": qbo_id} for kind, qbo_id in row.taken_by],
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
    elif row.entry and row.entity in DOCUMENT_FORMS:
        _show_document(row)
    for move in row.moves:
        say(f"  {move}")
    for one in actions:
        say(f"  {one.at} {one.action} by {one.actor}: {one.reason}")


def _show_document(row: Posting) -> None:
    document = row.transaction()
    assert not isinstance(document, JournalEntry)
    cells = [
        [line.role, line.key, line.account, line.quantity if isinstance(line, SalesLine) else "",
         to_text(line.amount, document.currency)]
        for line in document.lines
    ]  # fmt: skip
    if isinstance(document, SalesDocument):
        party = f"customer {document.customer or 'none'}"
        if document.tax:
            tax = to_text(document.tax.amount, document.currency)
            cells.append(["tax", document.tax.code, "", "", tax])
    else:
        party = f"vendor {document.vendor}"
    cells.append(["total", "", "", "", to_text(document.total, document.currency)])
    number = f"{document.doc_number} of {document.txn_date}, {document.currency}"
    title = f"{document.form} {number}, {party}"
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
