"""OAuth tokens as Intuit hands them out, with their lives on the simulator's clock.

https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0:
access tokens live an hour; a refresh token lives 100 days and its value changes about every 24
hours, the former value dying at once; since November 2025 a grant ends after five years
(https://blogs.intuit.com/2025/11/12/important-changes-to-refresh-token-policy).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 8_640_000
HARD_SECONDS = 157_680_000
CODE_SECONDS = 600
_ROTATION = timedelta(hours=24)


class InvalidGrant(Exception):  # noqa: N818 - OAuth's own name for it (RFC 6749, section 5.2)
    """The code or refresh token is not good. `description` may be absent, as at Intuit."""

    def __init__(self, description: str | None = None) -> None:
        super().__init__(description or "invalid_grant")
        self.description = description


@dataclass
class Grant:
    """One user's consent for one company, and its current refresh token."""

    realm: str
    authorized_at: datetime
    refresh_token: str
    issued_at: datetime

    def refresh_seconds_left(self, now: datetime) -> int:
        """Life of the current refresh token, cut by the grant's own end."""
        rolling = REFRESH_SECONDS - (now - self.issued_at).total_seconds()
        return int(min(rolling, self.hard_seconds_left(now)))

    def hard_seconds_left(self, now: datetime) -> int:
        """Time until the user must consent again."""
        return int(HARD_SECONDS - (now - self.authorized_at).total_seconds())


@dataclass(frozen=True)
class TokenPair:
    """The answer to a token request."""

    access_token: str
    refresh_token: str
    refresh_seconds: int
    hard_seconds: int


@dataclass(frozen=True)
class _Code:
    realm: str
    redirect_uri: str
    made_at: datetime


class TokenStore:
    """Codes, grants and access tokens of every realm."""

    def __init__(self) -> None:
        self._codes: dict[str, _Code] = {}
        self._grants: dict[str, Grant] = {}
        self._access: dict[str, tuple[Grant, datetime]] = {}
        self._superseded: set[str] = set()
        self._realm_of_dead: dict[str, str] = {}

    def new_code(self, realm: str, redirect_uri: str, now: datetime) -> str:
        """An authorisation code for one use within ten minutes."""
        code = "AB11" + secrets.token_urlsafe(30)
        self._codes[code] = _Code(realm, redirect_uri, now)
        return code

    def redeem(self, code: str, redirect_uri: str, now: datetime) -> TokenPair:
        """Exchange a code. Raises InvalidGrant if it is unknown, used, old or for another URI."""
        made = self._codes.pop(code, None)
        if made is None or now - made.made_at > timedelta(seconds=CODE_SECONDS):
            raise InvalidGrant("Token invalid")
        if made.redirect_uri != redirect_uri:
            raise InvalidGrant("Invalid redirect URI")
        return self._pair(self.authorize(made.realm, now), now)

    def authorize(self, realm: str, now: datetime) -> Grant:
        """A fresh consent for `realm` with its first refresh token."""
        grant = Grant(realm, now, _new_refresh_token(), now)
        self._grants[grant.refresh_token] = grant
        return grant

    def refresh(self, token: str, rotation: str, now: datetime) -> TokenPair:
        """New access token for a refresh token. Raises InvalidGrant if that is dead."""
        grant = self._grants.get(token)
        if grant is None:
            known = token in self._superseded
            raise InvalidGrant(None if known else "Incorrect or invalid refresh token")
        if grant.refresh_seconds_left(now) <= 0:
            self._end(grant)
            raise InvalidGrant()
        if rotation == "always" or now - grant.issued_at >= _ROTATION:
            self._rotate(grant, now)
        return self._pair(grant, now)

    def realm_of(self, token: str) -> str | None:
        """The realm whose refresh token or code this is or was, for counting requests."""
        if token in self._grants:
            return self._grants[token].realm
        if token in self._codes:
            return self._codes[token].realm
        return self._realm_of_dead.get(token)

    def realm_for_access(self, token: str, now: datetime) -> str | None:
        """The realm that an access token opens, or None if it is unknown, expired or revoked."""
        grant, until = self._access.get(token, (None, None))
        if grant is None or until is None or now >= until:
            return None
        return grant.realm

    def revoke(self, token: str) -> bool:
        """End the grant that an access or refresh token belongs to. False if there is none."""
        grant = self._grants.get(token) or self._access.get(token, (None, None))[0]
        if grant is None:
            return False
        self._end(grant)
        return True

    def _pair(self, grant: Grant, now: datetime) -> TokenPair:
        access = "eyJhbGciOiJkaXIifQ.." + secrets.token_urlsafe(60)
        self._access[access] = (grant, now + timedelta(seconds=ACCESS_SECONDS))
        return TokenPair(
            access,
            grant.refresh_token,
            grant.refresh_seconds_left(now),
            grant.hard_seconds_left(now),
        )

    def _rotate(self, grant: Grant, now: datetime) -> None:
        self._bury(grant)
        self._superseded.add(grant.refresh_token)
        grant.refresh_token, grant.issued_at = _new_refresh_token(), now
        self._grants[grant.refresh_token] = grant

    def _end(self, grant: Grant) -> None:
        self._bury(grant)
        self._access = {token: held for token, held in self._access.items() if held[0] is not grant}

    def _bury(self, grant: Grant) -> None:
        self._grants.pop(grant.refresh_token, None)
        self._realm_of_dead[grant.refresh_token] = grant.realm


def _new_refresh_token() -> str:
    return "RT1-" + secrets.token_urlsafe(32)
