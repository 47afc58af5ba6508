"""The day as a sales receipt: a line an account, class and side, in total zero."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from daybook.domain.books import Decision
from daybook.domain.chart import Account, Chart
from daybook.domain.day_receipt import receipt_of
from daybook.domain.document import SalesDocument
from daybook.domain.errors import Held, Missing, Problem
from daybook.domain.identity import PostingKey
from daybook.domain.journal import JournalEntry, Line, Name
from daybook.domain.mapping import Mapping
from daybook.domain.needs import ItemWanted, NeedsFirst
from daybook.domain.reversal import reversal_of, same_in_books
from tests.unit.domain.builders import STORE, books, chart, mapping
from tests.unit.domain.sales import KNOWN, lines_of

KEY = PostingKey("shop", "day", "100006", "1")


def line(side: Any, role: str, amount: int, key: str = "", **fields: Any) -> Line:
    account = fields.pop("account", role)
    return Line(side, role, key, account, amount, description=f"{role} {key}".strip(), **fields)


def day(*lines: Line) -> JournalEntry:
    return JournalEntry(
        "ab" * 32, "100006/2026-11-20", "day", date(2026, 11, 20), "100006-20261120", "USD",
        lines, "12 events", None, 3,
    )  # fmt: skip


TAKINGS = day(
    line("debit", "payment_type", 11_000, "Visa"),
    line("debit", "payment_type", 2_000, "Cash", account="drawer"),
    line("debit", "payment_type", 500, "Amex"),
    line("debit", "sales", 300, "Hats", class_="1"),
    line("credit", "sales", 10_000, "Hats", class_="1"),
    line("credit", "sales", 2_500, "Shoes", class_="1"),
    line("credit", "sales", 300, "Shoes", class_="2"),
    line("credit", "tax_liability", 1_000, "State"),
)


def receipt(
    entry: JournalEntry = TAKINGS,
    rules: Mapping | None = None,
    known: Chart | None = None,
    decision: Decision = KNOWN,
) -> SalesDocument:
    return receipt_of(entry, STORE, books(rules, known), decision)


def held_for(
    entry: JournalEntry, rules: Mapping | None = None, known: Chart | None = None
) -> Problem:
    with pytest.raises(Held) as raised:
        receipt(entry, rules, known)
    return raised.value.problem


def test_a_day_is_a_receipt_of_nothing_with_sales_above_and_takings_below_zero() -> None:
    made = receipt()
    assert lines_of(made) == [
        "sales[Hats] 125.00",
        "sales[Shoes] 3.00",
        "tax_liability[State] 10.00",
        "payment_type[Visa] -115.00",
        "payment_type[Cash] -20.00",
        "sales[Hats] -3.00",
    ]
    assert (made.form, made.total, made.customer, made.deposit_to) == (
        "SalesReceipt",
        0,
        "",
        "receipt_clearing",
    )
    assert {one.tax_code for one in made.lines} == {"NON"}
    assert {one.quantity for one in made.lines} == {"1"}
    assert [one.class_ for one in made.lines] == ["1", "2", None, None, None, "1"]


def test_a_receipt_stands_in_the_place_of_its_entry() -> None:
    made = receipt()
    for name in ("entry_id", "event", "kind", "txn_date", "doc_number", "note", "mapping_version"):
        assert getattr(made, name) == getattr(TAKINGS, name)


def test_a_line_says_what_all_of_it_is() -> None:
    first, *_ = receipt().lines
    assert first.description == "sales Hats; sales Shoes"


def test_items_that_are_not_there_are_named_once_each() -> None:
    accounts = {"sales": Account("sales", "Income:Sales of things", "Income")}
    with pytest.raises(NeedsFirst) as raised:
        receipt(
            known=chart(**accounts, drawer=Account("drawer", "Drawer", "Bank")), decision=Decision()
        )
    assert raised.value.problem.code == "item_needed"
    assert raised.value.needs.items == (
        ItemWanted("payment_type", "payment_type (payment_type)"),
        ItemWanted("drawer", "Drawer (drawer)"),
        ItemWanted("sales", "Sales of things (sales)"),
        ItemWanted("tax_liability", "tax_liability (tax_liability)"),
    )


@pytest.mark.parametrize(
    ("role", "account"),
    [
        ("accounts_receivable", Account("x", "A/R", "Accounts Receivable")),
        ("accounts_payable", Account("x", "A/P", "Accounts Payable")),
        ("tax_liability", Account("x", "State", "Other Current Liability", "SalesTaxPayable")),
    ],
)
def test_what_no_item_can_sell_into_is_held_to_be_sent_as_a_journal(
    role: str, account: Account
) -> None:
    entry = day(line("debit", "cash_drawer", 5), line("credit", role, 5, account="x"))
    held = held_for(entry, known=chart(x=account))
    assert held.code == "setting_needed"
    assert held.text.endswith("Send it as a journal entry.")


def test_a_line_with_a_name_is_held_even_where_no_chart_tells_why() -> None:
    named = line("debit", "accounts_receivable", 5, name=Name("customer", "58"))
    held = held_for(day(named, line("credit", "sales", 5)))
    assert "Send it as a journal entry." in held.text


def test_receipt_clearing_must_be_mapped_and_usable() -> None:
    rules = Mapping.model_validate({"accounts": [{"role": "sales", "key": "*", "account": "1"}]})
    held = held_for(TAKINGS, rules)
    assert (held.code, held.missing) == (
        "unmapped_account",
        (Missing("receipt_clearing", "", STORE),),
    )
    wrong = Account("receipt_clearing", "Sales", "Income")
    assert held_for(TAKINGS, known=chart(receipt_clearing=wrong)).code == "inactive_account"


def test_two_departments_are_held() -> None:
    entry = day(
        line("debit", "cash_drawer", 5, department="1"), line("credit", "sales", 5, department="2")
    )
    assert held_for(entry).code == "setting_needed"
    one = day(line("debit", "cash_drawer", 5, department="1"), line("credit", "sales", 5))
    assert receipt(one).department == "1"


def test_too_many_lines_are_held() -> None:
    sold = [line("credit", "sales", 1, account=f"a{number}") for number in range(750)]
    held = held_for(day(line("debit", "cash_drawer", 750), *sold))
    assert held.code == "too_many_lines"


def test_a_receipt_is_taken_back_by_one_with_the_other_signs() -> None:
    made = receipt()
    back = reversal_of(made, "realm", KEY)
    assert (back.form, back.total, back.deposit_to) == ("SalesReceipt", 0, made.deposit_to)
    assert [one.amount for one in back.lines] == [-one.amount for one in made.lines]
    assert same_in_books(reversal_of(back, "realm", KEY), made)


def test_a_receipt_that_brings_money_in_cannot_be_made() -> None:
    made = receipt()
    with pytest.raises(AssertionError, match="a receipt of 1250"):
        replace(made, lines=made.lines[:1], total=12_500)
    with pytest.raises(AssertionError, match="without an account"):
        replace(made, deposit_to="")


def test_a_receipt_reads_back_as_it_was_stored() -> None:
    made = receipt()
    assert SalesDocument.from_json(made.to_json()) == made


def test_mapping_of_a_location_names_its_own_clearing() -> None:
    row = {"role": "receipt_clearing", "key": "*", "location": STORE, "account": "own"}
    assert receipt(rules=mapping(row)).deposit_to == "own"
