"""A person says that a day is over: it is closed now, and what its form alone held goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from daybook.domain.day_summary import Day
from daybook.domain.errors import Held
from daybook.workflows.circumstances import circumstances_of
from daybook.workflows.close_day import Closed, Closer, close_day
from daybook.workflows.day_form import Chosen, DayForm, parts_again
from daybook.workflows.day_overview import ClosedDay, closes_of
from daybook.workflows.look_again import Patience
from daybook.workflows.operator import NotPossible
from daybook.workflows.ports import Days

_RING_HINTS = 30


@dataclass(frozen=True, slots=True)
class ClosedByHand:
    """What each close came to, and all closes of the days as they are then."""

    done: Sequence[Closed]
    closes: Sequence[ClosedDay]


def days_at(connection: str, location: str, date: str, days: Days, currency: str = "") -> list[Day]:
    """What there is to close at a location on a business date (ISO). currency: "" for each.

    Raises NotPossible where nothing was ever added up."""
    found = [
        one.day
        for one in days.open_days(connection, date)
        if one.day.location == location and currency in ("", one.day.currency)
    ]
    if not found:
        raise NotPossible(
            f"Nothing was added up for location {location} on {date}. "
            f"`daybook days {connection}` shows what there is."
        )
    return found


def close_by_hand(
    days: Sequence[Day], by: str, tools: Closer, patience: Patience, chosen: Chosen = ""
) -> ClosedByHand:
    """Close days of one connection. chosen: the form of what is not sent yet; "" as the settings
    say. Raises NotPossible while company, chart or mapping are not there."""
    form = DayForm(tools.doorbell, tools.clock, chosen)
    try:
        done = [close_day(day, replace(tools, form=form), by) for day in days]
    except Held as held:
        problem = held.problem
        raise NotPossible(f"Not closed: {problem.text} {problem.next_action}") from held
    _try_again(days, form, tools)
    return ClosedByHand(done, _awaited(days, tools, patience))


def _try_again(days: Sequence[Day], form: DayForm, tools: Closer) -> None:
    """What was held for its form alone goes in the form of now."""
    rows = [row for one in _closes(days, tools) for row in one.troubled]
    connection = tools.connections.get(days[0].connection) if rows else None
    if connection is None:
        return
    ready = parts_again(rows, circumstances_of(connection, tools), form, tools.ledger)
    if ready:
        tools.doorbell(connection.realm, [row.id for row in ready][:_RING_HINTS])


def _closes(days: Sequence[Day], tools: Closer) -> list[ClosedDay]:
    return [one for day in days for one in closes_of(day, tools.days, tools.ledger)]


def _awaited(days: Sequence[Day], tools: Closer, patience: Patience) -> list[ClosedDay]:
    """Every close of the days, once each part is in the books or held, or the time is over."""
    found: list[ClosedDay] = []
    for number in range(patience.looks):
        found = _closes(days, tools)
        patience.progress(sum(one.posted for one in found), sum(one.close.parts for one in found))
        if all(one.settled for one in found):
            break
        if number + 1 < patience.looks:
            patience.pause(patience.seconds)
    return found
