"""5,000 mutated deliveries: never a fault of ours, never slow, never more memory."""

import pytest

from tests.simulation.webhook_fuzz import MOST_GROWTH_BYTES, MOST_HELD_BYTES, Report, fuzz

SEED, BODIES = 20_261_122, 5_000


@pytest.fixture(scope="module")
def report() -> Report:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SECRETS_PREFIX", "DELIVERIES_QUEUE_URL", "ARCHIVE_BUCKET"):
            patch.setenv(f"DAYBOOK_{name}", "fuzz")
        return fuzz(BODIES, SEED)


def test_no_body_makes_the_webhook_fail_or_slow_or_large(report: Report) -> None:
    assert report.problems() == [], report.text()
    assert sum(report.statuses.values()) == BODIES


def test_every_kind_of_answer_was_given(report: Report) -> None:
    assert {202, 401, 413, 422} <= set(report.statuses)
    assert report.statuses[202] > 100
    assert report.statuses[422] > 1_000


def test_the_largest_body_takes_a_few_times_its_size(report: Report) -> None:
    assert 4_000_000 < report.peak_bytes < 40_000_000


def test_a_fault_a_slow_answer_and_growth_are_noticed() -> None:
    bad = Report(1, seconds=[2.0] * 10, growth_bytes=MOST_GROWTH_BYTES + 1)
    bad.held_bytes = MOST_HELD_BYTES + 1
    bad.statuses[503] += 1
    bad.broken.append("body 1: ValueError")
    assert len(bad.problems()) == 5
