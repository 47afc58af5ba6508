"""What the workflows need from outside, as small Protocols.

The rooms `store`, `qbo` and `queues` satisfy them on AWS; hand-written fakes do in tests and in
the simulation. Both pass the same contract tests (tests/contract).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from daybook.domain.connection import (
    ActiveMapping,
    Connection,
    LeaseGrant,
    Realm,
    RealmState,
    TokenLife,
)
from daybook.domain.delivery import DeliveryRow, Put
from daybook.workflows.ports_mappings import Mappings

# Only named here: a function that starts loads what it makes, not all that a port might carry.
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from daybook.domain.action import Action
    from daybook.domain.day_close import Close, Content, Member, OpenDay
    from daybook.domain.day_summary import Day
    from daybook.domain.due import Due
    from daybook.domain.found import FoundBySought, Sought
    from daybook.domain.identity import PostingKey
    from daybook.domain.job import Job
    from daybook.domain.outcome import BatchItem, Outcomes
    from daybook.domain.posting import Posting
    from daybook.domain.pulls import PullCursor, SeenAtPos
    from daybook.domain.shelf import Pile, PileKind, Place, Shelf
    from daybook.domain.status import Status

# The values that the ports exchange live in `domain`; the room `store` makes them too.
__all__ = [
    "ActiveMapping",
    "Archive",
    "BooksOfRealm",
    "Clock",
    "Connection",
    "Connections",
    "DeliveryRow",
    "Doorbell",
    "LeaseGrant",
    "Ledger",
    "Mappings",
    "Put",
    "Realm",
    "RealmState",
]


class Ledger(Protocol):
    """The truth: deliveries and postings. Every write is conditional; nothing is ever deleted."""

    def put_delivery(self, row: DeliveryRow) -> Put:
        """Keep a delivery if its id is new. `same`: equal content; else `conflict`, kept beside."""

    def delivery(self, connection: str, delivery_id: str) -> DeliveryRow | None:
        """A delivery as it was kept."""

    def count_repeat(self, row: DeliveryRow, events: int) -> None:
        """Count a delivery that brought nothing new, by the number of its events."""

    def put(self, posting: Posting) -> Put:
        """Keep a posting if its key is new. `same`: the key is there with the same event_sha;
        `conflict`: with another (the caller puts it beside, held)."""

    def get(self, key: PostingKey, beside: str = "") -> Posting | None:
        """The row as it is now (strongly consistent)."""

    def change(self, before: Posting, after: Posting) -> bool:
        """Write `after` if the row still is `before` (by number); False if it moved meanwhile."""

    def change_all(self, changes: Sequence[tuple[Posting, Posting]]) -> list[bool]:
        """`change` for up to 30 rows at once, each on its own."""

    def due(self, realm: str, limit: int) -> list[Posting]:
        """Rows of a realm that are ready, sending or uncertain, oldest first; by an index that may
        lag by a moment: a row written just now may be missing."""

    def look(
        self, realm: str, limit: int, hint: Sequence[str], besides: Collection[str] = ()
    ) -> Due:
        """`due`, and what a hint names and is due, each once, without the ids `besides`. Where all
        belong to at most 30 objects, with their families; else up to `limit` by the index."""

    def held(self, connection: str, status: Status = "held") -> Iterator[Posting]:
        """Rows of a connection that are held (or failed), by reason and since when."""

    def flagged(self, connection: str) -> Iterator[Posting]:
        """Rows of a connection with an open flag that are neither due, held nor failed."""

    def of_day(self, connection: str, business_date: str) -> Iterator[Posting]:
        """Rows of a connection on a business date (ISO), in the order they were written."""

    def booked_of_day(self, connection: str, business_date: str) -> Iterator[Posting]:
        """As `of_day`, without the rows that are accumulated: those of a day may be very many."""

    def of_object(self, connection: str, object_type: str, object_id: str) -> list[Posting]:
        """All rows of one object (strongly consistent): versions, effects, reversals."""

    def of_objects(self, objects: Sequence[tuple[str, str, str]]) -> list[list[Posting]]:
        """`of_object` for up to 30 objects (connection, type, id) at once, in their order."""

    def realms_due(self, realms: Sequence[str]) -> list[str]:
        """Those of the realms that have anything due."""

    def counts(self) -> dict[Status, int]:
        """How many events have each status, each by its latest revision (reversals apart). Reads
        the whole ledger."""

    def repeats(self) -> int:
        """How many events came again and brought nothing new. Reads the whole ledger."""

    def all_postings(self) -> Iterator[Posting]:
        """Every posting, in no particular order. Reads the whole ledger."""


class Shelves(Protocol):
    """Where events are found without reading the whole ledger, newest first; a moment late."""

    def places(self, shelf: Shelf, before: str, limit: int) -> list[Place]:
        """Up to so many places of a shelf before one ("" for the newest), newest first."""

    def rows(self, places: Sequence[Place]) -> list[Posting | None]:
        """The rows of these places as they are now; None for what has moved on."""

    def piles(self, connection: str, kind: PileKind) -> list[Pile]:
        """What waits in a connection, by reason (or by flag), with its count."""

    def reasons(self, connection: str, kind: PileKind) -> list[str]:
        """The reasons (or flags) of what waits in a connection, sorted."""

    def count(self, shelf: Shelf) -> int:
        """How many rows an index shows of a shelf."""

    def accumulated(self, connection: str, first: str, last: str) -> list[Shelf]:
        """The shelves of accumulated rows of the business dates from first to last (ISO)."""


class Days(Protocol):
    """Business days that are closed: open days and their closes. Nothing is ever deleted."""

    def open_days(self, connection: str, business_date: str = "") -> Iterator[OpenDay]:
        """Every open day of a connection, or those of one date, by date (strongly consistent)."""

    def told(self, connection: str, location: str, business_date: str, at: str) -> int:
        """Note that a location's date is over; for how many days (one a currency)."""

    def looked(self, day: Day, at: str, last: Close | None) -> None:
        """Note that all that was added up to an instant is in closes, of which this is the last."""

    def members(self, day: Day, since: str = "") -> Iterator[Member]:
        """The accumulated rows of a day's location and date, of every currency, in the order in
        which they were written; since: RFC 3339. By an index, so a moment late."""

    def closes(self, day: Day) -> list[Close]:
        """The closes of a day, in their order (strongly consistent)."""

    def content(self, close: Close) -> Content:
        """What a close is made of."""

    def freeze(self, close: Close, content: Content) -> bool:
        """Keep a close if its sequence is new; False if another close of it was there."""

    def take_number(self, realm: str, number: str, owner: str) -> bool:
        """Whether a DocNumber of a company belongs to this entry: to whoever asks first."""


