"""Requests of one company in threads, over HTTP: each lane has a client of its own."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from daybook.domain.connection import Realm
from daybook.domain.outcome import BatchItem
from daybook.qbo.tokens import AppKeys, TokenPair
from daybook.wiring_lanes import Lanes, ThreadPool
from daybook.wiring_qbo import QuickBooks
from daybook.workflows.post import drain
from daybook.workflows.poster import Drained, Reply
from local.qbo_simulator.server import RunningSimulator, running
from tests.fakes.connections import FakeConnections
from tests.fakes.mappings import FakeMappings
from tests.fakes.secrets import FakeSecrets, FakeTokenSecrets
from tests.unit.workflows.office import Office, mapping, sale


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSimulator]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with running() as started:
        yield started


class Shop:
    """An office whose QuickBooks is the simulator."""

    def __init__(self, simulator: RunningSimulator, sales: int) -> None:
        self.simulator = simulator
        self.office = Office.opened()
        accounts = {"role": "payment_type", "key": "*", "account": "4"}
        self.office.mappings.put("shop", mapping(accounts, without=["payment_type"]), "me", "")
        self.office.deliver([sale(str(number)) for number in range(sales)])
        parts: Any = SimpleNamespace(
            settings=SimpleNamespace(qbo_url=simulator.url, settle_seconds=150),
            ledger=self.office.ledger,
            connections=FakeConnections(),
            mappings=FakeMappings(),
            secrets=FakeSecrets(),
            doorbell=self.office.doorbell,
        )
        parts.connections.put_realm(Realm(simulator.realm))
        self.connections = parts.connections
        self.quickbooks = QuickBooks(parts, lambda: datetime.now(UTC))
        tokens, now = FakeTokenSecrets(), datetime.now(UTC)
        ended = now - timedelta(hours=1)
        pair = TokenPair("", simulator.refresh_token, ended, now, simulator.realm)
        tokens.create(simulator.realm, pair.to_json())
        vars(self.quickbooks.tokens).update(secrets=tokens, keys=AppKeys("id", "secret"))

    def drain(self, pool: ThreadPool) -> Drained:
        """The doorbell rang."""
        tools = self.quickbooks.poster(lambda: 300.0, pool)
        return drain(self.simulator.realm, (), tools)


def test_a_backlog_flies_in_four_lanes_below_every_limit(simulator: RunningSimulator) -> None:
    shop = Shop(simulator, 120)
    simulator.set_faults(latency_ms=700)
    begun = time.monotonic()
    assert shop.drain(ThreadPool()).counts == {"posted": 120}
    # One after the other they would take 2.8 s.
    assert time.monotonic() - begun < 2.8
    requests = simulator.books()["requests"]
    assert (requests["batch"], requests["batch_items"], requests["query"]) == (4, 120, 0)
    assert requests["throttled"] == 0


def test_a_token_that_ends_while_four_requests_fly_is_renewed_once(
    simulator: RunningSimulator,
) -> None:
    shop = Shop(simulator, 1)
    shop.drain(ThreadPool())
    shop.office.deliver([sale(f"more-{number}") for number in range(120)])
    simulator.advance(3_700)
    simulator.set_faults(latency_ms=200)
    before = simulator.books()["requests"]["token"]
    assert shop.drain(ThreadPool()).counts == {"posted": 120}
    requests = simulator.books()["requests"]
    assert requests["token"] == before + 1
    assert len(simulator.books()["objects"]["JournalEntry"]) == 121


def test_each_thread_has_a_client_of_its_own() -> None:
    made: list[object] = []

    class Counted:
        def __init__(self) -> None:
            made.append(threading.current_thread())

        def post_batch(self, _items: list[BatchItem], _request_id: str) -> dict[str, Any]:
            barrier.wait(5)
            return {}

    barrier = threading.Barrier(3)
    lanes: Any = Lanes(Counted)  # type: ignore[arg-type]
    pool = ThreadPool(3)
    for _ in range(2):
        flying: list[Future[Reply]] = [
            pool.submit(lambda: lanes.post_batch([], "id")) for _ in range(3)
        ]
        while flying:
            flying.remove(pool.one_of(flying))
    assert len(made) == len(set(made)) == 3
