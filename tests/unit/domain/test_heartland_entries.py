"""The journal entries of Heartland Retail, H1 to H24 of docs/accounting.md, as canonical events."""

from tests.unit.domain.builders import (
    OTHER_STORE,
    STORE,
    event,
    item,
    legs,
    posted,
    sale,
    stock_move,
    tender,
)

STATE = {"rule": "State", "computed": "8.25"}
HAT = {"key": "Hats", "cost": "40.00"}


def test_h01_ticket() -> None:
    ticket = sale(lines=[item("100.00", "40.00")], tenders=[tender("100.00")])
    assert posted(ticket) == [
        "D payment_type[Visa] 100.00",
        "D cogs[Hats] 40.00",
        "C sales[Hats] 100.00",
        "C inventory_on_hand[Hats] 40.00",
    ]


def test_h02_return_ticket() -> None:
    returned = sale(
        document="refund",
        lines=[item("-100.00", "-40.00", quantity="-1")],
        tenders=[tender("-100.00")],
    )
    assert posted(returned) == [
        "D returns[Hats] 100.00",
        "D inventory_on_hand[Hats] 40.00",
        "C payment_type[Visa] 100.00",
        "C cogs[Hats] 40.00",
    ]


def test_h03_taxable() -> None:
    ticket = sale(lines=[item("100.00", "40.00")], taxes=[STATE], tenders=[tender("108.25")])
    assert posted(ticket) == [
        "D payment_type[Visa] 108.25",
        "D cogs[Hats] 40.00",
        "C sales[Hats] 100.00",
        "C inventory_on_hand[Hats] 40.00",
        "C tax_liability[State] 8.25",
    ]


def test_h04_discounted() -> None:
    ticket = sale(lines=[item("100.00", "40.00", discount="20.00")], tenders=[tender("80.00")])
    assert posted(ticket) == [
        "D payment_type[Visa] 80.00",
        "D markdowns[Hats] 20.00",
        "D cogs[Hats] 40.00",
        "C sales[Hats] 100.00",
        "C inventory_on_hand[Hats] 40.00",
    ]


def test_h05_gift_card_sold() -> None:
    ticket = sale(lines=[{"kind": "gift_card", "gross": "50.00"}], tenders=[tender("50.00")])
    assert posted(ticket) == ["D payment_type[Visa] 50.00", "C gift_card_liability 50.00"]


def test_h06_tax_overridden() -> None:
    free = {"rule": "State", "computed": "8.25", "charged": "0"}
    ticket = sale(lines=[item("100.00", "40.00")], taxes=[free], tenders=[tender("100.00")])
    assert posted(ticket) == [
        "D payment_type[Visa] 100.00",
        "D cogs[Hats] 40.00",
        "D tax_override[State] 8.25",
        "C sales[Hats] 100.00",
        "C inventory_on_hand[Hats] 40.00",
        "C tax_liability[State] 8.25",
    ]


def test_h07_invoice_of_a_sales_order_with_shipping() -> None:
    invoice = sale(
        document="sales_invoice",
        lines=[item("100.00", "40.00"), {"kind": "shipping", "key": "Ground", "gross": "12.00"}],
        tenders=[tender("112.00")],
    )
    assert posted(invoice) == [
        "D payment_type[Visa] 112.00",
        "D cogs[Hats] 40.00",
        "C sales[Hats] 100.00",
        "C inventory_on_hand[Hats] 40.00",
        "C shipping_income[Ground] 12.00",
    ]


def test_h08_deposit_taken() -> None:
    taken = event({"kind": "deposit", "direction": "taken", "tender": tender("30.00")})
    assert posted(taken) == ["D payment_type[Visa] 30.00", "C customer_deposits 30.00"]


def test_h09_purchase_receipt() -> None:
    receipt = stock_move("purchase_receipt", {"key": "Hats", "quantity": "10", "cost": "400.00"})
    assert posted(receipt) == [
        "D inventory_on_hand[Hats] 400.00",
        "C purchases_received[Hats] 400.00",
    ]


def test_h10_purchase_return() -> None:
    assert posted(stock_move("purchase_return", HAT)) == [
        "D purchases_returned[Hats] 40.00",
        "C inventory_on_hand[Hats] 40.00",
    ]


def test_h11_transfer_out() -> None:
    sent = stock_move("transfer_out", HAT, counterparty=OTHER_STORE)
    assert legs(sent) == [
        ("in_transit_inventory", "Hats", STORE, 4000),
        ("inventory_on_hand", "Hats", STORE, -4000),
    ]


def test_h12_transfer_in_relieves_the_senders_goods_in_transit() -> None:
    received = stock_move("transfer_in", HAT, location=OTHER_STORE, counterparty=STORE)
    assert legs(received) == [
        ("inventory_on_hand", "Hats", OTHER_STORE, 4000),
        ("in_transit_inventory", "Hats", STORE, -4000),
    ]


