"""The rows of the table of legs that H1 to H24 do not show."""

import pytest
from pydantic import ValidationError

from tests.unit.domain.builders import (
    ACME,
    entry_of,
    event,
    item,
    legs,
    mapping,
    posted,
    sale,
    stock_move,
    tender,
)

BILL = {
    "kind": "purchase",
    "lines": [
        {"kind": "item", "key": "Hats", "amount": "100.00"},
        {"kind": "freight", "key": "UPS", "amount": "12.00"},
        {"kind": "fee", "key": "Customs", "amount": "3.00"},
    ],
    "taxes": [{"rule": "VAT", "computed": "23.00"}],
}


def test_store_credit_has_a_key_of_its_own_unless_it_names_one() -> None:
    ticket = sale(
        lines=[item("30")],
        tenders=[tender("10", "store_credit", ""), tender("20", "store_credit", "VIP")],
    )
    assert posted(ticket)[:2] == [
        "D gift_card_liability[VIP] 20.00",
        "D gift_card_liability[store_credit] 10.00",
    ]


def test_refund_to_a_gift_card_credits_the_liability() -> None:
    refund = sale(lines=[item("-20")], tenders=[tender("-20", "gift_card", "")])
    assert posted(refund) == ["D returns[Hats] 20.00", "C gift_card_liability 20.00"]


def test_charges_fees_and_tips_have_their_own_roles() -> None:
    ticket = sale(
        lines=[
            {"kind": "service_charge", "key": "Gratuity", "gross": "18.00"},
            {"kind": "fee", "key": "Bag", "gross": "0.10"},
            {"kind": "tip", "key": "ignored", "gross": "5.00"},
        ],
        tenders=[tender("23.10")],
    )
    assert posted(ticket) == [
        "D payment_type[Visa] 23.10",
        "C service_charge_income[Bag] 0.10",
        "C service_charge_income[Gratuity] 18.00",
        "C tips_payable 5.00",
    ]


def test_refunded_shipping_debits_shipping_income() -> None:
    refund = sale(
        lines=[{"kind": "shipping", "key": "Ground", "gross": "-5.00"}], tenders=[tender("-5.00")]
    )
    assert posted(refund) == ["D shipping_income[Ground] 5.00", "C payment_type[Visa] 5.00"]


def test_tax_charged_above_what_was_computed_credits_the_override() -> None:
    raised = {"rule": "State", "computed": "8.25", "charged": "9.00"}
    ticket = sale(lines=[item("100")], taxes=[raised], tenders=[tender("109.00")])
    assert "C tax_override[State] 0.75" in posted(ticket)
    assert "C tax_liability[State] 8.25" in posted(ticket)


def test_tax_kept_by_a_facilitator_leaves_no_leg() -> None:
    kept = {"rule": "State", "computed": "8.25", "collected_by": "facilitator"}
    ticket = sale(lines=[item("100")], taxes=[kept], tenders=[tender("100")])
    assert posted(ticket) == ["D payment_type[Visa] 100.00", "C sales[Hats] 100.00"]


def test_cash_rounding_and_refund_difference_stand_on_their_own() -> None:
    ticket = sale(lines=[item("9.98")], rounding="0.02", tenders=[tender("10.00", "cash", "Cash")])
    assert "C cash_rounding 0.02" in posted(ticket)
    refund = sale(lines=[item("-199.64")], refund_difference="89.64", tenders=[tender("-110.00")])
    assert posted(refund) == [
        "D returns[Hats] 199.64",
        "C payment_type[Visa] 110.00",
        "C refund_difference 89.64",
    ]


def test_returned_goods_put_back_swap_cost_and_damaged_ones_do_not() -> None:
    back = item("-10", "-4")
    assert ("inventory_on_hand", "Hats", "100006", 400) in legs(sale(lines=[back]))
    damaged = item("-10", "-4", restock=False)
    assert {role for role, *_ in legs(sale(lines=[damaged]))} == {"returns"}


def test_sold_goods_leave_stock_whatever_restock_says() -> None:
    ticket = sale(lines=[item("10", "4", restock=False)])
    assert ("inventory_on_hand", "Hats", "100006", -400) in legs(ticket)


def test_giveaway_with_cost_and_no_price_moves_stock_only() -> None:
    assert posted(sale(lines=[item("0", "4")])) == [
        "D cogs[Hats] 4.00",
        "C inventory_on_hand[Hats] 4.00",
    ]


def test_returned_gift_card_takes_its_liability_back() -> None:
    back = sale(
        lines=[{"kind": "gift_card", "gross": "-50", "discount": "-10"}], tenders=[tender("-40")]
    )
    assert posted(back) == [
        "D gift_card_liability 50.00",
        "C payment_type[Visa] 40.00",
        "C gift_card_adjustment_offset[discount] 10.00",
    ]


def test_deposit_refunded_swaps_its_sides() -> None:
    refunded = event({"kind": "deposit", "direction": "refunded", "tender": tender("30")})
    assert posted(refunded) == ["D customer_deposits 30.00", "C payment_type[Visa] 30.00"]


