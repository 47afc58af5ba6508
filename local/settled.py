"""Waits until nothing is on its way any more."""

import time

from daybook.domain.status import DUE
from daybook.wiring import Wiring

_PAUSE_SECONDS = 0.15
_QUIET_LOOKS = 2


class NotSettled(TimeoutError):  # noqa: N818 -- what is the case
    """Something was still on its way when the time was over; the text says what."""


def wait_until_settled(parts: Wiring, seconds: float = 60) -> None:
    """Until no message waits and no row is due, twice in a row. Raises NotSettled."""
    deadline = time.monotonic() + seconds
    quiet = 0
    while quiet < _QUIET_LOOKS:
        moving = in_motion(parts)
        quiet = 0 if moving else quiet + 1
        if moving and time.monotonic() > deadline:
            raise NotSettled(f"after {seconds} s still on their way: {moving}")
        time.sleep(_PAUSE_SECONDS)


def in_motion(parts: Wiring) -> dict[str, int]:
    """Messages that wait by queue, and rows that are due by status; {} when all is settled."""
    depths = {name: depth["waiting"] for name, depth in parts.queue_depths().items()}
    counts = parts.ledger.counts()
    due: dict[str, int] = {word: counts.get(word, 0) for word in DUE}
    both: dict[str, int] = {**depths, **due}
    return {name: number for name, number in both.items() if number}
