"""OpenID Connect: who a person is, in the words of any provider that speaks it.

Authorization code flow with PKCE (RFC 7636), state and nonce. The provider's addresses come from
its discovery document, its keys from its JWKS; an ID token is believed only if it is signed by one
of them with RS256 or ES256 and names our issuer, our client and our nonce.
https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
https://openid.net/specs/openid-connect-discovery-1_0.html
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import jwt
import requests

ALGORITHMS: Final = ("RS256", "ES256")
SCOPE: Final = "openid profile email"
LEEWAY_SECONDS: Final = 60
_REMEMBERED: Final = timedelta(hours=1)
# An unknown key makes us ask for the keys anew, but not as often as a forger would like.
_ASK_AGAIN_AFTER: Final = timedelta(minutes=1)
_TIMEOUT_SECONDS: Final = 8
_MAX_BYTES: Final = 1_000_000
_MAX_KEYS: Final = 50
_REQUIRED: Final = ["exp", "iat", "iss", "aud", "sub", "nonce"]

type Ask = Callable[[str, Mapping[str, str] | None], dict[str, Any]]


class ProviderUnavailable(Exception):  # noqa: N818 -- a state
    """The provider gave no answer that can be used; the text holds no secret."""


class NotBelieved(Exception):  # noqa: N818 -- the verdict
    """What came back vouches for nobody; the text says why, and holds no secret."""


@dataclass(frozen=True, slots=True)
class _Discovered:
    issuer: str
    authorise: str
    token: str
    keys: str


class Provider:
    """One provider, and our client there. client_secret: "" for a public client.

    ask: the JSON object at an address; with values, posted to it. Raises ProviderUnavailable.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: Callable[[], str],
        clock: Callable[[], datetime],
        ask: Ask,
    ) -> None:
        self.issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._ask = ask
        self._found: tuple[datetime, _Discovered] | None = None
        self._keys: dict[str, jwt.PyJWK] = {}
        self._keys_at: datetime | None = None

    def authorise_url(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where a person signs in. Raises ProviderUnavailable."""
        challenge = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        address = self._discovered().authorise
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"

    def identity(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> dict[str, Any]:
        """The claims of the ID token that a code is exchanged for.

        Raises NotBelieved, ProviderUnavailable.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._client_id,
            "code_verifier": verifier,
        }
        secret = self._client_secret()
        if secret:
            form["client_secret"] = secret
        reply = self._ask(self._discovered().token, form)
        token = reply.get("id_token")
        if not isinstance(token, str):
            raise NotBelieved("The provider did not take the code.")
        return self._claims(token, nonce)

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        try:
            key = self._key(jwt.get_unverified_header(token))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._client_id,
                issuer=self._discovered().issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": _REQUIRED},
            )
        except jwt.PyJWTError as refusal:
            raise NotBelieved(f"The ID token is not good: {type(refusal).__name__}.") from refusal
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise NotBelieved("The ID token is of another sign-in.")
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if several and claims.get("azp") != self._client_id:
            raise NotBelieved("The ID token was made for another client.")
        return claims

    def _key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        if header.get("alg") not in ALGORITHMS:
            raise NotBelieved("The ID token is signed in a way that is not taken.")
        name = str(header.get("kid", ""))
        if name not in self._keys or self._is_old(self._keys_at, _REMEMBERED):
            self._read_keys()
        if name not in self._keys:
            raise NotBelieved("The ID token is signed by a key that is not the provider's.")
        return self._keys[name]

    def _read_keys(self) -> None:
        if not self._is_old(self._keys_at, _ASK_AGAIN_AFTER):
            return
        rows = self._ask(self._discovered().keys, None).get("keys")
        if not isinstance(rows, list) or len(rows) > _MAX_KEYS:
            raise ProviderUnavailable("the provider's keys cannot be read")
        self._keys = dict(_usable(rows))
        self._keys_at = self._clock()

    def _discovered(self) -> _Discovered:
        if self._found is None or self._is_old(self._found[0], _REMEMBERED):
            row = self._ask(f"{self.issuer}/.well-known/openid-configuration", None)
            # With or without the slash at its end, which some providers have: an ID token has to
            # name it as the document does, to the letter.
            issuer = row.get("issuer")
            if issuer not in (self.issuer, f"{self.issuer}/"):
                raise ProviderUnavailable("the discovery document is of another issuer")
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            places = (self._address(row, name) for name in names)
            self._found = (self._clock(), _Discovered(issuer, *places))
        return self._found[1]

    def _address(self, row: Mapping[str, Any], name: str) -> str:
        address = row.get(name)
        # A provider on a laptop speaks plain HTTP, and then all of it does.
        scheme = urlsplit(self.issuer).scheme
        if not isinstance(address, str) or urlsplit(address).scheme not in {"https", scheme}:
            raise ProviderUnavailable(f"the discovery document has no good {name}")
        return address

    def _is_old(self, at: datetime | None, after: timedelta) -> bool:
        return at is None or self._clock() - at > after


def _usable(rows: list[Any]) -> list[tuple[str, jwt.PyJWK]]:
    """The keys of kinds that we take; a provider may have others, for other uses."""
    found: list[tuple[str, jwt.PyJWK]] = []
    for row in rows:
        if not isinstance(row, dict) or row.get("use", "sig") != "sig":
            continue
        algorithm = {"RSA": "RS256", "EC": "ES256"}.get(str(row.get("kty")), "")
        if not algorithm or row.get("alg", algorithm) != algorithm:
            continue
        try:
            found.append((str(row.get("kid", "")), jwt.PyJWK(row, algorithm)))
        except jwt.PyJWTError:
            # A key that cannot be read vouches for nothing; the others still do.
            continue
    return found


def ask(address: str, form: Mapping[str, str] | None) -> dict[str, Any]:
    """`Ask` over HTTP: bounded in time and size, no redirects. Raises ProviderUnavailable."""
    try:
        with requests.request(
            "GET" if form is None else "POST",
            address,
            data=form,
            headers={"Accept": "application/json"},
            timeout=_TIMEOUT_SECONDS,
            allow_redirects=False,
            stream=True,
        ) as reply:
            body = reply.raw.read(_MAX_BYTES + 1, decode_content=True)
            status = reply.status_code
    except (requests.RequestException, OSError) as failure:
        raise ProviderUnavailable(f"no answer: {type(failure).__name__}") from failure
    # A refused code is answered with 400 and a JSON object (RFC 6749, section 5.2).
    if len(body) > _MAX_BYTES or (status != 200 and not (form and status in {400, 401})):
        raise ProviderUnavailable(f"answered with HTTP {status}")
    try:
        row = json.loads(body)
    except ValueError as unreadable:
        raise ProviderUnavailable("the answer is no JSON") from unreadable
    if not isinstance(row, dict):
        raise ProviderUnavailable("the answer is no JSON object")
    return row
