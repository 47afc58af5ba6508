"""What a person did, as it is kept: who, when, what, why. Never changed afterwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """One human action.

    at: RFC 3339 in UTC. action: `undo`, `replay`, `void`, ... scope: what it covered, in words.
    target: the row or the job that it made or changed. id: makes it one, however often it is put.
    """

    connection: str
    at: str
    actor: str
    action: str
    reason: str
    scope: str
    target: str
    id: str

    @property
    def place(self) -> str:
        """Where it stands among those of its month: sorts by age."""
        return f"{self.at} {self.id}"
