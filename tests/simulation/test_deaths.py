"""A worker dies at each of its calls, before the effect, behind it, or hears no answer; and the
calls of each workflow are counted, so that a new one is seen."""

import pytest

from tests.simulation.deaths import calls, pairs, points_of, singles, told
from tests.simulation.stages import STAGES, Point, Stage, run

# How many calls each workflow makes on a calm day. A number that changed is a call that came or
# went: look at `python -m tests.simulation --deaths STAGE:` and set it here.
CALLS = {
    "receive": 2,
    "receive_large": 3,
    "translate": 18,
    "translate_again": 6,
    "translate_held": 4,
    "post": 7,
    "post_newer": 22,
    "post_reverse": 20,
    "post_customer": 21,
    "post_unclear": 13,
    "post_tokens": 15,
    "sweep": 11,
    "activate": 11,
    "chart": 44,
    "connect": 12,
    "undo_one": 8,
    "post_undone": 9,
    "start_undo": 3,
    "undo": 9,
    "replay_one": 7,
    "replay": 19,
    "send": 8,
    "link": 13,
    "void": 3,
    "prove": 27,
    "dlq": 20,
    "dead_letters": 9,
    "daily": 27,
    "prove_job": 29,
}


def test_every_stage_is_counted() -> None:
    assert set(CALLS) == {stage.name for stage in STAGES}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_workflow_makes_the_calls_that_are_known(stage: Stage) -> None:
    made = calls(stage)
    assert len(made) == CALLS[stage.name], made


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_one_death_anywhere_changes_nothing_in_the_end(stage: Stage) -> None:
    found = singles(stage)
    assert found.runs >= 3 * len(calls(stage))
    assert not found.wrong, found.wrong[:3]


@pytest.mark.parametrize("name", ["receive", "void"])
def test_a_second_death_behind_the_first_changes_nothing_either(name: str) -> None:
    stage = next(one for one in STAGES if one.name == name)
    for point in points_of(stage):
        found = pairs(stage, point)
        assert not found.wrong, found.wrong[:3]


def test_a_death_is_really_died() -> None:
    stage = next(one for one in STAGES if one.name == "post")
    calm, _, _ = run(stage)
    lines: list[str] = []
    point: Point = (calm.index("qbo.batch") + 1, "after")
    _, _, reached = run(stage, point, tell=lines.append)
    assert reached == 1
    assert "dies" in lines[0], told(stage, (point,))
