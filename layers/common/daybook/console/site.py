"""The whole console as one resolver: finds a page, has the guard look, shows the answer.

What a browser may do with a page is said in headers: no script, style or frame but our own, no
copy kept, no address told to others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from daybook.console import cookies, every_page
from daybook.console.forms import MAX_FIELDS, body_of, read_form
from daybook.console.guard import STRANGER, Known, check_form, check_role, who_asks
from daybook.console.render import STATIC, rendered
from daybook.console.web import (
    BASE,
    ROUTES,
    Answer,
    Call,
    Download,
    Page,
    Route,
    See,
    Wrong,
    href,
    read_part,
)
from daybook.workflows.operator import NotPossible

if TYPE_CHECKING:
    from daybook.wiring import Wiring

_HTML: Final = "text/html; charset=utf-8"
_NAVIGATION: Final = (
    ("Now", "/"),
    ("Companies", "/companies"),
    ("Connections", "/connections"),
    ("Mapping", "/mapping"),
    ("Events", "/events"),
    ("Days", "/days"),
    ("Trouble", "/trouble"),
    ("Jobs", "/jobs"),
    ("Preview", "/preview"),
    ("Actions", "/actions"),
)
_FOR_EVERYTHING: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000",
}
# What an address is made of (RFC 3986), `%` included: what is encoded stays as it is.
_VISIBLE: Final = "%:/?#[]@!$&'()*+,;="
_FOREVER: Final = "public, max-age=31536000, immutable"
# Where a form of ours may lead a browser on to: Intuit's page of consent.
_INTUIT: Final = "https://appcenter.intuit.com"

type Trouble = Callable[[str, BaseException], None]


@dataclass(frozen=True, slots=True)
class Site:
    """What answering needs. trouble: told of what is a fault of ours."""

    parts: "Wiring"
    clock: Callable[[], datetime]
    trouble: Trouble

    def resolver(self) -> APIGatewayHttpResolver:
        """The resolver over all routes of the pages."""
        app = APIGatewayHttpResolver()

        @app.get("/health")
        def health() -> dict[str, bool]:
            return {"ok": True}

        @app.get("/")
        def front() -> Response[str]:
            return _to(href("/"))

        @app.get(f"{BASE}/static/<name>")
        def static(name: str) -> Response[bytes] | Response[str]:
            if name not in STATIC.files:
                return self._shown_wrong(STRANGER, Wrong(404, "There is no such file"))
            kind, body = STATIC.files[name]
            return Response(200, kind, body.decode(), _FOR_EVERYTHING | {"Cache-Control": _FOREVER})

        @app.not_found
        def not_found(_error: Exception) -> Response[str]:
            return self._shown_wrong(STRANGER, Wrong(404, "There is no such page"))

        for entered in ROUTES.values():
            self._enter(app, entered)
        assert every_page.PAGES, "importing the pages enters them"
        return app

    def _enter(self, app: APIGatewayHttpResolver, entered: Route) -> None:
        path = (BASE + entered.path).rstrip("/")
        places = [path, f"{path}/"] if entered.path == "/" else [path]

        def page(**params: str) -> Response[str] | Response[bytes]:
            return self._answered(entered, dict(app.current_event.raw_event), params)

        # Powertools takes a function for one route only by its name.
        page.__name__ = f"{entered.method}_{entered.page.__name__}"
        for place in places:
            app.route(place, entered.method)(page)

    def _answered(
        self, entered: Route, event: Mapping[str, Any], params: Mapping[str, str]
    ) -> Response[str] | Response[bytes]:
        known = STRANGER
        try:
            found = cookies.read(_cookie_lines(event))
            known = who_asks(found, self.parts.console.sessions, self.clock())
            check_role(known.visitor, entered)
            call = self._call(entered, event, params, known, found)
            return self._shown(known, call, entered.page(call))
        except Wrong as wrong:
            if wrong.status == 401 and entered.method == "GET":
                return _to(href("/sign-in", next=_address(event, entered)))
            return self._shown_wrong(known, wrong, entered.path)
        except NotPossible as refusal:
            return self._shown_wrong(
                known, Wrong(409, "That is not possible", str(refusal)), entered.path
            )
        except Exception as failure:  # noqa: BLE001 -- told, and shown as a fault of ours
            self.trouble(f"{entered.method} {entered.path}", failure)
            return self._shown_wrong(known, _OURS, entered.path)

    def _call(
        self,
        entered: Route,
        event: Mapping[str, Any],
        params: Mapping[str, str],
        known: Known,
        found: Mapping[str, str],
    ) -> Call:
        headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
        form: Mapping[str, list[str]] = {}
        files: Mapping[str, bytes] = {}
        base_url = self._base_url(event)
        if entered.method == "POST":
            form, files = read_form(headers.get("content-type", ""), body_of(event))
            token = next(iter(form.get("csrf", ())), "")
            check_form(known.visitor, headers, base_url, token)
        return Call(
            method=entered.method,
            path=str(event["rawPath"]).removeprefix(BASE),
            params={name: read_part(value) for name, value in params.items()},
            query=_query(event),
            form=form,
            files=files,
            visitor=known.visitor,
            parts=self.parts,
            now=self.clock(),
            cookies=found,
            base_url=base_url,
        )

    def _base_url(self, event: Mapping[str, Any]) -> str:
        """As set; else the domain by which API Gateway found this API, never a header's word."""
        set_to = self.parts.settings.console_url.rstrip("/")
        return set_to or f"https://{event['requestContext']['domainName']}"

    def _shown(self, known: Known, call: Call, answer: Answer) -> Response[str] | Response[bytes]:
        if isinstance(answer, See):
            if answer.notice:
                self.parts.console.sessions.say(known.visitor.session, answer.notice)
            return _to(answer.to, list(answer.cookies))
        if isinstance(answer, Download):
            headers = self._headers() | {
                "Content-Disposition": f'attachment; filename="{_plain(answer.name)}"'
            }
            return Response(200, answer.content_type, answer.body, headers)
        shown = self._html(known, call.path, answer)
        if known.notice and "fragment" not in call.query:
            self.parts.console.sessions.say(known.visitor.session, "")
        return shown

    def _shown_wrong(self, known: Known, wrong: Wrong, path: str = "") -> Response[str]:
        values = {
            "status": wrong.status,
            "title": wrong.title,
            "text": wrong.text,
            "next_step": wrong.next_step,
        }
        quiet = replace(known, notice="")
        return self._html(quiet, path, Page("wrong.html", values, wrong.status))

    def _html(self, known: Known, path: str, page: Page) -> Response[str]:
        visitor = known.visitor
        values = {
            "visitor": visitor,
            "navigation": _navigation(path),
            "csrf": visitor.csrf,
            "notice": known.notice,
        }
        html = rendered(page.template, values | dict(page.values))
        return Response(page.status, _HTML, html, self._headers(), list(page.cookies))

    def _headers(self) -> dict[str, str]:
        """Of everything that is not a file for everybody."""
        targets = f"'self' {self.parts.settings.qbo_url or _INTUIT}"
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            f"connect-src 'self'; form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
        )
        return _FOR_EVERYTHING | {
            "Content-Security-Policy": policy,
            "Cache-Control": "no-store",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }


