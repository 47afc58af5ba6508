"""Mode document: what a document needs is created first, then it is posted, once."""

from datetime import date

import pytest

from daybook.domain.outcome import FoundParty
from daybook.workflows.go_live import send_past
from daybook.workflows.link import link
from tests.unit.workflows.office import SHOP, mapping, sale
from tests.unit.workflows.papers import forms, invoice, office, stock, until_quiet, use


def test_an_invoice_waits_for_its_item_and_is_posted_once_it_is_there() -> None:
    opened = office()
    opened.deliver(invoice())
    row = opened.row("1001")
    assert (row.status, row.reason) == ("held", "item_needed")
    assert row.parties == (("customer:77", "12"), ("item:50", ""))
    assert opened.row("50", purpose="create").entity == "Item"
    until_quiet(opened)
    row = opened.row("1001")
    assert (row.status, row.entity, row.qbo_id) == ("posted", "Invoice", "S1")
    assert forms(opened) == [("Invoice", "20.00")]


def test_a_customer_who_is_not_there_is_created_in_the_same_batch_as_the_item() -> None:
    opened = office()
    opened.deliver(invoice(customer="78") | {"customer": {"id": "78", "display_name": "Ada"}})
    assert opened.row("1001").reason == "customer_needed"
    opened.drain()
    assert len(opened.books.requests[0][1]) == 2
    until_quiet(opened)
    (form,) = opened.books.sales.forms
    assert opened.books.parties[form.customer].display_name == "Ada"


def test_many_invoices_create_an_item_once() -> None:
    opened = office()
    opened.deliver([invoice(str(number)) for number in range(1001, 1011)])
    until_quiet(opened)
    assert len(opened.books.sales.items) == 1
    assert forms(opened) == [("Invoice", "20.00")] * 10


def test_an_item_that_the_company_has_is_found_and_not_created() -> None:
    opened = office()
    opened.deliver(invoice("1001"))
    until_quiet(opened)
    opened.deliver(invoice("1002"))
    assert opened.row("1002").status == "ready"


def test_a_credit_note_is_a_credit_memo() -> None:
    opened = office({"role": "returns", "key": "Caps", "account": "51"})
    note = invoice(amount="-15.00")
    note["body"]["document"] = "credit_note"
    opened.deliver(note)
    until_quiet(opened)
    assert forms(opened) == [("CreditMemo", "15.00")]


def test_a_payment_of_a_portal_is_a_credit_memo_and_moves_no_revenue() -> None:
    opened = office()
    paid = [
        {"kind": "other", "key": "card", "amount": "30.00"},
        {"kind": "on_account", "amount": "-30.00"},
    ]
    customer = {"id": "77", "display_name": "Grace"}
    body = {"kind": "sale", "document": "credit_note", "tenders": paid}
    opened.deliver({**sale("P-1"), "customer": customer, "body": body})
    until_quiet(opened)
    assert forms(opened) == [("CreditMemo", "30.00")]
    assert [item.account for item in opened.books.sales.items.values()] == ["4"]


def test_the_same_delivery_twice_posts_one_invoice() -> None:
    opened = office()
    opened.deliver(invoice(cost="8.00"), "msg-1")
    opened.deliver(invoice(cost="8.00"), "msg-1")
    until_quiet(opened)
    opened.deliver(invoice(cost="8.00"), "msg-2")
    until_quiet(opened)
    assert (forms(opened), stock(opened)) == ([("Invoice", "20.00")], [800])


@pytest.mark.parametrize("fault", ["lose_reply", "drop"])
def test_an_unclear_answer_leaves_one_invoice(fault: str) -> None:
    opened = office()
    opened.deliver(invoice("1001"))
    until_quiet(opened)
    opened.deliver(invoice("1002"))
    opened.books.faults.append(fault)  # type: ignore[arg-type]
    opened.drain()
    assert opened.row("1002").status == "uncertain"
    opened.settle()
    assert opened.row("1002").status == "posted"
    assert forms(opened) == [("Invoice", "20.00")] * 2


def test_another_total_is_posted_flagged_and_told() -> None:
    opened = office()
    opened.books.sales.added_tax += 1
    opened.deliver(invoice())
    until_quiet(opened)
    row = opened.row("1001")
    assert row.status == "posted"
    assert [flag.name for flag in row.open_flags] == ["total_differs"]
    assert opened.alarms == ["total_differs"]


def test_another_total_that_a_probe_finds_is_flagged_too() -> None:
    opened = office()
    opened.books.sales.added_tax += 1
    opened.deliver(invoice("1001"))
    opened.drain()
    opened.books.faults.append("lose_reply")
    opened.drain()
    opened.settle()
    assert [flag.name for flag in opened.row("1001").open_flags] == ["total_differs"]
    assert opened.alarms == ["total_differs"]


def test_a_deposit_is_held_because_quickbooks_keeps_the_receivables() -> None:
    opened = office()
    tender = {"kind": "cash", "key": "Cash", "amount": "5.00"}
    opened.deliver({**sale(), "body": {"kind": "deposit", "direction": "taken", "tender": tender}})
    assert (opened.row().status, opened.row().reason) == ("held", "setting_needed")


