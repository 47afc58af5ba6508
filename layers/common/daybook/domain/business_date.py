"""Which day of a shop's books an instant belongs to.

A business day runs from the location's closing hour (included) to the next one (excluded), in the
location's own time zone: with a close of 03:00, 02:59 is the day before.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def business_date(occurred_at: datetime, time_zone: str, day_close: str) -> date:
    """The business date of an aware instant. time_zone: IANA name; day_close: "HH:MM".

    The wall clock decides, so every instant has exactly one date, also where clocks change.
    """
    local = occurred_at.astimezone(_zone(time_zone))
    before_close = local.time() < _close(day_close)
    return local.date() - timedelta(days=1) if before_close else local.date()


def ends_at(day: date, time_zone: str, day_close: str) -> datetime:
    """The instant, in UTC, from which on no more of a business date can happen.

    Where the clock is put back over the closing hour, that hour comes twice: the later one. Where
    it is put forward over it, what a clock that was not put forward would show.
    """
    wall = datetime.combine(day + timedelta(days=1), _close(day_close), _zone(time_zone))
    return max(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=512)
def _close(text: str) -> time:
    return time.fromisoformat(text)
