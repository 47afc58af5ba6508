"""What AWS charges for a million events, by part, from counted requests of a real run.

    python -m benchmarks.cost           writes build/bench/cost.json

The real functions run warm in this process: DynamoDB, SQS, S3 and Secrets Manager are moto's, which
are counted (`_meter`) and whose own time is taken off; QuickBooks is the simulator in a process of
its own, as slow as Intuit. A function is billed for its processor time at its share of a processor,
and for what it waits.
"""

import io
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, Final

from benchmarks import _prices as price
from benchmarks._account import Account, Context, account, records
from benchmarks._chart import Bar, bars
from benchmarks._meter import Meter
from benchmarks._page import replace_section
from benchmarks._simulator import Simulator, running
from benchmarks.translation import ticket
from daybook.domain.connection import Connection, Realm
from daybook.domain.mapping import Mapping
from daybook.sources.signatures import new_secret, sign
from daybook.store import clients
from daybook.store.secrets import WebhookSecret
from daybook.workflows.connect import connect_company, refresh_chart

OUT: Final = Path("build/bench/cost.json")
PICTURE: Final = Path("docs/images/cost.png")
MOST: Final = {"backlog": 8.0, "one at a time": 12.0, "day summaries": 5.0}
EVENTS: Final = {"backlog": 240, "one at a time": 30, "day summaries": 150}
# Memory as template.yaml has it. Lambda gives a whole processor at 1,769 MB.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEMORY: Final = {"webhook": 512, "translator": 1024, "poster": 512, "end_of_day": 1024}
WHOLE_PROCESSOR_MB: Final = 1_769
# What a request to AWS waits for; of those that run beside each other, thirty by fifteen threads.
WAIT_SECONDS: Final = 0.005
WAIT_BESIDE_SECONDS: Final = 0.025 / 30
# START, END and REPORT of each invocation, and what CloudWatch adds to each line.
PLATFORM_LINES, PLATFORM_BYTES, LINE_BYTES = 3, 290, 26
BATCH: Final = 10
SHOP, REALM = "shop", "9341450000000001"
SECRET: Final = new_secret(b"a key of the benchmark's own, 32+")
_ACCOUNTS = {"payment_type": "4", "sales": "50", "markdowns": "50", "cogs": "60",
             "inventory_on_hand": "8", "tax_liability": "22"}  # fmt: skip


class Run:
    """One scenario's stack, its functions loaded once."""

    def __init__(self, stack: Account, simulator: Simulator, mode: str) -> None:
        self._stack = stack
        self._open(simulator, mode)
        self.meter = Meter(stack.aws.dynamodb)
        self._functions = {name: stack.function(name) for name in MEMORY}
        counted = (clients.dynamodb(), clients.sqs(), clients.s3(), clients.secrets_manager())
        self.meter.watch(*counted)

    def _open(self, simulator: Simulator, mode: str) -> None:
        parts = self._stack.parts
        parts.connections.put(Connection(SHOP, "canonical", REALM))
        parts.connections.put_realm(Realm(REALM))
        keys = json.dumps({"client_id": "a", "client_secret": "b"})
        parts.vault.replace(parts.vault.name("intuit_app"), keys)
        connect_company(REALM, simulator.refresh_token(REALM), "sandbox", parts.connector)
        refresh_chart(REALM, parts.connector)
        rows = [{"role": role, "key": "*", "account": one} for role, one in _ACCOUNTS.items()]
        document = {
            "accounts": rows,
            "locations": {"100006": {"name": "Main"}},
            "settings": {"mode": mode},
        }
        number = parts.mappings.put(SHOP, Mapping.model_validate(document), "bench", "2026-11-20")
        parts.mappings.activate(SHOP, number)
        parts.secrets.put_webhook_secret(SHOP, WebhookSecret("canonical", (SECRET,)))

    def invoke(self, part: str, event: dict[str, Any]) -> Any:
        """One invocation, counted with the lines it writes and the messages it took."""
        logs = self._stack.logs = io.StringIO()
        for handler in self._functions[part]._LOG.handlers:
            handler.setStream(logs)
        with self.meter.invocation(part):
            answer = self._functions[part].handler(event, Context())
        text = logs.getvalue()
        lines = len(text.splitlines()) + PLATFORM_LINES
        self.add(part, "log_bytes", len(text.encode()) + PLATFORM_BYTES + lines * LINE_BYTES)
        return answer

    def add(self, part: str, what: str, number: float) -> None:
        """Count something that AWS does itself."""
        self.meter.counts[part, what] += number  # type: ignore[assignment]

    def webhook(self, number: int) -> None:
        """A signed delivery of one ticket."""
        body = ticket().replace(b"100245", str(500_000 + number).encode())
        at = int(time.time())
        headers = {
            "content-type": "application/json", "webhook-id": f"msg-{number}",
            "webhook-timestamp": str(at),
            "webhook-signature": sign(SECRET, f"msg-{number}", at, body),
        }  # fmt: skip
        event = {
            "rawQueryString": "", "pathParameters": {"connection": SHOP}, "headers": headers,
            "body": body.decode(), "isBase64Encoded": False,
        }  # fmt: skip
        answer = self.invoke("webhook", event)
        assert answer["statusCode"] == 202, answer
        self.add("webhook", "api_requests", 1)

    def consume(self, queue: str, part: str, size: int) -> None:
        """All that waits, so many at once: a receive and a delete for each batch."""
        kind = "sqs_fifo" if queue == "postings" else "sqs_standard"
        for _ in range(1_000):
            waiting = self._stack.waiting(queue)
            if not waiting:
                return
            for start in range(0, len(waiting), size):
                answer = self.invoke(part, records(waiting[start : start + size]))
                assert not (answer or {}).get("batchItemFailures"), answer
                self.add(part, kind, 2)
        raise RuntimeError(f"{queue} does not run empty")

    def done(self) -> Counter[str]:
        """How many rows there are of each status."""
        return Counter(self._stack.parts.ledger.counts())


