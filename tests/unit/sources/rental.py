"""Point of Rental's deliveries, for its tests."""

import json
from collections.abc import Sequence
from typing import Any

from daybook.domain.event import FinancialEvent, LedgerBatch, Sale
from daybook.sources import point_of_rental
from daybook.sources.contract import Context, Delivery, Ignored
from tests.unit.sources.senders import NOW

STORE = {"number": "1", "name": "Burbank", "class": "Store 1:Burbank"}
OTHER_STORE = {"number": "2", "name": "Pasadena", "class": "Store 2:Pasadena"}


def delivery(body: Any) -> Delivery:
    """A delivery of this body; bytes stand as they are."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery("shop", "point_of_rental", raw, NOW, {"webhook-id": "msg_1"})


def export(*rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A day export of store 1, 20 November 2026."""
    return {
        "type": "day_export",
        "store": STORE,
        "date": "2026-11-20",
        "exported_at": "2026-11-20T23:50:12-08:00",
        "rows": list(rows),
        **fields,
    }


def row(family: str, account: str, amount: str, **fields: Any) -> dict[str, Any]:
    """A ledger row; above zero debits."""
    return {"family": family, "account": account, "amount": amount, **fields}


def pair(family: str, amount: str = "5.00", **fields: Any) -> Sequence[dict[str, Any]]:
    """Two rows of a family that balance."""
    return row(family, "1000", amount, **fields), row(family, "4000", f"-{amount}", **fields)


def invoice(**fields: Any) -> dict[str, Any]:
    """An invoice as it is made, with ledger rows unless lines are given."""
    document: dict[str, Any] = {
        "id": "INV-1",
        "number": "88120",
        "date": "2026-11-20",
        "modified_at": "2026-11-20T15:04:51-08:00",
        **fields,
    }
    if "lines" not in fields:
        document.setdefault("rows", [_half("debit"), _half("credit")])
    return {"type": "invoice", "store": STORE, "invoice": document}


def _half(side: str) -> dict[str, Any]:
    return {"account": "1200" if side == "debit" else "4000-{Store}", side: "5.00"}


def parsed(body: Any) -> list[FinancialEvent | Ignored]:
    """What a body holds."""
    return list(point_of_rental.parse(delivery(body), Context()))


def events(body: Any) -> list[FinancialEvent]:
    """Its events, all of it being events."""
    found = parsed(body)
    assert all(isinstance(one, FinancialEvent) for one in found), found
    return [one for one in found if isinstance(one, FinancialEvent)]


def batch(event: FinancialEvent) -> LedgerBatch:
    """The event's ledger rows."""
    assert isinstance(event.body, LedgerBatch)
    return event.body


def sale(event: FinancialEvent) -> Sale:
    """The event's sale."""
    assert isinstance(event.body, Sale)
    return event.body
