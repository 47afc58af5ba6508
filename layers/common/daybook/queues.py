"""The three queues over SQS, and the shape of their messages.

    deliveries   one delivery of a point of sale (`DeliveryMessage`)
    postings     FIFO, one group a company: {"realm", "hint": [posting ids]}
    jobs         {"kind", "scope"}

A message is at most 1 MiB
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from daybook.domain.delivery import Origin

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_MESSAGE_BYTES = 1024 * 1024
MAX_HINTS = 30
# Ids may be long; a hint that would make the message too large is only cut.
MAX_HINT_BYTES = 200_000


class BadMessage(ValueError):  # noqa: N818 -- the fact
    """A message that none of our senders wrote. The text names the field, never its content."""


@dataclass(frozen=True, slots=True)
class DeliveryMessage:
    """A delivery on its way from the webhook to the translator.

    headers: allow-listed, names in lower case. Exactly one of body (text) and archive_key (of the
    raw bytes in the archive) is given. sha256: of the raw bytes, hex. received_at: aware.
    """

    connection: str
    source: str
    received_at: datetime
    sha256: str
    event: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    archive_key: str = ""
    origin: Origin = "webhook"

    def encode(self) -> str:
        """The message as JSON. ValueError if it is above SQS's limit, or has not one body."""
        if (self.body is None) == (not self.archive_key):
            raise ValueError("a delivery has either a body or an archive key")
        row: dict[str, Any] = {
            "connection": self.connection,
            "source": self.source,
            "event": self.event,
            "received_at": self.received_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "headers": dict(self.headers),
            "sha256": self.sha256,
        }
        if self.query:
            row["query"] = dict(self.query)
        if self.origin != "webhook":
            row["origin"] = self.origin
        row |= {"archive_key": self.archive_key} if self.archive_key else {"body": self.body}
        # Plain ASCII: SQS refuses some characters, and 128 KiB of any text still fit, escaped.
        text = json.dumps(row, separators=(",", ":"))
        if len(text) > MAX_MESSAGE_BYTES:
            raise ValueError("a delivery's message is above 1 MiB")
        return text

    @staticmethod
    def decode(text: str) -> "DeliveryMessage":
        """The delivery again. Raises BadMessage."""
        row = _object(text)
        body = row.get("body")
        message = DeliveryMessage(
            connection=_text(row, "connection"),
            source=_text(row, "source"),
            received_at=_instant(row, "received_at"),
            sha256=_text(row, "sha256"),
            event=_text(row, "event") if row.get("event") is not None else None,
            headers=_texts(row, "headers"),
            query=_texts(row, "query"),
            body=_text(row, "body") if body is not None else None,
            archive_key=_text(row, "archive_key") if "archive_key" in row else "",
            origin="pull" if row.get("origin") == "pull" else "webhook",
        )
        if (message.body is None) == (not message.archive_key):
            raise BadMessage("body or archive_key: one of them is needed")
        return message


class Ring(NamedTuple):
    """A doorbell's message: a company with something due, and up to 30 ids of what it is."""

    realm: str
    hint: tuple[str, ...] = ()

    def encode(self) -> str:
        """The message as JSON; ids beyond what fits are left out, for they are only a hint."""
        hint: list[str] = []
        size = 0
        for row_id in self.hint[:MAX_HINTS]:
            size += len(json.dumps(row_id))
            if size > MAX_HINT_BYTES:
                break
            hint.append(row_id)
        return json.dumps({"realm": self.realm, "hint": hint}, separators=(",", ":"))

    @staticmethod
    def decode(text: str) -> "Ring":
        """The ring again. Raises BadMessage."""
        row = _object(text)
        hint = row.get("hint", [])
        if not isinstance(hint, list) or not all(isinstance(one, str) for one in hint):
            raise BadMessage("hint is no list of ids")
        return Ring(_text(row, "realm"), tuple(hint[:MAX_HINTS]))


class Deliveries:
    """Sends to the queue `deliveries`."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, message: DeliveryMessage) -> None:
        """Queue a delivery; returns when SQS has it."""
        self._client.send_message(QueueUrl=self._url, MessageBody=message.encode())


class Doorbell:
    """Rings the poster. new_id: a text not used before, so that no ring is taken for another."""

    def __init__(self, client: "SQSClient", url: str, new_id: Callable[[], str]) -> None:
        self._client = client
        self._url = url
        self._new_id = new_id

    def __call__(self, realm: str, hint: Sequence[str]) -> None:
        """Ring for a company."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=Ring(realm, tuple(hint)).encode(),
            MessageGroupId=realm,
            MessageDeduplicationId=self._new_id(),
        )


# The longest that SQS keeps a message back.
MAX_DELAY_SECONDS = 900


class Jobs:
    """Sends to the queue `jobs`."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, kind: str, scope: Mapping[str, Any]) -> None:
        """Queue a slice of a job. scope: what the kind needs, JSON values only."""
        body = json.dumps({"kind": kind, "scope": dict(scope)}, separators=(",", ":"))
        self._client.send_message(QueueUrl=self._url, MessageBody=body)

    def send_later(self, kind: str, scope: Mapping[str, Any], seconds: int) -> None:
        """Queue a slice that is given out after so many seconds, at most 900."""
        body = json.dumps({"kind": kind, "scope": dict(scope)}, separators=(",", ":"))
        delay = min(max(seconds, 0), MAX_DELAY_SECONDS)
        self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=delay)


def waiting_and_dead(
    client: "SQSClient", urls: Mapping[str, tuple[str, str]]
) -> dict[str, dict[str, int]]:
    """How many messages wait in each queue and in its dead letters, roughly, as SQS tells.

    urls: by name, the queue's URL and that of its dead letters.
    """
    return {
        name: {"waiting": _messages(client, queue), "dead": _messages(client, dead)}
        for name, (queue, dead) in urls.items()
    }


def _messages(client: "SQSClient", url: str) -> int:
    counts = client.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ],
    )["Attributes"]
    return sum(map(int, counts.values()))


def _object(text: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except ValueError:
        raise BadMessage("the message is no JSON") from None
    if not isinstance(row, dict):
        raise BadMessage("the message is no JSON object")
    return row


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise BadMessage(f"{name} is no text")
    return value


def _texts(row: Mapping[str, Any], name: str) -> dict[str, str]:
    value = row.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise BadMessage(f"{name} is no object of texts")
    return value


def _instant(row: Mapping[str, Any], name: str) -> datetime:
    try:
        at = datetime.fromisoformat(_text(row, name))
    except ValueError:
        raise BadMessage(f"{name} is no instant") from None
    if at.tzinfo is None:
        raise BadMessage(f"{name} has no zone")
    return at
