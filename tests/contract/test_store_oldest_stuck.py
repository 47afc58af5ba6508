"""Since when a connection's oldest trouble waits: the ledger on DynamoDB and the fake alike."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol

import pytest

from daybook.domain.errors import Problem, ReasonCode
from daybook.domain.posting import Posting, instant_text
from daybook.workflows.ports import Ledger
from daybook.workflows.watch import Rows
from tests.fakes.aws import in_process
from tests.fakes.ledger import FakeLedger
from tests.fakes.postings import AT, SHOP, short_posting


class Watchable(Ledger, Rows, Protocol):
    """A ledger that the tick can measure."""


@pytest.fixture(params=["fake", "dynamodb"])
def ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watchable]:
    if request.param == "fake":
        yield FakeLedger()
        return
    with in_process(monkeypatch) as aws:
        yield aws.ledger()


def hold(ledger: Ledger, number: int, reason: ReasonCode, minutes: int) -> Posting:
    row = short_posting(number)
    ledger.put(row)
    held = row.held(Problem(reason, "No."), AT + timedelta(minutes=minutes))
    assert ledger.change(row, held)
    return held


def text(minutes: int) -> str:
    return instant_text(AT + timedelta(minutes=minutes))


def test_of_each_reason_the_oldest_is_told(ledger: Watchable) -> None:
    for number, (reason, minutes) in enumerate(
        [("qbo_refused", 5), ("qbo_refused", 3), ("unbalanced", 9), ("currency", 7)], 1
    ):
        hold(ledger, number, reason, minutes)  # type: ignore[arg-type]
    assert ledger.oldest_stuck(SHOP, "held") == {
        "qbo_refused": text(3), "unbalanced": text(9), "currency": text(7),
    }  # fmt: skip


def test_what_is_released_is_forgotten(ledger: Watchable) -> None:
    held = hold(ledger, 1, "unbalanced", 1)
    hold(ledger, 2, "unbalanced", 2)
    assert ledger.change(held, held.moved("void", AT + timedelta(minutes=3)))
    assert ledger.oldest_stuck(SHOP, "held") == {"unbalanced": text(2)}


def test_nothing_held_is_nothing(ledger: Watchable) -> None:
    ledger.put(short_posting(1))
    assert ledger.oldest_stuck(SHOP, "held") == {}
    assert ledger.oldest_stuck("nobody", "failed") == {}


def test_one_shops_trouble_is_not_anothers(ledger: Watchable) -> None:
    hold(ledger, 1, "unbalanced", 1)
    assert ledger.oldest_stuck(SHOP + "2", "held") == {}
