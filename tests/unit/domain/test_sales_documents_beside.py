"""Payments as credit memos, stock beside a document, reversals, storage, totals."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.document import COUNTERPART, SalesDocument, SalesTax, total_differs
from daybook.domain.document_flags import flag_of_total
from daybook.domain.identity import PostingKey
from daybook.domain.journal import JournalEntry
from daybook.domain.reversal import reversal_of, same_in_books
from daybook.domain.sales_documents import payment_credit, sales_document, stock_beside
from tests.unit.domain.builders import (
    ADA,
    books,
    event,
    item,
    mapping,
    sale,
    tender,
)
from tests.unit.domain.sales import (
    KNOWN,
    STATE,
    by_code,
    document_of,
    invoice,
    lines_of,
)

KEY = PostingKey("shop", "ticket", "100245", "1")


# Payments


def payment(amount: str, tenders: list[Any] | None = None) -> Any:
    both = tenders or [
        tender(amount, "other", "card"),
        tender(f"-{amount}".replace("--", ""), "on_account", ""),
    ]
    return sale(document="credit_note", customer=ADA, tenders=both, reference="P-9")


def test_a_portal_payment_is_a_credit_memo_on_its_clearing_account() -> None:
    document = document_of(payment("25.50"))
    assert (document.form, document.total) == ("CreditMemo", 2550)
    assert lines_of(document) == ["payment_type[card] 25.50"]
    (line,) = document.lines
    assert (line.item, line.description) == ("item of payment_type", "Payment type card P-9")


def test_a_portal_payment_given_back_is_an_invoice() -> None:
    document = document_of(payment("-25.50"))
    assert (document.form, lines_of(document)) == ("Invoice", ["payment_type[card] 25.50"])


def test_a_deposit_taken_is_a_credit_too() -> None:
    body = {"kind": "deposit", "direction": "taken", "tender": tender("30")}
    document = payment_credit(event(body, customer=ADA), books(), KNOWN)
    assert document
    assert (document.form, lines_of(document)) == ("CreditMemo", ["payment_type[Visa] 30.00"])


def test_a_payment_of_nothing_is_none() -> None:
    assert sales_document(payment("0"), books(), KNOWN) is None


# Stock beside a document


def test_cost_is_a_journal_beside_the_document_with_a_name_of_its_own() -> None:
    found = invoice(item("100", "40"))
    entry = stock_beside(found, books())
    assert entry
    assert [(line.side, line.role, line.amount) for line in entry.lines] == [
        ("debit", "cogs", 4000),
        ("credit", "inventory_on_hand", 4000),
    ]
    assert entry.entry_id != document_of(found).entry_id
    assert entry.doc_number != document_of(found).doc_number


def test_stock_beside_a_foreign_document_is_in_the_home_currency_to_the_cent() -> None:
    rate = Decimal("1.0999989")
    cost = str(Decimal("161.7176") / rate)
    found = invoice(item("100", cost), currency="EUR", exchange_rate=str(rate))
    entry = stock_beside(found, books())
    assert entry
    assert (entry.currency, [line.amount for line in entry.lines]) == ("USD", [16172, 16172])


@pytest.mark.parametrize("owner", ["shipment", "batch"])
def test_cost_that_another_owns_is_not_beside_it(owner: str) -> None:
    rules = mapping(settings={"cogs_owner": owner})
    assert stock_beside(invoice(item("100", "40")), books(rules)) is None


def test_a_sale_without_cost_has_nothing_beside_it() -> None:
    assert stock_beside(invoice(item("100")), books()) is None


# Reversal, storage, totals


def test_an_invoice_is_taken_back_by_a_credit_memo_of_the_same_lines() -> None:
    document = document_of(invoice(item("100", discount="5"), taxes=[STATE]), by_code(State="2"))
    back = reversal_of(document, "realm", KEY)
    assert back.form == "CreditMemo"
    assert (back.lines, back.tax, back.total) == (document.lines, document.tax, document.total)
    assert back.note.startswith(f"Reverses {document.doc_number} | ")
    assert back.entry_id != document.entry_id
    assert same_in_books(reversal_of(back, "realm", KEY), document)
    assert not same_in_books(back, document)
    assert set(COUNTERPART) == set(COUNTERPART.values())


def test_what_is_another_document_in_the_books_is_told_apart() -> None:
    document = document_of(invoice(item("100")))
    assert same_in_books(document, replace(document, note="other", doc_number="1"))
    line = replace(document.lines[0], class_="7")
    for other in (
        replace(document, customer="9"),
        replace(document, txn_date=date(2026, 11, 21)),
        replace(document, lines=(line,)),
        replace(document, department="4"),
    ):
        assert not same_in_books(document, other)
    entry = stock_beside(invoice(item("1", "1")), books())
    assert isinstance(entry, JournalEntry)
    assert not same_in_books(document, entry)


def test_a_document_reads_back_as_it_was_stored() -> None:
    document = document_of(invoice(item("100", description='é "🎉"'), taxes=[STATE]))
    assert SalesDocument.from_json(document.to_json()) == document
    assert SalesDocument.from_json(document.to_json()).to_json() == document.to_json()


@pytest.mark.parametrize(
    "change",
    [
        {"total": 1},
        {"total": -10000},
        {"customer": ""},
        {"lines": ()},
        {"doc_number": "x" * 22},
        {"tax": SalesTax("2", -1)},
        {"form": "SalesReceipt"},
    ],
)
def test_a_document_that_does_not_add_up_cannot_be_made(change: dict[str, Any]) -> None:
    document = document_of(invoice(item("100")))
    with pytest.raises(AssertionError):
        replace(document, **change)


@pytest.mark.parametrize(
    ("total", "differs"), [("100", False), ("100.00", False), ("100.01", True), ("", False)]
)
def test_a_total_that_is_not_the_sources_raises_a_flag(total: str, differs: bool) -> None:
    document = document_of(invoice(item("100")))
    assert total_differs(document, total) == differs
    flag = flag_of_total(document, "77", total, "2026-11-21T00:00:00.000Z")
    assert bool(flag) == differs
    if flag:
        assert (flag.name, flag.qbo_ids) == ("total_differs", ("77",))
        assert "comes to 100.01 USD, the source's to 100.00" in flag.seen


def test_a_journal_entrys_total_says_nothing() -> None:
    entry = stock_beside(invoice(item("1", "1")), books())
    assert entry
    assert flag_of_total(entry, "1", "0", "2026-11-21T00:00:00.000Z") is None
