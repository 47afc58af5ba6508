"""The simulator's clock: real time plus what the control interface has added."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

# Intuit stamps replies in US Pacific time. A fixed offset needs no time zone data on the host.
PACIFIC = timezone(timedelta(hours=-8))


def real_time() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


class SimulatorClock:
    """Aware time that a test can push forward, never back."""

    def __init__(self, source: Callable[[], datetime] = real_time) -> None:
        self._source = source
        self._added = timedelta()

    def now(self) -> datetime:
        """The simulated instant, in Intuit's zone."""
        return (self._source() + self._added).astimezone(PACIFIC)

    def advance(self, seconds: float) -> datetime:
        """Push the clock by `seconds` (>= 0) and return the new instant. Raises ValueError."""
        if seconds < 0:
            raise ValueError("advance_seconds must not be negative")
        self._added += timedelta(seconds=seconds)
        return self.now()


def stamp(moment: datetime) -> str:
    """`MetaData` times: `2026-05-05T03:20:37-08:00`."""
    return moment.isoformat(timespec="seconds")


def stamp_millis(moment: datetime) -> str:
    """The `time` of a reply: `2026-05-05T03:20:37.245-08:00`."""
    return moment.isoformat(timespec="milliseconds")
