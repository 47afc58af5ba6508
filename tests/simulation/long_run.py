"""The long run: many seeds of every class, and every ordered pair of deaths, on all cores.

Seeds that failed before are kept in build/simulation/failed.json and run first.
"""

import json
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.simulation import deaths, planted
from tests.simulation.checker import Findings
from tests.simulation.course import Result, course
from tests.simulation.faults import CLASSES
from tests.simulation.stages import STAGES, Point
from tests.simulation.table import Table

FAILED = Path(__file__).parents[2] / "build" / "simulation" / "failed.json"
SUMMARY = FAILED.with_name("summary.json")
EVERY_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of the run. what: course, pairs or planted; name: a class, stage or defect."""

    what: str
    name: str
    seed: int = 0
    events: int = 0
    point: Point | None = None


type Done = tuple[str, Result | deaths.Deaths | tuple[str, list[int]]]


def tasks(seeds: int, events: int) -> Iterator[Task]:
    """What failed before, then the seeds of each class in turn, the pairs, the planted defects."""
    for kind, seed in _failed_before():
        yield Task("course", kind, seed, events)
    kinds = list(CLASSES)
    for turn in range(seeds):
        yield Task("course", kinds[turn % len(kinds)], turn // len(kinds), events)
    for stage in STAGES:
        for point in deaths.points_of(stage):
            yield Task("pairs", stage.name, point=point)
    for defect in planted.DEFECTS:
        yield Task("planted", defect.name)


def do(task: Task) -> Done:
    """One task, in a process of its own. One that breaks is a failed one, and stops no other."""
    try:
        return _done(task)
    except Exception as error:  # noqa: BLE001 -- told with its task, like any breach
        return _broken(task, f"{type(error).__name__}: {error}")


def _broken(task: Task, text: str) -> Done:
    breaches = [("I0", f"the run itself broke: {text}")]
    if task.what == "course":
        return task.what, Result(task.seed, task.name, task.events, "", Findings(breaches))
    if task.what == "pairs":
        return task.what, deaths.Deaths(wrong=[(f"{task.name} behind {task.point}", breaches)])
    return task.what, (task.name, [0])


def _done(task: Task) -> Done:
    if task.what == "course":
        return task.what, course(task.seed, task.name, task.events)
    if task.what == "pairs":
        assert task.point is not None
        stage = next(one for one in STAGES if one.name == task.name)
        return task.what, deaths.pairs(stage, task.point)
    defect = next(one for one in planted.DEFECTS if one.name == task.name)
    turns = [planted.seeds_until_caught(defect, 1000 * turn) for turn in range(3)]
    return task.what, (task.name, turns)


def run(seeds: int, events: int, processes: int) -> bool:
    """All of it, with progress; whether everything is well."""
    began = time.monotonic()
    todo = list(tasks(seeds, events))
    table, pairs = Table(), deaths.Deaths()
    caught: dict[str, list[int]] = {}
    told = began
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for done, (what, answer) in enumerate(pool.imap_unordered(do, todo), 1):
            if isinstance(answer, Result):
                table.add(answer)
            elif isinstance(answer, deaths.Deaths):
                pairs.runs += answer.runs
                pairs.wrong += answer.wrong
            else:
                caught[answer[0]] = answer[1]
            if time.monotonic() - told > EVERY_SECONDS or done == len(todo):
                told = time.monotonic()
                failed = len(table.failed) + len(pairs.wrong)
                text = f"{done:,} of {len(todo):,} tasks, {told - began:.0f} s, {failed} failed"
                print(f"{text} ({what})", flush=True)
    _print(table, pairs, caught)
    _keep(table, pairs, caught, time.monotonic() - began)
    return not table.failed and not pairs.wrong and all(map(all, caught.values()))


def _print(table: Table, pairs: deaths.Deaths, caught: dict[str, list[int]]) -> None:
    print()
    print("\n".join(table.lines()))
    print(f"\nordered pairs of deaths: {pairs.runs:,} runs, {len(pairs.wrong)} wrong")
    print("\nplanted defects, mean seeds until caught:")
    for name, turns in sorted(caught.items()):
        text = f"{sum(turns) / len(turns):.1f}" if all(turns) else "NOT CAUGHT within 200"
        print(f"  {name:48} {text}")
    for kind, seed, breaches in table.failed[:20]:
        print(f"\nFAILED: python -m tests.simulation --class {kind} --seed {seed}")
        print("\n".join(f"  {number} {text[:200]}" for number, text in breaches[:5]))
    for name, breaches in pairs.wrong[:20]:
        print(f"\nFAILED: python -m tests.simulation --deaths {name}")
        print("\n".join(f"  {number} {text[:200]}" for number, text in breaches[:5]))


def _keep(table: Table, pairs: deaths.Deaths, caught: dict[str, list[int]], seconds: float) -> None:
    FAILED.parent.mkdir(parents=True, exist_ok=True)
    failed = sorted({(kind, seed) for kind, seed, _ in table.failed})
    FAILED.write_text(json.dumps(failed))
    summary = {
        "classes": {kind: dict(sums) for kind, sums in table.sums.items()},
        "pairs": {"runs": pairs.runs, "wrong": [name for name, _ in pairs.wrong]},
        "planted": caught,
        "seconds": round(seconds),
    }
    SUMMARY.write_text(json.dumps(summary, indent=1))


def _failed_before() -> list[tuple[str, int]]:
    if not FAILED.exists():
        return []
    return [(kind, seed) for kind, seed in json.loads(FAILED.read_text()) if kind in CLASSES]
