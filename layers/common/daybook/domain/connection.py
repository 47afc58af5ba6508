"""A point of sale connected to a company, the company, and the mapping in force between them."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

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
    throttled_at: when it had to rest after a 429, the last times, with no clear answer since.
    pair and the instants after it: what is known of the newest tokens (`TokenLife`).
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
    pair: str = ""
    refreshed_at: str = ""
    throttled_at: str = ""


class TokenLife(NamedTuple):
    """What may be told of a pair of tokens: never the tokens. Instants are RFC 3339.

    pair: which one it is; of two texts the greater is the newer pair. refresh_expires_at: when the
    refresh token ends, unless it is used before. hard_expires_at: when the consent ends, whatever
    is done; "" where Intuit did not tell.
    """

    pair: str
    refreshed_at: str
    refresh_expires_at: str
    hard_expires_at: str = ""


def with_tokens(realm: Realm, life: TokenLife) -> Realm | None:
    """The company after newer tokens were kept; None if it knows these, or newer ones.

    Newer ones than those that were refused end the want of a reconnect.
    """
    if life.pair <= realm.pair:
        return None
    back = realm.state == "reconnect_needed"
    return replace(
        realm,
        state="connected" if back else realm.state,
        park_reason="" if back else realm.park_reason,
        pair=life.pair,
        refreshed_at=life.refreshed_at,
        refresh_expires_at=life.refresh_expires_at,
        hard_expires_at=life.hard_expires_at or realm.hard_expires_at,
    )


def with_state(realm: Realm, state: RealmState, reason: str, pair: str | None) -> Realm | None:
    """The company in another state; None if it has newer tokens than the pair that speaks."""
    if pair is not None and realm.pair > pair:
        return None
    return replace(realm, state=state, park_reason=reason, pair=pair or realm.pair)


class LeaseGrant(NamedTuple):
    """The right to renew a company's tokens. fence: rises by one with each grant of the company.

    taken_over: the holder before did not give it back; its time ran out.
    """

    fence: int
    taken_over: bool = False


class ActiveMapping(NamedTuple):
    """The mapping in force for a connection."""

    version: int
    mapping: "Mapping"
