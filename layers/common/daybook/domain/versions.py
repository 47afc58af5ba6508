"""Which of two versions of an object is the newer."""

from datetime import datetime

from daybook.domain.errors import Held


def compare(left: str, right: str) -> int:
    """-1, 0 or 1: as integers if both are all digits, as instants if both are RFC 3339.

    Raises Held `conflict` for two different versions that cannot be compared: unknown is held.
    """
    if left == right:
        return 0
    if _all_digits(left) and _all_digits(right):
        return (int(left) > int(right)) - (int(left) < int(right))
    first, second = _instant(left), _instant(right)
    if first is None or second is None:
        raise Held("conflict", f"Versions {left!r} and {right!r} cannot be put in order.")
    return (first > second) - (first < second)


def _all_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None
