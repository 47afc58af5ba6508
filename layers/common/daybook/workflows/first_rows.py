"""The rows that a delivery begins as: its own, one for each event, or one for it as a whole."""

import hashlib
from datetime import datetime

from daybook.domain.event import FinancialEvent
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.domain.translation import posting_key
from daybook.sources.contract import Delivery, Ignored
from daybook.workflows.ports import DeliveryRow

_MAX_ID = 200


def delivery_row(delivery: Delivery, delivery_id: str, archive_key: str) -> DeliveryRow:
    """The delivery's own row; archive_key: where a large body is kept."""
    return DeliveryRow(
        connection=delivery.connection,
        delivery_id=delivery_id,
        sha256=hashlib.sha256(delivery.body).hexdigest(),
        source=delivery.source,
        received_at=instant_text(delivery.received_at),
        event=delivery.event,
        body=b"" if archive_key else delivery.body,
        archive_key=archive_key,
        origin=delivery.origin,
    )


def event_row(
    found: FinancialEvent | Ignored,
    delivery: Delivery,
    delivery_id: str,
    at: datetime,
    *,
    says_all: bool,
) -> Posting:
    """The row of an event, or of what is no event to daybook, as `received`.

    says_all: whether the sender states everything of an event. Of a vendor's, our mapping adds the
    currency and may move the date by its closing hour: sent again after the mapping changed, it is
    still the same event.
    """
    now = instant_text(at)
    received = instant_text(delivery.received_at)
    if isinstance(found, Ignored):
        key = PostingKey(
            delivery.connection, found.object_type, found.object_id, found.object_version
        )
        return Posting(
            key,
            "received",
            delivery.source,
            "",
            found.location,
            delivery_id,
            now,
            now,
            occurred_at=received,
            event_sha=hashlib.sha256(delivery.body).hexdigest(),
            reason_text=found.reason,
            origin=_origin(delivery),
        )
    body = found.to_json()
    return Posting(
        posting_key(found, delivery.connection),
        "received",
        delivery.source,
        found.body.kind,
        found.location,
        delivery_id,
        now,
        now,
        occurred_at=instant_text(found.occurred_at) if found.occurred_at else received,
        event=body,
        event_sha=content_sha(body if says_all else _as_sent(found)),
        origin=_origin(delivery),
    )


def _as_sent(event: FinancialEvent) -> bytes:
    return event.model_copy(update={"business_date": None, "currency": ""}).to_json()


def whole_row(delivery: Delivery, row: DeliveryRow, at: datetime, beside: str = "") -> Posting:
    """A row for a delivery as a whole, where no event can be told."""
    now = instant_text(at)
    return Posting(
        PostingKey(delivery.connection, "delivery", _bounded(row.delivery_id), "1"),
        "received",
        delivery.source,
        "",
        "",
        row.delivery_id,
        now,
        now,
        occurred_at=row.received_at,
        event_sha=row.sha256,
        beside=beside,
        origin=_origin(delivery),
    )


def _origin(delivery: Delivery) -> str:
    """What a row says of how it came: nothing where a webhook brought it, as most are."""
    return "" if delivery.origin == "webhook" else delivery.origin


def _bounded(delivery_id: str) -> str:
    short = len(delivery_id) <= _MAX_ID
    return delivery_id if short else hashlib.sha256(delivery_id.encode()).hexdigest()
