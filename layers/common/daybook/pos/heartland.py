"""Heartland Retail's REST API, read only (https://dev.retail.heartland.us).

    Held (code `source_unavailable`)
    ├── Unavailable   no answer, throttled or a fault of theirs: ask again later
    └── Refused       an answer that asking again will not change: token, permission, no such thing

Lists come as `{"total", "pages", "results": [...]}` by `page` and `per_page`; too many requests
are answered 429 with Retry-After. Numbers are read exactly. Every wait, retry, page and size has
a bound, redirects are not followed, and the token goes to one host and into no log.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any, NoReturn

import requests
from requests.auth import AuthBase

from daybook.domain.errors import Held

PER_PAGE = 100
MAX_PAGES = 60
MAX_ATTEMPTS = 3
MAX_BODY_BYTES = 8_000_000
# Ten deliveries of one batch that all meet a silent Heartland must end within the translator's
# minute: 10 x (READ_SECONDS, then no wait left in the budget) = 40 s. The sweeper asks again later.
CONNECT_SECONDS = 2.0
READ_SECONDS = 4.0
BUDGET_SECONDS = 3.0
DEFAULT_WAIT_SECONDS = 0.5

_SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PATH = re.compile(r"[a-z_]+(?:/[a-z_0-9]+)*")


class Unavailable(Held):
    """Heartland does not answer now; the same question may be answered later."""

    def __init__(self, text: str) -> None:
        super().__init__("source_unavailable", text)


class Refused(Held):
    """Heartland answered, and will answer the same until a person changes something there."""

    def __init__(self, text: str) -> None:
        super().__init__("source_unavailable", text)


class BearerToken(AuthBase):
    """The token as a header. As `auth`, so that no netrc file replaces it; never in a repr."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def api_url(subdomain: str, override: str = "") -> str:
    """The API's base URL, ending in a slash. Raises ValueError if it is no subdomain.

    override: the base URL of a stand-in for Heartland (its `/api/` is added).
    """
    if override:
        return override.rstrip("/") + "/api/"
    if not _SUBDOMAIN.fullmatch(subdomain):
        raise ValueError("a Heartland subdomain is letters, digits and hyphens")
    return f"https://{subdomain}.retail.heartland.us/api/"


@dataclass(frozen=True, slots=True)
class HeartlandClient:
    """Reads resources and lists. No retry begins later than budget_seconds into a call.

    session: whose adapters are the transport. sleep and clock (monotonic seconds) are arguments
    for tests.
    """

    base_url: str
    token: BearerToken
    session: requests.Session
    budget_seconds: float = BUDGET_SECONDS
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON of one resource. Raises Unavailable, Refused."""
        return self._ask(path, params or {}, self.clock() + self.budget_seconds)

    def list_all(self, path: str, params: Mapping[str, str] | None = None) -> list[Any]:
        """Every row of a list, page by page. Raises Unavailable, Refused.

        A list whose length is not the total it states changed while it was read: Unavailable.
        """
        deadline = self.clock() + self.budget_seconds
        rows: list[Any] = []
        for page in range(1, MAX_PAGES + 1):
            asked = {**(params or {}), "page": str(page), "per_page": str(PER_PAGE)}
            envelope = self._ask(path, asked, deadline)
            results, pages, total = _opened(envelope, path)
            rows.extend(results)
            if page >= pages:
                if len(rows) != total:
                    raise Unavailable(f"Heartland's {path} changed while it was read")
                return rows
        raise Refused(f"Heartland's {path} has more than {MAX_PAGES} pages")

    def _ask(self, path: str, params: Mapping[str, str], deadline: float) -> Any:
        if not _PATH.fullmatch(path):
            raise ValueError("a path of the API is lower-case words and ids apart by slashes")
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return self._answer(path, params)
            except _TryAgain as again:
                wait = again.wait_seconds or DEFAULT_WAIT_SECONDS * 2 ** (attempt - 1)
                if attempt == MAX_ATTEMPTS or self.clock() + wait > deadline:
                    raise Unavailable(f"Heartland's {path}: {again}") from None
                self.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _answer(self, path: str, params: Mapping[str, str]) -> Any:
        try:
            with self.session.get(
                self.base_url + path,
                params=dict(params),
                auth=self.token,
                headers={"Accept": "application/json"},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != HTTPStatus.OK:
                    _raise_for(response, path)
                return _json(_bounded(response, path))
        except requests.RequestException as error:
            # The text of the exception holds the URL and more; its kind says enough.
            raise _TryAgain(f"no answer ({type(error).__name__})") from None


class _TryAgain(Exception):  # noqa: N818 -- an instruction, becomes Unavailable in the end
    def __init__(self, text: str, wait_seconds: float = 0.0) -> None:
        super().__init__(text)
        self.wait_seconds = wait_seconds


def _raise_for(response: requests.Response, path: str) -> NoReturn:
    status = response.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        # Retry-After may also be a date; then the default wait applies.
        told = response.headers.get("Retry-After", "")
        raise _TryAgain("throttled (429)", float(told) if re.fullmatch("[0-9]{1,5}", told) else 0.0)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        raise _TryAgain(f"a fault of theirs ({status})")
    if status == HTTPStatus.UNAUTHORIZED:
        raise Refused("Heartland does not take the token (401); renew it for this connection")
    raise Refused(f"Heartland refuses {path} ({status})")


def _bounded(response: requests.Response, path: str) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_content(65_536):
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise Refused(f"Heartland's {path} is larger than {MAX_BODY_BYTES} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        # 200 with an empty or half a body is a fault in between, not an answer.
        raise _TryAgain("an answer that is no JSON") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _opened(envelope: Any, path: str) -> tuple[list[Any], int, int]:
    match envelope:
        case {"results": list(results), "pages": int(pages), "total": int(total)}:
            return results, pages, total
    raise Refused(f"Heartland's {path} is no list with total, pages and results")
