"""Heartland Retail's REST API, read only (https://dev.retail.heartland.us).

Lists come as `{"total", "pages", "results": [...]}` by `page` and `per_page`; too many requests
are answered 429 with Retry-After. The bounds of each request are those of `rest`.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.auth import AuthBase

from daybook.domain.pos_errors import Refused, Unavailable
from daybook.domain.pos_list import Listed
from daybook.pos.rest import BUDGET_SECONDS, MAX_ATTEMPTS, READ_SECONDS, RestReader, every_row

__all__ = [
    "MAX_ATTEMPTS",
    "PER_PAGE",
    "BearerToken",
    "HeartlandClient",
    "Refused",
    "Unavailable",
    "api_url",
]

PER_PAGE = 100
MAX_PAGES = 60

_SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PATH = re.compile(r"[a-z_]+(?:/[a-z_0-9]+)*")


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
    read_seconds: float = READ_SECONDS

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON of one resource. Raises Unavailable, Refused."""
        return self._ask(path, params or {}, self.clock() + self.budget_seconds)

    def list_all(self, path: str, params: Mapping[str, str] | None = None) -> list[Any]:
        """Every row of a list, page by page. Raises Unavailable, Refused.

        A list whose length is not the total it states changed while it was read: Unavailable.
        """
        deadline = self.clock() + self.budget_seconds
        return every_row(
            lambda page: self._listed(path, params or {}, page, deadline),
            f"Heartland's {path}",
            MAX_PAGES,
        )

    def listed(self, path: str, params: Mapping[str, str], page: int) -> Listed:
        """One page of a list, of up to 100 rows. Raises Unavailable, Refused."""
        return self._listed(path, params, page, self.clock() + self.budget_seconds)

    def _listed(self, path: str, params: Mapping[str, str], page: int, deadline: float) -> Listed:
        asked = {**params, "page": str(page), "per_page": str(PER_PAGE)}
        return _opened(self._ask(path, asked, deadline), path)

    def _ask(self, path: str, params: Mapping[str, str], deadline: float) -> Any:
        if not _PATH.fullmatch(path):
            raise ValueError("a path of the API is lower-case words and ids apart by slashes")
        reader = RestReader(
            self.base_url, self.token, self.session, "Heartland",
            self.sleep, self.clock, self.read_seconds,
        )  # fmt: skip
        return reader.ask(path, params, deadline)


def _opened(envelope: Any, path: str) -> Listed:
    match envelope:
        case {"results": list(results), "pages": int(pages), "total": int(total)}:
            return Listed(results, pages, total)
    raise Refused(f"Heartland's {path} is no list with total, pages and results")
