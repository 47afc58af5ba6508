"""Cost of goods sold has one owner: the sale that states it, the shipment, or a ledger export.

A point of sale may state the same cost on the invoice and on the shipment of the same goods. The
setting `cogs_owner` says which of them is posted; the other moves no stock.
"""

from collections.abc import Iterable
from typing import Literal

from daybook.domain.event import FinancialEvent, Sale, StockMove
from daybook.domain.families import BY_FAMILY
from daybook.domain.legs import Leg
from daybook.domain.mapping import Settings
from daybook.domain.roles import STOCK_ROLES

type CogsOwner = Literal["sale", "shipment", "batch"]


def cogs_owner(settings: Settings, source: str) -> CogsOwner:
    """Who owns the cost of goods sold: a source that exports its own ledger has it there, whatever
    the setting says."""
    return "batch" if source in BY_FAMILY else settings.cogs_owner


def owned(legs: Iterable[Leg], event: FinancialEvent, owner: CogsOwner) -> list[Leg]:
    """The legs of an event without the cost that another owns: a sale's goods leave no stock, a
    shipment has no legs at all."""
    match event.body:
        case Sale() if owner != "sale":
            return [leg for leg in legs if leg.role not in STOCK_ROLES]
        case StockMove(move="shipment") if owner != "shipment":
            return []
    return list(legs)


def not_its_own(event: FinancialEvent, owner: CogsOwner) -> str:
    """Why a shipment posts nothing, for a person; "" for every other event."""
    if not isinstance(event.body, StockMove) or event.body.move != "shipment":
        return ""
    if owner == "shipment":
        return ""
    return f"Cost of goods sold is owned by the {owner}: the setting cogs_owner says so."
