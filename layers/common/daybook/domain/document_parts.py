"""The parts of a sale that a document shows, each with its role: the sale's legs without tenders
and cost, one line of the ticket after the other.

Above zero is what the customer owes; a discount is a part below zero. The rows of
docs/accounting.md are those of `sale_legs`: they are asked line by line.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from daybook.domain.balance import balanced
from daybook.domain.derivation import derive
from daybook.domain.event import FinancialEvent, Sale, SaleLine, Tender
from daybook.domain.legs import Leg, LegWriter
from daybook.domain.money import minor_digits, to_minor
from daybook.domain.roles import STOCK_ROLES, in_words
from daybook.domain.sale_legs import of_sale

# What takes a part of a line off: it stands below the line, without a quantity.
_OFF = frozenset({"markdowns", "gift_card_adjustment_offset"})


@dataclass(frozen=True, slots=True)
class Part:
    """A line to be: amount in minor units, text as a person reads it, quantity as decimal text.

    goods: whether it is a line of the ticket, and not a tax, a rounding or a difference.
    """

    role: str
    key: str
    location: str
    amount: int
    text: str
    quantity: str = ""
    goods: bool = False


def parts_of(event: FinancialEvent, body: Sale, *, with_tax: bool) -> list[Part]:
    """The parts of a sale, without zeros; they sum to what its tenders paid (less the tax, where
    it is not among them). with_tax: whether tax is among the parts.

    A sale without tenders is on account for its whole. Raises Held `unbalanced`.
    """
    write = LegWriter(event.currency, event.location)
    parts = [part for line in body.lines for part in _of_line(line, write)]
    if with_tax:
        parts += _of_legs(of_sale(Sale(kind="sale", taxes=body.taxes), write))
    rest = Sale(kind="sale", rounding=body.rounding, refund_difference=body.refund_difference)
    parts += _of_legs(of_sale(rest, write))
    parts += _of_legs(leg for leg in _balanced(event, body) if leg.role == "rounding")
    return [part for part in parts if part.amount]


def charged_tax(event: FinancialEvent, body: Sale) -> int:
    """The tax that the customer was charged, in minor units; a facilitator's never arrived."""
    return sum(
        to_minor(tax.charged, event.currency)
        for tax in body.taxes
        if tax.collected_by == "merchant"
    )


def _balanced(event: FinancialEvent, body: Sale) -> list[Leg]:
    legs = derive(event)
    if not body.tenders:
        digits = minor_digits(event.currency)
        owed = Decimal(-sum(leg.amount for leg in legs)).scaleb(-digits)
        on_account = Sale(kind="sale", tenders=(Tender(kind="on_account", amount=owed),))
        legs += of_sale(on_account, LegWriter(event.currency, event.location))
    return balanced(legs, event.currency, event.location)


def _of_line(line: SaleLine, write: LegWriter) -> Iterator[Part]:
    legs = [
        leg
        for leg in of_sale(Sale(kind="sale", lines=(line,)), write)
        if leg.role not in STOCK_ROLES
    ]
    # The line first, then what is taken off it.
    for leg in sorted(legs, key=lambda one: one.role in _OFF):
        said = " ".join(part for part in (in_words(leg.role), leg.key) if part)
        off = leg.role in _OFF
        text = f"{said}: {line.description}" if off and line.description else said
        yield Part(
            leg.role,
            leg.key,
            leg.location,
            -leg.amount,
            text if off else line.description or said,
            "" if off else format(abs(line.quantity), "f"),
            goods=True,
        )


def _of_legs(legs: Iterable[Leg]) -> Iterator[Part]:
    for leg in legs:
        said = " ".join(part for part in (in_words(leg.role), leg.key) if part)
        yield Part(leg.role, leg.key, leg.location, -leg.amount, said)
