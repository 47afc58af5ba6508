"""Waiting, with progress and a bound, until rows are in the books or held."""

import time
from collections.abc import Callable, Sequence

from cli.output import progress
from daybook.domain.posting import Posting
from daybook.wiring import Wiring

POLL_SECONDS = 0.5
# Five minutes: above the time in which an unclear answer settles.
MAX_POLLS = 600


def until(
    what: str,
    rows: Sequence[Posting],
    parts: Wiring,
    done: Callable[[Posting], bool],
    pause: Callable[[float], None] = time.sleep,
) -> list[Posting]:
    """The rows as they are once each is done, or when the time is over."""
    latest = list(rows)
    with progress(what) as bar:
        for _ in range(MAX_POLLS):
            latest = [parts.ledger.get(row.key, row.beside) or row for row in latest]
            bar(sum(map(done, latest)), len(latest))
            if all(map(done, latest)):
                break
            pause(POLL_SECONDS)
    return latest
