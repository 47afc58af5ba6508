"""Unleashed's stock journals: shipments, adjustments, assemblies and disassemblies.

An adjustment states the new quantity and value, not the change; `unleashed_fetch` puts beside each
line what was there before, in `Prior` (https://apidocs.unleashedsoftware.com/StockAdjustments).
"""

from collections.abc import Callable

from daybook.sources.contract import Context
from daybook.sources.unleashed_amounts import Fields, minus, summed, times
from daybook.sources.unleashed_lines import (
    first,
    group_of,
    landed_cost,
    lines_of,
    location_of,
    when,
)
from daybook.sources.wild import Wild

PRIOR = "Prior"
UNKNOWN = "Unknown"


def shipment(body: Wild, context: Context) -> Fields:
    """Goods that left the warehouse, at what the order's line says they cost. Raises Unreadable."""
    return _move(body, context, "shipment", "ShipmentNumber", _shipped, "DispatchDate")


def _shipped(line: Wild) -> Fields:
    quantity = line.amount(first(line, "ShipmentQty", "ShipmentQuantity"))
    return {
        "key": group_of(line),
        "quantity": quantity,
        "cost": landed_cost(line, quantity),
    }


def adjustment(body: Wild, context: Context) -> Fields:
    """The change of quantity and value. Raises Unreadable where what was there before is not
    known."""
    fields = _move(body, context, "adjustment", "AdjustmentNumber", _adjusted, "AdjustmentDate")
    fields["body"]["reason"] = body.id_text("AdjustmentReason", "")
    return fields


def _adjusted(line: Wild) -> Fields:
    prior = line.get(PRIOR)
    if prior.has(UNKNOWN):
        raise line.unreadable(PRIOR, prior.text(UNKNOWN))
    return {
        "key": group_of(line),
        "quantity": minus(line.amount("NewQuantity"), prior.amount("Quantity")),
        "cost": minus(line.amount("NewActualValue"), prior.amount("Value")),
    }


def assembly(body: Wild, context: Context) -> Fields:
    """A product made of others, or taken apart: by `AssemblyType`. Raises Unreadable."""
    apart = "dis" in body.text("AssemblyType", "").lower()
    whole, parts = ("out", "in") if apart else ("in", "out")
    if body.has("SourceWarehouse") and body.has("DestinationWarehouse"):
        places = {location_of(body, name) for name in ("SourceWarehouse", "DestinationWarehouse")}
        if len(places) > 1:
            raise body.unreadable(
                "DestinationWarehouse",
                "is another one than SourceWarehouse; transfer the goods first, or book it by hand",
            )
    move = "disassembly" if apart else "assembly"
    fields = _move(
        body, context, move, "AssemblyNumber", _component(parts), "AssemblyDate", "AssembleBy"
    )
    components = fields["body"]["lines"]
    spent = summed(line["cost"] for line in components)
    name = first(body, "TotalCost", "Total")
    product = {
        "key": group_of(body),
        "quantity": body.amount("Quantity"),
        "cost": body.amount(name) if body.has(name) else spent,
        "direction": whole,
    }
    fields["body"]["lines"] = [product, *components]
    return fields


def _component(direction: str) -> Callable[[Wild], Fields]:
    def read(line: Wild) -> Fields:
        quantity = line.amount("Quantity")
        if line.has("LineTotal"):
            cost = line.amount("LineTotal")
        else:
            cost = times(quantity, line.amount("UnitCost"))
        return {
            "key": group_of(line),
            "quantity": quantity,
            "cost": cost,
            "direction": direction,
        }

    return read


def _move(
    body: Wild,
    context: Context,
    move: str,
    number: str,
    read: Callable[[Wild], Fields],
    *dated: str,
) -> Fields:
    places = ("Warehouse", "DestinationWarehouse", "SourceWarehouse")
    location = location_of(body, *places)
    at, _ = when(body, location, context, *dated)
    lines = [read(line) for line in lines_of(body, *LINES[move])]
    return {
        **at,
        "currency": context.currency,
        "location": location,
        "reference": body.id_text(number, ""),
        "body": {"kind": "stock_move", "move": move, "lines": lines},
    }


LINES = {
    "shipment": ("SalesShipmentLines", "ShipmentLines"),
    "adjustment": ("StockAdjustmentLines",),
    "assembly": ("AssemblyLines",),
    "disassembly": ("AssemblyLines",),
}
