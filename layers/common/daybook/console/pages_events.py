"""Financial events: the list, by filters, newest first."""

from typing import Any, Final

from daybook.console.event_choice import KINDS, Choice, choice_of, cursor_of
from daybook.console.event_lines import Lines, label_of
from daybook.console.next_steps import step_of
from daybook.console.web import Answer, Call, Page, Wrong, href, route
from daybook.domain.errors import NEXT_ACTION
from daybook.domain.status import MEANING, STATUSES
from daybook.workflows.find_events import USUAL_DAYS, Found, find, range_of
from daybook.workflows.operator import NotPossible
from daybook.workflows.void import MAY_BE_IN_THE_BOOKS

PAGE_ROWS: Final = 50


@route("GET", "/events", "viewer")
def events(call: Call) -> Answer:
    """The list of events."""
    choice, lines = choice_of(call), Lines(call.parts)
    cursor, today = cursor_of(call), call.now.date()
    try:
        found = find(choice.wanted, cursor, PAGE_ROWS, today, call.parts.shelves)
        first, last = range_of(choice.wanted, today)
    except NotPossible as problem:
        raise Wrong(400, "These dates make no range", f"{problem}") from None
    rows = [lines.line(row) for row in found.rows]
    steps = {
        row.id: step_of(row, lines.connections[row.key.connection], line.url)
        for row, line in zip(found.rows, rows, strict=True)
    }
    values: dict[str, Any] = {
        "lines": rows,
        "steps": steps,
        "choice": choice,
        "options": options(lines),
        "first": first,
        "last": last,
        "usual_days": USUAL_DAYS,
        "many": len(lines.connections) > 1,
        "found": found,
        "next_url": _next(choice, found),
        "first_url": href("/events", **choice.query()) if cursor else "",
        "export_url": href("/export/events.csv", **choice.query()),
        "may_act": call.visitor.may("operator"),
        "meaning": MEANING,
        "bulk": bulk_words(choice),
    }
    return Page("events.html", values)


def _next(choice: Choice, found: Found) -> str:
    if found.cursor is None:
        return ""
    return href("/events", **choice.query(after=found.cursor.to_text()))


def options(lines: Lines) -> dict[str, list[tuple[str, str]]]:
    """What each filter can be set to."""
    sources = sorted({one.source for one in lines.connections.values()})
    return {
        "connection": [
            ("", "All"), *((one.id, label_of(one)) for one in lines.connections.values())
        ],
        "source": [("", "All"), *((one, one.replace("_", " ")) for one in sources)],
        "status": [("", "All"), *((one, one.replace("_", " ")) for one in STATUSES)],
        "reason": [("", "Any"), *((one, one.replace("_", " ")) for one in sorted(NEXT_ACTION))],
        "kind": [("", "All"), *((one, one.replace("_", " ")) for one in KINDS)],
    }  # fmt: skip


def bulk_words(choice: Choice) -> dict[str, str]:
    """What can be done to all that a filter means, by word; only what a job's scope can say."""
    wanted = choice.wanted
    if not wanted.connections or wanted.kind or wanted.text:
        return {}
    if wanted.status in ("held", "failed") and not wanted.first and not wanted.location:
        words = {"replay": f"Replay all that are {wanted.status} here"}
        if wanted.reason not in MAY_BE_IN_THE_BOOKS:
            words["void"] = f"Void all that are {wanted.status} here"
        return words
    one = len(wanted.connections) == 1
    if wanted.status == "posted" and wanted.first and one:
        return {"undo": "Reverse all that are posted here"}
    return {}
