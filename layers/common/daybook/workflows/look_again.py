"""Looking again, a bounded number of times, until rows are in the books or held."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daybook.domain.posting import Posting
from daybook.workflows.ports import Ledger

type Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How often is looked again, with so many seconds between; progress is told each time."""

    pause: Callable[[float], None]
    seconds: float
    looks: int
    progress: Progress = lambda _done, _total: None


def until(
    rows: Sequence[Posting],
    ledger: Ledger,
    done: Callable[[Posting], bool],
    patience: Patience,
) -> list[Posting]:
    """The rows as they are once each is done, or when the patience is over."""
    latest = list(rows)
    for number in range(patience.looks):
        latest = [ledger.get(row.key, row.beside) or row for row in latest]
        patience.progress(sum(map(done, latest)), len(latest))
        if all(map(done, latest)):
            break
        if number + 1 < patience.looks:
            patience.pause(patience.seconds)
    return latest
