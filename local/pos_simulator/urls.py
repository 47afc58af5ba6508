"""Routing: `/api/...` as the vendor's clients call it, `/_simulator/...` to control it.

Control:
    PUT  /_simulator/objects/{list}/{id}   a row; its `lines` and `payments` become lists
    POST /_simulator/faults                {"rules": [{"kind", "on", "times"}], "outage": bool}
    POST /_simulator/reset                 the seed again, no faults, no counts
    GET  /_simulator/requests              {"GET sales/tickets/100245": 1, ...}
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import cast

from aiohttp import web

from local.pos_simulator import responses
from local.pos_simulator.faults import Faults
from local.pos_simulator.shop import Shop, loads, seeded

DEFAULT_TOKEN = "pos-simulator-token"


@dataclass(slots=True)
class PosSimulator:
    """One shop behind one token, with its faults and a count of requests by path."""

    token: str = DEFAULT_TOKEN
    shop: Shop = field(default_factory=seeded)
    faults: Faults = field(default_factory=Faults)
    requests: Counter[str] = field(default_factory=Counter)

    async def api(self, request: web.Request) -> web.StreamResponse:
        """A list or a resource of the vendor's API."""
        path = request.match_info["path"]
        self.requests[f"{request.method} {path}"] += 1
        rule = self.faults.meet(path)
        if rule and rule.kind == "drop":
            # No answer at all: the connection ends under the client.
            if request.transport:
                request.transport.abort()
            return web.Response()
        if rule:
            return responses.faulty(rule)
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return responses.refused(401, "unauthorized")
        rows = self.shop.rows(path, cast(dict[str, str], request.query))
        if rows is not None:
            return responses.page_of(rows, cast(dict[str, str], request.query))
        row = self.shop.row(path)
        return responses.refused(404, "not found") if row is None else responses.found(row)

    async def put_object(self, request: web.Request) -> web.Response:
        """Store a row."""
        try:
            row = loads(await request.read())
            if not isinstance(row, dict):
                raise ValueError("a row is an object")
            self.shop.put(request.match_info["path"], row)
        except KeyError:
            return responses.refused(404, "no such list")
        except ValueError as error:
            return responses.refused(400, str(error))
        return web.Response(status=204)

    async def set_faults(self, request: web.Request) -> web.Response:
        """Replace all fault rules."""
        try:
            self.faults.replace(loads(await request.read()))
        except (ValueError, AttributeError) as error:
            return responses.refused(400, str(error))
        return web.Response(status=204)

    async def reset(self, _request: web.Request) -> web.Response:
        """Begin again."""
        self.shop, self.faults = seeded(), Faults()
        self.requests.clear()
        return web.Response(status=204)

    async def count(self, _request: web.Request) -> web.Response:
        """How often each path was asked."""
        return responses.found(dict(self.requests))


def application(simulator: PosSimulator) -> web.Application:
    """The simulator as an aiohttp application."""
    app = web.Application(client_max_size=8_000_000)
    app.router.add_get("/api/{path:.+}", simulator.api)
    app.router.add_put("/_simulator/objects/{path:.+}", simulator.put_object)
    app.router.add_post("/_simulator/faults", simulator.set_faults)
    app.router.add_post("/_simulator/reset", simulator.reset)
    app.router.add_get("/_simulator/requests", simulator.count)
    return app
