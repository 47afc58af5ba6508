"""Preview: what a delivery would post. Nothing is posted, kept or asked of anybody."""

from dataclasses import dataclass
from typing import Any, Final

from daybook.console.preview_sheet import shown
from daybook.console.web import Answer, Call, Page, Wrong, href, route
from daybook.domain.connection import Connection
from daybook.domain.mapping import MODES
from daybook.domain.mapping import Mapping as Rules
from daybook.workflows.choices import Choices
from daybook.workflows.drafts import working
from daybook.workflows.mapping_file import BadMapping, mapping_of
from daybook.workflows.preview import preview

# A delivery of a point of sale is at most 1 MB (the webhook refuses more).
MAX_BYTES: Final = 1_048_576
MAX_EVENT: Final = 100
_FIELDS: Final = ("connection", "source", "which", "event", "mode", "text", "mapping")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a delivery is judged by."""

    connection: Connection | None
    source: str
    rules: Rules
    choices: Choices
    mode: str


@route("GET", "/preview", "viewer")
def preview_form(call: Call) -> Answer:
    """The empty form."""
    values = {name: call.query.get(name, "") for name in _FIELDS}
    return _page(call, values, None)


def _page(call: Call, values: dict[str, str], result: dict[str, Any] | None, **more: Any) -> Page:
    connections = call.parts.connections.all()
    if not values["connection"] and not values["source"] and connections:
        values["connection"] = connections[0].id
    chosen = next((one for one in connections if one.id == values["connection"]), None)
    frame = {
        "values": values,
        "result": result,
        "problems": (),
        "connections": [
            (one.id, f"{one.name or one.id} ({one.source.replace('_', ' ')})")
            for one in connections
        ],
        "sources_options": [(one, one.replace("_", " ")) for one in call.parts.console.sources],
        "may_run": call.visitor.may("operator"),
        "mapping_url": href("/mapping/<connection>/edit", connection=chosen.id) if chosen else "",
    }
    return Page("preview.html", frame | more, 422 if frame["problems"] or more else 200)


@route("POST", "/preview", "operator")
def preview_run(call: Call) -> Answer:
    """The form with what came of it."""
    values = {name: call.one(name) for name in _FIELDS}
    data = call.files.get("file") or "".join(call.form.get("text", ())).encode(
        "utf-8", "surrogatepass"
    )
    if len(data) > MAX_BYTES:
        raise Wrong(413, "The delivery is too large", f"A preview takes {MAX_BYTES:,} bytes.")
    if call.files.get("file"):
        values["text"] = data.decode("utf-8", "replace")
    if not data.strip():
        return _page(call, values, None, problems=[("", "Paste a delivery, or choose a file.")])
    try:
        asked = _asked(call, values)
    except BadMapping as bad:
        return _page(call, values, None, problems=bad.problems)
    found = preview(
        [("delivery", data)],
        call.parts.console.source(asked.source),
        asked.rules,
        event=values["event"][:MAX_EVENT] or None,
        mode=asked.mode or None,
    )
    return _page(call, values, shown(found, asked.choices))


def _asked(call: Call, values: dict[str, str]) -> _Asked:
    """Raises BadMapping, and Wrong for what no form of ours sends."""
    mode = values["mode"]
    if mode and mode not in MODES:
        raise Wrong(400, "That is no mode")
    uploaded = call.files.get("mapping_file") or values["mapping"].encode()
    own = mapping_of(uploaded) if uploaded.strip() else None
    if values["connection"]:
        connection = call.parts.connections.get(values["connection"])
        if connection is None:
            raise Wrong(404, "There is no such connection")
        rules = own or _rules(call, connection, values["which"])
        return _Asked(connection, connection.source, rules, _choices(call, connection), mode)
    if values["source"] not in call.parts.console.sources:
        raise Wrong(400, "Choose a connection, or a source")
    return _Asked(None, values["source"], own or Rules(), Choices(), mode)


def _rules(call: Call, connection: Connection, which: str) -> Rules:
    """The draft where it is asked for and there is one, else what is in force."""
    if which == "draft":
        return working(connection.id, call.parts.mappings).mapping
    active = call.parts.mappings.active(connection.id)
    return active.mapping if active else Rules()


def _choices(call: Call, connection: Connection) -> Choices:
    mappings, realm = call.parts.mappings, connection.realm
    return Choices(mappings.chart(realm), mappings.directory(realm)) if realm else Choices()
