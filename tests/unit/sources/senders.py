"""How each source's sender makes a delivery that is taken: what the shared tests then break."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from daybook.sources.contract import Delivery
from daybook.sources.signatures import new_secret, sign

NOW = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)
SECRET = new_secret(b"s" * 24)
OTHER_SECRET = new_secret(b"o" * 24)
CORPUS = Path(__file__).parents[3] / "events" / "webhooks"


def raw(body: Any) -> bytes:
    """A body as bytes; text stands as it is."""
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def corpus(source: str) -> Iterator[tuple[str, Delivery]]:
    """(file name without ending, delivery) of each sample of a source."""
    for file in sorted((CORPUS / source).glob("*.json")):
        sample = json.loads(file.read_bytes())
        unsent = Delivery(
            "shop", source, raw(sample["body"]), NOW, sample["headers"], {}, sample.get("event")
        )
        yield file.stem, SENDERS[source].send(unsent, SECRET, NOW)


def sample(source: str, name: str) -> Delivery:
    """One delivery of the corpus, signed."""
    return dict(corpus(source))[name]


def _signed(delivery: Delivery, secret: str, at: datetime) -> Delivery:
    message_id = delivery.headers.get("webhook-id", "msg_1")
    seconds = int(at.timestamp())
    headers = {
        **delivery.headers,
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": sign(secret, message_id, seconds, delivery.body),
    }
    return replace(delivery, headers=headers)


def _dated(delivery: Delivery, secret: str, at: datetime) -> Delivery:
    seconds = str(int(at.timestamp()))
    digest = hmac.digest(secret.encode(), f"{seconds}.".encode() + delivery.body, "sha256")
    headers = {
        **delivery.headers,
        "x-unleashed-timestamp": seconds,
        "x-unleashed-signature": base64.b64encode(digest).decode(),
    }
    return replace(delivery, headers=headers)


def _with_shared_secret(delivery: Delivery, secret: str, _at: datetime) -> Delivery:
    return replace(delivery, query={"secret": secret})


@dataclass(frozen=True, slots=True)
class Sender:
    """send: adds the proof. proof_headers: the headers that it stands in, none for a query.

    covers_body: whether the proof is over the body too. example: a body that is taken.
    """

    send: Callable[[Delivery, str, datetime], Delivery]
    proof_headers: tuple[str, ...]
    covers_body: bool
    example: str


_SIGNED_BY = ("webhook-id", "webhook-timestamp", "webhook-signature")

SENDERS: Mapping[str, Sender] = {
    "canonical": Sender(_signed, _SIGNED_BY, True, "sale__return"),
    "heartland": Sender(_with_shared_secret, (), False, "sales_transaction_completed__h01_ticket"),
    "mobipos": Sender(_signed, _SIGNED_BY, True, "report__whole_day"),
    "point_of_rental": Sender(_signed, _SIGNED_BY, True, "day_export__all_families"),
    "unleashed": Sender(
        _dated, ("x-unleashed-signature", "x-unleashed-timestamp"), True, "invoice__completed"
    ),
}
