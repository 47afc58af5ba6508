"""Intuit's request limits, and what counts toward them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.qbo_simulator.client import Company, entry
from local.qbo_simulator.clock import SimulatorClock
from local.qbo_simulator.limits import RealmLimits, Window
from local.qbo_simulator.server import RunningSimulator, running

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    # Time stands still but for `advance`, so that a slow machine fails no test.
    with running(clock=SimulatorClock(lambda: NOON)) as started:
        yield started


@pytest.fixture
def company(simulator: RunningSimulator) -> Company:
    return simulator.company()


def statuses(company: Company, count: int) -> list[int]:
    return [company.get("account/1").status for _ in range(count)]


def paced_batches(
    simulator: RunningSimulator, company: Company, count: int, size: int
) -> list[int]:
    items: list[Any] = [
        {"bId": str(n), "operation": "create", "JournalEntry": entry()} for n in range(size)
    ]
    told = []
    for _ in range(count):
        simulator.advance(0.2)
        told.append(company.batch(*items).status)
    return told


def test_the_eleventh_request_within_a_second_is_429(
    simulator: RunningSimulator, company: Company
) -> None:
    assert statuses(company, 12) == [200] * 10 + [429] * 2
    assert simulator.books()["requests"]["throttled"] == 2
    assert simulator.books()["requests"]["read"] == 10
    simulator.advance(1)
    assert statuses(company, 1) == [200]


def test_limits_are_each_realms_own(simulator: RunningSimulator, company: Company) -> None:
    statuses(company, 10)
    assert statuses(simulator.company("42"), 1) == [200]


def test_500_requests_a_minute(simulator: RunningSimulator, company: Company) -> None:
    for _ in range(50):
        simulator.advance(1.1)
        assert statuses(company, 10) == [200] * 10
    simulator.advance(1.1)
    assert statuses(company, 1) == [429]
    simulator.advance(5)
    assert statuses(company, 1) == [200]


def test_the_41st_batch_within_a_minute_is_429(
    simulator: RunningSimulator, company: Company
) -> None:
    assert paced_batches(simulator, company, 41, 1) == [200] * 40 + [429]
    assert company.get("account/1").status == 200
    simulator.advance(60)
    assert paced_batches(simulator, company, 1, 1) == [200]


def test_a_batch_counts_once_unless_its_items_count(
    simulator: RunningSimulator, company: Company
) -> None:
    assert paced_batches(simulator, company, 20, 30) == [200] * 20
    simulator.reset()
    simulator.set_faults(batch_counts_items=True)
    assert paced_batches(simulator, company, 17, 30) == [200] * 16 + [429]


def test_limits_can_be_switched_off(simulator: RunningSimulator, company: Company) -> None:
    simulator.set_faults(enforce_limits=False)
    assert statuses(company, 15) == [200] * 15


def test_the_control_interface_and_tokens_are_not_limited(
    simulator: RunningSimulator, company: Company
) -> None:
    for _ in range(12):
        assert simulator.books()["requests"]["throttled"] == 0
        assert company.refresh().status == 200


def test_a_refused_request_uses_up_nothing() -> None:
    limits, now = RealmLimits(), NOON
    for _ in range(10):
        assert limits.admit(now, is_batch=True, weight=1)
    for _ in range(100):
        assert not limits.admit(now, is_batch=True, weight=1)
    assert limits.admit(now + timedelta(seconds=2), is_batch=True, weight=1)


def test_a_window_frees_what_is_older_than_itself() -> None:
    window, now = Window(limit=3, seconds=10), NOON
    window.take(now, 2)
    assert window.has_room(now, 1)
    assert not window.has_room(now, 2)
    assert window.has_room(now + timedelta(seconds=10), 3)
