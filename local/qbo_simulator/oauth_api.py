"""Intuit's OAuth 2.0: discovery, authorise, token, revoke, user info.

https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0
Any client id and secret are taken; a request without either is refused.
"""

from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import BasicAuth, web

from local.qbo_simulator.calls import CALL, SIMULATOR, TOKEN_PATH
from local.qbo_simulator.consent_page import consent_page
from local.qbo_simulator.exact_json import loads
from local.qbo_simulator.realm import Json
from local.qbo_simulator.responses import json_reply
from local.qbo_simulator.simulator import Simulator
from local.qbo_simulator.tokens import ACCESS_SECONDS, InvalidGrant, TokenPair

AUTHORIZE_PATH = "/connect/oauth2"
REVOKE_PATH = "/v2/oauth2/tokens/revoke"
USER_INFO_PATH = "/v1/openid_connect/userinfo"
KEYS_PATH = "/op/v1/jwks"
_ISSUER = "https://oauth.platform.intuit.com/op/v1"
_HARD_HEADER = "x-include-refresh-token-hard-expires-in"


async def discovery(request: web.Request) -> web.Response:
    """The discovery document, its endpoints on the host that was asked."""
    base = f"{request.scheme}://{request.host}"
    return json_reply(
        {
            "issuer": _ISSUER,
            "authorization_endpoint": base + AUTHORIZE_PATH,
            "token_endpoint": base + TOKEN_PATH,
            "userinfo_endpoint": base + USER_INFO_PATH,
            "revocation_endpoint": base + REVOKE_PATH,
            "jwks_uri": base + KEYS_PATH,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile", "address", "phone"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
        }
    )


async def keys(_request: web.Request) -> web.Response:
    """No id tokens are made, so there are no keys."""
    return json_reply({"keys": []})


async def authorize(request: web.Request) -> web.Response:
    """Consent. `realmId` chooses the company, `deny=1` refuses; a browser is asked which."""
    simulator, query = request.app[SIMULATOR], request.query
    redirect_uri = query.get("redirect_uri", "")
    if query.get("response_type") != "code" or not redirect_uri or not query.get("client_id"):
        return json_reply({"error": "invalid_request"}, 400)
    companies = simulator.companies()
    is_decided = "realmId" in query or "deny" in query or len(companies) == 1
    if not is_decided and "text/html" in request.headers.get("Accept", ""):
        page = consent_page(request.path, dict(query), companies)
        return web.Response(text=page, content_type="text/html")
    answer = {"state": query.get("state", "")}
    if query.get("deny"):
        answer["error"] = "access_denied"
    else:
        realm = query.get("realmId", simulator.default_realm)
        code = simulator.tokens.new_code(realm, redirect_uri, simulator.now)
        answer |= {"code": code, "realmId": realm}
    parts = urlsplit(redirect_uri)
    joined = "&".join(part for part in (parts.query, urlencode(answer)) if part)
    return web.Response(status=302, headers={"Location": urlunsplit(parts._replace(query=joined))})


async def token(request: web.Request) -> web.Response:
    """Redeem a code or refresh. Errors are OAuth's own, never a Fault."""
    simulator = request.app[SIMULATOR]
    form = {name: str(value) for name, value in (await request.post()).items()}
    _count(simulator, form)
    if not _names_a_client(request, form):
        return json_reply({"error": "invalid_client"}, 401)
    rule = simulator.injector.service(request[CALL].tags)
    if rule is not None:
        return _injected(rule.code)
    try:
        pair = _pair(simulator, form)
    except InvalidGrant as refusal:
        error = {"error": "invalid_grant"}
        if refusal.description is not None:
            error = {"error_description": refusal.description, **error}
        return json_reply(error, 400)
    if pair is None:
        return json_reply({"error": "unsupported_grant_type"}, 400)
    return json_reply(_token_body(pair, request.headers.get(_HARD_HEADER) == "true"))


async def revoke(request: web.Request) -> web.Response:
    """End the grant of an access or refresh token."""
    simulator = request.app[SIMULATOR]
    text = await request.text()
    if request.content_type == "application/json":
        value = loads(text).get("token", "") if text else ""
    else:
        value = str((await request.post()).get("token", ""))
    if not simulator.tokens.revoke(str(value)):
        return json_reply({"error": "invalid_request"}, 400)
    return web.Response(status=200)


async def user_info(request: web.Request) -> web.Response:
    """The connecting user, for an access token that lives."""
    simulator = request.app[SIMULATOR]
    value = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if simulator.tokens.realm_for_access(value, simulator.now) is None:
        return json_reply({"error": "invalid_token"}, 401)
    return json_reply({"sub": "1", "email": "books@example.com", "emailVerified": True})


def _pair(simulator: Simulator, form: dict[str, str]) -> TokenPair | None:
    grant_type = form.get("grant_type")
    if grant_type == "authorization_code":
        code, uri = form.get("code", ""), form.get("redirect_uri", "")
        return simulator.tokens.redeem(code, uri, simulator.now)
    if grant_type == "refresh_token":
        rotation = simulator.switches.rotate_refresh_token
        return simulator.tokens.refresh(form.get("refresh_token", ""), rotation, simulator.now)
    return None


def _token_body(pair: TokenPair, with_hard_expiry: bool) -> Json:
    body = {
        "access_token": pair.access_token,
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "refresh_token": pair.refresh_token,
        "x_refresh_token_expires_in": pair.refresh_seconds,
    }
    if with_hard_expiry:
        body["x_refresh_token_hard_expires_in"] = pair.hard_seconds
    return body


def _injected(code: str) -> web.Response:
    if code == "user_not_in_realm":
        body = {
            "error_description": (
                "Unauthorized Request: User is not a member of the specified Realm"
            ),
            "x_error_reason": "user_not_in_realm",
            "x_error_reason_detail": "The user is not in the specified realm",
            "error": "invalid_grant",
        }
        return json_reply(body, 400)
    status = 401 if code == "invalid_client" else 400
    return json_reply({"error": code if code.isidentifier() else "invalid_grant"}, status)


def _count(simulator: Simulator, form: dict[str, str]) -> None:
    realm = simulator.tokens.realm_of(form.get("refresh_token") or form.get("code", ""))
    if realm is not None:
        simulator.realm(realm).requests["token"] += 1


def _names_a_client(request: web.Request, form: dict[str, str]) -> bool:
    header = request.headers.get("Authorization", "")
    try:
        return bool(BasicAuth.decode(header).login) if header else bool(form.get("client_id"))
    except ValueError:
        return False
