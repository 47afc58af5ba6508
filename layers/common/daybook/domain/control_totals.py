"""Control totals of a business day: what each location debited, by role, on both sides of a proof.

What the point of sale says of the day has no roles: it is compared by kind of event (`pos_side`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from daybook.domain.debits import UNKNOWN_ROLE, debits_found, debits_of
from daybook.domain.document_kinds import Transaction
from daybook.domain.found import FoundTransaction
from daybook.domain.posting import Posting

type Side = Literal["ledger", "qbo"]
SIDES: Final[tuple[Side, ...]] = ("ledger", "qbo")
# Debits of these are told apart by key: which tender.
_BY_KEY: Final = frozenset({"payment_type", UNKNOWN_ROLE})


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What one total is of. role "" counts entries instead; key: the tender, or an account."""

    location: str
    currency: str
    role: str
    key: str


@dataclass(frozen=True, slots=True)
class Total:
    """Debits in minor units (of a count: entries) by side."""

    place: Place
    sums: Mapping[Side, int]

    @property
    def agrees(self) -> bool:
        """Whether all sides say the same."""
        return len({self.sums.get(side, 0) for side in SIDES}) == 1


class ControlTotals:
    """Adds up one day."""

    def __init__(self) -> None:
        self._sums: defaultdict[Place, defaultdict[Side, int]] = defaultdict(
            lambda: defaultdict(int)
        )

    def add_ledger(self, row: Posting, entry: Transaction) -> None:
        """A posting that the ledger has as being in the books."""
        self._add("ledger", row.location, entry, debits_of(entry))

    def add_found(self, row: Posting, entry: Transaction, found: FoundTransaction) -> None:
        """An entry of QuickBooks that belongs to a posting; its lines take the posting's roles."""
        self._add("qbo", row.location, entry, debits_found(found, entry))

    def _add(
        self, side: Side, location: str, entry: Transaction, debits: Iterable[tuple[str, str, int]]
    ) -> None:
        self._sums[Place(location, entry.currency, "", "")][side] += 1
        for role, key, amount in debits:
            place = Place(location, entry.currency, role, key if role in _BY_KEY else "")
            self._sums[place][side] += amount

    def totals(self) -> tuple[Total, ...]:
        """The totals by location, currency, role and key."""
        return tuple(Total(place, dict(sums)) for place, sums in sorted(self._sums.items()))
