"""Lives and deaths of tokens, on the simulator's clock, in Intuit's shapes."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from local.qbo_simulator.client import Answer, Company, send
from local.qbo_simulator.server import RunningSimulator, running

DAY = 86_400
YEAR = 365 * DAY


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        yield started


@pytest.fixture
def company(simulator: RunningSimulator) -> Company:
    return simulator.company()


def ask(simulator: RunningSimulator, headers: dict[str, str], **form: str) -> Answer:
    return send(
        "POST",
        f"{simulator.url}/oauth2/v1/tokens/bearer",
        urlencode(form),
        {"Content-Type": "application/x-www-form-urlencoded", **headers},
    )


def refresh(simulator: RunningSimulator, token: str, **headers: str) -> Answer:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "any"}
    return ask(simulator, headers, **form)


def test_reply_to_a_refresh_has_the_recorded_keys(
    simulator: RunningSimulator, company: Company
) -> None:
    body = refresh(simulator, company.refresh_token).body
    assert {name: type(value) for name, value in body.items()} == {
        "access_token": str,
        "token_type": str,
        "expires_in": int,
        "refresh_token": str,
        "x_refresh_token_expires_in": int,
    }
    assert (body["token_type"], body["expires_in"]) == ("bearer", 3600)


def test_hard_expiry_is_shown_when_asked_for(simulator: RunningSimulator) -> None:
    header = {"x-include-refresh-token-hard-expires-in": "true"}
    body = refresh(simulator, simulator.refresh_token, **header).body
    assert body["x_refresh_token_hard_expires_in"] in range(157_679_990, 157_680_001)


def test_access_token_lives_an_hour(simulator: RunningSimulator, company: Company) -> None:
    simulator.advance(3590)
    assert company.get("account/1").status == 200
    simulator.advance(20)
    answer = company.get("account/1")
    assert answer.status == 401
    error = answer.body["fault"]["error"][0]
    assert error["code"] == "3200"
    assert error["message"] == "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    assert error["detail"].startswith("Token expired")
    assert answer.body["fault"]["type"] == "AUTHENTICATION"
    assert isinstance(answer.body["time"], int)
    assert "Fault" not in answer.body
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("token", ["", "short", "x" * 60])
def test_a_bad_token_is_401(company: Company, token: str) -> None:
    company.access_token = token
    assert company.get("account/1").status == 401
    assert company.batch({}).status == 401


def test_a_token_of_another_realm_is_403(company: Company) -> None:
    company.realm = "42"
    answer = company.get("account/1")
    assert answer.status == 403
    assert answer.body["fault"]["error"][0]["code"] == "3100"
    assert answer.body["fault"]["type"] == "SERVICE"


def test_refresh_token_stays_the_same_for_a_day_then_changes(
    simulator: RunningSimulator,
) -> None:
    first = simulator.refresh_token
    simulator.advance(DAY - 60)
    body = refresh(simulator, first).body
    assert body["refresh_token"] == first
    assert body["x_refresh_token_expires_in"] <= 99 * DAY + 60
    simulator.advance(120)
    second = refresh(simulator, first).body["refresh_token"]
    assert second != first
    dead = refresh(simulator, first)
    assert (dead.status, dead.text) == (400, '{"error":"invalid_grant"}')
    assert refresh(simulator, second).status == 200


def test_access_token_survives_the_rotation_of_its_refresh_token(
    simulator: RunningSimulator, company: Company
) -> None:
    simulator.advance(DAY)
    company.refresh()
    held = company.access_token
    simulator.set_faults(rotate_refresh_token="always")
    company.refresh()
    company.access_token = held
    assert company.get("account/1").status == 200


def test_always_rotates_on_each_refresh(simulator: RunningSimulator) -> None:
    simulator.set_faults(rotate_refresh_token="always")
    first = simulator.refresh_token
    second = refresh(simulator, first).body["refresh_token"]
    assert second != first
    assert refresh(simulator, first).status == 400
    assert refresh(simulator, second).status == 200


def test_refresh_token_dies_after_100_days_unused(simulator: RunningSimulator) -> None:
    simulator.advance(100 * DAY - 60)
    alive = refresh(simulator, simulator.refresh_token)
    assert alive.status == 200
    simulator.advance(100 * DAY + 1)
    assert refresh(simulator, alive.body["refresh_token"]).status == 400


def test_grant_dies_after_five_years_however_often_it_is_used(
    simulator: RunningSimulator,
) -> None:
    token = simulator.refresh_token
    for _ in range(20):
        simulator.advance(90 * DAY)
        answer = refresh(simulator, token)
        token = answer.body["refresh_token"]
    assert answer.body["x_refresh_token_expires_in"] <= 25 * DAY
    simulator.advance(5 * YEAR - 20 * 90 * DAY)
    assert refresh(simulator, token).status == 400


def test_unknown_refresh_token_says_so(simulator: RunningSimulator) -> None:
    answer = refresh(simulator, "nonsense")
    assert answer.status == 400
    assert answer.body == {
        "error": "invalid_grant",
        "error_description": "Incorrect or invalid refresh token",
    }


def test_who_names_no_client_is_an_invalid_client(simulator: RunningSimulator) -> None:
    answer = ask(simulator, {}, grant_type="refresh_token", refresh_token=simulator.refresh_token)
    assert (answer.status, answer.body) == (401, {"error": "invalid_client"})
    answer = ask(simulator, {}, grant_type="password", client_id="any")
    assert (answer.status, answer.body) == (400, {"error": "unsupported_grant_type"})


def test_token_requests_are_counted_for_their_realm(simulator: RunningSimulator) -> None:
    refresh(simulator, simulator.refresh_token)
    refresh(simulator, simulator.new_refresh_token("42"))
    assert simulator.books()["requests"]["token"] == 1
    assert simulator.books("42")["requests"]["token"] == 1


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("invalid_grant", 400, "invalid_grant"),
        ("user_not_in_realm", 400, "invalid_grant"),
        ("invalid_client", 401, "invalid_client"),
    ],
)
def test_token_faults_are_oauth_errors(
    simulator: RunningSimulator, code: str, status: int, error: str
) -> None:
    simulator.set_faults(rules=[{"on": "token", "kind": "fault", "code": code, "times": 1}])
    answer = refresh(simulator, simulator.refresh_token)
    assert (answer.status, answer.body["error"]) == (status, error)
    assert refresh(simulator, simulator.refresh_token).status == 200


def test_a_rotated_token_can_be_lost_on_the_way(simulator: RunningSimulator) -> None:
    rule = {"on": "token", "kind": "commit_then_drop", "times": 1}
    simulator.set_faults(rotate_refresh_token="always", rules=[rule])
    with pytest.raises(OSError, match="closed connection"):
        refresh(simulator, simulator.refresh_token)
    assert refresh(simulator, simulator.refresh_token).status == 400
