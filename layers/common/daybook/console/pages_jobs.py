"""Jobs: what runs in the background, how far it is, what became of it."""

import re
from collections.abc import Mapping
from typing import Any, Final

from daybook.console.web import Answer, Call, Page, See, Wrong, href, route
from daybook.domain.job import Job
from daybook.workflows.disconnect import KIND as DISCONNECT
from daybook.workflows.recent_jobs import recent_jobs
from daybook.workflows.stop_job import stop_by_hand

PAGE_ROWS: Final = 50
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
MAX_PLACE: Final = 300
_KINDS: Final = {
    "undo": "Reverse events",
    "replay": "Replay events",
    "void": "Void events",
    "send": "Send past events",
    "refresh_chart": "Import the chart",
    "daily": "Daily care",
    "prove": "Proof",
    "pull": "Pull from the point of sale",
}
# What a list says of a scope, in this order; the rest stands on the job's own page.
_SAID: Final = ("connection", "connections", "realm", "first", "last", "location", "reasons")


def words_of(job: Job) -> str:
    """A job's kind as a person reads it."""
    return _KINDS.get(job.kind, job.kind.replace("_", " ").capitalize())


def scope_of(job: Job) -> str:
    """What a job is about, in a line."""
    said = (_words(job.scope[name]) for name in _SAID if job.scope.get(name))
    return ", ".join(said)


def _words(value: object) -> str:
    if isinstance(value, list | tuple):
        many = len(value) > 4
        return ", ".join(map(str, value[:4])) + (f" and {len(value) - 4} more" if many else "")
    return str(value)


def facts_of(job: Job) -> Mapping[str, str]:
    """A job's whole scope by name."""
    return {name.replace("_", " "): _words(value) for name, value in job.scope.items() if value}


@route("GET", "/jobs", "viewer")
def jobs(call: Call) -> Answer:
    """The latest jobs."""
    month, before = call.query.get("month", ""), call.query.get("before", "")
    if (month and not _MONTH.fullmatch(month)) or len(before) > MAX_PLACE:
        raise Wrong(400, "No such page of the list", "", "Begin with the latest jobs.")
    found = recent_jobs(call.parts.jobs.store, call.now.date(), PAGE_ROWS, month, before)
    values: dict[str, Any] = {
        "jobs": [(job, words_of(job), scope_of(job)) for job in found.jobs],
        "next_url": href("/jobs", month=found.month, before=found.place) if found.month else "",
        "first_url": href("/jobs") if month else "",
        "moving": any(job.is_open for job in found.jobs),
    }
    return Page("jobs.html", values)


@route("GET", "/jobs/<id>", "viewer")
def job(call: Call) -> Answer:
    """One job; its fragment is asked for again while it runs."""
    found = call.parts.jobs.store.get(call.params["id"])
    if found is None:
        raise Wrong(404, "There is no such job", "", "The list has the latest jobs.")
    values: dict[str, Any] = {
        "job": found,
        "title": words_of(found),
        "facts": facts_of(found),
        "failed": [str(text) for text in found.cursor.get("failed", ())][:50],
        "url": href("/jobs/<id>", id=found.id),
        "may_act": call.visitor.may("operator"),
        "events_url": _events_url(found),
    }
    return Page("job_state.html" if "fragment" in call.query else "job.html", values)


def _events_url(job: Job) -> str:
    """The events that a job is about, where a filter can say it."""
    scope = job.scope
    connection = scope.get("connection", "")
    if job.kind in ("undo", "send") and connection:
        return href("/events", connection=connection, first=scope["first"], last=scope["last"])
    if job.kind in ("replay", "void"):
        return href("/events", status="held")
    return ""


@route("POST", "/jobs/<id>/stop", "operator")
def stop_job(call: Call) -> Answer:
    """End a job where it is; what it did stays done."""
    name, parts = call.params["id"], call.parts.jobs
    found = parts.store.get(name)
    if found is None:
        raise Wrong(404, "There is no such job")
    if found.kind == DISCONNECT and not call.visitor.may("admin"):
        raise Wrong(403, "You may not do this", "It revokes a company's tokens; an admin began it.")
    who = call.person(call.one("reason") or "stopped in the console")
    stopped = stop_by_hand(found, who, parts.operator, parts.worker)
    said = "It was stopped; what it did stays done." if stopped else "It was over already."
    return See(href("/jobs/<id>", id=name), said)
