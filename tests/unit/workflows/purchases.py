"""Purchases of an office in mode `document`."""

from typing import Any

from tests.unit.workflows.office import sale


def bill(object_id: str = "B1", amount: str = "400.00", **changes: Any) -> dict[str, Any]:
    """A bill of Hat Makers (supplier s-1): hats, freight of 12.50 and tax of 33.00 beside them;
    below zero it is what goes back, alone."""
    lines = [{"kind": "item", "key": "Hats", "amount": amount, "description": "Hats, XL"}]
    taxes = []
    if not amount.startswith("-"):
        lines.append({"kind": "freight", "key": "UPS", "amount": "12.50"})
        taxes.append({"rule": "GST", "computed": "33.00"})
    body = {"kind": "purchase", "document": "bill", "lines": lines, "taxes": taxes}
    supplier = {"id": "s-1", "display_name": "Hat Makers"}
    fields = {"object_type": "bill", "supplier": supplier, **changes}
    return {**sale(object_id, **fields), "body": body}
