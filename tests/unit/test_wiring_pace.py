"""A company's pace with an owner: few writes, and never more batches than a minute takes."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.domain.connection import Realm
from daybook.qbo.rate import BATCH_WINDOW, UNSAVED, Pace
from daybook.wiring_pace import Turns
from tests.fakes.connections import FakeConnections

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REALM = "9341450000000001"


@dataclass
class Company:
    """One company, the processes that post to it, and when each batch went."""

    rows: FakeConnections = field(default_factory=FakeConnections)
    now: datetime = START
    slept: float = 0.0
    saves: int = 0
    names: int = 0
    sent: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows.put_realm(Realm(REALM))

    def realm(self, realm: str) -> Realm | None:
        return self.rows.realm(realm)

    def save_pace(self, realm: str, pace: str, before: str) -> bool:
        self.saves += 1
        return self.rows.save_pace(realm, pace, before)

    def process(self) -> Turns:
        """A new one."""
        self.names += 1
        return Turns(lambda: self, f"process-{self.names}", lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += timedelta(seconds=seconds)

    def row(self) -> Realm:
        """As it is now."""
        return self.rows.companies[REALM]

    def post(self, process: Turns, row: Realm | None = None) -> float:
        """One batch; the seconds that it waited."""
        before = self.slept
        process.wait(row or self.row(), 30, MINUTE)
        self.sent.append(self.now)
        return self.slept - before

    def most_in(self, window: timedelta) -> int:
        """How many batches went in any so long a time."""
        return max(sum(at <= one <= at + window for one in self.sent) for at in self.sent)


def test_what_comes_now_and_then_is_written_once() -> None:
    company = Company()
    process = company.process()
    waits = []
    for _ in range(100):
        waits.append(company.post(process))
        company.now += timedelta(seconds=30)
    assert (company.saves, set(waits)) == (1, {0.0})


def test_a_long_drain_is_saved_with_each_batch() -> None:
    company = Company()
    process = company.process()
    for _ in range(200):
        company.post(process)
    assert company.saves >= 200 - UNSAVED
    assert company.most_in(MINUTE) == 40


def test_another_process_reckons_with_what_its_owner_did_not_save() -> None:
    company = Company()
    first, second = company.process(), company.process()
    company.post(first)
    company.now += 2 * MINUTE
    for _ in range(UNSAVED):
        company.post(first)
        company.now += timedelta(seconds=2)
    assert company.saves == 1
    while company.now < START + 4 * MINUTE:
        company.post(second)
    assert company.most_in(MINUTE) <= 40


def test_a_drain_that_goes_on_in_another_process_loses_nothing() -> None:
    company = Company()
    for _ in range(8):
        process = company.process()
        for _ in range(20):
            company.post(process)
    assert company.most_in(MINUTE) == 40
    # Evenly: 160 batches in less than four windows, behind the first burst.
    assert company.now - START < 4 * BATCH_WINDOW


def test_a_lone_batch_after_a_takeover_goes_at_once() -> None:
    company = Company()
    company.post(company.process())
    company.now += MINUTE
    assert company.post(company.process()) == 0


def test_a_process_that_was_overtaken_takes_over_again_before_it_saves() -> None:
    company = Company()
    first, second = company.process(), company.process()
    for _ in range(10):
        company.post(first)
    stale = company.row()
    for _ in range(10):
        company.post(second)
    company.post(first, stale)
    assert len(Pace.from_json(company.row().pace).sent) == 21
    assert Pace.from_json(company.row().pace).owner == "process-1"


def test_a_throttle_slows_whoever_comes_next() -> None:
    company = Company()
    first, second = company.process(), company.process()
    company.post(first)
    second.slow_down(company.row(), 30)
    assert company.post(first) == 30


def test_where_others_take_over_each_time_it_gives_up() -> None:
    class Taken(Company):
        def save_pace(self, realm: str, pace: str, before: str) -> bool:
            del realm, pace, before
            return False

    company = Taken()
    with pytest.raises(TimeoutError):
        company.post(company.process())
    with pytest.raises(TimeoutError):
        company.process().slow_down(company.row(), 30)


def test_a_pace_of_before_there_were_owners_is_taken_over() -> None:
    company = Company()
    old = json.dumps([*["2026-11-20T11:00:00+00:00"] * 3, 600])
    company.rows.companies[REALM] = Realm(REALM, pace=old)
    assert company.post(company.process()) == 0
    assert Pace.from_json(company.row().pace).owner == "process-1"


_STEP = st.tuples(
    st.integers(0, 2),
    st.one_of(st.just(0), st.integers(0, 3_000), st.integers(0, 90_000)),
    st.integers(1, 45),
    st.booleans(),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(_STEP, min_size=1, max_size=25))
def test_whoever_takes_over_and_dies_no_minute_has_more_than_40_batches(
    steps: list[tuple[int, int, int, bool]],
) -> None:
    """Each step: a process posts so many batches so long after the last; some die afterwards."""
    company = Company()
    processes = [company.process() for _ in range(3)]
    for number, wait_ms, batches, dies in steps:
        company.now += timedelta(milliseconds=wait_ms)
        for _ in range(batches):
            alone = not company.sent or company.now - company.sent[-1] >= BATCH_WINDOW
            waited = company.post(processes[number])
            assert not (alone and waited), "a lone batch goes at once"
        if dies:
            processes[number] = company.process()
    assert company.most_in(MINUTE) <= 40


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 20_000)), min_size=40, max_size=160))
def test_processes_that_take_turns_batch_by_batch_stay_within_the_minute(
    steps: list[tuple[int, int]],
) -> None:
    company = Company()
    processes = [company.process() for _ in range(2)]
    for number, wait_ms in steps:
        company.now += timedelta(milliseconds=wait_ms // 10)
        company.post(processes[number])
    assert company.most_in(MINUTE) <= 40
