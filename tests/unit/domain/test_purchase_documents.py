"""Bills, vendor credits and orders of purchases: lines, signs, who is owed, what is held."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from daybook.domain.books import Decision
from daybook.domain.chart import Account, Chart
from daybook.domain.closed_books import moved_transaction
from daybook.domain.document_flags import flag_of_total
from daybook.domain.document_kinds import operation_of, read_document
from daybook.domain.errors import Held, Problem
from daybook.domain.event import FinancialEvent
from daybook.domain.identity import PostingKey
from daybook.domain.mapping import Mapping
from daybook.domain.needs import NeedsFirst
from daybook.domain.purchase_document import PurchaseDocument
from daybook.domain.purchase_documents import purchase_document
from daybook.domain.reversal import reversal_of, same_in_books
from tests.unit.domain.builders import ACME, PARTIES, STORE, books, event, mapping, posted
from tests.unit.domain.sales import american

HATS = {"kind": "item", "key": "Hats", "quantity": "10", "amount": "400", "description": "Hats, XL"}
FREIGHT = {"kind": "freight", "key": "UPS", "amount": "12.5"}
TAX = {"rule": "GST", "computed": "33"}
ORDERS = {"purchase_orders": "purchase_order"}


def purchase(*lines: dict[str, Any], document: str = "bill", **fields: Any) -> FinancialEvent:
    body: dict[str, Any] = {"kind": "purchase", "document": document, "lines": list(lines)}
    for name in ("taxes", "due_date"):
        if name in fields:
            body[name] = fields.pop(name)
    return event(body, **{"object_type": "bill", "supplier": ACME, "reference": "B-7", **fields})


def document_of(
    found: FinancialEvent, rules: Mapping | None = None, known: Chart | None = None
) -> PurchaseDocument:
    document = purchase_document(found, books(rules, known), PARTIES)
    assert document is not None
    return document


def held_for(
    found: FinancialEvent,
    rules: Mapping | None = None,
    known: Chart | None = None,
    decision: Decision = PARTIES,
) -> Problem:
    with pytest.raises(Held) as caught:
        purchase_document(found, books(rules, known), decision)
    return caught.value.problem


def costs(document: PurchaseDocument) -> list[tuple[str, str, int]]:
    return [(line.role, line.key, line.amount) for line in document.lines]


def test_a_bill_has_a_line_for_each_part_of_the_purchase() -> None:
    bill = document_of(purchase(HATS, FREIGHT, taxes=[TAX], due_date="2026-12-20"))
    assert (bill.form, bill.vendor, bill.payable) == ("Bill", "41", "accounts_payable")
    assert costs(bill) == [
        ("inventory_on_hand", "Hats", 40000),
        ("purchase_costs", "UPS", 1250),
        ("tax_recoverable", "GST", 3300),
    ]
    assert bill.total == 44550
    assert (bill.txn_date, bill.due_date) == (date(2026, 11, 20), date(2026, 12, 20))
    assert bill.doc_number.startswith("B-7-")
    assert [line.description for line in bill.lines] == [
        "Hats, XL",
        "Purchase costs UPS",
        "Tax recoverable GST",
    ]


@pytest.mark.parametrize("document_tax", ["line", "code"])
def test_recoverable_tax_is_a_line_whatever_the_tax_of_sales_is(document_tax: str) -> None:
    settings = {"document_tax": document_tax, "tax_codes": {"GST": "2"}}
    bill = document_of(purchase(HATS, taxes=[TAX]), mapping(settings=settings))
    assert [line.role for line in bill.lines] == ["inventory_on_hand", "tax_recoverable"]


def test_the_lines_are_those_of_the_journal_entry() -> None:
    found = purchase(HATS, FREIGHT, taxes=[TAX])
    bill = document_of(found)
    entry = [line for line in posted(found) if not line.startswith("C accounts_payable")]
    assert entry == [f"D {line.role}[{line.key}] {line.amount / 100:.2f}" for line in bill.lines]


def test_items_go_where_purchases_to_says() -> None:
    rules = mapping(settings={"purchases_to": "purchases_received"})
    assert costs(document_of(purchase(HATS), rules)) == [("purchases_received", "Hats", 40000)]


@pytest.mark.parametrize("document", ["bill", "vendor_credit"])
def test_what_the_supplier_owes_is_a_vendor_credit_whatever_it_is_called(document: str) -> None:
    back = {**HATS, "amount": "-40", "quantity": "-1"}
    off = {**FREIGHT, "amount": "3"}
    credit = document_of(purchase(back, off, document=document, due_date="2026-12-20"))
    assert (credit.form, credit.total, credit.due_date) == ("VendorCredit", 3700, None)
    assert costs(credit) == [
        ("inventory_on_hand", "Hats", 4000),
        ("purchase_costs", "UPS", -300),
    ]
    assert document_of(purchase(HATS, document=document)).form == "Bill"


def test_a_total_of_zero_takes_the_sources_word() -> None:
    none = [HATS, {**HATS, "amount": "-400"}]
    assert document_of(purchase(*none)).form == "Bill"
    assert document_of(purchase(*none, document="vendor_credit")).form == "VendorCredit"
    assert purchase_document(purchase({**HATS, "amount": "0"}), books(), PARTIES) is None


@pytest.mark.parametrize(
    ("document", "object_type", "setting", "form"),
    [
        ("purchase_order", "order", "bill", "Bill"),
        ("purchase_order", "order", "purchase_order", "PurchaseOrder"),
        ("bill", "purchase_order", "bill", "Bill"),
        ("bill", "purchase_order", "purchase_order", "PurchaseOrder"),
        ("bill", "PurchaseOrder", "purchase_order", "PurchaseOrder"),
        ("bill", "bill", "purchase_order", "Bill"),
        ("vendor_credit", "purchase_order", "purchase_order", "Bill"),
    ],
)
def test_the_setting_says_which_purchases_are_orders(
    document: str, object_type: str, setting: str, form: str
) -> None:
    rules = mapping(settings={"purchase_orders": setting})
    found = purchase(HATS, document=document, object_type=object_type)
    assert document_of(found, rules).form == form


def test_an_order_posts_nothing_as_a_journal() -> None:
    found = purchase(HATS, object_type="purchase_order")
    assert posted(found) != []
    assert posted(found, mapping(settings=ORDERS)) == []


def test_an_order_is_never_below_zero() -> None:
    found = purchase({**HATS, "amount": "-1"}, document="purchase_order")
    assert held_for(found, mapping(settings=ORDERS)).code == "setting_needed"


def test_an_unknown_vendor_is_needed_first() -> None:
    with pytest.raises(NeedsFirst) as caught:
        purchase_document(purchase(HATS), books(), Decision())
    assert caught.value.problem.code == "vendor_needed"
    assert [one.id for one in caught.value.needs.vendors] == ["s-1"]


def test_without_a_supplier_the_standing_vendor_is_owed() -> None:
    found = purchase(HATS, supplier=None)
    assert held_for(found).code == "vendor_needed"
    row = {"role": "accounts_payable", "key": "*", "account": "20", "vendor": "9"}
    bill = document_of(found, mapping(row))
    assert (bill.vendor, bill.payable) == ("9", "20")


def test_every_missing_account_is_named_at_once() -> None:
    rules = Mapping.model_validate({"accounts": []})
    problem = held_for(purchase(HATS, FREIGHT, taxes=[TAX]), rules)
    assert problem.code == "unmapped_account"
    assert [one.role for one in problem.missing] == [
        "accounts_payable", "inventory_on_hand", "purchase_costs", "tax_recoverable",
    ]  # fmt: skip


def test_accounts_that_no_bill_can_show_are_held() -> None:
    payable = Account("20", "A/P", "Accounts Payable")
    known = american(**{"20": payable})
    row = {"role": "purchases_received", "key": "*", "account": "20"}
    rules = mapping(row, settings={"purchases_to": "purchases_received"})
    problem = held_for(purchase(HATS), rules, known)
    assert problem.code == "setting_needed"
    assert "Accounts Payable" in problem.text
    none = mapping({"role": "inventory_on_hand", "key": "*", "account": None})
    assert held_for(purchase(HATS), none).code == "setting_needed"
    gone = american(accounts_payable=Account("x", "x", "Accounts Payable", active=False))
    assert held_for(purchase(HATS), known=gone).code == "inactive_account"


def test_other_currencies_and_countries_are_held() -> None:
    assert held_for(purchase(HATS, currency="EUR")).code == "currency"
    foreign = replace(american(), tax_codes={})
    assert held_for(purchase(HATS), known=foreign).code == "setting_needed"
    many = replace(american(), multicurrency=True)
    bill = document_of(purchase(HATS, currency="EUR", exchange_rate="1.1"), known=many)
    assert (bill.currency, bill.exchange_rate) == ("EUR", "1.1")


def test_department_and_class_come_from_the_location() -> None:
    place = {STORE: {"name": "Burbank", "class": "200", "department": "1"}}
    bill = document_of(purchase(HATS), mapping(locations=place))
    assert (bill.department, bill.lines[0].class_) == ("1", "200")


@pytest.mark.parametrize(("amount", "back"), [("400", "VendorCredit"), ("-400", "Bill")])
def test_a_bill_and_a_vendor_credit_take_each_other_back(amount: str, back: str) -> None:
    made = document_of(purchase({**HATS, "amount": amount}))
    counter = reversal_of(made, "realm", PostingKey("shop", "bill", "100245", "1"))
    assert (counter.form, counter.lines, counter.total) == (back, made.lines, made.total)
    assert counter.doc_number != made.doc_number
    assert operation_of(counter) == "create"


def test_an_order_is_taken_back_by_closing_it() -> None:
    order = document_of(purchase(HATS, document="purchase_order"), mapping(settings=ORDERS))
    mirrored = reversal_of(order, "realm", PostingKey("shop", "bill", "1", "1"), date(2026, 12, 1))
    closing = mirrored.closing("77")
    assert (closing.form, closing.closes, closing.txn_date) == (
        "PurchaseOrder",
        "77",
        order.txn_date,
    )
    assert (operation_of(order), operation_of(closing)) == ("create", "update")


@pytest.mark.parametrize("document", ["bill", "vendor_credit", "purchase_order"])
def test_a_document_reads_back_as_it_was(document: str) -> None:
    sign = "-" if document == "vendor_credit" else ""
    line = {**HATS, "amount": f"{sign}400"}
    made = document_of(
        purchase(line, document=document, due_date="2026-12-01"), mapping(settings=ORDERS)
    )
    assert PurchaseDocument.from_json(made.to_json()) == made
    assert read_document(made.form, made.to_json()) == made


def test_a_moved_bill_tells_its_own_date() -> None:
    bill = document_of(purchase(HATS))
    after = moved_transaction(bill, date(2026, 12, 1))
    assert after.txn_date == date(2026, 12, 1)
    assert after.note.startswith("business date 2026-11-20 | ")


def test_another_total_is_flagged() -> None:
    bill = document_of(purchase(HATS))
    flag = flag_of_total(bill, "7", "408.25", "2026-11-21T00:00:00Z")
    assert flag is not None
    assert flag.name == "total_differs"
    assert flag_of_total(bill, "7", "400.0", "2026-11-21T00:00:00Z") is None


def test_a_newer_version_that_changes_nothing_is_the_same_in_the_books() -> None:
    before, after = document_of(purchase(HATS)), document_of(purchase(HATS, memo="called"))
    assert same_in_books(before, after)
    assert not same_in_books(before, replace(after, vendor="9"))
    assert not same_in_books(before, replace(after, due_date=date(2026, 12, 2)))