def backlog(run: Run, events: int) -> None:
    """Everything arrives before anything is posted."""
    for number in range(events):
        run.webhook(number)
    run.consume("deliveries", "translator", BATCH)
    run.consume("postings", "poster", 1)
    assert run.done()["posted"] == events, run.done()


def one_at_a_time(run: Run, events: int) -> None:
    """Each is posted before the next arrives."""
    for number in range(events):
        run.webhook(number)
        run.consume("deliveries", "translator", 1)
        run.consume("postings", "poster", 1)
    assert run.done()["posted"] == events, run.done()


def day_summaries(run: Run, events: int) -> None:
    """Each is translated before the next arrives; the day is closed once and posted."""
    for number in range(events):
        run.webhook(number)
        run.consume("deliveries", "translator", 1)
    run.invoke("end_of_day", {})
    run.consume("postings", "poster", 1)
    assert run.done()["accumulated"] == events, run.done()


SCENARIOS: Final[dict[str, tuple[Callable[[Run, int], None], str]]] = {
    "backlog": (backlog, "per_event"),
    "one at a time": (one_at_a_time, "per_event"),
    "day summaries": (day_summaries, "day_summary"),
}


def counted(name: str) -> Counter[tuple[str, str]]:
    """What a scenario used."""
    act, mode = SCENARIOS[name]
    with _started(mode) as run, run.meter.standing_in():
        act(run, EVENTS[name])
    return run.meter.counts


@contextmanager
def _started(mode: str) -> Iterator[Run]:
    with running() as simulator, account(QBO_URL=simulator.url) as stack:
        yield Run(stack, simulator, mode)


def billed_seconds(part: str, counts: Counter[tuple[str, str]]) -> float:
    """What an invocation lasts on Lambda: slower than here by its share of a processor, with what
    it waits for QuickBooks (by the clock here) and for AWS (where moto answers at once)."""
    cpu, clock = counts[part, "cpu"], counts[part, "clock"]
    waits = counts[part, "requests"] * WAIT_SECONDS
    waits += counts[part, "requests_beside"] * WAIT_BESIDE_SECONDS
    waited_here = max(clock - cpu, 0) if part == "poster" else 0
    return cpu * max(WHOLE_PROCESSOR_MB / MEMORY[part], 1) + waited_here + waits


