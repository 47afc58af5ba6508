"""The same seed is the same course, to the last call, in any process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.course import course

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("kind", "seed"), [("all", 1), ("crashes", 2), ("calm", 3)])
def test_a_seed_run_twice_gives_one_trace(kind: str, seed: int) -> None:
    first, second = (course(seed, kind, 60) for _ in range(2))
    assert first.digest == second.digest
    assert first.calls == second.calls


def test_another_seed_gives_another_trace() -> None:
    assert course(1, "all", 30).digest != course(2, "all", 30).digest


def test_the_order_of_sets_in_a_process_changes_nothing() -> None:
    digests = {digest_with_hash_seed(number) for number in ("1", "2")}
    assert digests == {course(4, "all", 60).digest}


def digest_with_hash_seed(number: str) -> str:
    """The trace's hash in a process whose sets are ordered in its own way."""
    words = [sys.executable, "-m", "tests.simulation", "--digest"]
    path = os.pathsep.join([str(ROOT), str(ROOT / "layers" / "common")])
    done = subprocess.run(
        [*words, "--class", "all", "--seed", "4", "--events", "60"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": number, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.strip()
