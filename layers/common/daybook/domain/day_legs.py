"""What is kept of an event that waits for its day's close: its legs before any account is chosen.

Mapped again when the day is closed, so that an account that was changed meanwhile counts.
"""

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from daybook.domain.balance import balanced
from daybook.domain.books import Books, Decision
from daybook.domain.cogs import cogs_owner, owned
from daybook.domain.day_report import is_printed
from daybook.domain.derivation import derive
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent, LedgerBatch, Party
from daybook.domain.journal import MAX_ENTRY_LINES, Place
from daybook.domain.legs import Leg
from daybook.domain.money import to_text
from daybook.domain.netting import place_of
from daybook.domain.translation import rows_of, rows_that_count

# What a leg's place is known by: role, key, location, class label, customer; and whose the event is
# where it names anybody.
type _Asked = tuple[str, str, str, str, str, object]
# Places by what was asked; None where the mapping says that there is no account.
type Places = dict[_Asked, Place | None]
# What one event adds to a day: amounts by place, above zero for a debit.
type Lines = dict[Place, int]


@dataclass(frozen=True, slots=True)
class DayLegs:
    """The legs of one event, as derived: of a source's own ledger rows also those that no account
    may stand for.

    rate: home units for one unit of currency. batch, printed: what kind of rows they are.
    customer, supplier: the event's. parties: QBO ids by "customer:<POS id>" or "vendor:<POS id>".
    """

    currency: str
    location: str
    legs: tuple[Leg, ...] = ()
    rate: str = "1"
    batch: bool = False
    printed: bool = False
    customer: Party | None = None
    supplier: Party | None = None
    parties: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(event: FinancialEvent, books: Books, parties: Mapping[str, str]) -> "DayLegs":
        """Of an event whose entry could be made (`entry_of_member`) with these parties."""
        settings = books.mapping.settings
        legs = derive(
            event, purchases_to=settings.purchases_to, purchase_orders=settings.purchase_orders
        )
        legs = owned(legs, event, cogs_owner(settings, books.source))
        batch = isinstance(event.body, LedgerBatch)
        if not batch:
            legs = balanced(legs, event.currency, event.location)
        return DayLegs(
            event.currency,
            event.location,
            tuple(leg for leg in legs if leg.amount),
            format(event.exchange_rate, "f"),
            batch,
            is_printed(event),
            Party(id=event.customer.id) if event.customer else None,
            Party(id=event.supplier.id) if event.supplier else None,
            {key: found for key, found in parties.items() if found},
        )

    def negated(self) -> "DayLegs":
        """What takes them back."""
        return replace(self, legs=tuple(copy.replace(leg, amount=-leg.amount) for leg in self.legs))

    def to_json(self) -> bytes:
        """As kept in the row; equal legs give equal bytes."""
        row: dict[str, Any] = {"c": self.currency, "o": self.location}
        if Decimal(self.rate) != 1:
            row["x"] = self.rate
        row |= {"b": 1} if self.batch else {}
        row |= {"p": 1} if self.printed else {}
        row |= {"n": self.customer.id} if self.customer else {}
        row |= {"s": self.supplier.id} if self.supplier else {}
        row |= {"f": dict(sorted(self.parties.items()))} if self.parties else {}
        row["l"] = [_leg_row(leg) for leg in self.legs]
        return json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode()

    @staticmethod
    def from_json(data: bytes) -> "DayLegs":
        """The legs again from `to_json`."""
        row = json.loads(data)
        return DayLegs(
            row["c"],
            row["o"],
            tuple(_leg_of(*leg) for leg in row["l"]),
            row.get("x", "1"),
            "b" in row,
            "p" in row,
            Party(id=row["n"]) if "n" in row else None,
            Party(id=row["s"]) if "s" in row else None,
            row.get("f", {}),
        )


def _leg_row(leg: Leg) -> list[Any]:
    row = [leg.role, leg.key, leg.location, leg.amount]
    rest = [leg.class_label, leg.customer_id, leg.family, leg.rounded]
    while rest and not rest[-1]:
        rest.pop()
    return row + rest


def _leg_of(  # noqa: PLR0913, PLR0917 -- a row's own order
    role: str,
    key: str,
    location: str,
    amount: int,
    class_label: str = "",
    customer: str = "",
    family: str = "",
    rounded: int = 0,
) -> Leg:
    return Leg(role, key, location, amount, rounded, family, class_label, customer)


def lines_of(kept: DayLegs, books: Books, places: Places) -> dict[Place, int]:
    """What one event adds to its day: its own lines, netted, above zero for a debit.

    places: what was resolved before by these books, and gets what is new. Raises Held with all that
    is missing, as for an entry of the event's own.
    """
    legs: Sequence[Leg] = kept.legs
    if kept.batch:
        counted = rows_that_count(legs, books, printed=kept.printed)
        legs = balanced(counted, kept.currency, kept.location)
    names = (kept.customer, kept.supplier, kept.parties)
    whose = str(names) if kept.customer or kept.supplier or kept.parties else ""
    sums: dict[Place, int] = {}
    dropped = 0
    for leg in legs:
        asked = (leg.role, leg.key, leg.location, leg.class_label, leg.customer_id, whose)
        if asked not in places:
            places[asked] = _place(leg, legs, kept, books)
        place = places[asked]
        if place is None:
            dropped += leg.amount
        else:
            sums[place] = sums.get(place, 0) + leg.amount
    return _checked({place: amount for place, amount in sums.items() if amount}, dropped, kept)


def _place(leg: Leg, legs: Sequence[Leg], kept: DayLegs, books: Books) -> Place | None:
    if books.mapping.resolve(leg.role, leg.key, leg.location) is None:
        # Raises, with all that is missing.
        rows_of(legs, books)
    (row,) = rows_of([leg], books)
    if row.account is None:
        return None
    return place_of(leg, row, kept, books, Decision(parties=kept.parties))


def _checked(lines: dict[Place, int], dropped: int, kept: DayLegs) -> dict[Place, int]:
    if dropped:
        amount = to_text(dropped, kept.currency)
        text = f"Rows mapped to None leave {amount} {kept.currency} without its other side."
        raise Held("none_unbalances", text)
    if len({place[5].kind for place in lines if place[5]}) > 1:
        text = "It has both accounts receivable and accounts payable. Map one of them otherwise."
        raise Held("setting_needed", text)
    if len(lines) > MAX_ENTRY_LINES:
        raise Held("too_many_lines", f"{len(lines)} lines; an entry takes {MAX_ENTRY_LINES}.")
    return lines
