"""Point of Rental: the general ledger's day export, and invoices and payments as they are made.

The public API has no webhooks and no accounting schema (https://api.pointofrental.com); its files
and modes are documented (https://por.my.site.com/uLearn/s/article/Elite-Accounting-Integrations).
So the JSON is daybook's shape, signed by the Standard Webhooks scheme, with the IIF and CSV files
inside it or, for a preview, bare. docs/sources/point_of_rental.md describes each delivery.

One event for each store, day and family of ledger rows: a row has one owner in each posting mode
(`daybook.domain.families`).
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from daybook.domain.errors import Unreadable
from daybook.sources.contract import Client, Context, DayClosed, Delivery, Ignored, Parsed
from daybook.sources.point_of_rental_documents import document_event
from daybook.sources.point_of_rental_pull import delivery_of, objects, page, resources
from daybook.sources.point_of_rental_rows import (
    PERIODS,
    Export,
    export_of,
    group_event,
    group_name,
    grouped,
    rows_of,
    stores_of,
)
from daybook.sources.point_of_rental_text import csv_rows, iif_rows
from daybook.sources.signatures import message_id_of, verify_standard_webhooks
from daybook.sources.strict_json import read_json
from daybook.sources.wild import Wild

if TYPE_CHECKING:
    from daybook.domain.event import FinancialEvent

__all__ = [
    "closes",
    "delivery_id",
    "delivery_of",
    "fetch",
    "name",
    "needs_fetch",
    "objects",
    "page",
    "parse",
    "refuses_unreadable",
    "resources",
    "verify",
]

name = "point_of_rental"
refuses_unreadable = False

DOCUMENTS = frozenset({"invoice", "payment", "portal_payment"})
END_OF_DAY = "end_of_day"
FORMATS = {"csv": csv_rows, "iif": iif_rows}


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> None:
    """Raise BadSignature unless one of the secrets signed the raw body within 5 minutes."""
    verify_standard_webhooks(delivery.headers, delivery.body, secrets, now)


def delivery_id(delivery: Delivery) -> str:
    """The `webhook-id`, which the scheme keeps over retries. Raises Unreadable without one."""
    return message_id_of(delivery)


def parse(delivery: Delivery, context: Context) -> Parsed:
    """The events in the body: one a family of rows, or one document. Raises Unreadable."""
    from daybook.sources.schema import to_event  # noqa: PLC0415 -- pydantic only when parsing

    if _is_bare_file(delivery.body):
        text = _text(delivery.body)
        rows = iif_rows(text) if text.lstrip().startswith("!") else csv_rows(text)
        return _of_rows(rows, Export(stores={}), context)
    body = Wild(read_json(delivery.body))
    kind = body.text("type")
    if kind in DOCUMENTS:
        return [to_event(document_event(body, kind, context.currency))]
    closed = _closed_by(body, kind)
    if kind in PERIODS:
        return _of_rows(_rows(body), export_of(body, kind), context)
    if kind == END_OF_DAY:
        return [_said(day) for day in closed]
    return [_unknown(kind, delivery.body)]


def closes(delivery: Delivery) -> Sequence[DayClosed]:
    """The stores and days that an end of day, or an export with `end_of_day`, says are over."""
    if _is_bare_file(delivery.body):
        return []
    body = Wild(read_json(delivery.body))
    return _closed_by(body, body.text("type"))


def _closed_by(body: Wild, kind: str) -> list[DayClosed]:
    if kind == END_OF_DAY:
        return _closed(body, "closed_at")
    if kind == "day_export" and body.boolean("end_of_day", False):
        return _closed(body, "exported_at")
    return []


def _closed(body: Wild, instant: str) -> list[DayClosed]:
    day, at = body.date("date"), body.instant(instant)
    closed = [DayClosed(store, day, at) for store in stores_of(body)]
    if not closed:
        raise body.unreadable("store", "is missing: whose day is over?")
    return closed


def _said(closed: DayClosed) -> Ignored:
    """What is kept of a delivery that holds no money: that it was said, and when."""
    day = f"{closed.location}-{closed.business_date}"
    version = closed.closed_at.isoformat()
    return Ignored(END_OF_DAY, day, version, "says that the day is over", closed.location)


def _rows(body: Wild) -> list[Wild]:
    if not body.has("text"):
        return body.items("rows")
    if body.has("rows"):
        raise body.unreadable("text", "stands beside rows; send one or the other")
    word = body.text("format").lower()
    if word not in FORMATS:
        raise body.unreadable("format", f"{word[:60]!r} is none of {', '.join(FORMATS)}")
    return FORMATS[word](body.text("text"))


def _of_rows(wilds: Sequence[Wild], export: Export, context: Context) -> Parsed:
    from daybook.sources.schema import to_event  # noqa: PLC0415 -- pydantic only when parsing

    found: list[FinancialEvent | Ignored] = []
    for group, rows in grouped(rows_of(wilds, export), export).items():
        if group[2] in export.repeated:
            object_type, object_id = group_name(group, export)
            reason = "each was sent on its own, as the export's detail says"
            found.append(Ignored(object_type, object_id, export.version, reason, group[0]))
        else:
            found.append(to_event(group_event(group, rows, export, context.currency)))
    return found or [_empty(export)]


def _empty(export: Export) -> Ignored:
    day = export.day.isoformat() if export.day else ""
    object_id = "-".join(part for part in (export.only_store, day, export.file) if part)
    return Ignored(f"gl_{export.period}", object_id, export.version, "no rows", export.only_store)


def _is_bare_file(body: bytes) -> bool:
    return body.lstrip()[:1] not in (b"", b"{", b"[", b'"')


def _text(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"byte {error.start}", "is not UTF-8; save the file as UTF-8") from None
    if "\x00" in text:
        raise Unreadable("text", "holds a NUL; it is no text")
    return text


def _unknown(kind: str, body: bytes) -> Ignored:
    # Named by its content: nothing else in it is known to tell two of them apart.
    named = kind[:80] if kind.isascii() and kind.isprintable() else "unknown"
    return Ignored(named, hashlib.sha256(body).hexdigest()[:32], "1", "unknown type of delivery")


def needs_fetch(delivery: Delivery) -> bool:  # noqa: ARG001 -- the contract's shape
    """Never: what is delivered is whole."""
    return False


def fetch(delivery: Delivery, client: Client) -> Delivery:  # noqa: ARG001 -- the contract's shape
    """The delivery itself."""
    return delivery
