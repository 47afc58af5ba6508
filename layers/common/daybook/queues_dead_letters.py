"""The dead letters of a queue over SQS, and what their messages say of themselves."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from daybook.domain.dead_letter import DeadLetter, DeadLetterQueueName, Depth, Move, MoveState
from daybook.queues import BadMessage, DeliveryMessage, Ring

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_PAGE: Final = 10
# Above 0, SQS asks all of its servers; at 0 it asks some, and may find nothing where something is.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
_WAIT_SECONDS: Final = 1
# An emulator does not know the call; SQS answers UnsupportedOperation while another move runs.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
_NO_SUCH_CALL: Final = frozenset({"InvalidAction", "UnknownOperation", "UnknownOperationException"})
_UNSUPPORTED: Final = "UnsupportedOperation"
# CANCELLED and FAILED leave something behind.
_STATES: Final[dict[str, MoveState]] = {
    "RUNNING": "running",
    "CANCELLING": "running",
    "COMPLETED": "done",
}


class DeadLetterQueue:
    """`workflows.dead_letters.DeadLetters` of one queue.

    url: of the dead letters. home: of the queue in which they died; a FIFO queue's ends in `.fifo`.
    new_id: a text not used before, so that no message is taken for another.
    """

    def __init__(
        self,
        client: "SQSClient",
        name: DeadLetterQueueName,
        url: str,
        home: str,
        new_id: Callable[[], str],
    ) -> None:
        self._client = client
        self._name: DeadLetterQueueName = name
        self._url = url
        self._home = home
        self._new_id = new_id

    @property
    def name(self) -> DeadLetterQueueName:
        """Whose dead letters they are."""
        return self._name

    def depth(self) -> Depth:
        """How many there are, as SQS tells: it may lag by a minute."""
        found = self._client.get_queue_attributes(
            QueueUrl=self._url,
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
            ],
        )["Attributes"]
        return Depth(
            int(found["ApproximateNumberOfMessages"]),
            int(found["ApproximateNumberOfMessagesNotVisible"]),
        )

    def receive(self, hidden_seconds: int) -> list[DeadLetter]:
        """Up to 10, hidden from everybody else for so long."""
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=_PAGE,
            VisibilityTimeout=hidden_seconds,
            WaitTimeSeconds=_WAIT_SECONDS,
            MessageSystemAttributeNames=["All"],
        )
        return [letter_of(self._name, message) for message in answer.get("Messages", [])]

    def give_back(self, letters: Sequence[DeadLetter]) -> None:
        """Show them again at once. One that SQS refuses is hidden until its time is over."""
        for first in range(0, len(letters), _PAGE):
            self._client.change_message_visibility_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": letter.handle, "VisibilityTimeout": 0}
                    for number, letter in enumerate(letters[first : first + _PAGE])
                ],
            )

    def send_back(self, letter: DeadLetter) -> None:
        """Send a copy to the queue in which it died. Our messages have no attributes of their own:
        the body is all of them."""
        if not self._home.endswith(".fifo"):
            self._client.send_message(QueueUrl=self._home, MessageBody=letter.body)
            return
        self._client.send_message(
            QueueUrl=self._home,
            MessageBody=letter.body,
            MessageGroupId=letter.group,
            MessageDeduplicationId=self._new_id(),
        )

    def delete(self, letter: DeadLetter) -> None:
        """Delete what is in hand."""
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=letter.handle)

    def start_move(self) -> bool:
        """Have SQS move all of them; False where it has no such call, or declines.

        The destination is named, because SQS cannot tell it for a message that was sent straight
        to the dead letters.
        """
        if self._is_moving():
            return True
        try:
            self._client.start_message_move_task(
                SourceArn=self._arn(self._url), DestinationArn=self._arn(self._home)
            )
        except ClientError as failure:
            code = _code(failure)
            if code == _UNSUPPORTED:
                # Somebody started one at the same moment, or SQS cannot do it here.
                return self._is_moving()
            if code in _NO_SUCH_CALL:
                return False
            raise
        return True

    def move(self) -> Move | None:
        """How the last move stands; None if there never was one."""
        found = self._client.list_message_move_tasks(SourceArn=self._arn(self._url))
        tasks = found.get("Results", [])
        if not tasks:
            return None
        task = tasks[0]
        status = task["Status"]
        return Move(
            _STATES.get(status, "failed"),
            task.get("ApproximateNumberOfMessagesMoved", 0),
            task.get("ApproximateNumberOfMessagesToMove"),
            "" if status in _STATES else task.get("FailureReason", "") or status.lower(),
        )

    def _is_moving(self) -> bool:
        try:
            move = self.move()
        except ClientError as failure:
            if _code(failure) in _NO_SUCH_CALL | {_UNSUPPORTED}:
                return False
            raise
        return move is not None and move.state == "running"

    def _arn(self, url: str) -> str:
        found = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return found["Attributes"]["QueueArn"]


def _code(failure: ClientError) -> str:
    """The error's code; the query protocol puts the service before it."""
    return str(failure.response["Error"]["Code"]).rpartition(".")[2]


def letter_of(queue: DeadLetterQueueName, message: "MessageTypeDef") -> DeadLetter:
    """A received message as a dead letter."""
    told = message.get("Attributes", {})
    sent_ms = int(told.get("SentTimestamp", "0"))
    letter = DeadLetter(
        id=message["MessageId"],
        queue=queue,
        sent_at=datetime.fromtimestamp(sent_ms / 1000, UTC),
        received=int(told.get("ApproximateReceiveCount", "0")),
        body=message["Body"],
        group=told.get("MessageGroupId", ""),
        handle=message["ReceiptHandle"],
    )
    try:
        return replace(letter, **_said(queue, letter.body))
    except BadMessage as bad:
        return replace(letter, unreadable=str(bad))


def _said(queue: DeadLetterQueueName, body: str) -> dict[str, Any]:
    """What a message says of itself, without a word of its content. Raises BadMessage."""
    match queue:
        case "deliveries":
            delivery = DeliveryMessage.decode(body)
            return {
                "connection": delivery.connection,
                "source": delivery.source,
                "event": delivery.event or "",
            }
        case "postings":
            return {"realm": Ring.decode(body).realm}
        case "jobs":
            return {"kind": _kind(body)}


def _kind(body: str) -> str:
    try:
        row = json.loads(body)
    except ValueError:
        raise BadMessage("the message is no JSON") from None
    kind = row.get("kind") if isinstance(row, dict) else None
    if not isinstance(kind, str):
        raise BadMessage("kind is no text")
    return kind
