"""The two cookies of the console, and the tokens in them.

`__Host-` makes a browser take a cookie only with Secure, with the path / and for this host alone,
so that no neighbour of the domain can plant one (RFC 6265bis, section 4.1.3).
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

SESSION: Final = "__Host-daybook"
SIGN_IN: Final = "__Host-daybook-sign-in"
# 256 bits, as urlsafe text.
TOKEN_BYTES: Final = 32


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def session(token: str) -> Cookie:
    """The session's, until the browser ends; the server says when it is over."""
    return _cookie(SESSION, token)


def sign_in(token: str, seconds: int) -> Cookie:
    """Binds a sign-in that was begun to this browser."""
    return _cookie(SIGN_IN, token, seconds)


def gone(name: str) -> Cookie:
    """Takes a cookie away."""
    return _cookie(name, "gone", 0)


def _cookie(name: str, value: str, seconds: int | None = None) -> Cookie:
    # Lax: the way back from a provider is a link of another site, and must bring the cookie.
    return Cookie(
        name,
        value,
        path="/",
        secure=True,
        http_only=True,
        same_site=SameSite.LAX_MODE,
        max_age=seconds,
    )


def read(lines: Sequence[str]) -> Mapping[str, str]:
    """The cookies of a request, ours alone. The first of two of a name counts."""
    found: dict[str, str] = {}
    for line in lines:
        for pair in line.split(";"):
            name, _, value = pair.strip().partition("=")
            if name in (SESSION, SIGN_IN):
                found.setdefault(name, value)
    return found
