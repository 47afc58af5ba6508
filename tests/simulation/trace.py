"""What happened, line by line: a hash of it always, the lines where somebody wants to read them."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from tests.simulation.clock import START


class Trace:
    """The same seed gives the same lines, so the same hash, in any process."""

    def __init__(self, clock: Callable[[], datetime], *, keep: bool = False) -> None:
        self._clock = clock
        self._hash = hashlib.sha256()
        self._keep = keep
        self.lines: list[str] = []

    def note(self, text: str) -> None:
        """One line, at the clock's instant."""
        seconds = (self._clock() - START).total_seconds()
        line = f"{seconds:12.3f}  {text}"
        self._hash.update(line.encode())
        if self._keep:
            self.lines.append(line)

    def digest(self) -> str:
        """Of all lines so far."""
        return self._hash.hexdigest()[:32]
