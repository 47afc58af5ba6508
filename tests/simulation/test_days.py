"""Days that are closed while everything goes wrong: each event counts once."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from daybook.domain.day_close import Close, Content
from daybook.domain.day_legs import lines_of
from daybook.workflows import close_day, due_days, gather
from tests.simulation.days import FULL, START, Course, LateDays, die
from tests.simulation.days_checker import Wrong, check
from tests.simulation.planted import swapped
from tests.unit.workflows.deaths import Killed, Moment

SEEDS = 60
# How many calls a late close makes that adds to an earlier one and takes back something of it, and
# how many the delivery before it. A number that changed is a call that came or went.
CLOSE_CALLS, DELIVER_CALLS = 16, 12


def ended(seed: int, days: type[LateDays] = LateDays) -> Course:
    """A course that was run and holds. Raises Wrong."""
    course = Course(seed, days)
    course.run()
    check(course)
    return course


def test_every_course_of_days_ends_with_each_event_in_the_books_once() -> None:
    courses = [ended(seed) for seed in range(SEEDS)]
    told = [line for course in courses for line in course.trace]
    later = [close for course in courses for close in course.kept.kept.values()
             if close.sequence > 1]  # fmt: skip
    assert len(later) > SEEDS // 2
    assert sum("  dies" in line for line in told) > SEEDS // 2
    assert sum("  others" in line for line in told) > SEEDS // 2


def test_one_seed_is_one_course() -> None:
    assert ended(7).trace == ended(7).trace


class Blind(LateDays):
    """Days that tell whoever lost a freeze that the list is theirs."""

    def freeze(self, close: Close, content: Content) -> bool:
        """Keep a close if its sequence is new, and deny that it was not."""
        super().freeze(close, content)
        return True


def _nothing(*_: Any) -> dict[str, int]:
    return {}


def _as_now(legs: Any, _version: int, _look: Any, books: Any, _tools: Any) -> Any:
    return lines_of(legs, books, {})


def _no_lag(closes: Sequence[Close], opened: Any) -> str:
    return opened.looked_at if closes else ""


type Planted = tuple[type[LateDays], tuple[tuple[Any, str, Any], ...]]
DEFECTS: dict[str, Planted] = {
    "earlier lists are not asked": (LateDays, ((gather, "_taken", _nothing),)),
    "what the index showed late is not looked for": (
        LateDays,
        ((gather, "looks_from", _no_lag),),
    ),
    "who lost the freeze posts their own list": (Blind, ()),
    "a close that a crash left is not finished": (
        LateDays,
        ((close_day, "_finish", lambda *_: ()),),
    ),
    "what is taken back is mapped anew": (LateDays, ((gather, "_as_posted", _as_now),)),
    "a day is looked at once": (LateDays, ((due_days, "LOOKED_AT_AGAIN", timedelta(days=-9)),)),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_of_days_is_caught(name: str) -> None:
    days, places = DEFECTS[name]
    with swapped(*places):
        assert any(_is_caught(seed, days) for seed in range(SEEDS)), f"{name}: not seen"


def _is_caught(seed: int, days: type[LateDays]) -> bool:
    try:
        ended(seed, days)
    except (Wrong, LookupError, AssertionError):
        return True
    return False


def _late_day() -> Course:
    """A closed day; a late sale, and what takes back one of the closed, are on their way."""
    course = Course(1)
    course.ledger.calm = True
    course.activate(FULL)
    day = START.date()
    for number in range(3):
        course.sent.append(course.event(str(number), 1, "1", day, "Hats", 1000 + number))
        course.queue([course.sent[-1].body])
        course.deliver()
    course.close_all()
    course.sent += [
        course.event("1", 2, "1", day, "Hats", 1001, 1),
        course.event("4", 1, "1", day, "Coats", 500),
    ]
    course.queue([one.body for one in course.sent[-2:]])
    return course


def _closing() -> Course:
    course = _late_day()
    course.deliver()
    return course


STAGES: dict[str, tuple[Callable[[], Course], Callable[[Course], object], int]] = {
    "translate": (_late_day, Course.deliver, DELIVER_CALLS),
    "close": (_closing, Course.tick, CLOSE_CALLS),
}


def _dies(name: str, at: int, moment: Moment) -> bool:
    """One stage with a death at one of its calls, then all that follows; whether it died."""
    begun, stage, _ = STAGES[name]
    course = begun()
    course.office.clock.sleep(40 * 3600 if name == "close" else 0)
    course.danger.arm(at, moment, die)
    dead = False
    try:
        stage(course)
    except Killed:
        dead = True
    course.finish()
    check(course)
    return dead


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("name", STAGES)
def test_a_death_at_any_call_changes_nothing_in_the_end(name: str, moment: Moment) -> None:
    calls = STAGES[name][2]
    assert [_dies(name, at, moment) for at in range(1, calls + 2)] == [True] * calls + [False]
