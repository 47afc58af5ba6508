"""Fields of an object that QuickBooks gave back, whatever else is in it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from daybook.domain.money import to_minor, to_text

# No line of ours has such an amount: what is not whole in minor units was not sent by daybook.
_NOT_WHOLE = 0


def text(row: Mapping[str, Any], name: str) -> str:
    """A text, or ""."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def reference(row: Mapping[str, Any], name: str) -> str:
    """The id inside `{"value": "7"}`, or ""."""
    found = row.get(name)
    return text(found, "value") if isinstance(found, Mapping) else ""


def minor_of(amount: object, currency: str) -> int:
    """An amount in minor units; 0 if it is not whole in them. Raises ValueError for no number."""
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        raise ValueError("a line whose amount is no number")
    exact = Decimal(amount)
    if not exact.is_finite() or abs(exact.adjusted()) > 20:
        return _NOT_WHOLE
    minor = to_minor(exact, currency)
    return minor if Decimal(to_text(minor, currency)) == exact else _NOT_WHOLE


def total_of(row: Mapping[str, Any]) -> str:
    """TotalAmt as text, or "" where there is none."""
    total = row.get("TotalAmt")
    if isinstance(total, bool) or not isinstance(total, int | Decimal):
        return ""
    return format(Decimal(total), "f") if Decimal(total).is_finite() else ""