_OURS: Final = Wrong(
    500,
    "Something went wrong on our side",
    "It was noted. Nothing that you asked for is half done without being shown as such.",
    "Try again; if it stays, look at the console's log.",
)


def _to(address: str, put: list[Any] | None = None) -> Response[str]:
    own = address.startswith("/")
    place = address if address.startswith(BASE) or not own else BASE + address
    assert own or urlsplit(place).scheme in {"http", "https"}, "an address of ours or a provider's"
    # A form's text may be in it: a line break would begin a header of its own.
    seen = quote(place, safe=_VISIBLE, errors="replace")
    headers = _FOR_EVERYTHING | {"Location": seen, "Cache-Control": "no-store"}
    return Response(303, "text/plain", "", headers, put or [])


def _cookie_lines(event: Mapping[str, Any]) -> list[str]:
    headers = event.get("headers", {})
    return [*event.get("cookies", ()), headers.get("cookie", headers.get("Cookie", ""))]


def _query(event: Mapping[str, Any]) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            event.get("rawQueryString", ""), keep_blank_values=True, max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise Wrong(400, "This address cannot be read") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def _address(event: Mapping[str, Any], entered: Route) -> str:
    """Where to come back to. What comes back from consent is good in its session only, and its
    code is a secret: neither is carried on, nor kept."""
    query = "" if entered.path.endswith("/callback") else event.get("rawQueryString", "")
    return f"{event['rawPath']}?{query}" if query else str(event["rawPath"])


def _navigation(path: str) -> list[dict[str, Any]]:
    first = "/" + path.strip("/").split("/")[0]
    return [
        {"label": label, "href": href(place), "current": first == place}
        for label, place in _NAVIGATION
        if ("GET", place) in ROUTES
    ]


def _plain(name: str) -> str:
    """A file's name that needs no quoting."""
    return "".join(one if one.isalnum() or one in "-_." else "_" for one in name)[:100]
