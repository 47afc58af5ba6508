"""The last thing that `make bench` prints: each number beside its target, from build/bench/."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

type Row = tuple[str, str, str]

FOLDER: Final = Path("build/bench")


def _drain(found: dict[str, Any]) -> list[Row]:
    return [
        ("entries a minute, one company", ">= 1,140", f"{found['entries_per_minute']:,}"),
        ("times python-quickbooks, save()", ">= 9", str(found["times_one_by_one"])),
        ("times python-quickbooks, batches", ">= 2.5", str(found["times_batch_helper"])),
        (f"{found['realms']} companies, times one", ">= 9", str(found["times_one_realm"])),
    ]


def _translation(found: dict[str, Any]) -> list[Row]:
    return [
        ("translating, times the library's objects", ">= 2.5", str(found["times_library"])),
        ("translating, times pydantic alone", "<= 4", str(found["times_pydantic_alone"])),
    ]


def _cold_start(found: dict[str, Any]) -> list[Row]:
    most = {"webhook": 1.3, "translator": 1.8, "poster": 1.8}
    return [
        (f"cold start, {name}, times boto3", f"<= {most[name]}", str(ratio))
        for name, ratio in found["times_the_peer"].items()
    ]


def _webhook_warm(found: dict[str, Any]) -> list[Row]:
    return [("warm webhook, p99 above SQS, ms", "<= 5", str(found["p99_above"]))]


def _day_close(found: dict[str, Any]) -> list[Row]:
    last = found["runs"][-1]
    return [
        (f"close of {last['events']:,} events, s", "<= 60", str(last["seconds"])),
        ("its memory, MB", "<= 512", str(last["megabytes"])),
        ("an event, times that of 10,000", "<= 1.2", str(found["ratio"])),
    ]


def _cost(found: dict[str, Any]) -> list[Row]:
    return [
        (f"USD a million events, {name}", f"<= {one['most']:.0f}", f"{one['dollars']:.2f}")
        for name, one in found["runs"].items()
    ]


def _latency(found: dict[str, Any]) -> list[Row]:
    return [
        (f"webhook to posted at {one['a_second']} a second, s", "", f"{one['p50']} / {one['p95']}")
        for one in found["runs"]
    ]


def _console(found: dict[str, Any]) -> list[Row]:
    name, slowest = max(found["pages"].items(), key=lambda page: float(page[1]["reckoned_ms"]))
    return [(f"slowest page, {name}, ms", f"<= {found['max_ms']}", str(slowest["reckoned_ms"]))]


_ROWS: Final[dict[str, Callable[[dict[str, Any]], list[Row]]]] = {
    "drain": _drain, "translation": _translation, "cold_start": _cold_start,
    "webhook_warm": _webhook_warm, "day_close": _day_close, "cost": _cost, "latency": _latency,
    "console": _console,
}  # fmt: skip


def lines(folder: Path) -> list[str]:
    """The table, one line a number; benchmarks that have no file are named as not run."""
    rows: list[Row] = [("what", "target", "measured")]
    for name, make in _ROWS.items():
        file = folder / f"{name}.json"
        rows += make(json.loads(file.read_text())) if file.exists() else [(name, "", "not run")]
    wide = max(len(what) for what, _, _ in rows)
    return [f"{what:<{wide}}  {target:>9}  {measured}" for what, target, measured in rows]


if __name__ == "__main__":
    print("\n".join(lines(FOLDER)))
