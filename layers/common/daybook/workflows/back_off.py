"""How often what holds a row is asked to end: after 5 minutes, 10, 20, and so on up to 6 hours.

Kept on the row, so that any worker knows, and said in its reason's text, so that people do.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from daybook.domain.posting import Posting, instant_text

FIRST: Final = timedelta(minutes=5)
MOST: Final = timedelta(hours=6)
# 5 minutes doubled seven times is above 6 hours.
_DOUBLINGS: Final = 7
_TOLD: Final = re.compile(r" Asked (?:once|\d+ times); again after \S+$")


def may_ask(row: Posting, now: datetime) -> bool:
    """Whether it is time to ask."""
    return row.retry_at <= instant_text(now)


def asked(row: Posting, now: datetime, scale: float = 1.0) -> Posting:
    """A held row after it was asked for once more. scale: shrinks the pauses, on a laptop that is
    in a hurry."""
    pause = min(MOST, FIRST * 2 ** min(row.retries, _DOUBLINGS)) * scale
    times = row.retries + 1
    again = instant_text(now + pause)
    said = "once" if times == 1 else f"{times} times"
    text = _TOLD.sub("", row.reason_text)
    return row.moved(
        "held",
        now,
        retries=times,
        retry_at=again,
        reason_text=f"{text} Asked {said}; again after {again}",
    )
