"""Dates, currencies, classes, notes and batches of rows in an entry."""

from dataclasses import replace
from datetime import date

import pytest

from daybook.domain.books import Decision
from daybook.domain.errors import Held
from daybook.domain.translation import journal_entry
from tests.unit.domain.builders import (
    PARTIES,
    STORE,
    books,
    chart,
    entry_of,
    event,
    held,
    item,
    lines_of,
    mapping,
    posted,
    sale,
    stock_move,
    tender,
)

TICKET = sale(lines=[item("100.00", "40.00")], tenders=[tender("100.00")])


def test_the_entry_stands_on_the_business_date_never_the_utc_date() -> None:
    rules = mapping(locations={STORE: {"time_zone": "America/Los_Angeles", "day_close": "03:00"}})
    late = sale(
        lines=[item("5")],
        tenders=[tender("5")],
        business_date=None,
        occurred_at="2026-11-21T07:30:00Z",
    )
    entry = entry_of(late, rules)
    assert entry
    assert entry.txn_date == date(2026, 11, 20)


def test_unknown_location_without_a_business_date_is_held() -> None:
    nowhere = sale(business_date=None, occurred_at="2026-11-21T07:30:00Z", lines=[item("5")])
    assert held(nowhere).code == "setting_needed"


def test_foreign_event_needs_multicurrency_a_rate_and_no_stock() -> None:
    parts = {"currency": "EUR", "exchange_rate": "1.0850", "tenders": [tender("5")]}
    euros = sale(lines=[item("5")], **parts)
    able = replace(chart(), multicurrency=True)
    entry = entry_of(euros, known=able)
    assert entry
    assert (entry.currency, entry.exchange_rate) == ("EUR", "1.0850")
    assert held(euros, known=chart()).code == "currency"
    assert held(sale(lines=[item("5")], **parts | {"exchange_rate": "1"}), known=able).code == (
        "currency"
    )
    assert held(sale(lines=[item("5", "2")], **parts), known=able).code == "currency"


def test_exchange_rate_is_written_out_never_in_powers_of_ten() -> None:
    euros = sale(lines=[item("5")], tenders=[tender("5")], currency="EUR", exchange_rate="1E+2")
    entry = entry_of(euros, known=replace(chart(), multicurrency=True))
    assert entry
    assert entry.exchange_rate == "100"


def test_class_comes_from_the_row_else_the_location_and_the_department_from_the_location() -> None:
    rules = mapping(
        {"role": "sales", "key": "Hats", "account": "79", "class": "online"},
        locations={STORE: {"class": "retail", "department": "burbank"}},
    )
    entry = entry_of(TICKET, rules)
    assert entry
    assert {line.role: line.class_ for line in entry.lines} == {
        "payment_type": "retail",
        "cogs": "retail",
        "sales": "online",
        "inventory_on_hand": "retail",
    }
    assert {line.department for line in entry.lines} == {"burbank"}


def test_goods_in_transit_carry_the_senders_department() -> None:
    rules = mapping(locations={STORE: {"department": "one"}, "200001": {"department": "two"}})
    received = stock_move("transfer_in", {"cost": "5"}, location="200001", counterparty=STORE)
    entry = entry_of(received, rules)
    assert entry
    assert {line.role: line.department for line in entry.lines} == {
        "inventory_on_hand": "two",
        "in_transit_inventory": "one",
    }


def test_note_names_the_origin_and_each_line_its_role_key_and_reference() -> None:
    named = sale(
        lines=[item("5")], tenders=[tender("5")], reference="T-100245", memo="Gift wrapped"
    )
    entry = entry_of(named, mapping(locations={STORE: {"name": "Burbank"}}))
    assert entry
    for word in ("canonical", "Burbank", STORE, "ticket 100245", "T-100245", "Gift wrapped"):
        assert word in entry.note
    assert [line.description for line in entry.lines] == [
        "Payment type Visa T-100245",
        "Sales Hats T-100245",
    ]


def test_date_moved_by_closed_books_keeps_the_business_date_in_the_note() -> None:
    decision = Decision(txn_date=date(2026, 12, 1))
    entry = journal_entry(TICKET, books(), decision)
    assert entry
    assert entry.txn_date == date(2026, 12, 1)
    assert "business date 2026-11-20" in entry.note


