"""The part of the wiring by which a delivery comes in, and is read again from its message."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from daybook.queues import DeliveryMessage
from daybook.sources.contract import Delivery
from daybook.sources.registry import find
from daybook.sources.strict_json import read_json
from daybook.store.secrets import SecretsUnavailable, WebhookSecret
from daybook.workflows.receive import MAX_INLINE_BYTES, Intake, Unavailable

if TYPE_CHECKING:
    from daybook.queues import Deliveries
    from daybook.store.archive import Archive
    from daybook.store.secrets import Secrets

ARCHIVED = "deliveries"
# Vouches for nothing: it has the form of a secret, so that checking against it takes as long.
STAND_IN_SECRET = "whsec_" + "A" * 43 + "="


class Parts(Protocol):
    """The other parts of the stack that this one is made from."""

    @property
    def archive(self) -> "Archive": ...
    @property
    def secrets(self) -> "Secrets": ...
    @property
    def deliveries(self) -> "Deliveries": ...


def intake_of(parts: Parts, clock: Callable[[], datetime]) -> Intake:
    """For `receive`."""

    def credential(connection: str, at: datetime, doubted: bool) -> WebhookSecret | None:
        try:
            return parts.secrets.webhook_secret(connection, at, doubted=doubted)
        except SecretsUnavailable as failure:
            raise Unavailable(str(failure)) from failure

    return Intake(
        credential=credential,
        source=find,
        check=read_json,
        stand_in=WebhookSecret("canonical", (STAND_IN_SECRET,)),
        keep=lambda delivery, sha256: _keep(delivery, sha256, parts),
        clock=clock,
    )


def _keep(delivery: Delivery, sha256: str, parts: Parts) -> None:
    """The raw body into the archive where it is large, then the message."""
    inline = len(delivery.body) <= MAX_INLINE_BYTES
    key = "" if inline else f"{ARCHIVED}/{delivery.connection}/{sha256}"
    message = DeliveryMessage(
        connection=delivery.connection,
        source=delivery.source,
        received_at=delivery.received_at,
        sha256=sha256,
        event=delivery.event,
        headers=delivery.headers,
        query=delivery.query,
        body=None if key else delivery.body.decode(),
        archive_key=key,
    )
    try:
        if key:
            parts.archive.put(key, delivery.body)
        parts.deliveries.send(message)
    except (BotoCoreError, ClientError) as failure:
        raise Unavailable(f"not queued: {type(failure).__name__}") from failure


def delivery_of(message: DeliveryMessage, archive: "Archive") -> Delivery:
    """The delivery that a message carries, its body from the archive where it is there."""
    inline = message.body is not None
    body = message.body.encode() if message.body is not None else b""
    return Delivery(
        connection=message.connection,
        source=message.source,
        body=body if inline else archive.get(message.archive_key),
        received_at=message.received_at,
        headers=message.headers,
        query=message.query,
        event=message.event,
        origin=message.origin,
    )