def test_goods_given_away_are_an_entry_of_their_stock_and_no_document() -> None:
    opened = office()
    opened.deliver(invoice(amount="0", cost="8.00"))
    until_quiet(opened)
    assert (forms(opened), stock(opened)) == ([], [800])
    assert opened.row("1001").entity == "JournalEntry"
    opened.deliver(invoice(amount="0", version="2", effect="reverse"))
    opened.settle()
    assert sorted(stock(opened)) == [-800, 800]


def test_an_invoice_that_becomes_a_gift_and_a_gift_that_is_charged_leave_the_right_stock() -> None:
    opened = office()
    opened.deliver(invoice(cost="8.00"))
    until_quiet(opened)
    opened.deliver(invoice(amount="0", cost="8.00", version="2"))
    opened.settle()
    assert [form for form, _ in forms(opened)] == ["Invoice", "CreditMemo"]
    assert sum(stock(opened)) == 800
    opened.deliver(invoice(cost="9.00", version="3"))
    opened.settle()
    assert [form for form, _ in forms(opened)] == ["Invoice", "CreditMemo", "Invoice"]
    assert sum(stock(opened)) == 900
    assert not opened.due()


def test_stock_that_moves_is_a_journal_entry() -> None:
    opened = office({"role": "adjustment_offset", "key": "*", "account": "7"})
    lines = [{"key": "Hats", "quantity": "1", "cost": "6.00"}]
    body = {"kind": "stock_move", "move": "adjustment", "reason": "Found", "lines": lines}
    opened.deliver({**sale("A-1"), "body": body})
    until_quiet(opened)
    assert (opened.row("A-1").entity, stock(opened)) == ("JournalEntry", [-600])


def test_a_customer_who_is_new_is_created_once() -> None:
    opened = office()
    body = {"kind": "party", "role": "customer", "id": "90", "display_name": "Ada"}
    opened.deliver({**sale("90"), "object_type": "party", "body": body})
    opened.deliver({**sale("90", version="2"), "object_type": "party", "body": body})
    until_quiet(opened)
    names = [party.display_name for party in opened.books.parties.values()]
    assert names == ["Grace", "Ada"]
    opened.deliver(invoice() | {"customer": {"id": "90", "display_name": "Ada"}})
    until_quiet(opened)
    assert forms(opened) == [("Invoice", "20.00")]


def test_a_customer_who_is_there_is_not_created() -> None:
    opened = office()
    body = {"kind": "party", "role": "customer", "id": "77", "display_name": "Grace"}
    opened.deliver({**sale("77"), "object_type": "party", "body": body})
    until_quiet(opened)
    assert (opened.row("77", purpose="post").status, len(opened.books.parties)) == ("void", 1)
    assert opened.row("77", purpose="update").status == "void"


def test_an_event_before_the_go_live_date_is_kept_and_can_be_sent() -> None:

    opened = office(start_date="2026-12-01")
    opened.deliver(invoice(cost="8.00"))
    assert opened.row("1001").status == "not_started"
    connection = opened.connections.get(SHOP)
    assert connection
    day = [date(2026, 11, 20)]
    dry = send_past(connection, day, opened.releaser(), dry_run=True)
    assert (dry.reasons, len(opened.ledger.rows)) == ({"item_needed": 1}, 1)
    send_past(connection, day, opened.releaser())
    until_quiet(opened)
    assert (forms(opened), stock(opened)) == ([("Invoice", "20.00")], [800])


def test_before_the_switch_a_location_posts_entries_and_after_it_documents() -> None:
    opened = office(modes_by_location={"1": [{"from": "2026-11-21", "mode": "document"}]})
    opened.deliver([
        sale("1001", "20.00"),
        invoice("1002", occurred_at="2026-11-21T18:00:00Z"),
    ])  # fmt: skip
    until_quiet(opened)
    assert [opened.row(one).entity for one in ("1001", "1002")] == ["JournalEntry", "Invoice"]


def test_linking_the_customer_releases_its_invoices() -> None:
    opened = office()
    opened.deliver(invoice() | {"customer": {"id": "78", "display_name": ""}})
    assert opened.row("1001").reason == "customer_needed"
    until_quiet(opened)
    connection = opened.connections.get(SHOP)
    assert connection
    opened.books.add_party(FoundParty("13", "Customer", "Other"))
    link(connection, "customer", "78", "12", opened.releaser())
    until_quiet(opened)
    assert forms(opened) == [("Invoice", "20.00")]


def test_an_unmapped_key_holds_the_document_and_the_mapping_releases_it() -> None:
    opened = office()
    unknown = invoice()
    unknown["body"]["lines"][0]["key"] = "Belts"
    opened.deliver(unknown)
    assert opened.row("1001").reason == "unmapped_account"
    use(opened, {"role": "sales", "key": "Belts", "account": "51"})
    opened.sweep()
    until_quiet(opened)
    assert forms(opened) == [("Invoice", "20.00")]


def test_a_mapping_without_the_mode_keeps_posting_entries() -> None:
    opened = office()
    opened.mappings.activate(SHOP, opened.mappings.put(SHOP, mapping(), "test", ""))
    opened.deliver(sale())
    assert opened.row().entity == "JournalEntry"
