"""What a person does with business days: close one now, send its report, send past events."""

from typing import Final, cast

from daybook.console.pages_days import connection_of, day_url, iso_date
from daybook.console.web import Answer, Call, See, Wrong, href, route
from daybook.workflows.backfill import start_backfill
from daybook.workflows.close_by_hand import close_by_hand, days_at, keep_close
from daybook.workflows.go_live import BadRange, days_between
from daybook.workflows.look_again import Patience
from daybook.workflows.operator import name_of
from daybook.workflows.send_by_hand import Sender, close_text, send_by_hand, texts
from daybook.workflows.send_day import Form

# A page answers within API Gateway's 30 s; what takes longer shows on the page that follows.
WAIT_SECONDS: Final = 0.5
WAIT_LOOKS: Final = 16
_PATH: Final = "/days/<connection>/<location>/<date>"
_FORMS: Final = ("", "journal", "sales_receipt")


def _patience(call: Call) -> Patience:
    return Patience(call.parts.pause, WAIT_SECONDS, WAIT_LOOKS)


def _form(call: Call) -> Form:
    form = call.one("form")
    if form not in _FORMS:
        raise Wrong(400, "There is no such form", "", "Choose journal entry or sales receipt.")
    return cast("Form", form)


@route("POST", f"{_PATH}/close", "operator")
def close(call: Call) -> Answer:
    """Close a location's date now, in the form chosen; what comes later makes a further close."""
    connection = connection_of(call, call.params["connection"])
    location, on = call.params["location"], iso_date(call.params["date"]).isoformat()
    who, form = call.person(), _form(call)
    found = days_at(connection.id, location, on, call.parts.days)
    keep_close(connection.id, location, on, who, call.parts.jobs.operator, form)
    closed = close_by_hand(found, who.actor, call.parts.closer, _patience(call), form)
    fresh = [one for one in closed.done if one.close]
    said = "It is closed." if fresh else "It was closed before, and nothing came since."
    held = sum(one.held for one in closed.done)
    if held:
        said += f" {held} events are held and left out."
    shown = "; ".join(f"Close {close_text(one)}" for one in closed.closes)
    return See(day_url(connection.id, location, on), f"{said} {shown}".strip())


@route("POST", f"{_PATH}/send", "operator")
def send(call: Call) -> Answer:
    """Send the date's report as a journal entry or a sales receipt."""
    connection = connection_of(call, call.params["connection"])
    location, on = call.params["location"], iso_date(call.params["date"])
    form = _form(call)
    sender = Sender(call.parts.jobs.operator, call.parts.closer, _patience(call))
    answers = send_by_hand(connection, on, location, form, call.person(), sender)
    said = texts(answers)
    for one in answers:
        said = said.replace(name_of(one.row), f"The report {one.row.key.object_id}")
    return See(day_url(connection.id, location, on.isoformat()), said)


@route("POST", "/days/<connection>/backfill", "operator")
def backfill(call: Call) -> Answer:
    """Send past events of a range of dates, as a job."""
    connection = connection_of(call, call.params["connection"])
    first, last = iso_date(call.one("first")), iso_date(call.one("last"))
    try:
        days = days_between(first, last)
    except BadRange as problem:
        raise Wrong(400, "These dates make no range", f"{problem}.") from None
    jobs = call.parts.jobs
    job = start_backfill(connection, days, call.person(), jobs.operator, jobs.worker)
    return See(href("/jobs/<id>", id=job.id), "It runs in the background; this page shows how far.")
