"""The console's pages at 10,000 events: how long each takes in the function's own code.

    python -m benchmarks.console        writes build/bench/console.json

The deployed resolver answers API Gateway's events over the real store, whose requests are answered
where botocore would send them (`_dynamo`). Real requests wait for a network beside that: they are
counted, and each is reckoned with 4 ms. The aim is 200 ms a page.
"""

import json
import os
import statistics
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import boto3
from botocore.config import Config

from benchmarks._dynamo import Tables
from daybook.console import cookies
from daybook.console.site import Site
from daybook.console.web import href
from daybook.domain.connection import Connection, Realm
from daybook.domain.errors import ReasonCode
from daybook.domain.posting import Posting, instant_text
from daybook.domain.session import Session
from daybook.settings import Settings
from daybook.store import clients, rows
from daybook.wiring import Wiring
from tests.fakes.postings import REALM, SHOP, typical_posting
from tests.fakes.sessions import FakeSessions

EVENTS: Final = 10_000
DAYS: Final = 7
ROUNDS: Final = 7
MAX_MS: Final = 200
REQUEST_MS: Final = 4
OUT: Final = Path("build/bench/console.json")
NOW: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REASONS: Final[tuple[ReasonCode, ...]] = ("unmapped_account", "qbo_refused", "customer_needed")
TOKEN: Final = "benchmark"
PAGES: Final = {
    "events": href("/events"),
    "events_held": href("/events", status="held"),
    "events_of_a_date": href("/events", first="2026-11-20", last="2026-11-20", status="posted"),
    "events_by_text_found_nowhere": href("/events", text="nobody-has-this"),
    "event": href(
        "/events/<connection>/<type>/<id>", connection=SHOP, type="pos_ticket", id="n00100"
    ),
    "days": href("/days"),
    "day": href(
        "/days/<connection>/<location>/<date>",
        connection=SHOP,
        location="100001",
        date="2026-11-20",
    ),
    "trouble": href("/trouble"),
    "jobs": href("/jobs"),
    "actions": href("/actions"),
}


def main() -> int:
    """Measure; 1 where a page takes longer than it may."""
    os.environ |= dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "x")
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    tables = Tables()
    client = boto3.client(
        "dynamodb", region_name="us-east-1", config=Config(retries={"max_attempts": 1})
    )
    events: Any = client.meta.events
    events.register("before-send.dynamodb", tables.before_send)
    clients.dynamodb.cache_clear()
    site = _site(client, tables)
    figures = {name: _measured(site, address, tables) for name, address in PAGES.items()}
    report = {
        "events": EVENTS, "days": DAYS, "max_ms": MAX_MS, "request_ms": REQUEST_MS,
        "python": sys.version.split()[0], "pages": figures,
    }  # fmt: skip
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report, indent=2) + "\n")
    for name, one in figures.items():
        print(
            f"{name:30} {one['ms']:7.1f} ms, {one['requests']:3} requests, "
            f"reckoned {one['reckoned_ms']:7.1f} ms"
        )
    return int(any(one["reckoned_ms"] > MAX_MS for one in figures.values()))


class _Wiring(Wiring):
    """The stack's own parts, with a session that is signed in and queues that have nothing."""

    @property
    def console(self) -> Any:
        """Sessions of one person."""
        sessions = FakeSessions()
        at = instant_text(NOW)
        session = Session("ann", "Ann", "operator", "token", at, at)
        sessions.rows[cookies.digest(TOKEN)] = session
        return SimpleNamespace(sessions=sessions)

    def queue_depths(self) -> dict[str, dict[str, int]]:
        """Nothing waits."""
        return {name: {"waiting": 0, "dead": 0} for name in ("deliveries", "postings", "jobs")}


def _site(client: Any, tables: Tables) -> Any:
    settings = Settings(
        ledger_table="ledger", connections_table="connections", mappings_table="mappings",
        archive_bucket="archive", deliveries_queue_url="x", postings_queue_url="x",
        jobs_queue_url="x", secrets_prefix="x", console_url="https://console.example",
    )  # fmt: skip
    clients.__dict__["dynamodb"] = lambda: client
    wiring = _Wiring(settings)
    wiring.connections.put(Connection(SHOP, "canonical", REALM, "Northgate"))
    wiring.connections.put_realm(Realm(REALM, "Main Street"))
    for number in range(EVENTS):
        encoded = rows.new_row(_row(number))
        tables.put("ledger", encoded.attributes)
    return Site(wiring, lambda: NOW, _raise).resolver()


def _raise(_where: str, error: BaseException) -> None:
    raise error


def _row(number: int) -> Posting:
    """Most are posted, one in twenty is held."""
    day = NOW - timedelta(days=number % DAYS)
    at = instant_text(day - timedelta(seconds=number))
    typical = typical_posting()
    key = replace(typical.key, object_id=f"n{number:05}")
    row = replace(
        typical, key=key, created_at=at, since=at, business_date=f"{day:%Y-%m-%d}", status="posted",
        qbo_id=str(number), delivery=f"msg-{number}",
    )  # fmt: skip
    if number % 20:
        return row
    reason = REASONS[number // 20 % len(REASONS)]
    return replace(row, status="held", reason=reason, reason_text="For a benchmark.", qbo_id="")


def _measured(site: Any, address: str, tables: Tables) -> dict[str, float]:
    """The median of some calls' processor time, the first one apart: it warms caches as a
    function's life does. Processor time, because others may use the machine meanwhile."""
    _call(site, address)
    times = []
    before = tables.requests
    for _ in range(ROUNDS):
        begun = time.process_time()
        _call(site, address)
        times.append((time.process_time() - begun) * 1_000)
    requests = (tables.requests - before) / ROUNDS
    median = statistics.median(times)
    return {
        "ms": round(median, 1),
        "slowest_ms": round(max(times), 1),
        "requests": round(requests),
        "reckoned_ms": round(median + requests * REQUEST_MS, 1),
    }


def _call(site: Any, address: str) -> str:
    path, _, query = address.partition("?")
    event = {
        "version": "2.0", "rawPath": path, "rawQueryString": query,
        "headers": {"host": "console.example"}, "cookies": [f"{cookies.SESSION}={TOKEN}"],
        "requestContext": {
            "domainName": "console.example", "stage": "$default",
            "http": {"method": "GET", "path": path},
        },
        "isBase64Encoded": False,
    }  # fmt: skip
    answer = site.resolve(event, SimpleNamespace(aws_request_id="benchmark"))
    assert answer["statusCode"] == 200, (address, answer["statusCode"], answer["body"][:500])
    return str(answer["body"])


if __name__ == "__main__":
    raise SystemExit(main())
