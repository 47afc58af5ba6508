"""Nobody sleeps beyond their invocation; what was renewed is told; what is left behind is found."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daybook.qbo.token_protocol import (
    LEASE_SECONDS,
    NoTimeToWait,
    ReconnectNeeded,
    take_up,
)
from daybook.qbo.tokens import RefreshUnknown, TokenPair
from tests.unit.qbo.token_world import START, Granted, World, expired


def within(seconds: float, **fields: object) -> World:
    """A world whose token is old, and whose invocation ends after so many seconds."""
    return expired(ends_at=START + timedelta(seconds=seconds), **fields)


@pytest.mark.parametrize("seconds", [0, 10, 29, 31, 60, 119, 121, 200])
def test_nobody_sleeps_beyond_the_end_of_the_invocation(seconds: float) -> None:
    for lost in (["before"] * 9, []):
        world = within(seconds, lose=lost, held=Granted(7, taken_over=False))
        world.live = "R1"
        with pytest.raises((RefreshUnknown, ReconnectNeeded)):
            world.token()
        assert sum(world.slept) <= seconds


def test_waiting_for_the_lease_ends_with_the_invocation() -> None:
    held_until = START + timedelta(days=1)
    world = within(20, held=Granted(7, taken_over=False), held_until=held_until)
    with pytest.raises(RefreshUnknown, match="lease"):
        world.token()
    assert 0 < sum(world.slept) <= 20


def test_too_little_time_for_an_answer_asks_nothing_and_frees_the_lease() -> None:
    world = within(29)
    with pytest.raises(RefreshUnknown, match="No time"):
        world.token()
    assert (world.refreshed_with, world.held) == ([], None)


def test_who_cannot_wait_for_the_one_before_leaves_the_next_one_to_know() -> None:
    world = within(100, held=Granted(7, taken_over=False))
    world.live = "R1"
    with pytest.raises(NoTimeToWait):
        world.token()
    assert world.slept == []
    late = world.pair(1)
    world.now, world.ends_at = START + timedelta(seconds=LEASE_SECONDS + 30), None
    world.while_asleep = lambda one: setattr(one, "pending", late)
    assert world.token() == "A1"
    assert world.slept == [LEASE_SECONDS]


def test_the_pair_that_was_kept_is_told() -> None:
    world = expired()
    world.token()
    assert world.told == [world.current]


def test_a_token_that_is_fresh_is_told_to_nobody() -> None:
    world = World()
    world.current = world.pair(0)
    world.token()
    assert world.told == []


def test_a_pair_that_cannot_be_told_is_kept_all_the_same() -> None:
    world = expired()

    def fails(_pair: TokenPair) -> None:
        raise OSError("no answer")

    world.tell = fails  # type: ignore[assignment,method-assign]
    with pytest.raises(OSError, match="no answer"):
        world.token()
    assert world.current == world.pair(1)
    assert world.held is None


def test_a_refusal_names_the_pair_that_was_refused() -> None:
    world = expired()
    world.live = "R9"
    refused = world.current
    assert refused
    with pytest.raises(ReconnectNeeded) as lost:
        world.token()
    assert lost.value.pair == refused.mark


def look(world: World) -> None:
    take_up("913", secrets=world, now=lambda: world.now, sleep=world.sleep, kept=world.told.append)


def test_looking_takes_up_a_newer_pair_that_was_left_behind_and_asks_nobody() -> None:
    world = expired()
    world.pending = world.pair(1)
    look(world)
    assert world.current == world.pair(1)
    assert (world.told, world.refreshed_with) == ([world.pair(1)], [])


def test_looking_leaves_an_older_pair_where_it_is() -> None:
    world = World()
    world.current, world.pending = world.pair(2), world.pair(1)
    look(world)
    assert world.told == [world.pair(2)]
    assert world.current == world.pair(2)


def test_looking_where_nothing_is_finds_nothing() -> None:
    world = World()
    look(world)
    assert world.told == []


def test_marks_sort_as_the_pairs_do() -> None:
    world = World()
    pair = world.pair(9)
    later = [
        replace(pair, connected_at=datetime.min.replace(tzinfo=START.tzinfo)),
        pair,
        replace(pair, generation=10),
        replace(pair, generation=1_000_000),
        replace(pair, connected_at=START + timedelta(microseconds=1), generation=0),
        replace(pair, connected_at=START + timedelta(days=2), generation=0),
    ]
    assert sorted(later, key=lambda one: one.mark) == sorted(later, key=lambda one: one.order)
    assert [one.mark for one in later] == sorted({one.mark for one in later})


def test_the_life_of_a_pair_tells_no_secret() -> None:
    pair = replace(World().pair(1), hard_expires_at=START + timedelta(days=1_825))
    life = pair.life(START)
    assert (life.refreshed_at, life.hard_expires_at) == (
        "2026-11-20T12:00:00.000Z",
        "2031-11-19T12:00:00.000Z",
    )
    assert pair.access_token not in repr(life)
    assert pair.refresh_token not in repr(life)
