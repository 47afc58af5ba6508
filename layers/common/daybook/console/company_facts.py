"""What a company's page shows: its health, put together from rows that are there anyway."""

from datetime import datetime, timedelta
from typing import Any, Final

from daybook.console.web import Call
from daybook.domain.connection import Connection, Realm
from daybook.domain.posting import instant_text
from daybook.domain.shelf import Shelf
from daybook.workflows.token_care import near_death

_PROOF_DAYS: Final = 31
# For the last posting: so many dates, connections and rows are looked at.
_DAYS_LOOKED: Final = 2
_CONNECTIONS_LOOKED: Final = 6
_ROWS_LOOKED: Final = 5


def overview(realm: Realm, call: Call) -> dict[str, Any]:
    """One row of the list of companies."""
    own = [one for one in call.parts.connections.all() if one.realm == realm.realm]
    return {
        "realm": realm,
        "state": state_of(realm, call.now),
        "connections": own,
        "ends": first_end(realm),
        "warnings": [one.text for one in near_death([realm], call.now)],
    }


def facts_of(realm: Realm, call: Call) -> dict[str, Any]:
    """Everything of one company's page."""
    parts = call.parts
    chart = parts.mappings.chart(realm.realm)
    directory = parts.mappings.directory(realm.realm)
    asked = call.query.get("job", "")
    return overview(realm, call) | {
        "ages": {
            "refreshed": _age(realm.refreshed_at, call.now),
            "refresh_left": _left(realm.refresh_expires_at, call.now),
            "hard_left": _left(realm.hard_expires_at, call.now),
            "imported": _age(chart.imported_at if chart else "", call.now),
        },
        "chart": chart,
        "counts": {
            "accounts": len(chart.accounts) if chart else 0,
            "classes": len(chart.classes) if chart else 0,
            "parties": len(directory.customers) + len(directory.vendors) if directory else 0,
        },
        "reads": _reads(realm, call),
        "last_posted": _last_posted(realm, call),
        "waiting": bool(parts.ledger.realms_due([realm.realm])),
        "job": parts.jobs.store.get(asked) if asked else None,
        "may": {"operate": call.visitor.may("operator"), "connect": call.visitor.may("admin")},
    }


def state_of(realm: Realm, now: datetime) -> str:
    """The word for how it is: parked counts only while it lasts."""
    if realm.state == "connected" and realm.parked_until > instant_text(now):
        return "parked"
    return realm.state


def first_end(realm: Realm) -> str:
    """The first instant at which its tokens end; "" where nothing is known."""
    return min(filter(None, (realm.refresh_expires_at, realm.hard_expires_at)), default="")


def connection_row(one: Connection, call: Call) -> dict[str, Any]:
    """One row of the list of connections."""
    realm = call.parts.connections.realm(one.realm) if one.realm else None
    return {
        "connection": one,
        "realm": realm,
        "state": state_of(realm, call.now) if realm else "not_connected",
        "mapping": call.parts.mappings.active_version(one.id),
        "waits": sum(pile.count for pile in piles_of(one.id, call)),
    }


def piles_of(connection: str, call: Call) -> list[Any]:
    """What waits for a person in a connection, by reason."""
    shelves = call.parts.shelves
    return [
        *shelves.piles(connection, "held"),
        *shelves.piles(connection, "failed"),
        *shelves.piles(connection, "flagged"),
    ]


def _reads(realm: Realm, call: Call) -> int:
    """Requests that this month's proofs took, which Intuit meters; imports are not counted."""
    month = f"{call.now:%Y-%m}"
    proofs = call.parts.console.proofs.last(realm.realm, _PROOF_DAYS)
    return sum(one.reads for one in proofs if one.proved_at.startswith(month))


def _last_posted(realm: Realm, call: Call) -> str:
    """When something was posted last, of the newest rows of these days; "" if nothing was."""
    found = ""
    dates = [(call.now - timedelta(days=back)).date().isoformat() for back in range(_DAYS_LOOKED)]
    own = [one.id for one in call.parts.connections.all() if one.realm == realm.realm]
    for connection in own[:_CONNECTIONS_LOOKED]:
        for date in dates:
            shelf = Shelf("day", connection, date=date)
            places = call.parts.shelves.places(shelf, "", _ROWS_LOOKED)
            for row in call.parts.shelves.rows(places):
                if row is not None and row.status == "posted":
                    found = max(found, row.sent_at)
    return found


def _age(instant: str, now: datetime) -> str:
    return f"{_span(now - datetime.fromisoformat(instant))} ago" if instant else ""


def _left(instant: str, now: datetime) -> str:
    if not instant:
        return ""
    left = datetime.fromisoformat(instant) - now
    return f"in {_span(left)}" if left > timedelta() else f"ended {_span(-left)} ago"


def _span(length: timedelta) -> str:
    """A length of time as a person says it, in its largest unit."""
    seconds = int(length.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "a moment"
