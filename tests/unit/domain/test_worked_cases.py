"""The worked cases of docs/accounting.md that go beyond H1 to H24."""

from tests.unit.domain.builders import (
    ADA,
    OTHER_STORE,
    STORE,
    entry_of,
    event,
    held,
    item,
    legs,
    posted,
    sale,
    stock_move,
    tender,
)


def test_taxed_exchange_with_both_lines_discounted() -> None:
    exchange = sale(
        lines=[
            item("-40.00", "-16.00", discount="-4.00"),
            item("100.00", "40.00", "Shoes", discount="10.00"),
        ],
        taxes=[{"rule": "State", "computed": "4.46"}],
        tenders=[tender("58.46")],
    )
    assert posted(exchange) == [
        "D payment_type[Visa] 58.46",
        "D markdowns[Shoes] 10.00",
        "D returns[Hats] 36.00",
        "D cogs[Shoes] 40.00",
        "D inventory_on_hand[Hats] 16.00",
        "C sales[Shoes] 100.00",
        "C cogs[Hats] 16.00",
        "C inventory_on_hand[Shoes] 40.00",
        "C tax_liability[State] 4.46",
    ]


def test_gift_card_of_50_sold_for_40_with_15_of_it_paid_by_another_card() -> None:
    ticket = sale(
        lines=[{"kind": "gift_card", "gross": "50.00", "discount": "10.00"}],
        tenders=[tender("25.00", "cash", "Cash"), tender("15.00", "gift_card", "")],
    )
    assert posted(ticket) == [
        "D payment_type[Cash] 25.00",
        "D gift_card_adjustment_offset[discount] 10.00",
        "C gift_card_liability 35.00",
    ]


def test_three_lines_of_3_335_paid_10_00() -> None:
    third = item("3.335", "1.3333")
    ticket = sale(lines=[third, third, third], tenders=[tender("10.00", "cash", "Cash")])
    assert posted(ticket) == [
        "D payment_type[Cash] 10.00",
        "D cogs[Hats] 3.99",
        "D rounding 0.02",
        "C sales[Hats] 10.02",
        "C inventory_on_hand[Hats] 3.99",
    ]


def test_three_lines_of_3_335_paid_9_98_are_held_with_both_sums() -> None:
    third = item("3.335", "1.3333")
    problem = held(sale(lines=[third, third, third], tenders=[tender("9.98", "cash", "Cash")]))
    assert problem.code == "unbalanced"
    assert "13.97" in problem.text
    assert "14.01" in problem.text


def test_invoice_with_shipping_tax_a_deposit_applied_and_the_rest_on_account() -> None:
    invoice = sale(
        document="sales_invoice",
        customer=ADA,
        lines=[
            item("100.00", "40.00"),
            {"kind": "shipping", "key": "Ground", "gross": "12.00", "discount": "2.00"},
        ],
        taxes=[{"rule": "State", "computed": "8.25"}],
        tenders=[tender("30.00", "deposit"), tender("88.25", "on_account")],
    )
    assert posted(invoice) == [
        "D customer_deposits 30.00",
        "D accounts_receivable 88.25",
        "D cogs[Hats] 40.00",
        "C sales[Hats] 100.00",
        "C inventory_on_hand[Hats] 40.00",
        "C shipping_income[Ground] 10.00",
        "C tax_liability[State] 8.25",
    ]
    entry = entry_of(invoice)
    assert entry
    named = [(line.role, line.name.kind, line.name.id) for line in entry.lines if line.name]
    assert named == [("accounts_receivable", "customer", "58")]


def test_short_transfer_is_received_then_the_rest_written_off_where_it_was_sent() -> None:
    hats = {"key": "Hats", "cost": "360.00"}
    received = stock_move("transfer_in", hats, location=OTHER_STORE, counterparty=STORE)
    assert legs(received) == [
        ("inventory_on_hand", "Hats", OTHER_STORE, 36000),
        ("in_transit_inventory", "Hats", STORE, -36000),
    ]
    lost = stock_move(
        "transit_adjustment",
        {"key": "Hats", "cost": "-40.00"},
        reason="Lost in transit",
        location=OTHER_STORE,
        counterparty=STORE,
    )
    assert posted(lost) == [
        "D adjustment_offset[Lost in transit] 40.00",
        "C in_transit_inventory[Hats] 40.00",
    ]
    assert {location for _, _, location, _ in legs(lost)} == {STORE}


def test_assembly_with_a_loss_shows_it_as_variance() -> None:
    assembly = stock_move(
        "assembly",
        {"key": "Hats", "cost": "60.00", "direction": "out"},
        {"key": "Cafe", "cost": "45.00", "direction": "out"},
        {"key": "Shoes", "cost": "70.00", "direction": "in"},
        {"key": "Hats", "cost": "30.00", "direction": "in"},
    )
    assert posted(assembly) == [
        "D inventory_on_hand[Shoes] 70.00",
        "D assembly_variance 5.00",
        "C inventory_on_hand[Cafe] 45.00",
        "C inventory_on_hand[Hats] 30.00",
    ]


def test_disassembly_with_a_gain_credits_the_variance() -> None:
    taken_apart = stock_move(
        "disassembly",
        {"key": "Kits", "cost": "50.00", "direction": "out"},
        {"key": "Parts", "cost": "53.00", "direction": "in"},
    )
    assert posted(taken_apart) == [
        "D inventory_on_hand[Parts] 53.00",
        "C inventory_on_hand[Kits] 50.00",
        "C assembly_variance 3.00",
    ]


def test_payout_goes_to_the_bank_less_its_fee() -> None:
    payout = event(
        {"kind": "payout", "key": "Visa", "gross": "500.00", "fee": "14.50", "net": "485.50"}
    )
    assert posted(payout) == [
        "D bank 485.50",
        "D processor_fees[Visa] 14.50",
        "C processor_clearing[Visa] 500.00",
    ]


def test_payout_that_does_not_add_up_is_held() -> None:
    payout = event({"kind": "payout", "gross": "500.00", "fee": "14.50", "net": "485.00"})
    assert held(payout).code == "unbalanced"
