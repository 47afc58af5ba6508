"""A dead letter is seen, looked at and sent back over the real queues, and posts once."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from daybook.queues import DeliveryMessage
from local.trial_balance import trial_balance
from tests.e2e.shop import Shop, opened, sale

HOURLY = {"Records": [{"messageId": "1", "body": '{"kind":"dead_letters"}'}]}


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with opened(settle_seconds=2) as running:
        yield running


def die(shop: Shop, queue: str, body: str) -> str:
    """A message among the dead letters, as SQS puts it there after the last try; its id."""
    more: dict[str, Any] = {}
    if queue == "postings":
        more = {"MessageGroupId": "any", "MessageDeduplicationId": uuid.uuid4().hex}
    url = shop.world.stack.environment[f"DAYBOOK_{queue.upper()}_DEAD_LETTERS_URL"]
    sent = shop.world.stack.client("sqs").send_message(QueueUrl=url, MessageBody=body, **more)
    return str(sent["MessageId"])


def delivery(shop: Shop, event: Any, message: str) -> str:
    return DeliveryMessage(
        shop.connection().id,
        "canonical",
        datetime.now(UTC),
        "0" * 64,
        headers={"webhook-id": message},
        body=json.dumps(event),
    ).encode()


def daybook(*arguments: str) -> tuple[int, Any]:
    """The exit code, and the JSON that was printed."""
    result = CliRunner().invoke(app, [*arguments, "--json"])
    return result.exit_code, json.loads(result.stdout)


def failed(shop: Shop) -> list[str]:
    """The deliveries that are failed."""
    rows = shop.world.parts.ledger.held(shop.connection().id, "failed")
    return [row.delivery for row in rows]


def test_a_dead_delivery_is_recorded_shown_replayed_and_posted_once(shop: Shop) -> None:
    letter = die(shop, "deliveries", delivery(shop, sale("e2e-dead"), "m-dead"))
    for _ in range(2):
        shop.world.stack.invoke("sweeper", HOURLY)
    assert failed(shop) == ["m-dead"]
    code, status = daybook("status")
    assert (code, status["events"]["failed"], status["queues"]["deliveries"]["dead"]) == (2, 1, 1)
    code, listed = daybook("dlq", "list", "deliveries")
    (row,) = listed["queues"][0]["messages"]
    assert (code, row["id"], row["connection"]) == (2, letter, shop.connection().id)
    assert json.loads(daybook("dlq", "show", letter)[1]["body"])["sha256"] == "0" * 64
    assert daybook("dlq", "replay")[1] | {"queue": ""} == {
        "queue": "", "dry_run": False, "sent": 1, "left": 0, "still_moving": False,
    }  # fmt: skip
    shop.settle()
    assert shop.row("e2e-dead").status == "posted"
    assert len(shop.entries("e2e-dead")) == 1
    assert failed(shop) == []
    code, status = daybook("status")
    assert (code, status["events"].get("failed")) == (0, None)


def test_replays_at_once_with_the_sweeper_and_the_sender_post_once(shop: Shop) -> None:
    body = delivery(shop, sale("e2e-twice"), "m-twice")
    for _ in range(3):
        die(shop, "deliveries", body)
    shop.world.stack.invoke("sweeper", HOURLY)
    shop.send(sale("e2e-twice"), "m-twice")
    code, answer = daybook("dlq", "replay", "--connection", shop.connection().id)
    shop.world.stack.invoke("sweeper", HOURLY)
    assert (code, answer["sent"]) == (0, 3)
    shop.settle()
    assert shop.row("e2e-twice").status == "posted"
    assert len(shop.entries("e2e-twice")) == 1
    assert failed(shop) == []


def test_a_dead_bell_is_taken_by_the_poster_when_it_is_replayed(shop: Shop) -> None:
    die(shop, "postings", json.dumps({"realm": shop.world.qbo.realm, "hint": []}))
    die(shop, "jobs", '{"kind":"tick"}')
    assert [one["dead"] for one in daybook("dlq", "list")[1]["queues"]] == [0, 1, 1]
    code, smoke = daybook("smoke", "--no-delivery")
    wrong = {one["what"] for one in smoke if one["verdict"] == "wrong"}
    assert (code, wrong) == (2, {"postings", "jobs"})
    for queue in ("postings", "jobs"):
        assert daybook("dlq", "replay", queue)[1]["sent"] == 1
    shop.settle()
    assert daybook("dlq", "list")[0] == 0


def test_in_the_end_the_books_balance(shop: Shop) -> None:
    assert trial_balance(shop.world.qbo).difference == 0
