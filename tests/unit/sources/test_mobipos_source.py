"""MobiPOS: a day's report is one event, its amounts as printed."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.errors import Unreadable
from daybook.domain.event import FinancialEvent, LedgerBatch
from daybook.sources import mobipos
from daybook.sources.contract import Context, Delivery
from tests.unit.sources.senders import NOW


def report(**fields: Any) -> dict[str, Any]:
    return {
        "store_id": "12",
        "date": "2026-11-20",
        "sent_at": "2026-11-21T01:12:44Z",
        "rows": [{"label": "Food", "amount": 100.10, "class": "Kitchen"}],
        **fields,
    }


def delivery(body: Any) -> Delivery:
    return Delivery("shop", "mobipos", json.dumps(body).encode(), NOW, {"webhook-id": "msg_1"})


def parsed(**fields: Any) -> FinancialEvent:
    (event,) = mobipos.parse(delivery(report(**fields)), Context(currency="AUD"))
    assert isinstance(event, FinancialEvent)
    return event


def batch(event: FinancialEvent) -> LedgerBatch:
    assert isinstance(event.body, LedgerBatch)
    return event.body


def test_a_report_is_named_by_store_date_and_report_and_versioned_by_its_send() -> None:
    event = parsed()
    assert event.name == "day_report/12-2026-11-20-day/2026-11-21T01:12:44Z/post"
    assert (event.location, event.currency) == ("12", "AUD")
    assert event.business_date == date(2026, 11, 20)
    assert event.occurred_at == datetime(2026, 11, 21, 1, 12, 44, tzinfo=UTC)
    assert event.reference == "12-20261120"


def test_a_report_of_another_name_is_another_object() -> None:
    assert parsed(report="late").object_id == "12-2026-11-20-late"


def test_the_form_is_no_part_of_the_name_so_a_day_is_not_posted_in_both() -> None:
    receipt = parsed(report_type="Sales Receipt", sent_at="2026-11-21T02:00:00Z")
    journal = parsed(report_type="Journal Entry")
    assert receipt.object_id == journal.object_id
    assert (batch(receipt).form, batch(journal).form) == ("sales_receipt", "journal")
    assert batch(parsed()).form == ""


def test_amounts_stay_as_printed() -> None:
    rows = [{"label": "Discounts", "amount": "-38.20"}, {"label": "Cash", "amount": 5}]
    body = batch(parsed(rows=rows))
    assert body.amounts == "printed"
    assert [(row.key, row.amount, row.class_) for row in body.entries] == [
        ("Discounts", Decimal("-38.20"), ""),
        ("Cash", Decimal(5), ""),
    ]


def test_an_amount_of_the_report_is_read_exactly() -> None:
    assert batch(parsed()).entries[0].amount == Decimal("100.1")


def test_a_past_date_is_the_business_date() -> None:
    assert parsed(date="2025-02-28").business_date == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"store_id": None}, "store_id"),
        ({"date": "20/11/2026"}, "date"),
        ({"sent_at": "2026-11-21"}, "sent_at"),
        ({"report_type": "Invoice"}, "report_type"),
        ({"rows": None}, "rows"),
        ({"rows": [{"amount": 5}]}, "rows.0.label"),
        ({"rows": [{"label": "", "amount": 5}]}, "rows.0.label"),
        ({"rows": [{"label": "Food"}]}, "rows.0.amount"),
        ({"rows": [{"label": "Food", "amount": "5,00"}]}, "rows.0.amount"),
        ({"rows": [{"label": "Food", "amount": 5, "class": {}}]}, "rows.0.class"),
        ({"rows": [{}] * 5_001}, "rows"),
    ],
)
def test_what_is_missing_or_unknown_is_named_by_its_path(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(Unreadable) as problem:
        parsed(**fields)
    assert problem.value.path == path


def test_nothing_is_fetched() -> None:
    sent = delivery(report())
    assert not mobipos.needs_fetch(sent)
