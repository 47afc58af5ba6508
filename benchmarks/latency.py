"""How long it takes from the webhook's 202 until the entry's QuickBooks id stands in the ledger.

    python -m benchmarks.latency        writes build/bench/latency.json

The whole stack runs on this machine: the emulated AWS, the functions in processes of their own, and
QuickBooks' simulator, as slow as Intuit. Tickets come at even steps, at several loads.
"""

import json
import statistics
import sys
import time
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks._chart import Bar, bars
from benchmarks._page import replace_section
from benchmarks._simulator import ITEM_MS, REQUEST_MS
from local import world
from local.sender import Sample, send
from local.settled import wait_until_settled
from local.shop import ShopConnection
from local.till import ticket

OUT: Final = Path("build/bench/latency.json")
PICTURE: Final = Path("docs/images/latency.png")
# Tickets a second, and how many.
LOADS: Final = ((0.5, 15), (1.0, 30), (3.0, 60))
SETTLE_SECONDS: Final = 120.0
# One request of one ticket: below this no answer of QuickBooks can come.
FLOOR: Final = (REQUEST_MS + ITEM_MS) / 1_000


def main() -> int:
    """Measure; the numbers depend on the machine and have no bound."""
    with world.running() as here:
        _be_slow(here.qbo.url)
        connection = next(one for one in here.connections if one.source == "canonical")
        runs = [measured(here, connection, rate, count) for rate, count in LOADS]
    result = {"floor_seconds": FLOOR, "runs": runs}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n")
    replace_section("latency", table(runs))
    bars("From webhook to posted", "seconds, p50 and p95", [
        Bar(f"{run['a_second']} a second {which}", (run[which],))
        for run in runs for which in ("p50", "p95")
    ], ("seconds",), PICTURE)  # fmt: skip
    print(json.dumps(result, indent=1))
    return 0


def measured(
    here: world.World, connection: ShopConnection, rate: float, count: int
) -> dict[str, Any]:
    """Seconds from answer to posted of tickets that come at one load."""
    day = datetime.now(UTC).date() - timedelta(days=1)
    names = [f"load-{rate}-{number}" for number in range(count)]
    began = time.monotonic()

    def sent(place: int) -> datetime:
        time.sleep(max(began + place / rate - time.monotonic(), 0))
        whole = ticket(day, place, "Coffee", 450, 90, 37, "Cash") | {"object_id": names[place]}
        body = json.dumps(whole)
        reply = send(here.stack.webhook_url, connection, _sample(names[place], body))
        assert reply.status_code == 202, reply.text
        return datetime.now(UTC)

    with ThreadPoolExecutor(4) as threads:
        answered = dict(zip(names, threads.map(sent, range(count)), strict=True))
    wait_until_settled(here.parts, SETTLE_SECONDS)
    rows = {
        row.key.object_id: row for row in here.parts.ledger.all_postings()
        if row.key.object_id in answered and row.status == "posted"
    }  # fmt: skip
    assert len(rows) == count, f"{len(rows)} of {count} were posted"
    took = [
        (datetime.fromisoformat(rows[name].since) - at).total_seconds()
        for name, at in answered.items()
    ]
    return {"a_second": rate, "tickets": count, **_quantiles(took)}


def _quantiles(took: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(took, n=20)
    return {"p50": round(statistics.median(took), 2), "p95": round(cuts[18], 2)}


def _sample(name: str, body: str) -> Sample:
    return Sample(name, "canonical", None, {"content-type": "application/json"}, body)


def _be_slow(url: str) -> None:
    body = json.dumps({"latency_ms": REQUEST_MS, "latency_per_item_ms": ITEM_MS}).encode()
    with urllib.request.urlopen(f"{url}/_simulator/faults", body, timeout=10):
        pass


def table(runs: Sequence[dict[str, Any]]) -> list[str]:
    """What docs/performance.md shows."""
    return [
        "| tickets a second | tickets | p50, seconds | p95, seconds |",
        "|---|---|---|---|",
        *(f"| {one['a_second']} | {one['tickets']} | {one['p50']} | {one['p95']} |"
          for one in runs),
        "",
        f"Of each, {FLOOR} s are QuickBooks' own for a request of one entry.",
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
