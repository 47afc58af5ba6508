"""Unleashed's objects as financial events: one test for each thing a naive reading gets wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.errors import Unreadable
from daybook.domain.event import PartyChange, Purchase, Sale, StockMove
from daybook.sources import unleashed
from daybook.sources.contract import Context, Ignored, Location
from tests.unit.sources.senders import sample
from tests.unit.sources.unleashed_bodies import data_of, delivery_of, one


def _sale(data: Any, event: str = "invoice.completed", **context: Any) -> Sale:
    sale = one(data, event, **context).body
    assert isinstance(sale, Sale)
    return sale


def _purchase(data: Any, event: str = "purchaseorder.completed", **context: Any) -> Purchase:
    purchase = one(data, event, **context).body
    assert isinstance(purchase, Purchase)
    return purchase


def _stock(data: Any, event: str) -> StockMove:
    move = one(data, event).body
    assert isinstance(move, StockMove)
    return move


def _ignored(data: Any, event: str) -> Ignored:
    (found,) = unleashed.parse(delivery_of(data, event), Context())
    assert isinstance(found, Ignored)
    return found


def _unreadable(data: Any, event: str = "invoice.completed") -> str:
    with pytest.raises(Unreadable) as caught:
        unleashed.parse(delivery_of(data, event), Context())
    return caught.value.path


def test_an_invoice_is_named_by_its_guid_and_dated_as_unleashed_dates_it() -> None:
    event = one(data_of("invoice__completed"))
    assert event.object_type == "invoice"
    assert event.object_id == "00000010-0000-4000-8000-000000000101"
    assert event.object_version == "1795212900101"
    assert (event.location, event.reference) == ("MAIN", "INV-00101")
    assert event.business_date == date(2026, 11, 20)
    assert event.customer is not None
    assert event.customer.display_name == "Harbour Books Ltd"


def test_a_discount_is_what_the_line_total_lacks() -> None:
    lines = _sale(data_of("invoice__completed")).lines
    assert [(line.key, line.gross, line.discount) for line in lines] == [
        ("Clothing", Decimal(120), Decimal(12)),
        ("Homeware", Decimal("84.5"), Decimal(0)),
    ]
    assert [line.cost for line in lines] == [Decimal("52.50"), Decimal("40.4294")]


def test_a_raised_price_is_the_gross() -> None:
    data = data_of("invoice__completed")
    data["InvoiceLines"][0] |= {"UnitPrice": 10, "LineTotal": 108}
    line = _sale(data).lines[0]
    assert (line.gross, line.discount) == (Decimal(108), Decimal(0))


def test_tax_of_the_lines_is_tied_to_the_headers_on_the_largest_line() -> None:
    sale = _sale(data_of("invoice__completed"))
    assert [(tax.rule, tax.charged) for tax in sale.taxes] == [("CA", Decimal("15.88"))]
    cent = data_of("invoice__tax_off_by_a_cent")
    assert [tax.charged for tax in _sale(cent).taxes] == [Decimal("1.65")]


def test_tax_that_is_off_by_more_than_a_cent_a_line_is_unreadable() -> None:
    data = data_of("invoice__completed") | {"TaxTotal": 15.91}
    assert _unreadable(data) == "data.TaxTotal"


def test_tax_stated_by_the_header_alone_is_the_headers() -> None:
    data = data_of("invoice__completed") | {"XeroTaxCode": "CA"}
    for line in data["InvoiceLines"]:
        line["LineTax"] = None
    assert [(tax.rule, tax.charged) for tax in _sale(data).taxes] == [("CA", Decimal("15.88"))]


def test_the_customer_owes_the_stated_total() -> None:
    (tender,) = _sale(data_of("invoice__total_that_differs_is_held")).tenders
    assert (tender.kind, tender.amount) == ("on_account", Decimal("13.99"))


def test_a_charge_is_a_fee_and_a_reduction_a_fee_below_zero() -> None:
    data = data_of("invoice__with_delivery_charge")
    charge = _sale(data).lines[1]
    assert (charge.kind, charge.key, charge.gross) == ("fee", "Charge", Decimal("9.5"))
    data["InvoiceLines"][1] |= {"LineTotal": -5, "UnitPrice": -5}
    assert _sale(data).lines[1].gross == Decimal(-5)


def test_a_credit_note_turns_every_sign_and_puts_back_what_is_restocked() -> None:
    sale = _sale(data_of("credit_note__completed"), "creditnote.completed")
    (line,) = sale.lines
    assert (line.gross, line.cost, line.restock) == (Decimal("-21.6"), Decimal("-10.50"), True)
    assert sale.taxes[0].charged == Decimal("-1.78")
    assert sale.tenders[0].amount == Decimal("-23.38")
    assert sale.original == "INV-00101"
    kept = _sale(data_of("credit_note__not_restocked"), "creditnote.completed")
    assert kept.lines[0].restock is False


def test_a_free_credit_without_a_cost_is_of_money_alone() -> None:
    data = data_of("credit_note__free_credit")
    product = data_of("invoice__completed")["InvoiceLines"][0]["Product"]
    data["CreditNoteLines"][0] |= {"Product": product}
    assert _sale(data, "freecredit.completed").lines[0].cost == 0
    data["CreditType"] = "Credit"
    assert _unreadable(data, "creditnote.completed").endswith("AverageLandedPriceAtTimeOfSale")


def _documents(_location: str, _day: date) -> bool:
    return True


def test_a_foreign_invoice_is_a_journal_in_base_currency_with_the_foreign_total_in_the_memo() -> (
    None
):
    event = one(data_of("invoice__foreign_currency"))
    sale = event.body
    assert isinstance(sale, Sale)
    assert (event.currency, event.exchange_rate) == ("USD", Decimal(1))
    assert sale.lines[0].gross == 110
    assert sale.lines[0].cost == Decimal("161.7176")
    assert sale.tenders[0].amount == 110
    assert event.memo == "EUR 100 at 0.909091"


def test_a_foreign_document_is_in_the_currency_of_its_party() -> None:
    event = one(data_of("invoice__foreign_currency"), documents=_documents)
    sale = event.body
    assert isinstance(sale, Sale)
    assert (event.currency, sale.lines[0].gross, event.memo) == ("EUR", Decimal(100), "")
    assert event.exchange_rate == Decimal("1.09999989000")
    cost = sale.lines[0].cost * event.exchange_rate
    assert round(cost, 10) == Decimal("161.7176")


def test_a_rate_may_be_stated_either_way() -> None:
    data = data_of("invoice__foreign_currency") | {"ExchangeRate": 1.1}
    assert one(data, documents=_documents).exchange_rate == Decimal("1.1")


def test_a_rate_of_few_digits_gives_way_to_the_two_totals() -> None:
    data = data_of("invoice__foreign_currency") | {"Total": 1000000, "BCTotal": 1100000}
    assert one(data, documents=_documents).exchange_rate == Decimal("1.1")


def test_lines_without_a_twin_are_converted() -> None:
    data = data_of("invoice__foreign_currency")
    for name in ("BCUnitPrice", "BCLineTotal", "BCLineTax"):
        del data["InvoiceLines"][0][name]
    assert round(_sale(data).lines[0].gross, 4) == 110


@pytest.mark.parametrize("rate", [1, 0, -2, 3])
def test_a_rate_that_leads_nowhere_is_unreadable(rate: int) -> None:
    data = data_of("invoice__foreign_currency") | {"ExchangeRate": rate}
    assert _unreadable(data) == "data.ExchangeRate"


def test_an_order_is_a_bill_with_its_own_freight() -> None:
    purchase = _purchase(data_of("purchase_order__with_freight"))
    assert purchase.document == "bill"
    assert [(line.kind, line.key, line.amount) for line in purchase.lines] == [
        ("item", "Clothing", Decimal(255)),
        ("freight", "freight", Decimal(20)),
    ]


def test_an_order_whose_parts_do_not_come_to_its_total_is_unreadable() -> None:
    data = data_of("purchase_order__with_freight") | {"PurchaseOrderCosts": []}
    assert _unreadable(data, "purchaseorder.completed") == "data.Total"


def test_a_supplier_return_is_below_zero_and_names_its_order() -> None:
    purchase = _purchase(data_of("supplier_return__completed"), "supplierreturn.completed")
    assert (purchase.document, purchase.original) == ("vendor_credit", "PO-00301")
    assert [line.amount for line in purchase.lines] == [Decimal("-61.2")]


def test_a_foreign_return_is_converted_to_the_cent() -> None:
    data = data_of("supplier_return__completed")
    euro = data_of("invoice__foreign_currency")["Currency"]
    data |= {"Currency": euro, "ExchangeRate": 0.9, "BaseSubTotal": 68, "BaseTotal": 68}
    assert [line.amount for line in _purchase(data, "supplierreturn.completed").lines] == [
        Decimal(-68)
    ]


def test_an_adjustment_is_the_difference_to_what_was_there() -> None:
    found = _stock(data_of("stock_adjustment__found"), "stockadjustment.completed")
    lost = _stock(data_of("stock_adjustment__lost"), "stockadjustment.completed")
    assert [(line.quantity, line.cost) for line in found.lines] == [(Decimal(4), Decimal(21))]
    assert [line.cost for line in lost.lines] == [Decimal("-80.8588")]
    assert (found.reason, lost.reason) == ("Stock count", "Damaged")


def test_an_adjustment_without_what_was_there_is_never_guessed() -> None:
    data = data_of("stock_adjustment__found")
    data["StockAdjustmentLines"][0]["Prior"] = {"Unknown": "is not known: SS-1 moved it"}
    assert _unreadable(data, "stockadjustment.completed") == "data.StockAdjustmentLines.0.Prior"
    del data["StockAdjustmentLines"][0]["Prior"]
    assert unleashed.needs_fetch(delivery_of(data, "stockadjustment.completed"))


def test_a_product_that_never_diminishes_costs_nothing() -> None:
    data = data_of("shipment__dispatched")
    line = data["SalesShipmentLines"][0]
    line["Product"]["NeverDiminishing"] = True
    line["AverageLandedPriceAtTimeOfSale"] = None
    assert _stock(data, "salesshipment.updated").lines[0].cost == 0


def test_an_assembly_takes_parts_and_a_disassembly_gives_them() -> None:
    made = _stock(data_of("assembly__completed"), "assembly.completed")
    apart = _stock(data_of("disassembly__completed"), "assembly.completed")
    assert made.move == "assembly"
    assert [(line.direction, line.cost) for line in made.lines] == [
        ("in", Decimal(205)),
        ("out", Decimal(62)),
        ("out", Decimal(138)),
    ]
    assert apart.move == "disassembly"
    assert [line.direction for line in apart.lines] == ["out", "in", "in"]


def test_an_assembly_between_two_warehouses_is_unreadable() -> None:
    data = data_of("assembly__completed")
    data["SourceWarehouse"] = {"WarehouseCode": "OUTLET"}
    assert _unreadable(data, "assembly.completed") == "data.DestinationWarehouse"


def test_a_customer_is_a_party_at_every_change() -> None:
    event = one(data_of("customer__updated"), "customer.updated")
    party = event.body
    assert isinstance(party, PartyChange)
    assert (event.object_type, event.location, party.role) == ("customer", "company", "customer")
    assert party.id == event.object_id
    assert (party.email, party.phone, party.active) == ("ledger@example.com", "555 0142", True)
    assert party.billing_address is not None
    assert party.billing_address.city == "Auburn"
    gone = one(data_of("customer__updated") | {"Obsolete": True}, "customer.updated").body
    assert isinstance(gone, PartyChange)
    assert not gone.active


@pytest.mark.parametrize(
    "event", ["invoice.completed", "Invoice.Completed", "SALES_INVOICE-COMPLETED", "invoiceupdated"]
)
def test_event_types_are_one_in_any_spelling(event: str) -> None:
    data = data_of("invoice__completed")
    assert one(data, event) == one(data)


def test_keys_are_one_in_both_spellings() -> None:
    data = data_of("invoice__completed")
    lower = {("bc" + name[2:] if name[:2] == "BC" else name[0].lower() + name[1:]): value
             for name, value in data.items()}  # fmt: skip
    assert one(lower) == one(data)
    twice = data | {"total": 1}
    assert _unreadable(twice) == "data"


def test_data_may_be_text_and_its_faults_have_their_path() -> None:
    assert one(data_of("invoice__data_as_text")).reference == "INV-00107"
    with pytest.raises(Unreadable) as caught:
        unleashed.parse(delivery_of('{"Guid": NaN}'), Context())
    assert caught.value.path == "data.Guid"
    assert _unreadable("no JSON").startswith("data.character")


@pytest.mark.parametrize(
    ("name", "event", "reason"),
    [
        ("invoice__parked", "invoice.created", "not completed"),
        ("purchase_order__placed", "purchaseorder.updated", "not completed"),
        ("shipment__packed", "salesshipment.updated", "not completed"),
        ("customer__deleted", "customer.deleted", "deleted"),
        ("product__updated", "product.updated", "not exported"),
        ("sales_order__placed", "salesorder.completed", "not exported"),
    ],
)
def test_what_is_not_exported_is_ignored_and_needs_no_api(
    name: str, event: str, reason: str
) -> None:
    assert _ignored(data_of(name), event).reason == reason
    assert not unleashed.needs_fetch(delivery_of(data_of(name), event))


@pytest.mark.parametrize("word", ["Complete", "COMPLETED", " completed "])
def test_completed_is_one_word_in_any_spelling(word: str) -> None:
    assert one(data_of("invoice__completed") | {"InvoiceStatus": word})


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("/Date(1795132800000)/", datetime(2026, 11, 20, tzinfo=UTC)),
        ("/Date(1795132800000+1300)/", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T00:00:00", datetime(2026, 11, 20, tzinfo=UTC)),
    ],
)
def test_dates_are_milliseconds_or_times_in_utc(text: str, at: datetime) -> None:
    event = one(data_of("invoice__completed") | {"InvoiceDate": text})
    assert (event.occurred_at, event.business_date) == (at, at.date())


@pytest.mark.parametrize(
    "text",
    ["", "/Date(x)/", "/Date(99999999999999999)/", "20/11/2026", "/Date(253402300800000)/"],
)
def test_any_other_date_is_unreadable(text: str) -> None:
    data = data_of("invoice__completed") | {"InvoiceDate": text}
    with pytest.raises(Unreadable):
        unleashed.parse(delivery_of(data), Context())


def test_an_instant_that_is_no_midnight_is_dated_by_the_warehouse() -> None:
    data = data_of("invoice__completed") | {"InvoiceDate": "/Date(1795159800000)/"}
    places = {"MAIN": Location("MAIN", time_zone="America/Los_Angeles")}
    asked: list[date] = []

    def documents(_location: str, day: date) -> bool:
        asked.append(day)
        return False

    event = one(data, locations=places, documents=documents)
    assert event.business_date is None
    assert event.occurred_at == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert asked == [date(2026, 11, 19)]


def test_a_sale_without_a_warehouse_is_the_companys() -> None:
    assert one(data_of("invoice__completed") | {"Warehouse": None}).location == "company"


def test_the_deliverys_id_is_the_notifications_or_the_bodys_digest() -> None:
    delivery = sample("unleashed", "invoice__completed")
    assert unleashed.delivery_id(delivery) == "000000ee-0000-4000-8000-000000000001"
    assert unleashed.delivery_id(sample("unleashed", "invoice__pascal_case")).endswith("9")
    bare = replace(delivery, body=b'{"eventType": "invoice.completed"}')
    assert len(unleashed.delivery_id(bare)) == 64
    assert len(unleashed.delivery_id(replace(delivery, body=b"\xff"))) == 64
