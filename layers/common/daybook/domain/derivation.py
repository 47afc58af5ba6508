"""From an event to its legs: one row of docs/accounting.md for each kind of body."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from daybook.domain import sale_legs, stock_legs
from daybook.domain.errors import Held
from daybook.domain.event import (
    CashMovement,
    Deposit,
    FinancialEvent,
    GiftCardAdjustment,
    LedgerBatch,
    PartyChange,
    Payout,
    Purchase,
    Sale,
    StockMove,
)
from daybook.domain.legs import Leg, LegWriter
from daybook.domain.purchase_orders import is_order


def derive(
    event: FinancialEvent,
    *,
    purchases_to: str = "inventory_on_hand",
    purchase_orders: str = "bill",
) -> list[Leg]:
    """The legs of an event, zeros included (they may have been rounded away).

    purchases_to: the role that a purchase's items debit. purchase_orders: which purchases are
    orders, and post nothing. Raises Held for a payout that does not add up.
    """
    write = LegWriter(event.currency, event.location)
    legs: Iterable[Leg]
    match event.body:
        case Sale() as body:
            legs = sale_legs.of_sale(body, write)
        case Deposit() as body:
            legs = sale_legs.of_deposit(body, write)
        case StockMove() as body:
            legs = stock_legs.of_move(body, write)
        case Purchase() as body:
            ordered = is_order(event, purchase_orders)
            legs = () if ordered else stock_legs.of_purchase(body, write, purchases_to)
        case LedgerBatch() as body:
            legs = _of_batch(body, write)
        case Payout() as body:
            legs = _of_payout(body, write)
        case GiftCardAdjustment() as body:
            legs = (
                write.debit("gift_card_adjustment_offset", body.reason, body.delta),
                write.credit("gift_card_liability", body.key, body.delta),
            )
        case CashMovement() as body:
            legs = (
                write.debit("cash_drawer", "", body.delta),
                write.credit("cash_paid_offset", body.reason, body.delta),
            )
        case PartyChange():
            legs = ()
        case _:
            assert_never(event.body)
    return list(legs)


def _of_batch(body: LedgerBatch, write: LegWriter) -> Iterator[Leg]:
    for entry in body.entries:
        amount = write.debit("source_account", entry.key, entry.amount)
        yield Leg(
            amount.role,
            amount.key,
            amount.location,
            amount.amount,
            amount.rounded,
            family=entry.family,
            class_label=entry.class_,
            customer_id=entry.customer.id if entry.customer else "",
            customer_name=entry.customer.display_name if entry.customer else "",
            memo=entry.memo,
        )


def _of_payout(body: Payout, write: LegWriter) -> list[Leg]:
    if body.net != body.gross - body.fee:
        raise Held(
            "unbalanced",
            f"The payout's net {body.net} is not its gross {body.gross} less its fee {body.fee}.",
        )
    return [
        write.debit("bank", "", body.net),
        write.debit("processor_fees", body.key, body.fee),
        write.credit("processor_clearing", body.key, body.gross),
    ]
