"""What a source is: the delivery it receives and the four functions it offers.

A source is one module of this room, entered in `registry`. Nothing here imports pydantic: the
webhook verifies and forwards without it.

    verify(delivery, secrets, now)  -> None, or raises BadSignature
    delivery_id(delivery)           -> the sender's id for this delivery, the same on each retry
    parse(delivery, context)        -> the financial events it holds, or raises Unreadable
    fetch(delivery, client)         -> a completed delivery, for sources whose webhook is thin
    names(client)                   -> what the point of sale calls its keys (optional)
    closes(delivery)                -> the days that it says are over (optional)
    resources, page, objects, delivery_of   what the API is pulled for (optional: `Pulled`)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, runtime_checkable

from daybook.domain.delivery import Origin
from daybook.domain.pos_list import Listed

if TYPE_CHECKING:
    from daybook.domain.event import FinancialEvent


class BadSignature(Exception):  # noqa: N818 -- the fact, not an error of ours
    """The delivery is not from who it claims to be. The text never reaches the sender."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One HTTP request of a point of sale, as received.

    headers: names in lower case. query: the URL's parameters (a shared secret may stand there).
    event: the last path part of `/webhooks/{connection}/{event}`, or None. received_at: aware.
    origin: `pull` where no request came and the body was read over the API.
    """

    connection: str
    source: str
    body: bytes
    received_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    event: str | None = None
    origin: Origin = "webhook"


class Location(NamedTuple):
    """A location of a connection: what turns an instant into a business date.

    time_zone: IANA name. day_close: hour and minute "HH:MM" at which a business day starts.
    """

    id: str
    name: str = ""
    time_zone: str = "UTC"
    day_close: str = "00:00"


def _no_documents(_location: str, _day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Context:
    """What parsing needs to know of the connection: its currency and its locations by id.

    documents: whether a location posts documents on a business date. A document is in its party's
    currency; a source that states amounts in two sends that one then, and else the home currency.
    """

    currency: str = "USD"
    locations: Mapping[str, Location] = field(default_factory=dict)
    documents: Callable[[str, date], bool] = _no_documents


class Ignored(NamedTuple):
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


class ListClient(Client, Protocol):
    """A REST API that is pulled: one page of a list at a time.

    Raises `domain.pos_errors.Unavailable` (ask again later) and `Refused` (asking again is no use).
    """

    def listed(self, path: str, params: Mapping[str, str], page: int) -> Listed:
        """Page `page` (from 1) of a list, numbers exact."""


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


class DayClosed(NamedTuple):
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


class Resource(NamedTuple):
    """One list of the API that is pulled, with a cursor of its own.

    name: as people say it (`--resource`). overlap: how far behind the last modification seen the
    next pull begins; longer than the vendor may take to show a row under the instant it carries.
    ordered: whether `page` asks for the rows by rising modification, so that the pull goes on from
    the last instant instead of by page numbers. Where it is False all pages are read in one pass,
    again until two passes in a row were equal. expands: whether `objects` asks the API for each
    row, so that it is worth a row of ours to ask it once only. object_types: of all events that its
    rows become, for the proof: a type that is in no list's is never missed at the point of sale.
    """

    name: str
    overlap: timedelta = timedelta(minutes=10)
    ordered: bool = True
    expands: bool = False
    object_types: tuple[str, ...] = ()


class Row(NamedTuple):
    """A row of a pulled list. id: unique in the list. modified: aware, by the vendor's clock."""

    id: str
    modified: datetime
    raw: Any


class Page(NamedTuple):
    """A page of a pulled list. pages: of all that was modified since, as far as is known with it
    (`number + 1` where the vendor states none and this one is full). total: 0 where it is unknown.

    rows: all of them, those that are no matter for the books too: `objects` passes them over.
    """

    rows: Sequence[Row]
    pages: int
    total: int = 0


@dataclass(frozen=True, slots=True)
class PulledObject:
    """What a row holds for the books: one object at one version, named as `parse` will name it.

    body: the JSON value that becomes the delivery's body (Decimals allowed); it may be thin, then
    `needs_fetch` and `fetch` complete it. event: as the last part of a webhook's URL. stated: the
    totals that the point of sale itself states (`total`, ...), amounts as text; for the proof.
    before: of a reversal, the version that it takes back: put beside it where no webhook brought
    any version of the object, so that the two cancel out instead of waiting for ever.
    """

    object_type: str
    object_id: str
    version: str
    body: Any
    effect: Literal["post", "reverse"] = "post"
    event: str | None = None
    stated: Mapping[str, str] = field(default_factory=dict)
    before: "PulledObject | None" = None


@runtime_checkable
class Pulled(Protocol):
    """A source whose API is read for what its webhooks lost or never send."""

    resources: Sequence[Resource]

    def page(self, client: ListClient, resource: str, since: datetime, number: int) -> Page:
        """Page `number` (from 1) of what was modified at `since` (aware) or later.

        Raises what `ListClient` raises, and Unreadable for a row without id or instant.
        """

    def objects(self, client: ListClient, resource: str, row: Row) -> Sequence[PulledObject]:
        """What a row holds for the books: none, mostly one, or several (then the API may be asked).

        Raises as `page`."""

    def delivery_of(self, connection: str, found: PulledObject, received_at: datetime) -> Delivery:
        """The delivery that stands for it: origin `pull`; its `delivery_id` is equal each time, and
        `parse` gives just the event that the webhook of this version would."""
