"""Dead letters in a list, with the answers of SQS; and SQS's own moves, which moto lacks."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from daybook.domain.dead_letter import DeadLetter, DeadLetterQueueName, Depth, Move
from daybook.queues_dead_letters import letter_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass
class Message:
    """A message of the fake; hidden until `visible_at`."""

    id: str
    body: str
    sent_at: datetime
    visible_at: datetime
    group: str
    received: int = 0
    handle: str = ""


class FakeDeadLetters:
    """`workflows.dead_letters.DeadLetters`.

    `home`: the bodies that were sent back. `moves`: whether SQS's own move is there; `last_move`
    may be set by tests.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        name: DeadLetterQueueName = "deliveries",
        *,
        moves: bool = False,
    ) -> None:
        self.name: DeadLetterQueueName = name
        self.messages: list[Message] = []
        self.home: list[str] = []
        self.moves = moves
        self.last_move: Move | None = None
        self._clock = clock
        self._numbers = count(1)

    def lay(self, body: str, age: timedelta = timedelta(0), group: str = "") -> str:
        """Put a message here, as SQS does; its id."""
        now, number = self._clock(), next(self._numbers)
        message = Message(f"message-{number}", body, now - age, now, group)
        self.messages.append(message)
        return message.id

    def depth(self) -> Depth:
        """How many there are."""
        hidden = sum(not self._shows(one) for one in self.messages)
        return Depth(len(self.messages) - hidden, hidden)

    def _shows(self, message: Message) -> bool:
        return message.visible_at <= self._clock()

    def receive(self, hidden_seconds: int) -> list[DeadLetter]:
        """Up to 10; of a group with a message in hand, none."""
        locked = {one.group for one in self.messages if one.group and not self._shows(one)}
        free = [one for one in self.messages if self._shows(one) and one.group not in locked]
        return [self._given(one, hidden_seconds) for one in free[:10]]

    def _given(self, one: Message, hidden_seconds: int) -> DeadLetter:
        one.received += 1
        one.visible_at = self._clock() + timedelta(seconds=hidden_seconds)
        one.handle = f"{one.id}-{next(self._numbers)}"
        told = {
            "SentTimestamp": str(int(one.sent_at.timestamp() * 1000)),
            "ApproximateReceiveCount": str(one.received),
        }
        message: Any = {
            "MessageId": one.id,
            "Body": one.body,
            "ReceiptHandle": one.handle,
            "Attributes": told | ({"MessageGroupId": one.group} if one.group else {}),
        }
        return letter_of(self.name, message)

    def give_back(self, letters: Sequence[DeadLetter]) -> None:
        """Show them again; a handle that is not the last one does nothing."""
        handles = {letter.handle for letter in letters}
        for message in self.messages:
            if message.handle in handles:
                message.visible_at = self._clock()

    def send_back(self, letter: DeadLetter) -> None:
        """A copy goes home."""
        self.home.append(letter.body)

    def delete(self, letter: DeadLetter) -> None:
        """Gone, whoever has it in hand."""
        self.messages = [one for one in self.messages if one.id != letter.id]

    def start_move(self) -> bool:
        """All go home at once, where there are moves."""
        if self.moves and self.last_move is None:
            self.home += [one.body for one in self.messages]
            self.last_move = Move("done", len(self.messages), len(self.messages))
            self.messages.clear()
        return self.moves

    def move(self) -> Move | None:
        """How the last one stands; one that runs ends with the next look."""
        move = self.last_move
        if move is not None and move.state == "running":
            self.last_move = replace(move, state="done")
        return move


def answer_moves(client: "SQSClient", **answers: Any) -> list[dict[str, Any]]:
    """Let a client answer StartMessageMoveTask and ListMessageMoveTasks without asking anybody;
    the requests that it got.

    answers: by `start` and `list`, the reply, or the code of an error. Without one the call is
    unknown, as on an emulator.
    """
    asked: list[dict[str, Any]] = []

    # What a handler of before-call returns is taken for the answer; the stubs do not say so.
    def answer(word: str) -> Any:
        def reply(params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
            asked.append({"call": word, **json.loads(params["body"])})
            found = answers.get(word, "InvalidAction")
            if isinstance(found, str):
                return _Status(400), {"Error": {"Code": found, "Message": ""}}
            return _Status(200), found

        return reply

    events = client.meta.events
    events.register_first("before-call.sqs.StartMessageMoveTask", answer("start"))
    events.register_first("before-call.sqs.ListMessageMoveTasks", answer("list"))
    return asked


@dataclass
class _Status:
    status_code: int
