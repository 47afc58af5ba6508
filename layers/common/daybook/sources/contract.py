"""What a source is: the delivery it receives and the four functions it offers.

A source is one module of this room, entered in `registry`. Nothing here imports pydantic: the
webhook verifies and forwards without it.

    verify(delivery, secrets, now)  -> None, or raises BadSignature
    delivery_id(delivery)           -> the sender's id for this delivery, the same on each retry
    parse(delivery, context)        -> the financial events it holds, or raises Unreadable
    fetch(delivery, client)         -> a completed delivery, for sources whose webhook is thin
    names(client)                   -> what the point of sale calls its keys (optional)
    closes(delivery)                -> the days that it says are over (optional)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from daybook.domain.event import FinancialEvent


class BadSignature(Exception):  # noqa: N818 -- the fact, not an error of ours
    """The delivery is not from who it claims to be. The text never reaches the sender."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One HTTP request of a point of sale, as received.

    headers: names in lower case. query: the URL's parameters (a shared secret may stand there).
    event: the last path part of `/webhooks/{connection}/{event}`, or None. received_at: aware.
    """

    connection: str
    source: str
    body: bytes
    received_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A location of a connection: what turns an instant into a business date.

    time_zone: IANA name. day_close: hour and minute "HH:MM" at which a business day starts.
    """

    id: str
    name: str = ""
    time_zone: str = "UTC"
    day_close: str = "00:00"


@dataclass(frozen=True, slots=True)
class Context:
    """What parsing needs to know of the connection: its currency and its locations by id."""

    currency: str = "USD"
    locations: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something understood that has no place in the books; kept and shown, never an error.

    object_type, object_id, object_version: as far as the body told, for the row that is kept.
    """

    object_type: str
    object_id: str
    object_version: str
    reason: str
    location: str = ""


class Client(Protocol):
    """A point of sale's REST API, as far as `fetch` needs it: one resource, or all of a list."""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON of one resource, numbers exact. Raises Held `source_unavailable`."""

    def list_all(self, path: str, params: Mapping[str, str] | None = None) -> list[Any]:
        """Every row of a paged list. Raises Held `source_unavailable`."""


type Parsed = Sequence["FinancialEvent | Ignored"]


class Source(Protocol):
    """The functions a source module offers."""

    name: str
    # Whether the webhook should refuse (422) what `parse` finds unreadable: only the canonical
    # intake owns its schema; a vendor's surprising body is kept and held.
    refuses_unreadable: bool

    def verify(self, delivery: Delivery, secrets: Sequence[str], now: datetime) -> None:
        """Raise BadSignature unless one of the secrets vouches for the raw body."""

    def delivery_id(self, delivery: Delivery) -> str:
        """The sender's id for this delivery: equal for each retry of it."""

    def parse(self, delivery: Delivery, context: Context) -> Parsed:
        """The events in the body, in its order. Raises Unreadable with the path."""

    def needs_fetch(self, delivery: Delivery) -> bool:
        """Whether the body is too thin to parse and must be completed over the API."""

    def fetch(self, delivery: Delivery, client: Client) -> Delivery:
        """The same delivery with a full body. Raises Held `source_unavailable`, Unreadable."""


@runtime_checkable
class NamesKeys(Protocol):
    """A source whose point of sale can be asked for the names of its keys."""

    def names(self, client: Client) -> Mapping[tuple[str, str], str]:
        """Names by (role, key); locations under the role "location". Raises Held
        `source_unavailable`, Unreadable."""


@dataclass(frozen=True, slots=True)
class DayClosed:
    """A location's business date that its point of sale says is over.

    closed_at: the sender's own instant of it, aware; equal for each retry of the delivery.
    """

    location: str
    business_date: date
    closed_at: datetime


@runtime_checkable
class ClosesDays(Protocol):
    """A source whose point of sale says when a day is over.

    Asked after every event of the same delivery has its row, so that the close takes them in; its
    answer is the same for each retry, and closing a day twice is one close.
    """

    def closes(self, delivery: Delivery) -> Sequence[DayClosed]:
        """The days that the delivery says are over. Raises Unreadable just where `parse` does."""
