"""Point of Rental's invoices, payments and ends of day, as they are made."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.errors import Unreadable
from daybook.domain.families import family_of, owner_in
from daybook.sources import point_of_rental
from daybook.sources.contract import ClosesDays, DayClosed, Ignored
from daybook.sources.registry import SOURCES
from tests.unit.sources.rental import (
    OTHER_STORE,
    STORE,
    batch,
    delivery,
    events,
    export,
    invoice,
    pair,
    parsed,
    sale,
)
from tests.unit.sources.senders import corpus

LINES = [
    {"kind": "rental", "category": "Lifts", "amount": "450.00", "discount": "45.00"},
    {"kind": "sale", "category": "Supplies", "quantity": 2, "amount": "24.00", "cost": "11.30"},
    {"kind": "damage_waiver", "amount": "40.50"},
    {"kind": "delivery", "amount": "75.00"},
]
CUSTOMER = {"id": "C-1", "name": "Canyon Events", "email": "a@canyon.example"}


def portal(**fields: Any) -> dict[str, Any]:
    payment = {
        "id": "PAY-1",
        "date": "2026-11-21",
        "modified_at": "2026-11-21T11:15:44-08:00",
        "invoice": "INV-1",
        "customer": CUSTOMER,
        "tender": "Visa",
        "amount": "250.00",
        **fields,
    }
    return {"type": "portal_payment", "store": STORE, "payment": payment}


def test_an_invoice_with_ledger_rows_is_one_family() -> None:
    (event,) = events(invoice(customer=CUSTOMER))
    assert event.name == "invoice/INV-1/2026-11-20T15:04:51-08:00/post"
    assert (event.reference, event.business_date) == ("88120", date(2026, 11, 20))
    assert event.customer
    assert event.customer.display_name == "Canyon Events"
    assert [entry.key for entry in batch(event).entries] == ["1200", "4000-1"]
    assert family_of(event, "point_of_rental") == "invoice"
    assert batch(event).mode == "invoice"


def test_a_row_of_another_family_in_an_invoice_would_post_twice() -> None:
    rows = [{"account": "5000", "debit": "1", "family": "COGS"}]
    with pytest.raises(Unreadable, match="'COGS' is no part of invoice"):
        parsed(invoice(rows=rows))


def test_an_invoice_with_lines_is_a_sale_on_account() -> None:
    (event,) = events(
        invoice(
            lines=LINES,
            taxes=[{"code": "CA-LA", "amount": "39.40"}],
            customer=CUSTOMER,
            total="583.90",
            deposit_applied="100.00",
        )
    )
    body = sale(event)
    assert body.document == "sales_invoice"
    assert [(line.kind, line.key, line.gross) for line in body.lines] == [
        ("item", "Lifts", Decimal("450.00")),
        ("item", "Supplies", Decimal("24.00")),
        ("fee", "damage_waiver", Decimal("40.50")),
        ("shipping", "delivery", Decimal("75.00")),
    ]
    assert [(tender.kind, tender.amount) for tender in body.tenders] == [
        ("deposit", Decimal("100.00")),
        ("on_account", Decimal("483.90")),
    ]
    assert body.lines[1].cost == Decimal("11.30")
    assert owner_in(event, "point_of_rental", "document") == "document"


def test_an_invoice_below_zero_is_a_credit_note() -> None:
    (event,) = events(invoice(lines=[{"kind": "rental", "amount": "-5"}], total="-5"))
    assert sale(event).document == "credit_note"


def test_a_portal_payment_moves_money_and_what_is_owed_and_no_revenue() -> None:
    (event,) = events(portal())
    body = sale(event)
    assert (body.document, body.original, body.lines) == ("credit_note", "INV-1", ())
    assert [(tender.kind, tender.key, tender.amount) for tender in body.tenders] == [
        ("other", "Visa", Decimal("250.00")),
        ("on_account", "", Decimal("-250.00")),
    ]


def test_a_payment_is_one_object_by_whichever_way_it_comes() -> None:
    rows = [{"account": "1010", "debit": "250"}, {"account": "1200", "credit": "250"}]
    payment = {"id": "PAY-1", "date": "2026-11-21", "modified_at": "2026-11-21T11:15:44-08:00"}
    by_rows = {"type": "payment", "store": STORE, "payment": {**payment, "rows": rows}}
    (one,), (other,) = events(by_rows), events(portal())
    assert (one.object_type, one.object_id) == (other.object_type, other.object_id)
    assert owner_in(one, "point_of_rental", "document") == "nobody"
    assert owner_in(other, "point_of_rental", "document") == "document"


def test_a_void_reverses_on_its_own_day_whatever_else_it_says() -> None:
    (event,) = events(invoice(voided=True, voided_on="2026-11-22", rows="nonsense"))
    assert (event.effect, event.business_date) == ("reverse", date(2026, 11, 22))
    (undated,) = events(invoice(voided=True))
    assert undated.business_date is None
    assert undated.occurred_at == datetime(2026, 11, 20, 23, 4, 51, tzinfo=UTC)


def test_a_void_is_of_the_kind_that_it_takes_back() -> None:
    kinds = [
        events(body)[0].body.kind
        for body in (
            invoice(voided=True),
            invoice(voided=True, lines=LINES),
            portal(voided=True),
        )
    ]
    assert kinds == ["gl_batch", "sale", "sale"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (invoice(lines=LINES, rows=[], total="1"), "invoice.lines"),
        (invoice(lines=[{"kind": "parking", "amount": "1"}], total="1"), "invoice.lines.0.kind"),
        (invoice(lines=[{"kind": "rental"}], total="1"), "invoice.lines.0.amount"),
        (invoice(lines=LINES), "invoice.total"),
        (invoice(modified_at="soon"), "invoice.modified_at"),
        (invoice(id=""), "invoice.id"),
        (portal(tender=None), "payment.tender"),
        ({"type": "invoice", "store": STORE}, "invoice"),
        ({"type": "invoice", "invoice": {}}, "store"),
        ({"type": 5}, "type"),
        ({}, "type"),
        ([], ""),
    ],
)
def test_what_is_missing_or_unknown_is_named_by_its_path(body: Any, path: str) -> None:
    with pytest.raises(Unreadable) as problem:
        parsed(body)
    assert problem.value.path == path


def test_an_unknown_type_is_kept_and_shown() -> None:
    (one,), (other,) = (parsed({"type": "customer", "id": number}) for number in (1, 2))
    assert isinstance(one, Ignored)
    assert isinstance(other, Ignored)
    assert one.object_id != other.object_id
    assert (one.object_type, one.reason) == ("customer", "unknown type of delivery")


def test_the_end_of_the_day_closes_each_store_it_names() -> None:
    said = {
        "type": "end_of_day",
        "stores": [STORE, OTHER_STORE],
        "date": "2026-11-20",
        "closed_at": "2026-11-20T23:58:00-08:00",
    }
    at = datetime(2026, 11, 21, 7, 58, tzinfo=UTC)
    assert point_of_rental.closes(delivery(said)) == [
        DayClosed("1", date(2026, 11, 20), at),
        DayClosed("2", date(2026, 11, 20), at),
    ]
    kept = parsed(said)
    assert [one.object_id for one in kept] == ["1-2026-11-20", "2-2026-11-20"]
    assert all(isinstance(one, Ignored) for one in kept)


def test_an_export_closes_the_day_only_if_it_says_so() -> None:
    body = export(*pair("cogs"), end_of_day=True)
    (closed,) = point_of_rental.closes(delivery(body))
    assert (closed.location, closed.business_date) == ("1", date(2026, 11, 20))
    assert len(events(body)) == 1
    assert point_of_rental.closes(delivery(export(*pair("cogs")))) == []
    assert point_of_rental.closes(delivery(invoice())) == []
    assert point_of_rental.closes(delivery(b"Account,Amount\n")) == []


@pytest.mark.parametrize("lacking", ["store", "date", "closed_at"])
def test_an_end_of_day_that_names_no_day_or_store_closes_nothing(lacking: str) -> None:
    said = {
        "type": "end_of_day",
        "store": STORE,
        "date": "2026-11-20",
        "closed_at": "2026-11-20T23:58:00-08:00",
    }
    del said[lacking]
    for read in (parsed, lambda body: point_of_rental.closes(delivery(body))):
        with pytest.raises(Unreadable) as problem:
            read(said)
        assert problem.value.path == lacking


def test_only_point_of_rental_says_when_a_day_is_over() -> None:
    assert [name for name in SOURCES if isinstance(SOURCES[name], ClosesDays)] == [
        "point_of_rental"
    ]


@pytest.mark.parametrize(("name", "sample"), list(corpus("point_of_rental")))
def test_each_sample_says_the_same_of_days_each_time(name: str, sample: Any) -> None:
    closed = point_of_rental.closes(sample)
    assert closed == point_of_rental.closes(sample)
    ends = name.startswith("end_of_day") or "all_families" in name or "real_time_detail" in name
    assert bool(closed) == ends
