"""A point of sale connected to a company, the company, and the mapping in force between them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from daybook.domain.mapping import Mapping

type RealmState = Literal["connected", "reconnect_needed", "disconnected"]


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


@dataclass(frozen=True, slots=True)
class Realm:
    """A QuickBooks company. environment: production or sandbox.

    parked_until: RFC 3339; nothing is sent to it before. pace: the rate state, as saved text.
    Who may refresh its token now is the lease, a row of its own (`Connections.acquire`).
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
class LeaseGrant:
    """The right to renew a company's tokens. fence: rises by one with each grant of the company.

    taken_over: the holder before did not give it back; its time ran out.
    """

    fence: int
    taken_over: bool = False


@dataclass(frozen=True, slots=True)
class ActiveMapping:
    """The mapping in force for a connection."""

    version: int
    mapping: "Mapping"
