"""No crash, race or lost reply loses the pair that counts; a dead grant is told, once, for sure."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from daybook.qbo.token_protocol import LEASE_SECONDS, ReconnectNeeded
from daybook.qbo.tokens import ClientRefused, RefreshUnknown, TokenPair
from tests.unit.qbo.token_world import START, Crash, Granted, World, expired


def test_fresh_token_is_used_without_lease_or_refresh() -> None:
    world = World()
    world.current = world.pair(0, minutes=5.1)
    assert world.token() == "A0"
    assert world.calls == ["read_current"]


def test_new_pair_is_kept_and_current_before_it_is_used() -> None:
    world = expired()
    assert world.token() == "A1"
    assert world.current == world.pending == world.pair(1)
    assert world.calls == [
        "read_current",
        "acquire",
        "read_current",
        "read_pending",
        "refresh",
        "write_pending",
        "promote",
    ]
    assert world.held is None


def test_who_remembers_a_pair_that_is_over_goes_straight_to_the_lease() -> None:
    world = expired()
    assert world.token(over=True) == "A1"
    assert world.calls[:3] == ["acquire", "read_current", "read_pending"]


def test_who_remembers_a_pair_that_is_over_takes_what_another_renewed_meanwhile() -> None:
    world = World()
    world.current = world.pair(1)
    assert world.token(over=True) == "A1"
    assert (world.refreshed_with, world.held) == ([], None)


def test_a_token_that_was_refused_is_compared_though_it_is_remembered() -> None:
    world = World()
    world.current = world.pair(0)
    assert world.token(force=True, over=True) == "A1"
    assert world.calls[:2] == ["read_current", "acquire"]


def test_a_promotion_that_is_always_refused_is_given_up() -> None:
    world = expired()
    world.pending = world.pair(1)
    world.promote = lambda realm, pending, current: False  # type: ignore[method-assign]
    with pytest.raises(RefreshUnknown, match="keep changing"):
        world.token()
    assert (world.calls.count("read_pending"), world.refreshed_with) == (3, [])
    assert world.held is None


STEPS = 7


@pytest.mark.parametrize("rotates", [True, False])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", range(STEPS))
def test_crash_at_any_step_loses_the_grant_only_where_nobody_can_help(
    step: int, moment: str, rotates: bool
) -> None:
    world = expired(die_at=(step, moment), rotates=rotates)
    with pytest.raises(Crash):
        world.token()
    died_at = world.calls[-1]
    world.die_at = (-1, "")
    known_to_none = rotates and (died_at, moment) in {
        ("refresh", "after"),
        ("write_pending", "before"),
    }
    if known_to_none:
        with pytest.raises(ReconnectNeeded):
            world.token()
        assert LEASE_SECONDS in world.slept
        return
    token = world.token()
    assert world.current is not None
    assert (world.current.access_token, world.current.refresh_token) == (token, world.live)


def test_crash_between_pending_and_current_needs_no_second_refresh() -> None:
    world = expired(die_at=(6, "before"))
    with pytest.raises(Crash):
        world.token()
    world.die_at = (-1, "")
    assert world.token() == "A1"
    assert world.refreshed_with == ["R0"]


def test_lost_reply_is_asked_again_with_the_same_refresh_token() -> None:
    world = expired(lose=["before", "before"])
    assert world.token() == "A1"
    assert world.refreshed_with == ["R0", "R0", "R0"]


def test_reply_lost_after_a_rotation_that_kept_the_token_is_recovered() -> None:
    world = expired(lose=["after"], rotates=False)
    assert world.token() == "A1"


def test_no_answer_is_bounded_and_writes_nothing() -> None:
    world = expired(lose=["before"] * 9)
    with pytest.raises(RefreshUnknown):
        world.token()
    assert len(world.refreshed_with) == 3
    assert "write_pending" not in world.calls
    assert world.held is None


def test_slow_answers_do_not_outlast_the_lease() -> None:
    world = expired(lose=["before"] * 9)
    slow = world.refresh

    def refresh(pair: TokenPair) -> TokenPair:
        world.now += timedelta(seconds=80)
        return slow(pair)

    world.refresh = refresh  # type: ignore[method-assign]
    with pytest.raises(RefreshUnknown):
        world.token()
    assert len(world.refreshed_with) == 1


def test_dead_grant_under_a_lease_of_ones_own_is_told_at_once() -> None:
    world = expired()
    world.live = "R9"
    with pytest.raises(ReconnectNeeded, match="invalid_grant"):
        world.token()
    assert world.refreshed_with == ["R0"]
    assert world.slept == []


def test_lease_taken_over_waits_for_the_pair_of_the_one_before() -> None:
    """The one before refreshed, stalled beyond its lease, and writes while we wait."""
    world = expired(held=Granted(7, taken_over=False))
    world.live = "R1"
    late = world.pair(1)

    def write_late(world: World) -> None:
        world.pending = late

    world.while_asleep = write_late
    assert world.token() == "A1"
    assert world.slept == [LEASE_SECONDS]
    assert world.current == late


def test_lease_taken_over_from_one_that_left_nothing_is_a_reconnect() -> None:
    world = expired(held=Granted(7, taken_over=False))
    world.live = "R1"
    with pytest.raises(ReconnectNeeded):
        world.token()
    assert world.slept == [LEASE_SECONDS]


def test_pair_found_after_a_refusal_is_refreshed_once_if_it_is_old() -> None:
    world = expired()
    world.live = "R1"
    found = world.pair(1, minutes=1)
    asked = world.refresh

    def refresh(pair: TokenPair) -> TokenPair:
        world.pending = found
        return asked(pair)

    world.refresh = refresh  # type: ignore[method-assign]
    assert world.token() == "A2"
    assert world.refreshed_with == ["R0", "R1"]


def test_wrong_keys_lose_no_company() -> None:
    world = expired()

    def refresh(pair: TokenPair) -> TokenPair:
        raise ClientRefused("invalid_client")

    world.refresh = refresh  # type: ignore[method-assign]
    with pytest.raises(ClientRefused):
        world.token()
    assert world.held is None


def test_company_without_tokens_needs_a_connection() -> None:
    with pytest.raises(ReconnectNeeded, match="no tokens"):
        World().token()


def test_store_that_fails_for_a_moment_is_written_again() -> None:
    world = expired(failing_writes=2)
    assert world.token() == "A1"
    assert world.current == world.pair(1, minutes=60 - 3 / 60)


def test_pair_that_could_not_be_kept_is_never_used() -> None:
    world = expired(failing_writes=9)
    with pytest.raises(OSError, match="does not answer"):
        world.token()
    assert world.calls.count("write_pending") == 3


def test_forced_renewal_renews_what_still_looks_fresh() -> None:
    world = World()
    world.current = world.pair(0)
    assert world.token(force=True) == "A1"


def test_forced_renewal_takes_the_pair_that_another_renewed_meanwhile() -> None:
    world = World(held=Granted(7, taken_over=False), held_until=START + timedelta(seconds=60))
    world.current = world.pair(0)
    other = replace(world.pair(1), access_token="of-another-worker")

    def renewed(world: World) -> None:
        world.current = other

    world.while_asleep = renewed
    assert world.token(force=True) == "of-another-worker"
    assert world.refreshed_with == []


def test_zombies_older_pair_never_replaces_a_newer_one() -> None:
    """Refreshed before us by the same token, written after us: kept, but not made current."""
    world = expired(rotates=False)
    older = world.pair(1)
    asked = world.refresh

    def refresh(pair: TokenPair) -> TokenPair:
        world.now += timedelta(seconds=10)
        world.current = replace(world.pair(2), access_token="newest")
        asked(pair)
        return older

    world.refresh = refresh  # type: ignore[method-assign]
    assert world.token() == "newest"
    assert world.pending == older
    assert world.current is not None
    assert world.current.generation == 2


def test_newer_consent_wins_over_any_number_of_refreshes() -> None:
    world = World()
    again = replace(world.pair(0), connected_at=START + timedelta(days=1))
    world.current, world.pending = world.pair(900, minutes=1), again
    assert world.token() == "A0"
    assert world.current == again


def test_lease_that_is_never_free_is_given_up_in_bounded_time() -> None:
    world = expired(held=Granted(7, taken_over=False), held_until=START + timedelta(days=1))
    with pytest.raises(RefreshUnknown, match="lease"):
        world.token()
    assert sum(world.slept) <= LEASE_SECONDS + 10


def test_many_workers_at_once_refresh_once() -> None:
    world = expired()
    gate = threading.Lock()
    acquire = world.acquire

    def one_at_a_time(realm: str, seconds: int) -> Granted | None:
        with gate:
            return acquire(realm, seconds)

    done = threading.Event()
    release = world.release

    def release_and_tell(realm: str, fence: int) -> None:
        release(realm, fence)
        done.set()

    world.acquire = one_at_a_time  # type: ignore[method-assign]
    world.release = release_and_tell  # type: ignore[method-assign]
    world.sleep = lambda seconds: done.wait(5)  # type: ignore[method-assign,assignment]
    tokens: list[str] = []
    workers = [threading.Thread(target=lambda: tokens.append(world.token())) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10)
    assert tokens == ["A1"] * 8
    assert world.refreshed_with == ["R0"]
