"""The ledger in dicts, with the same answers as the real one."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from daybook.domain.day_close import OpenDay, is_late
from daybook.domain.day_legs import DayLegs
from daybook.domain.day_summary import Day
from daybook.domain.delivery import DeliveryRow, Put
from daybook.domain.due import Due
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting
from daybook.domain.status import DUE, TROUBLE, Status


class FakeLedger:
    """`ports.Ledger`. `rows`, `deliveries` and `beside` may be read and written by tests."""

    def __init__(self) -> None:
        self.rows: dict[tuple[PostingKey, str], Posting] = {}
        self.deliveries: dict[tuple[str, str], DeliveryRow] = {}
        self.beside: list[DeliveryRow] = []
        self.repeated: Counter[tuple[str, str]] = Counter()
        self.open_days: dict[Day, OpenDay] = {}

    def put_delivery(self, row: DeliveryRow) -> Put:
        """Keep a delivery if its id is new."""
        first = self.deliveries.get((row.connection, row.delivery_id))
        if first is None:
            self.deliveries[row.connection, row.delivery_id] = row
            return "created"
        if first.sha256 == row.sha256:
            return "same"
        if all(known.sha256 != row.sha256 for known in self.beside):
            self.beside.append(row)
        return "conflict"

    def delivery(self, connection: str, delivery_id: str) -> DeliveryRow | None:
        """The first delivery that came under an id."""
        return self.deliveries.get((connection, delivery_id))

    def count_repeat(self, row: DeliveryRow, events: int) -> None:
        """Count events that came again."""
        if (row.connection, row.delivery_id) not in self.deliveries:
            raise LookupError(row.delivery_id)
        self.repeated[row.connection, row.delivery_id] += events

    def put(self, posting: Posting) -> Put:
        """Keep a posting if its key is new."""
        _check(posting)
        self._open(posting)
        there = self.rows.get((posting.key, posting.beside))
        if there is None:
            self.rows[posting.key, posting.beside] = posting
            return "created"
        return "same" if there.event_sha == posting.event_sha else "conflict"

    def get(self, key: PostingKey, beside: str = "") -> Posting | None:
        """The row as it is now."""
        return self.rows.get((key, beside))

    def change(self, before: Posting, after: Posting) -> bool:
        """Write `after` if the row has the number of `before`."""
        assert before.id == after.id
        assert after.number > before.number
        _check(after)
        self._open(after)
        there = self.rows.get((before.key, before.beside))
        if there is None or there.number != before.number:
            return False
        self.rows[after.key, after.beside] = after
        return True

    def _open(self, posting: Posting) -> None:
        if posting.status == "accumulated":
            currency = DayLegs.from_json(posting.legs).currency
            place = (posting.key.connection, posting.location, posting.business_date, currency)
            opened = self.open_days.setdefault(Day(*place), OpenDay(Day(*place)))
            if is_late(posting.business_date, posting.written_at):
                self.open_days[opened.day] = opened._replace(late_at=posting.written_at)

    def change_all(self, changes: Sequence[tuple[Posting, Posting]]) -> list[bool]:
        """`change` for up to 30 rows."""
        assert len(changes) <= 30
        return [self.change(*pair) for pair in changes]

    def due(self, realm: str, limit: int) -> list[Posting]:
        """What still has to reach a company, oldest first."""
        found = [row for row in self.rows.values() if row.status in DUE and row.realm == realm]
        return sorted(found, key=lambda row: (row.created_at, row.id))[:limit]

    def look(
        self, realm: str, limit: int, hint: Sequence[str], besides: Collection[str] = ()
    ) -> Due:
        """What is due or hinted, with the families of what is little."""
        due = self.due(realm, limit + len(besides))
        rows = [row for row in due if row.id not in besides][:limit]
        known = {row.id for row in rows} | set(besides)
        more = len(rows) >= limit
        rows += [
            row
            for row in self.hinted([one for one in hint if one not in known])
            if row.realm == realm
        ]
        keys = [row.key for row in rows]
        objects = list(dict.fromkeys((k.connection, k.object_type, k.object_id) for k in keys))
        if more or len(objects) > 30:
            return Due(rows, more)
        families = dict(zip(objects, self.of_objects(objects), strict=True))
        found = [row for family in families.values() for row in family]
        due = [
            row
            for row in found
            if row.status in DUE and row.realm == realm and row.id not in besides
        ]
        return Due(sorted(due, key=lambda row: (row.created_at, row.id)), families=families)

    def hinted(self, ids: Sequence[str]) -> list[Posting]:
        """The rows with these ids that are due."""
        by_id = {row.id: row for row in self.rows.values() if row.status in DUE}
        return [by_id[one] for one in dict.fromkeys(ids) if one in by_id]

    def held(self, connection: str, status: Status = "held") -> Iterator[Posting]:
        """Rows of a connection that are held (or failed), by reason and since when."""
        found = [
            row
            for row in self.rows.values()
            if row.key.connection == connection and row.status == status
        ]
        yield from sorted(found, key=lambda row: (row.reason or "", row.since, row.id))

    def oldest_stuck(self, connection: str, status: Status) -> dict[str, str]:
        """By reason, since when the oldest row is held (or failed)."""
        found: dict[str, str] = {}
        for row in self.held(connection, status):
            found.setdefault(row.reason or "", row.since)
        return found

    def flagged(self, connection: str) -> Iterator[Posting]:
        """Rows of a connection with an open flag, by flag and since when."""
        found = [
            row
            for row in self.rows.values()
            if row.key.connection == connection
            and row.open_flags
            and row.status not in DUE | TROUBLE
        ]
        yield from sorted(
            found, key=lambda row: (row.open_flags[0].name, row.open_flags[0].at, row.id)
        )

    def of_day(self, connection: str, business_date: str) -> Iterator[Posting]:
        """Rows of a connection on a business date, in the order they were written."""
        found = [
            row
            for row in self.rows.values()
            if row.key.connection == connection and row.business_date == business_date
        ]
        yield from sorted(found, key=lambda row: (row.created_at, row.id))

    def booked_of_day(self, connection: str, business_date: str) -> Iterator[Posting]:
        """Rows of a connection on a business date that are not accumulated."""
        for row in self.of_day(connection, business_date):
            if row.status != "accumulated":
                yield row

    def of_object(self, connection: str, object_type: str, object_id: str) -> list[Posting]:
        """All rows of one object."""
        wanted = (connection, object_type, object_id)
        return [
            row
            for (key, _), row in sorted(self.rows.items())
            if (key.connection, key.object_type, key.object_id) == wanted
        ]

    def of_objects(self, objects: Sequence[tuple[str, str, str]]) -> list[list[Posting]]:
        """All rows of each of the objects."""
        assert len(objects) <= 30
        return [self.of_object(*one) for one in objects]

    def realms_due(self, realms: Sequence[str]) -> list[str]:
        """Those of the companies that have anything due."""
        return [realm for realm in realms if self.due(realm, 1)]

    def counts(self) -> dict[Status, int]:
        """How many events have each status, each by its latest revision, reversals apart."""
        own = {key: row for key, row in self.rows.items() if row.key.purpose == "post"}
        latest = [
            row
            for (key, beside), row in own.items()
            if (replace(key, revision=key.revision + 1), beside) not in own
        ]
        return dict(Counter(row.status for row in latest))

    def repeats(self) -> int:
        """How many events came again."""
        return self.repeated.total()

    def all_postings(self) -> Iterator[Posting]:
        """Every posting."""
        yield from list(self.rows.values())


def _check(posting: Posting) -> None:
    assert posting.realm or posting.status not in DUE, "what is due has a company"
