"""What AWS charges for a million events, by part, from counted requests of a real run.

    python -m benchmarks.cost           writes build/bench/cost.json

The real functions run warm in this process: tables and queues are in memory behind botocore
(`_dynamo`, `_queues`), S3 and Secrets Manager are moto's. All are counted (`_meter`), and their own
time is taken off. QuickBooks is the simulator in a process of its own, as slow as Intuit. A
function is billed for its processor time at its share of a processor, and for what it waits
(`_bill`).
"""

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import _prices as price
from benchmarks._bill import dollars, idle
from benchmarks._chart import Bar, bars
from benchmarks._meter import Meter
from benchmarks._page import replace_section
from benchmarks._shop import BATCH, Shop, opened

OUT: Final = Path("build/bench/cost.json")
PICTURE: Final = Path("docs/images/cost.png")
# Between two events of a shop, where they come one at a time: 240 in an hour, in which its tokens
# are renewed once.
APART_SECONDS: Final = 15


@dataclass(frozen=True, slots=True)
class Scenario:
    """Some events, taken their way. most: USD for a million; binding: whether the benchmark fails
    above it."""

    act: Callable[[Shop, int], None]
    mode: str
    events: int
    most: float
    binding: bool = True


def backlog(shop: Shop, events: int) -> None:
    """Everything arrives before anything is posted."""
    for number in range(1, events + 1):
        shop.deliver(number)
    shop.consume("deliveries", "translator", BATCH)
    shop.consume("postings", "poster", 1)
    assert shop.done()["posted"] == events + 1, shop.done()


def one_at_a_time(shop: Shop, events: int) -> None:
    """Each is posted before the next arrives."""
    for number in range(1, events + 1):
        shop.pass_time(APART_SECONDS)
        shop.deliver(number)
        shop.consume("deliveries", "translator", 1)
        shop.consume("postings", "poster", 1)
    assert shop.done()["posted"] == events + 1, shop.done()


def day_summaries(shop: Shop, events: int) -> None:
    """Everything arrives before anything is translated; the day is closed once and posted."""
    for number in range(1, events + 1):
        shop.deliver(number)
    shop.consume("deliveries", "translator", BATCH)
    _close(shop, events)


def day_summaries_one_at_a_time(shop: Shop, events: int) -> None:
    """Each is translated before the next arrives; the day is closed once and posted."""
    for number in range(1, events + 1):
        shop.pass_time(APART_SECONDS)
        shop.deliver(number)
        shop.consume("deliveries", "translator", 1)
    _close(shop, events)


def _close(shop: Shop, events: int) -> None:
    shop.close_days()
    shop.consume("postings", "poster", 1)
    assert shop.done()["accumulated"] == events + 1, shop.done()


SCENARIOS: Final = {
    "backlog": Scenario(backlog, "per_event", 240, 8.0),
    "one at a time": Scenario(one_at_a_time, "per_event", 240, 12.0),
    "day summaries": Scenario(day_summaries, "day_summary", 240, 5.0),
    "day summaries, one at a time":
        Scenario(day_summaries_one_at_a_time, "day_summary", 240, 5.0, binding=False),
}  # fmt: skip


def counted(name: str) -> Meter:
    """What a scenario used."""
    one = SCENARIOS[name]
    with redirect_stdout(io.StringIO()), opened(one.mode) as shop:
        one.act(shop, one.events)
        shop.measure_rows(one.events)
    return shop.meter


def measured(name: str) -> dict[str, Any]:
    """A scenario's bill, and what it used for an event."""
    meter, one = counted(name), SCENARIOS[name]
    by_part = dollars(meter, one.events)
    uses = {f"{part} {what}": round(number / one.events, 4) for (part, what), number
            in sorted(meter.counts.items())}  # fmt: skip
    total = round(sum(by_part.values()), 2)
    return {
        "dollars": total, "most": one.most, "binding": one.binding, "by_part": by_part,
        "an_event": uses,
    }  # fmt: skip


def main() -> int:
    """1 where a bound is broken."""
    found = {name: measured(name) for name in SCENARIOS}
    broken = [
        f"{name}: {one['dollars']} USD" for name, one in found.items()
        if one["binding"] and one["dollars"] > one["most"]
    ]  # fmt: skip
    month = idle()
    result = {
        "prices": price.DATE, "runs": found, "idle": round(sum(month.values()), 2),
        "idle_month": month, "broken": broken,
    }  # fmt: skip
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n")
    replace_section("cost", table(found, month))
    bars("AWS, a million events", "USD", [
        Bar(name, tuple(one["by_part"].values()), one["most"]) for name, one in found.items()
    ], tuple(next(iter(found.values()))["by_part"]), PICTURE)  # fmt: skip
    print(json.dumps(result, indent=1))
    return 1 if broken else 0


def table(found: dict[str, Any], month: dict[str, float]) -> list[str]:
    """What docs/performance.md shows."""
    names = list(found)
    parts = next(iter(found.values()))["by_part"]
    over = [
        f"{name} costs more than the {one['most']:.0f} USD that are meant for what comes in tens"
        for name, one in found.items()
        if not one["binding"] and one["dollars"] > one["most"]
    ]  # fmt: skip
    return [
        f"| USD for a million events | {' | '.join(names)} |",
        "|---|" + "---|" * len(names),
        *(_row(part, [found[one]["by_part"][part] for one in names]) for part in parts),
        _row("together", [found[one]["dollars"] for one in names]),
        _row("at most", [found[one]["most"] for one in names]),
        "",
        *(f"{one[0].upper()}{one[1:]}.\n" for one in over),
        _beside(found),
        "",
        f"Idle, a month: {sum(month.values()):.2f} USD: "
        + ", ".join(f"{name} {one:.2f}" for name, one in month.items()) + ".",
    ]  # fmt: skip


def _beside(found: dict[str, Any]) -> str:
    """What is not in the sums, for it is charged by the month or above an allowance."""
    kept, out = (
        max(one["an_event"].get(what, 0) for one in found.values()) * price.MILLION / price.GIGABYTE
        for what in ("tables kept_bytes", "poster bytes_out")
    )
    return (
        f"Not in the sums: a million events leave up to {kept:.1f} GB in the tables, for "
        f"{kept * price.DYNAMODB_GIGABYTE_MONTH:.2f} USD a month; up to {out:.1f} GB go out to "
        f"QuickBooks, of which AWS charges {price.DATA_OUT_GIGABYTE:.2f} USD a GB above the first "
        "100 of an account's month."
    )


def _row(name: str, numbers: list[float]) -> str:
    return f"| {name} | " + " | ".join(f"{one:.2f}" for one in numbers) + " |"


if __name__ == "__main__":
    sys.exit(main())
