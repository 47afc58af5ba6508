"""Returns, voids and what they take back: by an entry of its own, mirrored, once."""

from typing import Any

import pytest

from tests.unit.workflows.office import Office, amounts, balance, mapping, sale, void_of


def test_a_return_posts_the_mirrored_entry() -> None:
    office = Office.opened()
    office.deliver([sale("1", "50.00"), sale("2", "-50.00")])
    office.drain()
    assert sorted(amounts(office)) == [("credit", 5000), ("debit", 5000)]
    assert set(office.statuses().values()) == {"posted"}


def test_a_void_after_the_post_is_an_entry_with_the_sides_swapped() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.drain()
    office.deliver(void_of(business_date="2026-11-22"))
    office.drain()
    assert office.statuses() == {
        "1001/1/post/post": "reversed",
        "1001/1/post/reverse": "posted",
        "1001/2/reverse/post": "posted",
    }
    assert amounts(office) == [("debit", 10825), ("credit", 10825)]
    reversal = office.row(purpose="reverse")
    assert office.row(effect="reverse").qbo_id == reversal.qbo_id == "2"
    assert office.books.entries[1].body["TxnDate"] == "2026-11-22"
    assert office.books.entries[1].body["DocNumber"].startswith("R-")


def test_a_reversal_is_never_remapped() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.drain()
    before = office.row().journal().lines
    office.mappings.kept.clear()
    office.mappings.in_force.clear()
    office.deliver(void_of())
    assert office.row(effect="reverse").reason == "setting_needed"
    office.mappings.activate("shop", office.mappings.put("shop", _other_accounts(), "me", ""))
    office.sweep()
    office.drain()
    after = office.row(purpose="reverse").journal().lines
    assert {(line.account, line.amount) for line in before} == {
        (line.account, line.amount) for line in after
    }


def _other_accounts() -> Any:
    other = {"role": "payment_type", "key": "*", "account": "3"}
    return mapping(other, without=["payment_type"])


def test_a_void_before_the_post_leaves_no_trace() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.deliver(void_of())
    office.drain()
    assert set(office.statuses().values()) == {"void"}
    assert office.books.requests == []


def test_a_void_of_what_is_unknown_waits_and_then_both_are_void() -> None:
    office = Office.opened()
    office.deliver(void_of())
    office.drain()
    assert office.row().reason == "original_unknown"
    office.sweep()
    assert office.row().status == "held"
    office.deliver(sale())
    office.drain()
    assert set(office.statuses().values()) == {"void"}
    assert office.books.requests == []


@pytest.mark.parametrize("first", [sale(key="Shoes"), sale(amount="0"), sale(currency="EUR")])
def test_a_void_of_what_was_never_sent_is_void(first: dict[str, Any]) -> None:
    office = Office.opened()
    office.deliver(first)
    office.deliver(void_of())
    office.drain()
    assert set(office.statuses().values()) == {"void"}


def test_an_early_void_of_what_then_has_nothing_to_post_is_void() -> None:
    office = Office.opened()
    office.deliver(void_of())
    office.drain()
    office.deliver(sale(amount="0"))
    office.drain()
    assert set(office.statuses().values()) == {"void"}


def test_a_void_that_is_older_than_what_stands_is_superseded() -> None:
    office = Office.opened()
    office.deliver(sale(version="1"))
    office.deliver(sale(version="3", amount="12.00"))
    office.drain()
    office.deliver(void_of(version="2"))
    office.drain()
    assert office.row(effect="reverse").status == "superseded"
    assert balance(office) == 1200


def test_a_void_that_waits_is_not_spent_on_a_version_that_was_never_sent() -> None:
    office = Office.opened()
    office.books.faults.append("lose_reply")
    office.deliver(sale(version="2", amount="10.00"))
    office.drain()
    office.deliver(void_of(version="4"))
    office.deliver([sale(version="1", amount="11.00"), sale(version="3", amount="12.00")])
    office.drain()
    office.settle(2)
    assert balance(office) == 0
    assert office.row(effect="reverse").status == "posted"
