"""Work whose reply was lost and which is done only later, as if Intuit had queued the request.

On 2017-04-27 transactions turned up hours after their requests had failed
(https://www.minimul.com/qr-newsletter/issue-24.html).
"""

from collections.abc import Callable
from datetime import datetime

from local.qbo_simulator.errors import Rejected

type Work = Callable[[], object]


class LateCommits:
    """Pieces of work, each with the instant at which it is to be done."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, Work]] = []

    def add(self, due: datetime, work: Work) -> None:
        """Do this at that instant."""
        self._waiting.append((due, work))

    def run_due(self, now: datetime) -> None:
        """Do what is due, the oldest first. A refusal commits nothing, and nobody hears of it."""
        due = [one for one in self._waiting if one[0] <= now]
        self._waiting = [one for one in self._waiting if one[0] > now]
        for _, work in sorted(due, key=lambda one: one[0]):
            try:
                work()
            except Rejected:
                continue
