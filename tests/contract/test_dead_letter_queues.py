"""What the dead letters of every queue promise: those on SQS and the fake alike."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import pytest

from daybook.domain.dead_letter import QUEUE_NAMES, DeadLetter, DeadLetterQueueName
from daybook.queues import DeliveryMessage, Ring
from daybook.queues_dead_letters import DeadLetterQueue
from daybook.workflows.dead_letters import DeadLetters
from tests.fakes.aws import InProcessAws, in_process
from tests.fakes.dead_letters import FakeDeadLetters, answer_moves

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
DELIVERY = DeliveryMessage(
    "shop", "heartland", AT, "0" * 64, event="cash_paid", body='{"amount": 12.5}'
).encode()
RING = Ring("9341450000000001", ("a|b",)).encode()


@dataclass
class Place:
    """Dead letters, how a message gets there, and what came back home."""

    letters: DeadLetters
    lay: Callable[[str], object]
    home: Callable[[], list[str]]


def place(kind: str, monkeypatch: pytest.MonkeyPatch, name: DeadLetterQueueName) -> Iterator[Place]:
    fifo = name == "postings"
    group = "9341450000000001" if fifo else ""
    if kind == "fake":
        fake = FakeDeadLetters(lambda: datetime.now(UTC), name)
        yield Place(fake, lambda body: fake.lay(body, group=group), lambda: fake.home)
        return
    with in_process(monkeypatch) as aws:
        numbers = count()
        end = ".fifo" if fifo else ""
        dead, home = (_queue(aws, word + end) for word in ("dead", "home"))
        answer_moves(aws.sqs)

        def lay(body: str) -> None:
            if fifo:
                aws.sqs.send_message(
                    QueueUrl=dead,
                    MessageBody=body,
                    MessageGroupId=group,
                    MessageDeduplicationId=f"{next(numbers)}",
                )
            else:
                aws.sqs.send_message(QueueUrl=dead, MessageBody=body)

        def at_home() -> list[str]:
            got = aws.sqs.receive_message(QueueUrl=home, MaxNumberOfMessages=10)
            return [one["Body"] for one in got.get("Messages", [])]

        letters = DeadLetterQueue(aws.sqs, name, dead, home, lambda: f"new-{next(numbers)}")
        yield Place(letters, lay, at_home)


def _queue(aws: InProcessAws, name: str) -> str:
    if name.endswith(".fifo"):
        made = aws.sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"})
    else:
        made = aws.sqs.create_queue(QueueName=name)
    return made["QueueUrl"]


@pytest.fixture(params=["fake", "sqs"])
def deliveries(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    yield from place(request.param, monkeypatch, "deliveries")


@pytest.fixture(params=["fake", "sqs"])
def postings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    yield from place(request.param, monkeypatch, "postings")


@pytest.fixture(params=["fake", "sqs"])
def jobs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    yield from place(request.param, monkeypatch, "jobs")


@pytest.fixture(params=QUEUE_NAMES)
def any_queue(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    yield from place("sqs", monkeypatch, request.param)


def only(letters: list[DeadLetter]) -> DeadLetter:
    assert len(letters) == 1
    return letters[0]


def test_a_letter_says_whose_it_is_how_old_and_how_often_it_was_received(
    deliveries: Place,
) -> None:
    deliveries.lay(DELIVERY)
    letter = only(deliveries.letters.receive(60))
    assert (letter.connection, letter.source, letter.event) == ("shop", "heartland", "cash_paid")
    assert abs((datetime.now(UTC) - letter.sent_at).total_seconds()) < 5
    assert (letter.queue, letter.received, letter.body) == ("deliveries", 1, DELIVERY)
    assert "translator" in letter.cause
    deliveries.letters.give_back([letter])
    assert only(deliveries.letters.receive(60)).received == 2


def test_what_is_in_hand_is_hidden_until_it_is_given_back(deliveries: Place) -> None:
    for _ in range(12):
        deliveries.lay(DELIVERY)
    first = deliveries.letters.receive(60)
    second = deliveries.letters.receive(60)
    assert len({one.id for one in first + second}) == len(first) + len(second) == 12
    assert deliveries.letters.depth().in_hand == deliveries.letters.depth().total == 12
    assert deliveries.letters.receive(60) == []
    deliveries.letters.give_back([*first, *second])
    assert deliveries.letters.depth().waiting == 12


def test_nothing_in_hand_is_given_back_without_a_word(deliveries: Place) -> None:
    deliveries.letters.give_back([])
    assert deliveries.letters.depth().total == 0


def test_a_letter_is_sent_home_as_it_came_and_stays_until_it_is_deleted(deliveries: Place) -> None:
    deliveries.lay(DELIVERY)
    letter = only(deliveries.letters.receive(60))
    deliveries.letters.send_back(letter)
    assert deliveries.home() == [DELIVERY]
    assert deliveries.letters.depth().total == 1
    deliveries.letters.delete(letter)
    assert deliveries.letters.depth().total == 0
    deliveries.letters.delete(letter)


def test_a_bell_goes_home_in_its_companys_group_each_time_anew(postings: Place) -> None:
    postings.lay(RING)
    letter = only(postings.letters.receive(60))
    assert (letter.realm, letter.group) == ("9341450000000001", "9341450000000001")
    postings.letters.send_back(letter)
    postings.letters.send_back(letter)
    postings.letters.delete(letter)
    assert postings.home() == [RING, RING]


def test_a_company_with_a_bell_in_hand_gives_no_other(postings: Place) -> None:
    for _ in range(12):
        postings.lay(RING)
    first = postings.letters.receive(60)
    assert len(first) == 10
    assert postings.letters.receive(60) == []
    for letter in first:
        postings.letters.delete(letter)
    assert len(postings.letters.receive(60)) == 2


@pytest.mark.parametrize("body", ["poison", "[]", "{}", '{"kind": 5}'])
def test_a_message_of_nobody_is_told_as_such(any_queue: Place, body: str) -> None:
    any_queue.lay(body)
    letter = only(any_queue.letters.receive(60))
    assert letter.unreadable
    assert letter.cause.startswith("No message of daybook's")
    assert body not in letter.cause
    assert (letter.connection, letter.realm, letter.kind) == ("", "", "")


def test_a_slice_of_a_job_says_which(jobs: Place) -> None:
    jobs.lay(json.dumps({"kind": "undo", "scope": {"job": "undo-1", "number": 3}}))
    letter = only(jobs.letters.receive(60))
    assert letter.kind == "undo"
    assert "undo" in letter.cause


def test_where_sqs_moves_nothing_that_is_said_and_nothing_happens(deliveries: Place) -> None:
    deliveries.lay(DELIVERY)
    assert not deliveries.letters.start_move()
    assert deliveries.letters.depth().waiting == 1
