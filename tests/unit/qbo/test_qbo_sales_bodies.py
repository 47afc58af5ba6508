"""Bodies of sales documents are exact, and what comes back is known as what was sent."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.document import SalesDocument, SalesForm, SalesLine, SalesTax
from daybook.domain.found import is_ours
from daybook.domain.identity import read_marker
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer
from daybook.domain.new_item import NewItem
from daybook.domain.outcome import FoundParty
from daybook.qbo.comparison import is_same
from daybook.qbo.documents import body_of
from daybook.qbo.faults import of_entity
from daybook.qbo.sales_bodies import sales_body, sales_sha
from daybook.qbo.sales_comparison import class_of, item_of, sale_of

IDENTITY = "ab" * 32


def line(amount: int, item: str = "11", **fields: Any) -> SalesLine:
    return SalesLine("sales", "Hats", "50", item, amount, **fields)


def document(*lines: SalesLine, form: SalesForm = "Invoice", **fields: Any) -> SalesDocument:
    tax = fields.get("tax")
    return SalesDocument(
        **{
            "form": form,
            "entry_id": IDENTITY,
            "event": "sale/1/1/post",
            "kind": "sale",
            "txn_date": date(2026, 11, 20),
            "doc_number": "1-ABCDEF",
            "currency": "USD",
            "customer": "58",
            "lines": lines,
            "total": sum(one.amount for one in lines) + (tax.amount if tax else 0),
            **fields,
        }
    )


def read(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body, parse_float=Decimal)
    return found


def detail(sent: SalesLine, currency: str = "USD") -> dict[str, Any]:
    body = sales_body(document(sent, line(10**6), currency=currency), 1)
    found: dict[str, Any] = read(body)["Line"][0]["SalesItemLineDetail"]
    return found


@pytest.mark.parametrize(
    ("amount", "quantity", "sent"),
    [
        (10_000, "4", (4, 25)),
        (10_000, "2.5", (Decimal("2.5"), 40)),
        (-10_000, "4", (-4, 25)),
        (10_000, "-4", (4, 25)),
        (1, "8", (8, Decimal("0.00125"))),
        (1_000, "3", None),
        (1, "3000000", None),
        (100, "", None),
        (100, "0", None),
        (100, "0.0000001", None),
        (100, "10000000000", None),
    ],
)
def test_quantity_and_price_stand_only_where_they_make_the_amount(
    amount: int, quantity: str, sent: Any
) -> None:
    found = detail(line(amount, quantity=quantity))
    assert (found.get("Qty"), found.get("UnitPrice")) == (sent or (None, None))


@pytest.mark.parametrize(("currency", "price"), [("JPY", 250), ("KWD", Decimal("0.25"))])
def test_price_has_the_digits_of_its_currency(currency: str, price: Any) -> None:
    assert detail(line(1_000, quantity="4"), currency)["UnitPrice"] == price


def test_rate_stands_only_on_documents_in_another_currency() -> None:
    assert b"ExchangeRate" not in sales_body(document(line(1)), 1)
    assert b'"ExchangeRate":0.010' in sales_body(document(line(1), exchange_rate="1.0E-2"), 1)


def test_note_is_cut_and_its_marker_never() -> None:
    sent = document(line(1), note="é🎉" * 3_000)
    note = read(sales_body(sent, 12))["PrivateNote"]
    found = read_marker(note)
    assert len(note.encode("utf-16-le")) // 2 in {3_999, 4_000}
    assert found
    assert (found.entry_id16, found.generation) == (IDENTITY[:16], 12)
    assert found.content_sha8 == sales_sha(sent)[:8]


def test_generation_and_note_do_not_change_the_content_and_lines_do() -> None:
    sent = document(line(100))
    assert sales_sha(sent) == sales_sha(replace(sent, note="b"))
    assert sales_sha(sent) != sales_sha(document(line(100, class_="1")))
    assert sales_sha(sent) != sales_sha(replace(sent, tax=SalesTax("2", 0)))


def test_forms_of_one_content_have_one_body_and_another_name() -> None:
    sent = document(line(100))
    assert sales_body(sent, 1) == sales_body(replace(sent, form="CreditMemo"), 1)


def test_item_and_class_bodies_are_the_same_in_every_generation() -> None:
    for made in (NewItem(IDENTITY, "A", "1"), NewClass(IDENTITY, "A:B", "7")):
        assert body_of(made, 1) == body_of(made, 2)


SENT = document(line(10_000, class_="5"), line(-2_000, "12"), tax=SalesTax("2", 660), note="till")


def as_quickbooks_has_it(sent: SalesDocument = SENT, generation: int = 1) -> dict[str, Any]:
    """What a query gives back: ids, names, a subtotal and the total added."""
    row = read(sales_body(sent, generation))
    for number, one in enumerate(row["Line"], 1):
        one |= {"Id": str(number), "LineNum": number, "CustomExtensions": []}
        one["SalesItemLineDetail"]["ItemAccountRef"] = {"value": "50", "name": "Sales"}
    subtotal = {"Amount": 80, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    row["Line"].append(subtotal)
    return row | {"Id": "192", "DocNumber": "1042", "TotalAmt": Decimal("86.6"), "Balance": 0}


def test_document_as_sent_is_ours_in_any_order_of_lines() -> None:
    row = as_quickbooks_has_it()
    row["Line"].reverse()
    found = sale_of(row, "Invoice")
    assert (found.qbo_id, found.doc_number, found.total) == ("192", "1042", "86.6")
    assert is_same(found, SENT, 1)


def test_tax_that_quickbooks_computed_itself_leaves_it_ours() -> None:
    row = as_quickbooks_has_it() | {"TotalAmt": Decimal("86.7"), "TxnTaxDetail": {"TotalTax": 7}}
    found = sale_of(row, "Invoice")
    assert is_same(found, SENT, 1)
    assert found.total == "86.7"


def changed(path: str, value: Any) -> dict[str, Any]:
    row = as_quickbooks_has_it()
    *way, last = path.split(".")
    place: Any = row
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    place[last] = value
    return row


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("TxnDate", "2026-11-21"),
        ("CustomerRef", {"value": "59"}),
        ("PrivateNote", "till"),
        ("PrivateNote", f"daybook:{IDENTITY[:16]}:1:00000000"),
        ("Line.0.Amount", Decimal("100.01")),
        ("Line.0.Amount", Decimal("100.001")),
        ("Line.0.SalesItemLineDetail.ItemRef", {"value": "13"}),
        ("Line.0.SalesItemLineDetail.ClassRef", None),
        ("Line.2", {"Amount": 5, "DetailType": "DiscountLineDetail", "DiscountLineDetail": {}}),
    ],
)
def test_document_that_differs_is_not_the_same(path: str, value: Any) -> None:
    if path == "Line.2":
        row = as_quickbooks_has_it()
        row["Line"].append(value)
    else:
        row = changed(path, value)
    assert not is_same(sale_of(row, "Invoice"), SENT, 1)


def test_another_generation_or_form_is_not_the_same() -> None:
    found = sale_of(as_quickbooks_has_it(), "Invoice")
    assert not is_same(found, SENT, 2)
    assert not is_same(sale_of(as_quickbooks_has_it(), "CreditMemo"), SENT, 1)
    assert is_ours(found, SENT)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"Id": "1"},
        {"Id": 1, "Line": []},
        {"Id": "1", "Line": ["x"]},
        {"Id": "1", "Line": [{"Amount": "1", "SalesItemLineDetail": {}}]},
        {"Id": "1", "Line": [{"SalesItemLineDetail": {}}]},
    ],
)
def test_what_is_no_document_is_never_compared(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"an? (Invoice|line)"):
        sale_of(row, "Invoice")


def test_an_item_that_is_no_service_sells_into_nothing_of_ours() -> None:
    row = {"Id": "1", "Name": "A", "IncomeAccountRef": {"value": "50"}}
    assert item_of(row | {"Type": "Service"}).account == "50"
    assert item_of(row | {"Type": "Inventory"}).account == ""
    assert not item_of(row | {"Active": False}).active


@pytest.mark.parametrize("row", [{}, {"Id": "1"}, {"Id": 1, "Name": "A"}])
def test_a_list_object_without_id_or_name_is_refused(row: dict[str, Any]) -> None:
    for read_row in (item_of, class_of):
        with pytest.raises(ValueError, match="without Id or Name"):
            read_row(row)


def test_a_customer_is_the_same_whatever_its_address_and_a_vendor_never() -> None:
    made = NewCustomer(IDENTITY, "Ada", "", "note")
    notes = read(body_of(made, 1))["Notes"]
    assert is_same(FoundParty("1", "Customer", "Ada", notes), made, 2)
    assert not is_same(FoundParty("1", "Vendor", "Ada", notes), made, 1)
    assert not is_same(FoundParty("1", "Customer", "Ada"), made, 1)


@pytest.mark.parametrize(
    ("total", "text"),
    [(100, "100"), (Decimal("100.10"), "100.10"), (None, ""), ("5", ""), (True, "")],
)
def test_what_was_posted_tells_its_total(total: Any, text: str) -> None:
    assert of_entity({"Id": "7", "SyncToken": "0", "TotalAmt": total}).total == text
    assert of_entity({"Id": "7", "SyncToken": "0"}).total == ""
