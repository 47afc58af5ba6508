"""What document each sale becomes: its form, lines, tax, total, and what it is held for."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from daybook.domain.books import Decision
from daybook.domain.chart import Account
from daybook.domain.directory import Listed
from daybook.domain.document import SalesTax
from daybook.domain.errors import Missing
from daybook.domain.mapping import Mapping
from daybook.domain.needs import ItemWanted, NeedsFirst
from daybook.domain.sales_documents import sales_document
from tests.unit.domain.builders import (
    ADA,
    OTHER_STORE,
    STORE,
    books,
    item,
    mapping,
    sale,
    stock_move,
    tender,
)
from tests.unit.domain.sales import (
    KNOWN,
    STATE,
    american,
    by_code,
    document_of,
    held_for,
    invoice,
    lines_of,
)


def test_a_sale_is_an_invoice_with_a_line_for_each_part_and_no_tender() -> None:
    found = invoice(
        item("100", "40", discount="20", description="Straw hat", quantity="2"),
        {"kind": "shipping", "key": "Ground", "gross": "12", "discount": "2"},
        taxes=[STATE],
        tenders=[tender("30", "deposit", ""), tender("68.25", "on_account", "")],
        reference="I-7",
    )
    document = document_of(found)
    assert document.form == "Invoice"
    assert lines_of(document) == [
        "sales[Hats] 100.00",
        "markdowns[Hats] -20.00",
        "shipping_income[Ground] 10.00",
        "tax_liability[State] 8.25",
    ]
    assert (document.total, document.customer, document.tax) == (9825, "58", None)
    assert document.doc_number.startswith("I-7-")
    first, off, *_ = document.lines
    assert (first.item, first.quantity, first.description) == ("item of sales", "2", "Straw hat")
    assert (off.item, off.quantity, off.description) == (
        "item of markdowns",
        "",
        "Markdowns Hats: Straw hat",
    )
    assert {line.tax_code for line in document.lines} == {"NON"}


def test_what_gives_money_back_is_a_credit_memo() -> None:
    back = item("-100", "-40", discount="-10")
    document = document_of(
        sale(document="credit_note", customer=ADA, lines=[back], tenders=[tender("-90")])
    )
    assert (document.form, document.total) == ("CreditMemo", 9000)
    assert lines_of(document) == ["returns[Hats] 90.00"]


def test_an_exchange_is_what_its_sign_says() -> None:
    lines = [item("-40", key="Hats"), item("100", key="Shoes")]
    document = document_of(sale(customer=ADA, lines=lines, tenders=[tender("60")]))
    assert (document.form, lines_of(document)) == (
        "Invoice",
        ["returns[Hats] -40.00", "sales[Shoes] 100.00"],
    )
    turned = [item("40", key="Hats"), item("-100", key="Shoes")]
    document = document_of(sale(customer=ADA, lines=turned, tenders=[tender("-60")]))
    assert (document.form, lines_of(document)) == (
        "CreditMemo",
        ["sales[Hats] -40.00", "returns[Shoes] 100.00"],
    )


@pytest.mark.parametrize(
    ("word", "form"),
    [("credit_note", "CreditMemo"), ("refund", "CreditMemo"), ("sales_invoice", "Invoice")],
)
def test_a_total_of_zero_is_of_the_form_that_the_source_calls_it(word: str, form: str) -> None:
    even = [item("-40"), item("40", key="Shoes")]
    document = document_of(sale(document=word, customer=ADA, lines=even))
    assert (document.form, document.total) == (form, 0)


def test_an_invoice_without_tenders_is_on_account_for_its_whole() -> None:
    document = document_of(invoice(item("100"), taxes=[STATE]))
    assert document.total == 10825


def test_tenders_that_are_not_the_total_hold_it() -> None:
    held = held_for(invoice(item("100"), tenders=[tender("90")]))
    assert held.code == "unbalanced"


def test_what_rounding_leaves_is_a_line_so_that_the_total_is_the_sources() -> None:
    lines = [item("3.335"), item("3.335"), item("3.335")]
    document = document_of(invoice(*lines, tenders=[tender("10.00", "on_account", "")]))
    assert lines_of(document)[-1] == "rounding -0.02"
    assert document.total == 1000


def test_every_kind_of_line_has_its_roles_item() -> None:
    lines = [
        {"kind": "gift_card", "key": "card", "gross": "50", "discount": "10"},
        {"kind": "service_charge", "key": "large party", "gross": "5"},
        {"kind": "tip", "gross": "3"},
        {"kind": "fee", "key": "late", "gross": "2"},
    ]
    document = document_of(invoice(*lines, rounding="0.05", refund_difference="-1"))
    assert lines_of(document) == [
        "gift_card_liability[card] 50.00",
        "gift_card_adjustment_offset[discount] -10.00",
        "service_charge_income[large party] 5.00",
        "tips_payable 3.00",
        "service_charge_income[late] 2.00",
        "cash_rounding 0.05",
        "refund_difference -1.00",
    ]


def test_overridden_tax_is_two_lines() -> None:
    document = document_of(invoice(item("100"), taxes=[STATE | {"charged": "0"}]))
    assert lines_of(document)[1:] == ["tax_liability[State] 8.25", "tax_override[State] -8.25"]
    assert document.total == 10000


def test_tax_by_code_is_the_documents_and_marks_what_is_taxed() -> None:
    lines = [
        item("100", discount="10"),
        {"kind": "gift_card", "gross": "50"},
        {"kind": "tip", "gross": "3"},
    ]
    document = document_of(invoice(*lines, taxes=[STATE | {"charged": "8"}]), by_code(State="2"))
    assert document.tax == SalesTax("2", 800)
    assert document.total == 15100
    assert [line.tax_code for line in document.lines] == ["TAX", "TAX", "NON", "NON"]


def test_tax_by_code_of_a_credit_memo_is_above_zero() -> None:
    taxes = [{"rule": "State", "computed": "-8.25"}]
    found = sale(document="credit_note", customer=ADA, lines=[item("-100")], taxes=taxes)
    document = document_of(found, by_code(State="2"))
    assert (document.form, document.tax, document.total) == (
        "CreditMemo",
        SalesTax("2", 825),
        10825,
    )


def test_tax_that_a_marketplace_keeps_is_no_part() -> None:
    theirs = [STATE | {"collected_by": "facilitator"}]
    for rules in (mapping(), by_code()):
        document = document_of(invoice(item("100"), taxes=theirs), rules)
        assert (document.total, document.tax, len(document.lines)) == (10000, None, 1)


@pytest.mark.parametrize(
    ("taxes", "lines", "codes", "words"),
    [
        ([STATE], [item("100")], {}, "no code in settings.tax_codes"),
        (
            [STATE, {"rule": "City", "computed": "1"}],
            [item("100")],
            {"State": "2", "City": "3"},
            "2 codes",
        ),
        ([{"rule": "State", "computed": "-1"}], [item("100")], {"State": "2"}, "-1.00"),
        ([STATE], [], {"State": "2"}, "nothing that is taxed"),
    ],
)
def test_tax_that_one_code_cannot_say_is_held(
    taxes: list[Any], lines: list[Any], codes: dict[str, str], words: str
) -> None:
    held = held_for(invoice(*lines, taxes=taxes), by_code(**codes))
    assert held.code == "setting_needed"
    assert words in held.text


def test_several_rules_of_one_code_are_one_tax() -> None:
    taxes = [STATE, {"rule": "City", "computed": "1"}]
    document = document_of(invoice(item("100"), taxes=taxes), by_code(State="2", City="2"))
    assert document.tax == SalesTax("2", 925)


def test_a_document_of_nothing_is_none() -> None:
    assert sales_document(invoice(item("0")), books(), KNOWN) is None
    assert sales_document(invoice(), books(), KNOWN) is None


def test_an_event_that_is_no_sale_is_refused() -> None:
    with pytest.raises(TypeError, match="no sale"):
        sales_document(stock_move("shipment"), books(), KNOWN)


def test_every_role_without_an_account_is_named_at_once() -> None:
    rules = Mapping.model_validate({"accounts": [{"role": "sales", "key": "*", "account": "1"}]})
    held = held_for(invoice(item("100", discount="5"), taxes=[STATE]), rules)
    assert held.code == "unmapped_account"
    assert held.missing == (
        Missing("markdowns", "Hats", STORE),
        Missing("tax_liability", "State", STORE),
    )


def test_what_has_to_be_created_is_named_with_the_hold() -> None:
    found = invoice(item("100"), item("5", key="Shoes"), taxes=[STATE])
    with pytest.raises(NeedsFirst) as raised:
        sales_document(found, books(known=american()), Decision())
    needs = raised.value.needs
    assert raised.value.problem.code == "customer_needed"
    assert [one.display_name for one in needs.customers] == ["Ada Brown"]
    assert needs.items == (
        ItemWanted("sales", "sales (sales)"),
        ItemWanted("tax_liability", "tax_liability (tax_liability)"),
    )
    with pytest.raises(NeedsFirst) as raised:
        sales_document(found, books(), Decision(parties=KNOWN.parties))
    assert raised.value.problem.code == "item_needed"
    assert "has no item" in raised.value.problem.text
    assert raised.value.needs.customers == ()


def test_an_event_that_names_nobody_takes_the_standing_customer() -> None:
    house = {"role": "accounts_receivable", "key": "*", "account": "7", "customer": "9"}
    nobody = sale(lines=[item("100")])
    assert document_of(nobody, mapping(house)).customer == "9"
    held = held_for(nobody)
    assert (held.code, "names none" in held.text) == ("customer_needed", True)


@pytest.mark.parametrize(
    ("account", "code", "words"),
    [
        (Account("sales", "Sales", "Income", active=False), "inactive_account", "inactive"),
        (Account("sales", "Sales", "Bank"), "inactive_account", "cannot use"),
    ],
)
def test_an_account_that_cannot_be_used_holds_it(account: Account, code: str, words: str) -> None:
    held = held_for(invoice(item("100")), known=american(sales=account))
    assert held.code == code
    assert words in held.text


def test_an_account_of_the_tax_centre_cannot_stand_on_a_line() -> None:
    agency = Account("tax_liability", "State", "Other Current Liability", "SalesTaxPayable")
    found = invoice(item("100"), taxes=[STATE])
    held = held_for(found, known=american(tax_liability=agency))
    assert held.code == "setting_needed"
    assert "sales tax centre" in held.text
    # By code, QuickBooks posts the tax itself.
    rules = by_code(State="2")
    assert document_of(found, rules, american(tax_liability=agency)).tax == SalesTax("2", 825)


def test_class_stands_on_lines_and_the_department_on_the_document() -> None:
    place = {STORE: {"class": "retail", "department": "one"}}
    row = {"role": "sales", "key": "Hats", "account": "50", "class": "hats"}
    document = document_of(
        invoice(item("100"), item("5", key="Shoes")), mapping(row, locations=place)
    )
    assert [line.class_ for line in document.lines] == ["hats", "retail"]
    assert document.department == "one"


def test_two_departments_hold_a_document() -> None:
    place = {STORE: {"department": "one"}}
    row = {"role": "sales", "key": "Hats", "account": "50", "department": "two"}
    rules = mapping(row, locations=place)
    held = held_for(invoice(item("100"), item("5", key="Shoes")), rules)
    assert (held.code, "one, two" in held.text) == ("setting_needed", True)


def test_a_company_of_another_country_is_held() -> None:
    codes = {"5": Listed("5", "20% VAT")}
    held = held_for(invoice(item("100")), known=replace(american(), tax_codes=codes))
    assert (held.code, "United States" in held.text) == ("setting_needed", True)


def test_another_currency_needs_multicurrency_and_a_rate_and_may_have_stock() -> None:
    found = invoice(item("100", "40"), currency="EUR", exchange_rate="1.1")
    assert held_for(found, known=american()).code == "currency"
    several = replace(american(), multicurrency=True)
    document = document_of(found, known=several)
    assert (document.currency, document.exchange_rate) == ("EUR", "1.1")
    without = invoice(item("100"), currency="EUR")
    assert held_for(without, known=several).code == "currency"


def test_more_lines_than_a_document_takes_hold_it() -> None:
    held = held_for(invoice(*[item("1")] * 751))
    assert held.code == "too_many_lines"


def test_a_document_posted_again_or_on_another_day_says_so() -> None:
    found = invoice(item("100"))
    first = document_of(found)
    again = document_of(found, decision=replace(KNOWN, revision=1))
    assert again.entry_id != first.entry_id
    moved = document_of(found, decision=replace(KNOWN, txn_date=date(2026, 12, 1)))
    assert moved.txn_date == date(2026, 12, 1)
    assert moved.note.startswith("business date 2026-11-20 | ")
    assert moved.entry_id == first.entry_id


def test_location_of_a_line_is_the_events() -> None:
    rows = {"role": "sales", "key": "*", "location": OTHER_STORE, "account": "elsewhere"}
    document = document_of(invoice(item("100"), location=OTHER_STORE), mapping(rows))
    assert document.lines[0].item == "item of elsewhere"
