"""What a new mapping may not change while events are there: no event is to post in two modes.

A location goes over to another mode at a business date above all that were seen there. Its zone and
closing hour are changed while nothing comes from it, so that no day is cut in two.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from daybook.domain.mapping import Mapping
from daybook.domain.posting import Posting, instant_text
from daybook.workflows.ports import Ledger

# So far back, and a day ahead of UTC's, events are looked for.
LOOK_BACK_DAYS = 45
MAX_EVENTS_NAMED = 20
# So long nothing came from a location whose day is over.
QUIET = timedelta(hours=4)
_TAKEN_UP = frozenset({"accumulated", "ready", "sending", "uncertain", "posted", "reversed"})


def refusals(
    connection: str, before: Mapping, after: Mapping, now: datetime, ledger: Ledger
) -> tuple[str, ...]:
    """Why the one cannot follow the other, as sentences that name events; none where it can."""
    if not _may_differ(before, after):
        return ()
    days = [now.date() + timedelta(days=1 - back) for back in range(LOOK_BACK_DAYS + 2)]
    quiet_since = instant_text(now - QUIET)
    found: list[str] = []
    for day in days:
        for row in ledger.of_day(connection, day.isoformat()):
            if len(found) == MAX_EVENTS_NAMED:
                return (*found, "and more")
            found += _against(row, day, (before, after), quiet_since)
    return tuple(found)


def _may_differ(before: Mapping, after: Mapping) -> bool:
    one, other = before.settings, after.settings
    same_modes = (one.mode, one.modes_by_location) == (other.mode, other.modes_by_location)
    return not same_modes or any(
        _hours(before, place) != _hours(after, place) for place in before.locations
    )


def _hours(mapping: Mapping, place: str) -> tuple[str, str] | None:
    row = mapping.locations.get(place)
    return (row.time_zone, row.day_close) if row else None


def _against(
    row: Posting, day: date, mappings: tuple[Mapping, Mapping], quiet_since: str
) -> Iterator[str]:
    if row.status not in _TAKEN_UP or row.key.purpose != "post":
        return
    before, after = mappings
    place, event = row.location, row.key.event_name
    one, other = before.mode_at(place, day), after.mode_at(place, day)
    if one != other:
        yield (
            f"location {place} cannot go from mode {one} to {other} on {day}: {event} is of that "
            "date; name a later one in modes_by_location"
        )
    elif row.written_at > quiet_since and _moves(before, after, place):
        yield (
            f"location {place} cannot change its time zone or closing hour now: {event} came "
            "within the last 4 hours; change them while the shop is closed"
        )


def _moves(before: Mapping, after: Mapping, place: str) -> bool:
    hours = _hours(before, place)
    return hours is not None and hours != _hours(after, place)
