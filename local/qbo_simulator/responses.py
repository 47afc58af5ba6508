"""The wire format: Intuit's JSON, its two shapes of fault, its XML and its HTML."""

from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web

from local.qbo_simulator.clock import stamp_millis
from local.qbo_simulator.errors import Rejected
from local.qbo_simulator.exact_json import dumps
from local.qbo_simulator.fault_texts import GATEWAY_CODES, text_of
from local.qbo_simulator.realm import Json
from local.qbo_simulator.replays import Reply

_JSON = "application/json"


def json_reply(members: Json, status: int = 200) -> web.Response:
    """Any JSON object."""
    return web.Response(text=dumps(members), status=status, content_type=_JSON, charset="utf-8")


def service_reply(reply: Reply, now: datetime) -> web.Response:
    """What the books answered, stamped with the time. A gateway code takes the gateway's shape."""
    fault = reply.members.get("Fault")
    if fault is not None and fault["Error"][0]["code"] in GATEWAY_CODES:
        return gateway_reply(fault["Error"][0]["code"], now)
    return json_reply({**reply.members, "time": stamp_millis(now)}, reply.status)


def rejection(refusal: Rejected, now: datetime) -> web.Response:
    """A refusal of the whole request, in the service's shape."""
    members = {"Fault": refusal.as_json(), "time": stamp_millis(now)}
    return json_reply(members, refusal.status)


def gateway_reply(code: str, now: datetime, detail: str | None = None) -> web.Response:
    """The lower-case `fault` with which the gateway answers 401, 403 and some 429."""
    text = text_of(code)
    error = {
        "message": text.message,
        "detail": (text.detail or None) if detail is None else detail,
        "code": code,
        "element": None,
    }
    members: dict[str, Any] = {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": text.type},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(now.timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }
    response = json_reply(members, text.status)
    if text.status == 401:
        challenge = 'Bearer realm="Intuit", error="invalid_token"'
        response.headers["WWW-Authenticate"] = challenge
    return response


def xml_reply(code: str, now: datetime) -> web.Response:
    """A fault in XML, which comes although JSON was asked for."""
    text = text_of(code)
    detail = f"\n      <Detail>{escape(text.detail)}</Detail>" if text.detail else ""
    body = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<IntuitResponse time={quoteattr(stamp_millis(now))} "
        'xmlns="http://schema.intuit.com/finance/v3">\n'
        f"  <Fault type={quoteattr(text.type)}>\n    <Error code={quoteattr(code)}>\n"
        f"      <Message>{escape(text.message)}</Message>{detail}\n"
        "    </Error>\n  </Fault>\n</IntuitResponse>\n"
    )
    return web.Response(text=body, status=text.status, content_type="application/xml")


def throttled(
    now: datetime, shape: str = "xml", retry_after_seconds: int | None = None
) -> web.Response:
    """HTTP 429 in one of its three shapes. Intuit does not promise a Retry-After."""
    if shape == "gateway":
        response = gateway_reply("3001", now)
    elif shape == "service":
        text = text_of("3001")
        error = {"Message": text.message, "Detail": text.detail, "code": "3001", "element": ""}
        fault = {"Error": [error], "type": text.type}
        response = json_reply({"Fault": fault, "time": stamp_millis(now)}, text.status)
    else:
        response = xml_reply("3001", now)
    if retry_after_seconds is not None:
        response.headers["Retry-After"] = str(retry_after_seconds)
    return response


def html_reply(status: int, title: str, heading: str | None = None) -> web.Response:
    """What a load balancer answers in Intuit's place."""
    body = (
        f"<html>\n<head><title>{status} {title}</title></head>\n"
        f'<body bgcolor="white">\n<center><h1>{heading or f"{status} {title}"}</h1></center>\n'
        "<hr><center>Avi Vantage/</center>\n</body>\n</html>\n"
    )
    return web.Response(text=body, status=status, content_type="text/html")
