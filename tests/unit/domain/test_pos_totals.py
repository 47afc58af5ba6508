"""What an event comes to, beside what the point of sale states of it."""

from typing import Any

import pytest

from daybook.domain.event import FinancialEvent
from daybook.domain.pos_totals import stated_totals, total_of


def event(body: dict[str, Any], currency: str = "USD") -> FinancialEvent:
    return FinancialEvent.model_validate(
        {
            "object_type": "thing",
            "object_id": "1",
            "business_date": "2026-11-20",
            "location": "1",
            "currency": currency,
            "body": body,
        }
    )


def sale(**parts: Any) -> dict[str, Any]:
    return {"kind": "sale", **parts}


LINE = {"kind": "item", "gross": "100", "discount": "20"}
TAX = {"rule": "t", "computed": "7", "charged": "6.60"}
CASES = {
    "goods less discount, and tax as charged": (sale(lines=[LINE], taxes=[TAX]), 8660),
    "tax that a facilitator keeps": (
        sale(lines=[LINE], taxes=[{**TAX, "collected_by": "facilitator"}]),
        8000,
    ),
    "money alone, less what is owed": (
        sale(
            tenders=[
                {"kind": "other", "key": "card", "amount": "25"},
                {"kind": "on_account", "amount": "-25"},
            ]
        ),
        2500,
    ),
    "a deposit": (
        {"kind": "deposit", "direction": "taken", "tender": {"kind": "cash", "amount": "30"}},
        3000,
    ),
    "a bill with its tax": (
        {"kind": "purchase", "lines": [{"kind": "item", "amount": "9"}], "taxes": [TAX]},
        1560,
    ),
    "a card": ({"kind": "gift_card_adjustment", "delta": "-5"}, -500),
    "the drawer": ({"kind": "cash_movement", "delta": "5"}, 500),
    "a payout": ({"kind": "payout", "gross": "10", "fee": "1", "net": "9"}, 900),
}


@pytest.mark.parametrize("case", CASES)
def test_an_event_comes_to(case: str) -> None:
    body, minor = CASES[case]
    total = total_of(event(body))
    assert total
    assert total.minor == minor
    assert total.fits(minor)
    assert not total.fits(minor + 1)


def test_goods_that_move_and_ledger_rows_have_no_total() -> None:
    assert total_of(event({"kind": "stock_move", "move": "adjustment"})) is None
    assert total_of(event({"kind": "gl_batch"})) is None


def test_each_amount_that_was_rounded_may_make_a_difference_of_one() -> None:
    halves = [{"kind": "item", "gross": "0.335"}, {"kind": "item", "gross": "0.335"}]
    total = total_of(event(sale(lines=halves)))
    assert total
    assert (total.minor, total.slack) == (68, 2)
    assert total.fits(67)
    assert not total.fits(65)


@pytest.mark.parametrize(
    ("document", "fits"), [("pos_ticket", False), ("refund", True), ("credit_note", True)]
)
def test_only_a_credit_may_be_stated_with_the_other_sign(document: str, fits: bool) -> None:
    back = {"kind": "item", "gross": "-10"}
    total = total_of(event(sale(document=document, lines=[back])))
    assert total
    assert total.fits(-1000)
    assert total.fits(1000) is fits


def test_totals_are_read_in_the_currency_of_the_event() -> None:
    assert stated_totals({"total": "100", "home_total": "110.50"}, "USD") == [10000, 11050]
    assert stated_totals({"amount": "100"}, "JPY") == [100]
    assert stated_totals({"tax": "1", "debit": "2"}, "USD") == []


@pytest.mark.parametrize("text", ["", "ten", "NaN", "Infinity", "1e900", "1e-900"])
def test_what_is_no_amount_states_nothing(text: str) -> None:
    assert stated_totals({"total": text}, "USD") == []
