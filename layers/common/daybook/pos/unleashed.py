"""Unleashed's REST API, read only (https://apidocs.unleashedsoftware.com).

Lists come as `{"Pagination": {"NumberOfItems", "NumberOfPages", ...}, "Items": [...]}`; the page's
number is a part of the path. Each request is signed over its query string alone. The bounds of each
request are those of `rest`.
"""

import base64
import hmac
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

import requests
from requests.auth import AuthBase

from daybook.domain.pos_errors import NotAllowed, Refused
from daybook.domain.pos_list import Listed
from daybook.pos.rest import BUDGET_SECONDS, READ_SECONDS, RestReader, every_row

# "The default page size is 200": https://apidocs.unleashedsoftware.com/SalesShipments
PAGE_SIZE = 200
MAX_PAGES = 60
HOST: Final = "https://api.unleashedsoftware.com/"
# Unleashed asks each integration to name itself as company/app: .../APIChangeLog
CLIENT_TYPE: Final = "daybook/daybook"

_PATH = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Za-z0-9-]{1,64}){0,2}")


class SignedQuery(AuthBase):
    """The API id, and the signature of the query string as it goes out: base64 of HMAC-SHA256 by
    the API key, without "?", of nothing where there is no query. The key is in no repr.

    https://apidocs.unleashedsoftware.com/AuthenticationHelp
    """

    def __init__(self, api_id: str, api_key: str) -> None:
        self._id, self._key = api_id, api_key.encode()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the headers."""
        query = urlsplit(request.url or "").query
        request.headers["api-auth-id"] = self._id
        digest = hmac.digest(self._key, query.encode(), "sha256")
        request.headers["api-auth-signature"] = base64.b64encode(digest).decode()
        return request


def api_url(override: str = "") -> str:
    """The API's base URL, ending in a slash. override: the base URL of a stand-in for the points of
    sale, which has Unleashed below `/unleashed/`."""
    return override.rstrip("/") + "/unleashed/" if override else HOST


@dataclass(frozen=True, slots=True)
class UnleashedClient:
    """Reads objects by Guid, and lists. No retry begins later than budget_seconds into a call.

    session: whose adapters are the transport. sleep and clock (monotonic seconds) are arguments
    for tests.
    """

    base_url: str
    auth: SignedQuery
    session: requests.Session
    budget_seconds: float = BUDGET_SECONDS
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    read_seconds: float = READ_SECONDS

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON of one object, at `{Resource}/{Guid}`. Raises Unavailable, Refused."""
        return self._ask(path, params or {}, self.clock() + self.budget_seconds)

    def list_all(self, path: str, params: Mapping[str, str] | None = None) -> list[Any]:
        """Every row of a list, page by page. Raises Unavailable, Refused.

        A list whose length is not the number it states changed while it was read: Unavailable.
        """
        deadline = self.clock() + self.budget_seconds
        return every_row(
            lambda page: self._listed(path, params or {}, page, deadline),
            f"Unleashed's {path}",
            MAX_PAGES,
        )

    def listed(self, path: str, params: Mapping[str, str], page: int) -> Listed:
        """One page of a list, of up to 200 rows. Raises Unavailable, Refused."""
        return self._listed(path, params, page, self.clock() + self.budget_seconds)

    def _listed(self, path: str, params: Mapping[str, str], page: int, deadline: float) -> Listed:
        asked = {"pageSize": str(PAGE_SIZE), **params}
        return _opened(self._ask(f"{path}/{page}", asked, deadline), path)

    def _ask(self, path: str, params: Mapping[str, str], deadline: float) -> Any:
        if not _PATH.fullmatch(path):
            raise ValueError("a path of the API is a resource and a Guid or a page's number")
        reader = RestReader(
            self.base_url, self.auth, self.session, "Unleashed",
            self.sleep, self.clock, self.read_seconds,
            {"Accept": "application/json", "Content-Type": "application/json",
             "client-type": CLIENT_TYPE},
        )  # fmt: skip
        try:
            return reader.ask(path, _query(params), deadline)
        except NotAllowed:
            # A wrong signature is answered 403 and nothing else: .../AuthenticationHelp
            raise NotAllowed(
                "Unleashed does not take the API id and key; give this connection those of "
                "Unleashed's page Integration, API access"
            ) from None


def _query(params: Mapping[str, str]) -> str:
    # A colon that goes out as %3A breaks the signature: Unleashed signs what it was before.
    return "&".join(f"{name}={quote(value, safe=':,')}" for name, value in params.items())


def _opened(envelope: Any, path: str) -> Listed:
    match envelope:
        case {
            "Items": list(items),
            "Pagination": {"NumberOfPages": int(pages), "NumberOfItems": int(total)},
        }:
            return Listed(items, pages, total)
    raise Refused(f"Unleashed's {path} is no list with Pagination and Items")
