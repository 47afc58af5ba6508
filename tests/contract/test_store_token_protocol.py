"""The token protocol over the real store: the rotated token is kept before it is used."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from daybook.qbo.token_protocol import access_token
from daybook.qbo.tokens import TokenPair
from daybook.store.token_secrets import TokenLease
from tests.fakes.aws import InProcessAws, in_process
from tests.fakes.clock import FakeClock


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcessAws]:
    with in_process(monkeypatch) as account:
        yield account


class Intuit:
    """Rotates the refresh token each time, and takes no token twice."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.live = self.pair(0)

    def pair(self, number: int) -> TokenPair:
        at = self._clock()
        names = (f"access-{number}", f"refresh-{number}")
        return TokenPair(*names, at + timedelta(hours=1), at + timedelta(days=100), "4620")

    def refresh(self, pair: TokenPair) -> TokenPair:
        assert pair.refresh_token == self.live.refresh_token
        self.live = self.pair(int(pair.refresh_token.split("-")[1]) + 1)
        return self.live


def test_each_renewed_token_is_current_in_the_store_when_it_is_handed_out(
    aws: InProcessAws,
) -> None:
    clock = FakeClock()
    intuit = Intuit(clock)
    secrets, lease = aws.token_secrets(), TokenLease(aws.connections(), clock)
    secrets.create("4620", intuit.live.to_json())
    for number in range(4):
        token = access_token(
            "4620",
            secrets=secrets,
            lease=lease,
            refresh=intuit.refresh,
            now=clock,
            sleep=clock.sleep,
        )
        assert token == f"access-{number}"
        assert secrets.read_current("4620") == intuit.live.to_json()
        clock.sleep(3_600)


def test_a_token_left_pending_by_a_worker_that_died_is_used_next(aws: InProcessAws) -> None:
    clock = FakeClock()
    intuit = Intuit(clock)
    secrets, lease = aws.token_secrets(), TokenLease(aws.connections(), clock)
    expired = replace(intuit.live, expires_at=clock())
    secrets.create("4620", expired.to_json())
    lease.acquire("4620", 120)
    secrets.write_pending("4620", intuit.refresh(expired).to_json())
    clock.sleep(121)
    token = access_token(
        "4620", secrets=secrets, lease=lease, refresh=intuit.refresh, now=clock, sleep=clock.sleep
    )
    assert token == "access-1"
    assert secrets.read_current("4620") == intuit.live.to_json()
    assert secrets.read_pending("4620") is None
