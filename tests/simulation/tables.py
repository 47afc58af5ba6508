"""The ledger of the simulation: the fake that passes the store's contract tests, whose indexes lag,
and which tells of every write."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from daybook.domain.delivery import Put
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting
from daybook.domain.status import DUE, Status
from tests.fakes.ledger import FakeLedger

type Told = Callable[[Posting | None, Posting], None]
type Place = tuple[PostingKey, str]


class LaggingLedger(FakeLedger):
    """lag: how many seconds an index may be behind, asked at each read of one. told: of each row
    as it was (None for a new one) and is."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.clock = clock
        self.lag: Callable[[], float] = lambda: 0.0
        self.told: Told = lambda _before, _after: None
        self._moved: dict[Place, datetime] = {}

    def put(self, posting: Posting) -> Put:
        """Keep a posting if its key is new."""
        outcome = super().put(posting)
        if outcome == "created":
            self._moved[posting.key, posting.beside] = self.clock()
            self.told(None, posting)
        return outcome

    def change(self, before: Posting, after: Posting) -> bool:
        """Write `after` if the row has the number of `before`."""
        place = (before.key, before.beside)
        there = self.rows.get(place)
        done = super().change(before, after)
        if done and there is not None:
            if there.status != after.status:
                self._moved[place] = self.clock()
            self.told(there, after)
        return done

    def _seen(self, rows: Sequence[Posting]) -> list[Posting]:
        """Those that an index shows already; where they went is read from the rows themselves."""
        lag = self.lag()
        if not lag:
            return list(rows)
        before = self.clock() - timedelta(seconds=lag)
        return [row for row in rows if self._moved[row.key, row.beside] <= before]

    # Rows were put in the order of their instants, and sorting keeps that: the id, which the fake
    # sorts by next, costs more than everything else here.
    def due(self, realm: str, limit: int) -> list[Posting]:
        """What still has to reach a company, as far as the index knows."""
        found = [row for row in self.rows.values() if row.status in DUE and row.realm == realm]
        found.sort(key=lambda row: row.created_at)
        return self._seen(found[:limit])

    def held(self, connection: str, status: Status = "held") -> Iterator[Posting]:
        """What is held, as far as the index knows."""
        found = [
            row
            for row in self.rows.values()
            if row.status == status and row.key.connection == connection
        ]
        found.sort(key=lambda row: (row.reason or "", row.since))
        yield from self._seen(found)

    def of_object(self, connection: str, object_type: str, object_id: str) -> list[Posting]:
        """All rows of one object."""
        wanted = (connection, object_type, object_id)
        found = [
            (place, row)
            for place, row in self.rows.items()
            if (place[0].connection, place[0].object_type, place[0].object_id) == wanted
        ]
        return [row for _, row in sorted(found, key=lambda one: one[0])]

    def of_day(self, connection: str, business_date: str) -> Iterator[Posting]:
        """Rows of a business date, as far as the index knows."""
        yield from self._seen(list(super().of_day(connection, business_date)))
