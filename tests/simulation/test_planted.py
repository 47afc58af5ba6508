"""The checker is tested itself: each planted defect is caught within 200 seeds."""

from collections.abc import Callable

import pytest

from tests.simulation.planted import DEFECTS, Defect, seeds_until_caught

AT_LEAST = 15


def test_there_are_enough_defects() -> None:
    assert len(DEFECTS) >= AT_LEAST
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_defect_is_caught_within_200_seeds(
    defect: Defect, record_property: Callable[[str, object], None]
) -> None:
    seeds = seeds_until_caught(defect)
    record_property("seeds", seeds)
    assert seeds, f"{defect.name} was not seen in 200 seeds"
