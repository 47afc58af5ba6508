"""What a renewal asks of Secrets Manager, each call of which is paid, and which keys it goes by."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from daybook.domain.connection import Realm
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.tokens import AppKeys, ClientRefused, TokenPair
from daybook.wiring_tokens import CompanyTokens
from tests.fakes.aws import InProcessAws, in_process
from tests.fakes.clock import FakeClock

REALM = "9341450000000001"
HOUR = timedelta(hours=1)
CALM = [
    "GetSecretValue",
    "GetSecretValue",
    "PutSecretValue",
    "UpdateSecretVersionStage",
    "UpdateSecretVersionStage",
]


class Renewing:
    """One process of the poster, an Intuit that takes one pair of keys, and the calls counted."""

    def __init__(self, aws: InProcessAws) -> None:
        self.aws = aws
        self.clock = FakeClock(datetime(2026, 11, 20, 12, 0, tzinfo=UTC))
        self.taken = AppKeys("id", "one")
        self.asked: list[str] = []
        self.calls: list[str] = []
        self.connections = aws.connections()
        self.connections.put_realm(Realm(REALM))
        parts: Any = SimpleNamespace(
            settings=SimpleNamespace(qbo_url=""),
            vault=aws.vault(),
            secrets=aws.secrets(),
            connections=self.connections,
        )
        self.tokens = CompanyTokens(
            parts, self.clock, self.clock.sleep, self.refresh, lambda *_company: ""
        )
        # Over the client whose calls are counted.
        vars(self.tokens).update(secrets=aws.token_secrets())
        self.keep_keys("one")
        at = self.clock()
        pair = TokenPair("A0", "R0", at + HOUR, at + 2000 * HOUR, REALM, connected_at=at)
        self.tokens.secrets.create(REALM, pair.to_json())
        self.connections.tokens_kept(REALM, pair.life(at))

    def keep_keys(self, secret: str) -> None:
        """An operator writes the app's keys."""
        text = f'{{"client_id": "id", "client_secret": "{secret}"}}'
        self.aws.vault().replace(self.aws.vault().name("intuit_app"), text)

    def refresh(self, _at: Endpoints, keys: AppKeys, pair: TokenPair, now: datetime) -> TokenPair:
        """Intuit."""
        self.asked.append(keys.client_secret)
        if keys != self.taken:
            raise ClientRefused("invalid_client")
        number = pair.generation + 1
        return replace(
            pair,
            access_token=f"A{number}",
            refresh_token=f"R{number}",
            expires_at=now + HOUR,
            generation=number,
        )

    def token(self) -> str:
        """As the poster has it, by the company's row of now."""
        realm = self.connections.realm(REALM)
        assert realm is not None
        return self.tokens.access(realm)


@pytest.fixture
def renewing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Renewing]:
    with in_process(monkeypatch) as aws:
        made = Renewing(aws)

        def count(model: Any, **_rest: Any) -> None:
            made.calls.append(model.name)

        # The client is shared by the tests of this process.
        events = aws.secrets_manager.meta.events
        events.register("before-call.secrets-manager", count)
        yield made
        events.unregister("before-call.secrets-manager", count)


def test_a_calm_renewal_asks_secrets_manager_five_times(renewing: Renewing) -> None:
    assert renewing.token() == "A0"
    for number in range(1, 4):
        renewing.clock.sleep(3_301)
        renewing.calls.clear()
        assert renewing.token() == f"A{number}"
        assert sorted(renewing.calls) == sorted(CALM + ["GetSecretValue"] * (number == 1)), (
            "the app's keys are read with the first"
        )
        renewing.calls.clear()
        assert (renewing.token(), renewing.calls) == (f"A{number}", [])
    kept = renewing.tokens.secrets
    assert TokenPair.from_json(kept.read_current(REALM) or "").refresh_token == "R3"
    assert kept.read_pending(REALM) is None


def test_a_process_that_remembers_nothing_reads_once_more(renewing: Renewing) -> None:
    renewing.clock.sleep(3_301)
    assert renewing.tokens.keys == renewing.taken
    renewing.calls.clear()
    assert renewing.token() == "A1"
    assert sorted(renewing.calls) == sorted([*CALM, "GetSecretValue"])


def test_keys_that_were_replaced_are_read_again_where_the_old_ones_are_refused(
    renewing: Renewing,
) -> None:
    renewing.clock.sleep(3_301)
    assert renewing.token() == "A1"
    renewing.keep_keys("two")
    renewing.taken = AppKeys("id", "two")
    for number in (2, 3):
        renewing.clock.sleep(3_301)
        assert renewing.token() == f"A{number}"
    assert renewing.asked == ["one", "one", "two", "two"]


def test_keys_that_are_refused_and_were_not_replaced_are_tried_once(renewing: Renewing) -> None:
    renewing.taken = AppKeys("id", "another")
    renewing.clock.sleep(3_301)
    with pytest.raises(ClientRefused):
        renewing.token()
    assert renewing.asked == ["one"]
    renewing.keep_keys("wrong too")
    with pytest.raises(ClientRefused):
        renewing.token()
    assert renewing.asked == ["one", "one", "wrong too"]
