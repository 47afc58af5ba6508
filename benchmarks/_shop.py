"""A shop whose deliveries go through the real functions, one invocation at a time, counted."""

import gc
import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from benchmarks._account import Account, Context, account, records
from benchmarks._dynamo import Tables
from benchmarks._meter import Meter, size
from benchmarks._simulator import Simulator, running
from benchmarks._stack import access_log_line, memory
from benchmarks.translation import ticket
from daybook.domain.connection import Connection, Realm
from daybook.domain.mapping import Mapping
from daybook.sources.signatures import new_secret, sign
from daybook.store import clients
from daybook.store.secrets import WebhookSecret
from daybook.workflows.connect import connect_company, refresh_chart

FUNCTIONS: Final = ("webhook", "translator", "poster", "end_of_day")
# What CloudWatch adds to each line. Lambda's own lines are left out (SystemLogs in template.yaml).
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
LINE_BYTES: Final = 26
BATCH: Final = 10
SHOP, REALM = "shop", "9341450000000001"
SECRET: Final = new_secret(b"a key of the benchmark's own, 32+")
# The day of the tickets, and one whose only ticket is not counted.
DAY, DAY_BEFORE = b"2026-11-20", b"2026-11-19"
_ACCOUNTS = {"payment_type": "4", "sales": "50", "markdowns": "50", "cogs": "60",
             "inventory_on_hand": "8", "tax_liability": "22"}  # fmt: skip


class Shop:
    """One scenario's stack, its functions loaded once. mode: how the mapping has events posted."""

    def __init__(self, stack: Account, simulator: Simulator, meter: Meter, mode: str) -> None:
        self._stack = stack
        self._simulator = simulator
        self._open(mode)
        self.meter = meter
        self._functions = {name: stack.function(name) for name in FUNCTIONS}

    def _open(self, mode: str) -> None:
        parts = self._stack.parts
        parts.connections.put(Connection(SHOP, "canonical", REALM))
        parts.connections.put_realm(Realm(REALM))
        keys = json.dumps({"client_id": "a", "client_secret": "b"})
        parts.vault.replace(parts.vault.name("intuit_app"), keys)
        connect_company(REALM, self._simulator.refresh_token(REALM), "sandbox", parts.connector)
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

    def warm_up(self) -> None:
        """A ticket of the day before through every function, which is not counted."""
        self.deliver(0, DAY_BEFORE)
        self.consume("deliveries", "translator", 1)
        self.close_days()
        self.consume("postings", "poster", 1)
        self.pass_time(60)
        self.meter.counts.clear()

    def pass_time(self, seconds: float) -> None:
        """Nothing comes for so long, by the clock of the functions and by QuickBooks'."""
        self._stack.clock.advance(seconds)
        self._simulator.advance(seconds)

    def invoke(self, part: str, event: dict[str, Any]) -> Any:
        """One invocation, counted with the lines it writes and the messages it took."""
        logs = self._stack.logs = io.StringIO()
        for handler in self._functions[part]._LOG.handlers:
            handler.setStream(logs)
        with self.meter.invocation(part):
            answer = self._functions[part].handler(event, Context())
        text = logs.getvalue()
        self._log(part, text, len(text.splitlines()))
        return answer

    def _log(self, part: str, text: str, lines: int) -> None:
        self.meter.add(part, "log_bytes", len(text.encode()) + lines * LINE_BYTES)

    def deliver(self, number: int, day: bytes = DAY) -> None:
        """A signed delivery of one ticket."""
        body = ticket().replace(b"100245", str(500_000 + number).encode()).replace(DAY, day)
        at, name = int(self._stack.clock.now().timestamp()), f"msg-{number}"
        headers = {
            "content-type": "application/json", "webhook-id": name, "webhook-timestamp": str(at),
            "webhook-signature": sign(SECRET, name, at, body),
        }  # fmt: skip
        event = {
            "rawQueryString": "", "pathParameters": {"connection": SHOP}, "headers": headers,
            "body": body.decode(), "isBase64Encoded": False,
        }  # fmt: skip
        answer = self.invoke("webhook", event)
        assert answer["statusCode"] == 202, answer
        self.meter.add("webhook", "api_requests", 1)
        self._log("webhook", access_log_line(), 1)

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
                self.meter.add(part, kind, 2)
                self.meter.takes(part, queue)
        raise RuntimeError(f"{queue} does not run empty")

    def close_days(self) -> None:
        """The tick of end_of_day."""
        self.invoke("end_of_day", {})

    def measure_rows(self, events: int) -> None:
        """Count what lies in the tables for these events, indexes apart."""
        rows = self._stack.tables.rows["ledger"].values()
        counted = sum(map(size, rows)) * events / (events + 1)
        self.meter.add("tables", "kept_bytes", counted)

    def done(self) -> Counter[str]:
        """How many rows there are of each status."""
        return Counter(self._stack.parts.ledger.counts())


@contextmanager
def opened(mode: str) -> Iterator[Shop]:
    """A shop until the block ends, with QuickBooks in a process of its own."""
    tables = Tables()
    meter = Meter(tables.row)
    with running() as simulator, account(tables, meter.aside, QBO_URL=simulator.url) as stack:
        shop = Shop(stack, simulator, meter, mode)
        counted = (clients.dynamodb(), clients.sqs(), clients.s3(), clients.secrets_manager())
        with meter.watching(*counted), meter.standing_in(), meter.bytes_out():
            shop.warm_up()
            with _nothing_old_collected():
                yield shop


@contextmanager
def _nothing_old_collected() -> Iterator[None]:
    """While the block runs, Python does not look for garbage in what was there before, such as
    moto, which no function has in its process."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


assert set(FUNCTIONS) <= set(memory()), "template.yaml has other functions"
