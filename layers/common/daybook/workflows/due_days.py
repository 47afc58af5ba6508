"""Which business days are due to be closed: computed anew, so that a missed tick heals by itself.

A day is due when its location's closing hour plus the grace has passed, or its point of sale said
that it is over. A day that was closed is looked at again for 72 hours, and whenever something was
added to it late, however old it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from daybook.domain.business_date import ends_at
from daybook.domain.day_close import OVERLAP, OpenDay
from daybook.domain.errors import Held
from daybook.domain.mapping import Mapping
from daybook.domain.posting import instant_text
from daybook.workflows.close_day import CloseContested, Closed, Closer, close_day

LOOKED_AT_AGAIN = timedelta(hours=72)
# Where nobody knows the location's zone, its day has ended wherever it may be.
_WESTMOST = timedelta(hours=12)

type SecondsLeft = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did. closed: closes made; held: events that cannot be mapped any more; left:
    due days that the time did not suffice for; waiting: due days whose company or mapping is not
    there yet."""

    looked_at: int = 0
    closed: int = 0
    held: int = 0
    left: int = 0
    waiting: int = 0


def close_due(tools: Closer, seconds_left: SecondsLeft) -> Ticked:
    """Close every day that is due, the oldest first, until the time is over; the next tick goes on.

    One connection's trouble stops no other's days.
    """
    now = tools.clock()
    due = sorted(due_days(tools, now), key=lambda one: (bool(one.looked_at), one.day.business_date))
    done: list[Closed] = []
    waiting = 0
    for opened in due:
        if seconds_left() <= 0:
            break
        try:
            done.append(close_day(opened.day, tools, "schedule"))
        except (Held, CloseContested):
            waiting += 1
    return Ticked(
        len(done),
        sum(one.close is not None for one in done),
        sum(one.held for one in done),
        len(due) - len(done) - waiting,
        waiting,
    )


def due_days(tools: Closer, now: datetime) -> Iterator[OpenDay]:
    """The open days of all connections that are due at an instant."""
    for connection in tools.connections.all():
        active = tools.mappings.active(connection.id)
        for opened in tools.days.open_days(connection.id):
            if is_due(opened, active.mapping if active else None, now):
                yield opened


def is_due(opened: OpenDay, mapping: Mapping | None, now: datetime) -> bool:
    """Whether a day is to be closed, or looked at again, at an instant."""
    if not opened.looked_at:
        return bool(opened.told_at) or now >= due_at(opened, mapping)
    if opened.told_at > opened.looked_at:
        return True
    if opened.late_at > instant_text(datetime.fromisoformat(opened.looked_at) - OVERLAP):
        return True
    return _is_young(opened, now)


def _is_young(opened: OpenDay, now: datetime) -> bool:
    since = opened.closed_at or opened.looked_at
    return now - datetime.fromisoformat(since) <= LOOKED_AT_AGAIN


def due_at(opened: OpenDay, mapping: Mapping | None) -> datetime:
    """When a day is due that was never closed: its location's closing hour after it, and grace."""
    day = date.fromisoformat(opened.day.business_date)
    place = mapping.locations.get(opened.day.location) if mapping else None
    minutes = mapping.settings.grace_minutes if mapping else 0
    if place is None:
        end = datetime.combine(day + timedelta(days=1), time(), UTC) + _WESTMOST
    else:
        end = ends_at(day, place.time_zone, place.day_close)
    return end + timedelta(minutes=minutes)
