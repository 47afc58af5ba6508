"""The one gate between a worker and everything outside it: each call is counted, takes time, and
may be cut short.

    before      the worker dies; nothing happened
    refused     the call fails; nothing happened
    unanswered  it happened, and the call fails
    half        of many writes at once every second one happened, and the worker dies
    after       it happened, and the worker dies with the answer in its hand
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from daybook.qbo.exceptions import NoReplyError
from daybook.qbo.faults import unknown
from daybook.qbo.tokens import RefreshUnknown
from daybook.store.secrets import SecretsUnavailable
from tests.simulation.clock import Clock
from tests.simulation.trace import Trace

type Moment = Literal["before", "refused", "unanswered", "half", "after"]
MOMENTS: tuple[Moment, ...] = ("before", "unanswered", "after")
# Seconds that a call of each part takes; others take the first.
_SECONDS = {"": 0.004, "qbo": 0.35, "intuit": 0.5}


class Killed(BaseException):
    """The process is gone; nothing of daybook may catch this."""


class Broken(Exception):  # noqa: N818 -- the state of the wire
    """AWS did not answer."""


@dataclass(slots=True)
class Worker:
    """One invocation, or one person's command. deadline: when Lambda ends it. paused: a zombie
    goes on beyond its deadline and beyond the time that it had its message for."""

    name: str
    workflow: str
    deadline: datetime | None = None
    dead: bool = False
    zombie: bool = False

    def die(self) -> "Killed":
        """What to raise; whatever its code still does on the way out reaches nothing."""
        self.dead = True
        return Killed(self.name)


@dataclass(frozen=True, slots=True)
class Fate:
    """What befalls one call. pause: seconds that the worker stands still before it."""

    moment: Moment | None = None
    pause: float = 0


class Fates(Protocol):
    """Decides what befalls each call of a worker."""

    def next(self, worker: Worker, point: str) -> Fate | None: ...


class NoFate:
    """Nothing befalls anybody."""

    def next(self, worker: Worker, point: str) -> Fate | None:
        """None."""
        return None


@dataclass(frozen=True, slots=True)
class Ended:
    """How an invocation ended: its answer, or what it raised; neither if it died."""

    answer: Any = None
    raised: Exception | None = None
    died: bool = False

    @property
    def well(self) -> bool:
        """Whether it came to its end."""
        return self.raised is None and not self.died


class Boundary:
    """Counts calls by (workflow, point) and lets fates befall them."""

    def __init__(self, clock: Clock, trace: Trace) -> None:
        self.clock = clock
        self.trace = trace
        self.fates: Fates = NoFate()
        self.counts: Counter[tuple[str, str]] = Counter()
        self.raised: list[tuple[str, Exception]] = []
        self._workers: list[Worker] = []
        self._started = 0

    @property
    def worker(self) -> Worker | None:
        """Who is running."""
        return self._workers[-1] if self._workers else None

    def run(self, workflow: str, seconds: float, work: Callable[[], Any]) -> Ended:
        """One invocation that may take so long; nothing of what it raises gets out."""
        self._started += 1
        deadline = self.clock() + timedelta(seconds=seconds)
        worker = Worker(f"{workflow}-{self._started}", workflow, deadline)
        self._workers.append(worker)
        self.trace.note(f"{worker.name} starts")
        ended = Ended(died=True)
        try:
            ended = Ended(work())
        except Killed:
            self.trace.note(f"{worker.name} dies")
        except Exception as error:  # noqa: BLE001 -- Lambda catches everything too
            self.raised.append((worker.name, error))
            self.trace.note(f"{worker.name} raises {type(error).__name__}: {error}")
            ended = Ended(raised=error)
        finally:
            assert self._workers.pop() is worker
        return ended

    def remaining(self) -> float:
        """Seconds that the running worker has left."""
        worker = self.worker
        assert worker is not None
        assert worker.deadline is not None
        return (worker.deadline - self.clock()).total_seconds()

    def sleep(self, seconds: float) -> None:
        """The running worker waits."""
        worker = self.worker
        if worker and worker.dead:
            raise worker.die()
        self.clock.sleep(seconds)
        if worker:
            self._on_time(worker)

    def call(
        self,
        part: str,
        name: str,
        effect: Callable[[], Any],
        half: Callable[[], Any] | None = None,
    ) -> Any:
        """One call of the running worker. half: every second one of many effects."""
        worker = self.worker
        if worker is None:
            return effect()
        if worker.dead:
            raise worker.die()
        point = f"{part}.{name}"
        self.counts[worker.workflow, point] += 1
        fate = self.fates.next(worker, point)
        self.trace.note(f"{worker.name} {point}{_told(fate)}")
        self.clock.sleep(_SECONDS.get(part, 0.004) + (fate.pause if fate else 0))
        if fate and fate.pause:
            worker.zombie = True
        self._on_time(worker)
        return self._befallen(worker, part, fate.moment if fate else None, effect, half)

    def _befallen(
        self,
        worker: Worker,
        part: str,
        moment: Moment | None,
        effect: Callable[[], Any],
        half: Callable[[], Any] | None,
    ) -> Any:
        if moment == "before":
            raise worker.die()
        if moment == "refused":
            raise failure(part)
        if moment == "half" and half:
            half()
            raise worker.die()
        answer = effect()
        if moment == "unanswered":
            raise failure(part)
        if moment in ("after", "half"):
            raise worker.die()
        return answer

    def _on_time(self, worker: Worker) -> None:
        late = worker.deadline is not None and self.clock() > worker.deadline
        if late and not worker.zombie:
            self.trace.note(f"{worker.name} is out of time")
            raise worker.die()


def failure(part: str) -> Exception:
    """What a call of a part raises when no answer comes."""
    if part == "qbo":
        return NoReplyError(unknown("No reply: simulated."))
    if part == "intuit":
        return RefreshUnknown("No reply: simulated.")
    if part in ("tokens", "secrets"):
        return SecretsUnavailable("No reply: simulated.")
    return Broken(f"{part} did not answer")


def is_injected(error: BaseException | None) -> bool:
    """Whether an error is, or came of, what the world did to a call."""
    while error is not None:
        if isinstance(error, Broken | NoReplyError | RefreshUnknown | SecretsUnavailable):
            return True
        error = error.__cause__ or error.__context__
    return False


def _told(fate: Fate | None) -> str:
    if fate is None:
        return ""
    pause = f" after {fate.pause:.0f} s" if fate.pause else ""
    return f" !{fate.moment or 'goes on'}{pause}"


class Part:
    """A fake behind the gate: each of its methods is a call; what it lists is read at once."""

    def __init__(self, name: str, target: Any, boundary: Boundary) -> None:
        self._name, self._target, self._boundary = name, target, boundary

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if not callable(value):
            return value
        calling = self._calling(name, value)
        self.__dict__[name] = calling
        return calling

    def __call__(self, *args: Any) -> Any:
        return self._boundary.call(self._name, "call", lambda: self._target(*args))

    def _calling(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **words: Any) -> Any:
            half = None
            if name == "change_all" and len(args[0]) > 1:
                half = lambda: method(args[0][::2])  # noqa: E731 -- one call
            return self._boundary.call(
                self._name, name, lambda: _read(method(*args, **words)), half
            )

        return call


def _read(answer: Any) -> Any:
    return iter(list(answer)) if isinstance(answer, Iterator) else answer
