"""`daybook close-day`: a person says that a day is over."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from cli.days import close_json, close_text
from cli.output import WAITS, AsJson, as_json, progress, refuse, say
from cli.person import Actor, NoWait, Reason, who
from cli.stack import connection_named, wiring
from cli.waiting import MAX_POLLS, POLL_SECONDS
from daybook.domain.day_summary import Day
from daybook.domain.errors import NEXT_ACTION, Held
from daybook.wiring import Wiring, now
from daybook.workflows.circumstances import circumstances_of
from daybook.workflows.close_day import Closed
from daybook.workflows.close_day import close_day as close
from daybook.workflows.day_form import Chosen, DayForm, parts_again
from daybook.workflows.day_overview import ClosedDay, closes_of


def close_day(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    location: Annotated[str, typer.Option(help="The location whose day is over.")],
    date: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The business date.")],
    currency: Annotated[str, typer.Option(help="Only what is in this currency.")] = "",
    no_wait: NoWait = False,
    reason: Reason = "",
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Close a location's business date now and wait until it is in QuickBooks.

    What comes later makes a further close of the same date. Exit code 2: something of it is held.
    """
    parts = wiring()
    found = connection_named(connection, parts)
    by = who(actor, reason or "closed by hand").actor
    days = _days(found.id, location, date.date().isoformat(), currency, parts)
    done, closes = closed(days, by, parts, wait=not no_wait)
    if json:
        rows = [close_json(one) for one in closes]
        fresh = [one.close.sequence for one in done if one.close]
        as_json({"connection": found.id, "location": location, "date": days[0].business_date,
                 "closed_now": fresh, "closes": rows})  # fmt: skip
    else:
        _tell(done, closes)
    if any(one.held for one in done) or any(one.troubled for one in closes):
        raise typer.Exit(WAITS)


def _days(connection: str, location: str, date: str, currency: str, parts: Wiring) -> list[Day]:
    """What there is to close; ends with exit code 1 if nothing was ever added up."""
    found = [
        one.day
        for one in parts.days.open_days(connection, date)
        if one.day.location == location and currency in ("", one.day.currency)
    ]
    if not found:
        refuse(
            f"Nothing was added up for location {location} on {date}. "
            f"`daybook days {connection}` shows what there is."
        )
    return found


def closed(
    days: Sequence[Day], by: str, parts: Wiring, chosen: Chosen = "", *, wait: bool = True
) -> tuple[list[Closed], list[ClosedDay]]:
    """Close days; what each close came to, and all closes of the days once they are in the books or
    held. chosen: the form of what is not sent yet."""
    form = DayForm(parts.doorbell, now, chosen)
    try:
        done = [close(day, replace(parts.closer, form=form), by) for day in days]
    except Held as held:
        refuse(f"Not closed: {held.problem.text} {held.problem.next_action}")
    _try_again(days, form, parts)
    return done, _awaited(days, parts, polls=MAX_POLLS if wait else 1)


def _try_again(days: Sequence[Day], form: DayForm, parts: Wiring) -> None:
    """What was held for its form alone goes in the form of now."""
    found = [one for day in days for one in closes_of(day, parts.days, parts.ledger)]
    rows = [row for one in found for row in one.troubled]
    if not rows:
        return
    connection = connection_named(days[0].connection, parts)
    known = circumstances_of(connection, parts)
    ready = parts_again(rows, known, form, parts.ledger)
    if ready:
        parts.doorbell(connection.realm, [row.id for row in ready][:30])


def _awaited(
    days: Sequence[Day],
    parts: Wiring,
    polls: int,
    pause: Callable[[float], None] = time.sleep,
) -> list[ClosedDay]:
    """Every close of the days, once each part is in the books or held, or the time is over."""
    found: list[ClosedDay] = []
    with progress("parts in QuickBooks") as bar:
        for number in range(polls):
            found = [one for day in days for one in closes_of(day, parts.days, parts.ledger)]
            bar(sum(one.posted for one in found), sum(one.close.parts for one in found))
            if all(one.settled for one in found):
                break
            if number + 1 < polls:
                pause(POLL_SECONDS)
    return found


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
