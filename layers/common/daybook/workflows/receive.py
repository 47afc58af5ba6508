"""One HTTP request of a point of sale becomes one message, or a refusal that says why.

One side effect: the message (after the archive, for a large body). Our own fault is a 503, never
a 4xx, because some senders do not repeat after a 4xx
(https://doc.toasttab.com/doc/devguide/apiRetrySupport.html).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from daybook.domain.errors import Unreadable
from daybook.sources.contract import BadSignature, Context, Delivery, Source

MAX_BODY_BYTES = 4_000_000
# What goes inline into a queue message; anything larger, or not UTF-8, goes through the archive.
MAX_INLINE_BYTES = 128 * 1024
# Only these travel on: the signature and the secret have done their work.
KEPT_HEADERS = ("content-type", "webhook-id", "webhook-timestamp")


class Unavailable(Exception):  # noqa: N818 -- a state, and the answer is 503
    """A part of ours does not answer: the sender must try again."""


class Credential(Protocol):
    """A connection's source and the secrets that vouch for its deliveries."""

    @property
    def source(self) -> str: ...
    @property
    def secrets(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Request:
    """A webhook call as received; header names in lower case."""

    connection: str
    event: str | None
    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender gets: a status and a JSON object."""

    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Intake:
    """What receiving needs. credential: None for an unknown connection; raises Unavailable; True
    where what it gave before did not vouch, for it may have been replaced.
    check: raises Unreadable unless the raw body is JSON within the bounds.
    stand_in: an unknown connection is checked against it, so that both take the same time.
    keep: stores the delivery (archive where needed) and sends its message; raises Unavailable.
    """

    credential: Callable[[str, datetime, bool], Credential | None]
    source: Callable[[str], Source]
    check: Callable[[bytes], object]
    stand_in: Credential
    keep: Callable[[Delivery, str], None]
    clock: Callable[[], datetime]


_REFUSED = Answer(401, {"error": "The signature or the connection is not known."})


def receive(request: Request, intake: Intake) -> Answer:
    """202 once the delivery is safely queued; 401, 413, 422 or 503 with nothing stored."""
    if len(request.body) > MAX_BODY_BYTES:
        return Answer(413, {"error": f"The body is above {MAX_BODY_BYTES} bytes."})
    try:
        return _verified(request, intake)
    except BadSignature:
        return _REFUSED
    except Unreadable as problem:
        return Answer(422, {"error": problem.text, "path": problem.path})
    except Unavailable:
        return Answer(503, {"error": "Not stored. Please send it again in a minute."})


def _verified(request: Request, intake: Intake) -> Answer:
    now = intake.clock()
    known = intake.credential(request.connection, now, False)
    try:
        delivery, source = _vouched(request, known, now, intake)
    except BadSignature:
        # A sender may sign with a new secret at once. Known or not, a connection is asked for.
        newer = intake.credential(request.connection, now, True)
        if newer == known:
            raise
        delivery, source = _vouched(request, newer, now, intake)
    if source.refuses_unreadable:
        # Reads the body with the same bounds, so that it is not read twice.
        source.parse(delivery, Context())
    else:
        intake.check(request.body)
    kept = {name: request.headers[name] for name in KEPT_HEADERS if name in request.headers}
    stripped = replace(delivery, headers=kept, query={})
    intake.keep(stripped, hashlib.sha256(request.body).hexdigest())
    return Answer(202, {"accepted": True})


def _vouched(
    request: Request, known: Credential | None, now: datetime, intake: Intake
) -> tuple[Delivery, Source]:
    """The delivery, its signature checked. Raises BadSignature, also for an unknown connection."""
    credential = known or intake.stand_in
    source = intake.source(credential.source)
    delivery = Delivery(
        connection=request.connection,
        source=credential.source,
        body=request.body,
        received_at=now,
        headers=request.headers,
        query=request.query,
        event=request.event,
    )
    source.verify(delivery, credential.secrets, now)
    if known is None:
        raise BadSignature
    return delivery, source
