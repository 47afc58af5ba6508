"""Unleashed's API as its clients call it: `/{Resource}/{page}`, `/{Resource}/{Guid}`, signed.

A request is signed over its query string as it was before it was encoded, so that an encoded colon
breaks the signature; each breach is answered 403 (https://apidocs.unleashedsoftware.com,
AuthenticationHelp and APIChangeLog).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from aiohttp import web

from local.pos_simulator import responses
from local.pos_simulator.unleashed_shop import RESOURCES, UnleashedShop

API_ID = "pos-simulator"
DEFAULT_PAGE_SIZE = 200
MAX_PAGE_SIZE = 1000


def answer(
    shop: UnleashedShop, path: str, query: str, headers: Mapping[str, str], key: str
) -> web.Response:
    """What a GET is answered. query: as it came, without "?". key: the account's API key."""
    if not _is_signed(query, headers, key):
        return _refused(403, "Forbidden")
    params = dict(parse_qsl(query, keep_blank_values=True))
    resource, *rest = path.split("/")
    try:
        return _found(shop, resource, rest, params)
    except ValueError:
        return _refused(400, "A filter's value is not valid")


def _is_signed(query: str, headers: Mapping[str, str], key: str) -> bool:
    signed = unquote_plus(query)
    digest = hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest()
    right = base64.b64encode(digest).decode()
    return (
        headers.get("api-auth-id") == API_ID
        and hmac.compare_digest(headers.get("api-auth-signature", ""), right)
        and "/" in headers.get("client-type", "")
        and headers.get("Accept") == "application/json"
    )


def _found(
    shop: UnleashedShop, resource: str, rest: Sequence[str], params: Mapping[str, str]
) -> web.Response:
    if resource == "StockOnHand" and _page_of(rest):
        return _page(shop.stock(params), _page_of(rest), params)
    if resource not in RESOURCES:
        return _refused(404, "Not Found")
    if number := _page_of(rest):
        return _page(shop.rows(resource, params), number, params)
    row = shop.get(resource, rest[0])
    if row is None or len(rest) > 2 or (len(rest) == 2 and rest[1] != "Costs"):
        return _refused(404, "Not Found")
    if len(rest) == 2:
        return responses.found(shop.costs.get(rest[0].lower(), []))
    return responses.found(row)


def _page_of(rest: Sequence[str]) -> int:
    """The page that a path asks for; 0 where it names an object."""
    words = [word for word in rest if word != "Page"]
    if not words:
        return 1
    return int(words[0]) if len(words) == 1 and words[0].isdecimal() else 0


def _page(rows: Sequence[Any], number: int, params: Mapping[str, str]) -> web.Response:
    size = min(int(params.get("pageSize", DEFAULT_PAGE_SIZE)), MAX_PAGE_SIZE)
    if size < 0:
        return _refused(400, "pageSize is below zero")
    # "To efficiently retrieve a count, specify a pageSize of 0."
    pages = -(-len(rows) // size) if size else 0
    start = (number - 1) * size
    envelope = {
        "Pagination": {
            "NumberOfItems": len(rows),
            "PageSize": size,
            "PageNumber": number,
            "NumberOfPages": pages,
        },
        "Items": list(rows[start : start + size]),
    }
    return responses.found(envelope)


def _refused(status: int, text: str) -> web.Response:
    return web.json_response({"Description": text, "DebugInformation": None}, status=status)
