"""Unleashed: signed webhooks that name an object, which is read over the API.

Field names are Unleashed's (https://apidocs.unleashedsoftware.com); docs/sources/unleashed.md has
the table of what each becomes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from daybook.domain.errors import Held, Unreadable
from daybook.sources import unleashed_pull
from daybook.sources.contract import Client, Context, Delivery, Ignored, Parsed
from daybook.sources.signatures import verify_dated_hmac
from daybook.sources.unleashed_envelope import Envelope, notification_id, opened, version_of
from daybook.sources.unleashed_fetch import add_parts, lacks, named
from daybook.sources.unleashed_kinds import BY_WORD, Kind
from daybook.sources.wild import Wild

name = "unleashed"
refuses_unreadable = False

resources = unleashed_pull.RESOURCES
page = unleashed_pull.page
objects = unleashed_pull.objects
delivery_of = unleashed_pull.delivery_of

# The roles whose key is a product's group.
_GROUPED = ("sales", "returns", "markdowns", "cogs", "inventory_on_hand")


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> None:
    """Raise BadSignature unless one secret signed timestamp and body within 5 minutes of now."""
    headers = delivery.headers
    signature = headers.get("x-unleashed-signature", "")
    timestamp = headers.get("x-unleashed-timestamp", "")
    verify_dated_hmac(signature, timestamp, delivery.body, secrets, now)


def delivery_id(delivery: Delivery) -> str:
    """`eventNotificationId`; where there is none, sha256 of the body."""
    return notification_id(delivery) or hashlib.sha256(delivery.body).hexdigest()


def parse(delivery: Delivery, context: Context) -> Parsed:
    """The one event of the object, or Ignored. Raises Unreadable with the path."""
    from daybook.sources.schema import to_event  # noqa: PLC0415 -- pydantic only when parsing

    event = opened(delivery)
    kind, data = BY_WORD.get(event.word), event.data
    if kind is None:
        return [_ignored(event.word or "unknown", data, "not exported")]
    if event.action == "deleted":
        return [_ignored(kind.object_type, data, "deleted")]
    if not kind.is_completed(data):
        return [_ignored(kind.object_type, data, "not completed")]
    fields = {
        "object_type": kind.object_type,
        "object_id": data.id_text("Guid").lower(),
        "object_version": version_of(data),
        **kind.read(data, context),
    }
    return [to_event(fields)]


def needs_fetch(delivery: Delivery) -> bool:
    """Whether the body only names the object, or lacks what stands elsewhere in the API."""
    try:
        event = opened(delivery)
        kind = _exported(event)
        return kind is not None and lacks(kind, event.data)
    except Unreadable:
        return False  # `parse` says what is wrong, and no answer of the API mends it.


def fetch(delivery: Delivery, client: Client) -> Delivery:
    """The delivery with the object as the API has it, and what the object lacks beside it.

    Its body is as long as it must be; its delivery_id is that of the delivery that came. Raises
    Held (`source_unavailable`), also while a completed object is not shown as such yet: a read may
    lag behind its webhook. Raises Unreadable where the body does not even name the object.
    """
    event = opened(delivery)
    kind = _exported(event)
    if kind is None:
        return delivery
    data = named(kind, event.data, client)
    if not kind.is_completed(data):
        if event.action == "completed":
            raise Held("source_unavailable", "Unleashed does not show it as completed yet.")
    elif kind.status:
        add_parts(kind, data, client)
    body = {
        "eventNotificationId": delivery_id(delivery),
        "eventType": f"{event.word}.{event.action}",
        "data": data.value,
    }
    return replace(delivery, body=json.dumps(body, default=str).encode())


def names(client: Client) -> Mapping[tuple[str, str], str]:
    """Names of warehouses by their codes; product groups under each role whose key they are.

    Raises Held (`source_unavailable`), and Unreadable for a row without a name.
    """
    found: dict[tuple[str, str], str] = {}
    for place, value in enumerate(client.list_all("Warehouses")):
        row = Wild(value, f"Warehouses.{place}")
        found["location", row.id_text("WarehouseCode")] = row.text("WarehouseName", "")
    for place, value in enumerate(client.list_all("ProductGroups")):
        group = Wild(value, f"ProductGroups.{place}").id_text("GroupName")
        found |= {(role, group): group for role in _GROUPED}
    return {key: said for key, said in found.items() if said}


def _exported(event: Envelope) -> Kind | None:
    return None if event.action == "deleted" else BY_WORD.get(event.word)


def _ignored(object_type: str, data: Wild, reason: str) -> Ignored:
    try:
        version = version_of(data)
    except Unreadable:
        version = ""
    return Ignored(object_type, _plain(data.value.get("Guid")), version, reason)


def _plain(guid: Any) -> str:
    return guid[:200] if isinstance(guid, str) and guid.isprintable() else ""
