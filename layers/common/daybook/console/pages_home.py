"""The first page: what needs a person now, in plain words, each with the way to mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from daybook.console.company_facts import piles_of, state_of
from daybook.console.web import Answer, Call, Page, href, route
from daybook.domain.connection import Connection, Realm
from daybook.workflows.token_care import near_death


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a person has to do. tone: bad where nothing is posted, warn where some is
    not. do: the words on its link."""

    tone: str
    what: str
    where: str
    address: str
    do: str
    since: str = ""


@route("GET", "/", "viewer")
def home(call: Call) -> Answer:
    """What needs a person now."""
    connections, realms = call.parts.connections.all(), call.parts.connections.realms()
    needs = [
        *_of_start(connections, realms),
        *_of_companies(realms, call),
        *_of_connections(connections, call),
        *_of_queues(call),
    ]
    needs.sort(key=lambda need: need.tone != "bad")
    values: dict[str, Any] = {
        "needs": needs,
        "connections": connections,
        "realms": [(one, state_of(one, call.now)) for one in realms],
    }
    return Page("home.html", values)


def _of_start(connections: list[Connection], realms: list[Realm]) -> Iterator[Need]:
    if not realms:
        yield Need(
            "bad", "No QuickBooks company is connected", "", href("/companies"), "Connect one"
        )
    if not connections:
        yield Need("bad", "No point of sale is entered", "", href("/connections/new"), "Enter one")


def _of_companies(realms: list[Realm], call: Call) -> Iterator[Need]:
    for realm in realms:
        address = href("/companies/<realm>", realm=realm.realm)
        name = realm.company or realm.realm
        match state_of(realm, call.now):
            case "reconnect_needed":
                text = "QuickBooks takes our tokens no more: nothing is posted until you reconnect"
                yield Need("bad", text, name, address, "Reconnect")
            case "disconnected":
                yield Need(
                    "bad", "The company is disconnected: what comes waits", name, address, "Connect"
                )
            case "parked":
                text = f"Rests: {realm.park_reason}. It goes on by itself"
                yield Need("warn", text, name, address, "Look", realm.parked_until)
    for one in near_death(realms, call.now):
        address = href("/companies/<realm>", realm=one.realm)
        yield Need("warn", one.text, one.realm, address, "Reconnect")


def _of_connections(connections: list[Connection], call: Call) -> Iterator[Need]:
    for one in connections:
        if not one.realm:
            address = href("/connections/<connection>", connection=one.id)
            yield Need("bad", "No company is chosen: all events wait", one.id, address, "Choose")
        elif not call.parts.mappings.active_version(one.id):
            address = href("/mapping/<connection>", connection=one.id)
            yield Need("bad", "No mapping is active: all events wait", one.id, address, "Map")
        for pile in piles_of(one.id, call):
            yield _of_pile(pile)


def _of_pile(pile: Any) -> Need:
    many = f"{pile.count}{'+' if pile.more else ''}"
    events = "event" if pile.count == 1 and not pile.more else "events"
    reason = str(pile.reason).replace("_", " ")
    address = href("/trouble")
    match pile.kind:
        case "held":
            text = f"{many} {events} held: {reason}"
        case "failed":
            text = f"{many} {events} could not be handled"
        case _:
            text = f"{many} {events} with the flag {reason}"
    tone = "bad" if pile.kind == "failed" or "double" in reason else "warn"
    return Need(tone, text, pile.connection, address, "Mend", pile.oldest)


def _of_queues(call: Call) -> Iterator[Need]:
    for name, depth in call.parts.queue_depths().items():
        if depth["dead"]:
            many = depth["dead"]
            text = f"{many} dead letter{'' if many == 1 else 's'} in {name}"
            yield Need("bad", text, "", href("/trouble/dead-letters/<queue>", queue=name), "Look")
