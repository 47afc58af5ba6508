"""The third side of a proof: what the point of sale has of a business date, as its pull saw it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

type PosState = Literal[
    # The source has no API that is read, or this connection's never was.
    "not_pulled",
    # It is pulled, but not to the end since the date ended: nothing can be said yet.
    "not_read",
    # More objects than a proof may read of one date.
    "too_many",
    "read",
]
type Sum = Literal[
    "pos_objects",
    "pos_total",
    # In the books, with their day, or on the way there.
    "ledger_objects",
    "ledger_total",
    # Held, ignored, not started, void, taken back by a person: the ledger says why.
    "explained_objects",
    "explained_total",
    # Of the ledger's: the entry of its own stands in QuickBooks as it was sent.
    "qbo_objects",
    "qbo_total",
    # Of the ledger's: posted by the close of the day, which is compared as an entry.
    "day_objects",
    "day_total",
    # By so much totals may differ, for what was rounded line by line.
    "slack",
]
STATE_WORDS: Final[dict[PosState, str]] = {
    "not_pulled": "not pulled",
    "not_read": "not read yet",
    "too_many": "too many to compare",
    "read": "read",
}


@dataclass(frozen=True, slots=True)
class PosTotal:
    """One kind of event at one location: objects by number, totals in minor units.

    Objects whose point of sale states no total that is the event's add to the numbers only.
    """

    location: str
    kind: str
    currency: str
    sums: Mapping[Sum, int]

    def of(self, name: Sum) -> int:
        """One of the sums."""
        return self.sums.get(name, 0)

    @property
    def agrees(self) -> bool:
        """Whether the ledger has, or explains, just what the point of sale has."""
        objects = self.of("ledger_objects") + self.of("explained_objects")
        total = self.of("ledger_total") + self.of("explained_total")
        apart = abs(total - self.of("pos_total"))
        return objects == self.of("pos_objects") and apart <= self.of("slack")


@dataclass(frozen=True, slots=True)
class PosDay:
    """A connection's point of sale on one date. text: what could not be compared, or ""."""

    connection: str
    state: PosState
    totals: tuple[PosTotal, ...] = ()
    text: str = ""

    def to_row(self) -> list[Any]:
        """As kept in a proof."""
        totals: list[list[Any]] = [
            [one.location, one.kind, one.currency, {**one.sums}] for one in self.totals
        ]
        return [self.connection, self.state, totals, self.text]

    @staticmethod
    def of_row(row: list[Any]) -> "PosDay":
        """It again from `to_row`."""
        connection, state, totals, text = row
        return PosDay(connection, state, tuple(PosTotal(*one) for one in totals), text)

    def at(self, location: str) -> tuple[PosTotal, ...]:
        """The totals of one location."""
        return tuple(one for one in self.totals if one.location == location)


@dataclass(slots=True)
class PosSums:
    """Adds up one date of a connection."""

    _sums: defaultdict[tuple[str, str, str], defaultdict[Sum, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def add(self, place: tuple[str, str, str], **sums: int) -> None:
        """Add to the sums of (location, kind, currency)."""
        for name, number in sums.items():
            self._sums[place][name] += number  # type: ignore[index]

    def totals(self) -> tuple[PosTotal, ...]:
        """By location, kind and currency."""
        return tuple(PosTotal(*place, dict(sums)) for place, sums in sorted(self._sums.items()))