def test_h13_adjustment_up() -> None:
    assert posted(stock_move("adjustment", HAT, reason="Found")) == [
        "D inventory_on_hand[Hats] 40.00",
        "C adjustment_offset[Found] 40.00",
    ]


def test_h14_adjustment_down() -> None:
    lost = stock_move("adjustment", {"key": "Hats", "cost": "-40.00"}, reason="Stolen")
    assert posted(lost) == [
        "D adjustment_offset[Stolen] 40.00",
        "C inventory_on_hand[Hats] 40.00",
    ]


def test_h15_gift_card_adjusted_up() -> None:
    up = event({"kind": "gift_card_adjustment", "reason": "Goodwill", "delta": "25.00"})
    assert posted(up) == [
        "D gift_card_adjustment_offset[Goodwill] 25.00",
        "C gift_card_liability 25.00",
    ]


def test_h16_gift_card_adjusted_down() -> None:
    down = event({"kind": "gift_card_adjustment", "reason": "Breakage", "delta": "-25.00"})
    assert posted(down) == [
        "D gift_card_liability 25.00",
        "C gift_card_adjustment_offset[Breakage] 25.00",
    ]


def test_h17_cash_paid_out() -> None:
    out = event({"kind": "cash_movement", "reason": "Window cleaner", "delta": "-20.00"})
    assert posted(out) == ["D cash_paid_offset[Window cleaner] 20.00", "C cash_drawer 20.00"]


def test_h18_cash_paid_in() -> None:
    into = event({"kind": "cash_movement", "reason": "Float", "delta": "20.00"})
    assert posted(into) == ["D cash_drawer 20.00", "C cash_paid_offset[Float] 20.00"]


def test_h19_gift_card_redeemed() -> None:
    ticket = sale(
        lines=[item("100.00", "40.00")],
        tenders=[tender("50.00"), tender("50.00", "gift_card", "")],
    )
    assert posted(ticket) == [
        "D payment_type[Visa] 50.00",
        "D gift_card_liability 50.00",
        "D cogs[Hats] 40.00",
        "C sales[Hats] 100.00",
        "C inventory_on_hand[Hats] 40.00",
    ]


def test_h20_deposit_applied_to_an_invoice() -> None:
    invoice = sale(
        document="sales_invoice",
        lines=[item("100.00", "40.00")],
        tenders=[tender("30.00", "deposit"), tender("70.00")],
    )
    assert posted(invoice) == [
        "D payment_type[Visa] 70.00",
        "D customer_deposits 30.00",
        "D cogs[Hats] 40.00",
        "C sales[Hats] 100.00",
        "C inventory_on_hand[Hats] 40.00",
    ]


def test_h21_exchange_nets_cost_and_inventory() -> None:
    exchange = sale(
        lines=[item("-40.00", "-16.00"), item("100.00", "40.00")], tenders=[tender("60.00")]
    )
    assert posted(exchange) == [
        "D payment_type[Visa] 60.00",
        "D returns[Hats] 40.00",
        "D cogs[Hats] 24.00",
        "C sales[Hats] 100.00",
        "C inventory_on_hand[Hats] 24.00",
    ]


def test_h22_two_tenders_two_item_classes_two_tax_rules_stand_on_their_own_lines() -> None:
    ticket = sale(
        lines=[item("100.00", "40.00"), item("50.00", "20.00", "Shoes")],
        taxes=[{"rule": "State", "computed": "9.00"}, {"rule": "City", "computed": "4.50"}],
        tenders=[tender("100.00"), tender("63.50", "cash", "Cash")],
    )
    assert posted(ticket) == [
        "D payment_type[Cash] 63.50",
        "D payment_type[Visa] 100.00",
        "D cogs[Hats] 40.00",
        "D cogs[Shoes] 20.00",
        "C sales[Hats] 100.00",
        "C sales[Shoes] 50.00",
        "C inventory_on_hand[Hats] 40.00",
        "C inventory_on_hand[Shoes] 20.00",
        "C tax_liability[City] 4.50",
        "C tax_liability[State] 9.00",
    ]


def test_h23_even_exchange_without_tender() -> None:
    exchange = sale(lines=[item("-40.00", "-16.00"), item("40.00", "18.00", "Shoes")])
    assert posted(exchange) == [
        "D returns[Hats] 40.00",
        "D cogs[Shoes] 18.00",
        "D inventory_on_hand[Hats] 16.00",
        "C sales[Shoes] 40.00",
        "C cogs[Hats] 16.00",
        "C inventory_on_hand[Shoes] 18.00",
    ]


def test_h24_refund_without_restock_leaves_the_cost_in_cogs() -> None:
    refund = sale(
        lines=[item("-20.00", "-8.00", restock=False)], tenders=[tender("-20.00", "cash", "Cash")]
    )
    assert posted(refund) == ["D returns[Hats] 20.00", "C payment_type[Cash] 20.00"]
