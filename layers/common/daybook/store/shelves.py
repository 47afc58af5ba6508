"""Shelves of events in the ledger's table, read by its indexes, newest first.

due, held, failed, flagged    index 1
day, accumulated              index 2
"""

from collections.abc import Sequence
from typing import Final

from daybook.domain.posting import Posting
from daybook.domain.shelf import Pile, PileKind, Place, Shelf
from daybook.store import keys, rows
from daybook.store.archive import Archive
from daybook.store.table import Table

# Of reasons there are a few dozen.
MAX_PILES: Final = 100
# A page of an index is at most 1 MB, some thousand keys.
MAX_COUNT_PAGES: Final = 20
_INDEX1: Final = frozenset({"due", "held", "failed", "flagged"})
# Above every digit with which an instant begins.
_END: Final = "~"


class Shelves:
    """The shelves of the ledger's table."""

    def __init__(self, table: Table, archive: Archive) -> None:
        self._table = table
        self._archive = archive

    def places(self, shelf: Shelf, before: str, limit: int) -> list[Place]:
        """Up to so many places before one ("" for the newest), newest first; a moment late."""
        begins = _begins(shelf)
        found = self._table.places_by_index(
            _number(shelf), _partition(shelf), begins, begins + (before or _END), limit
        )
        return [Place(sort.removeprefix(begins), key, shelf) for key, sort in found]

    def rows(self, places: Sequence[Place]) -> list[Posting | None]:
        """The rows of these places as they are now; None for what has moved on."""
        items = self._table.get_many([_key(place) for place in places])
        by_key = {(item["PK"]["S"], item["SK"]["S"]): item for item in items}
        found: list[Posting | None] = []
        for place in places:
            item = by_key.get(_key(place))
            row = rows.decode(item, self._archive.get) if item else None
            found.append(row if row and place.shelf.has(row) else None)
        return found

    def piles(self, connection: str, kind: PileKind) -> list[Pile]:
        """What waits, by reason: of each the count and the oldest."""
        partition = keys.stuck(connection, kind)
        reasons = self.reasons(connection, kind)
        return [self._pile(partition, connection, kind, reason) for reason in reasons]

    def reasons(self, connection: str, kind: PileKind) -> list[str]:
        """The reasons of what waits, sorted: the index is asked for the last one below each."""
        partition, found, before = keys.stuck(connection, kind), [], ""
        for _ in range(MAX_PILES):
            last = self._table.places_by_index(1, partition, "", before, 1)
            if not last:
                break
            found.append(last[0][1].split("#")[0])
            before = f"{found[-1]}#"
        return sorted(found)

    def _pile(self, partition: str, connection: str, kind: PileKind, reason: str) -> Pile:
        begins = f"{reason}#"
        oldest = self._table.places_by_index(1, partition, begins, begins + _END, 1, forward=True)
        count, more = self._table.count_by_index(1, partition, begins, MAX_COUNT_PAGES)
        at = oldest[0][1].removeprefix(begins).split("#")[0] if oldest else ""
        return Pile(connection, kind, reason, count, at, more)

    def count(self, shelf: Shelf) -> int:
        """How many rows an index shows of a shelf."""
        begins = _begins(shelf)
        return self._table.count_by_index(
            _number(shelf), _partition(shelf), begins, MAX_COUNT_PAGES
        )[0]

    def accumulated(self, connection: str, first: str, last: str) -> list[Shelf]:
        """The shelves of accumulated rows of the business dates from first to last (ISO)."""
        items = self._table.between(keys.open_days(connection), f"{first}#", f"{last}#{_END}")
        places = {(item["date"]["S"], item["location"]["S"]) for item in items}
        return [
            Shelf("accumulated", connection, date=date, location=location)
            for date, location in sorted(places)
        ]


def _number(shelf: Shelf) -> int:
    return 1 if shelf.kind in _INDEX1 else 2


def _begins(shelf: Shelf) -> str:
    return f"{shelf.reason}#" if shelf.kind in ("held", "failed", "flagged") else ""


def _partition(shelf: Shelf) -> str:
    match shelf.kind:
        case "due":
            return keys.due(shelf.owner)
        case "day":
            return keys.day(shelf.owner, shelf.date)
        case "accumulated":
            return keys.accumulated(shelf.owner, shelf.location, shelf.date)
    return keys.stuck(shelf.owner, shelf.kind)


def _key(place: Place) -> keys.Key:
    pk, sk = place.row
    return str(pk), str(sk)
