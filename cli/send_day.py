"""`daybook send --date`: a day's reports, in the form chosen for this send."""

from datetime import date
from enum import StrEnum
from typing import Any

import typer

from cli.close_day import closed
from cli.days import close_text
from cli.output import WAITS, as_json, refuse, say
from cli.waiting import until
from daybook.domain.connection import Connection
from daybook.domain.errors import NEXT_ACTION
from daybook.domain.posting import Posting
from daybook.wiring import Wiring
from daybook.workflows.operator import NotPossible, Who, name_of
from daybook.workflows.send_day import Form as FormWord
from daybook.workflows.send_day import SentReport, is_over, reports_of, send_report


class Form(StrEnum):
    """What a report is made into in QuickBooks."""

    journal = "journal"
    sales_receipt = "sales-receipt"


_WORDS: dict[Form | None, FormWord] = {
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
    rows = reports_of(connection.id, day, location, parts.jobs.operator)
    if not rows:
        at = f" at location {location}" if location else ""
        refuse(f"There is no report of {day}{at} in connection {connection.id}.")
    answers = [_one(connection, row, _WORDS[form], asked, parts, wait=wait) for row in rows]
    if json:
        as_json({"connection": connection.id, "date": day.isoformat(), "reports": answers})
    else:
        for answer in answers:
            say(answer["text"])
    if any(answer["refused"] for answer in answers):
        raise typer.Exit(1)
    if any(answer["status"] in ("held", "failed") for answer in answers):
        raise typer.Exit(WAITS)


def _one(
    connection: Connection, row: Posting, form: FormWord, asked: Who, parts: Wiring, *, wait: bool
) -> dict[str, Any]:
    operator = parts.jobs.operator
    try:
        done = send_report(connection, row, form, asked, operator)
        if done.word == "taking back" and wait:
            gone = until("taken back", [done.row], parts, lambda one: one.status == "reversed")
            if gone[0].status == "reversed":
                done = send_report(connection, gone[0], form, asked, operator)
    except NotPossible as problem:
        return _answer(row, f"Not sent: {problem}", refused=True)
    latest = until("reports", [done.row], parts, is_over)[0] if wait else done.row
    if latest.status == "accumulated":
        return _with_its_day(latest, form, asked, parts, wait=wait)
    return _answer(latest, _told(SentReport(done.word, latest)))


def _with_its_day(
    row: Posting, form: FormWord, asked: Who, parts: Wiring, *, wait: bool
) -> dict[str, Any]:
    """A report of a day summary is sent by the close of its day, in the form chosen."""
    key = row.key
    days = [
        one.day
        for one in parts.days.open_days(key.connection, row.business_date)
        if one.day.location == row.location
    ]
    sent, closes = closed(days, asked.actor, parts, form, wait=wait)
    fresh = any(one.close for one in sent)
    said = "; ".join(f"close {close_text(one)}" for one in closes)
    text = (
        f"{name_of(row)} is in the day of location {row.location} on {row.business_date}: {said}."
    )
    if not fresh and closes and all(one.is_posted for one in closes):
        text = f"Not sent: already_sent: {text}"
        return _answer(row, text, refused=True)
    troubled = [part for one in closes for part in one.troubled]
    return _answer(troubled[0] if troubled else row, text)


def _told(done: SentReport) -> str:
    """What became of a report, in a sentence."""
    row, name = done.row, name_of(done.row)
    if done.word == "taking back":
        return f"{name} is being taken back; send it again once it is."
    match row.status:
        case "posted":
            return f"{name} is in QuickBooks: {row.entity} {row.qbo_id}."
        case "held" | "failed":
            action = NEXT_ACTION[row.reason] if row.reason else ""
            return f"{name} was not sent: {row.reason}: {row.reason_text} {action}"
        case "void":
            return f"{name} leaves nothing to post."
    return f"{name} is {row.status}; `daybook events` shows it."


def _answer(row: Posting, text: str, *, refused: bool = False) -> dict[str, Any]:
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
        "refused": refused,
        "text": text,
    }
