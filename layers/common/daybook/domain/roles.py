"""The roles a leg can have: their order in an entry, their words, and what they may be mapped to.

Order and kinds are those of docs/accounting.md.
"""

from typing import Final

_ORDER: Final = (
    "payment_type",
    "gift_card_liability",
    "customer_deposits",
    "accounts_receivable",
    "markdowns",
    "sales",
    "returns",
    "cogs",
    "inventory_on_hand",
    "gift_card_adjustment_offset",
    "shipping_income",
    "service_charge_income",
    "tips_payable",
    "tax_override",
    "tax_liability",
    "cash_rounding",
    "refund_difference",
    "forfeited_deposits",
    "purchases_received",
    "purchases_returned",
    "in_transit_inventory",
    "adjustment_offset",
    "assembly_variance",
    "cash_drawer",
    "cash_paid_offset",
    "purchase_costs",
    "tax_recoverable",
    "accounts_payable",
    "source_account",
    "bank",
    "processor_fees",
    "processor_clearing",
    "receipt_clearing",
    "rounding",
)
ROLES: Final = frozenset(_ORDER)
ROLE_ORDER: Final = {role: place for place, role in enumerate(_ORDER)}

# Stock roles may be mapped to None ("not applicable") in pairs; a source's own row alone.
STOCK_ROLES: Final = frozenset(
    {
        "inventory_on_hand",
        "cogs",
        "in_transit_inventory",
        "purchases_received",
        "purchases_returned",
        "adjustment_offset",
        "assembly_variance",
    }
)
NONE_ALLOWED: Final = STOCK_ROLES | {"source_account"}

_WORDS: Final = {
    "cogs": "Cost of goods sold",
    "gift_card_adjustment_offset": "Gift card adjustment",
    "tips_payable": "Tips payable",
    "source_account": "Account",
}
_IN_WORDS: Final = {role: role.replace("_", " ").capitalize() for role in _ORDER} | _WORDS


def in_words(role: str) -> str:
    """The role as a person reads it: "Payment type"."""
    return _IN_WORDS[role]


_MONEY = frozenset({"Bank", "Other Current Asset"})
_INCOME = frozenset({"Income", "Other Income"})
_EXPENSE = frozenset({"Cost of Goods Sold", "Expense"})
_OWED = frozenset({"Other Current Liability"})
_STOCK = frozenset({"Other Current Asset", "Fixed Asset"})
# The account types a role may be mapped to; a role not named here takes any but A/R and A/P.
ACCOUNT_TYPES: Final = {
    "payment_type": _MONEY | {"Income", "Expense"},
    "cash_drawer": _MONEY,
    "bank": _MONEY,
    "processor_clearing": _MONEY,
    "receipt_clearing": _MONEY,
    "sales": _INCOME,
    "shipping_income": _INCOME,
    "forfeited_deposits": _INCOME,
    "service_charge_income": _INCOME | _OWED,
    "returns": _EXPENSE | {"Income"},
    "markdowns": _EXPENSE | {"Income"},
    "cogs": _EXPENSE,
    "assembly_variance": _EXPENSE,
    "purchase_costs": _EXPENSE,
    "inventory_on_hand": _STOCK,
    "in_transit_inventory": _STOCK,
    "tax_liability": _OWED,
    "tax_override": _OWED | {"Expense"},
    "tax_recoverable": _OWED | {"Other Current Asset"},
    "gift_card_liability": _OWED,
    "customer_deposits": _OWED,
    "tips_payable": _OWED,
    "purchases_received": _OWED | {"Other Current Asset", "Accounts Payable"},
    "purchases_returned": _OWED | {"Other Current Asset", "Accounts Payable"},
    "accounts_receivable": frozenset({"Accounts Receivable", "Other Current Asset"}),
    "accounts_payable": frozenset({"Accounts Payable"}),
}
RECEIVABLE: Final = "Accounts Receivable"
PAYABLE: Final = "Accounts Payable"
_CONTROL = frozenset({RECEIVABLE, PAYABLE})
# Equity that QuickBooks keeps for itself: nothing of a point of sale belongs there.
NEVER_SUBTYPES: Final = frozenset({"RetainedEarnings", "OpeningBalanceEquity"})
# Accounts that QuickBooks' sales tax centre keeps for an agency; it counts only what it wrote.
AGENCY_SUBTYPES: Final = frozenset({"SalesTaxPayable", "GlobalTaxPayable", "GlobalTaxSuspense"})


def takes(role: str, account_type: str) -> bool:
    """Whether a role may be mapped to an account of this QBO AccountType."""
    if role == "source_account":
        return True
    allowed = ACCOUNT_TYPES.get(role)
    return account_type in allowed if allowed is not None else account_type not in _CONTROL
