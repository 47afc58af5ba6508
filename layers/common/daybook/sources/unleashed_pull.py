"""What Unleashed's API is pulled for: a list for each kind of object that is exported.

Lists come newest first, whatever is asked, so each is read whole from `modifiedSince` on; the
filter is UTC (https://apidocs.unleashedsoftware.com/SalesShipments). Their rows are whole objects.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from daybook.domain.errors import Unreadable
from daybook.sources.contract import Delivery, ListClient, Page, PulledObject, Resource, Row
from daybook.sources.unleashed_envelope import instant, version_of
from daybook.sources.unleashed_kinds import (
    ADJUSTMENT,
    ASSEMBLY,
    CREDIT_NOTE,
    CUSTOMER,
    INVOICE,
    PURCHASE_ORDER,
    SHIPMENT,
    SUPPLIER,
    SUPPLIER_RETURN,
    Kind,
)
from daybook.sources.unleashed_lines import first
from daybook.sources.wild import Wild

# Parties before the documents that name them.
_LISTS: Mapping[str, Kind] = {
    "customers": CUSTOMER,
    "suppliers": SUPPLIER,
    "invoices": INVOICE,
    "credit_notes": CREDIT_NOTE,
    "purchase_orders": PURCHASE_ORDER,
    "supplier_returns": SUPPLIER_RETURN,
    "shipments": SHIPMENT,
    "adjustments": ADJUSTMENT,
    "assemblies": ASSEMBLY,
}
# The documentation of these gives `modifiedSince` a date alone.
_BY_DATE = frozenset({"credit_notes", "adjustments", "assemblies"})
_SECOND = timedelta(seconds=1)
_STATED = {"total": "Total", "tax": "TaxTotal", "home_total": "BCTotal"}

RESOURCES: Sequence[Resource] = tuple(
    Resource(name, ordered=False, object_types=(kind.object_type,)) for name, kind in _LISTS.items()
)


def page(client: ListClient, resource: str, since: datetime, number: int) -> Page:
    """A page of what was changed at `since` or later. Raises Unavailable, Refused, Unreadable."""
    kind = _LISTS[resource]
    # "After a specified date": a second earlier takes in what is just of that instant.
    after = (since - _SECOND).astimezone(UTC)
    shown = f"{after:%Y-%m-%d}" if resource in _BY_DATE else f"{after:%Y-%m-%dT%H:%M:%S}"
    listed = client.listed(kind.resource, {"modifiedSince": shown}, number)
    rows = [_row(value, f"{kind.resource}.{place}") for place, value in enumerate(listed.rows)]
    return Page(rows, listed.pages, listed.total)


def objects(_client: ListClient, resource: str, row: Row) -> Sequence[PulledObject]:
    """What a row holds: the object, or none while it is not completed."""
    kind = _LISTS[resource]
    body = Wild(row.raw)
    if not _is_completed(kind, body):
        return ()
    stated = {ours: str(body.value[name]) for ours, name in _STATED.items() if body.has(name)}
    event = f"{kind.words[0]}.pulled"
    return [
        PulledObject(kind.object_type, row.id, version_of(body), row.raw, "post", event, stated)
    ]


def delivery_of(connection: str, found: PulledObject, received_at: datetime) -> Delivery:
    """The delivery that stands for it: the object in the envelope of a webhook."""
    envelope = {
        "eventNotificationId": f"pull-{found.object_type}-{found.object_id}-{found.version}",
        "eventType": found.event,
        "data": found.body,
    }
    body = json.dumps(envelope, default=str).encode()
    return Delivery(connection, "unleashed", body, received_at, origin="pull")


def _row(value: object, path: str) -> Row:
    body = Wild(value, path)
    modified = instant(body, first(body, "LastModifiedOn", "CreatedOn"))
    return Row(body.id_text("Guid").lower(), modified, value)


def _is_completed(kind: Kind, body: Wild) -> bool:
    try:
        return kind.is_completed(body)
    except Unreadable:
        return True  # `parse` says what is wrong with it, on a row that a person sees.