def test_deposit_paid_by_gift_card_uses_the_cards_liability() -> None:
    taken = event(
        {"kind": "deposit", "direction": "taken", "tender": tender("30", "gift_card", "")}
    )
    assert posted(taken) == ["D gift_card_liability 30.00", "C customer_deposits 30.00"]


def test_forfeited_deposit_is_income_less_its_stated_tax() -> None:
    kept = event(
        {
            "kind": "deposit",
            "direction": "forfeited",
            "tender": tender("30"),
            "taxes": [{"rule": "State", "computed": "2.29"}],
        }
    )
    assert posted(kept) == [
        "D customer_deposits 30.00",
        "C tax_liability[State] 2.29",
        "C forfeited_deposits 27.71",
    ]


@pytest.mark.parametrize("amount", ["0", "-30"])
def test_deposit_of_zero_or_less_is_refused(amount: str) -> None:
    with pytest.raises(ValidationError, match="above zero"):
        event({"kind": "deposit", "direction": "taken", "tender": tender(amount)})


@pytest.mark.parametrize("settings", [{}, {"cogs_owner": "shipment"}])
def test_shipment_moves_cost_out_of_stock(settings: dict[str, str]) -> None:
    shipped = stock_move("shipment", {"key": "Hats", "cost": "40"})
    rules = mapping(settings=settings)
    assert posted(shipped, rules) == ["D cogs[Hats] 40.00", "C inventory_on_hand[Hats] 40.00"]


@pytest.mark.parametrize("owner", ["sale", "batch"])
def test_shipment_posts_nothing_where_another_is_named_the_owner_of_its_cost(owner: str) -> None:
    shipped = stock_move("shipment", {"key": "Hats", "cost": "40"})
    assert posted(shipped, mapping(settings={"cogs_owner": owner})) == []


def test_transfer_in_without_a_counterparty_relieves_its_own_location() -> None:
    received = stock_move("transfer_in", {"cost": "5"}, location="2")
    assert {location for _, _, location, _ in legs(received)} == {"2"}


def test_transit_adjustment_up_takes_goods_back_into_transit() -> None:
    found = stock_move("transit_adjustment", {"cost": "5"}, reason="Found", counterparty="1")
    assert legs(found) == [
        ("in_transit_inventory", "", "1", 500),
        ("adjustment_offset", "Found", "1", -500),
    ]


@pytest.mark.parametrize(
    "move", ["purchase_receipt", "purchase_return", "transfer_out", "transfer_in", "shipment"]
)
def test_negative_cost_is_refused_where_the_move_says_the_direction(move: str) -> None:
    with pytest.raises(ValidationError, match="below zero"):
        stock_move(move, {"cost": "-1"})


@pytest.mark.parametrize("move", ["assembly", "disassembly"])
def test_assembly_line_without_direction_is_refused(move: str) -> None:
    with pytest.raises(ValidationError, match="direction"):
        stock_move(move, {"cost": "1"})


def test_bill_debits_goods_costs_and_recoverable_tax() -> None:
    assert posted(event(BILL, supplier=ACME)) == [
        "D inventory_on_hand[Hats] 100.00",
        "D purchase_costs[Customs] 3.00",
        "D purchase_costs[UPS] 12.00",
        "D tax_recoverable[VAT] 23.00",
        "C accounts_payable 138.00",
    ]


def test_bill_can_settle_what_was_received_instead() -> None:
    rules = mapping(settings={"purchases_to": "purchases_received"})
    assert "D purchases_received[Hats] 100.00" in posted(event(BILL, supplier=ACME), rules)


def test_vendor_credit_is_negative_amounts_not_another_document() -> None:
    line = {"kind": "item", "key": "Hats", "amount": "-40"}
    credit = event(
        {"kind": "purchase", "document": "vendor_credit", "lines": [line]}, supplier=ACME
    )
    assert posted(credit) == ["D accounts_payable 40.00", "C inventory_on_hand[Hats] 40.00"]


def test_purchase_order_posts_nothing() -> None:
    assert entry_of(event(BILL | {"document": "purchase_order"}, supplier=ACME)) is None


def test_party_posts_nothing() -> None:
    party = event({"kind": "party", "role": "customer", "id": "c-1", "display_name": "Ada"})
    assert entry_of(party) is None


def test_batch_rows_debit_above_zero_and_credit_below() -> None:
    rows = [{"key": "1100", "amount": "250.00"}, {"key": "4000", "amount": "-250.00"}]
    assert posted(event({"kind": "gl_batch", "entries": rows})) == [
        "D source_account[1100] 250.00",
        "C source_account[4000] 250.00",
    ]


def test_negative_payout_takes_money_from_the_bank() -> None:
    payout = event({"kind": "payout", "key": "Visa", "gross": "-20", "fee": "0", "net": "-20"})
    assert posted(payout) == ["D processor_clearing[Visa] 20.00", "C bank 20.00"]


def test_quantity_and_document_never_change_a_leg() -> None:
    plain = sale(lines=[item("10", "4")], tenders=[tender("10")])
    odd = sale(document="refund", lines=[item("10", "4", quantity="-3")], tenders=[tender("10")])
    assert legs(plain) == legs(odd)
