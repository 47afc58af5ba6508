"""`daybook close-day`: a person says that a day is over."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from cli.days import close_json
from cli.output import WAITS, AsJson, as_json, progress, refuse, say
from cli.person import Actor, NoWait, Reason, who
from cli.send_day import FORMS, Form
from cli.stack import connection_named, wiring
from cli.waiting import MAX_POLLS, POLL_SECONDS
from daybook.domain.day_summary import Day
from daybook.domain.errors import NEXT_ACTION
from daybook.workflows.close_by_hand import ClosedByHand, close_by_hand, days_at, keep_close
from daybook.workflows.close_day import Closed
from daybook.workflows.day_overview import ClosedDay
from daybook.workflows.look_again import Patience
from daybook.workflows.operator import NotPossible
from daybook.workflows.send_by_hand import close_text


def close_day(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    location: Annotated[str, typer.Option(help="The location whose day is over.")],
    date: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The business date.")],
    currency: Annotated[str, typer.Option(help="Only what is in this currency.")] = "",
    type_: Annotated[
        Form | None,
        typer.Option("--type", help="The form of what is not sent yet; else as the settings say."),
    ] = None,
    no_wait: NoWait = False,
    reason: Reason = "",
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Close a location's business date now and wait until it is in QuickBooks.

    What comes later makes a further close of the same date. With --type journal, what QuickBooks
    refused as a sales receipt goes as a journal entry. Exit code 2: something of it is held.
    """
    parts = wiring()
    found = connection_named(connection, parts)
    by, form = who(actor, reason or "closed by hand"), FORMS[type_]
    day = date.date().isoformat()
    closed = ClosedByHand((), ())
    try:
        days = days_at(found.id, location, day, parts.days, currency)
        keep_close(found.id, location, day, by, parts.jobs.operator, form)
        with progress("parts in QuickBooks") as bar:
            looks = 1 if no_wait else MAX_POLLS
            patience = Patience(time.sleep, POLL_SECONDS, looks, bar)
            closed = close_by_hand(days, by.actor, parts.closer, patience, form)
    except NotPossible as problem:
        refuse(f"{problem}")
    done, closes = closed.done, closed.closes
    if json:
        rows = [close_json(one) for one in closes]
        fresh = [one.close.sequence for one in done if one.close]
        as_json({"connection": found.id, "location": location, "date": day,
                 "closed_now": fresh, "closes": rows})  # fmt: skip
    else:
        _tell(done, closes)
    if any(one.held for one in done) or any(one.troubled for one in closes):
        raise typer.Exit(WAITS)


def _tell(done: Sequence[Closed], closes: Sequence[ClosedDay]) -> None:
    for one in done:
        if one.close is None:
            when = f"; the last close was at {one.last.cut}" if one.last else ""
            say(f"{_name(one.day)}: closed before, nothing came since{when}.")
        else:
            say(f"{_name(one.day)}: closed, {one.close.events} events.")
        if one.held:
            say(f"{one.held} events are held and left out; `daybook events` shows them.")
    for close_ in closes:
        say(f"{_name(close_.close.day)}, close {close_text(close_)}.")
        for row in close_.troubled:
            action = NEXT_ACTION[row.reason] if row.reason else ""
            say(f"held {row.reason}: {row.reason_text} {action}")


def _name(day: Day) -> str:
    return f"{day.location} on {day.business_date} in {day.currency}"
