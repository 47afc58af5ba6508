"""A message that made its function fail again and again, and what is known of why."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

type DeadLetterQueueName = Literal["deliveries", "postings", "jobs"]
type MoveState = Literal["running", "done", "failed"]

QUEUE_NAMES: Final[tuple[DeadLetterQueueName, ...]] = ("deliveries", "postings", "jobs")
# As the template sets it. On a standard queue SQS counts it from the first sending, on a FIFO queue
# from the instant at which the message became a dead letter.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
KEPT: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message in dead letters. id: SQS's own. handle: of the receipt that hides it just now.

    received: how often it was handed out: every try of its function, and every look since.
    connection, source and event say whose delivery it is, realm whose bell, kind which job; ""
    where it is none. group: that of a FIFO queue. unreadable: why nothing of ours reads it ("" if
    it can be read).
    """

    id: str
    queue: DeadLetterQueueName
    sent_at: datetime
    received: int
    body: str = field(repr=False)
    connection: str = ""
    source: str = ""
    event: str = ""
    realm: str = ""
    kind: str = ""
    unreadable: str = ""
    group: str = ""
    handle: str = field(default="", repr=False, compare=False)

    @property
    def cause(self) -> str:
        """Why it is here, as far as the message itself tells, and what that means."""
        if self.unreadable:
            return f"No message of daybook's: {self.unreadable}."
        match self.queue:
            case "deliveries":
                return "The translator failed on it each time; its log names the error."
            case "postings":
                return "The poster could not use the ledger; the sweeper has rung anew since."
            case "jobs" if self.kind == "tick":
                return "The sweeper failed on a tick; later ticks do its work."
            case "jobs":
                return f"The sweeper failed on a slice of the job {self.kind}; its log says why."


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages a queue has, roughly: there to be taken, and in somebody's hand."""

    waiting: int
    in_hand: int

    @property
    def total(self) -> int:
        """Both."""
        return self.waiting + self.in_hand


@dataclass(frozen=True, slots=True)
class Move:
    """A task of SQS that moves all dead letters of a queue back. to_move: None until it knows."""

    state: MoveState
    moved: int
    to_move: int | None = None
    reason: str = ""
