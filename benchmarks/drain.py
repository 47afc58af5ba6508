"""How fast a backlog goes into QuickBooks, beside python-quickbooks in the same run.

The QBO simulator runs in a process of its own with Intuit's limits (40 batches and 500 requests a
minute, 10 a second), and takes 350 ms for a request and 150 ms for each item. Real time. Writes
build/bench/drain.json and docs/images/drain.png.
"""

import argparse
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import _peer
from benchmarks._backlog import Backlog
from benchmarks._chart import Course, draw
from benchmarks._page import replace_section
from benchmarks._simulator import Simulator, running

RESULT = Path("build/bench/drain.json")
PICTURE = Path("docs/images/drain.png")
CEILING = 40 * 30
_FIRST_REALM = 9341450000001000

type Points = Sequence[tuple[float, float]]


def main() -> int:
    """Measure, write, and say; 1 if a target is missed."""
    options = _options()
    with running() as simulator:
        print(f"one company, {options.entries:,} entries ...", flush=True)
        one = drained(simulator, ["1"], options.entries)
        print(f"  {one['entries_per_minute']:,} a minute")
        print(f"python-quickbooks, {options.peer_seconds} s each ...", flush=True)
        peers = {way: peer(simulator, way, options.peer_seconds) for way in _peer.WAYS}
        print(f"{options.realms} companies, {options.entries_each:,} entries each ...", flush=True)
        names = [str(10 + number) for number in range(options.realms)]
        ten = drained(simulator, names, options.entries_each)
    found = result(one, peers, ten, options.realms)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")
    chart(one["course"], peers)
    replace_section("drain", table(found, options))
    for name, number in found.items():
        print(f"{name:32} {number}")
    missed = [name for name, least in TARGETS.items() if found[name] < least]
    wrong = [name for name in ("throttled", "reads") if found[name] or ten[name]]
    print("missed: " + ", ".join([*missed, *wrong]) if missed or wrong else "all targets are met")
    return 1 if missed or wrong else 0


TARGETS = {
    "entries_per_minute": 1_140,
    "times_one_by_one": 9,
    "times_batch_helper": 2.5,
    "times_one_realm": 9,
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=3_600)
    parser.add_argument("--peer-seconds", type=int, default=60)
    parser.add_argument("--realms", type=int, default=10)
    parser.add_argument("--entries-each", type=int, default=2_400)
    return parser.parse_args()


def drained(simulator: Simulator, names: Sequence[str], entries: int) -> dict[str, Any]:
    """Backlogs of so many entries in each of the companies, drained at once, a thread for each.

    Raises RuntimeError if the books do not hold each entry once.
    """
    backlogs = [Backlog(simulator, str(_FIRST_REALM + int(name)), entries) for name in names]
    failures: list[BaseException] = []
    threads = [threading.Thread(target=_drain, args=(one, failures)) for one in backlogs]
    start = datetime.now(UTC)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    instants = sorted(at for one in backlogs for at in one.posted_at())
    requests = [_checked(simulator, one, entries) for one in backlogs]
    seconds = (instants[-1] - start).total_seconds()
    return {
        "entries_per_minute": round(60 * len(instants) / seconds),
        "seconds": round(seconds, 1),
        "throttled": sum(one["throttled"] for one in requests),
        "reads": sum(one["query"] + one["read"] for one in requests),
        "course": _course(start, instants),
    }


def _drain(backlog: Backlog, failures: list[BaseException]) -> None:
    try:
        backlog.drain()
    except BaseException as failure:  # noqa: BLE001 -- raised again by whoever waits
        failures.append(failure)


def _checked(simulator: Simulator, backlog: Backlog, entries: int) -> dict[str, int]:
    books = simulator.books(backlog.realm)
    notes = {entry["PrivateNote"] for entry in books["objects"]["JournalEntry"]}
    if not len(notes) == len(books["objects"]["JournalEntry"]) == entries:
        raise RuntimeError(f"{backlog.realm}: {len(notes)} entries in the books, not {entries}")
    requests: dict[str, int] = books["requests"]
    return requests


