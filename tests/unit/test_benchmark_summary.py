"""What `make bench` ends with: a number that is missed or not measured breaks it, loudly."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import _all
from benchmarks._summary import NAMES, Row, broken, page, rows, text

DRAIN: dict[str, Any] = {
    "entries_per_minute": 1_191, "one_by_one_per_minute": 119, "batch_helper_per_minute": 368,
    "throttled": 0, "reads": 0, "times_one_by_one": 10.01, "times_batch_helper": 3.24,
    "realms": 10, "realms_entries_per_minute": 11_962, "times_one_realm": 10.04,
}  # fmt: skip
COST: dict[str, Any] = {
    "idle": 9.4,
    "runs": {
        "backlog": {"dollars": 7.5, "most": 8.0, "binding": True},
        "apart": {"dollars": 5.5, "most": 5.0, "binding": False},
    },
}


def written(folder: Path, **found: dict[str, Any]) -> list[Row]:
    for name, result in found.items():
        (folder / f"{name}.json").write_text(json.dumps(result))
    return [row for row in rows(folder) if row.measured != "not measured"]


def test_all_that_is_reached_breaks_nothing(tmp_path: Path) -> None:
    found = written(tmp_path, drain=DRAIN)
    assert [row.reached for row in found] == [True] * 6
    assert broken(found, {"drain": 0}) == []


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"entries_per_minute": 1_139}, "a backlog into one company"),
        ({"times_batch_helper": 2.49}, "the same, beside its batch helper"),
        ({"throttled": 1}, "429s meanwhile"),
    ],
)
def test_a_missed_number_is_told(tmp_path: Path, changed: dict[str, Any], what: str) -> None:
    found = written(tmp_path, drain=DRAIN | changed)
    (problem,) = broken(found, {})
    assert problem.startswith(f"{what}: ")
    assert [line for line in text(found) if line.rstrip().endswith("NO")]


def test_what_is_only_shown_beside_breaks_nothing_and_is_marked(tmp_path: Path) -> None:
    found = written(tmp_path, cost=COST)
    assert broken(found, {}) == []
    (line,) = [line for line in page(found) if "apart" in line]
    assert "NO (not bound)" in line


def test_a_benchmark_that_left_nothing_has_not_reached_its_numbers(tmp_path: Path) -> None:
    assert broken(rows(tmp_path), {}) == [f"{name}: not measured" for name in NAMES]


def test_a_crash_and_a_bound_of_its_own_are_told(tmp_path: Path) -> None:
    found = written(tmp_path, drain=DRAIN)
    assert broken(found, {"drain": 0, "latency": -9, "console": 1}) == [
        "latency ended with -9", "console ended with 1",
    ]  # fmt: skip


def test_what_an_earlier_run_left_is_not_taken_for_measured(tmp_path: Path) -> None:
    (tmp_path / "no_such_benchmark.json").write_text("{}")
    assert _all.run("no_such_benchmark", tmp_path) == 1
    assert not (tmp_path / "no_such_benchmark.json").exists()
    assert "No module named" in (tmp_path / "no_such_benchmark.txt").read_text()


def test_every_benchmark_has_its_numbers_in_the_table() -> None:
    files = Path(_all.__file__).parent.glob("[a-z]*.py")
    assert {file.stem for file in files} == set(NAMES)
