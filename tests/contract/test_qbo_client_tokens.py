"""Tokens against the QuickBooks simulator over HTTP: consent, rotation, death, many workers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from daybook.qbo.endpoints import Endpoints
from daybook.qbo.token_protocol import ReconnectNeeded, access_token
from daybook.qbo.tokens import (
    AppKeys,
    GrantRefused,
    RefreshUnknown,
    TokenPair,
    authorise_url,
    exchange_code,
    refresh,
    revoke,
)
from local.qbo_simulator.server import RunningSimulator, running
from tests.fakes.clock import FakeClock
from tests.fakes.secrets import FakeTokenSecrets

KEYS = AppKeys("app-id", "app-secret", "https://daybook.test/console/connected")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSimulator]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with running() as started:
        yield started


@dataclass
class Held:
    fence: int = 1
    taken_over: bool = False


class FreeLease:
    def acquire(self, realm: str, seconds: int) -> Held:
        return Held()

    def release(self, realm: str, fence: int) -> None:
        """Nobody else wants it."""


def consented(simulator: RunningSimulator, now: datetime = NOW) -> TokenPair:
    """A person follows the URL, consents, and comes back with a code and a realm."""
    endpoints = Endpoints.at(simulator.url)
    back = requests.get(
        authorise_url(endpoints, KEYS, "unguessable"), allow_redirects=False, timeout=5
    ).headers["Location"]
    answer = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert back.startswith(KEYS.redirect_uri)
    assert answer["state"] == "unguessable"
    return exchange_code(endpoints, KEYS, answer["code"], answer["realmId"], now)


def opens(simulator: RunningSimulator, token: str) -> bool:
    url = f"{simulator.url}/v3/company/{simulator.realm}/companyinfo/{simulator.realm}"
    reply = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=5)
    return reply.status_code == 200


def test_consent_gives_tokens_that_open_the_company(simulator: RunningSimulator) -> None:
    pair = consented(simulator)
    assert pair.realm == simulator.realm
    assert pair.expires_at == NOW + timedelta(hours=1)
    assert pair.hard_expires_at is not None
    assert pair.hard_expires_at > NOW + timedelta(days=1_800)
    assert opens(simulator, pair.access_token)


def test_code_serves_once(simulator: RunningSimulator) -> None:
    endpoints = Endpoints.at(simulator.url)
    with pytest.raises(GrantRefused):
        exchange_code(endpoints, KEYS, "no-such-code", simulator.realm, NOW)


def test_rotated_token_is_the_one_that_lives(simulator: RunningSimulator) -> None:
    simulator.set_faults(rotate_refresh_token="always")
    endpoints, first = Endpoints.at(simulator.url), consented(simulator)
    second = refresh(endpoints, KEYS, first, NOW)
    assert second.refresh_token != first.refresh_token
    with pytest.raises(GrantRefused):
        refresh(endpoints, KEYS, first, NOW)
    assert opens(simulator, refresh(endpoints, KEYS, second, NOW).access_token)


def test_revoked_consent_is_dead(simulator: RunningSimulator) -> None:
    endpoints, pair = Endpoints.at(simulator.url), consented(simulator)
    revoke(endpoints, KEYS, pair.refresh_token)
    revoke(endpoints, KEYS, pair.refresh_token)
    with pytest.raises(GrantRefused):
        refresh(endpoints, KEYS, pair, NOW)


@pytest.mark.parametrize("kind", ["drop", "http_500", "http_429", "http_503_html", "empty_200"])
def test_failure_of_the_token_endpoint_is_no_answer(simulator: RunningSimulator, kind: str) -> None:
    pair = consented(simulator)
    simulator.set_faults(rules=[{"on": "token", "kind": kind}])
    with pytest.raises(RefreshUnknown):
        refresh(Endpoints.at(simulator.url), KEYS, pair, NOW)


def test_protocol_survives_a_day_of_expiries_and_rotations(simulator: RunningSimulator) -> None:
    simulator.set_faults(rotate_refresh_token="always")
    clock, secrets = FakeClock(NOW), FakeTokenSecrets()
    secrets.create(simulator.realm, consented(simulator).to_json())

    def token() -> str:
        return access_token(
            simulator.realm,
            secrets=secrets,
            lease=FreeLease(),
            refresh=lambda pair: refresh(Endpoints.at(simulator.url), KEYS, pair, clock()),
            now=clock,
            sleep=clock.sleep,
        )

    for hour in range(24):
        assert opens(simulator, token())
        assert TokenPair.from_json(secrets.current[simulator.realm]).generation == hour
        clock.sleep(3_600)
        simulator.advance(3_600)
    simulator.set_faults(rules=[{"on": "token", "kind": "drop", "times": 2}])
    assert opens(simulator, token())
    simulator.set_faults(rules=[{"on": "token", "kind": "fault", "code": "user_not_in_realm"}])
    clock.sleep(3_600)
    with pytest.raises(ReconnectNeeded, match="not a member"):
        token()
