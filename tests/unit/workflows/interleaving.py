"""Every order in which the steps of two workers can follow each other.

Each worker is a thread that stops before each call to a shared part and goes on only when it is
told. `every_order` runs the same start again and again and follows another order each time, until
there is none left: what can happen does happen, on one run or another.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

MAX_ORDERS = 20_000
_PATIENCE_SECONDS = 20


class Worker:
    """One worker that is let go step by step."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._turn, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self.finished = False
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Run to the first step."""
        self._thread.start()
        self._await()

    def step(self) -> None:
        """Do one step, and run to the next."""
        self._turn.release()
        self._await()

    def _await(self) -> None:
        assert self._stopped.acquire(timeout=_PATIENCE_SECONDS), "a worker hangs"
        if self.failure:
            raise self.failure

    def pause(self) -> None:
        """Called by the worker itself, before a step."""
        if threading.current_thread() is self._thread:
            self._stopped.release()
            assert self._turn.acquire(timeout=_PATIENCE_SECONDS), "nobody goes on"

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as failure:  # noqa: BLE001 -- raised again by whoever waits
            self.failure = failure
        self.finished = True
        self._stopped.release()


class Stepped:
    """A part whose named calls are steps of whichever worker makes them."""

    def __init__(self, part: Any, steps: frozenset[str], workers: list[Worker]) -> None:
        self._part, self._steps, self._workers = part, steps, workers

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._part, name)
        if name not in self._steps:
            return value

        def stepping(*args: Any, **options: Any) -> Any:
            for worker in self._workers:
                worker.pause()
            answer = value(*args, **options)
            # What is listed is listed at this step, not when it is used.
            return iter(list(answer)) if isinstance(answer, Iterator) else answer

        return stepping


def every_order(run: Callable[[Callable[[list[Worker]], None]], None]) -> int:
    """Call `run` once for each order; how many there were.

    run: makes a fresh start, and hands its two workers to the function that it is given.
    """
    prefix: list[int] = []
    for count in range(1, MAX_ORDERS + 1):
        taken: list[tuple[int, int]] = []

        def follow(
            workers: list[Worker], taken: list[tuple[int, int]] = taken, prefix: list[int] = prefix
        ) -> None:
            for worker in workers:
                worker.start()
            while able := [worker for worker in workers if not worker.finished]:
                place = len(taken)
                choice = prefix[place] if place < len(prefix) else 0
                taken.append((choice, len(able)))
                able[choice].step()

        run(follow)
        while taken and taken[-1][0] == taken[-1][1] - 1:
            taken.pop()
        if not taken:
            return count
        prefix = [choice for choice, _ in taken[:-1]] + [taken[-1][0] + 1]
    raise AssertionError(f"more than {MAX_ORDERS} orders")
