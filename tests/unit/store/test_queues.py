"""Messages: what is sent is what is read, and nothing that SQS would refuse is sent."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.queues import (
    MAX_MESSAGE_BYTES,
    BadMessage,
    Deliveries,
    DeliveryMessage,
    Doorbell,
    Jobs,
    Ring,
    waiting_and_dead,
)
from tests.fakes.aws import InProcessAws, in_process

AT = datetime(2026, 11, 20, 12, 0, 0, 5, tzinfo=UTC)
MESSAGE = DeliveryMessage("shop", "canonical", AT, "0" * 64, headers={"webhook-id": "m"}, body="{}")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcessAws]:
    with in_process(monkeypatch) as account:
        yield account


def test_a_delivery_is_json_with_the_agreed_names() -> None:
    assert json.loads(MESSAGE.encode()) == {
        "connection": "shop",
        "source": "canonical",
        "event": None,
        "received_at": "2026-11-20T12:00:00.000005Z",
        "headers": {"webhook-id": "m"},
        "sha256": "0" * 64,
        "body": "{}",
    }


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(texts, st.none() | texts, st.dictionaries(texts, texts, max_size=3), texts)
def test_any_delivery_comes_back(
    connection: str, event: str | None, headers: dict[str, str], body: str
) -> None:
    message = DeliveryMessage(
        connection, "x", AT, "0", event=event, headers=headers, query=headers, body=body
    )
    assert DeliveryMessage.decode(message.encode()) == message


def test_an_archived_delivery_comes_back() -> None:
    message = DeliveryMessage("shop", "canonical", AT, "0" * 64, archive_key="raw/1")
    assert DeliveryMessage.decode(message.encode()) == message
    assert "body" not in json.loads(message.encode())


def test_an_instant_is_sent_in_utc() -> None:
    chicago = timezone(timedelta(hours=-6))
    message = DeliveryMessage("shop", "x", AT.astimezone(chicago), "0", body="")
    assert json.loads(message.encode())["received_at"] == "2026-11-20T12:00:00.000005Z"


@pytest.mark.parametrize("body", ["\x01", "\x7f", "é", "\uffff", "€", "\N{GRINNING FACE}"])
def test_128_kib_of_any_text_fit(body: str) -> None:
    message = DeliveryMessage("s", "x", AT, "0", body=body * (128 * 1024 // len(body.encode())))
    text = message.encode()
    assert text.isascii()
    assert len(text) <= MAX_MESSAGE_BYTES
    assert DeliveryMessage.decode(text) == message


def test_a_message_above_one_mebibyte_is_refused() -> None:
    with pytest.raises(ValueError, match="1 MiB"):
        DeliveryMessage("s", "x", AT, "0", body="x" * MAX_MESSAGE_BYTES).encode()


@pytest.mark.parametrize(("body", "key"), [(None, ""), ("{}", "raw/1")])
def test_a_delivery_has_a_body_or_an_archive_key_never_both(body: str | None, key: str) -> None:
    with pytest.raises(ValueError, match="either"):
        DeliveryMessage("s", "x", AT, "0", body=body, archive_key=key).encode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("connection", 1),
        ("source", None),
        ("event", 5),
        ("received_at", "yesterday"),
        ("received_at", "2026-11-20T12:00:00"),
        ("headers", ["a"]),
        ("headers", {"a": 1}),
        ("query", "a"),
        ("sha256", {}),
        ("body", 7),
        ("archive_key", 7),
        ("body", None),
    ],
)
def test_a_field_of_another_type_is_named(name: str, value: object) -> None:
    with pytest.raises(BadMessage, match=name):
        DeliveryMessage.decode(json.dumps(json.loads(MESSAGE.encode()) | {name: value}))


@pytest.mark.parametrize("text", ["", "[]", "7", "{", "null"])
def test_what_is_no_json_object_is_a_bad_message(text: str) -> None:
    with pytest.raises(BadMessage):
        DeliveryMessage.decode(text)
    with pytest.raises(BadMessage):
        Ring.decode(text)


def test_a_ring_carries_up_to_thirty_ids_that_fit() -> None:
    ids = tuple(str(number) for number in range(40))
    assert Ring.decode(Ring("46", ids).encode()) == Ring("46", ids[:30])
    long = ("\N{GRINNING FACE}" * 10_000,) * 30
    text = Ring("46", long).encode()
    assert len(text) < MAX_MESSAGE_BYTES
    assert len(Ring.decode(text).hint) == 1
    assert Ring.decode('{"realm":"46"}') == Ring("46")


@pytest.mark.parametrize("hint", ["a", [1], {"a": 1}, None])
def test_a_hint_of_another_type_is_a_bad_message(hint: object) -> None:
    with pytest.raises(BadMessage):
        Ring.decode(json.dumps({"realm": "46", "hint": hint}))


def test_each_ring_is_a_message_of_its_own_in_its_company_s_group(aws: InProcessAws) -> None:
    attributes = {"FifoQueue": "true"}
    url = aws.sqs.create_queue(QueueName="postings.fifo", Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]
    ids = count()
    doorbell = Doorbell(aws.sqs, url, lambda: f"ring-{next(ids)}")
    for realm in ("46", "46", "47"):
        doorbell(realm, ["a"])
    got = aws.sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )["Messages"]
    groups = [message["Attributes"]["MessageGroupId"] for message in got]
    assert groups == [Ring.decode(message["Body"]).realm for message in got]
    counted = waiting_and_dead(aws.sqs, {"postings": (url, url)})
    assert counted == {"postings": {"waiting": 3, "dead": 3}}


def test_deliveries_and_jobs_are_counted_waiting_and_dead(aws: InProcessAws) -> None:
    queue, dead = (aws.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("q", "d"))
    Deliveries(aws.sqs, queue).send(MESSAGE)
    Jobs(aws.sqs, queue).send("tick", {})
    Jobs(aws.sqs, dead).send("refresh", {"realm": "46"})
    assert waiting_and_dead(aws.sqs, {"q": (queue, dead)}) == {"q": {"waiting": 2, "dead": 1}}
    aws.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1)
    assert waiting_and_dead(aws.sqs, {"q": (queue, dead)}) == {"q": {"waiting": 2, "dead": 1}}
    (job,) = aws.sqs.receive_message(QueueUrl=dead)["Messages"]
    assert json.loads(job["Body"]) == {"kind": "refresh", "scope": {"realm": "46"}}
