"""Intuit's request limits for one realm, as sliding windows on the simulator's clock.

https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles: 500 requests a
minute and 10 a second for a realm, 40 batch requests a minute; up to 30 items in a batch.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MAX_BATCH_ITEMS = 30


@dataclass
class Window:
    """At most `limit` units within `seconds`."""

    limit: int
    seconds: float
    _taken: deque[tuple[datetime, int]] = field(default_factory=deque)
    _sum: int = 0

    def has_room(self, now: datetime, units: int) -> bool:
        """Whether `units` more fit at `now`."""
        start = now - timedelta(seconds=self.seconds)
        while self._taken and self._taken[0][0] <= start:
            self._sum -= self._taken.popleft()[1]
        return self._sum + units <= self.limit

    def take(self, now: datetime, units: int) -> None:
        """Use `units` at `now`."""
        self._taken.append((now, units))
        self._sum += units


class RealmLimits:
    """The three limits together: a refused request uses up none of them."""

    def __init__(self) -> None:
        self._minute = Window(500, 60)
        self._second = Window(10, 1)
        self._batches = Window(40, 60)

    def admit(self, now: datetime, *, is_batch: bool, weight: int) -> bool:
        """Whether a request of `weight` toward the minute limit may pass, counting it if so."""
        wanted = [(self._minute, weight), (self._second, 1)]
        if is_batch:
            wanted.append((self._batches, 1))
        if not all(window.has_room(now, units) for window, units in wanted):
            return False
        for window, units in wanted:
            window.take(now, units)
        return True
