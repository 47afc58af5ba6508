"""MobiPOS: the report of a store's day, rows of (label, amount, class), sent by hand.

MobiPOS publishes no format of its own; what is known is what its user does: map each row of the
report or choose None, pick a date and a form, send
(http://www.mobi-pos.com/web/guide/settings/quickbooks-integration). The shape is daybook's, signed
by the Standard Webhooks scheme; docs/sources/mobipos.md describes it.

A report is one event of (store, date, report): amounts stay as printed, since the side of each row
is a setting of the connection. Its version is the instant of the send.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from daybook.domain.errors import Unreadable
from daybook.sources.contract import Client, Context, Delivery, Parsed
from daybook.sources.signatures import message_id_of, verify_standard_webhooks
from daybook.sources.strict_json import read_json
from daybook.sources.wild import Wild

name = "mobipos"
refuses_unreadable = False

MAX_ROWS = 5_000
DEFAULT_REPORT = "day"

# What the user chooses in MobiPOS, and what each is here.
FORMS: Mapping[str, str] = {
    "Journal Entry": "journal",
    "Sales Receipt": "sales_receipt",
    "journal_entry": "journal",
    "sales_receipt": "sales_receipt",
}

type Fields = dict[str, Any]


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> None:
    """Raise BadSignature unless one of the secrets signed the raw body within 5 minutes."""
    verify_standard_webhooks(delivery.headers, delivery.body, secrets, now)


def delivery_id(delivery: Delivery) -> str:
    """The `webhook-id`, which the scheme keeps over retries. Raises Unreadable without one."""
    return message_id_of(delivery)


def parse(delivery: Delivery, context: Context) -> Parsed:
    """The one event of the report. Raises Unreadable with the path."""
    from daybook.sources.schema import to_event  # noqa: PLC0415 -- pydantic only when parsing

    body = Wild(read_json(delivery.body))
    store, report = body.id_text("store_id"), body.id_text("report", DEFAULT_REPORT)
    day = body.date("date")
    sent_at = body.instant("sent_at")
    fields: Fields = {
        "object_type": "day_report",
        "object_id": f"{store}-{day}-{report}",
        "object_version": body.text("sent_at"),
        "occurred_at": sent_at,
        "business_date": day,
        "location": store,
        "currency": context.currency,
        "reference": f"{store}-{day:%Y%m%d}",
        "body": {
            "kind": "gl_batch",
            "amounts": "printed",
            "form": _form(body),
            "label": report,
            "entries": [_row(row) for row in _rows(body)],
        },
    }
    return [to_event(fields)]


def _form(body: Wild) -> str:
    word = body.text("report_type", "")
    if word and word not in FORMS:
        raise body.unreadable("report_type", f"{word[:60]!r} is none of {', '.join(FORMS)}")
    return FORMS.get(word, "")


def _rows(body: Wild) -> list[Wild]:
    rows = body.items("rows")
    if len(rows) > MAX_ROWS:
        raise Unreadable("rows", f"{len(rows)} rows; a report holds at most {MAX_ROWS}")
    return rows


def _row(row: Wild) -> Fields:
    return {
        "key": row.id_text("label"),
        "amount": row.amount("amount"),
        "class": row.id_text("class", ""),
    }


def needs_fetch(delivery: Delivery) -> bool:  # noqa: ARG001 -- the contract's shape
    """Never: MobiPOS has no API to ask."""
    return False


def fetch(delivery: Delivery, client: Client) -> Delivery:  # noqa: ARG001 -- the contract's shape
    """The delivery itself."""
    return delivery
