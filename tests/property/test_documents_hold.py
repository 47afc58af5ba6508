"""What holds of the document of any sale, and of the receipt of any balanced day."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.day_receipt import receipt_of
from daybook.domain.document import SalesDocument
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent
from daybook.domain.identity import PostingKey
from daybook.domain.journal import JournalEntry
from daybook.domain.money import to_text
from daybook.domain.reversal import reversal_of, same_in_books
from daybook.domain.sales_documents import sales_document, stock_beside
from daybook.domain.translation import journal_entry
from daybook.qbo.sales_bodies import sales_body
from tests.property.strategies import PROPERTY, due_minor, event_of, events, sales
from tests.unit.domain.builders import PARTIES, STORE, books, mapping
from tests.unit.domain.sales import KNOWN

KEY = PostingKey("shop", "ticket", "1", "1")
CODES = dict.fromkeys(("", "Hats", "Shoes", "7", "Ü ber/1|2"), "2")
currencies = st.sampled_from(["USD", "JPY", "KWD"])
any_sale = currencies.flatmap(lambda money: st.tuples(sales(money), st.just(money)))


def document_of(body: dict[str, Any], money: str, tax: str = "line") -> SalesDocument | None:
    """The document of a sale, None where there is none or it is held."""
    rules = mapping(settings={"currency": money, "document_tax": tax, "tax_codes": CODES})
    try:
        return sales_document(event_of(body, money), books(rules), KNOWN)
    except Held:
        return None


def check_body(document: SalesDocument) -> None:
    """The body's lines and tax are the total, and no product is another number than its amount."""
    body = json.loads(sales_body(document, 1), parse_float=Decimal)
    total = sum(Decimal(line["Amount"]) for line in body["Line"])
    total += Decimal(body.get("TxnTaxDetail", {}).get("TotalTax", 0))
    assert total == Decimal(to_text(document.total, document.currency)) >= 0
    for line in body["Line"]:
        sold = line["SalesItemLineDetail"]
        assert ("Qty" in sold) == ("UnitPrice" in sold)
        if "Qty" in sold:
            assert Decimal(sold["Qty"]) * Decimal(sold["UnitPrice"]) == line["Amount"]
            assert sold["UnitPrice"] > 0


@PROPERTY
@given(any_sale, st.sampled_from(["line", "code"]))
def test_lines_and_tax_of_a_body_are_its_total(found: tuple[dict[str, Any], str], tax: str) -> None:
    document = document_of(*found, tax)
    if document:
        check_body(document)


@PROPERTY
@given(any_sale)
def test_total_is_what_the_sale_asks_for_to_the_last_unit(
    found: tuple[dict[str, Any], str],
) -> None:
    body, money = found
    document = document_of({**body, "tenders": []}, money)
    if document:
        sign = 1 if document.form == "Invoice" else -1
        assert document.total == sign * due_minor(body, money)


@PROPERTY
@given(any_sale)
def test_document_reads_back_and_its_counterpart_takes_it_back(
    found: tuple[dict[str, Any], str],
) -> None:
    document = document_of(*found)
    if document:
        assert SalesDocument.from_json(document.to_json()) == document
        back = reversal_of(document, "realm", KEY)
        assert back.form != document.form
        assert same_in_books(reversal_of(back, "realm", KEY), document)


def moved_by(document: SalesDocument) -> dict[str, int]:
    """What a document moves on each account but the receivable; debits above zero."""
    sign = 1 if document.form == "CreditMemo" else -1
    moved: dict[str, int] = {}
    for line in document.lines:
        moved[line.account] = moved.get(line.account, 0) + sign * line.amount
    return moved


@PROPERTY
@given(sales())
def test_document_and_stock_beside_it_move_what_the_journal_would_but_the_tenders(
    body: dict[str, Any],
) -> None:
    # Tenders of their own account, so that they can be told from lines of the same role.
    body = {**body, "tenders": [{**one, "kind": "cash", "key": "till"} for one in body["tenders"]]}
    rules = mapping({"role": "payment_type", "key": "till", "account": "till"})
    event = event_of(body)
    try:
        entry = journal_entry(event, books(rules), PARTIES)
        document = sales_document(event, books(rules), KNOWN)
    except Held:
        return
    beside = stock_beside(event, books(rules))
    moved = moved_by(document) if document and document.event == event.name else {}
    for line in beside.lines if beside else ():
        sign = 1 if line.side == "debit" else -1
        moved[line.account] = moved.get(line.account, 0) + sign * line.amount
    expected: dict[str, int] = {}
    for line in entry.lines if entry else ():
        sign = 1 if line.side == "debit" else -1
        expected[line.account] = expected.get(line.account, 0) + sign * line.amount
    if body["lines"] or body["taxes"]:
        expected.pop("till", None)
        moved.pop("till", None)
        assert {k: v for k, v in moved.items() if v} == {k: v for k, v in expected.items() if v}


def without_names(entry: JournalEntry) -> bool:
    return all(line.name is None for line in entry.lines)


@PROPERTY
@given(events())
def test_receipt_of_any_balanced_entry_is_exactly_nothing(event: FinancialEvent) -> None:
    rules = mapping(settings={"currency": event.currency})
    try:
        entry = journal_entry(event, books(rules), PARTIES)
    except Held:
        return
    if entry is None or not without_names(entry):
        return
    receipt = receipt_of(entry, STORE, books(rules), KNOWN)
    assert receipt.total == 0
    check_body(receipt)
    sums = {"debit": 0, "credit": 0}
    for line in receipt.lines:
        sums["debit" if line.amount < 0 else "credit"] += abs(line.amount)
    # Both sides are seen whole: what was taken and what was given back.
    assert set(sums.values()) == {sum(one.amount for one in entry.lines if one.side == "debit")}
    places = [(one.account, one.class_, one.amount < 0) for one in receipt.lines]
    assert len(set(places)) == len(places)
    assert SalesDocument.from_json(receipt.to_json()) == receipt
    back = reversal_of(receipt, "realm", KEY)
    check_body(back)
