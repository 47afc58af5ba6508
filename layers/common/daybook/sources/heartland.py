"""Heartland Retail: webhooks that carry the bare resource, unsigned, one URL for each event.

The connection's shared secret is in the URL or a header; the event's name is the URL's last part.
A body without lines or payments is a hint: `fetch` reads the resource over the REST API. Field
names are Heartland's (https://dev.retail.heartland.us); docs/sources/heartland.md has the table.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from daybook.domain.errors import Unreadable
from daybook.sources.contract import Client, Context, Delivery, Ignored, Location, Parsed
from daybook.sources.heartland_pull import delivery_of, objects, page, resources
from daybook.sources.heartland_vocabulary import (
    EVENTS,
    NAMED_LISTS,
    SALE_EVENTS,
    SALE_TYPES,
    Fields,
    Kind,
    is_complete,
    is_voided,
    stamp_of,
    version_of,
)
from daybook.sources.signatures import verify_shared_secret
from daybook.sources.strict_json import read_json
from daybook.sources.wild import Wild

__all__ = [
    "delivery_id",
    "delivery_of",
    "fetch",
    "name",
    "names",
    "needs_fetch",
    "objects",
    "page",
    "parse",
    "refuses_unreadable",
    "resources",
    "verify",
]

name = "heartland"
refuses_unreadable = False

MAX_ITEMS_FETCHED = 200

_RESOURCE_ID = re.compile(r"[0-9]{1,20}")


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> None:  # noqa: ARG001
    """Raise BadSignature unless the URL's query or the header holds one of the secrets."""
    verify_shared_secret(delivery.headers, delivery.query, secrets)


def delivery_id(delivery: Delivery) -> str:
    """sha256 of the event's name and the body: Heartland numbers no deliveries."""
    event = (delivery.event or "").encode("utf-8", "surrogatepass")
    return hashlib.sha256(event + b"\n" + delivery.body).hexdigest()


def parse(delivery: Delivery, context: Context) -> Parsed:
    """The one event of the body, or Ignored. Raises Unreadable with the path."""
    from daybook.sources.schema import to_event  # noqa: PLC0415 -- pydantic only when parsing

    value = read_json(delivery.body)
    if delivery.event is not None and delivery.event not in EVENTS:
        return [_ignored(value, _plain(delivery.event), "unknown event")]
    body = Wild(value)
    kind = _kind(delivery.event, body)
    reverse = is_voided(body)
    if not reverse and not is_complete(body):
        return [_ignored(value, kind.object_type, "not completed")]
    fields = {
        "object_type": kind.object_type,
        "object_id": body.id_text("id"),
        "object_version": version_of(body),
        "effect": "reverse" if reverse else "post",
        "currency": context.currency,
        "reference": body.id_text("public_id", ""),
        "register": body.id_text("station_id", ""),
        **_party(body, "customer", "customer_id"),
        **_party(body, "supplier", "vendor_id"),
        **kind.read(body),
    }
    place = context.locations.get(fields["location"])
    return [to_event(fields | _when(body, reverse, place))]


def needs_fetch(delivery: Delivery) -> bool:
    """Whether lines, payments or a line's item are absent, so that the API must tell them."""
    try:
        body = Wild(read_json(delivery.body))
        kind = _known_kind(delivery.event, body)
        if kind is None or is_voided(body) or not is_complete(body):
            return False
        return _lacks_parts(body, kind) or any(_lacks_item(line) for line in _lines(body))
    except Unreadable:
        return False  # `parse` says what is wrong, and no answer of the API mends it.


def fetch(delivery: Delivery, client: Client) -> Delivery:
    """The delivery with the resource as the API has it: lines, payments and items in place.

    Its delivery_id is another: take the id of the delivery that came. Raises Held
    (`source_unavailable`), and Unreadable where the body does not even name the resource.
    """
    body = Wild(read_json(delivery.body))
    kind = _known_kind(delivery.event, body)
    if kind is None:
        return delivery
    full = _resource(body, kind, client) if _lacks_parts(body, kind) else dict(body.value)
    _add_items(Wild(full), client)
    return replace(delivery, body=json.dumps(full, default=str).encode())


