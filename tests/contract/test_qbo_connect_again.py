"""Connecting a company again, over HTTP: what works is not lost to a token of another company."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from daybook.domain.connection import Realm, RealmState
from daybook.qbo.exceptions import NoReplyError
from daybook.qbo.faults import unknown
from daybook.qbo.tokens import AppKeys, TokenPair, authorise_url
from daybook.qbo.transport import HttpReply, HttpRequest
from daybook.wiring_qbo import QuickBooks
from daybook.workflows.connect import Consent, Redeemed, WrongCompany
from local.qbo_simulator.server import RunningSimulator, running
from tests.fakes.connections import FakeConnections
from tests.fakes.secrets import FakeSecrets, FakeTokenSecrets

OTHER = "9341450000000002"
KEYS = AppKeys("app-id", "app-secret", "https://daybook.test/console/connected")


def no_reply(_request: HttpRequest) -> HttpReply:
    """The company does not answer, though tokens are given out."""
    raise NoReplyError(unknown("no reply"))


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
        settings = SimpleNamespace(qbo_url=simulator.url, settle_seconds=150)
        parts: Any = SimpleNamespace(
            connections=self.connections, secrets=FakeSecrets(), settings=settings
        )
        self.quickbooks = QuickBooks(parts, lambda: datetime.now(UTC))
        self.quickbooks.tokens.__dict__["secrets"] = self.tokens
        self.quickbooks.tokens.__dict__["keys"] = KEYS
        self.connections.put_realm(Realm(self.realm))
        self.redeem(simulator.refresh_token)

    def redeem(self, refresh_token: str) -> None:
        """A person pastes a refresh token for the company."""
        self.quickbooks.tokens.redeem(self.realm, Consent(refresh_token), "sandbox")

    def by_code(self, chosen: str) -> Redeemed:
        """A person consents, choosing a company, and comes back with a code."""
        tokens = self.quickbooks.tokens
        endpoints = tokens.endpoints("sandbox")
        url = f"{authorise_url(endpoints, tokens.keys, 'state')}&realmId={chosen}"
        back = requests.get(url, allow_redirects=False, timeout=5).headers["Location"]
        (code,) = parse_qs(urlsplit(back).query)["code"]
        return tokens.redeem(self.realm, Consent(code=code), "sandbox")

    def kept(self) -> TokenPair:
        """The pair in use."""
        return TokenPair.from_json(self.tokens.current[self.realm])


def test_a_token_of_another_company_does_not_replace_the_pair_that_works(
    simulator: RunningSimulator,
) -> None:
    shop = Shop(simulator)
    before = shop.kept()
    with pytest.raises(WrongCompany, match=f"do not open company {shop.realm}"):
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
def test_a_company_that_lost_its_consent_takes_no_token_of_another_company(
    simulator: RunningSimulator, state: RealmState
) -> None:
    shop = Shop(simulator)
    before = shop.kept()
    shop.connections.set_state(shop.realm, state, "")
    with pytest.raises(WrongCompany):
        shop.redeem(simulator.new_refresh_token(OTHER))
    assert shop.kept() == before
    shop.redeem(simulator.new_refresh_token(shop.realm))
    assert shop.kept() != before


@pytest.mark.parametrize("state", ["disconnected", "reconnect_needed"])
def test_a_company_without_a_pair_that_works_keeps_one_that_could_not_be_tried(
    simulator: RunningSimulator, state: RealmState
) -> None:
    shop = Shop(simulator)
    before = shop.kept()
    shop.connections.set_state(shop.realm, state, "")
    shop.quickbooks._sender = lambda: no_reply
    shop.redeem(simulator.new_refresh_token(shop.realm))
    assert shop.kept() != before


def test_a_pair_that_works_is_not_given_up_for_one_that_could_not_be_tried(
    simulator: RunningSimulator,
) -> None:
    shop = Shop(simulator)
    before = shop.kept()
    shop.quickbooks._sender = lambda: no_reply
    with pytest.raises(NoReplyError):
        shop.redeem(simulator.new_refresh_token(shop.realm))
    assert shop.kept() == before


def test_a_code_of_the_same_company_replaces_the_pair(simulator: RunningSimulator) -> None:
    shop = Shop(simulator)
    before = shop.kept()
    redeemed = shop.by_code(shop.realm)
    assert shop.kept().access_token != before.access_token
    assert redeemed.company
    assert redeemed.life.pair > before.mark


def test_a_code_of_another_company_is_refused_and_ends_nothing(
    simulator: RunningSimulator,
) -> None:
    shop = Shop(simulator)
    before = shop.kept()
    with pytest.raises(WrongCompany):
        shop.by_code(OTHER)
    assert shop.kept() == before


def test_renewing_notes_the_tokens_life_on_the_companys_row(simulator: RunningSimulator) -> None:
    shop = Shop(simulator)
    realm = cast("Realm", shop.connections.realm(shop.realm))
    shop.quickbooks.tokens.access(realm, force=True)
    row = cast("Realm", shop.connections.realm(shop.realm))
    assert row.pair == shop.kept().mark
    assert row.refreshed_at < row.refresh_expires_at < row.hard_expires_at


def test_a_company_is_connected_again_by_tokens_that_were_kept_and_not_noted(
    simulator: RunningSimulator,
) -> None:
    shop = Shop(simulator)
    before = shop.kept()
    shop.connections.set_state(shop.realm, "reconnect_needed", "refused", before.mark)
    realm = cast("Realm", shop.connections.realm(shop.realm))
    shop.quickbooks.tokens.look(realm)
    assert cast("Realm", shop.connections.realm(shop.realm)).state == "reconnect_needed"
    late = replace(before, generation=before.generation + 1, access_token="late")
    shop.tokens.write_pending(shop.realm, late.to_json())
    shop.quickbooks.tokens.look(realm)
    assert cast("Realm", shop.connections.realm(shop.realm)).state == "connected"
    assert shop.kept() == late


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
    assert shop.quickbooks._wait(realm, 30) == 30
    assert slept == [60.0]


class CountedTokens(KeptTokens):
    """Counts how often the secret is read."""

    reads = 0

    def read_current(self, realm: str) -> str | None:
        """The text in force."""
        self.reads += 1
        return super().read_current(realm)


def test_a_token_is_read_once_until_the_row_tells_of_another_or_it_is_nearly_over(
    simulator: RunningSimulator,
) -> None:
    shop = Shop(simulator)
    shop.tokens.__class__ = CountedTokens
    kept = cast("CountedTokens", shop.tokens)
    tokens = shop.quickbooks.tokens
    tokens.access(cast("Realm", shop.connections.realm(shop.realm)), force=True)
    realm = cast("Realm", shop.connections.realm(shop.realm))
    first = tokens.access(realm)
    before = kept.reads
    assert (tokens.access(realm), kept.reads) == (first, before)
    soon = shop.kept().expires_at - timedelta(minutes=5, seconds=1)
    tokens._now = lambda: soon
    assert (tokens.access(realm), kept.reads) == (first, before)
    tokens._now = lambda: soon + timedelta(seconds=2)
    assert tokens.access(realm) != first
    before = kept.reads
    tokens.access(replace(realm, pair="another"))
    assert kept.reads > before
