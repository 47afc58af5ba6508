"""Requests in flight without threads: each is done when its answer is waited for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from daybook.workflows.poster import Reply


@dataclass(eq=False)
class Waiting:
    """A call that runs when it is told to."""

    call: Callable[[], Reply]
    reply: list[Reply] = field(default_factory=list)

    def done(self) -> bool:
        """Whether it ran."""
        return bool(self.reply)

    def result(self) -> Reply:
        """What it gave."""
        return self.reply[0]


class DeferredPool:
    """`poster.Pool`. pick: which of those in flight ends next, by its place. flown: how many were
    in flight each time that an answer was waited for."""

    def __init__(self, lanes: int = 4, pick: Callable[[Sequence[Any]], int] = lambda _: 0) -> None:
        self.lanes = lanes
        self.flown: list[int] = []
        self._pick = pick

    def submit(self, call: Callable[[], Reply]) -> Waiting:
        """Begin a call."""
        return Waiting(call)

    def one_of(self, flying: Sequence[Waiting]) -> Waiting:
        """One of these, run now."""
        self.flown.append(len(flying))
        chosen = flying[self._pick(flying)]
        chosen.reply.append(chosen.call())
        return chosen
