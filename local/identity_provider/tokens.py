"""Codes that are good once, and the ID tokens that they are exchanged for."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CODE_SECONDS = 60
TOKEN_SECONDS = 300
CODES_MAX = 1_000
KEY_BITS = 2048


class Refused(ValueError):  # noqa: N818 -- the answer's name
    """A request for a token that is answered with RFC 6749's error of this name."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be."""

    subject: str
    name: str
    email: str
    group: str
    text: str


PEOPLE = {
    "viewer": Person("p-101", "Vera Viewer", "vera@example.com", "viewer", "looks at everything"),
    "operator": Person(
        "p-102", "Otto Operator", "otto@example.com", "operator", "maps, sends, replays, voids"
    ),
    "admin": Person(
        "p-103", "Ada Admin", "ada@example.com", "admin", "connects and disconnects companies too"
    ),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for."""

    person: Person
    client_id: str
    redirect_uri: str
    nonce: str
    challenge: str
    until: float


@dataclass
class Provider:
    """The provider's state: its key, and the codes that nobody has exchanged yet."""

    issuer: str = ""
    codes: dict[str, Grant] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    )
    key_id: str = field(default_factory=lambda: secrets.token_hex(8))

    def keys(self) -> dict[str, Any]:
        """The public keys as a JWKS (RFC 7517)."""
        row = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [row | {"kid": self.key_id, "use": "sig", "alg": "RS256"}]}

    def code_for(self, person: Person, query: dict[str, str]) -> str:
        """A code for somebody who was picked, bound to what was asked."""
        if len(self.codes) >= CODES_MAX:
            self.codes.clear()
        code = secrets.token_urlsafe(24)
        self.codes[code] = Grant(
            person,
            query["client_id"],
            query["redirect_uri"],
            query.get("nonce", ""),
            query["code_challenge"],
            time.time() + CODE_SECONDS,
        )
        return code

    def exchanged(self, form: dict[str, str]) -> dict[str, Any]:
        """The answer of the token endpoint. Raises Refused; a code is gone after one try."""
        grant = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if (
            grant is None
            or grant.until < time.time()
            or form.get("client_id") != grant.client_id
            or form.get("redirect_uri") != grant.redirect_uri
            or challenge != grant.challenge
        ):
            raise Refused("invalid_grant")
        return {
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "access_token": secrets.token_urlsafe(24),
            "id_token": self.id_token(grant.person, grant.client_id, grant.nonce),
        }

    def id_token(self, person: Person, client_id: str, nonce: str, **other: Any) -> str:
        """A signed ID token; other: claims that take the place of the usual ones."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": client_id,
            "sub": person.subject,
            "name": person.name,
            "email": person.email,
            "groups": [person.group],
            "nonce": nonce,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
        }
        return jwt.encode(claims | other, self.key, "RS256", headers={"kid": self.key_id})
