"""The local stack: the real template on the emulated AWS, with the real functions."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from daybook.wiring_alarms import alarms_of
from local.stack import STACK_NAME, Stack, running
from local.transform import read_template
from tests.watched_logs import WATCH

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "events/lambda").glob("*.json"))
FUNCTIONS = ("webhook", "translator", "poster", "end_of_day", "sweeper", "console")
ANSWER_SECONDS = 30


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running(settle_seconds=7) as started:
        yield started
        WATCH.read_stack(started.log_lines)


def eventually[T](look: Callable[[], T], until: Callable[[T], bool]) -> T:
    """What `look` gives once `until` holds; the last look if it does not within 30 s."""
    deadline = time.monotonic() + ANSWER_SECONDS
    seen = look()
    while not until(seen) and time.monotonic() < deadline:
        time.sleep(0.1)
        seen = look()
    return seen


def variables(stack: Stack, function: str) -> dict[str, str]:
    name = f"{STACK_NAME}-{function}"
    configuration = stack.client("lambda").get_function_configuration(FunctionName=name)
    found: dict[str, str] = configuration["Environment"]["Variables"]
    return found


def waiting(stack: Stack, queue: str) -> int:
    """Messages of a queue, in flight or not."""
    attributes = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.environment[f"DAYBOOK_{queue.upper()}_QUEUE_URL"], AttributeNames=["All"]
    )["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"]) + int(
        attributes["ApproximateNumberOfMessagesNotVisible"]
    )


def test_every_resource_of_the_template_is_there(stack: Stack) -> None:
    pages = stack.client("cloudformation").get_paginator("list_stack_resources")
    made = {
        summary["LogicalResourceId"]: summary["ResourceStatus"]
        for page in pages.paginate(StackName=STACK_NAME)
        for summary in page["StackResourceSummaries"]
    }
    # SAM gives the layer a name with a hash; the subscription has a condition that is false here;
    # the others refuse plain HTTP.
    elsewhere = {"CommonLayer", "AlarmMail", "SignatureRejectsAlarm"}
    # A stack on a laptop has a provider of its own.
    elsewhere |= {"UserPool", "UserPoolPage", "UserPoolClient"}
    elsewhere |= {"UserPoolViewers", "UserPoolOperators", "UserPoolAdmins"}
    elsewhere |= {"ArchiveBucketPolicy", "AlarmTopicPolicy", "QueuesTlsOnly"}
    assert set(read_template(ROOT / "template.yaml")["Resources"]) - set(made) == elsewhere
    assert set(made.values()) == {"CREATE_COMPLETE"}


def test_every_output_is_given(stack: Stack) -> None:
    written = read_template(ROOT / "template.yaml")["Outputs"]
    assert set(stack.outputs()) == set(written)


def test_the_environment_names_what_the_functions_use(stack: Stack) -> None:
    for function in FUNCTIONS:
        for name, value in variables(stack, function).items():
            if name.startswith("DAYBOOK_"):
                assert stack.environment[name] == value, (function, name)


def test_parameters_reach_the_functions(stack: Stack) -> None:
    assert variables(stack, "poster")["DAYBOOK_SETTLE_SECONDS"] == "7"


def test_the_tables_have_their_indexes(stack: Stack) -> None:
    table = stack.client("dynamodb").describe_table(
        TableName=stack.environment["DAYBOOK_LEDGER_TABLE"]
    )["Table"]
    projections = {i["IndexName"]: i["Projection"] for i in table["GlobalSecondaryIndexes"]}
    assert projections["index1"] == {"ProjectionType": "KEYS_ONLY"}
    assert set(projections["index2"]["NonKeyAttributes"]) == {"legs"}


def test_an_unknown_connection_is_refused_over_http(stack: Stack) -> None:
    answer = requests.post(f"{stack.webhook_url}/webhooks/nobody", data=b"{}", timeout=30)
    assert answer.status_code == 401
    assert waiting(stack, "deliveries") == 0


def test_the_event_form_reaches_the_same_function(stack: Stack) -> None:
    url = f"{stack.webhook_url}/webhooks/nobody/deposit_taken"
    assert requests.post(url, params={"secret": "a/b"}, data=b"{}", timeout=30).status_code == 401


def test_a_path_without_a_route_is_not_found(stack: Stack) -> None:
    assert requests.post(f"{stack.webhook_url}/webhooks", timeout=30).status_code == 404
    assert requests.get(f"{stack.webhook_url}/webhooks/nobody", timeout=30).status_code == 404


def test_a_body_above_ten_mebibytes_never_reaches_a_function(stack: Stack) -> None:
    body = b" " * (10 * 1024 * 1024 + 1)
    answer = requests.post(f"{stack.webhook_url}/webhooks/nobody", data=body, timeout=30)
    assert answer.status_code == 413


def test_a_body_of_four_megabytes_passes_the_front(stack: Stack) -> None:
    body = b"\xff" * 4_000_000
    answer = requests.post(f"{stack.webhook_url}/webhooks/nobody", data=body, timeout=30)
    assert answer.status_code == 401


def test_the_console_answers(stack: Stack) -> None:
    assert requests.get(f"{stack.console_url}/health", timeout=30).status_code == 200


def test_doorbells_of_a_fifo_queue_are_taken_by_the_poster(stack: Stack) -> None:
    url = stack.environment["DAYBOOK_POSTINGS_QUEUE_URL"]
    for _ in range(2):
        stack.client("sqs").send_message(
            QueueUrl=url,
            MessageBody=json.dumps({"realm": "1", "hint": []}),
            MessageGroupId="1",
            MessageDeduplicationId=uuid.uuid4().hex,
        )
    assert eventually(lambda: waiting(stack, "postings"), lambda n: n == 0) == 0
    assert any("START" in line for line in stack.log_lines("poster"))


def test_a_tick_is_taken_by_the_sweeper(stack: Stack) -> None:
    url = stack.environment["DAYBOOK_JOBS_QUEUE_URL"]
    stack.client("sqs").send_message(QueueUrl=url, MessageBody='{"kind":"tick"}')
    assert eventually(lambda: waiting(stack, "jobs"), lambda n: n == 0) == 0


def test_every_function_has_a_sample_event() -> None:
    assert {path.stem for path in SAMPLES} == set(FUNCTIONS)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_event_is_answered(stack: Stack, sample: Path) -> None:
    answer = stack.invoke(sample.stem, json.loads(sample.read_text()))
    if sample.stem in {"webhook", "console"}:
        assert answer["statusCode"] < 500


def test_insecure_oauth_is_set_here_and_only_here(stack: Stack) -> None:
    assert variables(stack, "poster")["OAUTHLIB_INSECURE_TRANSPORT"] == "1"
    assert stack.environment["OAUTHLIB_INSECURE_TRANSPORT"] == "1"


SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:daybook/local"
READ_SECRET, WRITE_SECRET = "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"


def may(stack: Stack, function: str, action: str, resource: str) -> bool:
    name = f"{STACK_NAME}-{function}"
    role = stack.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    answer = stack.client("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource]
    )
    return bool(answer["EvaluationResults"][0]["EvalDecision"] == "allowed")


@pytest.mark.parametrize(
    ("action", "secret", "functions"),
    [
        (READ_SECRET, "webhook/shop-AbCdEf", {"webhook"}),
        (READ_SECRET, "pos/shop-AbCdEf", {"translator", "sweeper"}),
        (READ_SECRET, "qbo/1-AbCdEf", {"poster", "sweeper"}),
        (WRITE_SECRET, "qbo/1-AbCdEf", {"poster", "sweeper", "console"}),
        (READ_SECRET, "intuit_app-AbCdEf", {"poster", "sweeper", "console"}),
        (WRITE_SECRET, "intuit_app-AbCdEf", set()),
    ],
)
def test_a_secret_is_for_these_functions_only(
    stack: Stack, action: str, secret: str, functions: set[str]
) -> None:
    assert {f for f in FUNCTIONS if may(stack, f, action, f"{SECRET}:{secret}")} == set()
    assert {f for f in FUNCTIONS if may(stack, f, action, f"{SECRET}/{secret}")} == functions


def test_nobody_deletes_a_row_of_the_ledger_and_the_webhook_does_not_even_read_it(
    stack: Stack,
) -> None:
    table = stack.environment["DAYBOOK_LEDGER_TABLE"]
    ledger = f"arn:aws:dynamodb:us-east-1:000000000000:table/{table}"
    for action in ("DeleteItem", "BatchWriteItem"):
        assert not [f for f in FUNCTIONS if may(stack, f, f"dynamodb:{action}", ledger)]
    writers = {f for f in FUNCTIONS if may(stack, f, "dynamodb:UpdateItem", ledger)}
    assert writers == set(FUNCTIONS) - {"webhook"}
    assert not may(stack, "webhook", "dynamodb:GetItem", ledger)


@pytest.mark.parametrize(
    ("action", "functions"),
    [
        ("ReceiveMessage", {"sweeper", "console"}),
        ("ChangeMessageVisibility", {"sweeper", "console"}),
        ("DeleteMessage", {"console"}),
        ("StartMessageMoveTask", {"console"}),
        ("SendMessage", set()),
    ],
)
def test_dead_letters_are_looked_at_by_the_sweeper_and_moved_by_a_person(
    stack: Stack, action: str, functions: set[str]
) -> None:
    for queue in ("deliveries", "postings", "jobs"):
        url = stack.environment[f"DAYBOOK_{queue.upper()}_DEAD_LETTERS_URL"]
        arn = f"arn:aws:sqs:us-east-1:000000000000:{url.rpartition('/')[2]}"
        assert {f for f in FUNCTIONS if may(stack, f, f"sqs:{action}", arn)} == functions


def test_an_alarm_on_what_daybook_measures_rings_and_the_smoke_test_says_so(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    quiet = alarms_of(STACK_NAME)
    assert quiet.ringing == ()
    cloudwatch = stack.client("cloudwatch")
    found = cloudwatch.describe_alarms(AlarmNamePrefix=f"{STACK_NAME}-")["MetricAlarms"]
    ours = [alarm for alarm in found if alarm["Namespace"] == STACK_NAME]
    assert len(ours) >= 12
    for alarm in ours:
        less = alarm["ComparisonOperator"] == "LessThanThreshold"
        cloudwatch.put_metric_data(
            Namespace=STACK_NAME,
            MetricData=[
                {
                    "MetricName": alarm["MetricName"],
                    "Dimensions": alarm["Dimensions"],
                    "Value": alarm["Threshold"] + (-1 if less else 1),
                }
            ],
        )
    loud = eventually(
        lambda: alarms_of(STACK_NAME), lambda alarms: len(alarms.ringing) == len(ours)
    )
    assert set(loud.ringing) == {alarm["AlarmName"] for alarm in ours}


def test_a_reset_empties_the_stack_and_keeps_it_serving(stack: Stack) -> None:
    def rows() -> list[Any]:
        table = stack.environment["DAYBOOK_CONNECTIONS_TABLE"]
        found: list[Any] = stack.client("dynamodb").scan(TableName=table)["Items"]
        return found

    stack.client("dynamodb").put_item(
        TableName=stack.environment["DAYBOOK_CONNECTIONS_TABLE"],
        Item={"PK": {"S": "left over"}, "SK": {"S": "row"}},
    )
    assert rows() != []
    before = dict(stack.environment)
    stack.reset()
    assert rows() == []
    # A key has an id of its own, which no two deployments share.
    key = stack.environment["DAYBOOK_KEY_ARN"]
    assert stack.environment == before | {"DAYBOOK_KEY_ARN": key}
    answer = requests.post(f"{stack.webhook_url}/webhooks/nobody", data=b"{}", timeout=30)
    assert answer.status_code == 401
