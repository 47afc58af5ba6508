"""Tables to take away as CSV: events, business days, actions. Each is noted as an action."""

from datetime import timedelta
from typing import Final

from daybook.console.event_choice import choice_of
from daybook.console.pages_actions import month_of, owners_of
from daybook.console.pages_days import USUAL_DAYS, connection_of, iso_date
from daybook.console.web import Answer, Call, Download, Wrong, route
from daybook.workflows.day_list import MAX_ROWS_OF_A_DAY, dates_between, rows_of_date
from daybook.workflows.exports import Table, actions_table, days_table, downloaded, events_table

_CSV: Final = "text/csv; charset=utf-8"


def _download(call: Call, what: str, scope: str, table: Table, connection: str = "") -> Download:
    """The table as a file, after it was noted; its name says where it is cut."""
    downloaded(what, f"{scope}; {table.rows} rows", call.person("downloaded"),
               call.parts.jobs.operator, connection)  # fmt: skip
    cut = f"-first-{table.rows}" if table.more else ""
    return Download(f"daybook-{what}-{call.now:%Y%m%d-%H%M}{cut}.csv", _CSV, table.body)


@route("GET", "/export/events.csv", "viewer")
def events_csv(call: Call) -> Answer:
    """The events that the filters of the list mean."""
    choice = choice_of(call)
    table = events_table(choice.wanted, call.now.date(), call.parts.shelves)
    scope = ", ".join(f"{name} {value}" for name, value in choice.query().items())
    return _download(call, "events", scope or "the last days", table, choice.values["connection"])


@route("GET", "/export/days.csv", "viewer")
def days_csv(call: Call) -> Answer:
    """The business days of a connection."""
    connection = connection_of(call, call.query.get("connection", ""))
    last = call.query.get("last") or call.now.date().isoformat()
    first = call.query.get("first") or str(iso_date(last) - timedelta(days=USUAL_DAYS - 1))
    dates = dates_between(first, last)
    rows = sum(rows_of_date(connection.id, day, call.parts.shelves) for day in dates)
    if rows > MAX_ROWS_OF_A_DAY:
        raise Wrong(413, "These dates have too many events", f"They have {rows} rows.",
                    "Choose fewer dates.")  # fmt: skip
    location = call.query.get("location", "").strip()
    parts = call.parts
    table = days_table(connection, dates, location, parts.ledger, parts.days)
    return _download(call, "days", f"{first} to {last}", table, connection.id)


@route("GET", "/export/actions.csv", "viewer")
def actions_csv(call: Call) -> Answer:
    """The actions of a month."""
    chosen, month = call.query.get("connection", ""), month_of(call)
    table = actions_table(owners_of(call, chosen), [month], call.parts.jobs.actions)
    return _download(call, "actions", month, table, chosen)
