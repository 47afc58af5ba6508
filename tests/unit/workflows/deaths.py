"""A worker that dies at a chosen call to any part of its office, before or after the effect."""

from collections.abc import Callable
from typing import Any, Literal

from tests.unit.workflows.office import Office

type Moment = Literal["before", "after"]


class Killed(Exception):  # noqa: N818 -- what happened
    """The process is gone."""


class Fuse:
    """Counts calls; kills at the given one, once."""

    def __init__(self, at: int, moment: Moment) -> None:
        self.at, self.moment, self.calls, self.blown = at, moment, 0, False

    def burn(self, moment: Moment) -> None:
        if moment == "before":
            self.calls += 1
        if self.calls == self.at and self.moment == moment and not self.blown:
            self.blown = True
            raise Killed


class Fragile:
    """A part whose calls burn the fuse; everything else is the part's own."""

    def __init__(self, part: Any, fuse: Fuse) -> None:
        self._part, self._fuse = part, fuse

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._part, name)
        return self._burning(value) if callable(value) else value

    def __call__(self, *args: Any) -> Any:
        return self._burning(self._part)(*args)

    def _burning(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def burning(*args: Any) -> Any:
            self._fuse.burn("before")
            answer = call(*args)
            self._fuse.burn("after")
            return answer

        return burning


def fragile(fuse: Fuse) -> Office:
    """An open office at any of whose parts the worker may die."""
    office = Office.opened()
    for name in ("ledger", "connections", "mappings", "doorbell", "books"):
        setattr(office, name, Fragile(getattr(office, name), fuse))
    return office
