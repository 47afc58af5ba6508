"""`daybook dlq list`, `show` and `replay` against the real queues' calls, and the hourly errand."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daybook.queues import DeliveryMessage
from daybook.store import clients
from tests.fakes.dead_letters import answer_moves
from tests.unit.cli.person import daybook
from tests.unit.functions.deployed import Deployed, deployed, records
from tests.unit.workflows.office import SHOP, sale


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with deployed(monkeypatch) as made:
        made.open_shop()
        yield made


def body_of(event: object, message: str, connection: str = SHOP) -> str:
    return DeliveryMessage(
        connection,
        "canonical",
        datetime.now(UTC),
        "0" * 64,
        headers={"webhook-id": message},
        body=json.dumps(event),
    ).encode()


def die(stack: Deployed, body: str, queue: str = "deliveries") -> str:
    """A message among the dead letters of a queue; its id."""
    sent = stack.aws.sqs.send_message(QueueUrl=stack.urls[f"{queue}-dead"], MessageBody=body)
    return sent["MessageId"]


def test_list_shows_each_queue_with_what_is_dead_and_ends_2(stack: Deployed) -> None:
    letter = die(stack, body_of(sale(), "msg-1"))
    die(stack, '{"kind":"tick"}', "jobs")
    result = daybook("dlq", "list", "--json")
    assert result.exit_code == 2
    found = {one["name"]: one for one in json.loads(result.stdout)["queues"]}
    assert {name: one["dead"] for name, one in found.items()} == {
        "deliveries": 1,
        "postings": 0,
        "jobs": 1,
    }
    (row,) = found["deliveries"]["messages"]
    assert (row["id"], row["connection"], row["source"]) == (letter, SHOP, "canonical")
    assert (row["received"], row["realm"], row["kind"]) == (1, None, None)
    assert 0 <= row["age_seconds"] <= found["deliveries"]["oldest_seconds"] < 60
    assert found["jobs"]["messages"][0]["kind"] == "tick"
    assert found["postings"]["oldest_seconds"] is None
    assert "108.25" not in result.output
    again = json.loads(daybook("dlq", "list", "deliveries", "--json").stdout)["queues"]
    assert [one["dead"] for one in again] == [1]


def test_list_for_people_names_the_letter_and_its_cause(stack: Deployed) -> None:
    letter = die(stack, body_of(sale(), "msg-1"))
    result = daybook("dlq", "list")
    assert result.exit_code == 2
    assert "deliveries: 1 dead letters, the oldest" in result.stderr
    assert letter in result.stdout
    assert "1: The translator failed" in result.stderr


def test_without_a_dead_letter_list_ends_0(stack: Deployed) -> None:
    result = daybook("dlq", "list")
    assert result.exit_code == 0
    assert "jobs: 0 dead letters." in result.stderr


def test_show_prints_the_body_as_it_came_and_the_cause(stack: Deployed) -> None:
    body = body_of(sale(), "msg-1")
    letter = die(stack, body)
    shown = daybook("dlq", "show", letter)
    assert shown.exit_code == 0
    assert shown.stdout == body + "\n"
    assert "translator" in shown.stderr
    answer = json.loads(daybook("dlq", "show", letter, "--json").stdout)
    assert (answer["queue"], answer["id"], answer["body"]) == ("deliveries", letter, body)
    assert daybook("dlq", "show", "no-such-id").exit_code == 1


def test_replay_sends_all_of_a_queue_home(stack: Deployed) -> None:
    answer_moves(clients.sqs())
    for number in range(12):
        die(stack, body_of(sale(str(number)), f"msg-{number}"))
    result = daybook("dlq", "replay", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "queue": "deliveries",
        "dry_run": False,
        "sent": 12,
        "left": 0,
        "still_moving": False,
    }
    assert len(stack.waiting("deliveries")) == 12
    assert daybook("dlq", "list").exit_code == 0


@pytest.mark.parametrize(
    ("options", "home"),
    [
        (["--connection", "other"], ["msg-2"]),
        (["--source", "canonical", "--newer-than", "1h"], ["msg-1", "msg-2"]),
        (["--id", "first"], ["msg-1"]),
    ],
)
def test_replay_sends_those_home_that_are_named(
    stack: Deployed, options: list[str], home: list[str]
) -> None:
    first = die(stack, body_of(sale("1"), "msg-1"))
    die(stack, body_of(sale("2"), "msg-2", "other"))
    words = [first if word == "first" else word for word in options]
    dry = json.loads(daybook("dlq", "replay", *words, "--dry-run", "--json").stdout)
    assert (len(dry["messages"]), dry["sent"]) == (len(home), 0)
    assert daybook("dlq", "replay", *words).exit_code == 0
    sent = stack.waiting("deliveries")
    assert sorted(one["headers"]["webhook-id"] for one in sent) == home
    assert stack.parts.queue_depths()["deliveries"]["dead"] == 2 - len(home)


@pytest.mark.parametrize("options", [["--id", "no-such-id"], ["--older-than", "soon"], ["moon"]])
def test_wrong_use_of_replay_ends_1_and_sends_nothing(stack: Deployed, options: list[str]) -> None:
    die(stack, body_of(sale(), "msg-1"))
    assert daybook("dlq", "replay", *options).exit_code == 1
    assert stack.waiting("deliveries") == []
    assert stack.parts.queue_depths()["deliveries"]["dead"] == 1


def test_replay_says_why_sqs_did_not_move_them(stack: Deployed) -> None:
    failed = {"Results": [{"Status": "FAILED", "FailureReason": "AccessDenied"}]}
    answer_moves(clients.sqs(), start={"TaskHandle": "x"}, list=failed)
    result = daybook("dlq", "replay")
    assert result.exit_code == 1
    assert "AccessDenied" in result.stderr


def test_hourly_a_dead_delivery_is_recorded_and_a_replay_moves_its_row_on(
    stack: Deployed,
) -> None:
    die(stack, body_of(sale(), "msg-1"))
    die(stack, "poison")
    for _ in range(2):
        stack.call("sweeper", records("sweeper", {"kind": "dead_letters"}))
    (row,) = stack.parts.ledger.held(SHOP, "failed")
    assert row.delivery == "msg-1"
    assert json.loads(daybook("status", "--json").stdout)["events"] == {"failed": 1}
    line = json.loads(stack.logs.getvalue().splitlines()[0])
    assert (line["count"], line["failed"], line["unreadable"]) == (2, 1, 1)
    assert daybook("dlq", "replay", "--connection", SHOP).exit_code == 0
    stack.call("translator", records("translator", *stack.waiting("deliveries")))
    assert stack.parts.ledger.counts() == {"ready": 1, "superseded": 1}
