"""Reading a point of sale's REST API: one GET with every bound there is; read only.

Numbers are read exactly. Every wait, retry and size has a bound, redirects are not followed, and
the credentials go to one host and into no log. Raises `daybook.domain.pos_errors`.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from typing import Any, NoReturn

import requests
from requests.auth import AuthBase

from daybook.domain.pos_errors import NoSuchThing, NotAllowed, Refused, Unavailable
from daybook.domain.pos_list import Listed

MAX_ATTEMPTS = 3
MAX_BODY_BYTES = 8_000_000
# Ten deliveries of one batch that all meet a silent vendor must end within the translator's
# minute: 10 x (READ_SECONDS, then no wait left in the budget) = 40 s. The sweeper asks again later.
CONNECT_SECONDS = 2.0
READ_SECONDS = 4.0
BUDGET_SECONDS = 3.0
DEFAULT_WAIT_SECONDS = 0.5
MAX_TOLD_SECONDS = 86_400.0

_JSON = {"Accept": "application/json"}


class TryAgain(Exception):  # noqa: N818 -- an instruction, becomes Unavailable in the end
    """The same question may be answered in a moment. wait_seconds: as told; 0 if it was not."""

    def __init__(self, text: str, wait_seconds: float = 0.0) -> None:
        super().__init__(text)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class RestReader:
    """Asks one API. No retry begins later than a deadline (monotonic seconds).

    base_url: ends in a slash. vendor: as messages name it. session: whose adapters are the
    transport. sleep and clock are arguments for tests. read_seconds: how long an answer may take.
    """

    base_url: str
    auth: AuthBase
    session: requests.Session
    vendor: str
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    read_seconds: float = READ_SECONDS
    headers: Mapping[str, str] = field(default_factory=lambda: _JSON)

    def ask(
        self,
        path: str,
        params: Mapping[str, str] | str,
        deadline: float,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON at a path that the caller has checked. Raises Unavailable, Refused.

        params: a text is the query as it stands.
        """
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return self._answer(path, params, {**self.headers, **(headers or {})})
            except TryAgain as again:
                wait = again.wait_seconds or DEFAULT_WAIT_SECONDS * 2 ** (attempt - 1)
                if attempt == MAX_ATTEMPTS or self.clock() + wait > deadline:
                    text = f"{self.vendor}'s {path}: {again}"
                    raise Unavailable(text, again.wait_seconds) from None
                self.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _answer(
        self, path: str, params: Mapping[str, str] | str, headers: Mapping[str, str]
    ) -> Any:
        try:
            with self.session.get(
                self.base_url + path,
                params=params if isinstance(params, str) else dict(params),
                auth=self.auth,
                headers=dict(headers),
                timeout=(CONNECT_SECONDS, self.read_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != HTTPStatus.OK:
                    self._raise_for(response, path)
                return _json(self._bounded(response, path))
        except requests.RequestException as error:
            # The text of the exception holds the URL and more; its kind says enough.
            raise TryAgain(f"no answer ({type(error).__name__})") from None

    def _raise_for(self, response: requests.Response, path: str) -> NoReturn:
        status = response.status_code
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise TryAgain("throttled (429)", _told(response))
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
            raise TryAgain(f"a fault of theirs ({status})")
        if status == HTTPStatus.UNAUTHORIZED:
            raise NotAllowed(
                f"{self.vendor} does not take the token (401); renew it for this connection"
            )
        if status == HTTPStatus.FORBIDDEN:
            raise NotAllowed(
                f"{self.vendor} refuses {path} (403); give the token the right to read it, "
                "or renew it for this connection"
            )
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise NoSuchThing(f"{self.vendor} has no {path} ({status})")
        raise Refused(f"{self.vendor} refuses {path} ({status})")

    def _bounded(self, response: requests.Response, path: str) -> bytes:
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_content(65_536):
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                raise Refused(f"{self.vendor}'s {path} is larger than {MAX_BODY_BYTES} bytes")
            chunks.append(chunk)
        return b"".join(chunks)


def _told(response: requests.Response) -> float:
    """The seconds of Retry-After. It may also be a date: then the default wait applies."""
    told = response.headers.get("Retry-After", "")
    return min(float(told), MAX_TOLD_SECONDS) if re.fullmatch("[0-9]{1,9}", told) else 0.0


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        # 200 with an empty or half a body is a fault in between, not an answer.
        raise TryAgain("an answer that is no JSON") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def every_row(page: Callable[[int], Listed], name: str, max_pages: int) -> list[Any]:
    """Every row of a list, page by page from 1. name: the list, for people.

    Raises what `page` does; Unavailable where the list's length is not the number it states, for
    then it changed while it was read; Refused for one of more pages.
    """
    rows: list[Any] = []
    for number in range(1, max_pages + 1):
        listed = page(number)
        rows.extend(listed.rows)
        if number >= listed.pages:
            if len(rows) != listed.total:
                raise Unavailable(f"{name} changed while it was read")
            return rows
    raise Refused(f"{name} has more than {max_pages} pages")
