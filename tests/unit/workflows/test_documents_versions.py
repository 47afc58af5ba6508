"""Documents that change or are taken back, and the stock entry that goes with each."""

from contextlib import suppress
from typing import Any, cast

import pytest

from daybook.domain.outcome import Outcome
from daybook.workflows.operator import EventName, Who
from daybook.workflows.replay import replay_event
from daybook.workflows.undo import undo_event
from tests.unit.workflows.deaths import Fragile, Fuse, Killed, Moment
from tests.unit.workflows.office import SHOP, Office, mapping
from tests.unit.workflows.papers import forms, invoice, office, stock, until_quiet, use

NAME = EventName("ticket", "1001", "1", "post")
WHO = Who("Eve", "wrong customer")


def taken_back(object_id: str = "1001", version: str = "2") -> dict[str, Any]:
    """A void of an invoice, as a point of sale sends one."""
    return invoice(object_id, version=version, effect="reverse")


def posted(**changes: Any) -> Office:
    """Invoice 1001 of 20.00, which cost 8.00, is in the books."""
    opened = office()
    opened.deliver(invoice(cost="8.00", **changes))
    until_quiet(opened)
    assert (forms(opened), stock(opened)) == ([("Invoice", "20.00")], [800])
    return opened


def test_the_stock_of_a_sale_stands_beside_its_invoice() -> None:
    opened = posted()
    assert opened.statuses() == {
        "1001/1/post/post": "posted",
        "50/1/post/create": "posted",
    }
    assert opened.row("1001", part=1).entity == "JournalEntry"
    assert opened.row("1001", part=1).entry_id != opened.row("1001", part=0).entry_id


def test_stock_is_sent_only_after_its_invoice_is_posted() -> None:
    opened = office()
    opened.deliver(invoice())
    until_quiet(opened)
    opened.books.faults.append("drop")
    opened.deliver(invoice("1002", cost="8.00"))
    opened.drain()
    assert opened.row("1002", part=0).status == "uncertain"
    assert stock(opened) == []
    opened.settle()
    assert (forms(opened), stock(opened)) == ([("Invoice", "20.00")] * 2, [800])


def test_stock_whose_invoice_is_refused_waits_and_follows_its_release() -> None:
    opened = office()
    opened.deliver(invoice())
    until_quiet(opened)
    opened.deliver(invoice("1002", cost="8.00"))
    number = opened.row("1002", part=0).transaction().doc_number
    opened.books.refusals[number] = Outcome("refused", reason="inactive_account", text="inactive")
    opened.drain()
    opened.settle(2)
    assert opened.row("1002", part=0).status == "held"
    assert (opened.row("1002", part=1).reason, stock(opened)) == ("waits_for_prior", [])
    opened.books.refusals.clear()
    use(opened, {"role": "sales", "key": "Hats", "account": "51"}, without=("sales",))
    opened.settle()
    assert (forms(opened), stock(opened)) == ([("Invoice", "20.00")] * 2, [800])


def test_stock_that_is_not_mapped_is_held_alone_and_its_invoice_posted() -> None:
    opened = office()
    rules = mapping({"role": "accounts_receivable", "key": "*", "account": "8"}, mode="document")
    opened.mappings.activate(SHOP, opened.mappings.put(SHOP, rules, "test", ""))
    opened.deliver(invoice(cost="8.00"))
    until_quiet(opened)
    assert forms(opened) == [("Invoice", "20.00")]
    assert opened.row("1001", part=1).reason == "unmapped_account"
    use(opened)
    opened.settle()
    assert stock(opened) == [800]


def test_a_void_takes_back_the_invoice_by_a_credit_memo_and_the_stock() -> None:
    opened = posted()
    opened.deliver(taken_back())
    opened.settle()
    assert forms(opened) == [("Invoice", "20.00"), ("CreditMemo", "20.00")]
    assert sorted(stock(opened)) == [-800, 800]
    assert {row.status for row in opened.ledger.rows.values()} == {"posted", "reversed"}


