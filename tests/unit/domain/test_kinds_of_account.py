"""Which kinds of QuickBooks account a role may be mapped to."""

import pytest

from daybook.domain.chart import Account, Chart
from daybook.domain.roles import ROLE_ORDER, ROLES, in_words, takes

INCOME = {"Income", "Other Income"}
EXPENSE = {"Cost of Goods Sold", "Expense"}
MONEY = {"Bank", "Other Current Asset"}
OWED = {"Other Current Liability"}
TABLE = {
    "payment_type": MONEY | {"Income", "Expense"},
    "cash_drawer": MONEY,
    "bank": MONEY,
    "processor_clearing": MONEY,
    "receipt_clearing": MONEY,
    "sales": INCOME,
    "shipping_income": INCOME,
    "forfeited_deposits": INCOME,
    "service_charge_income": INCOME | OWED,
    "returns": EXPENSE | {"Income"},
    "markdowns": EXPENSE | {"Income"},
    "cogs": EXPENSE,
    "assembly_variance": EXPENSE,
    "purchase_costs": EXPENSE,
    "inventory_on_hand": {"Other Current Asset", "Fixed Asset"},
    "in_transit_inventory": {"Other Current Asset", "Fixed Asset"},
    "tax_liability": OWED,
    "tax_override": OWED | {"Expense"},
    "tax_recoverable": OWED | {"Other Current Asset"},
    "gift_card_liability": OWED,
    "customer_deposits": OWED,
    "tips_payable": OWED,
    "purchases_received": OWED | {"Other Current Asset", "Accounts Payable"},
    "purchases_returned": OWED | {"Other Current Asset", "Accounts Payable"},
    "accounts_receivable": {"Accounts Receivable", "Other Current Asset"},
    "accounts_payable": {"Accounts Payable"},
}
TYPES = {
    "Bank", "Accounts Receivable", "Other Current Asset", "Fixed Asset", "Other Asset",
    "Accounts Payable", "Credit Card", "Other Current Liability", "Long Term Liability", "Equity",
    "Income", "Other Income", "Cost of Goods Sold", "Expense", "Other Expense",
}  # fmt: skip
CONTROL = {"Accounts Receivable", "Accounts Payable"}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_role_takes_just_the_kinds_of_its_row(role: str) -> None:
    expected = TABLE.get(role, TYPES - CONTROL)
    if role == "source_account":
        expected = TYPES
    assert {kind for kind in TYPES if takes(role, kind)} == expected


@pytest.mark.parametrize("sub_type", ["RetainedEarnings", "OpeningBalanceEquity"])
def test_equity_that_quickbooks_keeps_is_never_taken(sub_type: str) -> None:
    chart = Chart("realm", 1, {"7": Account("7", "Kept", "Equity", sub_type)})
    assert "kept by QuickBooks" in str(chart.refusal("source_account", "7"))


def test_inactive_account_is_refused() -> None:
    chart = Chart("realm", 1, {"7": Account("7", "Old", "Bank", active=False)})
    assert "inactive" in str(chart.refusal("bank", "7"))


def test_fitting_account_is_not_refused() -> None:
    chart = Chart("realm", 1, {"7": Account("7", "Checking", "Bank")})
    assert chart.refusal("bank", "7") is None


def test_every_role_has_a_place_in_an_entry_and_words() -> None:
    assert set(ROLE_ORDER) == ROLES
    assert len(set(ROLE_ORDER.values())) == len(ROLES)
    assert all(in_words(role)[0].isupper() and "_" not in in_words(role) for role in ROLES)
