"""The close of a business day of 10,000 and of 100,000 events, each in a process of its own.

    python -m benchmarks.day_close            both sizes; writes build/bench/day_close.json
    python -m benchmarks.day_close 10000      one size, in this process; prints its figures

The real workflow runs over the real store. Pages of the day's index are fed where botocore would
send the request, as the bytes that DynamoDB answers with, so that parsing them counts; making them
beforehand does not. Everything else that the close writes is answered there too.
"""

import base64
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.config import Config

from benchmarks._page import replace_section
from daybook.domain.chart import Account, Chart
from daybook.domain.connection import Connection, Realm
from daybook.domain.day_legs import DayLegs
from daybook.domain.day_summary import Day
from daybook.domain.legs import Leg
from daybook.domain.mapping import Mapping
from daybook.store import keys
from daybook.store.days import Days
from daybook.store.ledger import Ledger
from daybook.store.packing import pack
from daybook.store.table import Table
from daybook.workflows.close_day import Closer, close_day
from tests.fakes.archive import FakeArchive
from tests.fakes.connections import FakeConnections
from tests.fakes.mappings import FakeMappings

SIZES = (10_000, 100_000)
MAX_SECONDS, MAX_MEGABYTES, MAX_RATIO = 60, 512, 1.2
REALM, SHOP = "9341450000000001", "shop"
DAY = Day(SHOP, "1", "2026-11-20", "USD")
# DynamoDB ends a page at 1 MB; an index row of such an event has about 700 bytes.
PAGE_ROWS = 1_000
OUT = Path("build/bench/day_close.json")
_CLASSES = [f"Class {number}" for number in range(40)]
_TENDERS = [("payment_type", name) for name in ("Visa", "Mastercard", "cash", "gift")]


class Wire:
    """Stands where botocore would open a connection. pages: the answers of the day's index."""

    def __init__(self, pages: list[bytes]) -> None:
        self._pages = pages
        self.requests = 0

    def __call__(self, request: Any, **_ignored: Any) -> AWSResponse:
        """The answer to one request, as bytes."""
        self.requests += 1
        asked = json.loads(request.body)
        if asked.get("IndexName") == "index2":
            start = asked.get("ExclusiveStartKey", {}).get("I2SK", {}).get("S", "0")
            return _answer(request.url, self._pages[int(start)])
        if "KeyConditionExpression" in asked:
            return _answer(request.url, b'{"Items":[],"Count":0,"ScannedCount":0}')
        return _answer(request.url, b"{}")


def _answer(url: str, body: bytes) -> AWSResponse:
    headers: Any = HeadersDict({"content-type": "application/x-amz-json-1.0"})
    return AWSResponse(url, 200, headers, _Raw(body))


class _Raw:
    """The bytes of an answer, read once."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_ignored: Any, **_options: Any) -> Iterator[bytes]:
        """All of it."""
        yield self._body


def pages_of(events: int) -> list[bytes]:
    """The day's index as DynamoDB answers it, a page at a time."""
    starts = range(0, events, PAGE_ROWS)
    return [
        _page([_row(number) for number in range(start, min(start + PAGE_ROWS, events))],
              index + 1 if start + PAGE_ROWS < events else None)
        for index, start in enumerate(starts)
    ]  # fmt: skip


def _page(rows: list[dict[str, Any]], following: int | None) -> bytes:
    page: dict[str, Any] = {"Items": rows, "Count": len(rows), "ScannedCount": len(rows)}
    if following is not None:
        last = rows[-1]
        page["LastEvaluatedKey"] = {
            "PK": last["PK"], "SK": last["SK"], "I2PK": last["I2PK"],
            "I2SK": {"S": str(following)},
        }  # fmt: skip
    return json.dumps(page, separators=(",", ":")).encode()


