"""What asking a point of sale's API may end in; all are Held `source_unavailable`.

Held
└── SourceUnavailable
    ├── Unavailable   no answer, throttled or a fault of theirs: ask again later
    └── Refused       an answer that asking again will not change
        ├── NoSuchThing   this one thing is not there (404, 410); the others may be
        └── NotAllowed    the credentials are not taken or lack a right (401, 403)
"""

from daybook.domain.errors import Held


class SourceUnavailable(Held):
    """The point of sale did not tell what was asked."""

    def __init__(self, text: str) -> None:
        super().__init__("source_unavailable", text)


class Unavailable(SourceUnavailable):
    """It does not answer now; the same question may be answered later.

    wait_seconds: how long it asked to be left alone (Retry-After); 0 where it did not say.
    """

    def __init__(self, text: str, wait_seconds: float = 0.0) -> None:
        super().__init__(text)
        self.wait_seconds = wait_seconds


class Refused(SourceUnavailable):
    """It answered, and will answer the same until a person changes something there."""


class NoSuchThing(Refused):
    """What was asked for is not there; what else there is may be."""


class NotAllowed(Refused):
    """It does not take the credentials, or they lack a right. The text says what to do."""
