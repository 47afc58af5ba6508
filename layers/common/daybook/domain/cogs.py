"""Cost of goods sold has one owner: the sale that states it, the shipment, or a ledger export.

A point of sale may state the same cost on the invoice and on the shipment of the same goods. The
setting `cogs_owner` says which of them is posted; the other moves no stock.
"""

from typing import Final, Literal

from daybook.domain.event import FinancialEvent, Sale, StockMove
from daybook.domain.families import BY_FAMILY
from daybook.domain.legs import Leg
from daybook.domain.mapping import Settings
from daybook.domain.roles import STOCK_ROLES

# each: nobody was named, and whatever states a cost posts it. shipment_out: shipments own what goes
# out, sales what comes back.
type CogsOwner = Literal["each", "sale", "shipment", "shipment_out", "batch"]

# The intake in daybook's own words: its sender says of each event what it is to post.
_OWN_WORDS: Final = frozenset({"canonical"})
# Sources that send goods out by shipments and take them back by credit notes only.
_NEVER_SHIPS_BACK: Final = frozenset({"unleashed"})


def cogs_owner(settings: Settings, source: str) -> CogsOwner:
    """Who owns the cost of goods sold: a source that exports its own ledger has it there, whatever
    the setting says. Where the setting names nobody it is the sale, and of the canonical intake
    whatever states one."""
    if source in BY_FAMILY:
        return "batch"
    named = settings.cogs_owner
    if named is None:
        return "each" if source in _OWN_WORDS else "sale"
    return "shipment_out" if named == "shipment" and source in _NEVER_SHIPS_BACK else named


def owned(legs: list[Leg], event: FinancialEvent, owner: CogsOwner) -> list[Leg]:
    """The legs of an event without the cost that another owns: a sale's goods leave no stock, a
    shipment has no legs at all."""
    match event.body:
        case Sale() if owner == "shipment_out":
            return [leg for leg in legs if leg.role not in STOCK_ROLES or _comes_back(leg)]
        case Sale() if owner in ("shipment", "batch"):
            return [leg for leg in legs if leg.role not in STOCK_ROLES]
        case StockMove(move="shipment") if owner in ("sale", "batch"):
            return []
    return legs


def states_cost(body: Sale, owner: CogsOwner) -> bool:
    """Whether cost that a sale states is posted with it. True too for goods that come back broken,
    whose cost stays where it is."""
    if owner == "shipment_out":
        return any(line.cost < 0 for line in body.lines)
    return owner in ("each", "sale") and any(line.cost for line in body.lines)


def _comes_back(leg: Leg) -> bool:
    """Whether a leg of cost is of goods that come back: stock debits, cost of goods credits."""
    return (leg.amount < 0) == (leg.role == "cogs")


def not_its_own(event: FinancialEvent, owner: CogsOwner) -> str:
    """Why a shipment posts nothing, for a person; "" for every other event."""
    if not isinstance(event.body, StockMove) or event.body.move != "shipment":
        return ""
    if owner not in ("sale", "batch"):
        return ""
    return f"Cost of goods sold is owned by the {owner} (setting cogs_owner)."
