"""What each role is, in the words of a person who keeps books, and which roles a source's events
have: what to map before the first of them comes. The legs behind it stand in docs/accounting.md."""

from typing import Final

MEANINGS: Final = {
    "payment_type": "What customers paid with: each card, cash drawer or other way to pay. Usually "
    "a bank or clearing account that the deposits empty.",
    "gift_card_liability": "Gift cards and store credit that are still to be redeemed.",
    "customer_deposits": "Money taken for orders that were not delivered yet.",
    "accounts_receivable": "What customers owe for sales on account.",
    "markdowns": "Discounts given; sales are shown at full price.",
    "sales": "What was sold, at full price without tax, for each item class.",
    "returns": "What came back from customers, for each item class.",
    "cogs": "What the sold goods cost. None where no stock is kept in the books.",
    "inventory_on_hand": "The goods on the shelves. None where no stock is kept in the books.",
    "gift_card_adjustment_offset": "The other side of a gift card that was corrected, given away "
    "or sold below its value.",
    "shipping_income": "Shipping that customers pay for.",
    "service_charge_income": "Fees and service charges on a sale, automatic gratuity among them.",
    "tips_payable": "Tips that are owed to the staff.",
    "tax_override": "Tax that should have been charged and was not, or the other way round.",
    "tax_liability": "Sales tax that is owed, for each tax rule.",
    "cash_rounding": "What rounding a cash total to the smallest coin gains or costs.",
    "refund_difference": "What a refund paid back differs from the sale it takes back.",
    "forfeited_deposits": "Deposits that customers do not get back.",
    "purchases_received": "Goods that came from suppliers and are not billed yet.",
    "purchases_returned": "Goods that went back to suppliers.",
    "in_transit_inventory": "Goods on the way between two locations.",
    "adjustment_offset": "The other side of a stock correction, for each reason: lost, found, "
    "damaged.",
    "assembly_variance": "What making or taking apart a product gains or costs.",
    "cash_drawer": "The cash that is paid in or out of the drawer apart from sales.",
    "cash_paid_offset": "What cash was paid in or out for, for each reason.",
    "purchase_costs": "Freight and fees on suppliers' bills.",
    "tax_recoverable": "Tax on purchases that is claimed back, for each tax rule.",
    "accounts_payable": "What is owed to suppliers.",
    "source_account": "A row of the point of sale's own report or ledger export, by its label. "
    "None for a subtotal.",
    "bank": "Where a payment processor pays out to.",
    "processor_fees": "What the payment processor keeps.",
    "processor_clearing": "What was taken by card and is not paid out yet, for each processor.",
    "receipt_clearing": "The account that a day's sales receipt deposits to; it always ends at 0.",
    "rounding": "Left-over cents of amounts with fractions of a cent: at most five an event.",
}

_RETAIL: Final = (
    "payment_type", "sales", "returns", "markdowns", "cogs", "inventory_on_hand", "tax_liability",
    "gift_card_liability", "customer_deposits", "shipping_income", "purchases_received",
    "in_transit_inventory", "adjustment_offset", "cash_paid_offset", "cash_drawer", "rounding",
)  # fmt: skip
EXPECTED: Final[dict[str, tuple[str, ...]]] = {
    "heartland": _RETAIL,
    "canonical": ("payment_type", "sales", "returns", "tax_liability"),
    "mobipos": ("source_account",),
    "point_of_rental": ("source_account",),
    "unleashed": (
        "accounts_receivable", "sales", "returns", "tax_liability", "cogs", "inventory_on_hand",
        "accounts_payable", "purchase_costs", "tax_recoverable", "adjustment_offset",
        "assembly_variance",
    ),
}  # fmt: skip
