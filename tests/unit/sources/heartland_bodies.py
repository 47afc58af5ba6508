"""Heartland's bodies for tests: a sample to change, a line to change, a delivery of either."""

import json
from typing import Any

from daybook.sources.contract import Delivery
from tests.unit.sources.senders import NOW, raw, sample

TICKET = "sales_transaction_completed"


def delivery_of(body: Any, event: str | None = TICKET) -> Delivery:
    """A delivery of this body, without proof."""
    return Delivery("shop", "heartland", raw(body), NOW, event=event)


def ticket(name: str = "h01_ticket") -> dict[str, Any]:
    """The body of a sample ticket."""
    return body_of(f"{TICKET}__{name}")


def body_of(name: str) -> dict[str, Any]:
    """The body of a sample."""
    body: dict[str, Any] = json.loads(sample("heartland", name).body)
    return body


def item_line(**fields: Any) -> dict[str, Any]:
    """A line of one item at 100, cost 40, with some fields changed."""
    item = {"financial_class_id": 7}
    line = {"type": "ItemLine", "item": item, "qty": 1, "original_unit_price": 100, "unit_cost": 40}
    return line | fields
