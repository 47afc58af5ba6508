"""Which of two versions of an object is the newer."""

import re
from datetime import UTC, datetime

from daybook.domain.errors import Held

_DIGITS = re.compile(r"[0-9]+")
# https://www.rfc-editor.org/rfc/rfc3339#section-5.6; the fraction is compared as it stands, since
# a datetime would cut it at microseconds.
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def compare(left: str, right: str) -> int:
    """-1, 0 or 1: as integers if both are all digits, as instants if both are RFC 3339.

    Raises Held `conflict` for two different versions that cannot be compared: unknown is held.
    """
    if left == right:
        return 0
    if _DIGITS.fullmatch(left) and _DIGITS.fullmatch(right):
        return (int(left) > int(right)) - (int(left) < int(right))
    first, second = _instant(left), _instant(right)
    if first is None or second is None:
        raise Held("conflict", f"Versions {left!r} and {right!r} cannot be put in order.")
    return (first > second) - (first < second)


def _instant(text: str) -> tuple[datetime, str] | None:
    """The whole second in UTC and the digits after the point, which sort as text."""
    found = _INSTANT.fullmatch(text)
    if not found:
        return None
    second, fraction, zone = found.groups("")
    try:
        instant = datetime.fromisoformat(f"{second}{zone}".upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant, fraction.rstrip("0")
