"""What every keeper of days promises: the one on DynamoDB and the fake alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daybook.domain.day_close import Content, OpenDay, frozen
from daybook.domain.day_legs import DayLegs
from daybook.domain.day_summary import Day
from daybook.domain.legs import Leg
from daybook.domain.posting import Posting, instant_text
from daybook.store.days import Days
from daybook.store.table import Table
from tests.fakes.aws import in_process
from tests.fakes.days import FakeDays
from tests.fakes.ledger import FakeLedger
from tests.fakes.postings import AT, SHOP, short_posting, typical_posting

DAY = Day(SHOP, "1", "2026-11-20", "USD")
LEGS = DayLegs("USD", "1", (Leg("sales", "Hats|#%", "1", -100), Leg("payment_type", "", "1", 100)))


@pytest.fixture(params=["fake", "dynamodb"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A ledger and its days."""
    if request.param == "fake":
        ledger = FakeLedger()
        yield ledger, FakeDays(ledger)
        return
    with in_process(monkeypatch) as aws:
        yield aws.ledger(), Days(Table(aws.dynamodb, "ledger"), aws.archive())


def accumulated(object_id: str = "1", *, location: str = "1", legs: DayLegs = LEGS) -> Posting:
    row = replace(
        short_posting(),
        status="received",
        location=location,
        business_date="2026-11-20",
        key=replace(short_posting().key, object_id=object_id),
    )
    return row.moved("accumulated", AT, legs=legs.to_json(), written_at=instant_text(AT))


def test_an_accumulated_row_comes_back_and_is_a_member_of_its_day(kept: Any) -> None:
    ledger, days = kept
    row = accumulated()
    assert ledger.put(row) == "created"
    assert ledger.get(row.key) == row
    (member,) = days.members(DAY)
    assert (member.id, member.key) == (row.id, row.key)
    assert DayLegs.from_json(member.legs) == LEGS


def test_a_long_id_is_a_member_with_its_whole_key(kept: Any) -> None:
    ledger, days = kept
    row = accumulated("x" * 900)
    ledger.put(row)
    assert [one.key for one in days.members(DAY)] == [row.key]


def test_rows_of_a_day_are_found_with_those_that_are_accumulated(kept: Any) -> None:
    ledger, _ = kept
    booked = replace(typical_posting(), business_date="2026-11-20")
    for row in (booked, accumulated("2"), accumulated("3", location="2")):
        ledger.put(row)
    found = {row.key.object_id for row in ledger.of_day(SHOP, "2026-11-20")}
    assert found == {booked.key.object_id, "2", "3"}
    assert [row.key for row in ledger.booked_of_day(SHOP, "2026-11-20")] == [booked.key]


def test_the_first_accumulated_row_opens_its_day(kept: Any) -> None:
    ledger, days = kept
    euros = replace(LEGS, currency="EUR")
    for row in (accumulated("1"), accumulated("2"), accumulated("3", legs=euros)):
        ledger.put(row)
    opened = list(days.open_days(SHOP))
    assert opened == [OpenDay(DAY._replace(currency="EUR")), OpenDay(DAY)]
    assert list(days.open_days(SHOP, "2026-11-20")) == opened
    assert list(days.open_days(SHOP, "2026-11-2")) == []


def test_a_held_row_that_becomes_accumulated_is_a_member_since_then(kept: Any) -> None:
    ledger, days = kept
    held = replace(accumulated(), status="held", legs=b"", written_at="")
    ledger.put(held)
    assert list(days.members(DAY)) == []
    later = AT + timedelta(minutes=5)
    text = instant_text(later)
    after = held.moved("accumulated", later, legs=LEGS.to_json(), written_at=text)
    assert ledger.change(held, after)
    assert [one.key for one in days.members(DAY, text)] == [held.key]
    assert list(days.members(DAY, instant_text(later + timedelta(seconds=1)))) == []


def test_what_comes_days_late_marks_its_day(kept: Any) -> None:
    ledger, days = kept
    ledger.put(accumulated())
    late = AT + timedelta(days=9)
    row = replace(accumulated("2"), written_at=instant_text(late))
    ledger.put(row)
    assert [one.late_at for one in days.open_days(SHOP)] == [row.written_at]


def test_a_day_that_is_told_to_be_over_says_so(kept: Any) -> None:
    ledger, days = kept
    ledger.put(accumulated())
    assert days.told(SHOP, "1", "2026-11-20", "2026-11-21T03:00:00.000Z") == 1
    assert days.told(SHOP, "2", "2026-11-20", "2026-11-21T03:00:00.000Z") == 0
    assert [one.told_at for one in days.open_days(SHOP)] == ["2026-11-21T03:00:00.000Z"]


def test_the_first_close_of_a_sequence_wins(kept: Any) -> None:
    ledger, days = kept
    ledger.put(accumulated())
    first, other = Content(("a", "b"), ((0, typical_posting().journal()),)), Content(("c",), ())
    closes = [
        frozen(DAY, 1, f"2026-11-21T0{hour}:00:00.000Z", content, events=2, mapping_version=3,
               actor="ann", form="sales_receipt")
        for hour, content in enumerate((first, other))
    ]  # fmt: skip
    assert days.freeze(closes[0], first)
    assert not days.freeze(closes[1], other)
    assert days.closes(DAY) == [closes[0]]
    assert days.content(closes[0]) == first
    days.looked(DAY, "2026-11-21T04:00:00.000Z", closes[0])
    (opened,) = days.open_days(SHOP)
    assert (opened.looked_at, opened.closed_at, opened.sequence) == (
        "2026-11-21T04:00:00.000Z", closes[0].cut, 1,
    )  # fmt: skip


def test_closes_come_in_the_order_of_their_numbers(kept: Any) -> None:
    _, days = kept
    content = Content(("a",), ())
    for number in (10, 2, 1):
        days.freeze(
            frozen(DAY, number, "c", content, events=1, mapping_version=1, actor=""), content
        )
    assert [one.sequence for one in days.closes(DAY)] == [1, 2, 10]


def test_a_number_belongs_to_whoever_asks_first(kept: Any) -> None:
    _, days = kept
    assert days.take_number("1", "A-20261120", "mine")
    assert days.take_number("1", "A-20261120", "mine")
    assert not days.take_number("1", "A-20261120", "theirs")
    assert days.take_number("2", "A-20261120", "theirs")
