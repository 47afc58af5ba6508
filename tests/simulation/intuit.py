"""Intuit's token server: one consent a company, under either of the rules that are told of it.

`always`: each refresh ends the refresh token that it used, at once; the harsher reading.
`daily`: a refresh token stays the same for 24 hours and is taken for 24 hours after it changed.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from daybook.qbo.endpoints import Endpoints
from daybook.qbo.tokens import AppKeys, GrantRefused, TokenPair
from tests.simulation.clock import Clock

type Rotation = Literal["always", "daily"]
_DAY = timedelta(hours=24)
_HOUR = timedelta(hours=1)
_HUNDRED_DAYS = timedelta(days=100)
_FIVE_YEARS = timedelta(days=1826)


@dataclass(slots=True)
class Consent:
    """A company's consent. live: refresh tokens that are taken, until when."""

    number: int
    live: dict[str, datetime] = field(default_factory=dict)
    newest: str = ""
    rotated_at: datetime | None = None


@dataclass
class Intuit:
    """Refresh tokens, and which access tokens open which company. asked: how often each refresh
    token was used; reached: each token that arrived here."""

    clock: Clock
    rotation: Rotation = "always"
    consents: dict[str, Consent] = field(default_factory=dict)
    access: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    issued: int = 0

    def consent(self, realm: str) -> str:
        """A person consents: the refresh token. What was given before ends."""
        before = self.consents.get(realm)
        made = Consent((before.number if before else 0) + 1)
        self.revoke(realm)
        self.consents[realm] = made
        return self._rotate(realm, made)

    def revoke(self, realm: str) -> None:
        """The consent is over, and everything that was issued under it."""
        if realm in self.consents:
            self.consents[realm].live.clear()
        self.access = {token: one for token, one in self.access.items() if one[0] != realm}

    def opens(self, realm: str, token: str) -> bool:
        """Whether an access token opens a company now."""
        owner, until = self.access.get(token, ("", self.clock()))
        return owner == realm and until > self.clock()

    def expire(self, realm: str) -> None:
        """The access tokens of a company end before their time."""
        self.access = {token: one for token, one in self.access.items() if one[0] != realm}

    def refresh(
        self, _endpoints: Endpoints, _keys: AppKeys, pair: TokenPair, now: datetime
    ) -> TokenPair:
        """The next pair. Raises GrantRefused."""
        realm, given = pair.realm, pair.refresh_token
        self.asked[given] = self.asked.get(given, 0) + 1
        consent = self.consents.get(realm)
        if consent is None or consent.live.get(given, now) <= now:
            raise GrantRefused("invalid_grant Token invalid")
        self._turn(realm, consent, given, now)
        self.issued += 1
        token = f"access-{realm[-2:]}-{self.issued}"
        self.access[token] = (realm, now + _HOUR)
        return TokenPair(
            token,
            consent.newest,
            now + _HOUR,
            now + _HUNDRED_DAYS,
            realm,
            now + _FIVE_YEARS,
            pair.connected_at,
            pair.generation + 1,
        )

    def _turn(self, realm: str, consent: Consent, given: str, now: datetime) -> None:
        if self.rotation == "always":
            del consent.live[given]
            self._rotate(realm, consent)
        elif consent.rotated_at is None or now - consent.rotated_at >= _DAY:
            consent.live[consent.newest] = now + _DAY
            self._rotate(realm, consent)

    def _rotate(self, realm: str, consent: Consent) -> str:
        self.issued += 1
        consent.newest = f"refresh-{realm[-2:]}-{consent.number}-{self.issued}"
        consent.live[consent.newest] = self.clock() + _HUNDRED_DAYS
        consent.rotated_at = self.clock()
        return consent.newest
