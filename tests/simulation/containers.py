"""Lambda's execution environments: what one invocation keeps in memory, the next one finds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Containers[T]:
    """One container runs one invocation at a time; one in which a worker died is thrown away."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._idle: list[T] = []

    @contextmanager
    def one(self) -> Iterator[T]:
        """A warm container where there is one, else a new one."""
        container = self._idle.pop() if self._idle else self._make()
        # Not in a `finally`: whatever ends the invocation otherwise ends the container too.
        yield container
        self._idle.append(container)
