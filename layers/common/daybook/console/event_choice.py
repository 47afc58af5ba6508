"""The filters of the page of events: read from the address, checked, and given back to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from daybook.console.web import Call, Wrong
from daybook.domain.connection import Connection
from daybook.domain.errors import NEXT_ACTION
from daybook.domain.event import Body
from daybook.domain.status import STATUSES
from daybook.workflows.find_events import MAX_TEXT, Cursor, Wanted
from daybook.workflows.operator import NotPossible

FIELDS: Final = (
    "connection", "source", "status", "reason", "kind", "location", "first", "last", "text",
)  # fmt: skip
# In a form that is posted `reason` is why it is done.
_IN_FORM: Final = "only_"
KINDS: Final = tuple(
    sorted(
        get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Body)[0])
    )
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, by field ("" where nothing is), and what it means."""

    values: Mapping[str, str]
    wanted: Wanted

    def query(self, **more: str) -> dict[str, str]:
        """For an address."""
        return {name: value for name, value in {**self.values, **more}.items() if value}

    def fields(self) -> dict[str, str]:
        """For a form that is posted."""
        return {f"{_IN_FORM}{name}": value for name, value in self.query().items()}

    @property
    def narrowed(self) -> bool:
        """Whether anything was chosen."""
        return any(self.values.values())


def choice_of(call: Call) -> Choice:
    """What the address, or a form, chooses. Raises Wrong for what is none of the choices."""
    posted = {name: call.one(f"{_IN_FORM}{name}") for name in FIELDS}
    given = call.query if call.method == "GET" else posted
    values = {name: given.get(name, "").strip()[:MAX_TEXT] for name in FIELDS}
    _one_of(values["status"], STATUSES, "status")
    _one_of(values["reason"], NEXT_ACTION, "reason")
    connections = _connections(values, call.parts.connections.all())
    if values["first"] or values["last"]:
        values["first"] = values["first"] or values["last"]
        values["last"] = values["last"] or values["first"]
    if values["reason"] and not values["status"]:
        values["status"] = "held"
    names = ("status", "reason", "kind", "location", "first", "last", "text")
    return Choice(values, Wanted(connections, **{name: values[name] for name in names}))


def _one_of(value: str, known: Collection[str], what: str) -> None:
    if value and value not in known:
        raise Wrong(400, f"There is no such {what}", f"There are: {', '.join(known)}.")


def _connections(values: Mapping[str, str], known: list[Connection]) -> tuple[Connection, ...]:
    name, source = values["connection"], values["source"]
    found = tuple(one for one in known if name in ("", one.id) and source in ("", one.source))
    if not found and (name or source):
        raise Wrong(404, "There is no such connection", "It may have another name by now.",
                    "Choose one from the list of connections.")  # fmt: skip
    return found


def cursor_of(call: Call) -> Cursor | None:
    """Where the list goes on. Raises Wrong for what no page gave out."""
    text = call.query.get("after", "")
    if not text:
        return None
    try:
        return Cursor.of(text)
    except NotPossible as problem:
        raise Wrong(400, "No such page of the list", f"{problem}") from None
