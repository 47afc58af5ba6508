"""Requests to AWS beside each other, in threads that are kept: making them anew takes as long as a
request does."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cached_property


class Threads:
    """Up to `most` at once."""

    def __init__(self, most: int) -> None:
        self._most = most

    def each[Asked, Found](self, ask: Callable[[Asked], Found], of: Sequence[Asked]) -> list[Found]:
        """The answers in their order; raises the first failure after all have ended. One alone is
        asked for here."""
        if len(of) <= 1:
            return [ask(one) for one in of]
        begun = [self._pool.submit(ask, one) for one in of]
        wait(begun)
        return [one.result() for one in begun]

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._most, "store")
