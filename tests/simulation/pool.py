"""Requests in flight without threads: each is done when the seed says so, and heard of in any
order."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any


class SeededPool:
    """`poster.Pool`. A request goes out when it is submitted or only when an answer is waited for;
    so a worker that dies leaves some that were done and some that never left."""

    lanes = 4

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._calls: dict[Future[Any], Callable[[], Any]] = {}

    def submit(self, call: Callable[[], Any]) -> Future[Any]:
        """Begin a call."""
        future: Future[Any] = Future()
        self._calls[future] = call
        if self._chance.random() < 0.5:
            self._calls[future] = _answer(call)
        return future

    def one_of(self, flying: Sequence[Future[Any]]) -> Future[Any]:
        """One that has ended, any of them."""
        future = self._chance.choice(list(flying))
        if not future.done():
            try:
                future.set_result(self._calls.pop(future)())
            except Exception as failure:  # noqa: BLE001 -- raised again where the result is read
                future.set_exception(failure)
        return future


def _answer(call: Callable[[], Any]) -> Callable[[], Any]:
    """What a call gave or raised, to be told later. What ends the worker is raised now."""
    try:
        value = call()
    except Exception as failure:  # noqa: BLE001 -- told later
        return _raising(failure)
    return lambda: value


def _raising(failure: Exception) -> Callable[[], Any]:
    def again() -> Any:
        raise failure

    return again