def test_a_void_that_comes_first_leaves_neither_invoice_nor_stock() -> None:
    opened = office()
    opened.deliver(taken_back())
    until_quiet(opened)
    opened.deliver(invoice(cost="8.00"))
    opened.settle()
    assert (forms(opened), stock(opened)) == ([], [])
    assert not [row for row in opened.ledger.rows.values() if row.status == "held"]


def test_a_void_event_that_comes_again_posts_no_stock() -> None:
    opened = office()
    opened.deliver(taken_back())
    opened.deliver(invoice(cost="8.00"))
    opened.settle()
    opened.deliver(invoice(cost="8.00"))
    opened.settle()
    assert (forms(opened), stock(opened)) == ([], [])
    assert not opened.due()


@pytest.mark.parametrize(
    ("changes", "documents", "stocks"),
    [
        ({"amount": "30.00", "cost": "9.00"}, 3, [-800, 800, 900]),
        ({"amount": "30.00"}, 3, [-800, 800]),
        ({"amount": "20.00", "cost": "9.00"}, 3, [-800, 800, 900]),
        ({"amount": "20.00", "cost": "8.00"}, 1, [800]),
    ],
)
def test_a_newer_version_takes_the_place_of_document_and_stock(
    changes: dict[str, str], documents: int, stocks: list[int]
) -> None:
    opened = posted()
    opened.deliver(invoice(version="2", **changes))
    opened.settle()
    assert (len(forms(opened)), sorted(stock(opened))) == (documents, stocks)
    assert not [row for row in opened.ledger.rows.values() if row.status == "held"]
    assert not opened.due()


def test_a_version_that_was_never_sent_is_superseded_with_its_stock() -> None:
    opened = office()
    opened.deliver([
        invoice(cost="8.00"),
        invoice(amount="30.00", cost="9.00", version="2"),
    ])  # fmt: skip
    opened.settle()
    assert (forms(opened), stock(opened)) == ([("Invoice", "30.00")], [900])
    assert not [row for row in opened.ledger.rows.values() if row.status == "held"]


def test_undo_takes_back_document_and_stock_and_replay_posts_them_again() -> None:
    opened = posted()
    undo_event(SHOP, NAME, WHO, opened.operator())
    opened.settle()
    assert forms(opened) == [("Invoice", "20.00"), ("CreditMemo", "20.00")]
    assert sorted(stock(opened)) == [-800, 800]
    connection = opened.connections.get(SHOP)
    assert connection
    replay_event(connection, NAME, WHO, opened.operator())
    opened.settle()
    assert [form for form, _ in forms(opened)] == ["Invoice", "CreditMemo", "Invoice"]
    assert sorted(stock(opened)) == [-800, 800, 800]


def test_a_refused_stock_entry_is_replayed_by_the_name_of_its_event() -> None:
    opened = office()
    opened.deliver(invoice())
    until_quiet(opened)
    opened.deliver(invoice("1002", cost="8.00"))
    number = opened.row("1002", part=1).transaction().doc_number
    opened.books.refusals[number] = Outcome("refused", reason="qbo_refused", text="no")
    until_quiet(opened)
    assert opened.row("1002", part=1).reason == "qbo_refused"
    opened.books.refusals.clear()
    connection = opened.connections.get(SHOP)
    assert connection
    name = EventName("ticket", "1002", "1", "post")
    replay_event(connection, name, WHO, opened.operator())
    until_quiet(opened)
    assert stock(opened) == [800]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 90, 2))
def test_a_death_at_any_step_leaves_one_invoice_and_one_stock_entry(
    at: int, moment: Moment
) -> None:
    opened, fuse = office(), Fuse(at, moment)
    whole = opened.ledger, opened.books, opened.doorbell
    opened.ledger, opened.books, opened.doorbell = (
        cast("Any", Fragile(part, fuse)) for part in whole
    )
    with suppress(Killed):
        opened.deliver(invoice(cost="8.00"), "msg-1")
        opened.drain()
        opened.drain()
    opened.ledger, opened.books, opened.doorbell = whole
    opened.deliver(invoice(cost="8.00"), "msg-1")
    opened.settle()
    assert (forms(opened), stock(opened)) == ([("Invoice", "20.00")], [800])
    assert not [row for row in opened.ledger.rows.values() if row.status == "held"]
