"""Intuit's tokens over requests-oauthlib: authorise, redeem a code, refresh, revoke.

    TokenError
    ├── GrantRefused      invalid_grant: the code or refresh token is dead
    ├── ClientRefused     invalid_client: our id or secret is wrong; no company is lost
    └── RefreshUnknown    no answer that can be trusted: try again with the same token

An access token lives an hour. A refresh token lives about 100 days and changes about every 24 hours
when it is used; all of them end five years after consent.
https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0
https://blogs.intuit.com/2025/11/12/important-changes-to-refresh-token-policy
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from oauthlib.oauth2 import InvalidClientError, InvalidGrantError
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from daybook.domain.connection import TokenLife
from daybook.domain.posting import instant_text
from daybook.qbo.endpoints import Endpoints

SCOPE = "com.intuit.quickbooks.accounting"
TIMEOUT_SECONDS = 30
_HEADERS = {
    "Accept": "application/json",
    "Content-Type": "application/x-www-form-urlencoded",
    # Asks for the seconds until the five years are over.
    "x-include-refresh-token-hard-expires-in": "true",
}
_ACCESS_SECONDS = 3_600
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_REFRESH_SECONDS = 8_640_000
# Statuses whose body is OAuth's own answer (RFC 6749, section 5); with others it means nothing.
_ANSWERED = frozenset({200, 400, 401})

# At DEBUG these two write tokens and codes to the log.
for _name in ("requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.INFO)


class TokenError(Exception):
    """A request about tokens that gave none. The text holds no secret."""


class GrantRefused(TokenError):  # noqa: N818 -- the answer's name
    """The code or refresh token is dead: revoked, expired, superseded, or its user has left."""


class ClientRefused(TokenError):  # noqa: N818 -- the answer's name
    """Our client id or secret is not taken."""


class RefreshUnknown(TokenError):  # noqa: N818 -- the fact
    """No answer; the token may have been exchanged all the same."""


@dataclass(frozen=True, slots=True)
class AppKeys:
    """The app's own keys, and the address to which people return after consent."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str = ""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The tokens of one company. Instants are aware; hard_expires_at None where not told.

    connected_at: the consent. generation: how many refreshes since.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    refresh_expires_at: datetime
    realm: str
    hard_expires_at: datetime | None = None
    connected_at: datetime = _LONG_AGO
    generation: int = 0

    @property
    def order(self) -> tuple[datetime, int, datetime]:
        """Greater is newer, whatever the clocks of the refreshers say."""
        return (self.connected_at, self.generation, self.expires_at)

    @property
    def mark(self) -> str:
        """The pair's place in that order as text that sorts; holds no secret."""
        consent = self.connected_at.astimezone(UTC).isoformat(timespec="microseconds")
        return f"{consent}#{self.generation:09}"

    def life(self, now: datetime) -> TokenLife:
        """What the company's row is told of the pair. now: when it was had."""
        return TokenLife(
            pair=self.mark,
            refreshed_at=instant_text(now),
            refresh_expires_at=instant_text(self.refresh_expires_at),
            hard_expires_at=instant_text(self.hard_expires_at) if self.hard_expires_at else "",
        )

    def to_json(self) -> str:
        """The pair as kept in the secret store."""
        hard = self.hard_expires_at
        return json.dumps(
            {
                "realm": self.realm,
                "access_token": self.access_token,
                "refresh_token": self.refresh_token,
                "expires_at": self.expires_at.isoformat(),
                "refresh_expires_at": self.refresh_expires_at.isoformat(),
                "hard_expires_at": hard.isoformat() if hard else None,
                "connected_at": self.connected_at.isoformat(),
                "generation": self.generation,
            }
        )

    @staticmethod
    def from_json(text: str) -> "TokenPair":
        """The pair again. Raises ValueError without showing what the text holds."""
        try:
            row = json.loads(text)
            hard = row.get("hard_expires_at")
            return TokenPair(
                str(row["access_token"]),
                str(row["refresh_token"]),
                datetime.fromisoformat(row["expires_at"]),
                datetime.fromisoformat(row["refresh_expires_at"]),
                str(row["realm"]),
                datetime.fromisoformat(hard) if hard else None,
                datetime.fromisoformat(row["connected_at"]),
                int(row["generation"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ValueError("the secret holds no token pair") from None


def authorise_url(endpoints: Endpoints, keys: AppKeys, state: str) -> str:
    """Where a person consents. state: unguessable, checked on return."""
    session = OAuth2Session(keys.client_id, redirect_uri=keys.redirect_uri, scope=[SCOPE])
    with session:
        url, _ = session.authorization_url(endpoints.authorise, state=state)
    return str(url)


def exchange_code(
    endpoints: Endpoints, keys: AppKeys, code: str, realm: str, now: datetime
) -> TokenPair:
    """The first pair of a company. realm: `realmId` of the return address, told only there.

    Raises TokenError.
    """
    with _session(keys) as session:
        row = _asked(
            lambda: session.fetch_token(
                endpoints.token,
                code=code,
                auth=HTTPBasicAuth(keys.client_id, keys.client_secret),
                timeout=TIMEOUT_SECONDS,
                headers=_HEADERS,
            )
        )
    return replace(_pair_of(row, realm, now), connected_at=now)


def refresh(endpoints: Endpoints, keys: AppKeys, pair: TokenPair, now: datetime) -> TokenPair:
    """A new pair for the same company; its refresh token may be the same. Raises TokenError.

    The end of the five years is kept where the answer does not tell it again.
    """
    with _session(keys) as session:
        row = _asked(
            lambda: session.refresh_token(
                endpoints.token,
                refresh_token=pair.refresh_token,
                auth=HTTPBasicAuth(keys.client_id, keys.client_secret),
                timeout=TIMEOUT_SECONDS,
                headers=_HEADERS,
            )
        )
    fresh = _pair_of(row, pair.realm, now)
    return replace(
        fresh,
        hard_expires_at=fresh.hard_expires_at or pair.hard_expires_at,
        connected_at=pair.connected_at,
        generation=pair.generation + 1,
    )


def revoke(endpoints: Endpoints, keys: AppKeys, token: str) -> None:
    """Ends the consent that an access or refresh token belongs to. Raises RefreshUnknown."""
    try:
        reply = requests.post(
            endpoints.revoke,
            json={"token": token},
            auth=HTTPBasicAuth(keys.client_id, keys.client_secret),
            headers={"Accept": "application/json"},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise RefreshUnknown(f"Revoking failed: {type(error).__name__}.") from error
    # 400 is the answer for a token that is dead already.
    if reply.status_code not in {200, 400}:
        raise RefreshUnknown(f"Revoking was answered with HTTP {reply.status_code}.")


def _session(keys: AppKeys) -> OAuth2Session:
    session = OAuth2Session(keys.client_id, redirect_uri=keys.redirect_uri)
    # A redirect would send the refresh token on.
    session.max_redirects = 0
    session.register_compliance_hook("access_token_response", _only_answers)
    session.register_compliance_hook("refresh_token_response", _only_answers)
    return session


def _only_answers(reply: requests.Response) -> requests.Response:
    """oauthlib reads the body whatever the status; a 503 must not look like an answer."""
    if reply.status_code not in _ANSWERED:
        raise RefreshUnknown(f"The token endpoint answered with HTTP {reply.status_code}.")
    return reply


def _asked(ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The answer; only invalid_grant and invalid_client are answers that say no.

    oauthlib raises MissingTokenError for 503, 429 and an empty 200 alike.
    """
    try:
        row = ask()
    except InvalidGrantError as error:
        raise GrantRefused(f"invalid_grant {error.description or ''}".strip()) from error
    except InvalidClientError as error:
        raise ClientRefused("invalid_client: check the app's id and secret.") from error
    except RefreshUnknown:
        raise
    except Exception as error:
        raise RefreshUnknown(
            f"The token endpoint gave no answer: {type(error).__name__}."
        ) from error
    if not all(isinstance(row.get(name), str) for name in ("access_token", "refresh_token")):
        raise RefreshUnknown("The answer holds no two tokens.")
    return row


def _pair_of(row: Mapping[str, Any], realm: str, now: datetime) -> TokenPair:
    hard = row.get("x_refresh_token_hard_expires_in")
    return TokenPair(
        row["access_token"],
        row["refresh_token"],
        now + _seconds(row.get("expires_in"), _ACCESS_SECONDS),
        now + _seconds(row.get("x_refresh_token_expires_in"), _REFRESH_SECONDS),
        realm,
        now + _seconds(hard, 0) if hard is not None else None,
    )


def _seconds(value: object, default: int) -> timedelta:
    """Lives are whole seconds; five years are below 10**9."""
    if isinstance(value, int) and 0 <= value < 10**9:
        return timedelta(seconds=value)
    return timedelta(seconds=default)