def _course(start: datetime, instants: Sequence[datetime]) -> Points:
    """A point for each batch's worth of entries."""
    step = max(1, len(instants) // 200)
    points = [
        ((instants[place - 1] - start).total_seconds(), float(place))
        for place in range(step, len(instants) + 1, step)
    ]
    return [(0.0, 0.0), *points]


def peer(simulator: Simulator, way: str, seconds: int) -> Points:
    """What python-quickbooks reaches in a company of its own, in a process of its own."""
    realm = str(_FIRST_REALM + 2 + list(_peer.WAYS).index(way))
    command = [sys.executable, "-m", "benchmarks._peer", simulator.url, realm, way, str(seconds)]
    variable = "OAUTHLIB_INSECURE_TRANSPORT=1"
    ended = subprocess.run(["env", variable, *command], check=True, stdout=subprocess.PIPE)
    points: Points = [(at, number) for at, number in json.loads(ended.stdout)]
    return points


def a_minute(points: Points) -> int:
    """Entries a minute over a whole course."""
    return round(60 * points[-1][1] / points[-1][0])


def result(
    one: dict[str, Any], peers: dict[str, Points], ten: dict[str, Any], realms: int
) -> dict[str, Any]:
    """The numbers, as they are written."""
    rate, single = one["entries_per_minute"], a_minute(peers["one_by_one"])
    batches = a_minute(peers["batch_helper"])
    return {
        "entries_per_minute": rate,
        "one_by_one_per_minute": single,
        "batch_helper_per_minute": batches,
        "throttled": one["throttled"] + ten["throttled"],
        "reads": one["reads"] + ten["reads"],
        "seconds": one["seconds"],
        "times_one_by_one": round(rate / single, 2),
        "times_batch_helper": round(rate / batches, 2),
        "realms": realms,
        "realms_entries_per_minute": ten["entries_per_minute"],
        "times_one_realm": round(ten["entries_per_minute"] / rate, 2),
    }


def table(found: dict[str, Any], options: argparse.Namespace) -> list[str]:
    """What docs/performance.md shows."""
    faster = "daybook is {} times as fast"
    rows = [
        ("daybook, one company", "entries_per_minute", "", "1,140 a minute"),
        ("python-quickbooks, `save()`", "one_by_one_per_minute",
         faster.format(found["times_one_by_one"]), "9 times"),
        ("python-quickbooks, `batch_create`", "batch_helper_per_minute",
         faster.format(found["times_batch_helper"]), "2.5 times"),
        (f"daybook, {options.realms} companies at once", "realms_entries_per_minute",
         f"{found['times_one_realm']} times one company", "9 times"),
    ]  # fmt: skip
    one = f"One company of {options.entries:,} entries, in {found['seconds']} s"
    companies = f"{options.realms} companies of {options.entries_each:,} each"
    return [
        f"{one}; {companies}. Throttled: {found['throttled']}. Reads: {found['reads']}.",
        "",
        "| | entries a minute | | to reach |",
        "|---|---|---|---|",
        *(f"| {what} | {found[rate]:,} | {ratio} | {least} |" for what, rate, ratio, least in rows),
    ]


def chart(course: Points, peers: dict[str, Points]) -> None:
    """Entries over time against QuickBooks' ceiling; the peers as their rates."""
    seconds = course[-1][0]

    def at_rate(rate: float) -> Points:
        return [(0, 0), (seconds, rate * seconds / 60)]

    draw(
        "Entries in QuickBooks over time, one company",
        "seconds",
        [
            Course(
                "QuickBooks' ceiling: 40 x 30 a minute", (150, 150, 150), at_rate(CEILING), True
            ),
            Course("daybook", (24, 119, 242), course),
            Course(
                "python-quickbooks, batch helper",
                (230, 126, 34),
                at_rate(a_minute(peers["batch_helper"])),
            ),
            Course(
                "python-quickbooks, one by one",
                (192, 57, 43),
                at_rate(a_minute(peers["one_by_one"])),
            ),
        ],
        PICTURE,
    )


if __name__ == "__main__":
    sys.exit(main())
