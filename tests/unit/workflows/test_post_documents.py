"""Sales documents, items and classes go through the same protocol as entries."""

from collections.abc import Mapping as Dict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.chart import Chart
from daybook.domain.directory import Directory, Listed
from daybook.domain.document import SalesDocument, SalesForm, SalesLine
from daybook.domain.found import FoundClass, FoundItem
from daybook.domain.identity import PostingKey, entry_id
from daybook.domain.needs import ItemWanted
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.workflows.creations import retry_taken
from daybook.workflows.list_objects import ItemLookup, ListObjects, item_key, object_key
from daybook.workflows.order import reverse_posted
from daybook.workflows.poster import Drained
from tests.unit.workflows.office import REALM, SHOP, Office

FORMS: tuple[SalesForm, ...] = ("Invoice", "CreditMemo", "SalesReceipt")
ITEMS = {"I1": FoundItem("I1", "Sales (50)", "50"), "I2": FoundItem("I2", "Bank (4)", "4")}


@pytest.fixture
def office() -> Office:
    office = Office.opened()
    office.books.sales.items.update(ITEMS)
    return office


def document(form: SalesForm, name: str = "1", item: str = "I1") -> SalesDocument:
    key = PostingKey(SHOP, "invoice", name, "1")
    other = -10_000 if form == "SalesReceipt" else -2_000
    lines = (
        SalesLine("sales", "", "50", item, 10_000),
        SalesLine("markdowns", "", "4", "I2", other),
    )
    return SalesDocument(
        form, entry_id(REALM, key), f"invoice/{name}/1/post", "sale", date(2026, 11, 20),
        f"{name}-ABCDEF", "USD", "" if form == "SalesReceipt" else "58", lines, 10_000 + other,
        deposit_to="5" if form == "SalesReceipt" else "",
    )  # fmt: skip


def put(office: Office, made: SalesDocument, name: str = "1") -> Posting:
    """A document's row, ready to be sent."""
    text = instant_text(office.clock())
    body = made.to_json()
    row = Posting(
        PostingKey(SHOP, "invoice", name, "1"), "received", "canonical", "sale", "1", "msg", text,
        text, realm=REALM, business_date="2026-11-20", event_sha=content_sha(body), entry=body,
        entry_id=made.entry_id, entity=made.form,
    ).moved("ready", office.clock())  # fmt: skip
    assert office.ledger.put(row) == "created"
    return row


@pytest.mark.parametrize("form", FORMS)
def test_a_document_is_posted_once(office: Office, form: SalesForm) -> None:
    put(office, document(form))
    office.drain()
    office.settle(2)
    row = office.row("1")
    assert (row.status, row.qbo_id, row.flags) == ("posted", "S1", ())
    assert len(office.books.sales.forms) == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_lost_reply_is_adopted_by_its_marker(office: Office, form: SalesForm) -> None:
    put(office, document(form))
    office.books.faults.append("lose_reply")
    office.drain()
    assert office.row("1").status == "uncertain"
    office.settle()
    assert (office.row("1").status, office.row("1").qbo_id) == ("posted", "S1")
    assert len(office.books.sales.forms) == 1


@pytest.mark.parametrize("form", FORMS)
def test_what_never_arrived_is_sent_again(office: Office, form: SalesForm) -> None:
    put(office, document(form))
    office.books.faults.append("drop")
    office.drain()
    office.settle()
    assert office.row("1").status == "posted"
    assert len(office.books.sales.forms) == 1


def test_forms_and_entries_of_one_lost_request_settle_by_one_probe(office: Office) -> None:
    for form in FORMS:
        put(office, document(form, form), form)
    office.deliver({
        "object_type": "ticket", "object_id": "9", "occurred_at": "2026-11-20T18:00:00Z",
        "location": "1", "currency": "USD",
        "body": {"kind": "sale", "lines": [{"kind": "item", "key": "Hats", "gross": "5"}],
                 "tenders": [{"kind": "card", "key": "Visa", "amount": "5"}]},
    })  # fmt: skip
    office.books.faults.append("lose_reply")
    office.drain()
    office.settle()
    assert {office.row(name).status for name in (*FORMS, "9")} == {"posted"}
    assert (len(office.books.sales.forms), len(office.books.entries)) == (3, 1)


def test_one_that_a_person_changed_is_a_double(office: Office) -> None:
    put(office, document("Invoice"))
    office.books.faults.append("lose_reply")
    office.drain()
    (form,) = office.books.sales.forms
    office.books.sales.forms = [replace(form, lines=form.lines[:1])]
    office.settle()
    assert (office.row("1").status, office.row("1").reason) == ("held", "double_in_qbo")
    assert office.alarms == ["double_in_qbo"]


@pytest.mark.parametrize("lost", [False, True])
def test_a_total_that_differs_raises_a_flag_and_stays_posted(office: Office, lost: bool) -> None:
    office.books.sales.added_tax = Decimal("0.07")
    put(office, document("Invoice"))
    if lost:
        office.books.faults.append("lose_reply")
    office.drain()
    office.settle()
    row = office.row("1")
    assert row.status == "posted"
    (flag,) = row.open_flags
    assert (flag.name, flag.ids) == ("total_differs", "S1")
    assert "80.07" in flag.seen


def test_an_invoice_is_taken_back_by_a_credit_memo(office: Office) -> None:
    put(office, document("Invoice"))
    office.drain()
    reverse_posted(office.row("1"), office.poster(), Drained({}))
    office.drain()
    assert [form.form for form in office.books.sales.forms] == ["Invoice", "CreditMemo"]
    assert office.statuses() == {"1/1/post/post": "reversed", "1/1/post/reverse": "posted"}
    assert office.row("1", purpose="reverse").entity == "CreditMemo"


