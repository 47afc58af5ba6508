"""The long life of tokens: renewed where nothing else does, and warned of before they end.

A refresh token ends about 100 days after its last use, and the consent five years after it was
given, whatever is done.
https://blogs.intuit.com/2025/11/12/important-changes-to-refresh-token-policy
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from daybook.domain.connection import Realm
from daybook.domain.posting import instant_text
from daybook.workflows.ports import Connections
from daybook.workflows.poster import Reconnect, TokenUnavailable

IDLE: Final = timedelta(days=7)
REFRESH_WARNING: Final = timedelta(days=14)
CONSENT_WARNING: Final = timedelta(days=60)

# The words of the alarm lines.
NEAR_DEATH: Final = "token_near_death"
RECONNECT: Final = "reconnect_needed"

type What = Literal["refresh_token", "consent"]


@dataclass(frozen=True, slots=True)
class EndsSoon:
    """Tokens that end soon. ends_at: RFC 3339; days: whole ones until then, below 0 if it is past.

    what: `refresh_token`, which ends for want of use, or `consent`, which only a person renews.
    """

    realm: str
    what: What
    ends_at: str
    days: int

    @property
    def text(self) -> str:
        """The warning as a sentence, with what to do."""
        name = "consent" if self.what == "consent" else "refresh token"
        ends = f"ended on {self.ends_at[:10]}" if self.days < 0 else f"ends in {self.days} days"
        return f"The {name} of company {self.realm} {ends}: connect the company again."


@dataclass(frozen=True, slots=True)
class Cared:
    """What one round did: how many companies were renewed, are connected again by newer tokens, are
    lost, or got no answer (they are asked again at the next round); and what ends soon."""

    renewed: int = 0
    back: int = 0
    lost: int = 0
    unanswered: int = 0
    warnings: tuple[EndsSoon, ...] = ()

    def counts(self) -> Counter[str]:
        """By word, without zeros: how a job shows it."""
        found = {
            "tokens renewed": self.renewed,
            "connected again": self.back,
            "consents lost": self.lost,
            "tokens unanswered": self.unanswered,
            "tokens near their end": len(self.warnings),
        }
        return Counter({word: number for word, number in found.items() if number})


def refresh_idle(
    *,
    connections: Connections,
    renew: Callable[[Realm], None],
    look: Callable[[Realm], None],
    alarm: Callable[[str, str], None],
    clock: Callable[[], datetime],
) -> Cared:
    """Renew the tokens of each connected company where nobody did for a week, take up newer ones
    of companies that need a reconnect, and warn of what ends soon.

    renew: has the company's tokens renewed, kept and noted. look: only takes up newer ones, if
    they were kept and not noted. Both raise Reconnect or TokenUnavailable, which end nothing but
    their own company's turn. alarm: told a word and the company's id.
    """
    cared = Counter[str]()
    for realm in connections.realms():
        if realm.state == "connected" and _is_idle(realm, clock()):
            cared[_renewed(realm, renew, connections, alarm)] += 1
        elif realm.state == "reconnect_needed":
            cared[_looked(realm, look, connections)] += 1
    warnings = near_death(connections.realms(), clock())
    for one in warnings:
        alarm(NEAR_DEATH, one.realm)
    return Cared(cared["renewed"], cared["back"], cared["lost"], cared["unanswered"], warnings)


def _is_idle(realm: Realm, now: datetime) -> bool:
    return realm.refreshed_at <= instant_text(now - IDLE)


def _renewed(
    realm: Realm,
    renew: Callable[[Realm], None],
    connections: Connections,
    alarm: Callable[[str, str], None],
) -> str:
    try:
        renew(realm)
    except TokenUnavailable:
        return "unanswered"
    except Reconnect as refusal:
        known = refusal.pair or realm.pair
        if not connections.set_state(realm.realm, RECONNECT, str(refusal), known):
            return "back"
        alarm(RECONNECT, realm.realm)
        return "lost"
    return "renewed"


def _looked(realm: Realm, look: Callable[[Realm], None], connections: Connections) -> str:
    try:
        look(realm)
    except (TokenUnavailable, Reconnect):
        return "unanswered"
    after = connections.realm(realm.realm)
    return "back" if after and after.state == "connected" else "still lost"


def near_death(realms: Sequence[Realm], now: datetime) -> tuple[EndsSoon, ...]:
    """What ends within 14 days (a refresh token) or 60 (a consent), the soonest first."""
    found = [
        one
        for realm in realms
        if realm.state != "disconnected"
        for one in (
            _ends(realm, "refresh_token", realm.refresh_expires_at, REFRESH_WARNING, now),
            _ends(realm, "consent", realm.hard_expires_at, CONSENT_WARNING, now),
        )
        if one is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.ends_at, one.realm, one.what)))


def _ends(
    realm: Realm, what: What, ends_at: str, warning: timedelta, now: datetime
) -> EndsSoon | None:
    if not ends_at:
        return None
    left = datetime.fromisoformat(ends_at) - now
    return EndsSoon(realm.realm, what, ends_at, left.days) if left < warning else None
