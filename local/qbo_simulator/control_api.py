"""The control interface of the simulator itself: /_simulator/..."""

import json

from aiohttp import web

from local.qbo_simulator.calls import SIMULATOR
from local.qbo_simulator.clock import stamp_millis
from local.qbo_simulator.entities import KINDS
from local.qbo_simulator.responses import json_reply
from local.qbo_simulator.switches import parse_switches


async def books(request: web.Request) -> web.Response:
    """Everything that stands in a company's books, and how many requests it took."""
    realm = request.app[SIMULATOR].realm(request.match_info["realm"])
    objects = {
        kind.name: [kind.present(realm, row) for row in realm.rows(kind.name)] for kind in KINDS
    }
    return json_reply({"objects": objects, "requests": realm.request_counts()})


async def show_faults(request: web.Request) -> web.Response:
    """The switches and rules in force."""
    return json_reply(request.app[SIMULATOR].switches.as_json())


async def set_faults(request: web.Request) -> web.Response:
    """Replace all rules and switches; 400 names what is wrong with the body."""
    try:
        switches = parse_switches(json.loads(await request.text()))
    except ValueError as error:
        return json_reply({"error": str(error)}, 400)
    request.app[SIMULATOR].set_switches(switches)
    return json_reply(switches.as_json())


async def advance_clock(request: web.Request) -> web.Response:
    """Push the clock by `advance_seconds`; answers the new time."""
    clock = request.app[SIMULATOR].clock
    try:
        body = json.loads(await request.text())
        now = clock.advance(float(body["advance_seconds"]))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        return json_reply({"error": f"advance_seconds: {error}"}, 400)
    return json_reply({"now": stamp_millis(now)})


async def reset(request: web.Request) -> web.Response:
    """Empty the transactions of every company."""
    request.app[SIMULATOR].reset()
    return json_reply({"reset": True})


async def new_token(request: web.Request) -> web.Response:
    """Consent for `{"realm": ...}` without a browser: its refresh token."""
    simulator = request.app[SIMULATOR]
    try:
        realm = str(json.loads(await request.text())["realm"])
    except (ValueError, KeyError, TypeError) as error:
        return json_reply({"error": f"realm: {error}"}, 400)
    return json_reply({"realm": realm, "refresh_token": simulator.authorize(realm)})
