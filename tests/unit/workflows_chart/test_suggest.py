"""Accounts proposed for keys without a row: by the role's kinds and the likeness of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.chart import Account, Chart
from daybook.domain.roles import ROLES, takes
from daybook.domain.seen_key import SeenKey
from daybook.workflows.suggest import MOST, suggestions

_ROWS = (
    ("1", "Checking", "Bank"),
    ("3", "Cash Drawer", "Bank"),
    ("4", "Card Clearing", "Bank"),
    ("8", "Inventory Asset", "Other Current Asset"),
    ("9", "Inventory In Transit", "Other Current Asset"),
    ("22", "Sales Tax Payable", "Other Current Liability"),
    ("23", "City Tax Payable", "Other Current Liability"),
    ("24", "Gift Card Liability", "Other Current Liability"),
    ("50", "Sales", "Income"),
    ("51", "Sales:Hats", "Income"),
    ("52", "Sales:Shoes", "Income"),
    ("56", "Discounts and Markdowns", "Income"),
    ("60", "Cost of Goods Sold", "Cost of Goods Sold"),
)
CHART = Chart(
    "4620",
    1,
    {
        **{one: Account(one, name, kind) for one, name, kind in _ROWS},
        "59": Account("59", "Sales:Gloves", "Income", active=False),
    },
)


def first(role: str, key: str = "", name: str = "") -> str | None:
    """The account proposed before all others."""
    seen = SeenKey(role, key, "1")
    found = suggestions(CHART, [seen], {(role, key): name} if name else {})[seen]
    return CHART.accounts[found[0].account_id].name if found else None


@pytest.mark.parametrize(
    ("role", "account"),
    [
        ("sales", "Sales"),
        ("cogs", "Cost of Goods Sold"),
        ("inventory_on_hand", "Inventory Asset"),
        ("in_transit_inventory", "Inventory In Transit"),
        ("markdowns", "Discounts and Markdowns"),
        ("gift_card_liability", "Gift Card Liability"),
        ("tax_liability", "Sales Tax Payable"),
        ("cash_drawer", "Cash Drawer"),
        ("processor_clearing", "Card Clearing"),
        ("bank", "Checking"),
    ],
)
def test_a_role_finds_the_account_that_is_called_like_it(role: str, account: str) -> None:
    assert first(role) == account


def test_the_name_of_a_key_decides_among_accounts_of_its_role() -> None:
    assert first("sales", "30", "Hats") == "Sales:Hats"
    assert first("sales", "31", "shoe") == "Sales:Shoes"
    assert first("tax_liability", "7", "City tax") == "City Tax Payable"
    assert first("payment_type", "2", "Cash") == "Cash Drawer"


def test_a_key_in_words_is_its_own_name_and_a_number_says_nothing() -> None:
    assert first("sales", "Hats") == "Sales:Hats"
    assert first("sales", "30") == first("sales") == "Sales"


def test_an_inactive_account_is_never_proposed() -> None:
    seen = SeenKey("sales", "Gloves", "1")
    ids = {one.account_id for one in suggestions(CHART, [seen], {})[seen]}
    assert "59" not in ids


def test_nothing_is_proposed_where_nothing_is_alike() -> None:
    assert first("customer_deposits") is None
    assert suggestions(Chart("4620", 1), [SeenKey("sales", "", "1")], {}) == {
        SeenKey("sales", "", "1"): []
    }


@given(st.sampled_from(sorted(ROLES)), st.text(max_size=20), st.text(max_size=20))
def test_only_what_the_role_may_use_is_proposed_best_first(role: str, key: str, name: str) -> None:
    seen = SeenKey(role, key, "1")
    found = suggestions(CHART, [seen], {(role, key): name})[seen]
    assert len(found) <= MOST
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 < one.score <= 1 for one in found)
    assert all(takes(role, CHART.accounts[one.account_id].type) for one in found)
    assert suggestions(CHART, [seen], {(role, key): name})[seen] == found
