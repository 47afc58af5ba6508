"""The ledger in DynamoDB: deliveries and postings, each written under a condition, none deleted."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Protocol, cast

from daybook.domain.delivery import DeliveryRow, Put
from daybook.domain.due import Due
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting
from daybook.domain.status import DUE, TROUBLE, Status
from daybook.store import keys, rows
from daybook.store.days import OpenDays
from daybook.store.table import Item, Table
from daybook.store.threads import Threads

MAX_CHANGES = 30
WRITERS = 15
PAGE_ROWS = 100
# More than there are reasons.
MAX_REASONS = 100
_REPEATS = "repeats"


class Bodies(Protocol):
    """Where bodies too large for a row go: `archive.Archive`."""

    def put(self, key: str, body: bytes) -> None: ...
    def get(self, key: str) -> bytes: ...


class Ledger:
    """The ledger's table, with the archive for what is too large for a row."""

    def __init__(self, table: Table, archive: Bodies) -> None:
        self._table = table
        self._archive = archive
        self._days = OpenDays(table)
        self._threads = Threads(WRITERS)

    def put_delivery(self, row: DeliveryRow) -> Put:
        """Keep a delivery if its id is new; other content under a known id is kept beside it."""
        encoded = rows.delivery_row(row)
        self._keep_bodies(encoded)
        outcome = self._put(encoded.attributes, "sha")
        if outcome == "conflict":
            pk, sk = keys.beside(keys.delivery(row.connection, row.delivery_id), row.sha256)
            self._table.put_new(encoded.attributes | {"PK": {"S": pk}, "SK": {"S": sk}})
        return outcome

    def delivery(self, connection: str, delivery_id: str) -> DeliveryRow | None:
        """The first delivery that came under an id."""
        item = self._table.get(keys.delivery(connection, delivery_id))
        return rows.delivery_of(item, self._archive.get) if item else None

    def count_repeat(self, row: DeliveryRow, events: int) -> None:
        """Count a delivery that brought nothing new. LookupError if it was never put.

        A repeated request of the SDK can count twice; the number informs and decides nothing.
        """
        self._table.count(keys.delivery(row.connection, row.delivery_id), _REPEATS, events)

    def put(self, posting: Posting) -> Put:
        """Keep a posting if its key is new; else say whether the same event is there."""
        self._days.opened_for(posting)
        encoded = rows.new_row(posting)
        self._keep_bodies(encoded)
        return self._put(encoded.attributes, "event_sha")

    def _put(self, item: Item, sha: str) -> Put:
        written = self._table.put_new(item)
        if written == "written":
            return "created"
        there = self._table.get((item["PK"]["S"], item["SK"]["S"])) or {}
        if written == "unsure" and there == item:
            return "created"
        return "same" if there.get(sha) == item.get(sha) else "conflict"

    def _keep_bodies(self, encoded: rows.Encoded) -> None:
        for key, body in encoded.bodies.items():
            self._archive.put(key, body)

    def get(self, key: PostingKey, beside: str = "") -> Posting | None:
        """The row as it is now (strongly consistent)."""
        item = self._table.get(keys.posting(key, beside))
        return self._posting(item) if item else None

    def _posting(self, item: Item) -> Posting:
        return rows.decode(item, self._archive.get)

    def change(self, before: Posting, after: Posting) -> bool:
        """Write what differs if the row still has `before`'s number; False if it moved on.

        A refusal that came after the SDK repeated its request may be the echo of our own write:
        then the row is read, and it is ours if it has all that was written.
        """
        assert before.id == after.id, f"{before.id} cannot become {after.id}"
        assert after.number > before.number, f"{before.id}: a change raises the row's number"
        self._days.opened_for(after)
        changed = [name for name in rows.FIELDS if getattr(before, name) != getattr(after, name)]
        old, new = rows.encode(before, changed), rows.encode(after, changed)
        to_set = {
            name: value
            for name, value in new.attributes.items()
            if old.attributes.get(name) != value
        }
        to_remove = [name for name in old.attributes if name not in new.attributes]
        for key in new.bodies.keys() - old.bodies.keys():
            self._archive.put(key, new.bodies[key])
        read = {rows.NUMBER: {"N": str(before.number)}}
        row_key = rows.key_of(before)
        written = self._table.update(row_key, to_set, to_remove, read)
        if written == "unsure":
            there = self._table.get(row_key) or {}
            return all(there.get(name) == value for name, value in to_set.items()) and not any(
                name in there for name in to_remove
            )
        return written == "written"

    def change_all(self, changes: Sequence[tuple[Posting, Posting]]) -> list[bool]:
        """`change` for up to 30 rows at once, each on its own; raises the first failure after
        all have ended."""
        assert len(changes) <= MAX_CHANGES, f"{len(changes)} changes at once"
        return self._threads.each(lambda pair: self.change(*pair), changes)

    def due(self, realm: str, limit: int) -> list[Posting]:
        """Rows of a company that are ready, sending or uncertain, oldest first.

        Found by an index that may lag, then read as they are; what has moved on is left out.
        """
        pages = self._table.keys_by_index1(keys.due(realm), min(limit, PAGE_ROWS))
        return self._due_of(realm, limit, pages)

    def _due_of(self, realm: str, limit: int, pages: Iterable[list[keys.Key]]) -> list[Posting]:
        found: list[Posting] = []
        for page in pages:
            left = page
            while left and len(found) < limit:
                some, left = left[: limit - len(found)], left[limit - len(found) :]
                there = map(self._posting, self._table.get_many(some))
                found += [row for row in there if _is_due(row, realm)]
            if len(found) >= limit:
                break
        return found

    def look(
        self, realm: str, limit: int, hint: Sequence[str], besides: Collection[str] = ()
    ) -> Due:
        """What is due and what is hinted and due, each row once, without the ids `besides`: as it
        is now (strongly consistent), but what only the index tells of may come a moment late.

        Where all of it belongs to at most 30 objects, these are read at once, each with its family:
        a query for both costs what a look at the row alone would.
        """
        page = min(limit, PAGE_ROWS)
        pages = self._table.keys_by_index1(keys.due(realm), page)
        first = next(pages)
        out = {_key_of(one) for one in besides}
        named = [key for key in map(_key_of, hint) if key and key not in out]
        partitions = list(dict.fromkeys(pk for pk, sk in [*first, *named] if (pk, sk) not in out))
        if len(first) == page or len(partitions) > MAX_CHANGES:
            left = ([key for key in one if key not in out] for one in chain([first], pages))
            listed = self._due_of(realm, limit, left)
            known = {*map(rows.key_of, listed)}
            rest = self._table.get_many([key for key in dict.fromkeys(named) if key not in known])
            hinted = (row for row in map(self._posting, rest) if _is_due(row, realm))
            return Due([*listed, *hinted], len(listed) >= limit)
        families = self._threads.each(self._of_partition, partitions)
        by_object = {_object_of(family[0]): family for family in families if family}
        found = (row for family in families for row in family)
        due = [row for row in found if _is_due(row, realm) and row.id not in besides]
        return Due(sorted(due, key=lambda row: (row.created_at, row.id)), False, by_object)

    def held(self, connection: str, status: Status = "held") -> Iterator[Posting]:
        """Rows of a connection that are held (or failed), by reason and since when."""
        for page in self._table.keys_by_index1(keys.stuck(connection, status), PAGE_ROWS):
            for item in self._table.get_many(page):
                posting = self._posting(item)
                if posting.status == status:
                    yield posting

    def oldest_stuck(self, connection: str, status: Status) -> dict[str, str]:
        """By reason, since when the oldest row of a connection is held (or failed).

        One look at the index a reason, however many rows there are; it may lag by a moment."""
        found: dict[str, str] = {}
        pk, begins = keys.stuck(connection, status), ""
        for _ in range(MAX_REASONS):
            first = self._table.places_by_index(1, pk, begins, keys.LAST_REASON, 1, forward=True)
            if not first:
                return found
            reason, since = keys.reason_and_since(first[0][1])
            found[reason] = since
            begins = keys.behind_reason(reason)
        return found

    def flagged(self, connection: str) -> Iterator[Posting]:
        """Rows of a connection with an open flag, by flag and since when; held and failed rows
        are not among them."""
        for page in self._table.keys_by_index1(keys.stuck(connection, "flagged"), PAGE_ROWS):
            for item in self._table.get_many(page):
                posting = self._posting(item)
                if posting.open_flags and posting.status not in DUE | TROUBLE:
                    yield posting

    def of_day(self, connection: str, business_date: str) -> Iterator[Posting]:
        """Rows of a connection on a business date, reversals and accumulated ones too, in the
        order they were written, those that were accumulated last.

        Found by an index that may lag by a moment, then read as they are.
        """
        yield from self.booked_of_day(connection, business_date)
        places = {one.day.location for one in self._days.of_connection(connection, business_date)}
        for place in sorted(places):
            index = keys.accumulated(connection, place, business_date)
            yield from self._of_index2(index, business_date)

    def booked_of_day(self, connection: str, business_date: str) -> Iterator[Posting]:
        """As `of_day`, without the rows that are accumulated: those of a day may be very many."""
        yield from self._of_index2(keys.day(connection, business_date), business_date)

    def _of_index2(self, index: str, business_date: str) -> Iterator[Posting]:
        for page in self._table.keys_by_index2(index, PAGE_ROWS):
            for item in self._table.get_many(page):
                posting = self._posting(item)
                if posting.business_date == business_date:
                    yield posting

    def of_object(self, connection: str, object_type: str, object_id: str) -> list[Posting]:
        """All rows of one object (strongly consistent), by their keys."""
        return self._of_partition(keys.of_object(connection, object_type, object_id))

    def _of_partition(self, pk: str) -> list[Posting]:
        return [self._posting(item) for item in self._table.query(pk)]

    def of_objects(self, objects: Sequence[tuple[str, str, str]]) -> list[list[Posting]]:
        """`of_object` for up to 30 objects at once, in their order; raises the first failure after
        all have ended."""
        assert len(objects) <= MAX_CHANGES, f"{len(objects)} objects at once"
        return self._threads.each(self._of_partition, [keys.of_object(*one) for one in objects])

    def realms_due(self, realms: Sequence[str]) -> list[str]:
        """Those of the companies that have anything due; by the index, so a moment late."""
        return [realm for realm in realms if next(self._table.keys_by_index1(keys.due(realm), 1))]

    def counts(self) -> dict[Status, int]:
        """How many events have each status, each by its latest revision, reversals apart. Reads the
        whole ledger, page by page: for a laptop and for proofs; a console needs counters."""
        found: dict[Status, int] = {}
        posted_before: list[keys.Key] = []
        for item in self._table.scan(
            "O#",
            ProjectionExpression="PK, SK, #s",
            ExpressionAttributeNames={"#s": "status"},
        ):
            if keys.purpose_of(item["SK"]["S"]) == "post":
                status = cast("Status", item["status"]["S"])
                found[status] = found.get(status, 0) + 1
                earlier = keys.revision_before(item["PK"]["S"], item["SK"]["S"])
                posted_before += [earlier] if earlier else []
        for item in self._table.get_many(posted_before):
            found[cast("Status", item["status"]["S"])] -= 1
        return {status: number for status, number in found.items() if number}

    def repeats(self) -> int:
        """How many events came again and brought nothing new. Reads the whole ledger."""
        items = self._table.scan("D#", ProjectionExpression=_REPEATS)
        return sum(int(item[_REPEATS]["N"]) for item in items if _REPEATS in item)

    def all_postings(self) -> Iterator[Posting]:
        """Every posting, in no particular order. Reads the whole ledger."""
        return (self._posting(item) for item in self._table.scan("O#"))


def _key_of(row_id: str) -> keys.Key | None:
    place = keys.key_of_row_id(row_id)
    return keys.posting(*place) if place else None


def _is_due(row: Posting, realm: str) -> bool:
    return row.status in DUE and row.realm == realm


def _object_of(row: Posting) -> tuple[str, str, str]:
    return row.key.connection, row.key.object_type, row.key.object_id
