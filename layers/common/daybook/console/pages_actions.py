"""Actions: who did what, when and why. Kept for good; nothing here can be changed."""

import re
from typing import Any, Final

from daybook.console.event_lines import label_of
from daybook.console.web import Answer, Call, Page, Wrong, href, route
from daybook.workflows.disconnect import of_company
from daybook.workflows.recent_jobs import months_back

PAGE_ROWS: Final = 50
MONTHS: Final = 24
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
MAX_PLACE: Final = 700


def owners_of(call: Call, chosen: str) -> list[str]:
    """Whose actions: a connection's, a company's, or all and those of nobody in particular.

    Raises Wrong for one that is not there."""
    parts = call.parts
    known = [one.id for one in parts.connections.all()]
    known += [of_company(one.realm) for one in parts.connections.realms()]
    if not chosen:
        return ["", *known]
    if chosen not in known:
        raise Wrong(404, "There is no such connection or company", "", "Choose one from the list.")
    return [chosen]


def month_of(call: Call) -> str:
    """The month that is asked for, else this one. Raises Wrong."""
    month = call.query.get("month") or f"{call.now:%Y-%m}"
    if not _MONTH.fullmatch(month):
        raise Wrong(400, "This is no month", "", "Write it as 2026-11.")
    return month


@route("GET", "/actions", "viewer")
def actions(call: Call) -> Answer:
    """The actions of a month, the newest first."""
    chosen, month = call.query.get("connection", ""), month_of(call)
    before = call.query.get("before", "")
    if len(before) > MAX_PLACE:
        raise Wrong(400, "No such page of the list", "", "Begin with the newest.")
    store = call.parts.jobs.actions
    found = [
        one
        for owner in owners_of(call, chosen)
        for one in store.latest(owner, month, before, PAGE_ROWS + 1)
    ]
    found.sort(key=lambda one: one.place, reverse=True)
    shown = found[:PAGE_ROWS]
    more = len(found) > PAGE_ROWS
    connections = call.parts.connections.all()
    companies = call.parts.connections.realms()
    values: dict[str, Any] = {
        "actions": shown,
        "names": {one.id: label_of(one) for one in connections}
        | {of_company(one.realm): one.company or one.realm for one in companies},
        "chosen": chosen,
        "month": month,
        "months": [(one, one) for one in _months(call, month)],
        "owners": [
            ("", "All"),
            *((one.id, label_of(one)) for one in connections),
            *((of_company(one.realm), f"{one.company or one.realm}, company") for one in companies),
        ],
        "next_url": href("/actions", connection=chosen, month=month, before=shown[-1].place)
        if more
        else "",
        "first_url": href("/actions", connection=chosen, month=month) if before else "",
        "export_url": href("/export/actions.csv", connection=chosen, month=month),
    }
    return Page("actions.html", values)


def _months(call: Call, month: str) -> list[str]:
    known = months_back(call.now.date(), MONTHS)
    return known if month in known else [*known, month]
