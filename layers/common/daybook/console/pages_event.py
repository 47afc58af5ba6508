"""One financial event: its delivery, versions, entries, history; and what can be done with it."""

from collections.abc import Callable, Sequence
from typing import Final

from daybook.console.event_lines import Lines, event_url, label_of
from daybook.console.event_sheet import Sheets, delivery_facts, in_order
from daybook.console.web import Answer, Call, Page, See, Wrong, route
from daybook.domain.action import Action
from daybook.domain.connection import Connection
from daybook.domain.delivery import DeliveryRow
from daybook.domain.posting import Posting
from daybook.domain.status import DUE, TROUBLE
from daybook.workflows.clear_flags import clear
from daybook.workflows.look_again import Patience, until
from daybook.workflows.operator import EventName, Who, actions_on_all
from daybook.workflows.replay import Replayed, replay_event
from daybook.workflows.undo import undo_event
from daybook.workflows.void import void_event

# A page shows so many rows of one object; a day's close may have many parts.
MAX_ROWS: Final = 60
WAIT_SECONDS: Final = 0.5
WAIT_LOOKS: Final = 6
_PATH: Final = "/events/<connection>/<type>/<id>"


@route("GET", _PATH, "viewer")
def event(call: Call) -> Answer:
    """All rows of one object, the latest first."""
    found = _rows(call)
    rows = in_order(found)[:MAX_ROWS]
    lines = Lines(call.parts)
    sheets = Sheets(call.parts, lines)
    parts = [sheets.part(row) for row in rows]
    own = next((one for one in parts if one.row.key.purpose == "post"), parts[0])
    values = {
        "parts_of_event": parts,
        "own": own,
        "label_of": label_of,
        "connection": lines.connections[own.row.key.connection],
        "url": own.line.url,
        "moving": any(one.moving for one in parts),
        "may_act": call.visitor.may("operator"),
        "more": len(found) - len(rows),
    }
    if "fragment" in call.query:
        return Page("event_state.html", values)
    delivery = delivery_facts(_delivery(call, own.row))
    actions: Sequence[Action] = actions_on_all(rows, call.parts.jobs.operator)
    return Page("event.html", values | {"delivery": delivery, "actions": actions})


def _delivery(call: Call, row: Posting) -> DeliveryRow | None:
    if not row.delivery:
        return None
    try:
        return call.parts.ledger.delivery(row.key.connection, row.delivery)
    except LookupError:
        # Its body was in the archive, which a lifecycle may have emptied.
        return None


def _rows(call: Call) -> list[Posting]:
    rows = call.parts.ledger.of_object(_connection(call).id, call.params["type"], call.params["id"])
    if not rows:
        raise Wrong(404, "There is no such event", "Nothing of it is in the ledger.",
                    "Look for it in the list of events.")  # fmt: skip
    return rows


def _connection(call: Call) -> Connection:
    found = call.parts.connections.get(call.params["connection"])
    if found is None:
        raise Wrong(404, "There is no such connection")
    return found


def _name(call: Call) -> EventName:
    version = call.one("version")
    if not version:
        raise Wrong(400, "Say which version", "The form named none.", "Go back and try again.")
    return EventName(
        call.params["type"], call.params["id"], version, call.one("effect"), call.one("beside")
    )


def _done(call: Call, act: Callable[[Connection, EventName, Who], str]) -> See:
    said = act(_connection(call), _name(call), call.person())
    return See(event_url(_rows(call)[0]), said)


@route("POST", f"{_PATH}/replay", "operator")
def replay(call: Call) -> Answer:
    """Try one event again; post it again where it was taken back."""

    def act(connection: Connection, name: EventName, who: Who) -> str:
        done = replay_event(connection, name, who, call.parts.jobs.operator)
        return _said(Replayed(done.word, _awaited(call, done.row)))

    return _done(call, act)


def _awaited(call: Call, row: Posting) -> Posting:
    """A moment's patience: most entries are in the books within a second or two."""
    patience = Patience(call.parts.pause, WAIT_SECONDS, WAIT_LOOKS)
    (latest,) = until([row], call.parts.ledger, lambda one: one.status not in DUE, patience)
    return latest


def _said(done: Replayed) -> str:
    row = done.row
    if row.status == "posted":
        return f"It is in QuickBooks, as {row.entity} {row.qbo_id}."
    match done.word:
        case "asked again":
            return "Its delivery was put on the queue again; look again in a moment."
        case "changed meanwhile":
            return "Somebody else moved it meanwhile; this is how it is now."
    if row.status in TROUBLE:
        return "It is still held; the reason is below."
    if row.status in DUE:
        return "It is on its way to QuickBooks."
    return f"It is {row.status.replace('_', ' ')} now."


@route("POST", f"{_PATH}/void", "operator")
def void(call: Call) -> Answer:
    """Decide that it is never posted."""

    def act(connection: Connection, name: EventName, who: Who) -> str:
        void_event(connection.id, name, who, call.parts.jobs.operator)
        return "It is void and will not be posted. It stays visible."

    return _done(call, act)


@route("POST", f"{_PATH}/undo", "operator")
def undo(call: Call) -> Answer:
    """Take back what is posted, by an entry of its own."""

    def act(connection: Connection, name: EventName, who: Who) -> str:
        row = _awaited(call, undo_event(connection.id, name, who, call.parts.jobs.operator))
        if row.key.purpose == "post":
            return "Its entry was gone from QuickBooks already; it is marked as reversed."
        if row.status == "posted":
            return f"It was reversed by {row.entity} {row.qbo_id}."
        return "It is being reversed."

    return _done(call, act)


@route("POST", f"{_PATH}/clear", "operator")
def clear_flags(call: Call) -> Answer:
    """Say why what a proof saw may stand."""

    def act(connection: Connection, name: EventName, who: Who) -> str:
        flags = clear(connection.id, name, who, call.parts.jobs.operator)
        return f"Cleared: {', '.join(flag.name.replace('_', ' ') for flag in flags)}."

    return _done(call, act)
