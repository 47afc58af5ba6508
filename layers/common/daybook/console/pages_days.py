"""Business days: a calendar of what came, was posted and is held, and each day's own page."""

from datetime import date, timedelta
from typing import Any, Final

from daybook.console.event_lines import label_of
from daybook.console.proof_lines import findings_at, pos_at, totals_at
from daybook.console.web import Answer, Call, Page, Wrong, href, route
from daybook.domain.connection import Connection
from daybook.workflows.day_form import was_refused
from daybook.workflows.day_list import DateLine, DayTools, dates_between, day_list, rows_of_date
from daybook.workflows.day_overview import DayAt, closes_of, days_of
from daybook.workflows.send_day import reports_of

USUAL_DAYS: Final = 7
# Beyond so many events a day is added up only when a person asks for it.
MAX_ROWS: Final = 250
MAX_ROWS_ASKED: Final = 20_000
_PATH: Final = "/days/<connection>/<location>/<date>"
# No books are older, nor as far ahead.
_FIRST: Final = date(1900, 1, 1)
_LAST: Final = date(9000, 1, 1)


def connection_of(call: Call, name: str) -> Connection:
    """The connection. Raises Wrong where there is none."""
    found = call.parts.connections.get(name)
    if found is None:
        raise Wrong(404, "There is no such connection", "", "Choose one from the list.")
    return found


def iso_date(text: str) -> date:
    """A date from an address or a form, with others before and after it. Raises Wrong."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not _FIRST <= found <= _LAST:
        raise Wrong(400, "This is no date", "", "Write it as 2026-11-20.")
    return found


def tools_of(call: Call) -> DayTools:
    """What days are read with."""
    parts = call.parts
    return DayTools(parts.ledger, parts.days, parts.shelves, parts.proof.store)


@route("GET", "/days", "viewer")
def days(call: Call) -> Answer:
    """The dates of one connection, the latest first."""
    known = call.parts.connections.all()
    if not known:
        return Page("days.html", {"connection": None, "known": [], "dates": []})
    name = call.query.get("connection", "")
    connection = connection_of(call, name) if name else known[0]
    last = call.query.get("last") or call.now.date().isoformat()
    first = call.query.get("first") or str(iso_date(last) - timedelta(days=USUAL_DAYS - 1))
    location = call.query.get("location", "").strip()[:200]
    found = day_list(connection, dates_between(first, last), location, tools_of(call))
    before = iso_date(first) - timedelta(days=1)
    values: dict[str, Any] = {
        "connection": connection,
        "known": known,
        "dates": found,
        "first": first,
        "last": last,
        "location": location,
        "label_of": label_of,
        "places_of": _places,
        "url_of": lambda at: day_url(connection.id, at.location, at.date),
        "earlier_url": href(
            "/days", connection=connection.id, last=before.isoformat(), location=location
        ),
        "export_url": href(
            "/export/days.csv", connection=connection.id, first=first, last=last, location=location
        ),
        "may_act": call.visitor.may("operator"),
    }
    return Page("days.html", values)


def _places(line: DateLine) -> list[str]:
    """Locations that a date's proof names and no sum does."""
    proved = {total.place.location for total in line.proof.totals} if line.proof else set()
    return sorted(proved - {opened.day.location for opened in line.open_days})


def day_url(connection: str, location: str, day: str) -> str:
    """The page of a location's business date."""
    return href(_PATH, connection=connection, location=location, date=day)


@route("GET", _PATH, "viewer")
def day(call: Call) -> Answer:
    """One business date at one location."""
    connection = connection_of(call, call.params["connection"])
    location, on = call.params["location"], iso_date(call.params["date"]).isoformat()
    rows = rows_of_date(connection.id, on, call.parts.shelves)
    all_ = "all" in call.query
    counted = rows <= (MAX_ROWS_ASKED if all_ else MAX_ROWS)
    at = _day_at(call, connection.id, location, on) if counted else _closes_only(
        call, connection.id, location, on
    )  # fmt: skip
    proof = call.parts.proof.store.of_day(connection.realm, on) if connection.realm else None
    url = day_url(connection.id, location, on)
    reports = (
        reports_of(connection.id, date.fromisoformat(on), location, call.parts.jobs.operator)
        if counted
        else []
    )
    values: dict[str, Any] = {
        "connection": connection,
        "label_of": label_of,
        "location": location,
        "date": on,
        "at": at,
        "rows": rows,
        "counted": counted,
        "closes": at.closes,
        "is_summed": bool(at.closes or at.events["accumulated"])
        or _is_open(call, connection.id, location, on),
        "reports": reports,
        "refused_receipts": sum(was_refused(row) for one in at.closes for row in one.rows),
        "proof": proof,
        "totals": totals_at(proof, location) if proof else [],
        "pos": pos_at(proof, connection.id, location) if proof else None,
        "findings": findings_at(proof, connection.id, location) if proof else [],
        "url": url,
        "events_url": href(
            "/events", connection=connection.id, location=location, first=on, last=on
        ),
        "moving": any(not one.settled for one in at.closes)
        or any(at.events[word] for word in ("ready", "sending", "uncertain")),
        "may_act": call.visitor.may("operator"),
    }
    return Page("day_state.html" if "fragment" in call.query else "day.html", values)


def _day_at(call: Call, connection: str, location: str, on: str) -> DayAt:
    found = days_of(connection, [on], call.parts.ledger, call.parts.days, location)
    return next(found, DayAt(location, on))


def _closes_only(call: Call, connection: str, location: str, on: str) -> DayAt:
    at = DayAt(location, on)
    for opened in call.parts.days.open_days(connection, on):
        if opened.day.location == location:
            at.closes += closes_of(opened.day, call.parts.days, call.parts.ledger)
    return at


def _is_open(call: Call, connection: str, location: str, on: str) -> bool:
    opened = call.parts.days.open_days(connection, on)
    return any(one.day.location == location for one in opened)
