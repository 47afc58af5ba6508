"""SQS: messages that come at least once, later than one likes, and again when nobody deletes them.

A standard queue may hand a message out twice and in any order; a FIFO queue keeps the order of a
group, gives a group to one receiver at a time, and drops what has a deduplication id of the last
five minutes. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.simulation.clock import Clock
from tests.simulation.trace import Trace

DEDUPLICATED = timedelta(minutes=5)
# Lambda asks again this soon where all its workers are busy.
_BUSY_SECONDS = 1.0

# Gets the bodies, and how often the first was handed out; the places of those that failed, or None
# if all did.
type Handler = Callable[[Sequence[str], int], Sequence[int] | None]


@dataclass(slots=True)
class Message:
    """One message. receipt: rises with each receipt, and an old one deletes nothing."""

    number: int
    body: str
    group: str
    sent_at: datetime
    visible_at: datetime
    receipt: int = 0


@dataclass
class Queue:
    """One queue with its function behind it. twice: whether a send is handed out twice; delay:
    seconds until a sent message can be seen. Both are asked at each send."""

    name: str
    clock: Clock
    trace: Trace
    handler: Handler
    visibility: float
    most_receipts: int
    batch: int = 1
    concurrency: int = 2
    fifo: bool = False
    twice: Callable[[], bool] = field(default=lambda: False)
    delay: Callable[[], float] = field(default=lambda: 0.0)
    messages: dict[int, Message] = field(default_factory=dict)
    dead: list[Message] = field(default_factory=list)
    sent: int = 0
    busy: int = 0
    _seen: dict[str, datetime] = field(default_factory=dict)

    def send(self, body: str, group: str = "", deduplication: str = "") -> None:
        """Queue a message."""
        now = self.clock()
        if self.fifo:
            first = self._seen.get(deduplication)
            if first is not None and now - first < DEDUPLICATED:
                return
            self._seen[deduplication] = now
        for _ in range(2 if not self.fifo and self.twice() else 1):
            self.sent += 1
            visible = now + timedelta(seconds=self.delay())
            self.messages[self.sent] = Message(self.sent, body, group, now, visible)
            self.clock.at(visible, self._poll)

    def _poll(self) -> None:
        if self.busy >= self.concurrency:
            if self._visible():
                self.clock.after(_BUSY_SECONDS, self._poll)
            return
        batch = [self._take(one) for one in self._visible()[: self.batch]]
        batch = [one for one in batch if one.number in self.messages]
        if not batch:
            return
        receipts = [one.receipt for one in batch]
        self.busy += 1
        try:
            failed = self.handler([one.body for one in batch], receipts[0])
        finally:
            self.busy -= 1
        left = range(len(batch)) if failed is None else failed
        for place, message in enumerate(batch):
            if place not in left and message.receipt == receipts[place]:
                self.messages.pop(message.number, None)
        if self._visible():
            self.clock.after(0, self._poll)

    def _visible(self) -> list[Message]:
        now = self.clock()
        if not self.fifo:
            return [one for one in self.messages.values() if one.visible_at <= now]
        blocked = {one.group for one in self.messages.values() if one.visible_at > now}
        firsts: dict[str, Message] = {}
        for one in self.messages.values():
            if one.group not in blocked:
                firsts.setdefault(one.group, one)
        return list(firsts.values())

    def _take(self, message: Message) -> Message:
        message.receipt += 1
        if message.receipt > self.most_receipts:
            self.trace.note(f"{self.name} message {message.number} is a dead letter")
            self.dead.append(self.messages.pop(message.number))
            return message
        message.visible_at = self.clock() + timedelta(seconds=self.visibility)
        self.clock.at(message.visible_at, self._poll)
        return message
