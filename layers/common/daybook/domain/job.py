"""A job: work too long for one request, done in slices, its progress kept on a row of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from daybook.domain.posting import instant_text

type JobState = Literal["queued", "running", "done", "failed", "stopped"]

OPEN: Final[frozenset[JobState]] = frozenset({"queued", "running"})


@dataclass(frozen=True, slots=True)
class Job:
    """One job. Instants are RFC 3339 text in UTC.

    kind: which workflow does it. scope: what it is about, JSON values only. cursor: how far it
    came, as its kind understands it. done of total: units of the kind's own (0 where the total is
    not known); counts: what became of them, by word. actor and reason: who asked for it, and why.
    number: rises with every write; each write is conditional on the number it read.
    """

    id: str
    kind: str
    scope: Mapping[str, Any]
    created_at: str
    updated_at: str
    actor: str = ""
    reason: str = ""
    cursor: Mapping[str, Any] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    state: JobState = "queued"
    error: str = ""
    number: int = 1

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.state in OPEN

    def moved(self, at: datetime, **changes: Any) -> "Job":
        """The row after a write; what is over stays over."""
        assert self.is_open, f"job {self.id} is {self.state}"
        return replace(self, number=self.number + 1, updated_at=instant_text(at), **changes)


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of a job came to: the whole state after it, not the difference.

    cursor: where the next step goes on. finished: nothing is left. failed: why the job cannot go
    on, as a sentence; nobody tries again. rest_seconds: how long the next step waits, because what
    it needs does not answer now.
    """

    cursor: Mapping[str, Any]
    done: int
    total: int
    counts: Mapping[str, int]
    finished: bool = False
    failed: str = ""
    rest_seconds: int = 0
