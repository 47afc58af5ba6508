"""Signing in and out.

GET /sign-in             begins: state, nonce and verifier are kept, bound to a cookie
GET /sign-in/callback    the way back: taken once, the code exchanged, a new session begun
POST /sign-out           the session is ended, whatever cookie still names it
"""

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

from aws_lambda_powertools.shared.cookies import Cookie

from daybook.console import cookies
from daybook.console.guard import new_session
from daybook.console.oidc import NotBelieved, Provider, ProviderUnavailable, ask
from daybook.console.web import BASE, Answer, Call, Page, Role, See, Wrong, href, route
from daybook.domain.posting import instant_text

TAKES: Final = timedelta(minutes=10)
_KIND: Final = "sign-in"
_MAX_NAME: Final = 100
_MAX_TEXT: Final = 4_096
# A path of ours: never `//host`, a backslash or a control character, which browsers read as hosts.
_OURS = re.compile(rf"{BASE}(?:[/?](?!/)[A-Za-z0-9_~.:/?&=%+,@-]*)?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@route("GET", "/sign-in", "anyone")
def begin(call: Call) -> Answer:
    """To the provider, with what only the way back to this browser can answer."""
    to = call.query.get("next", "")
    to = to if len(to) < _MAX_TEXT and _OURS.fullmatch(to) and "//" not in to else href("/")
    if call.visitor.role != "anyone":
        return See(to)
    browser, state, nonce, verifier = (secrets.token_urlsafe(cookies.TOKEN_BYTES) for _ in range(4))
    try:
        address = _provider(call).authorise_url(_return_address(call), state, nonce, verifier)
    except ProviderUnavailable as silent:
        raise _unavailable(silent) from silent
    kept = {"nonce": nonce, "verifier": verifier, "next": to}
    call.parts.console.once.keep(
        _KIND, cookies.digest(browser), cookies.digest(state), kept, call.now + TAKES
    )
    return See(address, cookies=(cookies.sign_in(browser, int(TAKES.total_seconds())),))


@route("GET", "/sign-in/callback", "anyone")
def finish(call: Call) -> Answer:
    """Back from the provider. A state that is unknown, used, old or another browser's ends here,
    before the code is used."""
    if any(len(value) > _MAX_TEXT for value in call.query.values()):
        raise _again("What came back is too long.")
    kept = _taken(call)
    if call.query.get("error"):
        raise _again("The provider did not sign you in.")
    if call.query.get("iss", "").rstrip("/") not in ("", _provider(call).issuer):
        # Another provider's answer in this one's place (RFC 9207).
        raise _again("The answer is another provider's.")
    try:
        claims = _provider(call).identity(
            call.query.get("code", ""), _return_address(call), kept["nonce"], kept["verifier"]
        )
    except NotBelieved as refusal:
        raise _again(str(refusal)) from refusal
    except ProviderUnavailable as silent:
        raise _unavailable(silent) from silent
    return See(kept["next"], cookies=_begun(call, claims))


def _taken(call: Call) -> Mapping[str, str]:
    browser = call.cookies.get(cookies.SIGN_IN, "")
    state = cookies.digest(call.query.get("state", ""))
    kept = call.parts.console.once.take(_KIND, cookies.digest(browser), state, call.now)
    if not browser or kept is None:
        raise _again("This sign-in was used already, is too old, or was begun in another window.")
    return kept


def _begun(call: Call, claims: Mapping[str, Any]) -> tuple[Cookie, ...]:
    """A session under a new token; the one before, if any, ends."""
    role = role_of(claims, call.parts.settings)
    if role is None:
        raise Wrong(
            403,
            "You have no role here",
            "You are who you say you are, but the provider names none of the roles of daybook.",
            "Ask who gives out roles at your sign-in provider, then sign in again.",
        )
    token, csrf = (secrets.token_urlsafe(cookies.TOKEN_BYTES) for _ in range(2))
    subject = _clean(str(claims["sub"]))
    sessions = call.parts.console.sessions
    sessions.start(cookies.digest(token), new_session(subject, _name(claims), role, csrf, call.now))
    if call.visitor.session:
        sessions.end(call.visitor.session, instant_text(call.now))
    return cookies.session(token), cookies.gone(cookies.SIGN_IN)


@route("POST", "/sign-out", "viewer")
def leave(call: Call) -> Answer:
    """End the session."""
    call.parts.console.sessions.end(call.visitor.session, instant_text(call.now))
    return See(href("/signed-out"), cookies=(cookies.gone(cookies.SESSION),))


@route("GET", "/signed-out", "anyone")
def left(_call: Call) -> Answer:
    """Where one goes after that."""
    return Page("signed_out.html", {})


class RoleNames(Protocol):
    """Which claim holds a person's roles, and the value of each: `settings.Settings`."""

    @property
    def sign_in_claim(self) -> str: ...
    @property
    def sign_in_viewers(self) -> str: ...
    @property
    def sign_in_operators(self) -> str: ...
    @property
    def sign_in_admins(self) -> str: ...


def role_of(claims: Mapping[str, Any], settings: RoleNames) -> Role | None:
    """The highest role that the claims name; None for none, and for an address that the provider
    has not verified: at some, people write it themselves."""
    if settings.sign_in_claim == "email" and claims.get("email_verified") not in (True, "true"):
        return None
    values: Any = claims.get(settings.sign_in_claim)
    if values is None:
        values = claims
        # A provider may nest it: `realm_access.roles`.
        for step in settings.sign_in_claim.split("."):
            values = values.get(step) if isinstance(values, dict) else None
    named = {values} if isinstance(values, str) else set(_texts(values))
    wanted: list[tuple[Role, str]] = [
        ("admin", settings.sign_in_admins),
        ("operator", settings.sign_in_operators),
        ("viewer", settings.sign_in_viewers),
    ]
    return next((role for role, value in wanted if value and value in named), None)


def _texts(values: object) -> list[str]:
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def _name(claims: Mapping[str, Any]) -> str:
    for claim in ("email", "name", "preferred_username", "cognito:username", "sub"):
        value = claims.get(claim)
        if isinstance(value, str) and _clean(value):
            return _clean(value)
    return "unnamed"


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text).strip()[:_MAX_NAME]


# By issuer and client, remembered with their keys while the function lives.
PROVIDERS: Final[dict[tuple[str, str], Provider]] = {}


def _provider(call: Call) -> Provider:
    """The provider of this stack."""
    settings = call.parts.settings
    if not settings.sign_in_issuer or not settings.sign_in_client_id:
        raise Wrong(
            503,
            "Nobody can sign in yet",
            "No sign-in provider is set for this stack.",
            "docs/console.md, Sign-in, says how; until then use the command daybook.",
        )
    known = (settings.sign_in_issuer, settings.sign_in_client_id)
    if known not in PROVIDERS:
        parts = call.parts.console
        PROVIDERS[known] = Provider(*known, parts.client_secret, parts.clock, ask)
    return PROVIDERS[known]


def _return_address(call: Call) -> str:
    return call.base_url + href("/sign-in/callback")


def _again(text: str) -> Wrong:
    return Wrong(400, "Sign in again", text, "Open the console anew and sign in there.")


def _unavailable(failure: Exception) -> Wrong:
    return Wrong(
        503,
        "The sign-in provider does not answer",
        f"It said: {failure}.",
        "Try again in a minute; if it stays, look at the provider.",
    )
