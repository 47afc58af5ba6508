"""What surrounds every request: its intuit_tid, injected failures, tokens, limits, latency."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable

from aiohttp import web

from local.qbo_simulator.calls import CALL, LATE, SIMULATOR, Call, understand
from local.qbo_simulator.errors import Rejected, rejected
from local.qbo_simulator.responses import (
    gateway_reply,
    html_reply,
    rejection,
    throttled,
)
from local.qbo_simulator.simulator import Simulator
from local.qbo_simulator.switches import COMMITTING, FaultRule

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SHORTEST_TOKEN = 20


@web.middleware
async def with_tid(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every response carries intuit_tid, and every failure is one of Intuit's shapes.

    What was to be done by now, though nobody waits for its reply, is done first."""
    request.app[SIMULATOR].surface()
    try:
        response = await handler(request)
    except Rejected as refusal:
        response = rejection(refusal, request.app[SIMULATOR].now)
    except web.HTTPNotFound:
        response = html_reply(404, "Not Found", "Not Found")
    except web.HTTPRequestEntityTooLarge:
        response = html_reply(413, "Request Entity Too Large")
    except web.HTTPMethodNotAllowed as refusal:
        detail = f"Operation {refusal.method} is not supported."
        response = rejection(rejected("500", detail), request.app[SIMULATOR].now)
        response.set_status(405)
    response.headers["intuit_tid"] = f"1-{uuid.uuid4().hex[:8]}-{uuid.uuid4().hex[:24]}"
    return response


@web.middleware
async def with_transport_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Understand the request, and fail it as a whole when a rule says so."""
    simulator = request.app[SIMULATOR]
    call = await understand(request)
    request[CALL] = call
    rule = simulator.injector.transport(call.tags) if call.tags else None
    if rule is None:
        return await handler(request)
    _count(simulator, call, "injected")
    if rule.kind in COMMITTING:
        if rule.surfaces_after_seconds:
            request[LATE] = rule.surfaces_after_seconds
        await _commit(request, handler)
    return _failure(request, simulator, call, rule)


async def _commit(request: web.Request, handler: Handler) -> None:
    """Do the work and forget its answer."""
    try:
        await handler(request)
    except Rejected:
        # Refused work commits nothing; the client is left just as much in the dark.
        return


def _failure(
    request: web.Request, simulator: Simulator, call: Call, rule: FaultRule
) -> web.StreamResponse:
    if rule.kind in ("drop", "commit_then_drop"):
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if rule.kind == "http_429":
        _count(simulator, call, "throttled")
        return throttled(simulator.now, rule.shape, rule.retry_after_seconds)
    if rule.kind == "http_503_html":
        return html_reply(503, "Service Temporarily Unavailable")
    if rule.kind == "empty_200":
        return web.Response(status=200, content_type="application/json")
    return rejection(rejected("10000"), simulator.now)


@web.middleware
async def with_tokens_and_limits(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Company requests need a live token of that company, and room within its limits."""
    simulator, call = request.app[SIMULATOR], request[CALL]
    if call.realm_id is None:
        return await handler(request)
    refusal = _unauthorized(request, simulator, call)
    if refusal is not None:
        return refusal
    realm = simulator.realm(call.realm_id)
    if not simulator.admit(realm, is_batch=call.is_batch, items=call.items):
        realm.requests["throttled"] += 1
        return throttled(simulator.now)
    return await handler(request)


def _unauthorized(request: web.Request, simulator: Simulator, call: Call) -> web.Response | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    realm = simulator.tokens.realm_for_access(token, simulator.now)
    if scheme.lower() != "bearer" or realm is None:
        detail = (
            "Malformed bearer token: too short or too long"
            if len(token) < _SHORTEST_TOKEN
            else None
        )
        return gateway_reply("3200", simulator.now, detail)
    if realm != call.realm_id:
        return gateway_reply("3100", simulator.now)
    return None


@web.middleware
async def with_latency(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let the configured time pass before the work, without holding up other requests."""
    simulator, call = request.app[SIMULATOR], request[CALL]
    if call.tags:
        switches = simulator.switches
        # A write that is no batch has one object to work on, as an item is.
        items = call.items or (1 if request.method == "POST" and call.body is not None else 0)
        wait_ms = switches.latency_ms + switches.latency_per_item_ms * items
        if wait_ms > 0:
            await asyncio.sleep(wait_ms / 1000)
    return await handler(request)


def _count(simulator: Simulator, call: Call, name: str) -> None:
    if call.realm_id is not None:
        simulator.realm(call.realm_id).requests[name] += 1


MIDDLEWARES = (with_tid, with_transport_faults, with_tokens_and_limits, with_latency)
