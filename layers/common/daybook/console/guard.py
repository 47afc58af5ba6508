"""Who asks, and whether they may: sessions, roles, and that a form comes from our own page.

Every request passes here before its page is called; nothing else decides on a role.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import urlsplit

from daybook.console import cookies
from daybook.console.web import NOBODY, ROLES, Role, Route, Visitor, Wrong
from daybook.domain.posting import instant_text
from daybook.domain.session import Session

# A session's use is noted once a minute, so that reading pages writes little.
_NOTE_AFTER: Final = timedelta(minutes=1)


class Sessions(Protocol):
    """Where sessions are kept: `store.sessions.Sessions`."""

    def start(self, digest: str, session: Session) -> None: ...
    def get(self, digest: str) -> Session | None: ...
    def seen(self, digest: str, at: str) -> None: ...
    def say(self, digest: str, notice: str) -> None: ...
    def end(self, digest: str, at: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """A visitor, and what the session has to tell."""

    visitor: Visitor
    notice: str = ""


STRANGER: Final = Known(NOBODY)


def who_asks(found: Mapping[str, str], sessions: Sessions, now: datetime) -> Known:
    """The visitor that a request's cookies name; nobody for a session that is over."""
    token = found.get(cookies.SESSION, "")
    if not token:
        return STRANGER
    digest = cookies.digest(token)
    session = sessions.get(digest)
    if session is None or session.role not in ROLES[1:] or not session.lives(now):
        return STRANGER
    if now - datetime.fromisoformat(session.seen_at) >= _NOTE_AFTER:
        sessions.seen(digest, instant_text(now))
    role: Role = next(one for one in ROLES if one == session.role)
    visitor = Visitor(session.subject, session.name, role, session.csrf, digest)
    return Known(visitor, session.notice)


def check_role(visitor: Visitor, route: Route) -> None:
    """Raises Wrong: 401 for who has not signed in, 403 for who may not."""
    if visitor.may(route.role):
        return
    if visitor.role == "anyone":
        raise Wrong(401, "Sign in first", "Your session is over, or you have not signed in.")
    raise Wrong(
        403,
        "You may not do this",
        f"It takes the role {route.role}; yours is {visitor.role}.",
        "Ask who gives out roles at your sign-in provider.",
    )


def check_form(visitor: Visitor, headers: Mapping[str, str], base_url: str, token: str) -> None:
    """Raises Wrong(403) for a form that was not sent from a page of this session.

    headers: their names in small letters.
    """
    origin = headers.get("origin")
    if origin is not None and _host(origin) != _host(base_url):
        raise _foreign()
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise _foreign()
    if not visitor.csrf or not hmac.compare_digest(
        token.encode("utf-8", "surrogatepass"), visitor.csrf.encode()
    ):
        raise _foreign()


def _foreign() -> Wrong:
    return Wrong(
        403,
        "This form is not from your session",
        "It was sent from another site, or from a page of an earlier sign-in. Nothing was done.",
        "Open the page again and repeat it there.",
    )


def _host(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc.lower()


def new_session(subject: str, name: str, role: str, csrf: str, now: datetime) -> Session:
    """A session that begins now."""
    at = instant_text(now)
    return Session(subject, name, role, csrf, at, at)


def without_notice(known: Known) -> Known:
    """As known once its notice was shown."""
    return replace(known, notice="")
