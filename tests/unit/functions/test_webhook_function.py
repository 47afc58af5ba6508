"""The webhook function between API Gateway and the queue."""

import base64
import json
from collections.abc import Iterator

import pytest

from daybook.queues import DeliveryMessage
from daybook.sources.signatures import new_secret
from daybook.store.secrets import WebhookSecret
from tests.fakes.aws import BUCKET
from tests.unit.functions.deployed import SECRET, Deployed, deployed, sample, webhook_call
from tests.unit.workflows.office import SHOP, sale

BODY = json.dumps(sale()).encode()


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with deployed(monkeypatch) as made:
        made.open_shop()
        yield made


def test_a_signed_delivery_is_one_message(stack: Deployed) -> None:
    answer = stack.call("webhook", webhook_call(BODY))
    assert (answer["statusCode"], json.loads(answer["body"])) == (202, {"accepted": True})
    assert answer["headers"]["content-type"] == "application/json"
    (message,) = stack.waiting("deliveries")
    assert message["body"].encode() == BODY
    assert (message["connection"], message["source"]) == (SHOP, "canonical")
    assert SECRET not in json.dumps(message)
    assert "webhook-signature" not in message["headers"]


def test_a_body_that_api_gateway_encoded_is_verified_as_it_was_sent(stack: Deployed) -> None:
    event = webhook_call(BODY)
    event |= {"body": base64.b64encode(BODY).decode(), "isBase64Encoded": True}
    assert stack.call("webhook", event)["statusCode"] == 202
    assert stack.waiting("deliveries")[0]["body"].encode() == BODY


def test_a_large_body_goes_to_the_archive_and_its_key_into_the_message(stack: Deployed) -> None:
    body = BODY + b" " * 200_000
    assert stack.call("webhook", webhook_call(body))["statusCode"] == 202
    (message,) = stack.waiting("deliveries")
    assert "body" not in message
    assert stack.parts.archive.get(message["archive_key"]) == body
    delivery = stack.parts.delivery_of(DeliveryMessage.decode(json.dumps(message)))
    assert delivery.body == body


def test_the_sample_event_of_an_unknown_connection_is_refused(stack: Deployed) -> None:
    assert stack.call("webhook", sample("webhook"))["statusCode"] == 401
    assert stack.waiting("deliveries") == []


def test_a_wrongly_signed_delivery_is_refused_like_an_unknown_connection(stack: Deployed) -> None:
    wrong = stack.call("webhook", webhook_call(BODY, secret=new_secret(b"x" * 32)))
    unknown = stack.call("webhook", webhook_call(BODY, connection="nobody"))
    assert wrong == unknown
    assert wrong["statusCode"] == 401


@pytest.mark.parametrize("connection", ["", "../qbo/1", "a" * 300, "sh%6Fp/x", "\N{SNOWMAN}"])
def test_a_connection_that_cannot_be_is_unknown(stack: Deployed, connection: str) -> None:
    answer = stack.call("webhook", webhook_call(BODY, connection=connection))
    assert answer["statusCode"] == 401


@pytest.mark.parametrize("place", ["query", "header"])
def test_a_sender_that_signs_nothing_names_its_secret_and_the_event(
    stack: Deployed, place: str
) -> None:
    secret = "s+e/c r%et" + "x" * 30
    stack.parts.secrets.put_webhook_secret("store", WebhookSecret("heartland", (secret,)))
    event = sample("webhook")
    event["pathParameters"] = {"connection": "store", "event": "cash_paid"}
    event["body"] = '{"id":7}'
    if place == "query":
        event["rawQueryString"] = "secret=s%2Be%2Fc+r%25et" + "x" * 30
    else:
        event["headers"]["X-Daybook-Secret"] = secret
    assert stack.call("webhook", event)["statusCode"] == 202
    (message,) = stack.waiting("deliveries")
    assert message["event"] == "cash_paid"
    assert secret not in json.dumps(message)
    assert "query" not in message


@pytest.mark.parametrize(
    "change",
    [{"body": "%%%", "isBase64Encoded": True}, {"body": "\ud800"}],
    ids=["no base64", "no text"],
)
def test_a_body_that_is_none_is_422(stack: Deployed, change: dict[str, object]) -> None:
    assert stack.call("webhook", webhook_call(BODY) | change)["statusCode"] == 422


def test_a_query_of_many_names_is_refused_and_not_a_fault_of_ours(stack: Deployed) -> None:
    event = webhook_call(BODY) | {"rawQueryString": "&".join(f"a{n}=1" for n in range(1_000))}
    assert stack.call("webhook", event)["statusCode"] == 422


def test_no_secret_to_be_had_is_503(stack: Deployed) -> None:
    name = stack.parts.vault.name("webhook", SHOP)
    stack.aws.secrets_manager.put_secret_value(SecretId=name, SecretString="no secret of ours")
    assert stack.call("webhook", webhook_call(BODY))["statusCode"] == 503
    assert stack.waiting("deliveries") == []


def test_no_queue_to_be_had_is_503(stack: Deployed) -> None:
    stack.aws.sqs.delete_queue(QueueUrl=stack.urls["deliveries"])
    assert stack.call("webhook", webhook_call(BODY))["statusCode"] == 503


def test_no_archive_to_be_had_is_503_and_nothing_is_queued(stack: Deployed) -> None:
    stack.aws.s3.delete_bucket(Bucket=BUCKET)
    body = BODY + b" " * 200_000
    assert stack.call("webhook", webhook_call(body))["statusCode"] == 503
    assert stack.waiting("deliveries") == []
