"""Where a naive model of a sale breaks: one test for each point seen in real payloads."""

from datetime import date
from decimal import Decimal, localcontext

from tests.unit.domain.builders import (
    ADA,
    OTHER_STORE,
    STORE,
    entry_of,
    event,
    held,
    item,
    legs,
    mapping,
    posted,
    sale,
    stock_move,
    tender,
)


def sums(found: list[str]) -> dict[str, Decimal]:
    """Text lines as role and key -> amount, debits above zero."""
    parts = (line.rsplit(" ", 1) for line in found)
    return {name[2:]: Decimal(text) * (1 if name[0] == "D" else -1) for name, text in parts}


def test_tax_inclusive_price_gives_net_and_tax_that_tie_to_the_money() -> None:
    with localcontext(prec=50):
        tax = Decimal("19.99") * Decimal("0.19") / Decimal("1.19")
        gross = Decimal("19.99") / Decimal("1.19")
    ticket = sale(
        lines=[item(f"{gross:f}")],
        taxes=[{"rule": "VAT", "computed": f"{tax:f}"}],
        tenders=[tender("19.99")],
    )
    assert posted(ticket) == [
        "D payment_type[Visa] 19.99",
        "C sales[Hats] 16.80",
        "C tax_liability[VAT] 3.19",
    ]


def test_tax_stands_on_the_ticket_once_however_many_lines_there_are() -> None:
    ticket = sale(
        lines=[item("50"), item("50")],
        taxes=[{"rule": "State", "computed": "8.25"}],
        tenders=[tender("108.25")],
    )
    assert [line for line in posted(ticket) if "tax" in line] == ["C tax_liability[State] 8.25"]


def test_tax_that_a_facilitator_remits_is_neither_owed_nor_received() -> None:
    kept = {"rule": "State", "computed": "8.25", "collected_by": "facilitator"}
    assert "tax_liability[State]" not in sums(
        posted(sale(lines=[item("100")], taxes=[kept], tenders=[tender("100")]))
    )


def test_tax_override_lowers_or_raises() -> None:
    def override(charged: str, paid: str) -> Decimal:
        tax = {"rule": "State", "computed": "8.25", "charged": charged}
        found = posted(sale(lines=[item("100")], taxes=[tax], tenders=[tender(paid)]))
        return sums(found)["tax_override[State]"]

    assert override("5.00", "105.00") == Decimal("3.25")
    assert override("10.00", "110.00") == Decimal("-1.75")


def test_tip_is_a_liability_and_automatic_gratuity_a_charge() -> None:
    ticket = sale(
        lines=[
            item("20"),
            {"kind": "tip", "gross": "4"},
            {"kind": "service_charge", "key": "Gratuity", "gross": "3"},
        ],
        tenders=[tender("27")],
    )
    found = sums(posted(ticket))
    assert found["tips_payable"] == -4
    assert found["service_charge_income[Gratuity]"] == -3
    assert found["sales[Hats]"] == -20


def test_five_decimal_lines_leave_a_remainder_on_the_rounding_line() -> None:
    lines = [item(gross) for gross in ("13.93915", "13.93915", "13.93916")]
    ticket = sale(lines=lines, tenders=[tender("41.82", "cash", "Cash")])
    assert posted(ticket) == ["D payment_type[Cash] 41.82", "C sales[Hats] 41.82"]
    short = sale(lines=lines, tenders=[tender("41.81", "cash", "Cash")])
    assert "D rounding 0.01" in posted(short)


def test_discount_allocations_are_taken_as_given() -> None:
    ticket = sale(
        lines=[item("10", discount=part, key=part) for part in ("3.34", "3.33", "3.32")],
        tenders=[tender("20.01")],
    )
    assert [line for line in posted(ticket) if "markdowns" in line] == [
        "D markdowns[3.32] 3.32",
        "D markdowns[3.33] 3.33",
        "D markdowns[3.34] 3.34",
    ]


def test_cash_rounding_is_a_line_of_its_own_on_sale_and_refund() -> None:
    sold = sale(lines=[item("9.98")], rounding="0.02", tenders=[tender("10")])
    back = sale(lines=[item("-9.98")], rounding="-0.02", tenders=[tender("-10")])
    assert sums(posted(sold))["cash_rounding"] == Decimal("-0.02")
    assert sums(posted(back))["cash_rounding"] == Decimal("0.02")


def test_change_given_is_not_takings_and_cashback_is_a_second_tender() -> None:
    change = sale(
        lines=[item("75")],
        tenders=[tender("100", "cash", "Cash"), tender("-25", "cash", "Cash")],
    )
    assert sums(posted(change))["payment_type[Cash]"] == 75
    cashback = sale(lines=[item("75")], tenders=[tender("95"), tender("-20", "cash", "Cash")])
    assert sums(posted(cashback))["payment_type[Visa]"] == 95
    assert sums(posted(cashback))["payment_type[Cash]"] == -20


def test_money_only_refund_needs_a_stated_difference() -> None:
    stated = sale(refund_difference="-41.94", tenders=[tender("-41.94")])
    assert posted(stated) == ["D refund_difference 41.94", "C payment_type[Visa] 41.94"]
    assert held(sale(tenders=[tender("-41.94")])).code == "unbalanced"


