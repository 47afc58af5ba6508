"""Each number to reach beside what was measured: what `make bench` ends with, and how
docs/performance.md begins. Read from the files that the benchmarks left in build/bench/."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path("build/bench")
# The peer of a cold start.
_START: Final = "boto3 and one SQS client"
_HEAD: Final = ("what", "target", "measured", "ratio", "reached")


@dataclass(frozen=True, slots=True)
class Row:
    """One number. ratio: to the peer of the same run (`1.05 x`); without one, to the target
    (`18 %`). reached: None where there is no target. binding: whether it must be reached."""

    what: str
    target: str
    measured: str
    ratio: str = ""
    reached: bool | None = None
    binding: bool = True

    def cells(self) -> tuple[str, ...]:
        """As text."""
        words = {True: "yes", False: "NO", None: ""}
        reached = words[self.reached] if self.binding else f"{words[self.reached]} (not bound)"
        return self.what, self.target, self.measured, self.ratio, reached


def _beside(what: str, pair: tuple[float, float], unit: str, times: float, bound: str) -> Row:
    """Ours and a peer's. times: ours to the peer's, or the peer's to ours; bound: `>= 9`."""
    measured = f"{pair[0]:,} / {pair[1]:,} {unit}"
    return Row(what, f"{bound} x", measured, f"{times} x", _holds(times, bound))


def _alone(what: str, ours: float, unit: str, bound: str, *, binding: bool = True) -> Row:
    """A number of its own. bound: `<= 5`, in its unit, or `none`."""
    if bound == "none":
        return Row(what, bound, f"{ours:,}", "", not ours, binding)
    ratio = f"{100 * ours / float(bound.split()[1].replace(',', '')):.0f} %"
    return Row(what, f"{bound} {unit}", f"{ours:,} {unit}", ratio, _holds(ours, bound), binding)


def _holds(number: float, bound: str) -> bool:
    sign, limit = bound.split()
    limit_number = float(limit.replace(",", ""))
    return number >= limit_number if sign == ">=" else number <= limit_number


def _drain(found: dict[str, Any]) -> list[Row]:
    one = found["entries_per_minute"]
    peers = (
        ("python-quickbooks' save()", "one_by_one_per_minute", "times_one_by_one", ">= 9"),
        ("its batch helper", "batch_helper_per_minute", "times_batch_helper", ">= 2.5"),
    )
    ten = found["realms_entries_per_minute"]
    return [
        _alone("a backlog into one company", one, "a minute", ">= 1,140"),
        *(
            _beside(f"the same, beside {name}", (one, found[rate]), "a minute", found[times], bound)
            for name, rate, times, bound in peers
        ),
        _beside(
            f"{found['realms']} companies at once, beside one",
            (ten, one),
            "a minute",
            found["times_one_realm"],
            ">= 9",
        ),
        _alone("429s meanwhile", found["throttled"], "", "none"),
        _alone("reads that Intuit meters meanwhile", found["reads"], "", "none"),
    ]


def _translation(found: dict[str, Any]) -> list[Row]:
    took, what = found["microseconds"], "a ticket to QuickBooks' JSON"
    library, alone = (took["daybook"], took["library"]), (took["daybook"], took["pydantic"])
    faster, over = found["times_library"], found["times_pydantic_alone"]
    return [
        _beside(f"{what}, beside the library's objects", library, "us", faster, ">= 2.5"),
        _beside(f"{what}, beside pydantic alone", alone, "us", over, "<= 4"),
    ]


def _cold_start(found: dict[str, Any]) -> list[Row]:
    took, most = found["milliseconds"], {"webhook": 1.3, "translator": 1.8, "poster": 1.8}
    return [
        _beside(
            f"cold start of {name}, beside boto3 and one client",
            (took[name], took[_START]),
            "ms",
            found["times_the_peer"][name],
            f"<= {limit}",
        )
        for name, limit in most.items()
    ]


def _webhook_warm(found: dict[str, Any]) -> list[Row]:
    return [_alone("warm webhook, p99 above the SQS call", found["p99_above"], "ms", "<= 5")]


def _day_close(found: dict[str, Any]) -> list[Row]:
    few, many = found["runs"][0], found["runs"][-1]
    close = f"close of {many['events']:,} events"
    return [
        _alone(close, many["seconds"], "s", "<= 60"),
        _alone(f"{close}, resident", many["megabytes"], "MB", "<= 512"),
        _beside(
            f"{close}, an event, beside {few['events']:,}",
            (many["microseconds_per_event"], few["microseconds_per_event"]),
            "us",
            found["ratio"],
            "<= 1.2",
        ),
    ]


def _cost(found: dict[str, Any]) -> list[Row]:
    rows = [
        _alone(f"AWS, a million events, {name}", one["dollars"], "USD", f"<= {one['most']:.0f}",
               binding=one["binding"])
        for name, one in found["runs"].items()
    ]  # fmt: skip
    return [*rows, Row("AWS, idle, a month", "", f"{found['idle']:.2f} USD")]


def _latency(found: dict[str, Any]) -> list[Row]:
    return [
        Row(f"webhook to posted, {one['a_second']} a second, p50 / p95", "",
            f"{one['p50']} / {one['p95']} s")
        for one in found["runs"]
    ]  # fmt: skip


def _console(found: dict[str, Any]) -> list[Row]:
    name, slowest = max(found["pages"].items(), key=lambda page: float(page[1]["reckoned_ms"]))
    what = f"slowest page of the console ({name.replace('_', ' ')})"
    return [_alone(what, slowest["reckoned_ms"], "ms", f"<= {found['max_ms']}")]


_ROWS: Final[dict[str, Callable[[dict[str, Any]], list[Row]]]] = {
    "drain": _drain, "translation": _translation, "cold_start": _cold_start,
    "webhook_warm": _webhook_warm, "day_close": _day_close, "cost": _cost, "latency": _latency,
    "console": _console,
}  # fmt: skip
NAMES: Final = tuple(_ROWS)


def rows(folder: Path) -> list[Row]:
    """All numbers; a benchmark that left no file has not reached its own."""
    found: list[Row] = []
    for name, make in _ROWS.items():
        file = folder / f"{name}.json"
        found += make(json.loads(file.read_text())) if file.exists() else [_missing(name)]
    return found


def _missing(name: str) -> Row:
    return Row(name, "", "not measured", reached=False)


def broken(found: Sequence[Row], endings: Mapping[str, int]) -> list[str]:
    """What is to be told. endings: how each benchmark ended; other than 0 and 1 is a crash, 1
    without a number that is missed is one of its own bounds."""
    missed = [
        f"{row.what}: {row.measured}, target {row.target}".removesuffix(", target ")
        for row in found if row.binding and row.reached is False
    ]  # fmt: skip
    ended = [f"{name} ended with {code}" for name, code in endings.items() if code]
    return [*missed, *ended]


def text(found: Sequence[Row]) -> list[str]:
    """The table for a terminal."""
    cells = [_HEAD, *(row.cells() for row in found)]
    wide = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, wide, strict=True)).rstrip()
            for line in cells]  # fmt: skip


def page(found: Sequence[Row]) -> list[str]:
    """The table for docs/performance.md."""
    lines = (f"| {' | '.join(row.cells())} |".replace(" us ", " µs ") for row in found)
    return [f"| {' | '.join(_HEAD)} |", "|---" * len(_HEAD) + "|", *lines]