def _resource(body: Wild, kind: Kind, client: Client) -> Fields:
    path = f"{kind.resource}/{_resource_id(body, 'id')}"
    full: Fields = dict(Wild(client.get(path)).value)
    # One moment's lines, payments and totals: never old ones beside new ones.
    full["lines"] = client.list_all(f"{path}/lines", {"_include[]": "item"})
    if kind.has_payments:
        full["payments"] = client.list_all(f"{path}/payments")
    return full


def _add_items(body: Wild, client: Client) -> None:
    lacking = [line for line in _lines(body) if _lacks_item(line)]
    items: dict[str, Fields] = {}
    for line in lacking:
        item_id = _resource_id(line, "item_id")
        if item_id not in items:
            if len(items) == MAX_ITEMS_FETCHED:
                raise line.unreadable("item", f"over {MAX_ITEMS_FETCHED} items lack; embed them")
            item = Wild(client.get(f"items/{item_id}"))
            items[item_id] = {
                "public_id": item.value.get("public_id"),
                "financial_class_id": item.value.get("financial_class_id"),
            }
        line.value["item"] = items[item_id]


def _lacks_parts(body: Wild, kind: Kind) -> bool:
    if not kind.resource:
        return False
    return not body.has("lines") or (kind.has_payments and not body.has("payments"))


def _lines(body: Wild) -> list[Wild]:
    return body.items("lines") if body.has("lines") else []


def _lacks_item(line: Wild) -> bool:
    return line.has("item_id") and not line.has("item")


def _resource_id(record: Wild, field: str) -> str:
    # The body is unsigned: what stands in it must not become another path of the API.
    resource_id = record.id_text(field)
    if not _RESOURCE_ID.fullmatch(resource_id):
        raise record.unreadable(field, "must be a whole number to be looked up")
    return resource_id


def names(client: Client) -> Mapping[tuple[str, str], str]:
    """Names of payment types, tax rules, shipping methods, reasons and locations by (role, key).

    No public list has the names of item classes or of reasons for cash paid. Raises Held
    (`source_unavailable`), and Unreadable for a row without an id.
    """
    found: dict[tuple[str, str], str] = {}
    for path, roles in NAMED_LISTS.items():
        for place, value in enumerate(client.list_all(path)):
            row = Wild(value, f"{path}.{place}")
            said = row.text("name", "") or row.id_text("public_id", "")
            found |= {(role, row.id_text("id")): said for role in roles if said}
    return found


# --- what the fields of every resource mean ---------------------------------------------------


def _known_kind(event: str | None, body: Wild) -> Kind | None:
    return _kind(event, body) if event is None or event in EVENTS else None


def _kind(event: str | None, body: Wild) -> Kind:
    # Tickets, returns and invoices are one family of Heartland's, told apart by `type`.
    word = body.text("type", "") if event is None or event in SALE_EVENTS else ""
    if word in SALE_TYPES:
        return SALE_TYPES[word]
    if event is None:
        raise Unreadable("event", "is unknown; send to /webhooks/{connection}/{event}")
    if word:
        raise body.unreadable("type", f"{word[:60]!r} is no Ticket, Return or Invoice")
    return EVENTS[event]


def _plain(event: str) -> str:
    return event[:80] if event.isascii() and event.isprintable() else "unknown"


def _ignored(value: Any, object_type: str, reason: str) -> Ignored:
    body = value if isinstance(value, dict) else {}
    version = body.get("updated_at") or body.get("completed_at") or ""
    return Ignored(object_type, str(body.get("id") or "")[:200], str(version)[:40], reason)


def _when(body: Wild, reverse: bool, place: Location | None) -> Fields:
    # local_completed_at is the shop's wall clock at the sale; a void has a date of its own and no
    # local time.
    if reverse and body.has("updated_at"):
        return {"occurred_at": body.instant("updated_at")}
    when: Fields = {"occurred_at": body.instant(stamp_of(body))}
    if body.has("local_completed_at"):
        day = body.date("local_completed_at")
        clock = body.text("local_completed_at")[11:16]
        # Before the closing hour it is still the day before, as the till's own people count.
        early = place is not None and clock != "" and clock < place.day_close
        when["business_date"] = day - timedelta(days=1) if early else day
    return when


def _party(body: Wild, role: str, field: str) -> Fields:
    return {role: {"id": body.id_text(field)}} if body.has(field) else {}
