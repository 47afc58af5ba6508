"""`make bench`: every benchmark, one after the other, and their numbers beside the targets.

    python -m benchmarks._all [name ...]

Each leaves build/bench/<name>.json, what it said in <name>.txt, its section and pictures in docs/.
Those that are not named keep what they left. Ends with 1 if one crashed or a bound is broken.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks._page import replace_section
from benchmarks._summary import FOLDER, NAMES, Row, broken, page, rows, text

# Well above what any of them takes; together they take about a quarter of an hour.
_MOST_SECONDS: Final = 900
# It would have bytecode compiled elsewhere than the benchmarks of cold starts look for it.
_MISLEADING: Final = "PYTHONPYCACHEPREFIX"


def run(name: str, folder: Path) -> int:
    """One benchmark in a process of its own; how it ended. What an earlier run left goes first, so
    that nothing stale is taken for measured."""
    environment = {key: value for key, value in os.environ.items() if key != _MISLEADING}
    (folder / f"{name}.json").unlink(missing_ok=True)
    with (folder / f"{name}.txt").open("w") as said:
        try:
            done = subprocess.run(
                [sys.executable, "-m", f"benchmarks.{name}"], stdout=said,
                stderr=subprocess.STDOUT, env=environment, check=False, timeout=_MOST_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return 124
    return done.returncode


def measure(names: Sequence[str], folder: Path) -> dict[str, int]:
    """How each ended; the last lines of one that left nothing."""
    endings = {}
    for name in names:
        print(f"{name:14}", end="", flush=True)
        began = time.monotonic()
        endings[name] = run(name, folder)
        print(
            f"{time.monotonic() - began:6.0f} s"
            + (f", ended with {endings[name]}" if endings[name] else "")
        )
        if not (folder / f"{name}.json").exists():
            print("\n".join((folder / f"{name}.txt").read_text().splitlines()[-20:]))
    return endings


def tell(found: Sequence[Row], problems: Sequence[str]) -> None:
    """The table, and loudly what is broken."""
    print("\n".join(["", *text(found), ""]))
    if problems:
        print("\n".join([f"BROKEN: {len(problems)}", *(f"  {one}" for one in problems)]))
    else:
        print("all targets are reached")


def main() -> int:
    """1 if a benchmark crashed or a bound is broken."""
    names = sys.argv[1:] or NAMES
    FOLDER.mkdir(parents=True, exist_ok=True)
    endings = measure(names, FOLDER)
    found = rows(FOLDER)
    problems = broken(found, endings)
    summary = {"rows": [asdict(row) for row in found], "broken": problems}
    (FOLDER / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
    replace_section("summary", page(found))
    tell(found, problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
