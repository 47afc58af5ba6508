"""Control totals of a business day: what each location debited, by role, on each side of a proof.

Two sides are filled in now, the ledger and QuickBooks. What the point of sale itself says of the
day is a third: it gets a name in `Side` and a number in `Total.sums`; nothing else changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from daybook.domain.journal import JournalEntry, Line
from daybook.domain.outcome import FoundEntry
from daybook.domain.posting import Posting

type Side = Literal["ledger", "qbo"]
SIDES: Final[tuple[Side, ...]] = ("ledger", "qbo")
# Debits that no line of the posting explains: of an edited entry, or of one without a posting.
UNKNOWN_ROLE: Final = "unknown"
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

    def add_ledger(self, row: Posting, entry: JournalEntry) -> None:
        """A posting that the ledger has as being in the books."""
        self._add("ledger", row.location, entry, ((line.role, line.key, line.amount)
                  for line in entry.lines if line.side == "debit"))  # fmt: skip

    def add_found(self, row: Posting, entry: JournalEntry, found: FoundEntry) -> None:
        """An entry of QuickBooks that belongs to a posting; its lines take the posting's roles."""
        self._add("qbo", row.location, entry, _debits_of(found, entry))

    def _add(
        self, side: Side, location: str, entry: JournalEntry, debits: Iterable[tuple[str, str, int]]
    ) -> None:
        self._sums[Place(location, entry.currency, "", "")][side] += 1
        for role, key, amount in debits:
            place = Place(location, entry.currency, role, key if role in _BY_KEY else "")
            self._sums[place][side] += amount

    def totals(self) -> tuple[Total, ...]:
        """The totals by location, currency, role and key."""
        return tuple(Total(place, dict(sums)) for place, sums in sorted(self._sums.items()))


def _debits_of(found: FoundEntry, entry: JournalEntry) -> Iterator[tuple[str, str, int]]:
    """The debits of an entry in QuickBooks as (role, key, amount): each takes those of the line
    that was sent with its account and amount, else of any line with its account."""
    left: defaultdict[tuple[str, int], list[Line]] = defaultdict(list)
    of_account: dict[str, Line] = {}
    for line in reversed([line for line in entry.lines if line.side == "debit"]):
        left[line.account, line.amount].append(line)
        of_account[line.account] = line
    for side, account, amount, _, _ in sorted(found.lines):
        if side == "debit":
            same = left[account, amount]
            ours = same.pop() if same else of_account.get(account)
            yield (ours.role, ours.key, amount) if ours else (UNKNOWN_ROLE, account, amount)
