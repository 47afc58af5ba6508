"""What Point of Rental's Global API is pulled for: exports of the ledger with their rows, and
invoices and payments as they are made.

Filters, pages, `ModelType` and text `Id`s are the vendor's (https://api.pointofrental.com/). Its
reference has no accounting schema, so the fields here are ours; docs/sources/point_of_rental.md.
The body that a row becomes is that of the delivery of the same thing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from daybook.domain.pos_errors import Unavailable
from daybook.sources.contract import Delivery, ListClient, Page, PulledObject, Resource, Row
from daybook.sources.wild import Wild

_PATHS = {"exports": "accounting/exports", "documents": "accounting/documents"}
_ROWS = "accounting/rows"
# The fields of an export and of its rows: Point of Rental's way of writing, and the delivery's.
_EXPORT = {
    "Period": "type",
    "ExportedAt": "exported_at",
    "Date": "date",
    "File": "file",
    "Detail": "detail",
    "EndOfDay": "end_of_day",
    "Stores": "stores",
}
_ROW = {
    "Family": "family",
    "Account": "account",
    "Debit": "debit",
    "Credit": "credit",
    "Class": "class",
    "Store": "store",
    "Date": "date",
    "Memo": "memo",
    "Customer": "customer",
}
# By ModelType: the delivery's type, the name of its part, and the object it is.
_DOCUMENTS: Mapping[str, tuple[str, str, str]] = {
    "Invoice": ("invoice", "invoice", "invoice"),
    "Payment": ("payment", "payment", "payment"),
    "PortalPayment": ("portal_payment", "payment", "payment"),
}
# An export becomes an event for each store, day (or month) and family.
_TYPES = {
    "exports": ("gl_day", "gl_month", "gl_invoice"),
    "documents": ("invoice", "payment"),
}
# No order is documented: a list of several pages is read until it held still.
resources: Sequence[Resource] = tuple(
    Resource(
        name,
        overlap=timedelta(hours=1),
        ordered=False,
        expands=name == "exports",
        object_types=_TYPES[name],
    )
    for name in _PATHS
)


def page(client: ListClient, resource: str, since: datetime, number: int) -> Page:
    """A page of what was modified at `since` or later. Raises Unavailable, Refused, Unreadable."""
    after = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    wanted = [{"field": "ModifiedOn", "type": ">=", "value": after}]
    path = _PATHS[resource]
    listed = client.listed(path, {"X-Filter": json.dumps(wanted)}, number)
    rows = [_row(value, f"{path}.{place}") for place, value in enumerate(listed.rows)]
    return Page(rows, listed.pages, listed.total)


def _row(value: Any, path: str) -> Row:
    body = Wild(value, path)
    return Row(body.id_text("Id"), body.instant("ModifiedOn"), value)


def objects(client: ListClient, resource: str, row: Row) -> Sequence[PulledObject]:
    """An export with all its rows, or one document."""
    body = Wild(row.raw)
    return [_export(client, body)] if resource == "exports" else [_document(body)]


def _export(client: ListClient, export: Wild) -> PulledObject:
    own = export.id_text("Id")
    wanted = json.dumps([{"field": "ExportId", "type": "=", "value": own}])
    rows = client.list_all(_ROWS, {"X-Filter": wanted})
    ids = {Wild(row, f"{_ROWS}.{place}").id_text("Id") for place, row in enumerate(rows)}
    stated = export.amount("RowCount")
    if len(ids) != len(rows) or len(rows) != stated:
        raise Unavailable(f"Point of Rental's export {own[:60]!r} changed while it was read")
    body = _renamed(export.value, _EXPORT)
    body["rows"] = [_renamed(row, _ROW) for row in rows]
    return PulledObject(
        object_type="gl_export",
        object_id=own,
        version=export.text("ExportedAt"),
        body=body,
        stated={"debit": str(_sum(rows, "Debit")), "credit": str(_sum(rows, "Credit"))},
    )


def _sum(rows: Sequence[Any], field: str) -> Decimal:
    return sum((Wild(row).amount(field, Decimal(0)) for row in rows), Decimal(0))


def _renamed(value: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {ours: value[theirs] for theirs, ours in names.items() if value.get(theirs) is not None}


def _document(row: Wild) -> PulledObject:
    word = row.text("ModelType")
    if word not in _DOCUMENTS:
        raise row.unreadable("ModelType", f"{word[:60]!r} is none of {', '.join(_DOCUMENTS)}")
    kind, part, object_type = _DOCUMENTS[word]
    document, own = row.get("Document"), row.id_text("Id")
    total = next((name for name in ("total", "amount") if document.has(name)), "")
    return PulledObject(
        object_type=object_type,
        object_id=document.id_text("id", own),
        version=document.text("modified_at"),
        body={"type": kind, "store": row.get("Store").value, part: {"id": own, **document.value}},
        effect="reverse" if document.boolean("voided", False) else "post",
        stated={total: str(document.value[total])} if total else {},
    )


def delivery_of(connection: str, found: PulledObject, received_at: datetime) -> Delivery:
    """The delivery that stands for it; its id is a hash of its body, for it has no other."""
    body = json.dumps(found.body, default=str).encode()
    message = f"pull-{hashlib.sha256(body).hexdigest()}"
    return Delivery(
        connection, "point_of_rental", body, received_at, {"webhook-id": message}, origin="pull"
    )
