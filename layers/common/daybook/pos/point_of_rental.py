"""Point of Rental's Global API, read only (https://api.pointofrental.com/).

A list is a bare JSON array. Filters travel in the header `X-Filter`, pages in `X-Paging`, at most
100 rows a page; neither a total nor an order is stated, so a page that is full may be followed by
another. The bounds of each request are those of `rest`.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests
from requests.auth import AuthBase

from daybook.domain.pos_errors import Refused
from daybook.domain.pos_list import Listed
from daybook.pos.rest import BUDGET_SECONDS, READ_SECONDS, RestReader

# "100 is the upper limit on page size requests": https://api.pointofrental.com/
PAGE_SIZE: Final = 100
MAX_PAGES: Final = 100
HOST: Final = "https://api.pointofrental.com/v1/apikey/"
FILTER: Final = "X-Filter"

_PATH = re.compile(r"[a-z]+(?:/[A-Za-z0-9_-]{1,80}){0,2}")


class ApiKey(AuthBase):
    """The key as a header. As `auth`, so that no netrc file replaces it; never in a repr."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        request.headers["X-Api-Key"] = self._key
        return request


def api_url(override: str = "") -> str:
    """The API's base URL, ending in a slash. override: the base URL of a stand-in for the points of
    sale, which has Point of Rental below `/point_of_rental/`."""
    return override.rstrip("/") + "/point_of_rental/v1/apikey/" if override else HOST


@dataclass(frozen=True, slots=True)
class PointOfRentalClient:
    """Reads rows by id, and lists. No retry begins later than budget_seconds into a call.

    session: whose adapters are the transport. sleep and clock (monotonic seconds) are arguments
    for tests. Of `params` only `X-Filter` is known: JSON, a list of {field, type, value}.
    """

    base_url: str
    auth: ApiKey
    session: requests.Session
    budget_seconds: float = BUDGET_SECONDS
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    read_seconds: float = READ_SECONDS

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON of one row. Raises Unavailable, Refused."""
        return self._ask(path, params or {}, {}, self.clock() + self.budget_seconds)

    def list_all(self, path: str, params: Mapping[str, str] | None = None) -> list[Any]:
        """Every row of a list, page by page. Raises Unavailable, Refused.

        Nothing says how many there are: whoever asks has to know, and to compare.
        """
        deadline = self.clock() + self.budget_seconds
        rows: list[Any] = []
        for number in range(1, MAX_PAGES + 1):
            page = self._listed(path, params or {}, number, deadline)
            rows.extend(page.rows)
            if number >= page.pages:
                return rows
        raise Refused(f"Point of Rental's {path} has more than {MAX_PAGES} pages")

    def listed(self, path: str, params: Mapping[str, str], page: int) -> Listed:
        """One page of a list, of up to 100 rows. Raises Unavailable, Refused."""
        return self._listed(path, params, page, self.clock() + self.budget_seconds)

    def _listed(self, path: str, params: Mapping[str, str], page: int, deadline: float) -> Listed:
        paging = json.dumps({"PageNumber": page, "PageSize": PAGE_SIZE})
        rows = self._ask(path, params, {"X-Paging": paging}, deadline)
        if not isinstance(rows, list):
            raise Refused(f"Point of Rental's {path} is no list")
        return Listed(rows, page if len(rows) < PAGE_SIZE else page + 1)

    def _ask(
        self, path: str, params: Mapping[str, str], headers: Mapping[str, str], deadline: float
    ) -> Any:
        if not _PATH.fullmatch(path):
            raise ValueError("a path of the API is a word, and an id or another word after it")
        filters = {FILTER: params[FILTER]} if FILTER in params else {}
        reader = RestReader(
            self.base_url, self.auth, self.session, "Point of Rental",
            self.sleep, self.clock, self.read_seconds,
        )  # fmt: skip
        return reader.ask(path, {}, deadline, {**filters, **headers})
