"""One row of a pulled list: what it holds for the books enters as a delivery of origin `pull`.

It goes the way of a webhook's delivery, so that the same version of an object is the same event
row, whichever brought it first. What was seen is noted last: until then the row is read again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from daybook.domain.connection import Connection
from daybook.domain.errors import Unreadable
from daybook.domain.identity import PostingKey
from daybook.domain.pos_errors import NoSuchThing, NotAllowed, Refused
from daybook.domain.posting import Posting, instant_text
from daybook.domain.pulls import SeenAtPos
from daybook.sources.contract import (
    Delivery,
    ListClient,
    Pulled,
    PulledObject,
    Resource,
    Row,
    Source,
)
from daybook.workflows.ports import Archive, Pulls
from daybook.workflows.receive import MAX_INLINE_BYTES
from daybook.workflows.translate import Translator, translate


class PulledSource(Source, Pulled, Protocol):
    """A source that is pulled."""


@dataclass(frozen=True, slots=True)
class RowKeeper:
    """What keeping a row of one connection needs. client: its point of sale's.

    again: a person named the range, so that what an earlier pull saw is looked for in the ledger
    once more.
    """

    connection: Connection
    source: PulledSource
    client: ListClient
    pulls: Pulls
    translator: Translator
    archive: Archive
    clock: Callable[[], datetime]
    again: bool = False

    def keep(self, resource: Resource, row: Row) -> list[str]:
        """Put whatever the row holds into the ledger; a word for each object.

        found: no webhook had brought it. known: the ledger had it. unchanged: an earlier pull saw
        it. Raises Unavailable (ask again later), and faults of our own.
        """
        if not resource.expands:
            return self._keep_all(resource, row)
        version = instant_text(row.modified)
        named = (self.connection.id, f"list:{resource.name}", row.id)
        before = self.pulls.seen(*named)
        if before and before.same_version(version, "") and not self.again:
            return ["unchanged"]
        words = self._keep_all(resource, row)
        now = instant_text(self.clock())
        self.pulls.see(SeenAtPos(*named, version, "", modified=version, seen_at=now))
        return words

    def _keep_all(self, resource: Resource, row: Row) -> list[str]:
        objects = self.source.objects(self.client, resource.name, row)
        return [self._keep(one, row) for one in objects]

    def _keep(self, found: PulledObject, row: Row) -> str:
        name = (self.connection.id, found.object_type, found.object_id)
        before = self.pulls.seen(*name)
        key = PostingKey(*name, found.version, found.effect)
        if before and before.same_version(found.version, found.effect):
            self._restated(found, before)
            if not self.again or (before.kind and self.translator.ledger.get(key)):
                return "unchanged"
        there = self.translator.ledger.get(key)
        rows, duplicates = ([there], 1) if there else self._deliver(found)
        if found.before:
            self._put_before(found.before)
        self._note(found, row, rows)
        return "known" if rows and duplicates == len(rows) else "found"

    def _restated(self, found: PulledObject, before: SeenAtPos) -> None:
        """A total that changed under the same version is kept, for the proof to tell of it."""
        if before.kind and dict(before.stated) != dict(found.stated):
            now = instant_text(self.clock())
            self.pulls.see(replace(before, stated=found.stated, seen_at=now))

    def _put_before(self, original: PulledObject) -> None:
        """What a reversal takes back, if no webhook brought it. After the reversal, which waits for
        it: so nothing is posted only to be taken back."""
        name = (self.connection.id, original.object_type, original.object_id)
        rows = self.translator.ledger.of_object(*name)
        if all(one.key.effect == "reverse" for one in rows):
            self._deliver(original)

    def _deliver(self, found: PulledObject) -> tuple[list[Posting], int]:
        delivery = self.source.delivery_of(self.connection.id, found, self.clock())
        whole = self._completed(delivery)
        done = translate(whole, self.translator, self._archived(whole))
        return list(done.rows), done.duplicates

    def _archived(self, delivery: Delivery) -> str:
        """Where a large body is kept, as a webhook's is."""
        if len(delivery.body) <= MAX_INLINE_BYTES:
            return ""
        sha256 = hashlib.sha256(delivery.body).hexdigest()
        key = f"deliveries/{delivery.connection}/{sha256}"
        self.archive.put(key, delivery.body)
        return key

    def _completed(self, delivery: Delivery) -> Delivery:
        """Read whole here, so that an outage makes the pull wait and nothing is held for it."""
        try:
            if self.source.needs_fetch(delivery):
                return self.source.fetch(delivery, self.client)
        except NotAllowed:
            raise
        except (Unreadable, NoSuchThing, Refused):
            # Of this one object alone; translating it says so on a row of its own.
            return delivery
        return delivery

    def _note(self, found: PulledObject, row: Row, rows: list[Posting]) -> None:
        """What was seen, of each event; and of the object itself, so that it is not read again."""
        named = (found.object_type, found.object_id)
        events = [one for one in rows if one.key.object_type != "delivery"]
        for one in events:
            stated = found.stated if (one.key.object_type, one.key.object_id) == named else {}
            self.pulls.see(self._seen(one, row, stated))
        mine = (*named, found.version, found.effect)
        if all(_name(one) != mine for one in events):
            owner, read = self.connection.id, instant_text(row.modified)
            now = instant_text(self.clock())
            self.pulls.see(SeenAtPos(owner, *mine, read, now, stated=found.stated))

    def _seen(self, one: Posting, row: Row, stated: object) -> SeenAtPos:
        return SeenAtPos(
            *(self.connection.id, *_name(one)),
            modified=instant_text(row.modified),
            seen_at=instant_text(self.clock()),
            kind=one.kind,
            location=one.location,
            business_date=one.business_date,
            stated=stated if isinstance(stated, dict) else {},
        )


def _name(row: Posting) -> tuple[str, str, str, str]:
    return row.key.object_type, row.key.object_id, row.key.version, row.key.effect
