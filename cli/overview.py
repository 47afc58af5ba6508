"""`daybook status`: what waits, where, and for whom."""

from collections import Counter
from typing import Any

import typer

from cli.output import WAITS, AsJson, as_json, say, table
from cli.stack import wiring
from daybook.domain.connection import Realm
from daybook.domain.posting import instant_text
from daybook.domain.status import TROUBLE, Status
from daybook.wiring import Wiring, now
from daybook.workflows.day_counts import day_counts
from daybook.workflows.pull_start import troubled
from daybook.workflows.trouble import findings


def status(json: AsJson = False) -> None:
    """Show connections, events by status and queues; ends 2 if anything waits for a person."""
    found = overview(wiring())
    if json:
        as_json(found)
    else:
        _show(found)
    if waits_for_a_person(found):
        raise typer.Exit(WAITS)


def overview(parts: Wiring) -> dict[str, Any]:
    """The whole state in one object; the shape is fixed (README, "Watch it"). `flags` and `pulls`
    (lists of a point of sale that cannot be read) are there only while there are any."""
    realms = {realm.realm: realm for realm in parts.connections.realms()}
    instant = instant_text(now())
    connections = []
    for one in parts.connections.all():
        realm = realms.get(one.realm)
        connections.append(
            {
                "id": one.id,
                "source": one.source,
                "realm": one.realm or None,
                "company": realm.company if realm else None,
                "state": realm.state if realm else "not_connected",
                "parked_until": _parked_until(realm, instant) if realm else None,
            }
        )
    found = {
        "stack": parts.settings.stack,
        "connections": connections,
        "events": _events(parts),
        "queues": parts.queue_depths(),
    }
    more = {"flags": _flags(parts), "pulls": _pulls(parts)}
    return found | {name: value for name, value in more.items() if value}


def _pulls(parts: Wiring) -> list[dict[str, str]]:
    """The lists of points of sale that cannot be read."""
    return [
        {
            "connection": one.connection,
            "resource": one.resource,
            "trouble": one.trouble,
            "since": one.since,
        }
        for one in troubled(parts.connections.all(), parts.pulls.store)
    ]


def _events(parts: Wiring) -> dict[Status, int]:
    """Events by status; what was added up for a day counts as its day does."""
    counts = parts.ledger.counts()
    if not counts.get("accumulated"):
        return counts
    names = [one.id for one in parts.connections.all()]
    days = day_counts(names, parts.days, parts.ledger)
    shares: dict[Status, int] = {
        "accumulated": -days.closed,
        "posted": days.posted,
        "void": days.void,
        "sending": days.sending,
        "held": days.held,
    }
    moved: dict[Status, int] = {
        status: counts.get(status, 0) + shares.get(status, 0) for status in (*counts, *shares)
    }
    return {status: number for status, number in moved.items() if number}


def _flags(parts: Wiring) -> dict[str, int]:
    """How many postings carry each flag that a proof raised and nobody has cleared, and how many
    objects the last proofs missed in the ledger: those have no posting that could carry one."""
    flagged = (row for one in parts.connections.all() for row in parts.ledger.flagged(one.id))
    found: Counter[str] = Counter(flag.name for row in flagged for flag in row.open_flags)
    proved = findings(parts.connections, parts.proof.store)
    lost = sum(one.kind == "missing_in_ledger" for _, one in proved)
    return {**found, **({"missing_in_ledger": lost} if lost else {})}


def _parked_until(realm: Realm, instant: str) -> str | None:
    # A park ends by its instant alone; the row is wiped by the first clear answer after it.
    return realm.parked_until if realm.parked_until > instant else None


def waits_for_a_person(found: dict[str, Any]) -> bool:
    """Held or failed events, flags, dead letters, a point of sale that refuses to be read, or a
    company that must be connected again."""
    return (
        any(found["events"].get(word) for word in TROUBLE)
        or "flags" in found
        or "pulls" in found
        or any(queue["dead"] for queue in found["queues"].values())
        or any(one["state"] == "reconnect_needed" for one in found["connections"])
    )


def _show(found: dict[str, Any]) -> None:
    columns = ["id", "source", "realm", "company", "state", "parked_until"]
    rows = [[one[name] or "" for name in columns] for one in found["connections"]]
    table(f"Connections of {found['stack']}", columns, rows)
    table("Events", ["status", "count"], sorted(found["events"].items()))
    if "flags" in found:
        table("Flags", ["flag", "count"], sorted(found["flags"].items()))
    for one in found.get("pulls", ()):
        say(f"{one['connection']} cannot be pulled since {one['since']}: {one['trouble']}")
    depths = [[name, one["waiting"], one["dead"]] for name, one in found["queues"].items()]
    table("Queues", ["queue", "waiting", "dead"], depths)
    if waits_for_a_person(found):
        say("Something waits for a person.")
