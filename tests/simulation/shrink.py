"""A failing course made smaller: fewer faults, fewer events, the same breach."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from tests.simulation.course import Result, course

# Courses that are run at most.
MOST_RUNS = 150

type Fails = Callable[[Collection[int] | None, int], Result | None]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What is left: the numbers of the faults that matter, the events, and the course."""

    faults: tuple[int, ...]
    events: int
    result: Result


def shrink(failing: Result, fails: Fails | None = None) -> Shrunk:
    """Leave out halves of the faults, then quarters, and so on, as long as it still fails."""
    numbers = {number for number, _ in failing.findings.breaches}

    def again(only: Collection[int] | None, events: int) -> Result | None:
        found = course(failing.seed, failing.kind, events, only=only)
        same = any(number in numbers for number, _ in found.findings.breaches)
        return found if same else None

    attempt = fails or again
    best, events, runs = failing, failing.events, 0
    kept = list(range(failing.drawn))
    while events > 1 and runs < MOST_RUNS and (found := attempt(None, events // 2)):
        best, events, runs = found, events // 2, runs + 1
        kept = list(range(found.drawn))
    size = max(1, len(kept) // 2)
    while kept and runs < MOST_RUNS:
        for start in range(0, len(kept), size):
            runs += 1
            fewer = kept[:start] + kept[start + size :]
            found = attempt(set(fewer), events)
            if found:
                best, kept = found, fewer
                break
            if runs >= MOST_RUNS:
                break
        else:
            if size == 1:
                break
            size = max(1, size // 2)
    return Shrunk(tuple(kept), events, best)
