"""Dead letters are looked at and sent back; none is lost, whenever the sender dies."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from daybook.domain.dead_letter import DeadLetter, Move
from daybook.queues import DeliveryMessage, Ring
from daybook.workflows.dead_letters import (
    HIDDEN_SECONDS,
    MoveFailed,
    Replayed,
    Wanted,
    look,
    replay,
    replay_all,
)
from tests.fakes.clock import START, FakeClock
from tests.fakes.dead_letters import FakeDeadLetters
from tests.unit.workflows.deaths import Fuse, Killed, Moment

HOUR = timedelta(hours=1)


def body(number: int, connection: str = "shop", source: str = "canonical") -> str:
    return DeliveryMessage(connection, source, START, "0" * 64, body=f"[{number}]").encode()


def letters_of(*bodies: str, moves: bool = False) -> FakeDeadLetters:
    letters = FakeDeadLetters(FakeClock(), moves=moves)
    for place, text in enumerate(bodies):
        letters.lay(text, age=HOUR * (len(bodies) - place))
    return letters


def bodies_of(letters: FakeDeadLetters) -> list[str]:
    return [one.body for one in letters.messages]


def test_a_look_shows_all_oldest_first_and_leaves_them_in_sight() -> None:
    letters = letters_of(*map(body, range(23)))
    found = look(letters, Wanted(), START)
    assert [one.body for one in found] == [body(number) for number in range(23)]
    assert letters.depth().waiting == 23
    assert letters.home == []


def test_a_look_shows_no_more_than_it_was_asked_for() -> None:
    letters = letters_of(*map(body, range(40)))
    assert 10 <= len(look(letters, Wanted(), START, limit=15)) <= 24
    assert letters.depth().waiting == 40


def test_a_look_that_fails_gives_back_what_it_has() -> None:
    letters = letters_of(*map(body, range(15)))
    receive, calls = letters.receive, []

    def fail_later(hidden_seconds: int) -> Any:
        calls.append(hidden_seconds)
        if len(calls) > 1:
            raise ConnectionError
        return receive(hidden_seconds)

    letters.receive = fail_later  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        look(letters, Wanted(), START)
    assert letters.depth().waiting == 15


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(), [0, 1, 2, 3]),
        (Wanted(connection="other"), [1]),
        (Wanted(source="heartland"), [2]),
        (Wanted(connection="shop", source="canonical"), [0, 3]),
        (Wanted(older_than=3 * HOUR), [0, 1]),
        (Wanted(newer_than=2 * HOUR), [2, 3]),
        (Wanted(older_than=2 * HOUR, newer_than=3 * HOUR), [1, 2]),
        (Wanted(id="message-3"), [2]),
        (Wanted(id="message-9"), []),
    ],
)
def test_those_that_are_meant_go_home_and_the_others_stay(
    wanted: Wanted, numbers: list[int]
) -> None:
    all_ = [body(0), body(1, "other"), body(2, source="heartland"), body(3)]
    letters = letters_of(*all_)
    assert [one.body for one in look(letters, wanted, START)] == [all_[n] for n in numbers]
    done = replay(letters, wanted, START)
    assert done == Replayed(len(numbers), 4 - len(numbers))
    assert letters.home == [all_[number] for number in numbers]
    assert bodies_of(letters) == [text for text in all_ if text not in letters.home]
    assert letters.depth().in_hand == 0


def test_a_message_of_nobody_goes_home_when_all_do() -> None:
    letters = letters_of("poison", body(1))
    assert replay(letters, Wanted(), START).sent == 2
    assert letters.home == ["poison", body(1)]


def test_bells_of_a_company_go_home_all_of_them_in_their_order() -> None:
    letters = FakeDeadLetters(FakeClock(), "postings")
    rings = [Ring("1", (str(number),)).encode() for number in range(25)]
    for ring in rings:
        letters.lay(ring, group="1")
    assert replay(letters, Wanted(), START).sent == 25
    assert letters.home == rings


def test_progress_is_told_after_each() -> None:
    told: list[tuple[int, int]] = []
    letters = letters_of(*map(body, range(3)))
    replay(letters, Wanted(), START, lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_what_somebody_else_has_in_hand_is_left_and_counted() -> None:
    letters = letters_of(*map(body, range(12)))
    letters.receive(60)
    assert replay(letters, Wanted(), START) == Replayed(2, 10)


def test_a_letter_that_is_handed_out_again_after_it_went_home_goes_home_once() -> None:
    letters = letters_of(body(1))
    receive, delete = letters.receive, letters.delete
    deleted: list[str] = []
    last: list[DeadLetter] = []

    def receive_again(hidden_seconds: int) -> list[DeadLetter]:
        found = receive(hidden_seconds)
        last.extend(found)
        return found or last[:1]

    def count(letter: DeadLetter) -> None:
        deleted.append(letter.id)
        delete(letter)

    letters.receive = receive_again  # type: ignore[method-assign]
    letters.delete = count  # type: ignore[method-assign]
    assert replay(letters, Wanted(), START).sent == 1
    assert letters.home == [body(1)]
    assert deleted == ["message-1", "message-1"]


class Dying:
    """Dead letters whose user dies for good when the fuse burns: nothing is given back."""

    def __init__(self, letters: FakeDeadLetters, fuse: Fuse) -> None:
        self._letters, self._fuse = letters, fuse

    def __getattr__(self, name: str) -> Any:
        call: Callable[..., Any] = getattr(self._letters, name)

        def burning(*args: Any) -> Any:
            if self._fuse.blown:
                raise Killed
            self._fuse.burn("before")
            answer = call(*args)
            self._fuse.burn("after")
            return answer

        return burning


@pytest.mark.parametrize("moment", ["before", "after"])
def test_whenever_the_sender_dies_nothing_is_lost_and_at_most_one_is_doubled(
    moment: Moment,
) -> None:
    all_ = [body(0), body(1, "other"), body(2)]
    wanted = Wanted(connection="shop")
    for number in range(1, 40):
        clock, fuse = FakeClock(), Fuse(number, moment)
        letters = FakeDeadLetters(clock)
        for text in all_:
            letters.lay(text)
        died = False
        try:
            replay(Dying(letters, fuse), wanted, clock())
        except Killed:
            died = True
        assert set(letters.home) | set(bodies_of(letters)) == set(all_)
        clock.sleep(HIDDEN_SECONDS + 1)
        replay(letters, wanted, clock())
        assert set(letters.home) == {body(0), body(2)}
        assert len(letters.home) <= 3
        assert bodies_of(letters) == [body(1, "other")]
        if not died:
            assert number > 5
            return
    raise AssertionError("a replay makes more calls than are tried")


def no_sleep(_seconds: float) -> None:
    """Nobody waits."""


def test_all_are_moved_by_sqs_itself_where_it_can() -> None:
    letters = letters_of(body(0), body(1), moves=True)
    told: list[tuple[int, int]] = []
    done = replay_all(letters, START, no_sleep, lambda *both: told.append(both))
    assert done == Replayed(2, 0)
    assert letters.home == [body(0), body(1)]
    assert told == [(2, 2)]


def test_all_are_sent_one_by_one_where_sqs_cannot_move_them() -> None:
    letters = letters_of(body(0), body(1))
    assert replay_all(letters, START, no_sleep) == Replayed(2, 0)
    assert letters.home == [body(0), body(1)]


def test_a_move_is_followed_until_it_is_done() -> None:
    letters = letters_of(body(0), moves=True)
    letters.last_move = Move("running", 0, 1)
    waits: list[float] = []
    assert replay_all(letters, START, waits.append).sent == 0
    assert waits == [2.0]


def test_a_move_that_fails_says_why() -> None:
    letters = letters_of(body(0), moves=True)
    letters.last_move = Move("failed", 0, 1, "AccessDenied")
    with pytest.raises(MoveFailed, match="AccessDenied"):
        replay_all(letters, START, no_sleep)
    assert bodies_of(letters) == [body(0)]


def test_a_move_that_takes_long_goes_on_by_itself() -> None:
    letters = letters_of(body(0), moves=True)
    letters.last_move = Move("running", 4, 900)
    letters.move = lambda: letters.last_move  # type: ignore[method-assign]
    done = replay_all(letters, START, no_sleep)
    assert done == Replayed(4, 1, still_moving=True)


def test_an_age_counts_from_the_first_sending() -> None:
    letters = letters_of(body(0))
    now: datetime = START + HOUR
    assert look(letters, Wanted(older_than=2 * HOUR), now)
    assert not look(letters, Wanted(older_than=2 * HOUR + timedelta(seconds=1)), now)
