"""The legs of sales and deposits: tenders, lines, taxes."""

from collections.abc import Iterator, Sequence

from daybook.domain.event import Deposit, Sale, SaleLine, TaxLine, Tender
from daybook.domain.fields import ZERO
from daybook.domain.legs import Leg, LegWriter, negated
from daybook.domain.money import to_minor

_INCOME_ROLE = {
    "shipping": "shipping_income",
    "service_charge": "service_charge_income",
    "fee": "service_charge_income",
    "tip": "tips_payable",
}


def of_sale(body: Sale, write: LegWriter) -> list[Leg]:
    """Tenders debit; goods, taxes, rounding and a stated refund difference credit."""
    legs = [of_tender(tender, write) for tender in body.tenders]
    for line in body.lines:
        legs += _of_item(line, write) if line.kind == "item" else _of_other(line, write)
    legs += _of_taxes(body.taxes, write)
    if body.rounding:
        legs.append(write.credit("cash_rounding", "", body.rounding))
    if body.refund_difference:
        legs.append(write.credit("refund_difference", "", body.refund_difference))
    return legs


def of_tender(tender: Tender, write: LegWriter) -> Leg:
    """The account the money went to, or the liability or receivable that it used."""
    match tender.kind:
        case "gift_card":
            return write.debit("gift_card_liability", tender.key, tender.amount)
        case "store_credit":
            return write.debit("gift_card_liability", tender.key or "store_credit", tender.amount)
        case "deposit":
            return write.debit("customer_deposits", "", tender.amount)
        case "on_account":
            return write.debit("accounts_receivable", "", tender.amount)
        case "cash" | "card" | "other":
            return write.debit("payment_type", tender.key, tender.amount)


def _of_other(line: SaleLine, write: LegWriter) -> list[Leg]:
    if line.kind == "gift_card":
        # Sold at face value: what was given away stands on its own account.
        given = write.debit("gift_card_adjustment_offset", "discount", line.discount)
        return [given, write.credit("gift_card_liability", line.key, line.gross)]
    key = "" if line.kind == "tip" else line.key
    return [write.credit(_INCOME_ROLE[line.kind], key, line.gross, -line.discount)]


def _of_item(line: SaleLine, write: LegWriter) -> list[Leg]:
    legs: list[Leg] = []
    key, gross, cost = line.key, line.gross, line.cost
    if gross > ZERO:
        if line.discount:
            legs.append(write.debit("markdowns", key, line.discount))
        legs.append(write.credit("sales", key, gross))
    elif gross:
        legs.append(write.debit("returns", key, -gross, line.discount))
    # Goods that come back but not into stock leave their cost where it is.
    if cost and (line.restock or cost > ZERO):
        legs += write.cost("cogs", "inventory_on_hand", key, cost)
    return legs


def _of_taxes(taxes: Sequence[TaxLine], write: LegWriter) -> Iterator[Leg]:
    for tax in taxes:
        # Tax that a facilitator keeps never arrives: no leg, no liability of ours.
        if tax.collected_by == "facilitator":
            continue
        yield write.credit("tax_liability", tax.rule, tax.computed)
        if tax.charged != tax.computed:
            override = write.debit("tax_override", tax.rule, tax.computed, -tax.charged)
            # `computed` was counted with the liability already.
            rounded = write.debit("", "", tax.charged).rounded
            yield Leg(override.role, override.key, override.location, override.amount, rounded)


def of_deposit(body: Deposit, write: LegWriter) -> Iterator[Leg]:
    """Taken: the tender against customer deposits; refunded: swapped; forfeited: to income."""
    amount = body.tender.amount
    if body.direction == "forfeited":
        taxes = list(_of_taxes(body.taxes, write))
        yield write.debit("customer_deposits", "", amount)
        yield from taxes
        rest = -to_minor(amount, write.currency) - sum(leg.amount for leg in taxes)
        yield Leg("forfeited_deposits", "", write.location, rest)
        return
    legs = (of_tender(body.tender, write), write.credit("customer_deposits", "", amount))
    yield from legs if body.direction == "taken" else map(negated, legs)
