"""The stack in this process: an AWS account in memory, and the functions as Lambda loads them.

Tables and queues are ours (`_dynamo`, `_queues`), for moto works for milliseconds between two steps
of a function, which then finds the processor's caches full of moto. Secrets and files, which are
asked for now and then, are moto's.
"""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any, Final

import pytest
from moto.core.models import botocore_stubber

from benchmarks._dynamo import Tables
from benchmarks._queues import Queues
from daybook import wiring
from daybook.settings import load
from daybook.store import clients
from tests.fakes.aws import BUCKET, PREFIX, InProcessAws, in_process

QUEUES: Final = ("deliveries", "postings", "jobs")


class Context:
    """Lambda's context, as far as the functions use it."""

    aws_request_id = "00000000-0000-4000-8000-000000000001"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """As after a start."""
        return 300_000


@dataclass
class Clock:
    """The functions' clock: the real one, and what was skipped of it."""

    skipped: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Aware."""
        return datetime.now(UTC) + self.skipped

    def advance(self, seconds: float) -> None:
        """Skip so much."""
        self.skipped += timedelta(seconds=seconds)


@dataclass
class Account:
    """The account and the parts over it; `logs` has what the function that ran last wrote."""

    parts: wiring.Wiring
    tables: Tables
    queues: Queues
    urls: dict[str, str]
    clock: Clock
    logs: io.StringIO = field(default_factory=io.StringIO)

    @staticmethod
    def function(name: str) -> ModuleType:
        """A function's module, freshly loaded."""
        sys.modules.pop(f"functions.{name}.app", None)
        return _LOAD[name]()

    def waiting(self, queue: str) -> list[str]:
        """The messages of a queue, taken out of it."""
        return self.queues.taken(self.urls[queue])


def _webhook() -> ModuleType:
    import functions.webhook.app  # noqa: PLC0415 -- once its environment is there

    return functions.webhook.app


def _translator() -> ModuleType:
    import functions.translator.app  # noqa: PLC0415

    return functions.translator.app


def _poster() -> ModuleType:
    import functions.poster.app  # noqa: PLC0415

    return functions.poster.app


def _end_of_day() -> ModuleType:
    import functions.end_of_day.app  # noqa: PLC0415

    return functions.end_of_day.app


_LOAD: Final = {
    "webhook": _webhook, "translator": _translator, "poster": _poster, "end_of_day": _end_of_day,
}  # fmt: skip


@contextmanager
def account(
    tables: Tables, aside: Callable[[Callable[..., Any]], Callable[..., Any]], **settings: str
) -> Iterator[Account]:
    """An account until the block ends. aside: takes off the time of what it is given; settings:
    more names of the environment."""
    patch = pytest.MonkeyPatch()
    try:
        with in_process(patch) as aws:
            urls = {name: _queue(aws, name) for name in QUEUES}
            names = {
                "STACK": "daybook-bench", "LEDGER_TABLE": "ledger", "MAPPINGS_TABLE": "mappings",
                "CONNECTIONS_TABLE": "connections", "ARCHIVE_BUCKET": BUCKET,
                "SECRETS_PREFIX": PREFIX,
                **{f"{name}_QUEUE_URL".upper(): url for name, url in urls.items()}, **settings,
            }  # fmt: skip
            for name, value in names.items():
                patch.setenv(f"DAYBOOK_{name}", value)
            patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
            _forget()
            clock = Clock()
            patch.setattr(wiring, "now", clock.now)
            queues = Queues()
            with (
                answering(clients.dynamodb(), aside(tables.before_send)),
                answering(clients.sqs(), aside(queues.before_send)),
            ):
                yield Account(wiring.Wiring(load()), tables, queues, urls, clock)
    finally:
        _forget()
        patch.undo()


@contextmanager
def answering(client: Any, answer: Callable[..., Any]) -> Iterator[None]:
    """While the block runs, a client is answered by this instead of moto, which would be asked
    too: botocore asks all, and takes the first answer."""
    events = client.meta.events
    events.unregister("before-send", botocore_stubber)
    events.register("before-send", answer)
    try:
        yield
    finally:
        events.unregister("before-send", answer)
        events.register("before-send", botocore_stubber)


def _queue(aws: InProcessAws, name: str) -> str:
    fifo = name == "postings"
    made = aws.sqs.create_queue(
        QueueName=f"daybook-bench-{name}" + (".fifo" if fifo else ""),
        Attributes={"FifoQueue": "true"} if fifo else {},
    )
    return made["QueueUrl"]


def _forget() -> None:
    for made in (clients.dynamodb, clients.s3, clients.secrets_manager, clients.sqs):
        made.cache_clear()


def records(bodies: list[str]) -> dict[str, Any]:
    """SQS's event with these message bodies."""
    return {
        "Records": [
            {"messageId": str(number), "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
            for number, body in enumerate(bodies)
        ]
    }
