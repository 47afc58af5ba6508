"""`daybook send --date`: a day's reports, in the form chosen for this send."""

import time
from datetime import date
from enum import StrEnum
from typing import Any

import typer

from cli.output import WAITS, as_json, progress, refuse, say
from cli.waiting import MAX_POLLS, POLL_SECONDS
from daybook.domain.connection import Connection
from daybook.wiring import Wiring
from daybook.workflows.look_again import Patience
from daybook.workflows.operator import NotPossible, Who, name_of
from daybook.workflows.send_by_hand import Answer, Sender, send_by_hand
from daybook.workflows.send_day import Form as FormWord


class Form(StrEnum):
    """What a report is made into in QuickBooks."""

    journal = "journal"
    sales_receipt = "sales-receipt"


FORMS: dict[Form | None, FormWord] = {
    None: "",
    Form.journal: "journal",
    Form.sales_receipt: "sales_receipt",
}


def send_day(
    connection: Connection,
    day: date,
    form: Form | None,
    location: str,
    asked: Who,
    parts: Wiring,
    *,
    wait: bool,
    json: bool,
) -> None:
    """Send the reports of a business date and wait for their ids. Exit code 2: one is held."""
    answers: list[Answer] = []
    try:
        with progress("reports") as bar:
            patience = Patience(time.sleep, POLL_SECONDS, MAX_POLLS if wait else 1, bar)
            sender = Sender(parts.jobs.operator, parts.closer, patience)
            answers = send_by_hand(connection, day, location, FORMS[form], asked, sender)
    except NotPossible as problem:
        refuse(f"{problem}")
    if json:
        rows = [_json(answer) for answer in answers]
        as_json({"connection": connection.id, "date": day.isoformat(), "reports": rows})
    else:
        for answer in answers:
            say(answer.text)
    if any(answer.refused for answer in answers):
        raise typer.Exit(1)
    if any(answer.row.status in ("held", "failed") for answer in answers):
        raise typer.Exit(WAITS)


def _json(answer: Answer) -> dict[str, Any]:
    row = answer.row
    return {
        "event": name_of(row),
        "location": row.location,
        "status": row.status,
        "reason": row.reason,
        "missing": [
            {"role": one.role, "key": one.key, "location": one.location} for one in row.missing
        ],
        "entity": row.entity,
        "qbo_id": row.qbo_id or None,
        "refused": answer.refused,
        "text": answer.text,
    }
