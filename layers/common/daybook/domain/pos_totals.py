"""What an event comes to, beside the total that the point of sale itself states of the object.

Goods that move and rows of a ledger state no total that is the event's: they are only counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from daybook.domain.event import (
    CashMovement,
    Deposit,
    FinancialEvent,
    GiftCardAdjustment,
    Payout,
    Purchase,
    Sale,
)
from daybook.domain.money import read

# The names under which sources state an object's total: in its own currency, or in the company's.
_STATED: Final = ("total", "amount", "home_total")
# Beyond this no point of sale sells: an absurd number differs from every event.
_MAX_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class EventTotal:
    """minor: in minor units; slack: as many of them may differ, for what was rounded line by line.

    turned: a vendor may state it above zero although it is below, or the other way round.
    """

    minor: int
    slack: int = 0
    turned: bool = False

    def fits(self, stated: int) -> bool:
        """Whether a stated total is this one."""
        sizes = {stated, -stated} if self.turned else {stated}
        return any(abs(one - self.minor) <= self.slack for one in sizes)

    def as_stated(self, stated: int) -> int:
        """What a stated total says in the event's sign."""
        return min({stated, -stated} if self.turned else {stated}, key=self._distance)

    def _distance(self, stated: int) -> int:
        return abs(stated - self.minor)


def total_of(event: FinancialEvent) -> EventTotal | None:
    """What an event comes to in its currency; None where it has no total that could be stated."""
    match event.body:
        case Sale() as sale:
            turned = sale.document in {"credit_note", "refund"}
            return _sum(_of_sale(sale), event.currency, turned=turned)
        case Deposit() as deposit:
            return _sum([deposit.tender.amount], event.currency, turned=True)
        case Purchase() as purchase:
            parts = [one.amount for one in purchase.lines]
            parts += [one.charged for one in purchase.taxes]
            return _sum(parts, event.currency, turned=sum(parts) < 0)
        case GiftCardAdjustment(delta=delta) | CashMovement(delta=delta):
            return _sum([delta], event.currency)
        case Payout() as payout:
            return _sum([payout.net], event.currency)
        case _:
            return None


def _of_sale(sale: Sale) -> list[Decimal]:
    if not sale.lines and not sale.taxes:
        # Money alone: what was paid, beside what is owed by that much less.
        return [one.amount for one in sale.tenders if one.kind != "on_account"]
    parts = [sale.rounding, sale.refund_difference]
    for line in sale.lines:
        parts += [line.gross, -line.discount]
    return parts + [one.charged for one in sale.taxes if one.collected_by == "merchant"]


def _sum(amounts: Iterable[Decimal], currency: str, *, turned: bool = False) -> EventTotal:
    minor = slack = 0
    for amount in amounts:
        part, rounded = read(amount, currency)
        minor += part
        slack += rounded
    return EventTotal(minor, slack, turned)


def stated_totals(stated: Mapping[str, str], currency: str) -> list[int]:
    """The totals that a point of sale states of an object, in minor units of the event's currency.

    A total in another currency than the event's is among them where the vendor states two.
    """
    found = []
    for name in _STATED:
        try:
            amount = Decimal(stated.get(name, ""))
        except InvalidOperation:
            continue
        if amount.is_finite() and abs(amount.adjusted()) <= _MAX_DIGITS:
            found.append(read(amount, currency)[0])
    return found
