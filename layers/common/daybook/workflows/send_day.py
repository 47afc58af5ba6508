"""Sending a day's report by hand: in a form chosen for this send, once, or again by the setting.

    not_started, held     judged by what is in force, as if it were not too old
    ready, sending, ...   on its way: nothing but a ring
    accumulated           waits for the close of its day, which sends it
    posted                refused, naming its id; with second_send = replace it is taken back
    reversed              posted again under the next revision

Each is safe to repeat: every write is conditional on the row as it was read.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from daybook.domain.connection import Connection
from daybook.domain.errors import ReasonCode
from daybook.domain.event import LedgerBatch
from daybook.domain.posting import Posting, instant_text
from daybook.workflows.judge import judge
from daybook.workflows.operator import (
    EventName,
    NotPossible,
    Operator,
    Who,
    keep_action,
    name_of,
)
from daybook.workflows.release import settled
from daybook.workflows.replay import Case, check
from daybook.workflows.repost import may_be_posted_again, post_again
from daybook.workflows.undo import undo_event

type Form = Literal["", "journal", "sales_receipt"]
# sent: on its way, or held with its reason. taking back: its posting of before has to be gone
# first; ask again then. day: the close of its day sends it. nothing: nothing is left to post.
type Word = Literal["sent", "taking back", "day", "nothing"]

# A report that was sent once in whatever form; QuickBooks has it or may have it.
_NOT_ANEW: Final[frozenset[ReasonCode | None]] = frozenset(
    {"outcome_unknown", "double_in_qbo", "waits_for_prior", "original_unknown", "conflict"}
)
_STANDS: Final = frozenset({"posted", "reversed"})


class AlreadySent(NotPossible):
    """The report is in the books and the settings refuse a second send; `row` is what is there."""

    def __init__(self, row: Posting) -> None:
        super().__init__(
            f"already_sent: {name_of(row)} is in QuickBooks as {row.entity} {row.qbo_id}. The "
            "setting second_send = replace reverses it and posts again."
        )
        self.row = row


@dataclass(frozen=True, slots=True)
class SentReport:
    """What a send made of a report's row, as it is then."""

    word: Word
    row: Posting


def reports_of(connection: str, day: date, location: str, tools: Operator) -> list[Posting]:
    """The row that stands for each report of a business date, the latest version of each.

    location: "" for every one.
    """
    rows = tools.ledger.of_day(connection, day.isoformat())
    objects = {
        (row.key.object_type, row.key.object_id)
        for row in rows
        if row.kind == "gl_batch" and row.key.purpose == "post" and row.event
        and location in ("", row.location)
    }  # fmt: skip
    found = (_standing(connection, *one, tools) for one in sorted(objects))
    return [row for row in found if row is not None]


def _standing(connection: str, object_type: str, object_id: str, tools: Operator) -> Posting | None:
    """Of one report's rows: what is in the books, else the latest that came."""
    rows = [
        row
        for row in tools.ledger.of_object(connection, object_type, object_id)
        if row.key.purpose == "post" and row.event and not row.beside
    ]
    posted = [row for row in rows if row.status == "posted"]
    waiting = [row for row in rows if row.status not in ("superseded", "ignored", "reversed")]
    newest = max(waiting or rows, key=_age, default=None)
    if newest is not None and newest.reason == "already_sent" and posted:
        return max(posted, key=_age)
    return newest


def _age(row: Posting) -> tuple[str, str, int]:
    return (row.occurred_at, row.key.version, row.key.revision)


def send_report(
    connection: Connection, row: Posting, form: Form, who: Who, tools: Operator
) -> SentReport:
    """Send a report in a form ("" as it was sent, or as the settings say). Raises AlreadySent, and
    NotPossible with what can be done instead."""
    case = Case.of(connection, tools)
    row = tools.ledger.get(row.key) or row
    match row.status:
        case "ready" | "sending" | "uncertain":
            case.ready.append(row.id)
            done = SentReport("sent", row)
        case "accumulated":
            done = SentReport("day", row)
        case "posted":
            return _again(connection, row, who, tools)
        case "held" | "not_started" | "failed":
            done = _judged(row, form, case, who, tools)
        case _ if may_be_posted_again(row):
            family = tools.ledger.of_object(*_object(row))
            fresh = post_again(_in_form(row, form), family, case.circumstances, who, tools)
            done = SentReport("sent", fresh)
        case _:
            done = SentReport("nothing", row)
    if done.word == "sent" and done.row.status == "ready":
        case.ready.append(done.row.id)
    case.ring(tools)
    return done


def _object(row: Posting) -> tuple[str, str, str]:
    return row.key.connection, row.key.object_type, row.key.object_id


def _judged(row: Posting, form: Form, case: Case, who: Who, tools: Operator) -> SentReport:
    check(row)
    if row.reason in _NOT_ANEW:
        raise NotPossible(f"{name_of(row)} is held {row.reason}: {row.reason_text}")
    now = tools.clock()
    keep_action(row.key.connection, "send", who, tools, target=row.id, scope=form)
    asked = replace(_in_form(row, form), asked_at=instant_text(now))
    after = judge(asked, asked.financial_event(), case.circumstances, now, tools.ledger)
    if not tools.ledger.change(row, after):
        raise NotPossible(f"{name_of(row)} changed meanwhile; look at it again.")
    case.ready += [one.id for one in settled(after, case.circumstances, tools)]
    return SentReport("day" if after.status == "accumulated" else "sent", after)


def _again(connection: Connection, row: Posting, who: Who, tools: Operator) -> SentReport:
    """A second send: what is posted is taken back first, where the settings allow it."""
    active = tools.mappings.active(connection.id)
    if active is None or active.mapping.settings.second_send == "refuse":
        raise AlreadySent(row)
    key = row.key
    undo_event(connection.id, EventName(*_object(row)[1:], key.version, key.effect), who, tools)
    return SentReport("taking back", tools.ledger.get(key) or row)


def _in_form(row: Posting, form: Form) -> Posting:
    """The row with its report in another form. What it was delivered as stays its identity."""
    event = row.financial_event()
    if not form or not isinstance(event.body, LedgerBatch) or event.body.form == form:
        return row
    body = event.body.model_copy(update={"form": form})
    return replace(row, event=event.model_copy(update={"body": body}).to_json())


def is_over(row: Posting) -> bool:
    """Whether there is nothing to wait for any more. What waits for the items of a receipt goes on
    by itself once they are created."""
    if row.reason == "item_needed":
        return False
    return row.status in ("held", "failed", "void", "accumulated", "superseded", *_STANDS)
