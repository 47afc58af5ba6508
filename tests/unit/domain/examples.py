"""The events behind the worked examples of docs/accounting.md, by the example's heading."""

from typing import Any

from daybook.domain.event import FinancialEvent
from tests.unit.domain.builders import (
    ACME,
    ADA,
    OTHER_STORE,
    STORE,
    event,
    item,
    sale,
    stock_move,
    tender,
)

HAT = item("100.00", "40.00")
VISA = tender("100.00")
TAX = {"rule": "State", "computed": "8.25"}
GROUND = {"kind": "shipping", "key": "Ground", "gross": "12.00"}
CARD = {"kind": "gift_card", "gross": "50.00"}
MOVED = {"key": "Hats", "cost": "40.00"}


def _cash(amount: str) -> dict[str, Any]:
    return tender(amount, "cash", "Cash")


def _deposit(direction: str, **more: Any) -> FinancialEvent:
    body = {"kind": "deposit", "direction": direction, "tender": tender("30.00"), **more}
    return event(body)


def _card_adjusted(reason: str, delta: str) -> FinancialEvent:
    return event({"kind": "gift_card_adjustment", "reason": reason, "delta": delta})


def _cash_moved(reason: str, delta: str) -> FinancialEvent:
    return event({"kind": "cash_movement", "reason": reason, "delta": delta})


EXAMPLES: dict[str, FinancialEvent] = {
    "H1 Ticket": sale(lines=[HAT], tenders=[VISA]),
    "H2 Return": sale(lines=[item("-100.00", "-40.00")], tenders=[tender("-100.00")]),
    "H3 Taxable ticket": sale(lines=[HAT], taxes=[TAX], tenders=[tender("108.25")]),
    "H4 Discounted ticket": sale(lines=[HAT | {"discount": "20.00"}], tenders=[tender("80.00")]),
    "H5 Gift card sold": sale(lines=[CARD], tenders=[tender("50.00")]),
    "H6 Tax overridden": sale(lines=[HAT], taxes=[TAX | {"charged": "0.00"}], tenders=[VISA]),
    "H7 Invoice with shipping": sale(
        document="sales_invoice", lines=[HAT, GROUND], tenders=[tender("112.00")]
    ),
    "H8 Deposit taken": _deposit("taken"),
    "H9 Purchase receipt": stock_move("purchase_receipt", {"key": "Hats", "cost": "400.00"}),
    "H10 Purchase return": stock_move("purchase_return", MOVED),
    "H11 Transfer out": stock_move("transfer_out", MOVED, counterparty=OTHER_STORE),
    "H12 Transfer in": stock_move("transfer_in", MOVED, location=OTHER_STORE, counterparty=STORE),
    "H13 Adjustment up": stock_move("adjustment", MOVED, reason="Found"),
    "H14 Adjustment down": stock_move(
        "adjustment", {"key": "Hats", "cost": "-40.00"}, reason="Stolen"
    ),
    "H15 Gift card adjusted up": _card_adjusted("Goodwill", "25.00"),
    "H16 Gift card adjusted down": _card_adjusted("Breakage", "-25.00"),
    "H17 Cash paid out": _cash_moved("Window cleaner", "-20.00"),
    "H18 Cash paid in": _cash_moved("Float", "20.00"),
    "H19 Gift card redeemed": sale(
        lines=[HAT], tenders=[tender("50.00"), tender("50.00", "gift_card", "")]
    ),
    "H20 Deposit applied": sale(lines=[HAT], tenders=[tender("30.00", "deposit"), tender("70.00")]),
    "H21 Exchange": sale(lines=[item("-40.00", "-16.00"), HAT], tenders=[tender("60.00")]),
    "H22 Two of everything": sale(
        lines=[HAT, item("50.00", "20.00", "Shoes")],
        taxes=[{"rule": "State", "computed": "9.00"}, {"rule": "City", "computed": "4.50"}],
        tenders=[VISA, _cash("63.50")],
    ),
    "H23 Even exchange": sale(lines=[item("-40.00", "-16.00"), item("40.00", "18.00", "Shoes")]),
    "H24 Refund without restock": sale(
        lines=[item("-20.00", "-8.00", restock=False)], tenders=[_cash("-20.00")]
    ),
    "Taxed exchange, both discounted": sale(
        lines=[
            item("-40.00", "-16.00", discount="-4.00"),
            item("100.00", "40.00", "Shoes", discount="10.00"),
        ],
        taxes=[{"rule": "State", "computed": "4.46"}],
        tenders=[tender("58.46")],
    ),
    "Gift card sold below its value": sale(
        lines=[CARD | {"discount": "10.00"}],
        tenders=[_cash("25.00"), tender("15.00", "gift_card", "")],
    ),
    "Thirds of a cent": sale(lines=[item("3.335", "1.3333")] * 3, tenders=[_cash("10.00")]),
    "Invoice on account": sale(
        document="sales_invoice",
        customer=ADA,
        lines=[HAT, GROUND | {"discount": "2.00"}],
        taxes=[TAX],
        tenders=[tender("30.00", "deposit"), tender("88.25", "on_account")],
    ),
    "Short transfer received": stock_move(
        "transfer_in",
        {"key": "Hats", "cost": "360.00"},
        location=OTHER_STORE,
        counterparty=STORE,
    ),
    "Rest of the transfer lost": stock_move(
        "transit_adjustment",
        {"key": "Hats", "cost": "-40.00"},
        reason="Lost in transit",
        location=OTHER_STORE,
        counterparty=STORE,
    ),
    "Assembly": stock_move(
        "assembly",
        {"key": "Hats", "cost": "60.00", "direction": "out"},
        {"key": "Cafe", "cost": "45.00", "direction": "out"},
        {"key": "Shoes", "cost": "70.00", "direction": "in"},
        {"key": "Hats", "cost": "30.00", "direction": "in"},
    ),
    "Store credit, charges and tips": sale(
        lines=[
            HAT,
            {"kind": "service_charge", "key": "Gratuity", "gross": "18.00"},
            {"kind": "tip", "gross": "5.00"},
        ],
        tenders=[tender("103.00"), tender("20.00", "store_credit", "")],
    ),
    "Cash rounding": sale(lines=[item("9.98")], rounding="0.02", tenders=[_cash("10.00")]),
    "Refund of less than the goods": sale(
        lines=[item("-199.64")], refund_difference="89.64", tenders=[tender("-110.00")]
    ),
    "Deposit refunded": _deposit("refunded"),
    "Deposit forfeited": _deposit("forfeited", taxes=[{"rule": "State", "computed": "2.29"}]),
    "Shipment": stock_move("shipment", MOVED),
    "Bill": event(
        {
            "kind": "purchase",
            "lines": [
                {"kind": "item", "key": "Hats", "amount": "100.00"},
                {"kind": "freight", "key": "UPS", "amount": "12.00"},
            ],
            "taxes": [{"rule": "VAT", "computed": "22.40"}],
        },
        supplier=ACME,
    ),
    "Rows of a ledger export": event(
        {
            "kind": "gl_batch",
            "entries": [
                {"key": "1100 Cash", "amount": "250.00"},
                {"key": "4000 Rental income", "amount": "-250.00"},
            ],
        }
    ),
    "Card payout": event(
        {"kind": "payout", "key": "Visa", "gross": "500.00", "fee": "14.50", "net": "485.50"}
    ),
}
