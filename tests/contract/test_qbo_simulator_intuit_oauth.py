"""intuit-oauth, unmodified, connects to the simulator as it does to Intuit."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError

from local.qbo_simulator.server import RunningSimulator, running

REDIRECT = "http://localhost:9999/callback"


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        yield started


@pytest.fixture
def auth(simulator: RunningSimulator) -> Iterator[Any]:
    client = AuthClient("id", "secret", REDIRECT, simulator.discovery_url)
    yield client
    client.close()


def consented(auth: Any) -> dict[str, str]:
    url = auth.get_authorization_url([Scopes.ACCOUNTING])
    answer = requests.get(url, allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    location = urlsplit(answer.headers["Location"])
    assert location._replace(query="").geturl() == REDIRECT
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def test_discovery_points_at_the_simulator(simulator: RunningSimulator, auth: Any) -> None:
    assert auth.token_endpoint == f"{simulator.url}/oauth2/v1/tokens/bearer"
    assert auth.auth_endpoint.startswith(simulator.url)
    assert auth.revoke_endpoint.startswith(simulator.url)
    for name in ("openid_configuration", "openid_sandbox_configuration/"):
        answer = requests.get(f"{simulator.url}/.well-known/{name}", timeout=10)
        assert answer.json()["issuer"] == "https://oauth.platform.intuit.com/op/v1"


def test_consent_redirects_with_code_state_and_realm(
    simulator: RunningSimulator, auth: Any
) -> None:
    answer = consented(auth)
    assert set(answer) == {"code", "state", "realmId"}
    assert answer["state"] == auth.state_token
    assert answer["realmId"] == simulator.realm


def test_a_browser_is_asked_which_company_and_a_program_is_not(
    simulator: RunningSimulator, auth: Any
) -> None:
    url = auth.get_authorization_url([Scopes.ACCOUNTING])
    browser = {"Accept": "text/html,*/*"}
    alone = requests.get(url, headers=browser, allow_redirects=False, timeout=10)
    assert alone.status_code == 302
    simulator.new_refresh_token("9341450000000002")
    page = requests.get(url, headers=browser, allow_redirects=False, timeout=10).text
    assert "Harbour Cafe" in page
    assert "Main Street Outfitters" in page
    (link,) = re.findall(r'id="company-9341450000000002" href="([^"]+)"', page)
    chosen = f"{simulator.url}{unescape(link)}"
    answer = requests.get(chosen, headers=browser, allow_redirects=False, timeout=10)
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (query["realmId"], query["state"]) == (["9341450000000002"], [auth.state_token])
    assert consented(auth)["realmId"] == simulator.realm


def test_code_is_exchanged_for_tokens_that_open_the_company(
    simulator: RunningSimulator, auth: Any
) -> None:
    answer = consented(auth)
    auth.get_bearer_token(answer["code"], realm_id=answer["realmId"])
    assert (auth.expires_in, auth.x_refresh_token_expires_in) == (3600, 8_640_000)
    headers = {"Authorization": f"Bearer {auth.access_token}"}
    url = f"{simulator.url}/v3/company/{auth.realm_id}/account/1"
    assert requests.get(url, headers=headers, timeout=10).status_code == 200


def test_a_code_works_once_and_only_for_its_redirect_uri(auth: Any) -> None:
    code = consented(auth)["code"]
    auth.get_bearer_token(code)
    with pytest.raises(AuthClientError) as caught:
        auth.get_bearer_token(code)
    assert caught.value.status_code == 400
    other = consented(auth)["code"]
    auth.redirect_uri = "http://localhost:9999/elsewhere"
    with pytest.raises(AuthClientError):
        auth.get_bearer_token(other)


def test_refresh_gives_a_new_access_token(simulator: RunningSimulator, auth: Any) -> None:
    auth.refresh(refresh_token=simulator.refresh_token)
    first = auth.access_token
    auth.refresh()
    assert auth.access_token != first
    assert auth.refresh_token == simulator.refresh_token


def test_revoked_grant_is_dead_everywhere(simulator: RunningSimulator, auth: Any) -> None:
    auth.refresh(refresh_token=simulator.refresh_token)
    assert auth.revoke(token=auth.refresh_token) is True
    with pytest.raises(AuthClientError) as caught:
        auth.refresh()
    assert caught.value.status_code == 400
    assert "invalid_grant" in str(caught.value.content)
    url = f"{simulator.url}/v3/company/{simulator.realm}/account/1"
    headers = {"Authorization": f"Bearer {auth.access_token}"}
    assert requests.get(url, headers=headers, timeout=10).status_code == 401


def test_error_carries_the_tid(auth: Any) -> None:
    with pytest.raises(AuthClientError) as caught:
        auth.refresh(refresh_token="nonsense")
    assert caught.value.intuit_tid.startswith("1-")


def test_user_info_needs_a_live_token(simulator: RunningSimulator, auth: Any) -> None:
    auth.refresh(refresh_token=simulator.refresh_token)
    assert auth.get_user_info().json()["email"] == "books@example.com"
    with pytest.raises(AuthClientError) as caught:
        auth.get_user_info(access_token="nonsense")
    assert caught.value.status_code == 401


def test_realm_can_be_chosen_and_consent_refused(simulator: RunningSimulator, auth: Any) -> None:
    url = auth.get_authorization_url([Scopes.ACCOUNTING])
    chosen = requests.get(url + "&realmId=42", allow_redirects=False, timeout=10)
    assert "realmId=42" in chosen.headers["Location"]
    denied = requests.get(url + "&deny=1", allow_redirects=False, timeout=10)
    assert "error=access_denied" in denied.headers["Location"]
    assert "code=" not in denied.headers["Location"]
    bad = requests.get(f"{simulator.url}/connect/oauth2", allow_redirects=False, timeout=10)
    assert bad.status_code == 400
