"""Which URL is whose."""

from aiohttp import web

from local.qbo_simulator import company_api, control_api, oauth_api
from local.qbo_simulator.calls import SIMULATOR, TOKEN_PATH
from local.qbo_simulator.middleware import MIDDLEWARES
from local.qbo_simulator.simulator import Simulator

_COMPANY = "/v3/company/{realm}"
_LARGEST_BODY_BYTES = 8 * 1024 * 1024


def application(simulator: Simulator) -> web.Application:
    """The web application that serves `simulator`."""
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=_LARGEST_BODY_BYTES)
    app[SIMULATOR] = simulator
    app.add_routes([*_oauth(), *_control(), *_company()])
    return app


def _company() -> list[web.RouteDef]:
    return [
        web.get(f"{_COMPANY}/query", company_api.query),
        web.post(f"{_COMPANY}/query", company_api.query),
        web.post(f"{_COMPANY}/batch", company_api.batch),
        web.get(f"{_COMPANY}/cdc", company_api.cdc),
        web.get(f"{_COMPANY}/reports/{{report}}", company_api.report),
        web.get(f"{_COMPANY}/{{entity}}", company_api.read),
        web.get(f"{_COMPANY}/{{entity}}/{{id}}", company_api.read),
        web.post(f"{_COMPANY}/{{entity}}", company_api.write),
    ]


def _oauth() -> list[web.RouteDef]:
    return [
        *(
            web.get(f"/.well-known/{name}{slash}", oauth_api.discovery)
            for name in ("openid_configuration", "openid_sandbox_configuration")
            for slash in ("", "/")
        ),
        web.get(oauth_api.AUTHORIZE_PATH, oauth_api.authorize),
        web.post(TOKEN_PATH, oauth_api.token),
        web.post(oauth_api.REVOKE_PATH, oauth_api.revoke),
        web.get(oauth_api.USER_INFO_PATH, oauth_api.user_info),
        web.get(oauth_api.KEYS_PATH, oauth_api.keys),
    ]


def _control() -> list[web.RouteDef]:
    return [
        web.get("/_simulator/books/{realm}", control_api.books),
        web.get("/_simulator/faults", control_api.show_faults),
        web.post("/_simulator/faults", control_api.set_faults),
        web.post("/_simulator/clock", control_api.advance_clock),
        web.post("/_simulator/reset", control_api.reset),
        web.post("/_simulator/tokens", control_api.new_token),
    ]
