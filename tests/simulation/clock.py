"""The world's time: it moves only when somebody waits, and then what is due happens meanwhile."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
# How many workers may stand inside each other's waits. What is due beyond that waits its turn.
MAX_DEPTH = 4


class Clock:
    """Callable like `ports.Clock`. What is due while somebody waits runs inside that wait: this is
    how workers overlap, although there is one thread."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._planned = 0
        self._depth = 0

    def __call__(self) -> datetime:
        return self.now

    def at(self, when: datetime, action: Callable[[], None]) -> None:
        """Plan something; of two things at one instant, what was planned first comes first."""
        self._planned += 1
        heapq.heappush(self._due, (when, self._planned, action))

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Plan something for so many seconds from now."""
        self.at(self.now + timedelta(seconds=seconds), action)

    def sleep(self, seconds: float) -> None:
        """Let time pass for the caller; others go on."""
        self.run_until(self.now + timedelta(seconds=max(0.0, seconds)))

    def run_until(self, until: datetime) -> None:
        """Everything that is due up to an instant, in order; then it is that instant."""
        if self._depth < MAX_DEPTH:
            self._depth += 1
            try:
                while self._due and self._due[0][0] <= until:
                    when, _, action = heapq.heappop(self._due)
                    self.now = max(self.now, when)
                    action()
            finally:
                self._depth -= 1
        self.now = max(self.now, until)
