"""A failing course is made smaller, and still fails for the same reason."""

from collections import Counter
from collections.abc import Collection

from tests.simulation.checker import Findings
from tests.simulation.course import Result, course
from tests.simulation.planted import DEFECTS
from tests.simulation.shrink import shrink


def failing(drawn: int, events: int) -> Result:
    """A course with so many faults that came to a breach."""
    return Result(1, "all", events, "", Findings([("I3", "twice")]), Counter(), drawn)


def test_only_the_faults_that_matter_are_left() -> None:
    def fails(only: Collection[int] | None, events: int) -> Result | None:
        kept = range(64) if only is None else only
        return failing(64, events) if {7, 41} <= set(kept) and events >= 20 else None

    small = shrink(failing(64, 160), fails)
    assert small.faults == (7, 41)
    assert small.events == 20


def test_a_course_is_told_again_without_some_of_its_faults() -> None:
    whole = course(5, "crashes", 30)
    none = course(5, "crashes", 30, only=())
    assert whole.drawn > 10
    assert whole.digest != none.digest
    assert none.good


def test_what_a_defect_breaks_is_told_with_its_seed_and_trace() -> None:
    defect = next(one for one in DEFECTS if one.name == "the date of UTC")
    found = course(1, defect.kind, 30, keep_trace=True, planted=defect.planted)
    assert ("I10" in {number for number, _ in found.findings.breaches}) is True
    assert any("committed" in line for line in found.trace)
