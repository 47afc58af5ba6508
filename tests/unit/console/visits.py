"""A browser before the console: requests as API Gateway hands them over, cookies kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from daybook.console import cookies
from daybook.console.site import Site
from daybook.console.web import Role
from daybook.domain.posting import instant_text
from daybook.domain.session import Session
from daybook.settings import Settings
from daybook.wiring import Wiring
from tests.fakes.clock import FakeClock
from tests.fakes.sessions import FakeOneUses, FakeSessions

URL = "https://books.example.com"


@dataclass
class Visits:
    """The console with its parts, and a browser. troubles: what the site told as its own fault."""

    parts: Any
    clock: FakeClock = field(default_factory=FakeClock)
    jar: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    troubles: list[tuple[str, BaseException]] = field(default_factory=list)

    @cached_property
    def app(self) -> APIGatewayHttpResolver:
        """The console, with the routes that there are when it is asked first."""
        parts = cast(Wiring, self.parts)
        return Site(parts, self.clock, lambda *told: self.troubles.append(told)).resolver()

    def signed_in(self, role: Role, name: str = "ada@example.com") -> "Visits":
        """As somebody with a role, without a provider."""
        number = len(self.parts.console.sessions.rows)
        at, token = instant_text(self.clock()), f"token-of-{role}-{number}"
        self.csrf = f"csrf-of-{role}"
        session = Session(f"id-{role}", name, role, self.csrf, at, at)
        self.parts.console.sessions.start(cookies.digest(token), session)
        self.jar[cookies.SESSION] = token
        return self

    def get(self, address: str, **headers: str) -> "Seen":
        """Ask for a page."""
        return self.ask("GET", address, None, headers)

    def post(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> "Seen":
        """Send a form with the session's token."""
        return self.ask("POST", path, {"csrf": self.csrf, **(form or {})}, headers)

    def ask(
        self, method: str, address: str, form: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> "Seen":
        """One request; cookies that come with the answer are kept."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        seen = Seen(resolved(self.app, event(method, address, form, named, self.jar)))
        for line in seen.cookies:
            name, _, rest = line.partition("=")
            if "Max-Age=0" in line:
                self.jar.pop(name, None)
            else:
                self.jar[name] = rest.split(";")[0]
        return seen

    def later(self, **length: float) -> None:
        """The clock moves on."""
        self.clock.now += timedelta(**length)


@dataclass
class Seen:
    """An answer."""

    raw: dict[str, Any]

    @property
    def status(self) -> int:
        """Of HTTP."""
        return int(self.raw["statusCode"])

    @property
    def to(self) -> str:
        """Where it leads."""
        return str(self.raw["headers"].get("Location", ""))

    @property
    def headers(self) -> dict[str, str]:
        """All of them."""
        return dict(self.raw["headers"])

    @property
    def cookies(self) -> list[str]:
        """The Set-Cookie lines."""
        return list(self.raw.get("cookies", ()))

    @property
    def html(self) -> str:
        """The body."""
        return str(self.raw["body"])

    @property
    def text(self) -> str:
        """What a person reads of the page itself."""
        main = self.html[self.html.find("<main") :].split("</main>")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


def event(
    method: str,
    address: str,
    form: Mapping[str, str] | None,
    headers: Mapping[str, str],
    jar: Mapping[str, str],
) -> dict[str, Any]:
    """An HTTP API's event (payload 2.0)."""
    parts = urlsplit(address)
    found: dict[str, Any] = {
        "version": "2.0",
        "rawPath": parts.path,
        "rawQueryString": parts.query,
        "headers": {"content-type": "application/x-www-form-urlencoded", **headers},
        "cookies": [f"{name}={value}" for name, value in jar.items()],
        "requestContext": {
            "domainName": urlsplit(URL).netloc,
            "stage": "$default",
            "http": {"method": method, "path": parts.path, "sourceIp": "192.0.2.1"},
        },
        "isBase64Encoded": False,
    }
    return found if form is None else found | {"body": urlencode(form)}


def resolved(app: APIGatewayHttpResolver, request: dict[str, Any]) -> dict[str, Any]:
    """What the console answers."""
    return dict(app.resolve(request, cast(Any, None)))


def console_parts(clock: FakeClock, **more: Any) -> SimpleNamespace:
    """What sign-in and the guard need; more: further parts of the console."""
    known = {
        "sessions": FakeSessions(),
        "once": FakeOneUses(),
        "clock": clock,
        "client_secret": lambda: "",
        "trouble": (RuntimeError,),
    }
    return SimpleNamespace(**(known | more))


def visits(**more: Any) -> Visits:
    """A browser before a console that has sign-in and nothing else; more: further parts."""
    clock = FakeClock()
    settings = Settings(sign_in_issuer="https://id.example.com", sign_in_client_id="daybook")
    parts = {"settings": settings, "console": console_parts(clock), **more}
    return Visits(SimpleNamespace(**parts), clock)