def dollars(counts: Counter[tuple[str, str]], events: int) -> dict[str, float]:
    """USD for a million events, by service."""
    each: Counter[str] = Counter()
    for (_, what), number in counts.items():
        each[what] += number
    gigabytes = sum(
        billed_seconds(part, counts) * memory / 1024
        for part, memory in MEMORY.items() if counts[part, "invocations"]
    )  # fmt: skip
    sums = {
        "API Gateway": each["api_requests"] * price.API_REQUEST,
        "Lambda, requests": each["invocations"] * price.LAMBDA_REQUEST,
        "Lambda, time": gigabytes * price.LAMBDA_GIGABYTE_SECOND,
        "SQS": each["sqs_standard"] * price.SQS_STANDARD + each["sqs_fifo"] * price.SQS_FIFO,
        "DynamoDB, writes": each["writes"] * price.DYNAMODB_WRITE,
        "DynamoDB, reads": each["reads"] * price.DYNAMODB_READ,
        "Logs": each["log_bytes"] * price.LOG_BYTE,
        "S3, Secrets Manager": each["s3_puts"] * price.S3_PUT + each["s3_gets"] * price.S3_GET
        + each["secret_calls"] * price.SECRET_CALL,
    }  # fmt: skip
    return {name: round(one * price.MILLION / events, 3) for name, one in sums.items()}


def idle() -> dict[str, float]:
    """USD a month where nothing happens, for one company with one connection, by the template."""
    text = Path("template.yaml").read_text()
    alarms = len(re.findall(r"Type: AWS::CloudWatch::Alarm\b", text))
    metrics = len(re.findall(r"MetricName: ", text))
    month = 30 * 86_400
    # Lambda looks into a queue by five readers that wait 20 s each.
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    looks = 5 * month / 20
    ticks = month / 300 + month / 900 + month / 3_600 + month / 86_400
    return {
        "key": price.KEY_MONTH,
        "secrets (4)": 4 * price.SECRET_MONTH,
        f"alarms ({alarms})": round(alarms * price.ALARM_MONTH, 2),
        f"metrics (at most {metrics})": round(metrics * price.METRIC_MONTH, 2),
        "dashboard": price.DASHBOARD_MONTH,
        "looking into queues": round(looks * (2 * price.SQS_STANDARD + price.SQS_FIFO), 2),
        "ticks": round(ticks * (price.SCHEDULED_CALL + price.LAMBDA_REQUEST + 0.5 * 0.5
                                * price.LAMBDA_GIGABYTE_SECOND), 2),
    }  # fmt: skip


def main() -> int:
    """1 where a bound is broken."""
    found: dict[str, Any] = {}
    for name, events in EVENTS.items():
        with redirect_stdout(io.StringIO()):
            counts = counted(name)
        by_part = dollars(counts, events)
        uses = {f"{part} {what}": round(number / events, 4) for (part, what), number
                in sorted(counts.items())}  # fmt: skip
        total = round(sum(by_part.values()), 2)
        found[name] = {"dollars": total, "most": MOST[name], "by_part": by_part, "an_event": uses}
    broken = [name for name, one in found.items() if one["dollars"] > MOST[name]]
    result = {"prices": price.DATE, "runs": found, "idle_month": idle(), "broken": broken}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n")
    replace_section("cost", table(found, idle()))
    bars("AWS, a million events", "USD", [
        Bar(name, tuple(one["by_part"].values()), MOST[name]) for name, one in found.items()
    ], tuple(next(iter(found.values()))["by_part"]), PICTURE)  # fmt: skip
    print(json.dumps(result, indent=1))
    return 1 if broken else 0


def table(found: dict[str, Any], month: dict[str, float]) -> list[str]:
    """What docs/performance.md shows."""
    names = list(found)
    parts = next(iter(found.values()))["by_part"]
    idle_words = ", ".join(f"{name} {one:.2f}" for name, one in month.items())
    return [
        f"| USD for a million events | {' | '.join(names)} |",
        "|---|" + "---|" * len(names),
        *(_row(part, [found[one]["by_part"][part] for one in names]) for part in parts),
        _row("together", [found[one]["dollars"] for one in names]),
        _row("at most", [MOST[one] for one in names]),
        "",
        f"Idle, a month: {sum(month.values()):.2f} USD: {idle_words}.",
    ]


def _row(name: str, numbers: list[float]) -> str:
    return f"| {name} | " + " | ".join(f"{one:.2f}" for one in numbers) + " |"


if __name__ == "__main__":
    sys.exit(main())
