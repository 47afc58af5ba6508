"""A stack in this process whose company is the QuickBooks simulator."""

from collections.abc import Iterator

import pytest

from local.qbo_simulator.server import RunningSimulator, running
from tests.unit.cli_books.books import Books
from tests.unit.functions.deployed import deployed


@pytest.fixture(scope="module")
def qbo() -> Iterator[RunningSimulator]:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        yield simulator


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch, qbo: RunningSimulator) -> Iterator[Books]:
    qbo.reset()
    with deployed(monkeypatch, QBO_URL=qbo.url, SETTLE_SECONDS="1") as stack:
        stack.open_shop()
        yield Books(stack, qbo)
