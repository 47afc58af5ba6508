"""Routing: `/api/...` as Heartland's clients call it, `/unleashed/...` as Unleashed's do, and
`/_simulator/...` to control it.

Control:
    PUT  /_simulator/objects/{list}/{id}   a row; its `lines` and `payments` become lists
    PUT  /_simulator/unleashed/{Resource}/{Guid}   an object of Unleashed
    PUT  /_simulator/point_of_rental/{list}/{id}   a row of Point of Rental's lists
    POST /_simulator/faults                {"rules": [{"kind", "on", "times"}], "outage": bool}
    POST /_simulator/reset                 the seed again, no faults, no counts
    GET  /_simulator/requests              {"GET sales/tickets/100245": 1, ...}
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import cast

from aiohttp import web

from local.pos_simulator import responses, unleashed_api, unleashed_shop
from local.pos_simulator.faults import Faults
from local.pos_simulator.point_of_rental import PointOfRental, read
from local.pos_simulator.shop import Shop, loads, seeded
from local.pos_simulator.unleashed_shop import UnleashedShop

DEFAULT_TOKEN = "pos-simulator-token"


@dataclass(slots=True)
class PosSimulator:
    """One shop behind one token, with its faults and a count of requests by path."""

    token: str = DEFAULT_TOKEN
    shop: Shop = field(default_factory=seeded)
    unleashed: UnleashedShop = field(default_factory=unleashed_shop.seeded)
    point_of_rental: PointOfRental = field(default_factory=PointOfRental)
    faults: Faults = field(default_factory=Faults)
    requests: Counter[str] = field(default_factory=Counter)

    async def api(self, request: web.Request) -> web.StreamResponse:
        """A list or a resource of the vendor's API."""
        path = request.match_info["path"]
        self.requests[f"{request.method} {path}"] += 1
        if faulty := self._fault(request, path):
            return faulty
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return responses.refused(401, "unauthorized")
        try:
            rows = self.shop.rows(path, cast(dict[str, str], request.query))
        except ValueError as error:
            return responses.refused(400, str(error))
        if rows is not None:
            return responses.page_of(rows, cast(dict[str, str], request.query))
        row = self.shop.row(path)
        return responses.refused(404, "not found") if row is None else responses.found(row)

    async def unleashed_api(self, request: web.Request) -> web.StreamResponse:
        """A page or an object of Unleashed's API; faults meet its path without the prefix."""
        path = request.match_info["path"]
        self.requests[f"{request.method} unleashed/{path}"] += 1
        if faulty := self._fault(request, path):
            return faulty
        query = request.rel_url.raw_query_string
        return unleashed_api.answer(self.unleashed, path, query, request.headers, self.token)

    async def point_of_rental_api(self, request: web.Request) -> web.StreamResponse:
        """A list or a row of Point of Rental's API; faults meet its path without the prefix."""
        path = request.match_info["path"]
        self.requests[f"{request.method} point_of_rental/{path}"] += 1
        if faulty := self._fault(request, path):
            return faulty
        return self.point_of_rental.answer(path, request.headers)

    async def put_point_of_rental(self, request: web.Request) -> web.Response:
        """Store a row of Point of Rental's."""
        try:
            self.point_of_rental.put(request.match_info["path"], read(await request.read()))
        except KeyError:
            return responses.refused(404, "no such list")
        except ValueError as error:
            return responses.refused(400, str(error))
        return web.Response(status=204)

    def _fault(self, request: web.Request, path: str) -> web.Response | None:
        rule = self.faults.meet(path)
        if rule is None or rule.kind != "drop":
            return responses.faulty(rule) if rule else None
        # No answer at all: the connection ends under the client.
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def put_unleashed(self, request: web.Request) -> web.Response:
        """Store an object of Unleashed."""
        resource, guid = request.match_info["resource"], request.match_info["guid"]
        try:
            self.unleashed.put(resource, guid, loads(await request.read()))
        except KeyError:
            return responses.refused(404, "no such resource")
        except (ValueError, AttributeError) as error:
            return responses.refused(400, str(error))
        return web.Response(status=204)

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
        self.point_of_rental = PointOfRental()
        self.unleashed = unleashed_shop.seeded()
        self.requests.clear()
        return web.Response(status=204)

    async def count(self, _request: web.Request) -> web.Response:
        """How often each path was asked."""
        return responses.found(dict(self.requests))


def application(simulator: PosSimulator) -> web.Application:
    """The simulator as an aiohttp application."""
    app = web.Application(client_max_size=8_000_000)
    app.router.add_get("/api/{path:.+}", simulator.api)
    app.router.add_get("/unleashed/{path:.+}", simulator.unleashed_api)
    app.router.add_put("/_simulator/unleashed/{resource}/{guid}", simulator.put_unleashed)
    app.router.add_put("/_simulator/objects/{path:.+}", simulator.put_object)
    app.router.add_get("/point_of_rental/v1/apikey/{path:.+}", simulator.point_of_rental_api)
    app.router.add_put("/_simulator/point_of_rental/{path:.+}", simulator.put_point_of_rental)
    app.router.add_post("/_simulator/faults", simulator.set_faults)
    app.router.add_post("/_simulator/reset", simulator.reset)
    app.router.add_get("/_simulator/requests", simulator.count)
    return app
