"""A company's clients and token, kept from one invocation to the next: until its row says other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from daybook.domain.connection import Realm
from daybook.qbo.exceptions import NoReplyError
from daybook.qbo.faults import unknown
from daybook.qbo.tokens import AppKeys, TokenPair
from daybook.qbo.transport import HttpReply, HttpRequest
from daybook.wiring_qbo import QuickBooks
from tests.fakes.connections import FakeConnections
from tests.fakes.secrets import FakeSecrets, FakeTokenSecrets

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
COMPANY = Realm("9341450000000001", environment="sandbox")


class Process:
    """One process of the poster, with what it asked of Intuit."""

    def __init__(self) -> None:
        self.now = START
        self.asked: list[HttpRequest] = []
        self.secrets = FakeTokenSecrets()
        parts: Any = SimpleNamespace(
            settings=SimpleNamespace(qbo_url="", settle_seconds=150),
            connections=FakeConnections(),
            secrets=FakeSecrets(),
        )
        parts.connections.put_realm(COMPANY)
        self.quickbooks = QuickBooks(parts, lambda: self.now, sender=lambda: self.send)
        vars(self.quickbooks.tokens).update(secrets=self.secrets, keys=AppKeys("id", "secret"))

    def send(self, request: HttpRequest, /) -> HttpReply:
        self.asked.append(request)
        raise NoReplyError(unknown("No reply."))

    def kept(self, token: str, *, connected_at: datetime = START, generation: int = 0) -> Realm:
        """The company as its row tells of a pair that another process has just kept."""
        ends = self.now + timedelta(hours=1)
        pair = TokenPair(
            token, "refresh", ends, ends, COMPANY.realm,
            connected_at=connected_at, generation=generation,
        )  # fmt: skip
        self.secrets.create(COMPANY.realm, pair.to_json())
        return replace(COMPANY, pair=pair.mark)

    def token(self, realm: Realm) -> str:
        """That a request carries now."""
        self.address(realm)
        return self.asked[-1].headers["Authorization"].removeprefix("Bearer ")

    def address(self, realm: Realm) -> str:
        """Where a request goes now."""
        with pytest.raises(NoReplyError):
            self.quickbooks.company(realm).company_name()
        return self.asked[-1].url


def test_a_company_connected_again_in_another_environment_is_asked_there() -> None:
    process = Process()
    sandbox = process.kept("first")
    assert process.address(sandbox).startswith("https://sandbox-quickbooks.api.intuit.com/")
    again = process.kept("second", connected_at=START + timedelta(minutes=1))
    production = replace(again, environment="production")
    assert process.address(production).startswith("https://quickbooks.api.intuit.com/")
    assert process.token(production) == "second"


def test_a_token_is_remembered_until_the_row_tells_of_another_pair() -> None:
    process = Process()
    first = process.kept("first")
    assert process.token(first) == "first"
    renewed = process.kept("renewed", generation=1)
    assert process.token(first) == "first", "good until it ends, and read without a call"
    assert process.token(renewed) == "renewed"
    again = process.kept("again", connected_at=START + timedelta(minutes=1))
    assert process.token(again) == "again"


def test_a_token_that_ends_in_five_minutes_is_read_again() -> None:
    process = Process()
    row = process.kept("first")
    assert process.token(row) == "first"
    process.now += timedelta(minutes=55)
    process.kept("renewed", generation=1)
    assert process.token(row) == "renewed", "though nobody has noted it on the row"


def test_a_secret_that_is_told_as_it_was_before_the_row_is_not_remembered() -> None:
    process = Process()
    process.kept("first")
    before = dict(process.secrets.current)
    again = process.kept("again", connected_at=START + timedelta(minutes=1))
    after, process.secrets.current = process.secrets.current, before
    assert process.token(again) == "first"
    process.secrets.current = after
    assert process.token(again) == "again"
