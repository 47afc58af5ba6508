"""API Gateway -> one message on `deliveries`. Verifies, bounds, answers 202."""

import base64
import json
import urllib.parse
from typing import Any

from daybook.telemetry import line, logger
from daybook.wiring import Wiring
from daybook.workflows.receive import Answer, Request, receive

_LOG = logger("webhook")
_WIRING = Wiring.of("secrets_prefix", "deliveries_queue_url", "archive_bucket")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 -- Lambda's
    """One webhook call (payload format 2.0 of an HTTP API)."""
    request = _request(event)
    answer = (
        receive(request, _WIRING.intake)
        if request
        else Answer(422, {"error": "Unreadable request."})
    )
    known = answer.status == 202
    line(_LOG, "delivery", status=answer.status, **_names(request) if known and request else {})
    return {
        "statusCode": answer.status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(answer.body),
    }


def _names(request: Request) -> dict[str, str]:
    return {"connection": request.connection}


def _request(event: dict[str, Any]) -> Request | None:
    path = event.get("pathParameters") or {}
    try:
        text = event.get("body") or ""
        encoded = event.get("isBase64Encoded", False)
        body = base64.b64decode(text, validate=True) if encoded else text.encode()
        # The parsed map joins repeated names by a comma; the raw text keeps what was sent.
        query = dict(urllib.parse.parse_qsl(event.get("rawQueryString", ""), max_num_fields=20))
    except ValueError:
        return None
    return Request(
        connection=urllib.parse.unquote(path.get("connection", "")),
        event=urllib.parse.unquote(path["event"]) if path.get("event") else None,
        body=body,
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        query=query,
    )