def test_refund_worth_less_than_its_lines_is_held_unless_the_difference_is_stated() -> None:
    assert held(sale(lines=[item("-399.29")], tenders=[tender("-209")])).code == "unbalanced"


def test_refund_without_restock_moves_no_stock() -> None:
    damaged = sale(lines=[item("-20", "-8", restock=False)], tenders=[tender("-20")])
    assert {role for role, *_ in legs(damaged)} == {"payment_type", "returns"}


def test_exchange_takes_its_sign_from_each_line() -> None:
    even = sale(lines=[item("-40", "-16"), item("40", "16", "Shoes")])
    assert sums(posted(even)) == {
        "returns[Hats]": 40,
        "cogs[Shoes]": 16,
        "inventory_on_hand[Hats]": 16,
        "sales[Shoes]": -40,
        "cogs[Hats]": -16,
        "inventory_on_hand[Shoes]": -16,
    }


def test_gift_card_is_sold_redeemed_and_adjusted_on_one_liability() -> None:
    sold = sale(lines=[{"kind": "gift_card", "gross": "50"}], tenders=[tender("50")])
    used = sale(lines=[item("50")], tenders=[tender("50", "gift_card", "")])
    added = event({"kind": "gift_card_adjustment", "reason": "Goodwill", "delta": "5"})
    moves = [sums(posted(one))["gift_card_liability"] for one in (sold, used, added)]
    assert moves == [-50, 50, -5]
    assert not any("sales" in line for line in posted(sold))


def test_store_credit_is_a_gift_card_with_a_key_of_its_own() -> None:
    ticket = sale(lines=[item("10")], tenders=[tender("10", "store_credit", "")])
    assert "D gift_card_liability[store_credit] 10.00" in posted(ticket)


def test_deposit_applied_later_is_not_cash_twice() -> None:
    taken = event({"kind": "deposit", "direction": "taken", "tender": tender("30")})
    invoice = sale(lines=[item("100")], tenders=[tender("30", "deposit"), tender("70")])
    together = [sums(posted(one)) for one in (taken, invoice)]
    assert sum(one["payment_type[Visa]"] for one in together) == 100
    assert sum(one["customer_deposits"] for one in together) == 0


def test_another_currency_is_held_where_the_books_take_one_only() -> None:
    ticket = sale(lines=[item("5")], tenders=[tender("5")], currency="EUR", exchange_rate="1.1")
    assert held(ticket).code == "currency"


def test_late_evening_in_los_angeles_is_not_tomorrow() -> None:
    rules = mapping(locations={STORE: {"time_zone": "America/Los_Angeles", "day_close": "04:00"}})
    late = {"business_date": None, "occurred_at": "2026-11-21T11:59:00Z"}
    entry = entry_of(sale(lines=[item("5")], tenders=[tender("5")], **late), rules)
    assert entry
    assert entry.txn_date == date(2026, 11, 20)


def test_given_business_date_wins_over_the_timestamp() -> None:
    given = {"business_date": "2026-11-18", "occurred_at": "2026-11-21T11:59:00Z"}
    entry = entry_of(sale(lines=[item("5")], tenders=[tender("5")], **given))
    assert entry
    assert entry.txn_date == date(2026, 11, 18)


def test_transfer_has_the_location_of_each_side() -> None:
    received = stock_move("transfer_in", {"cost": "5"}, location=OTHER_STORE, counterparty=STORE)
    assert [location for _, _, location, _ in legs(received)] == [OTHER_STORE, STORE]


def test_item_without_a_class_takes_the_default_class_or_is_held() -> None:
    ticket = sale(lines=[item("5", key="")], tenders=[tender("5")])
    assert "C sales 5.00" in posted(ticket)
    only_hats = mapping()
    rows = tuple(
        row.model_copy(update={"key": "Hats"}) if row.role == "sales" else row
        for row in only_hats.accounts
    )
    rules = only_hats.model_copy(update={"accounts": rows})
    assert [(one.role, one.key) for one in held(ticket, rules).missing] == [("sales", "")]


def test_one_unmapped_row_holds_the_whole_event() -> None:
    rows = tuple(row for row in mapping().accounts if row.role != "cogs")
    rules = mapping().model_copy(update={"accounts": rows})
    assert held(sale(lines=[item("5", "2")], tenders=[tender("5")]), rules).code == (
        "unmapped_account"
    )


def test_sale_on_account_needs_its_customer() -> None:
    owed = {"lines": [item("5")], "tenders": [tender("5", "on_account")]}
    assert held(sale(**owed)).code == "customer_needed"
    assert posted(sale(**owed, customer=ADA))[0] == "D accounts_receivable 5.00"


def test_fully_discounted_sale_drops_zeros_and_keeps_its_cost() -> None:
    free = sale(lines=[item("20", "8", discount="20")])
    assert posted(free) == [
        "D markdowns[Hats] 20.00",
        "D cogs[Hats] 8.00",
        "C sales[Hats] 20.00",
        "C inventory_on_hand[Hats] 8.00",
    ]


def test_ticket_paid_in_full_by_gift_card_touches_no_payment_type() -> None:
    ticket = sale(lines=[item("20")], tenders=[tender("20", "gift_card", "")])
    assert posted(ticket) == ["D gift_card_liability 20.00", "C sales[Hats] 20.00"]
