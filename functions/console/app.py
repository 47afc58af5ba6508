"""The operators' pages. For now: that it lives, and where everything else is done."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types

from daybook.telemetry import line, logger

_LOG = logger("console")
_APP = APIGatewayHttpResolver()
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>daybook</title>
<h1>daybook</h1><p>It is running. Connect, map and watch with the command <code>daybook</code>;
<code>daybook --help</code> lists what it does.</p></html>"""


@_APP.get("/health")
def health() -> dict[str, bool]:
    """Whether the function answers; says nothing of any company."""
    return {"ok": True}


@_APP.get("/")
def front() -> Response[str]:
    """The front page."""
    headers: dict[str, Any] = {"Cache-Control": "no-store"}
    return Response(200, content_types.TEXT_HTML, _PAGE, headers)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One HTTP request."""
    answer = _APP.resolve(event, context)
    line(_LOG, "page", status=answer["statusCode"])
    return answer