def _row(number: int) -> dict[str, Any]:
    """A ticket of two lines with cost, tax and a tender: seven legs."""
    amount = 100 + number % 9_900
    legs = [
        Leg(*_TENDERS[number % 4], "1", 2 * amount + 17),
        Leg("sales", _CLASSES[number % 40], "1", -amount),
        Leg("sales", _CLASSES[(number + 7) % 40], "1", -amount),
        Leg("cogs", _CLASSES[number % 40], "1", amount // 2),
        Leg("inventory_on_hand", _CLASSES[number % 40], "1", -(amount // 2)),
        Leg("tax_liability", "11", "1", -17),
    ]
    kept = DayLegs("USD", "1", tuple(leg for leg in legs if leg.amount)).to_json()
    at = f"2026-11-20T{8 + number % 12:02d}:{number % 60:02d}:00.{number % 1000:03d}Z"
    return {
        "PK": {"S": keys.of_object(SHOP, "ticket", str(100_000 + number))},
        "SK": {"S": "V#1#post#post#0#0"},
        "I2PK": {"S": keys.accumulated(SHOP, "1", "2026-11-20")},
        "I2SK": {"S": f"{at}#{number:012x}"},
        "legs": {"B": base64.b64encode(pack(kept)).decode()},
    }


def measured(events: int) -> dict[str, Any]:
    """One close: its seconds, and the most memory that this process ever held."""
    wire: Any = Wire(pages_of(events))
    held_before = _megabytes()
    client = boto3.client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="none",
        aws_secret_access_key="none", config=Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip
    client.meta.events.register("before-send.dynamodb", wire)
    tools = closer(client)
    began, at_work = time.perf_counter(), time.process_time()
    closed = close_day(DAY, tools)
    # By its own processor time, which other work on the machine does not change.
    at_work = time.process_time() - at_work
    seconds = time.perf_counter() - began
    assert closed.close is not None
    assert closed.close.events == events, closed.close
    return {
        "events": events,
        "seconds": round(seconds, 3),
        "microseconds_per_event": round(at_work / events * 1e6, 1),
        "megabytes": _megabytes(),
        "megabytes_of_the_pages": held_before,
        "parts": closed.close.parts,
        "requests": wire.requests,
    }


def _megabytes() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used // (1 << 20 if sys.platform == "darwin" else 1 << 10)


def closer(client: Any) -> Closer:
    """The workflow over the real store; connections and mappings are in memory."""
    archive: Any = FakeArchive()
    table = Table(client, "ledger")
    connections, mappings = FakeConnections(), FakeMappings()
    connections.put(Connection(SHOP, "canonical", REALM))
    connections.put_realm(Realm(REALM))
    kinds = {"4": "Bank", "50": "Income", "60": "Cost of Goods Sold", "8": "Other Current Asset",
             "22": "Other Current Liability"}  # fmt: skip
    mappings.put_chart(
        Chart(REALM, 1, {one: Account(one, f"Account {one}", kind) for one, kind in kinds.items()})
    )
    rows = {"payment_type": "4", "sales": "50", "cogs": "60", "inventory_on_hand": "8",
            "tax_liability": "22"}  # fmt: skip
    rules = Mapping.model_validate(
        {
            "accounts": [{"role": role, "key": "*", "account": one} for role, one in rows.items()],
            "locations": {"1": {}},
            "settings": {"mode": "day_summary"},
        }
    )
    mappings.activate(SHOP, mappings.put(SHOP, rules, "bench", ""))
    return Closer(
        Ledger(table, archive), Days(table, archive), connections, mappings,
        lambda _realm, _hint: None, lambda: datetime(2026, 11, 21, 11, tzinfo=UTC),
    )  # fmt: skip


def main() -> int:
    """Both sizes; 1 where a bound is broken."""
    runs = [_in_a_process(size) for size in SIZES]
    few, many = (run["microseconds_per_event"] for run in runs)
    ratio = round(many / few, 2)
    broken = [
        words
        for words, bad in (
            (f"{runs[-1]['seconds']} s above {MAX_SECONDS}", runs[-1]["seconds"] > MAX_SECONDS),
            (f"{runs[-1]['megabytes']} MB", runs[-1]["megabytes"] > MAX_MEGABYTES),
            (f"{ratio} times the time per event", ratio > MAX_RATIO),
        )
        if bad
    ]
    result = {"runs": runs, "ratio": ratio, "broken": broken}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n")
    replace_section("day_close", _table(runs, ratio))
    print(json.dumps(result, indent=1))
    return 1 if broken else 0


def _table(runs: list[dict[str, Any]], ratio: float) -> list[str]:
    head = [
        "| events | seconds | microseconds an event | megabytes resident |",
        "|---|---|---|---|",
    ]
    rows = [
        f"| {run['events']:,} | {run['seconds']} | {run['microseconds_per_event']} | "
        f"{run['megabytes']} |"
        for run in runs
    ]
    last = (
        f"| to reach at 100,000 | {MAX_SECONDS} | {MAX_RATIO} times ({ratio}) | {MAX_MEGABYTES} |"
    )
    return [*head, *rows, last]


def _in_a_process(size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.day_close", str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measured(int(sys.argv[1]))))
        sys.exit(0)
    sys.exit(main())
