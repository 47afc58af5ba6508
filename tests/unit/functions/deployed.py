"""The stack in this process: moto's AWS with the template's resources, the settings that name them,
and the functions as Lambda loads them."""

import importlib
import io
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import cli.stack
from daybook.domain.connection import Connection, Realm
from daybook.domain.mapping import Mapping
from daybook.settings import load
from daybook.sources.signatures import new_secret, sign
from daybook.store import clients
from daybook.store.secrets import WebhookSecret
from daybook.wiring import Wiring
from tests.fakes.aws import BUCKET, PREFIX, InProcessAws, in_process
from tests.unit.workflows.office import REALM, SHOP, chart, mapping

SAMPLES = Path(__file__).parents[3] / "events" / "lambda"
SECRET = new_secret(b"planted-secret-planted-secret-32")
QUEUES = ("deliveries", "postings", "jobs")


def sample(function: str) -> dict[str, Any]:
    """What Lambda hands to a function (events/lambda)."""
    event: dict[str, Any] = json.loads((SAMPLES / f"{function}.json").read_bytes())
    return event


class Context:
    """Lambda's context, as far as the functions use it."""

    aws_request_id = "00000000-0000-4000-8000-000000000001"
    function_name = memory_limit_in_mb = invoked_function_arn = "function"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """As after a start."""
        return 300_000


@dataclass
class Deployed:
    """The stack; `logs` has what the functions wrote."""

    aws: InProcessAws
    parts: Wiring
    urls: dict[str, str]
    logs: io.StringIO = field(default_factory=io.StringIO)

    def function(self, name: str) -> ModuleType:
        """A function's module, freshly loaded; its log lines go to `logs`."""
        module = f"functions.{name}.app"
        sys.modules.pop(module, None)
        loaded = importlib.import_module(module)
        for handler in loaded._LOG.handlers:
            handler.setStream(self.logs)
        return loaded

    def call(self, name: str, event: dict[str, Any]) -> Any:
        """What a fresh function answers."""
        return self.function(name).handler(event, Context())

    def waiting(self, queue: str) -> list[Any]:
        """The messages of a queue, taken out of it."""
        found: list[Any] = []
        while got := self.aws.sqs.receive_message(
            QueueUrl=self.urls[queue], MaxNumberOfMessages=10
        ).get("Messages"):
            for message in got:
                found.append(json.loads(message["Body"]))
                self.aws.sqs.delete_message(
                    QueueUrl=self.urls[queue], ReceiptHandle=message["ReceiptHandle"]
                )
        return found

    def open_shop(self, shop_mapping: Mapping | None = None) -> None:
        """A company with its chart and a connection with its secret and mapping."""
        self.parts.connections.put_realm(Realm(REALM, company="Main Street"))
        self.parts.connections.put(Connection(SHOP, "canonical", REALM))
        self.parts.mappings.put_chart(chart())
        version = self.parts.mappings.put(SHOP, shop_mapping or mapping(), "test", "2026-11-20")
        self.parts.mappings.activate(SHOP, version)
        self.parts.secrets.put_webhook_secret(SHOP, WebhookSecret("canonical", (SECRET,)))


@contextmanager
def deployed(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Iterator[Deployed]:
    """The stack until the block ends; settings: more names of the environment."""
    with in_process(monkeypatch) as aws:
        urls = _queues(aws)
        names = {
            "STACK": "daybook-test",
            "LEDGER_TABLE": "ledger",
            "CONNECTIONS_TABLE": "connections",
            "MAPPINGS_TABLE": "mappings",
            "ARCHIVE_BUCKET": BUCKET,
            "SECRETS_PREFIX": PREFIX,
            **{f"{name}_QUEUE_URL".upper(): urls[name] for name in QUEUES},
            **{f"{name}_DEAD_LETTERS_URL".upper(): urls[f"{name}-dead"] for name in QUEUES},
            **settings,
        }
        for name, value in names.items():
            monkeypatch.setenv(f"DAYBOOK_{name}", value)
        monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        _forget()
        yield Deployed(aws, Wiring(load()), urls)
        _forget()


def _queues(aws: InProcessAws) -> dict[str, str]:
    urls = {}
    for name in QUEUES:
        fifo = name == "postings"
        for kind in (name, f"{name}-dead"):
            made = aws.sqs.create_queue(
                QueueName=f"daybook-test-{kind}" + (".fifo" if fifo else ""),
                Attributes={"FifoQueue": "true"} if fifo else {},
            )
            urls[kind] = made["QueueUrl"]
    return urls


def _forget() -> None:
    """What a process remembers of one account must not reach into the next."""
    for made in (clients.dynamodb, clients.s3, clients.secrets_manager, clients.sqs):
        made.cache_clear()
    cli.stack.wiring.cache_clear()


def webhook_call(body: bytes, secret: str = SECRET, connection: str = SHOP) -> dict[str, Any]:
    """API Gateway's event for a signed delivery, now."""
    event = sample("webhook")
    seconds = int(time.time())
    event["headers"]["webhook-timestamp"] = str(seconds)
    event["headers"]["webhook-signature"] = sign(secret, "msg_example", seconds, body)
    event["pathParameters"] = {"connection": connection}
    event["body"] = body.decode()
    return event


def records(function: str, *bodies: Any) -> dict[str, Any]:
    """SQS's event with these message bodies."""
    first = sample(function)["Records"][0]
    return {
        "Records": [
            {
                **first,
                "messageId": str(number),
                "body": body if isinstance(body, str) else json.dumps(body),
            }
            for number, body in enumerate(bodies)
        ]
    }
