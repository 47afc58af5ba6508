"""Run one seed again with its trace, or everything.

python -m tests.simulation --class kept10 --seed 7           one course, traced
python -m tests.simulation --class kept10 --seed 7 --shrink  the same, made as small as can be
python -m tests.simulation --deaths post:8after,3before      one run with deaths, traced
python -m tests.simulation --long                            2,000 seeds and all pairs
"""

import argparse
import os
import sys

from tests.simulation import deaths, long_run, stages
from tests.simulation.course import Result, course
from tests.simulation.faults import CLASSES
from tests.simulation.shrink import shrink

LONG_SEEDS, LONG_EVENTS = 2_000, 200


def main() -> int:
    """0 if nothing is wrong."""
    words = _words()
    if words.long:
        processes = words.processes or os.cpu_count() or 1
        return 0 if long_run.run(words.seeds, words.events or LONG_EVENTS, processes) else 1
    if words.deaths:
        return _deaths(words.deaths)
    return _course(words)


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--class", dest="kind", choices=sorted(CLASSES), default="all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--events", type=int, default=0)
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--digest", action="store_true", help="the hash of the trace, nothing else")
    parser.add_argument("--deaths", default="")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seeds", type=int, default=LONG_SEEDS)
    parser.add_argument("--processes", type=int, default=0)
    return parser.parse_args()


def _course(words: argparse.Namespace) -> int:
    events = words.events or 100
    result = course(words.seed, words.kind, events, keep_trace=not words.digest)
    if words.digest:
        print(result.digest)
        return 0
    if words.shrink and not result.good:
        small = shrink(result)
        print(f"shrunk to {small.events} events and faults {small.faults}")
        result = course(
            words.seed, words.kind, small.events, keep_trace=True, only=set(small.faults)
        )
    print("\n".join(result.trace))
    _say(result)
    return 0 if result.good else 1


def _say(result: Result) -> None:
    found = result.findings
    print(
        f"\nclass {result.kind} seed {result.seed}: {result.events} events, {result.drawn} faults"
    )
    print(", ".join(f"{name} {number}" for name, number in result.faults.most_common(12)))
    print(f"doubled {found.doubled}, undetected {found.undetected}, trace {result.digest}")
    for number, text in found.breaches:
        print(f"BREACH {number} {text}")


def _deaths(text: str) -> int:
    stage, points = deaths.asked(text)
    calm, breaches, _ = stages.run(stage, *points, tell=print)
    print("\n".join(f"{number:4} {name}" for number, name in enumerate(calm, 1)))
    for number, told in breaches:
        print(f"BREACH {number} {told}")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