# What documents need first


def objects(office: Office, chart: Chart | None = None) -> ListObjects:
    connection = office.connections.get(SHOP)
    assert connection
    return ListObjects(connection, office.ledger, office.mappings, chart)


def asking(office: Office) -> Posting:
    """The row of an event that asks for something."""
    return replace(put(office, document("Invoice", "asks"), "asks"), source="canonical")


def directory(**items: Listed) -> Directory:
    return Directory(REALM, 9, items=items)


def test_an_item_is_created_in_a_batch_before_and_known_by_its_row(office: Office) -> None:
    made, row = objects(office), asking(office)
    lookup = ItemLookup(made)
    assert lookup.get("51") is None
    said = made.create_items((ItemWanted("51", "Clothing (51)"),), row, office.clock())
    assert said == "The item is being created in QuickBooks as 'Clothing (51)'."
    assert [one.key for one in made.created] == [object_key(SHOP, "item", "51")]
    again = objects(office)
    again.create_items((ItemWanted("51", "Renamed (51)"),), row, office.clock())
    office.drain()
    assert office.books.sales.items["I3"] == FoundItem("I3", "Clothing (51)", "51")
    lookup = ItemLookup(objects(office))
    assert lookup["51"] == "I3"
    assert (dict(lookup.used), list(lookup), len(lookup)) == ({item_key("51"): "I3"}, ["51"], 1)


def test_an_item_is_found_by_name_and_account_in_the_imported_lists(office: Office) -> None:
    office.mappings.put_directory(
        directory(
            a=Listed("a", "Account (51)", sells_into="52"),
            b=Listed("b", "ACCOUNT (51)", sells_into="51"),
            c=Listed("c", "Account (53)", active=False, sells_into="53"),
        )
    )
    made = objects(office)
    assert (made.item("51"), made.item("52"), made.item("53")) == ("b", None, None)


@pytest.mark.parametrize("fault", ["lose_reply", "drop"])
def test_a_lost_creation_is_found_by_name_and_never_made_twice(office: Office, fault: Any) -> None:
    made, row = objects(office), asking(office)
    made.create_items((ItemWanted("51", "Clothing (51)"),), row, office.clock())
    office.books.faults.append(fault)
    office.drain()
    office.settle()
    assert objects(office).item("51") == "I3"
    assert len(office.books.sales.items) == 3


@pytest.mark.parametrize(("account", "status"), [("51", "posted"), ("52", "held")])
def test_a_taken_name_is_adopted_where_it_serves_and_held_where_it_does_not(
    office: Office, account: str, status: str
) -> None:
    office.books.sales.items["X"] = FoundItem("X", "Clothing (51)", account)
    made, row = objects(office), asking(office)
    made.create_items((ItemWanted("51", "Clothing (51)"),), row, office.clock())
    office.drain()
    office.settle()
    creation = office.row("51")
    assert (creation.status, creation.qbo_id) == (status, "X" if status == "posted" else "")
    if status == "held":
        assert creation.reason == "display_name_taken"
        assert "Item X has the name 'Clothing (51)' and sells into account 52." in (
            creation.reason_text
        )
        told = made.create_items((ItemWanted("51", "Clothing (51)"),), row, office.clock())
        assert told.startswith("It could not be created: ")


def test_a_class_is_created_level_by_level(office: Office) -> None:
    made, row = objects(office), asking(office)
    held = made.create_class("Store 1 : Burbank", row, office.clock())
    assert (held.problem.code, "'Store 1:Burbank'" in held.problem.text) == ("class_needed", True)
    assert made.class_of("Store 1:Burbank") is None
    office.drain()
    objects(office).create_class("Store 1:Burbank", row, office.clock())
    office.drain()
    assert office.books.sales.classes["K2"] == FoundClass("K2", "Store 1:Burbank")
    assert objects(office).class_of("Store 1:Burbank") == "K2"


def test_a_class_of_the_imported_chart_is_taken_whatever_its_letter_case(office: Office) -> None:
    classes: Dict[str, Listed] = {
        "7": Listed("7", "STORE 1"),
        "8": Listed("8", "Store 1:Burbank", active=False),
    }
    chart = Chart(REALM, 1, classes=classes)
    made = objects(office, chart)
    assert (made.class_of("Store 1"), made.class_of("Store 1:Burbank")) == ("7", None)
    made.create_class("Store 1:Burbank", asking(office), office.clock())
    (creation,) = made.created
    assert b'"parent":"7"' in creation.entry


def test_a_label_that_makes_no_class_is_held_unmapped(office: Office) -> None:
    held = objects(office).create_class(" : ", asking(office), office.clock())
    assert held.problem.code == "unmapped_class"


def taken(office: Office, row: Posting) -> Posting:
    office.books.sales.items["X"] = FoundItem("X", "Clothing (51)", "52")
    objects(office).create_items((ItemWanted("51", "Clothing (51)"),), row, office.clock())
    office.drain()
    office.settle()
    return office.row("51")


@pytest.mark.parametrize(
    ("listed", "status"),
    [
        ({"X": Listed("X", "Clothing (51)", sells_into="52")}, "held"),
        ({"X": Listed("X", "Clothing (51)", sells_into="51")}, "superseded"),
        ({}, "ready"),
    ],
)
def test_an_import_says_what_becomes_of_an_item_whose_name_was_taken(
    office: Office, listed: dict[str, Listed], status: str
) -> None:
    assert taken(office, asking(office)).status == "held"
    office.mappings.put_directory(directory(**listed))
    connection = office.connections.get(SHOP)
    assert connection
    retry_taken(connection, office.ledger, office.mappings, office.clock())
    assert office.row("51").status == status
