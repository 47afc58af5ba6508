"""One HTTP request to Intuit and its whole reply, bounded in time and size. It never repeats one.

Intuit cuts a request after 120 s (https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles),
so that 125 s hear the end of whatever it did.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from daybook.qbo.exceptions import NoReplyError
from daybook.qbo.faults import unknown

CONNECT_TIMEOUT_SECONDS = 10
REPLY_TIMEOUT_SECONDS = 125
MAX_REPLY_BYTES = 5_000_000
# A connection that idled while the function was frozen may be dead without our knowing, and a
# write on it would count as sent.
MAX_IDLE_SECONDS = 20
_CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request. query: parameters not yet encoded. headers carry the token: never shown."""

    method: str
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A reply, whole. Names of headers in the case they came in."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Send(Protocol):
    """Sends a request and gives its reply whatever its status, or raises NoReplyError."""

    def __call__(self, request: HttpRequest, /) -> HttpReply: ...


class HttpsSender:
    """`Send` over requests: TLS verified, no redirects, no repeats. One for each thread."""

    def __init__(
        self,
        *,
        timeout_seconds: float = REPLY_TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = _Session()
        # Without this, requests would replace our Authorization header by one from ~/.netrc.
        self._session.auth = _as_it_is
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self._used_at = clock()

    def __call__(self, request: HttpRequest, /) -> HttpReply:
        """The reply of Intuit. Raises NoReplyError if none came, or not all of it."""
        if self._clock() - self._used_at > MAX_IDLE_SECONDS:
            self._session.close()
        try:
            return self._reply(request)
        except (OSError, HTTPException, ValueError) as error:
            raise NoReplyError(unknown(f"No reply: {type(error).__name__}.")) from error
        finally:
            self._used_at = self._clock()

    def _reply(self, request: HttpRequest) -> HttpReply:
        deadline = self._clock() + self._timeout_seconds
        with self._session.request(
            request.method,
            request.url,
            params=request.query,
            headers=request.headers,
            data=request.body or None,
            timeout=(CONNECT_TIMEOUT_SECONDS, self._timeout_seconds),
            stream=True,
        ) as reply:
            body = bytearray()
            for chunk in reply.iter_content(_CHUNK_BYTES):
                body += chunk
                if len(body) > MAX_REPLY_BYTES or self._clock() > deadline:
                    raise NoReplyError(unknown(f"The reply did not end: {len(body)} bytes."))
            return HttpReply(reply.status_code, reply.headers, bytes(body))


class _Session(requests.Session):
    """A session to which no reply is a redirect: a followed one would send the write twice. What
    the environment says of proxies and certificates is looked up once a host."""

    def __init__(self) -> None:
        super().__init__()
        self._environment: dict[str, Any] = {}

    def merge_environment_settings(self, *given: Any, **named: Any) -> Any:
        """As the session's own; given: the URL, and what is the same each time."""
        host = urlsplit(given[0]).netloc
        if host not in self._environment:
            self._environment[host] = super().merge_environment_settings(*given, **named)
        return self._environment[host].copy()

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, whatever the Location header says."""


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
