"""What the workflows need from outside, as small Protocols.

The rooms `store`, `qbo` and `queues` satisfy them on AWS; hand-written fakes do in tests and in
the simulation. Both pass the same contract tests (tests/contract).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from daybook.domain.chart import Chart
from daybook.domain.identity import PostingKey
from daybook.domain.mapping import Mapping
from daybook.domain.outcome import BatchItem, Found, Outcomes
from daybook.domain.posting import Posting
from daybook.domain.status import Status

type Put = Literal["created", "same", "conflict"]


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as kept: its id, content hash and raw body (inline, or a key in the archive)."""

    connection: str
    delivery_id: str
    sha256: str
    source: str
    received_at: str
    event: str | None = None
    body: bytes = b""
    archive_key: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """A point of sale connected to a company. realm "" until a company is connected.

    pos_account: what the source's REST client needs to find the shop (a subdomain, an API id).
    """

    id: str
    source: str
    realm: str = ""
    name: str = ""
    pos_account: str = ""
    created_at: str = ""


type RealmState = Literal["connected", "reconnect_needed", "disconnected"]


@dataclass(frozen=True, slots=True)
class Realm:
    """A QuickBooks company. environment: production or sandbox.

    parked_until: RFC 3339; nothing is sent to it before. pace: the rate state, as saved text.
    lease_until, lease_fence: who may refresh its token now.
    """

    realm: str
    company: str = ""
    environment: str = "production"
    state: RealmState = "connected"
    parked_until: str = ""
    park_reason: str = ""
    pace: str = ""
    refresh_expires_at: str = ""
    hard_expires_at: str = ""
    connected_at: str = ""


@dataclass(frozen=True, slots=True)
class ActiveMapping:
    """The mapping in force for a connection."""

    version: int
    mapping: Mapping


class Ledger(Protocol):
    """The truth: deliveries and postings. Every write is conditional; nothing is ever deleted."""

    def put_delivery(self, row: DeliveryRow) -> Put:
        """Keep a delivery if its id is new; `same` for equal content, else `conflict` (kept
        beside the first)."""

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
        """Rows of a realm that are ready, sending or uncertain, oldest first."""

    def held(self, connection: str, status: Status = "held") -> Iterator[Posting]:
        """Rows of a connection that are held (or failed), by reason and since when."""

    def of_object(self, connection: str, object_type: str, object_id: str) -> list[Posting]:
        """All rows of one object (strongly consistent): versions, effects, reversals."""

    def realms_due(self, realms: Sequence[str]) -> list[str]:
        """Those of the realms that have anything due."""

    def counts(self) -> dict[Status, int]:
        """How many events have each status (reversals apart). Reads the whole ledger."""

    def repeats(self) -> int:
        """How many events came again and brought nothing new. Reads the whole ledger."""

    def all_postings(self) -> Iterator[Posting]:
        """Every posting, in no particular order. Reads the whole ledger."""


class Connections(Protocol):
    """Connections and companies."""

    def get(self, connection: str) -> Connection | None: ...
    def put(self, connection: Connection) -> None: ...
    def all(self) -> list[Connection]: ...
    def realm(self, realm: str) -> Realm | None: ...
    def put_realm(self, realm: Realm) -> None: ...
    def realms(self) -> list[Realm]: ...
    def park(self, realm: str, until: str, reason: str) -> None: ...
    def set_state(self, realm: str, state: RealmState, reason: str) -> None: ...
    def save_pace(self, realm: str, pace: str) -> None: ...
    def acquire(self, realm: str, now: datetime, seconds: int) -> int | None:
        """Take the token lease: its new fence, or None while another holds it."""

    def release(self, realm: str, fence: int) -> None: ...


class Mappings(Protocol):
    """Mapping versions (immutable, numbered from 1), the active one, and imported charts."""

    def active(self, connection: str) -> ActiveMapping | None: ...
    def active_version(self, connection: str) -> int:
        """The active version's number, strongly consistent; 0 if there is none."""

    def put(self, connection: str, mapping: Mapping, actor: str, at: str) -> int:
        """Keep a new version; its number."""

    def activate(self, connection: str, version: int) -> None: ...
    def version(self, connection: str, version: int) -> Mapping | None: ...
    def versions(self, connection: str) -> list[int]: ...
    def chart(self, realm: str) -> Chart | None: ...
    def chart_version(self, realm: str) -> int:
        """The imported chart's version, strongly consistent; 0 if there is none."""

    def put_chart(self, chart: Chart) -> None: ...


class Archive(Protocol):
    """Bodies too large for a row or a message."""

    def put(self, key: str, body: bytes) -> None: ...
    def get(self, key: str) -> bytes: ...


class Doorbell(Protocol):
    """Rings the poster of a realm; a hint of up to 30 posting ids goes along."""

    def __call__(self, realm: str, hint: Sequence[str]) -> None: ...


class BooksOfRealm(Protocol):
    """QuickBooks, for one company."""

    def post_batch(self, items: Sequence[BatchItem], request_id: str) -> Outcomes: ...
    def find_journal_entries(self, doc_numbers: Sequence[str]) -> Found: ...


class Clock(Protocol):
    """Now, aware, in UTC."""

    def __call__(self) -> datetime: ...