class Connections(Protocol):
    """Connections and companies."""

    def get(self, connection: str) -> Connection | None: ...
    def put(self, connection: Connection) -> None: ...
    def all(self) -> list[Connection]: ...
    def realm(self, realm: str) -> Realm | None: ...
    def put_realm(self, realm: Realm) -> None:
        """Write the whole company, new or known."""

    def realms(self) -> list[Realm]: ...
    def park(self, realm: str, until: str, reason: str, throttled_at: str = "") -> None:
        """Send nothing before `until` ("" unparks). Raises LookupError for an unknown realm.

        throttled_at: instants of the rests after a 429 without a clear answer since."""

    def set_state(
        self, realm: str, state: RealmState, reason: str, pair: str | None = None
    ) -> bool:
        """Set the state with its reason (as park_reason). LookupError for an unknown realm.

        pair: the tokens (`TokenLife.pair`) on whose word it is set: False, and nothing is written,
        if the company has newer ones by now."""

    def tokens_kept(self, realm: str, life: TokenLife) -> bool:
        """Note newer tokens; a realm that needed a reconnect is connected again. False if these
        or newer ones are known already. Raises LookupError for an unknown realm."""

    def save_pace(self, realm: str, pace: str, before: str) -> bool:
        """Keep the rate state's text if it still is `before`; False if another wrote it since.
        Raises LookupError for an unknown realm."""

    def acquire(self, realm: str, now: datetime, seconds: int) -> LeaseGrant | None:
        """Take the token lease, or None while another holds it."""

    def release(self, realm: str, fence: int) -> None:
        """Give the lease back; nothing happens if another has taken it since."""


class Jobs(Protocol):
    """Jobs, one row each. Every write is conditional; nothing is ever deleted."""

    def put(self, job: Job) -> bool:
        """Keep a job if its id is new."""

    def get(self, job_id: str) -> Job | None:
        """The job as it is now (strongly consistent)."""

    def change(self, before: Job, after: Job) -> bool:
        """Write `after` if the row still is `before` (by number); False if it moved meanwhile."""

    def open(self) -> list[Job]:
        """Jobs that are queued or running, oldest first; a moment late."""

    def of_month(self, month: str) -> list[Job]:
        """Jobs made in a month (`2026-11`), oldest first; a moment late."""

    def latest(self, month: str, before: str, limit: int) -> list[tuple[str, Job]]:
        """Up to so many jobs of a month with their places, before one of those ("" for the
        newest), newest first; a moment late."""


class Pulls(Protocol):
    """How far the lists of points of sale were read, and what was seen there. No deletes."""

    def cursor(self, connection: str, resource: str) -> PullCursor | None:
        """How far a list was read (strongly consistent)."""

    def cursors(self, connection: str) -> list[PullCursor]:
        """The cursors of a connection, by resource (strongly consistent)."""

    def move(self, before: PullCursor | None, after: PullCursor) -> bool:
        """Write a cursor if it still is as it was read (None: not there); False if it moved."""

    def seen(self, connection: str, object_type: str, object_id: str) -> SeenAtPos | None:
        """What was seen of an object (strongly consistent)."""

    def see(self, seen: SeenAtPos) -> None:
        """Keep what was seen, unless a later version was."""

    def seen_of_day(self, connection: str, business_date: str) -> Iterator[SeenAtPos]:
        """What was seen of a business date, by location; by an index, so a moment late."""


class Actions(Protocol):
    """What people did, append-only."""

    def put(self, action: Action) -> bool:
        """Keep an action if its id is new."""

    def of_month(self, connection: str, month: str) -> list[Action]:
        """What was done to a connection in a month (`2026-11`), oldest first."""

    def latest(self, connection: str, month: str, before: str, limit: int) -> list[Action]:
        """Up to so many actions of a month, newest first; before: the place of one (`Action.place`)
        to go on below it, "" for the newest."""


class Archive(Protocol):
    """Bodies too large for a row or a message."""

    def put(self, key: str, body: bytes) -> None: ...
    def get(self, key: str) -> bytes:
        """The body; raises LookupError if there is none."""


class Doorbell(Protocol):
    """Rings the poster of a realm; a hint of up to 30 posting ids goes along."""

    def __call__(self, realm: str, hint: Sequence[str]) -> None: ...


class BooksOfRealm(Protocol):
    """QuickBooks, for one company."""

    def post_batch(self, items: Sequence[BatchItem], request_id: str) -> Outcomes: ...
    def find(self, wanted: Sequence[Sought]) -> FoundBySought:
        """What is there of each posting sought. Raises ProbeFailed: that proves nothing."""


class Clock(Protocol):
    """Now, aware, in UTC."""

    def __call__(self) -> datetime: ...
