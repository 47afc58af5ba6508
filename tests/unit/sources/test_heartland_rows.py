"""Each sample of Heartland's comes out as its row of docs/accounting.md says."""

import pytest

from daybook.domain.derivation import derive
from daybook.domain.event import FinancialEvent
from daybook.sources import heartland
from daybook.sources.contract import Context
from daybook.sources.heartland_vocabulary import EVENTS
from tests.unit.sources.senders import corpus, sample

TICKET = "sales_transaction_completed"

# The rows of docs/accounting.md: role and key to minor units, debit above zero.
ROWS: dict[str, dict[tuple[str, str], int]] = {
    f"{TICKET}__h01_ticket": {
        ("payment_type", "2"): 10000, ("sales", "7"): -10000,
        ("cogs", "7"): 4000, ("inventory_on_hand", "7"): -4000,
    },
    f"{TICKET}__h02_return": {
        ("returns", "7"): 10000, ("inventory_on_hand", "7"): 4000,
        ("payment_type", "2"): -10000, ("cogs", "7"): -4000,
    },
    f"{TICKET}__h03_taxable": {
        ("payment_type", "2"): 10825, ("sales", "7"): -10000, ("tax_liability", "11"): -825,
        ("cogs", "7"): 4000, ("inventory_on_hand", "7"): -4000,
    },
    f"{TICKET}__h04_discounted": {
        ("payment_type", "2"): 8000, ("markdowns", "7"): 2000, ("sales", "7"): -10000,
        ("cogs", "7"): 4000, ("inventory_on_hand", "7"): -4000,
    },
    f"{TICKET}__h05_gift_card_sold": {
        ("payment_type", "2"): 5000, ("gift_card_liability", ""): -5000,
    },
    f"{TICKET}__h06_tax_overridden": {
        ("payment_type", "2"): 10000, ("tax_override", "11"): 825, ("sales", "7"): -10000,
        ("tax_liability", "11"): -825, ("cogs", "7"): 4000, ("inventory_on_hand", "7"): -4000,
    },
    "invoice_completed__h07_with_shipping": {
        ("payment_type", "2"): 11200, ("sales", "7"): -10000, ("shipping_income", "21"): -1200,
        ("cogs", "7"): 4000, ("inventory_on_hand", "7"): -4000,
    },
    "deposit_taken__h08_deposit": {("payment_type", "2"): 3000, ("customer_deposits", ""): -3000},
    "deposit_taken__refunded": {("payment_type", "2"): -3000, ("customer_deposits", ""): 3000},
    "deposit_taken__forfeited": {
        ("customer_deposits", ""): 3000, ("forfeited_deposits", ""): -3000,
    },
    "purchasing_receipt_completed__h09_receipt": {
        ("inventory_on_hand", "7"): 40000, ("purchases_received", "7"): -40000,
    },
    "purchasing_return_completed__h10_return": {
        ("purchases_returned", "7"): 4000, ("inventory_on_hand", "7"): -4000,
    },
    "transfer_shipped__h11_out": {
        ("in_transit_inventory", "7"): 4000, ("inventory_on_hand", "7"): -4000,
    },
    "transfer_received__h12_in": {
        ("inventory_on_hand", "7"): 4000, ("in_transit_inventory", "7"): -4000,
    },
    "inventory_adjusted__h13_found": {
        ("inventory_on_hand", "7"): 4000, ("adjustment_offset", "32"): -4000,
    },
    "inventory_adjusted__h14_lost": {
        ("adjustment_offset", "31"): 4000, ("inventory_on_hand", "7"): -4000,
    },
    "gift_card_adjusted__h15_added": {
        ("gift_card_adjustment_offset", "41"): 2500, ("gift_card_liability", ""): -2500,
    },
    "gift_card_adjusted__h16_taken_off": {
        ("gift_card_liability", ""): 2500, ("gift_card_adjustment_offset", "41"): -2500,
    },
    "cash_paid__h17_paid_out": {("cash_paid_offset", "51"): 2000, ("cash_drawer", ""): -2000},
    "cash_paid__h18_paid_in": {("cash_drawer", ""): 2000, ("cash_paid_offset", "51"): -2000},
    f"{TICKET}__h19_gift_card_redeemed": {
        ("gift_card_liability", ""): 5000, ("payment_type", "2"): 5000, ("sales", "7"): -10000,
        ("cogs", "7"): 4000, ("inventory_on_hand", "7"): -4000,
    },
    "invoice_completed__h20_deposit_applied": {
        ("customer_deposits", ""): 3000, ("payment_type", "2"): 7000, ("sales", "7"): -10000,
        ("cogs", "7"): 4000, ("inventory_on_hand", "7"): -4000,
    },
    f"{TICKET}__h21_exchange": {
        ("payment_type", "2"): 6000, ("returns", "7"): 4000, ("cogs", "7"): 2400,
        ("sales", "7"): -10000, ("inventory_on_hand", "7"): -2400,
    },
    f"{TICKET}__h22_two_of_everything": {
        ("payment_type", "1"): 6350, ("payment_type", "2"): 10000,
        ("sales", "7"): -5000, ("sales", "8"): -10000,
        ("tax_liability", "11"): -900, ("tax_liability", "12"): -450,
        ("cogs", "7"): 2000, ("cogs", "8"): 4000,
        ("inventory_on_hand", "7"): -2000, ("inventory_on_hand", "8"): -4000,
    },
    f"{TICKET}__h23_even_exchange": {("returns", "7"): 4000, ("sales", "7"): -4000},
    f"{TICKET}__h24_refund_without_restock": {("returns", "7"): 2000, ("payment_type", "1"): -2000},
    f"{TICKET}__change_given": {
        ("payment_type", "1"): 7500, ("sales", "8"): -7500,
        ("cogs", "8"): 3000, ("inventory_on_hand", "8"): -3000,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_each_row_of_the_accounting_page_comes_out_of_its_sample(name: str) -> None:
    delivery = sample("heartland", name)
    (event,) = heartland.parse(delivery, Context())
    assert isinstance(event, FinancialEvent)
    sums: dict[tuple[str, str], int] = {}
    for leg in derive(event):
        sums[leg.role, leg.key] = sums.get((leg.role, leg.key), 0) + leg.amount
    assert {row: amount for row, amount in sums.items() if amount} == ROWS[name]


def test_every_event_of_heartland_has_a_sample() -> None:
    assert set(EVENTS) <= {delivery.event for _, delivery in corpus("heartland")}
