"""Heartland's words as financial events: one test for each thing a naive reading gets wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.errors import Unreadable
from daybook.domain.event import FinancialEvent, Sale
from daybook.sources import heartland
from daybook.sources.contract import Context, Ignored, Location
from tests.unit.sources.heartland_bodies import TICKET, body_of, delivery_of, item_line, ticket
from tests.unit.sources.senders import sample


def _one(body: Any, event: str | None = TICKET, currency: str = "USD") -> FinancialEvent:
    (event_,) = heartland.parse(delivery_of(body, event), Context(currency))
    assert isinstance(event_, FinancialEvent)
    return event_


def _sale(body: Any) -> Sale:
    sale = _one(body).body
    assert isinstance(sale, Sale)
    return sale


def _unreadable(body: Any, event: str | None = TICKET) -> str:
    with pytest.raises(Unreadable) as caught:
        heartland.parse(delivery_of(body, event), Context())
    return caught.value.path


def test_a_ticket_carries_its_ids_as_text_and_the_shops_own_date() -> None:
    event = _one(ticket("late_evening_is_tomorrow_in_utc") | {"customer_id": 300017})
    assert (event.object_type, event.object_id, event.location) == ("ticket", "200034", "100006")
    assert event.object_version == "2026-11-21T07:30:09Z"
    assert event.occurred_at == datetime(2026, 11, 21, 7, 30, 7, tzinfo=UTC)
    assert event.business_date == date(2026, 11, 20)
    assert event.register_ == "2"
    assert event.customer is not None
    assert event.customer.id == "300017"


@pytest.mark.parametrize(
    ("clock", "day"), [("02:59:59", date(2026, 11, 20)), ("03:00:00", date(2026, 11, 21))]
)
def test_before_the_closing_hour_the_local_time_is_of_the_day_before(clock: str, day: date) -> None:
    body = ticket() | {"local_completed_at": f"2026-11-21T{clock}-08:00"}
    places = {"100006": Location("100006", day_close="03:00")}
    (event,) = heartland.parse(delivery_of(body), Context("USD", places))
    assert isinstance(event, FinancialEvent)
    assert event.business_date == day
    assert _one(body).business_date == date(2026, 11, 21)


def test_without_a_local_time_the_business_date_is_left_to_the_location() -> None:
    assert _one(ticket() | {"local_completed_at": None}).business_date is None


def test_without_updated_at_the_version_is_the_time_of_completion() -> None:
    event = _one(ticket() | {"updated_at": None})
    assert event.object_version == "2026-11-20T23:01:07Z"


def test_the_amounts_are_in_the_currency_of_the_connection() -> None:
    assert _one(ticket(), currency="CAD").currency == "CAD"


def test_a_void_reverses_whatever_its_body_says_now() -> None:
    voided = ticket("voided") | {"lines": [{"type": "Nonsense"}], "payments": None}
    event = _one(voided)
    assert event.effect == "reverse"
    assert event.object_id == _one(ticket("to_be_voided")).object_id
    assert event.occurred_at == datetime(2026, 11, 20, 23, 52, 30, tzinfo=UTC)
    assert event.business_date is None
    assert not heartland.needs_fetch(delivery_of(voided))


@pytest.mark.parametrize(
    "open_ticket",
    [{"completed?": False}, {"completed?": None, "status": "pending"}],
)
def test_an_open_ticket_is_ignored_and_says_why(open_ticket: dict[str, Any]) -> None:
    (ignored,) = heartland.parse(delivery_of(ticket() | open_ticket), Context())
    assert isinstance(ignored, Ignored)
    assert (ignored.object_type, ignored.object_id) == ("ticket", "200001")
    assert ignored.reason == "not completed"


@pytest.mark.parametrize("status", ["complete", "Complete", None])
def test_a_complete_ticket_is_posted_however_the_word_is_written(status: str | None) -> None:
    assert _one(ticket() | {"status": status, "completed?": None}).effect == "post"


def test_a_status_never_heard_of_is_held_not_guessed() -> None:
    assert _unreadable(ticket() | {"completed?": None, "status": "parked"}) == "status"


def test_an_event_never_heard_of_is_ignored_by_its_name() -> None:
    (ignored,) = heartland.parse(delivery_of({"id": 7}, "customer_created"), Context())
    assert ignored == Ignored("customer_created", "7", "", "unknown event")


def test_without_an_event_the_type_of_the_body_tells() -> None:
    assert _one(ticket(), event=None).object_type == "ticket"
    assert _unreadable({"id": 7, "first_name": "Ada"}, event=None) == "event"


def test_an_invoice_in_the_feed_of_tickets_is_the_same_object() -> None:
    body = body_of("invoice_completed__h07_with_shipping")
    assert _one(body, TICKET) == _one(body, "invoice_completed")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"lines": [{"type": "TipLine", "value": 1}]}, "lines.0.type"),
        ({"lines": [item_line(), {"value": 1}]}, "lines.1.type"),
        ({"lines": [item_line(item=None)]}, "lines.0.item"),
        ({"lines": [item_line(qty="two")]}, "lines.0.qty"),
        ({"lines": [item_line(original_unit_price=None)]}, "lines.0.original_unit_price"),
        ({"payments": [{"type": "Payments::NewKind", "amount": 1}]}, "payments.0.payment_type_id"),
        ({"payments": None}, "payments"),
        ({"type": "Layaway"}, "type"),
        ({"source_location_id": None}, "source_location_id"),
        ({"completed_at": None, "updated_at": None}, "completed_at"),
        ({"completed_at": "2026-11-20 23:01"}, "completed_at"),
        ({"id": None}, "id"),
    ],
)
def test_what_cannot_be_read_is_named_by_heartlands_path(change: Any, path: str) -> None:
    assert _unreadable(ticket() | change) == path


@pytest.mark.parametrize(
    ("original", "adjusted", "quantity", "gross", "discount"),
    [
        ("100", "80", "1", "100", "20"),
        ("100", "80", "-2", "-200", "-40"),
        ("100", None, "3", "300", "0"),
        ("100", "120", "1", "120", "0"),
        ("100", "120", "-1", "-120", "0"),
        ("0", "5", "2", "10", "0"),
        ("10", "0", "1", "10", "10"),
        ("3.335", "3.335", "3", "10.005", "0"),
    ],
)
def test_a_lowered_price_is_a_markdown_and_a_raised_one_the_gross(
    original: str, adjusted: str | None, quantity: str, gross: str, discount: str
) -> None:
    line = item_line(qty=quantity, original_unit_price=original, adjusted_unit_price=adjusted)
    (read,) = _sale(ticket() | {"lines": [line]}).lines
    assert (read.gross, read.discount) == (Decimal(gross), Decimal(discount))


_PRICE = st.decimals(-(10**9), 10**9, places=5)


@given(original=_PRICE, adjusted=_PRICE, quantity=st.decimals(-999, 999, places=3))
def test_gross_less_discount_is_what_was_charged_exactly(
    original: Decimal, adjusted: Decimal, quantity: Decimal
) -> None:
    line = item_line(
        qty=str(quantity), original_unit_price=str(original), adjusted_unit_price=str(adjusted)
    )
    if (original < 0 < adjusted or adjusted < 0 < original) and quantity:
        assert _unreadable(ticket() | {"lines": [line]}).startswith("body.lines.0")
    else:
        (read,) = _sale(ticket() | {"lines": [line]}).lines
        assert read.gross - read.discount == quantity * adjusted


def test_the_largest_numbers_multiply_exactly() -> None:
    line = item_line(qty="0.1234567891234567891", original_unit_price="999999999.99999999999")
    (read,) = _sale(ticket() | {"lines": [line]}).lines
    assert str(read.gross) == "123456789.123456789098765432108765432109"


@pytest.mark.parametrize("item", [{}, {"financial_class_id": None}])
def test_an_item_without_class_has_the_empty_key(item: dict[str, Any]) -> None:
    assert _sale(ticket() | {"lines": [item_line(item=item)]}).lines[0].key == ""


@pytest.mark.parametrize("name", ["financial_class_id", "financialClassId"])
def test_the_item_class_is_found_in_either_spelling(name: str) -> None:
    assert _sale(ticket() | {"lines": [item_line(item={name: 7})]}).lines[0].key == "7"


@pytest.mark.parametrize("status", ["pending", "declined", "voided"])
def test_a_payment_that_is_not_complete_does_not_count(status: str) -> None:
    payment = {"payment_type_id": 1, "amount": 5, "status": status}
    assert _sale(ticket() | {"payments": [payment]}).tenders == ()


def test_a_payment_kind_never_heard_of_is_other_with_its_own_key() -> None:
    payment = {"payment_type_id": 77, "type": "Payments::NewKind", "amount": "5.50"}
    (tender,) = _sale(ticket() | {"payments": [payment]}).tenders
    assert (tender.kind, tender.key, tender.amount) == ("other", "77", Decimal("5.5"))


def test_cash_paid_in_neither_direction_is_refused() -> None:
    body = body_of("cash_paid__h17_paid_out")
    assert _unreadable(body | {"type": "moved"}, "cash_paid") == "type"


def test_the_two_ends_of_a_transfer_are_two_objects_at_their_own_locations() -> None:
    events = [
        heartland.parse(sample("heartland", name), Context())[0]
        for name in ("transfer_shipped__h11_out", "transfer_received__h12_in")
    ]
    assert [event.object_id for event in events] == ["250011", "250012"]
    assert [event.location for event in events] == ["100006", "100007"]


def test_the_delivery_id_is_of_event_and_body() -> None:
    delivery = delivery_of({"id": 1})
    ids = {
        heartland.delivery_id(delivery),
        heartland.delivery_id(replace(delivery, event="invoice_completed")),
        heartland.delivery_id(replace(delivery, event=None)),
        heartland.delivery_id(replace(delivery, body=b'{"id":1}')),
    }
    assert len(ids) == 4
    later = replace(delivery, received_at=datetime(2027, 1, 1, tzinfo=UTC), headers={"x": "y"})
    assert heartland.delivery_id(later) in ids
