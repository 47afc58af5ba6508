"""Shelves over the rows of a fake ledger, with the same answers as the real ones."""

import hashlib
from collections.abc import Sequence
from itertools import groupby

from daybook.domain.posting import Posting
from daybook.domain.shelf import Pile, PileKind, Place, Shelf
from tests.fakes.ledger import FakeLedger


class FakeShelves:
    """`ports.Shelves`. looked: how many rows were read."""

    def __init__(self, ledger: FakeLedger) -> None:
        self.ledger = ledger
        self.looked = 0

    def places(self, shelf: Shelf, before: str, limit: int) -> list[Place]:
        """Up to so many places before one, newest first."""
        found = [
            Place(_at(row, shelf), key, shelf)
            for key, row in self.ledger.rows.items()
            if shelf.has(row)
        ]
        found.sort(key=lambda place: place.at, reverse=True)
        return [place for place in found if not before or place.at < before][:limit]

    def rows(self, places: Sequence[Place]) -> list[Posting | None]:
        """The rows as they are now."""
        self.looked += len(places)
        found: list[Posting | None] = []
        for place in places:
            row = self.ledger.get(*place.row)
            found.append(row if row and place.shelf.has(row) else None)
        return found

    def piles(self, connection: str, kind: PileKind) -> list[Pile]:
        """What waits, by reason."""
        rows = list(
            self.ledger.flagged(connection)
            if kind == "flagged"
            else self.ledger.held(connection, kind)
        )

        def reason(row: Posting) -> str:
            return row.open_flags[0].name if kind == "flagged" else row.reason or ""

        found = []
        for name, group in groupby(sorted(rows, key=reason), key=reason):
            shelf = Shelf(kind, connection, name)
            instants = [_at(row, shelf).split("#")[0] for row in group]
            found.append(Pile(connection, kind, name, len(instants), min(instants)))
        return found

    def reasons(self, connection: str, kind: PileKind) -> list[str]:
        """The reasons of what waits."""
        return [pile.reason for pile in self.piles(connection, kind)]

    def count(self, shelf: Shelf) -> int:
        """How many rows there are."""
        return sum(map(shelf.has, self.ledger.rows.values()))

    def accumulated(self, connection: str, first: str, last: str) -> list[Shelf]:
        """The shelves of accumulated rows."""
        places = {
            (day.business_date, day.location)
            for day in self.ledger.open_days
            if day.connection == connection and first <= day.business_date <= last
        }
        return [Shelf("accumulated", connection, date=date, location=location)
                for date, location in sorted(places)]  # fmt: skip


def _at(row: Posting, shelf: Shelf) -> str:
    instant = row.created_at
    if shelf.kind in ("held", "failed"):
        instant = row.since
    elif shelf.kind == "flagged":
        instant = row.open_flags[0].at
    elif shelf.kind == "accumulated":
        instant = row.written_at
    return f"{instant}#{hashlib.sha256(row.id.encode()).hexdigest()[:12]}"
