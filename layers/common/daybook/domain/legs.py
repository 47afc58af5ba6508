"""What an event debits and credits, before any account is chosen.

A leg is (role, key, location, amount in minor units): above zero debits, below zero credits.
The rows of docs/accounting.md are in `derivation`; a negative amount swaps a row's sides by itself.
"""

from decimal import Decimal
from typing import NamedTuple

from daybook.domain.money import read


class Leg(NamedTuple):
    """One side of an event. `rounded` counts the amounts in it that reading had to round.

    A named tuple, because an event makes dozens and a frozen dataclass takes six times as long.
    """

    role: str
    key: str
    location: str
    amount: int
    rounded: int = 0
    # Set only by rows of a source's own ledger export.
    family: str = ""
    class_label: str = ""
    customer_id: str = ""
    customer_name: str = ""
    memo: str = ""


# `Leg(...)` comes here by way of its defaults, which takes as long again.
_made = tuple.__new__


class LegWriter:
    """Makes the legs of one event: reads amounts in its currency, at its location."""

    __slots__ = ("currency", "location")

    def __init__(self, currency: str, location: str) -> None:
        self.currency = currency
        self.location = location

    def debit(self, role: str, key: str, amount: Decimal, *others: Decimal) -> Leg:
        """A leg of the sum of the amounts, each rounded on its own."""
        total, rounded = self._sum(amount, others)
        return _made(Leg, (role, key, self.location, total, rounded, "", "", "", "", ""))

    def credit(self, role: str, key: str, amount: Decimal, *others: Decimal) -> Leg:
        """As `debit`, on the other side."""
        total, rounded = self._sum(amount, others)
        return _made(Leg, (role, key, self.location, -total, rounded, "", "", "", "", ""))

    def _sum(self, amount: Decimal, others: tuple[Decimal, ...]) -> tuple[int, int]:
        """In minor units, and how many of the amounts rounding changed."""
        total, changed = read(amount, self.currency)
        rounded = int(changed)
        for other in others:
            minor, changed = read(other, self.currency)
            total += minor
            rounded += changed
        return total, rounded

    def cost(self, debit: str, credit: str, key: str, amount: Decimal) -> tuple[Leg, Leg]:
        """Cost stands on both sides, so what rounding did to it cannot unbalance an entry."""
        minor, _ = read(amount, self.currency)
        place = self.location
        return (
            _made(Leg, (debit, key, place, minor, 0, "", "", "", "", "")),
            _made(Leg, (credit, key, place, -minor, 0, "", "", "", "", "")),
        )


def negated(leg: Leg) -> Leg:
    """The leg on the other side."""
    return Leg(leg.role, leg.key, leg.location, -leg.amount, leg.rounded)
