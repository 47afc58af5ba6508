"""The pace keeps within QuickBooks' limits, and near them."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.qbo.rate import (
    BURST,
    ITEMS_THAT_MAY_OVERLOAD,
    LEAST_ITEMS_A_MINUTE,
    MOST_ITEMS_A_MINUTE,
    Pace,
)

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def run(pace: Pace, seconds: float, items: int = 30) -> tuple[list[tuple[datetime, int]], Pace]:
    """Batches sent as soon as each may go: their instants and sizes."""
    now, end, sent = START, START + timedelta(seconds=seconds), []
    while (now := pace.batch_at(now)) < end:
        size = min(items, pace.most_items)
        sent.append((now, size))
        pace = pace.after_batch(now, size)
    return sent, pace


def hurried(pace: Pace, at: datetime) -> Pace:
    """After as many items within a minute as may have been too many."""
    for _ in range(ITEMS_THAT_MAY_OVERLOAD // 30):
        pace = pace.after_batch(at, 30)
    return pace


def most_within(instants: list[datetime], window: timedelta) -> int:
    return max(sum(first <= at <= first + window for at in instants) for first in instants)


def test_first_batch_goes_at_once_whatever_its_size() -> None:
    assert Pace.starting(START).batch_at(START) == START


def test_full_speed_is_at_least_1140_items_and_at_most_40_batches_a_minute() -> None:
    sent, _ = run(Pace.starting(START), 600)
    assert most_within([at for at, _ in sent], MINUTE) <= 40
    assert sum(size for _, size in sent) >= 1_140 * 10


def test_the_first_batches_after_a_pause_go_at_once_and_then_one_at_a_time() -> None:
    sent, _ = run(Pace.starting(START), 10, items=1)
    gaps = [after - before for (before, _), (after, _) in itertools.pairwise(sent)]
    assert gaps[: BURST - 1] == [timedelta(milliseconds=125)] * (BURST - 1)
    assert min(gaps[BURST:]) == timedelta(milliseconds=1_500)


def test_no_minute_has_more_than_40_batches_whenever_the_pauses_come() -> None:
    pace, now, instants = Pace.starting(START), START, []
    for number in range(400):
        now = pace.batch_at(now + timedelta(seconds=20 if number % 17 == 0 else 0))
        instants.append(now)
        pace = Pace.from_json(pace.after_batch(now, 1).to_json())
    assert most_within(instants, MINUTE) <= 40
    assert most_within(instants, timedelta(seconds=1)) <= 10


def test_requests_stay_below_500_a_minute_and_10_a_second() -> None:
    pace, now, instants = Pace.starting(START), START, []
    for _ in range(1_200):
        now = pace.request_at(now)
        instants.append(now)
        pace = pace.after_request(now)
    assert most_within(instants[:600], MINUTE) <= 500
    assert most_within(instants[:100], timedelta(seconds=1)) <= 10


def test_look_ups_hold_a_batch_back_only_for_a_moment() -> None:
    pace = Pace.starting(START).after_request(START)
    assert pace.batch_at(START) - START == timedelta(milliseconds=125)
    assert pace.after_batch(START, 1).request_at(START) - START == timedelta(milliseconds=125)


def test_throttle_rests_as_told_and_halves_once_for_requests_in_flight_together() -> None:
    pace = hurried(Pace.starting(START), START)
    for seconds in (0, 1, 2):
        pace = pace.after_throttle(START + timedelta(seconds=seconds), 60)
    assert pace.items_a_minute == MOST_ITEMS_A_MINUTE // 2
    assert pace.batch_at(START) == pace.request_at(START) == START + timedelta(seconds=62)
    assert pace.most_items == 15


def test_a_throttle_that_our_items_cannot_have_brought_about_leaves_the_rate_as_it_is() -> None:
    pace = Pace.starting(START)
    for number in range(100):
        now = pace.batch_at(START + number * MINUTE)
        pace = pace.after_batch(now, 30).after_throttle(now, 60)
    assert pace.items_a_minute == MOST_ITEMS_A_MINUTE
    assert pace.batch_at(START) == now + timedelta(seconds=60)


def test_rate_never_falls_below_one_item_a_batch() -> None:
    pace, now = Pace.starting(START), START
    for _ in range(20):
        now = pace.batch_at(now)
        pace = hurried(pace, now).after_throttle(now, 60)
    assert pace.items_a_minute == LEAST_ITEMS_A_MINUTE
    assert pace.most_items == 1


def test_each_clean_minute_gives_a_tenth_back() -> None:
    pace = hurried(Pace.starting(START), START).after_throttle(START, 60)
    resumed = START + timedelta(seconds=60)
    assert pace.after_batch(resumed + timedelta(seconds=59), 15).items_a_minute == 600
    assert pace.after_batch(resumed + MINUTE, 15).items_a_minute == 660
    assert pace.after_batch(resumed + 2 * MINUTE, 15).items_a_minute == 726
    assert pace.after_batch(resumed + timedelta(days=30), 15).items_a_minute == 1_200
    short = timedelta(seconds=2)
    assert pace.after_batch(resumed + short, 15, short).items_a_minute == 660


def test_halved_rate_is_kept_by_smaller_batches_or_longer_pauses() -> None:
    pace = Pace(START, START, START, 600)
    assert sum(size for _, size in run(pace, 60)[0]) <= 600
    wide = pace.after_batch(START, 30)
    assert wide.due_at - START == timedelta(seconds=3)


def test_pace_survives_its_text() -> None:
    pace = Pace.starting(START).after_batch(START, 7).after_throttle(START, 17)
    assert Pace.from_json(pace.to_json()) == pace


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 120_000), st.integers(0, 2), st.integers(1, 30))))
def test_no_history_makes_a_pace_that_is_out_of_bounds(
    history: list[tuple[int, int, int]],
) -> None:
    pace, now = Pace.starting(START), START
    for wait_ms, kind, number in history:
        now = pace.batch_at(now + timedelta(milliseconds=wait_ms))
        before = pace
        if kind == 0:
            pace = pace.after_batch(now, min(number, pace.most_items))
            assert pace.due_at >= now + timedelta(milliseconds=1_500)
            assert pace.items_a_minute >= before.items_a_minute
        elif kind == 1:
            pace = pace.after_request(now)
        else:
            pace = pace.after_throttle(now, number)
            assert pace.batch_at(now) >= now + timedelta(seconds=number)
        assert LEAST_ITEMS_A_MINUTE <= pace.items_a_minute <= MOST_ITEMS_A_MINUTE
        assert 1 <= pace.most_items <= 30
        assert pace.due_at >= before.due_at
        assert len(pace.sent) <= 40
