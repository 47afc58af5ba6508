"""SQS's own move of all dead letters: asked for once, followed, and told from what it is not."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from daybook.domain.dead_letter import Move
from daybook.queues_dead_letters import DeadLetterQueue
from tests.fakes.aws import InProcessAws, in_process
from tests.fakes.dead_letters import answer_moves

RUNNING = {"Results": [{"Status": "RUNNING", "ApproximateNumberOfMessagesMoved": 3}]}
NONE: dict[str, Any] = {"Results": []}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcessAws]:
    with in_process(monkeypatch) as account:
        yield account


def letters(aws: InProcessAws) -> DeadLetterQueue:
    dead, home = (aws.sqs.create_queue(QueueName=word)["QueueUrl"] for word in ("dead", "home"))
    return DeadLetterQueue(aws.sqs, "deliveries", dead, home, lambda: "new")


def test_a_move_names_where_the_messages_go(aws: InProcessAws) -> None:
    asked = answer_moves(aws.sqs, start={"TaskHandle": "x"}, list=NONE)
    assert letters(aws).start_move()
    started = [one for one in asked if one["call"] == "start"]
    (one,) = started
    assert one["SourceArn"].endswith(":dead")
    assert one["DestinationArn"].endswith(":home")


def test_a_move_that_is_going_on_is_not_started_again(aws: InProcessAws) -> None:
    asked = answer_moves(aws.sqs, start={"TaskHandle": "x"}, list=RUNNING)
    assert letters(aws).start_move()
    assert [one["call"] for one in asked] == ["list"]


def test_a_queue_that_cannot_be_moved_is_told_as_such(aws: InProcessAws) -> None:
    code = "AWS.SimpleQueueService.UnsupportedOperation"
    answer_moves(aws.sqs, start=code, list=NONE)
    assert not letters(aws).start_move()


@pytest.mark.parametrize("word", ["start", "list"])
def test_a_right_that_is_missing_is_not_taken_for_a_call_that_is(
    aws: InProcessAws, word: str
) -> None:
    answer_moves(aws.sqs, **{"start": {"TaskHandle": "x"}, "list": NONE, word: "AccessDenied"})
    with pytest.raises(ClientError):
        letters(aws).start_move()


@pytest.mark.parametrize(
    ("task", "move"),
    [
        ({"Status": "RUNNING", "ApproximateNumberOfMessagesToMove": 9}, Move("running", 0, 9)),
        ({"Status": "CANCELLING", "ApproximateNumberOfMessagesMoved": 2}, Move("running", 2)),
        ({"Status": "COMPLETED", "ApproximateNumberOfMessagesMoved": 9}, Move("done", 9)),
        ({"Status": "CANCELLED"}, Move("failed", 0, reason="cancelled")),
        (
            {"Status": "FAILED", "FailureReason": "AccessDenied"},
            Move("failed", 0, reason="AccessDenied"),
        ),
    ],
)
def test_a_moves_state_is_as_sqs_tells(aws: InProcessAws, task: dict[str, Any], move: Move) -> None:
    answer_moves(aws.sqs, list={"Results": [task]})
    assert letters(aws).move() == move


def test_without_a_move_there_is_none_to_follow(aws: InProcessAws) -> None:
    answer_moves(aws.sqs, list=NONE)
    assert letters(aws).move() is None
