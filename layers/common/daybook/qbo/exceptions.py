"""What a call to QuickBooks can raise; each failure carries its `Outcome`.

    QboError                  status, errors, intuit_tid, outcome
    ├── RefusedError          a definite no to what was asked
    ├── ThrottledError        nothing was processed; the same again after a while
    ├── UnauthorisedError     the access token was not taken; refresh, then the same again
    ├── DisconnectedError     a definite no for the whole company until a person acts
    └── UncertainError        it may have been done: 5xx, or a reply that cannot be read
        └── NoReplyError      it may have been done: no connection, timeout, reply too large
    ProbeFailed (the domain's)  a look-up that gave no whole answer; carries the call's outcome

`RefusedError` and its siblings are never raised by what workflows use to post (`Company.post_batch`
answers with outcomes), only by reads.
"""

from collections.abc import Sequence

from daybook.domain.outcome import Outcome, OutcomeKind
from daybook.qbo.replies import FaultError


class QboError(Exception):
    """A call that did not succeed. status: HTTP, 0 without a reply. The text is Intuit's own."""

    def __init__(self, outcome: Outcome, status: int = 0, errors: Sequence[FaultError] = ()):
        super().__init__(outcome.text)
        self.outcome = outcome
        self.status = status
        self.errors = tuple(errors)

    @property
    def intuit_tid(self) -> str:
        """What Intuit's support asks for; "" without a reply."""
        return self.outcome.intuit_tid


class RefusedError(QboError):
    """A definite no to what was asked."""


class ThrottledError(QboError):
    """Nothing was processed; `outcome.retry_after_seconds` says when to ask again."""


class UnauthorisedError(QboError):
    """The access token was not taken."""


class DisconnectedError(QboError):
    """The company cannot be reached until a person acts; `outcome.reason` says how."""


class UncertainError(QboError):
    """It may have been done."""


class NoReplyError(UncertainError):
    """It may have been done: no reply came, or not all of it."""


_BY_KIND: dict[OutcomeKind, type[QboError]] = {
    "refused": RefusedError,
    "throttled": ThrottledError,
    "unauthorised": UnauthorisedError,
    "disconnected": DisconnectedError,
}


def error_of(outcome: Outcome, status: int, errors: Sequence[FaultError]) -> QboError:
    """The exception for an outcome that is no success."""
    return _BY_KIND.get(outcome.kind, UncertainError)(outcome, status, errors)
