"""A hundred seeds over all classes of faults: nothing lost, nothing doubled, nothing unbalanced."""

import pytest

from tests.simulation.course import Result, course
from tests.simulation.faults import CLASSES

SEEDS, EVENTS = 100, 100
# The classes in which every promise holds at every moment.
STRICT = tuple(kind for kind, mix in CLASSES.items() if not mix.harsh)


def seeds_of(kind: str) -> list[int]:
    """A seed's class goes by its number, so that all classes get their share of the hundred."""
    kinds = list(CLASSES)
    return [seed for seed in range(SEEDS) if seed % len(kinds) == kinds.index(kind)]


def told(result: Result) -> str:
    """How to see a failing course again, and what was wrong."""
    again = f"python -m tests.simulation --class {result.kind} --seed {result.seed}"
    return "\n".join([again, *(f"{number} {text}" for number, text in result.findings.breaches)])


@pytest.mark.parametrize(
    ("kind", "seed"), [(kind, seed) for kind in CLASSES for seed in seeds_of(kind)]
)
def test_after_any_day_each_accepted_event_is_posted_once_or_visibly_stuck(
    kind: str, seed: int
) -> None:
    result = course(seed, kind, EVENTS)
    assert result.good, told(result)
    assert result.findings.undetected == 0
    if kind in STRICT:
        assert result.findings.doubled == 0


def test_a_calm_day_has_no_faults_and_the_others_have_many() -> None:
    # One seed says little: in some classes a fault is rare.
    drawn = {kind: sum(course(seed, kind, 40).drawn for seed in range(3)) for kind in CLASSES}
    assert drawn.pop("calm") == 0
    assert all(number > 2 for number in drawn.values()), drawn


def test_the_harsh_class_really_doubles() -> None:
    assert any(course(seed, "harsh", EVENTS).findings.doubled for seed in range(3))
