"""What an event debits and credits, before any account is chosen.

A leg is (role, key, location, amount in minor units): above zero debits, below zero credits.
The rows of docs/accounting.md are in `derivation`; a negative amount swaps a row's sides by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from daybook.domain.money import read, to_minor


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


@dataclass(frozen=True, slots=True)
class LegWriter:
    """Makes the legs of one event: reads amounts in its currency, at its location."""

    currency: str
    location: str

    def debit(self, role: str, key: str, *amounts: Decimal) -> Leg:
        """A leg of the sum of the amounts, each rounded on its own."""
        total = rounded = 0
        for amount in amounts:
            minor, changed = read(amount, self.currency)
            total += minor
            rounded += changed
        return Leg(role, key, self.location, total, rounded)

    def credit(self, role: str, key: str, *amounts: Decimal) -> Leg:
        """As `debit`, on the other side."""
        total = rounded = 0
        for amount in amounts:
            minor, changed = read(amount, self.currency)
            total -= minor
            rounded += changed
        return Leg(role, key, self.location, total, rounded)

    def cost(self, debit: str, credit: str, key: str, amount: Decimal) -> Iterator[Leg]:
        """Cost stands on both sides, so what rounding did to it cannot unbalance an entry."""
        minor = to_minor(amount, self.currency)
        yield Leg(debit, key, self.location, minor)
        yield Leg(credit, key, self.location, -minor)


def negated(leg: Leg) -> Leg:
    """The leg on the other side."""
    return Leg(leg.role, leg.key, leg.location, -leg.amount, leg.rounded)
