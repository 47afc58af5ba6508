"""A person sends the reports of a business date and looks until they are in QuickBooks, or held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from daybook.domain.connection import Connection
from daybook.domain.errors import NEXT_ACTION
from daybook.domain.posting import Posting
from daybook.workflows.close_by_hand import close_by_hand, keep_close
from daybook.workflows.close_day import Closer
from daybook.workflows.day_overview import ClosedDay
from daybook.workflows.look_again import Patience, until
from daybook.workflows.operator import NotPossible, Operator, Who, name_of
from daybook.workflows.send_day import Form, SentReport, is_over, reports_of, send_report

_MANY: Final = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one report: its row as it is then, and a sentence. refused: it was not sent,
    by the settings or because nothing can be done."""

    row: Posting
    text: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """What sending needs."""

    operator: Operator
    closer: Closer
    patience: Patience


def send_by_hand(  # noqa: PLR0913, PLR0917 -- what is sent, in which form, by whom
    connection: Connection, day: date, location: str, form: Form, who: Who, tools: Sender
) -> list[Answer]:
    """Send each report of a business date. location: "" for all. Raises NotPossible where there is
    none."""
    rows = reports_of(connection.id, day, location, tools.operator)
    if not rows:
        at = f" at location {location}" if location else ""
        raise NotPossible(f"There is no report of {day}{at} in connection {connection.id}.")
    return [_one(connection, row, form, who, tools) for row in rows]


def _one(connection: Connection, row: Posting, form: Form, who: Who, tools: Sender) -> Answer:
    operator, patience = tools.operator, tools.patience
    try:
        done = send_report(connection, row, form, who, operator)
        if done.word == "taking back":
            (gone,) = until(
                [done.row], operator.ledger, lambda one: one.status == "reversed", patience
            )
            if gone.status == "reversed":
                done = send_report(connection, gone, form, who, operator)
    except NotPossible as problem:
        return Answer(row, f"Not sent: {problem}", refused=True)
    (latest,) = until([done.row], operator.ledger, is_over, patience)
    if latest.status == "accumulated":
        return _with_its_day(latest, form, who, tools)
    return Answer(latest, _told(SentReport(done.word, latest)))


def _with_its_day(row: Posting, form: Form, who: Who, tools: Sender) -> Answer:
    """A report of a day summary is sent by the close of its day, in the form chosen."""
    days = [
        one.day
        for one in tools.closer.days.open_days(row.key.connection, row.business_date)
        if one.day.location == row.location
    ]
    keep_close(row.key.connection, row.location, row.business_date, who, tools.operator, form)
    closed = close_by_hand(days, who.actor, tools.closer, tools.patience, form)
    closes = closed.closes
    fresh = any(one.close for one in closed.done)
    said = "; ".join(f"close {close_text(one)}" for one in closes)
    text = (
        f"{name_of(row)} is in the day of location {row.location} on {row.business_date}: {said}."
    )
    if not fresh and closes and all(one.is_posted for one in closes):
        return Answer(row, f"Not sent: already_sent: {text}", refused=True)
    troubled = [part for one in closes for part in one.troubled]
    return Answer(troubled[0] if troubled else row, text)


def close_text(one: ClosedDay) -> str:
    """`1: 2 of 2 parts in QuickBooks (301, 302)`."""
    ids = ", ".join(one.qbo_ids[:_MANY]) + (", ..." if len(one.qbo_ids) > _MANY else "")
    found = f" ({ids})" if ids else ""
    held = "".join(f"; held: {row.reason}" for row in one.troubled)
    number = f"{one.close.sequence}: {one.posted} of {one.close.parts}"
    return f"{number} parts in QuickBooks{found}{held}"


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


def texts(answers: Sequence[Answer]) -> str:
    """All that was said, in one."""
    return " ".join(answer.text for answer in answers)
