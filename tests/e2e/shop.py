"""What a test needs to act as a shop's point of sale and to look at what came of it."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import requests

import cli.stack
from daybook.domain.posting import Posting
from daybook.store import clients
from local.sender import Sample, send, signed
from local.settled import wait_until_settled
from local.shop import ShopConnection
from local.world import World, running
from tests.watched_logs import WATCH

TICK = {"Records": [{"messageId": "1", "body": '{"kind":"tick"}'}]}
SECONDS = 20


@dataclass(frozen=True)
class Shop:
    """The shop of a running world."""

    world: World

    def connection(self, source: str = "canonical") -> ShopConnection:
        """Its connection of a source."""
        return next(one for one in self.world.connections if one.source == source)

    def send(self, body: Any, message: str, source: str = "canonical") -> requests.Response:
        """Deliver a body, signed; text goes as it is."""
        text = body if isinstance(body, str) else json.dumps(body)
        sample = Sample(message, source, None, {"webhook-id": message}, text)
        return send(self.world.stack.webhook_url, self.connection(source), sample)

    def post(self, body: bytes, headers: dict[str, str], connection: str = "") -> tuple[int, float]:
        """A raw request: its status, and the seconds until the answer."""
        url = f"{self.world.stack.webhook_url}/webhooks/{connection or self.connection().id}"
        began = time.monotonic()
        answer = requests.post(url, data=body, headers=headers, timeout=30)
        return answer.status_code, time.monotonic() - began

    def proof(self, body: bytes, message: str) -> dict[str, str]:
        """The headers of a signed delivery."""
        return signed(self.connection().secret, message, body)

    def settle(self) -> None:
        """Until nothing is on its way."""
        wait_until_settled(self.world.parts, SECONDS)

    def tick_until(self, done: Callable[[], bool]) -> None:
        """Sweep, a second apart, until it is so."""
        deadline = time.monotonic() + SECONDS
        while not done():
            assert time.monotonic() < deadline, self.world.parts.ledger.counts()
            self.world.stack.invoke("sweeper", TICK)
            time.sleep(0.5)

    def rows(self, object_id: str, source: str = "canonical") -> list[Posting]:
        """The rows of an object."""
        connection = self.connection(source).id
        return [
            row
            for row in self.world.parts.ledger.all_postings()
            if (row.key.connection, row.key.object_id) == (connection, object_id)
        ]

    def row(self, object_id: str, source: str = "canonical") -> Posting:
        """The only row of an object."""
        (row,) = self.rows(object_id, source)
        return row

    def entries(self, object_id: str) -> list[dict[str, Any]]:
        """The entries in QuickBooks that name an object."""
        found = self.world.qbo.books()["objects"]["JournalEntry"]
        return [one for one in found if f" {object_id} version " in one.get("PrivateNote", "")]

    def requests(self) -> dict[str, int]:
        """How many requests of each kind QuickBooks got."""
        counts: dict[str, int] = self.world.qbo.books()["requests"]
        return counts


@contextmanager
def opened(settle_seconds: int) -> Iterator[Shop]:
    """A shop in a world of its own; this process remembers nothing of another one's."""
    _forget()
    with running(settle_seconds=settle_seconds) as here:
        yield Shop(here)
        WATCH.read_stack(here.stack.log_lines, *(one.secret for one in here.connections))
    _forget()


def _forget() -> None:
    for made in (clients.dynamodb, clients.s3, clients.secrets_manager, clients.sqs):
        made.cache_clear()
    cli.stack.wiring.cache_clear()


def sale(object_id: str, amount: str = "108.25", **changes: Any) -> dict[str, Any]:
    """A sale of hats for cash."""
    return {
        "object_type": "ticket",
        "object_id": object_id,
        "occurred_at": "2026-11-20T20:00:00Z",
        "location": "100006",
        "currency": "USD",
        "reference": object_id,
        "body": {
            "kind": "sale",
            "lines": [{"kind": "item", "key": "Hats", "gross": amount}],
            "tenders": [{"kind": "cash", "key": "cash", "amount": amount}],
        },
        **changes,
    }


def sides(entry: dict[str, Any]) -> dict[tuple[str, str], Decimal]:
    """An entry's amounts by (side, account)."""
    found: dict[tuple[str, str], Decimal] = {}
    for line in entry["Line"]:
        detail = line["JournalEntryLineDetail"]
        place = (detail["PostingType"], detail["AccountRef"]["value"])
        found[place] = found.get(place, Decimal(0)) + Decimal(str(line["Amount"]))
    return found


def archived(shop: Shop) -> set[str]:
    """The keys in the archive."""
    bucket = shop.world.stack.environment["DAYBOOK_ARCHIVE_BUCKET"]
    listed = shop.world.stack.client("s3").list_objects_v2(Bucket=bucket)
    return {one["Key"] for one in listed.get("Contents", [])}


def tokens(shop: Shop) -> dict[str, Any]:
    """The company's tokens as they are kept and current."""
    name = f"{shop.world.stack.environment['DAYBOOK_SECRETS_PREFIX']}/qbo/{shop.world.qbo.realm}"
    secret = shop.world.stack.client("secretsmanager").get_secret_value(SecretId=name)
    found: dict[str, Any] = json.loads(secret["SecretString"])
    return found
