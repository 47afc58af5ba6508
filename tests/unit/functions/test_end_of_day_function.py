"""A day through the real functions: translated, closed by the tick, found by the poster's bell."""

from collections.abc import Iterator

import pytest

from tests.unit.functions.deployed import Deployed, deployed, records, sample
from tests.unit.functions.test_queue_functions import message
from tests.unit.workflows.office import SHOP, mapping, sale


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with deployed(monkeypatch) as made:
        made.open_shop(mapping(mode="day_summary"))
        yield made


def test_the_tick_closes_a_day_that_is_over_once(stack: Deployed) -> None:
    past = sale("1", business_date="2020-02-29")
    stack.call("translator", records("translator", message(past)))
    assert stack.parts.ledger.counts() == {"accumulated": 1}
    first = stack.call("end_of_day", sample("end_of_day"))
    again = stack.call("end_of_day", sample("end_of_day"))
    assert (first["closed"], again["closed"]) == (1, 0)
    (opened,) = stack.parts.days.open_days(SHOP)
    (close,) = stack.parts.days.closes(opened.day)
    row = stack.parts.ledger.get(close.day.key(1))
    assert row is not None
    assert (row.status, row.journal().doc_number) == ("ready", "1-20200229")
    (bell,) = stack.waiting("postings")
    assert bell["hint"] == [row.id]
