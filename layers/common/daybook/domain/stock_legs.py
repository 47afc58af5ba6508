"""The legs of stock moves and purchases."""

from collections.abc import Iterator

from daybook.domain.event import Purchase, StockLine, StockMove
from daybook.domain.legs import Leg, LegWriter
from daybook.domain.money import to_minor

# move -> (debited role, credited role), both keyed by the line's item class at the event's
# location. Moves that need more than that have a function of their own below.
_PAIRS = {
    "purchase_receipt": ("inventory_on_hand", "purchases_received"),
    "purchase_return": ("purchases_returned", "inventory_on_hand"),
    "transfer_out": ("in_transit_inventory", "inventory_on_hand"),
    "shipment": ("cogs", "inventory_on_hand"),
}


def of_move(body: StockMove, write: LegWriter) -> Iterator[Leg]:
    """The legs of each line, and the variance of an assembly."""
    if body.move in {"assembly", "disassembly"}:
        yield from _of_assembly(body, write)
        return
    for line in body.lines:
        if body.move in _PAIRS:
            yield from write.cost(*_PAIRS[body.move], line.key, line.cost)
        else:
            yield from _between(body, line, write)


def _between(body: StockMove, line: StockLine, write: LegWriter) -> Iterator[Leg]:
    minor = to_minor(line.cost, write.currency)
    here, there = write.location, body.counterparty or write.location
    match body.move:
        case "transfer_in":
            # The sender's in-transit account is relieved, wherever the goods arrive.
            yield Leg("inventory_on_hand", line.key, here, minor)
            yield Leg("in_transit_inventory", line.key, there, -minor)
        case "transit_adjustment":
            yield Leg("in_transit_inventory", line.key, there, minor)
            yield Leg("adjustment_offset", body.reason, there, -minor)
        case _:
            yield Leg("inventory_on_hand", line.key, here, minor)
            yield Leg("adjustment_offset", body.reason, here, -minor)


def _of_assembly(body: StockMove, write: LegWriter) -> Iterator[Leg]:
    variance = 0
    for line in body.lines:
        minor = to_minor(line.cost, write.currency)
        amount = minor if line.direction == "in" else -minor
        variance -= amount
        yield Leg("inventory_on_hand", line.key, write.location, amount)
    yield Leg("assembly_variance", "", write.location, variance)


def of_purchase(body: Purchase, write: LegWriter, purchases_to: str) -> Iterator[Leg]:
    """Items, costs and recoverable tax against the supplier; an order posts nothing."""
    if body.document == "purchase_order":
        return
    owed = 0
    for line in body.lines:
        role = purchases_to if line.kind == "item" else "purchase_costs"
        leg = write.debit(role, line.key, line.amount)
        owed += leg.amount
        yield leg
    for tax in body.taxes:
        leg = write.debit("tax_recoverable", tax.rule, tax.charged)
        owed += leg.amount
        yield leg
    yield Leg("accounts_payable", "", write.location, -owed)
