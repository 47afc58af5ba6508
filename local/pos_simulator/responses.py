"""The vendor's wire format: list envelopes, plain resources, errors; numbers exactly as stored."""

import json
import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from aiohttp import web

from local.pos_simulator.faults import Rule

DEFAULT_PER_PAGE = 20
MAX_PER_PAGE = 500

# `json` cannot write a Decimal as a number: it goes out as a marked text whose marks are cut away.
_MARK = secrets.token_hex(16)


def dumps(value: Any) -> str:
    """JSON, decimals as plain numbers with their digits."""
    text = json.dumps(value, default=_marked)
    return text.replace(f'"{_MARK}', "").replace(f'{_MARK}"', "")


def found(value: Any) -> web.Response:
    """200 with a resource."""
    return web.json_response(value, dumps=dumps)


def page_of(rows: Sequence[Any], params: Mapping[str, str]) -> web.Response:
    """200 with `{"total", "pages", "per_page", "results"}`, or 400 on a page that is no number.

    `per_page=all` gives every row on one page.
    """
    try:
        page = int(params.get("page", "1"))
        asked = params.get("per_page", str(DEFAULT_PER_PAGE))
        per_page = max(len(rows), 1) if asked == "all" else min(int(asked), MAX_PER_PAGE)
    except ValueError:
        page = per_page = 0
    if page < 1 or per_page < 1:
        return refused(400, "page and per_page must be above zero")
    start = (page - 1) * per_page
    envelope = {
        "total": len(rows),
        "pages": -(-len(rows) // per_page),
        "per_page": per_page,
        "results": list(rows[start : start + per_page]),
    }
    return found(envelope)


def refused(status: int, error: str) -> web.Response:
    """An error of the API."""
    return web.json_response({"error": error}, status=status)


def faulty(rule: Rule) -> web.Response:
    """The answer that a fault makes. `drop` is not among them: it has no answer."""
    match rule.kind:
        case "http_429":
            after = rule.retry_after_seconds
            headers = {} if after is None else {"Retry-After": str(after)}
            return web.json_response({"error": "rate limit"}, status=429, headers=headers)
        case "http_500":
            return refused(500, "internal error")
        case "empty_200":
            return web.Response()
        case "half_body":
            return web.Response(text='{"total": 1, "pa', content_type="application/json")
        case "redirect":
            return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"})
    return web.Response(
        status=503, text="<html>Service Unavailable</html>", content_type="text/html"
    )


def _marked(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{_MARK}{value:f}{_MARK}"
    raise TypeError(f"{type(value).__name__} is not JSON")
