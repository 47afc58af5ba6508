"""Tokens over requests-oauthlib: what is an answer, what is none, and that nothing leaks."""

import base64
import json
import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from daybook.qbo.endpoints import Endpoints
from daybook.qbo.tokens import (
    AppKeys,
    ClientRefused,
    GrantRefused,
    RefreshUnknown,
    TokenError,
    TokenPair,
    authorise_url,
    exchange_code,
    refresh,
    revoke,
)
from tests.unit.qbo.one_answer_server import Answer, answering

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
KEYS = AppKeys("app-id", "app-secret", "https://daybook.test/console/connected")
OLD = TokenPair("old-access", "old-refresh", NOW, NOW, "913", connected_at=NOW, generation=4)
GOOD = {
    "access_token": "new-access",
    "token_type": "bearer",
    "expires_in": 3600,
    "refresh_token": "new-refresh",
    "x_refresh_token_expires_in": 8_726_400,
    "x_refresh_token_hard_expires_in": 157_680_000,
}


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def answer(document: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


def test_refresh_gives_the_next_pair_of_the_same_company() -> None:
    with answering(answer(GOOD)) as server:
        pair = refresh(Endpoints.at(server.url), KEYS, OLD, NOW)
    assert pair == TokenPair(
        "new-access",
        "new-refresh",
        NOW + timedelta(hours=1),
        NOW + timedelta(seconds=8_726_400),
        "913",
        NOW + timedelta(days=1_825),
        connected_at=NOW,
        generation=5,
    )
    (got,) = server.got
    assert got.path == "/oauth2/v1/tokens/bearer"
    assert parse_qs(got.body.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["old-refresh"],
    }
    basic = base64.b64encode(b"app-id:app-secret").decode()
    assert got.headers["Authorization"] == f"Basic {basic}"
    assert got.headers["x-include-refresh-token-hard-expires-in"] == "true"


def test_code_gives_the_first_pair() -> None:
    with answering(answer(GOOD)) as server:
        pair = exchange_code(Endpoints.at(server.url), KEYS, "the-code", "913", NOW)
    assert (pair.realm, pair.generation, pair.connected_at) == ("913", 0, NOW)
    assert pair.order < refresh_order(pair)
    assert parse_qs(server.got[0].body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["the-code"],
        "redirect_uri": [KEYS.redirect_uri],
    }


def refresh_order(pair: TokenPair) -> tuple[datetime, int, datetime]:
    with answering(answer(GOOD)) as server:
        return refresh(Endpoints.at(server.url), KEYS, pair, NOW - timedelta(hours=2)).order


def test_pair_without_lives_gets_the_usual_ones() -> None:
    bare = {"access_token": "a", "refresh_token": "r", "x_refresh_token_expires_in": "soon"}
    with answering(answer(bare)) as server:
        pair = refresh(Endpoints.at(server.url), KEYS, OLD, NOW)
    assert pair.expires_at == NOW + timedelta(hours=1)
    assert pair.refresh_expires_at == NOW + timedelta(days=100)
    assert pair.hard_expires_at is None


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (answer({"error": "invalid_grant"}, 400), GrantRefused),
        (
            answer({"error": "invalid_grant", "error_description": "Token invalid"}, 400),
            GrantRefused,
        ),
        (answer({"error": "invalid_client"}, 401), ClientRefused),
        (answer({"error": "invalid_grant"}, 500), RefreshUnknown),
        (answer({"error": "invalid_client"}, 503), RefreshUnknown),
        (answer({"error": "invalid_grant"}, 429), RefreshUnknown),
        (answer({"error": "server_error"}, 400), RefreshUnknown),
        (answer({"error": "unsupported_grant_type"}, 400), RefreshUnknown),
        (answer({"access_token": 5, "refresh_token": "r"}), RefreshUnknown),
        (answer({"access_token": "a", "refresh_token": None}), RefreshUnknown),
        (answer([]), RefreshUnknown),
        (answer(None), RefreshUnknown),
        (answer(GOOD | {"expires_in": "soon"}), RefreshUnknown),
        (Answer(200, b""), RefreshUnknown),
        (Answer(200, b"\xff\xfe"), RefreshUnknown),
        (Answer(503, b"<html>"), RefreshUnknown),
        (Answer(302, b"", {"Location": "/elsewhere"}), RefreshUnknown),
        (Answer(drop=True), RefreshUnknown),
    ],
)
def test_only_two_answers_say_no(reply: Answer, error: type[TokenError]) -> None:
    with answering(reply) as server:
        endpoints = Endpoints.at(server.url)
        with pytest.raises(error):
            refresh(endpoints, KEYS, OLD, NOW)
        with pytest.raises(error):
            exchange_code(endpoints, KEYS, "code", "913", NOW)
    assert len(server.got) == 2


def test_authorise_url_asks_for_the_books_alone() -> None:
    url = urlsplit(authorise_url(Endpoints.intuit(), KEYS, "unguessable"))
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://appcenter.intuit.com/connect/oauth2"
    assert parse_qs(url.query) == {
        "response_type": ["code"],
        "client_id": ["app-id"],
        "redirect_uri": [KEYS.redirect_uri],
        "scope": ["com.intuit.quickbooks.accounting"],
        "state": ["unguessable"],
    }


def test_sandbox_differs_in_the_api_alone() -> None:
    production, sandbox = Endpoints.intuit(), Endpoints.intuit("sandbox")
    assert sandbox.api == "https://sandbox-quickbooks.api.intuit.com"
    assert (sandbox.token, sandbox.revoke) == (production.token, production.revoke)


@pytest.mark.parametrize("status", [200, 400])
def test_revoked_token_is_revoked_also_the_second_time(status: int) -> None:
    with answering(Answer(status)) as server:
        revoke(Endpoints.at(server.url), KEYS, "old-refresh")
    assert json.loads(server.got[0].body) == {"token": "old-refresh"}


@pytest.mark.parametrize("reply", [Answer(500), Answer(drop=True)])
def test_revoking_without_an_answer_is_told(reply: Answer) -> None:
    with answering(reply) as server, pytest.raises(RefreshUnknown):
        revoke(Endpoints.at(server.url), KEYS, "old-refresh")


def test_plain_http_is_refused_unless_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OAUTHLIB_INSECURE_TRANSPORT")
    with answering(answer(GOOD)) as server:
        with pytest.raises(RefreshUnknown, match="InsecureTransportError"):
            refresh(Endpoints.at(server.url), KEYS, OLD, NOW)
        assert server.got == []


def test_pair_survives_its_text_and_shows_no_secret() -> None:
    pair = TokenPair("access", "refresh", NOW, NOW, "913", NOW, NOW, 7)
    assert TokenPair.from_json(pair.to_json()) == pair
    assert TokenPair.from_json(OLD.to_json()) == OLD
    shown = f"{pair!r} {KEYS!r}"
    assert "access" not in shown.replace("access_token", "")
    assert "app-secret" not in shown


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"access_token":"secret-thing"}'])
def test_text_that_is_no_pair_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ValueError, match="no token pair") as raised:
        TokenPair.from_json(text)
    assert raised.value.__cause__ is None


def test_no_token_reaches_a_log_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), answering(answer(GOOD)) as server:
        endpoints = Endpoints.at(server.url)
        refresh(endpoints, KEYS, OLD, NOW)
        exchange_code(endpoints, KEYS, "the-code", "913", NOW)
    for secret in ("new-access", "new-refresh", "old-refresh", "the-code", "app-secret"):
        assert secret not in caplog.text
