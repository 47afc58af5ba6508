"""Intuit's bytes: what a batch holds, and every reply that a company of the simulation gives."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from daybook.qbo.transport import HttpReply

if TYPE_CHECKING:
    from tests.simulation.company import Sent

_JSON: Final = {"Content-Type": "application/json;charset=UTF-8", "intuit_tid": "1-sim"}
_HTML: Final = {"Content-Type": "text/html"}
# Replies of a request that was not looked at.
BEFORE: Final = frozenset({"http_429", "http_503_html", "maintenance"})


def _fault(code: str, message: str, detail: str, kind: str) -> dict[str, Any]:
    error = {"Message": message, "Detail": detail, "code": code}
    return {"Fault": {"Error": [error], "type": kind}}


_ITEM_FAULTS: Final[dict[str, dict[str, Any]]] = {
    "period_closed": _fault(
        "6210",
        "Account Period Closed",
        "The account period has closed and the account books cannot be updated.",
        "ValidationFault",
    ),
    "inactive_account": _fault(
        "610",
        "Object Not Found",
        "Object Not Found : Something you're trying to use has been made inactive.",
        "ValidationFault",
    ),
    "name_taken": _fault(
        "6240",
        "Duplicate Name Exists Error",
        "The name supplied already exists.",
        "ValidationFault",
    ),
    "unbalanced": _fault(
        "6000", "A business validation error", "Debits do not equal credits.", "ValidationFault"
    ),
    "deadlock": _fault(
        "6000",
        "A business validation error has occurred",
        "Another user is working; please wait a few minutes and try again.",
        "ValidationFault",
    ),
}
_WHOLE: Final[dict[str, tuple[int, Mapping[str, str], bytes]]] = {
    "http_401": (
        401,
        _JSON,
        json.dumps(
            _fault("3200", "message=AuthenticationFailed", "Token expired", "AUTHENTICATION")
        ).encode(),
    ),
    "http_429": (
        429,
        _JSON,
        json.dumps(
            _fault("3001", "message=ThrottleExceeded", "Too many requests", "ThrottleExceeded")
        ).encode(),
    ),
    "http_503_html": (503, _HTML, b"<html><title>Service Unavailable</title></html>"),
    "maintenance": (
        403,
        _JSON,
        json.dumps(_fault("150", "Company under maintenance", "Later.", "SERVICE")).encode(),
    ),
    "subscription_ended": (
        403,
        _JSON,
        json.dumps(
            _fault("6190", "Invalid Company Status", "Subscription ended", "ValidationFault")
        ).encode(),
    ),
    "http_500_after": (500, _JSON, b""),
    "empty_200": (200, _JSON, b""),
}


def reply(kind: str) -> HttpReply:
    """The reply of a request as a whole."""
    return HttpReply(*_WHOLE[kind])


def items_of(body: bytes) -> list["Sent"]:
    """The items of a batch with the bytes of each as they were sent; amounts stay text."""
    from tests.simulation.company import Sent  # noqa: PLC0415 -- it imports this module

    text, found, place = body.decode(), [], 0
    while begins := _ITEM.search(text, place):
        fields, place = _DECODER.raw_decode(text, begins.end())
        raw = text[begins.end() : place].encode()
        found.append(Sent(begins["b_id"], begins["entity"], raw, fields))
    return found


_ITEM: Final = re.compile(
    r'\{"bId":"(?P<b_id>\d+)","operation":"create","(?P<entity>[A-Za-z]+)":(?=\{)'
)
_DECODER: Final = json.JSONDecoder(parse_float=str, parse_int=str)


def deadlock(b_id: str) -> dict[str, Any]:
    """A fault that passes by itself."""
    return fault(b_id, "deadlock")


def fault(b_id: str, kind: str) -> dict[str, Any]:
    """An item that was refused."""
    return {"bId": b_id, **_ITEM_FAULTS[kind]}


def created(b_id: str, entity: str, qbo_id: str) -> dict[str, Any]:
    """An item that is in the books."""
    return {"bId": b_id, entity: {"Id": qbo_id, "SyncToken": "0", "domain": "QBO"}}


def batch_reply(rows: Sequence[Mapping[str, Any]], weather: str) -> HttpReply:
    """The reply to a batch, or what the weather left of it."""
    if weather in ("http_500_after", "empty_200"):
        return reply(weather)
    # Order means nothing in a reply.
    body = json.dumps({"BatchItemResponse": list(reversed(rows)), "time": "2026"}).encode()
    return HttpReply(200, _JSON, body[:-9] if weather == "truncated" else body)


def changes(entity: str, found: Sequence[tuple[str, bytes]]) -> HttpReply:
    """What change data capture tells of one kind of object."""
    body = b'{"CDCResponse":[{"QueryResponse":[{"%s":[%s]}]}],"time":"2026"}'
    return HttpReply(200, _JSON, body % (entity.encode(), _rows(found)))


def read(entity: str, found: Sequence[tuple[str, bytes]]) -> HttpReply:
    """One object, or that there is none."""
    if not found:
        fault = _fault("610", "Object Not Found", "Object Not Found : gone", "ValidationFault")
        return HttpReply(400, _JSON, json.dumps(fault).encode())
    return HttpReply(200, _JSON, b'{"%s":%s,"time":"2026"}' % (entity.encode(), _rows(found)))


def _rows(found: Sequence[tuple[str, bytes]]) -> bytes:
    """Each object as it was sent, with its id."""
    return b",".join(raw[:-1] + b',"Id":"%s","SyncToken":"0"}' % i.encode() for i, raw in found)


def company_info(realm: str) -> HttpReply:
    """Who the company is."""
    info = {"CompanyInfo": {"Id": "1", "CompanyName": f"Company {realm[-1]}"}, "time": "2026"}
    return HttpReply(200, _JSON, json.dumps(info).encode())


def page(entity: str, found: Sequence[tuple[str, bytes]]) -> HttpReply:
    """One page of a query."""
    body = b'{"QueryResponse":{"%s":[%s],"startPosition":1,"maxResults":%d},"time":"2026"}'
    return HttpReply(200, _JSON, body % (entity.encode(), _rows(found), len(found)))
