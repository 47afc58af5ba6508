"""What Heartland Retail's REST API is pulled for: eight lists, each by rising `updated_at`.

Filter and sort are those of Heartland's own client: `_filter` as JSON with `$gt`, `sort[]`
(https://github.com/springboardretail/springboard-client-ruby). A list that passes them over is
noticed by the pull, which then reads all its pages.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from daybook.domain.errors import Unreadable
from daybook.sources.contract import Delivery, ListClient, Page, PulledObject, Resource, Row
from daybook.sources.heartland_vocabulary import (
    EVENTS,
    SALE_TYPES,
    Fields,
    is_complete,
    is_voided,
    version_of,
)
from daybook.sources.wild import Wild


@dataclass(frozen=True, slots=True)
class _List:
    """One list: its REST path, the event of its rows, and what else is filtered for."""

    path: str
    event: str
    only: Mapping[str, Any]


_LISTS: Mapping[str, _List] = {
    "tickets": _List("sales/tickets", "sales_transaction_completed", {}),
    "invoices": _List("sales/invoices", "invoice_completed", {}),
    # All payments are one list; those of tickets stand in their tickets.
    "deposits": _List("payments", "deposit_taken", {"deposit": True}),
    "receipts": _List("purchasing/receipts", "purchasing_receipt_completed", {}),
    "returns": _List("purchasing/returns", "purchasing_return_completed", {}),
    "transfers": _List("inventory/transfers", "", {}),
    "adjustments": _List("inventory/adjustment_sets", "inventory_adjusted", {}),
    "gift_card_adjustments": _List("gift_card_adjustments", "gift_card_adjusted", {}),
}
# The kinds of a transfer's events, by the word that their `type` begins with.
_TRANSFER_EVENTS = {"ship": "transfer_shipped", "recei": "transfer_received"}
_SECOND = timedelta(seconds=1)
_ID = re.compile(r"[0-9]{1,20}")


def _types_of(name: str) -> tuple[str, ...]:
    event = _LISTS[name].event
    events = [event] if event else list(_TRANSFER_EVENTS.values())
    return tuple(EVENTS[one].object_type for one in events)


resources: Sequence[Resource] = tuple(
    Resource(one, expands=one == "transfers", object_types=_types_of(one)) for one in _LISTS
)


def page(client: ListClient, resource: str, since: datetime, number: int) -> Page:
    """A page of what was changed at `since` or later. Raises Unavailable, Refused, Unreadable."""
    asked = _LISTS[resource]
    # Only $gt is documented; instants there have whole seconds.
    after = (since - _SECOND).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    wanted = json.dumps({"updated_at": {"$gt": after}, **asked.only})
    listed = client.listed(asked.path, {"_filter": wanted, "sort[]": "updated_at,asc"}, number)
    rows = [_row(value, f"{asked.path}.{place}") for place, value in enumerate(listed.rows)]
    return Page(rows, listed.pages, listed.total)


def _row(value: Any, path: str) -> Row:
    body = Wild(value, path)
    stamps = ("updated_at", "completed_at", "created_at")
    stamp = next((one for one in stamps if body.has(one)), "updated_at")
    return Row(body.id_text("id"), body.instant(stamp), value)


def objects(client: ListClient, resource: str, row: Row) -> Sequence[PulledObject]:
    """What a row holds: none while it is open, one, or each shipment and receipt of a transfer."""
    if resource == "transfers":
        return _transfer(client, Wild(row.raw))
    body = Wild(row.raw)
    if resource == "deposits" and not body.boolean("deposit", False):
        return ()
    if is_voided(body):
        return _voided(body, _LISTS[resource].event)
    return [_object(body, _LISTS[resource].event)] if _is_finished(body) else ()


def delivery_of(connection: str, found: PulledObject, received_at: datetime) -> Delivery:
    """The delivery that stands for it, as the webhook of its event would bring it."""
    body = json.dumps(found.body, default=str).encode()
    return Delivery(
        connection, "heartland", body, received_at, event=found.event, origin="pull"
    )  # fmt: skip


def _is_finished(body: Wild) -> bool:
    try:
        return is_complete(body)
    except Unreadable:
        return True  # `parse` says what is wrong with it, on a row that a person sees.


def _object(body: Wild, event: str, before: PulledObject | None = None) -> PulledObject:
    kind = SALE_TYPES.get(str(body.value.get("type")), EVENTS[event])
    total = next((name for name in ("total", "amount") if body.has(name)), "")
    return PulledObject(
        object_type=kind.object_type,
        object_id=body.id_text("id"),
        version=_version(body),
        body=body.value,
        effect="reverse" if is_voided(body) else "post",
        event=event,
        stated={total: str(body.value[total])} if total else {},
        before=before,
    )


def _version(body: Wild) -> str:
    try:
        return version_of(body)
    except Unreadable:
        return "1"  # As `_is_finished`.


def _voided(body: Wild, event: str) -> Sequence[PulledObject]:
    """A void, and the sale that it takes back, with nothing in it: what was never posted cancels
    out with its void, and what was posted has a row of its own already."""
    if not body.has("completed_at"):
        return ()  # Never completed, so never sold.
    completed = body.instant("completed_at").astimezone(UTC)
    # Another text than the webhook of that instant would have as its version.
    version = completed.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    empty = {"voided?": False, "completed?": True, "status": "complete", "updated_at": version}
    sold = Wild({**body.value, **empty, "total": None, "lines": [], "payments": []})
    return [_object(body, event, before=_object(sold, event))]


def _transfer(client: ListClient, transfer: Wild) -> Sequence[PulledObject]:
    """Each event of a transfer; shipment and receipt stand apart, maybe by days."""
    path = f"inventory/transfers/{_number(transfer)}"
    events = [Wild(value, f"{path}/events") for value in client.list_all(f"{path}/events")]
    finished = [event for event in events if _is_finished(event) and not is_voided(event)]
    if not finished:
        return ()
    lines = client.list_all(f"{path}/event_lines", {"_include[]": "item"})
    return [_moved(transfer, event, lines) for event in finished]


def _number(transfer: Wild) -> str:
    number = transfer.id_text("id")
    if not _ID.fullmatch(number):
        raise transfer.unreadable("id", "must be a whole number to be looked up")
    return number


def _moved(transfer: Wild, event: Wild, lines: Sequence[Any]) -> PulledObject:
    word = event.text("type").lower()
    names = [name for begin, name in _TRANSFER_EVENTS.items() if begin in word]
    if not names:
        raise event.unreadable("type", f"{word[:60]!r} is neither a shipment nor a receipt")
    own = event.id_text("id")
    mine = [line for line in lines if Wild(line).id_text("transfer_event_id") == own]
    places = {name: transfer.value.get(name) for name in ("from_location_id", "to_location_id")}
    body: Fields = {
        **{name: value for name, value in event.value.items() if name != "type"},
        "transfer_id": transfer.value["id"],
        **places,
        "lines": mine,
    }
    return _object(Wild(body), names[0])
