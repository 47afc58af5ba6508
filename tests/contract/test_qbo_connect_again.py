"""Connecting a company again, over HTTP: what works is not lost to a token of another company."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from daybook.domain.connection import Realm, RealmState
from daybook.qbo.exceptions import QboError
from daybook.qbo.tokens import TokenPair
from daybook.wiring_qbo import QuickBooks
from local.qbo_simulator.server import RunningSimulator, running
from tests.fakes.connections import FakeConnections
from tests.fakes.secrets import FakeSecrets, FakeTokenSecrets

OTHER = "9341450000000002"


class KeptTokens(FakeTokenSecrets):
    """With `create`, as connecting needs it."""

    def create(self, realm: str, text: str) -> None:
        """The first text, or the next one."""
        self.current[realm] = text


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSimulator]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with running() as started:
        yield started


class Shop:
    """One company that is connected with a pair that works."""

    def __init__(self, simulator: RunningSimulator) -> None:
        self.simulator = simulator
        self.realm = simulator.realm
        self.connections = FakeConnections()
        self.tokens = KeptTokens()
        settings = SimpleNamespace(qbo_url=simulator.url)
        parts: Any = SimpleNamespace(
            connections=self.connections, secrets=FakeSecrets(), settings=settings
        )
        self.quickbooks = QuickBooks(parts, lambda: datetime.now(UTC))
        self.quickbooks.__dict__["_secrets"] = self.tokens
        self.connections.put_realm(Realm(self.realm))
        self.redeem(simulator.refresh_token)

    def redeem(self, refresh_token: str) -> None:
        """A person pastes a refresh token for the company."""
        self.quickbooks._redeem(self.realm, refresh_token, "sandbox")

    def kept(self) -> TokenPair:
        """The pair in use."""
        return TokenPair.from_json(self.tokens.current[self.realm])


def test_a_token_of_another_company_does_not_replace_the_pair_that_works(
    simulator: RunningSimulator,
) -> None:
    shop = Shop(simulator)
    before = shop.kept()
    with pytest.raises(QboError):
        shop.redeem(simulator.new_refresh_token(OTHER))
    assert shop.kept() == before
    realm = cast("Realm", shop.connections.realm(shop.realm))
    assert shop.quickbooks.company(realm).company_name()


def test_a_token_of_the_same_company_replaces_the_pair(simulator: RunningSimulator) -> None:
    shop = Shop(simulator)
    before = shop.kept()
    shop.redeem(simulator.new_refresh_token(shop.realm))
    assert shop.kept().access_token != before.access_token


def test_the_companys_own_token_is_kept_before_it_is_used(simulator: RunningSimulator) -> None:
    shop = Shop(simulator)
    queries = simulator.books()["requests"]
    shop.redeem(shop.kept().refresh_token)
    assert simulator.books()["requests"] | {"token": 0} == queries | {"token": 0}


@pytest.mark.parametrize("state", ["disconnected", "reconnect_needed"])
def test_a_company_that_has_lost_its_pair_keeps_the_new_one_before_it_is_used(
    simulator: RunningSimulator, state: RealmState
) -> None:
    shop = Shop(simulator)
    shop.connections.set_state(shop.realm, state, "")
    before = simulator.books()["requests"]["read"]
    shop.redeem(simulator.new_refresh_token(shop.realm))
    assert simulator.books()["requests"]["read"] == before


def test_a_pair_that_was_overwritten_by_hand_is_replaced(simulator: RunningSimulator) -> None:
    shop = Shop(simulator)
    shop.tokens.current[shop.realm] = "not a pair"
    shop.redeem(simulator.new_refresh_token(shop.realm))
    assert shop.kept().access_token


def test_a_pace_from_before_the_company_was_unparked_does_not_sleep_the_function_away(
    simulator: RunningSimulator,
) -> None:
    shop = Shop(simulator)
    slept: list[float] = []
    shop.quickbooks._sleep = slept.append
    realm = cast("Realm", shop.connections.realm(shop.realm))
    shop.quickbooks._slow_down(realm, 3_600)
    realm = cast("Realm", shop.connections.realm(shop.realm))
    assert shop.quickbooks._wait(realm, 30) == 15
    assert slept == [60.0]
