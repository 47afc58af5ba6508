"""A person says that a day is over: it is closed now, and what its form alone held goes on."""

from collections.abc import Sequence
from dataclasses import dataclass

from daybook.domain.day_report import Chosen
from daybook.domain.day_summary import Day
from daybook.domain.errors import Held
from daybook.domain.posting import Posting
from daybook.workflows.circumstances import Circumstances, circumstances_of
from daybook.workflows.close_day import Closed, Closer, close_day
from daybook.workflows.day_form import DayForm, as_journal_again, parts_again, was_refused
from daybook.workflows.day_overview import ClosedDay, closes_of
from daybook.workflows.look_again import Patience
from daybook.workflows.operator import NotPossible, Operator, Who, keep_action
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


def keep_close(  # noqa: PLR0913, PLR0917 -- which day, by whom
    connection: str, location: str, date: str, who: Who, tools: Operator, chosen: Chosen = ""
) -> None:
    """Keep that a person is about to close a location's business date (ISO)."""
    target = f"{location}/{date}"
    once = f"{target} {tools.clock().isoformat()}"
    keep_action(connection, "close_day", who, tools, target=target, scope=chosen, once=once)


def close_by_hand(
    days: Sequence[Day], by: str, tools: Closer, patience: Patience, chosen: Chosen = ""
) -> ClosedByHand:
    """Close days of one connection. chosen: the form of what is not sent yet; "" as it was chosen
    before, else as the settings say. With "journal", what QuickBooks refused as a receipt goes as a
    journal entry. Raises NotPossible while company, chart or mapping are not there."""
    try:
        done = [close_day(day, tools, by, chosen=chosen) for day in days]
    except Held as held:
        problem = held.problem
        raise NotPossible(f"Not closed: {problem.text} {problem.next_action}") from held
    _try_again(days, chosen, tools)
    return ClosedByHand(done, _awaited(days, tools, patience))


def _try_again(days: Sequence[Day], chosen: Chosen, tools: Closer) -> None:
    """What was held for its form alone goes in the form of now."""
    closes = _closes(days, tools)
    rows = [row for one in closes for row in one.troubled]
    connection = tools.connections.get(days[0].connection) if rows else None
    if connection is None:
        return
    form, circumstances = DayForm(tools.doorbell, tools.clock), circumstances_of(connection, tools)
    ready = parts_again(rows, circumstances, form, tools.ledger, chosen)
    if chosen == "journal":
        ready += _refused_again(closes, circumstances, form, tools)
    if ready:
        tools.doorbell(connection.realm, [row.id for row in ready][:_RING_HINTS])


def _refused_again(
    closes: Sequence[ClosedDay], circumstances: Circumstances, form: DayForm, tools: Closer
) -> list[Posting]:
    """Refused receipts as journal entries, as the close has them frozen; those that are ready."""
    ready = []
    for one in closes:
        refused = [row for row in one.troubled if was_refused(row)]
        entries = dict(tools.days.content(one.close).entries) if refused else {}
        for row in refused:
            after = as_journal_again(row, entries[row.key.part], circumstances, form)
            if tools.ledger.change(row, after) and after.status == "ready":
                ready.append(after)
    return ready


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