def test_same_event_mapping_and_decision_give_the_same_bytes() -> None:
    first, again = entry_of(TICKET), entry_of(TICKET)
    assert first
    assert again
    assert first.to_json() == again.to_json()


def test_more_than_a_thousand_lines_are_held() -> None:
    many = [item("1.00", key=str(number)) for number in range(1_000)]
    assert held(sale(lines=many, tenders=[tender("1000.00")])).code == "too_many_lines"
    assert len(posted(sale(lines=many[1:], tenders=[tender("999.00")]))) == 1_000


def test_rows_mapped_to_none_leave_before_the_batch_must_balance() -> None:
    rules = mapping({"role": "source_account", "key": "Subtotal", "account": None})
    rows = [
        {"key": "Cash", "amount": "5"},
        {"key": "Sales", "amount": "-5"},
        {"key": "Subtotal", "amount": "5"},
    ]
    batch = event({"kind": "gl_batch", "entries": rows})
    assert posted(batch, rules) == ["D source_account[Cash] 5.00", "C source_account[Sales] 5.00"]


def test_batch_rows_of_zero_need_no_account() -> None:
    bare = mapping()
    rules = bare.model_copy(update={"accounts": ()})
    zero = event({"kind": "gl_batch", "entries": [{"key": "Unknown", "amount": "0.00"}]})
    assert entry_of(zero, rules) is None


def test_family_that_does_not_balance_by_itself_is_held() -> None:
    rows = [
        {"key": "Cash", "amount": "5", "family": "payment"},
        {"key": "Sales", "amount": "-5", "family": "invoice"},
    ]
    problem = held(event({"kind": "gl_batch", "entries": rows}))
    assert problem.code == "family_unbalanced"
    assert "invoice" in problem.text


def test_class_label_of_a_row_wins_and_an_unknown_one_is_held_with_all_named() -> None:
    rows = [
        {"key": "Cash", "amount": "5", "class": "Rental"},
        {"key": "Sales", "amount": "-5", "class": "Party"},
    ]
    batch = event({"kind": "gl_batch", "entries": rows})
    problem = held(batch)
    assert problem.code == "unmapped_class"
    assert "Rental" in problem.text
    assert "Party" in problem.text
    rules = mapping(settings={"classes": {"Rental": "1", "Party": "2"}})
    entry = entry_of(batch, rules)
    assert entry
    assert [line.class_ for line in entry.lines] == ["1", "2"]


def test_memos_of_batch_rows_reach_the_line() -> None:
    rows = [
        {"key": "Cash", "amount": "5", "memo": "Till 1"},
        {"key": "Cash", "amount": "2", "memo": "Till 2"},
        {"key": "Sales", "amount": "-7"},
    ]
    entry = entry_of(event({"kind": "gl_batch", "entries": rows}))
    assert entry
    assert entry.lines[0].description.endswith("Till 1; Till 2")


def test_a_reversal_swaps_the_sides_and_keeps_accounts_and_names() -> None:
    entry = entry_of(TICKET)
    assert entry
    back = entry.mirrored("0" * 64, "ticket/100245/1/reverse", "R-1", "", date(2026, 11, 22))
    assert back.txn_date == date(2026, 11, 22)
    assert sorted(lines_of(back)) == sorted(
        ("C" if line[0] == "D" else "D") + line[1:] for line in lines_of(entry)
    )


def test_holding_never_leaves_a_partial_entry() -> None:
    with pytest.raises(Held):
        journal_entry(
            TICKET, books(mapping({"role": "cogs", "key": "Hats", "account": None})), PARTIES
        )


def test_class_label_of_a_row_wins_over_the_mapping_rows_class() -> None:
    rows = [
        {"key": "Cash", "amount": "5", "class": "Rental"},
        {"key": "Sales", "amount": "-5"},
    ]
    rules = mapping(
        {"role": "source_account", "key": "*", "account": "1", "class": "of the row"},
        settings={"classes": {"Rental": "of the label"}},
    )
    entry = entry_of(event({"kind": "gl_batch", "entries": rows}), rules)
    assert entry
    assert [line.class_ for line in entry.lines] == ["of the label", "of the row"]
