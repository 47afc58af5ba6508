"""The template as it is deployed: what must hold, and that each check would notice."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.transform import read_template, sources, to_cloudformation
from tests.house.template_checks import problems

PATH = Path(__file__).resolve().parents[2] / "template.yaml"
FUNCTIONS = {"webhook", "translator", "poster", "end_of_day", "sweeper", "console"}
ROUTES = {
    "/",
    "/health",
    "/console",
    "/console/{proxy+}",
    "/webhooks/{connection}",
    "/webhooks/{connection}/{event}",
}
# Logical ids of a mapping, a schedule: SAM makes them of the function's and the event's name.
TRANSLATOR_MAPPING, POSTER_MAPPING = "TranslatorFunctionDeliveries", "PosterFunctionPostings"
END_OF_DAY_SCHEDULE = "EndOfDayFunctionEveryQuarterOfAnHour"
STAGE = "HttpApiApiGatewayDefaultStage"


@pytest.fixture(scope="module")
def deployed() -> dict[str, Any]:
    return to_cloudformation(read_template(PATH), {"Stage": "prod"}, "code")


def properties(template: dict[str, Any], name: str) -> dict[str, Any]:
    found = template["Resources"][name]["Properties"]
    assert isinstance(found, dict)
    return found


def test_the_template_has_no_problem(deployed: dict[str, Any]) -> None:
    assert problems(deployed) == []


def test_insecure_transport_is_nowhere_in_the_template_or_its_configuration() -> None:
    for path in (PATH, PATH.parent / "samconfig.toml"):
        assert "OAUTHLIB_INSECURE_TRANSPORT" not in path.read_text()


def test_the_functions_and_the_layer_are_packed_from_their_rooms() -> None:
    folders = set(sources(read_template(PATH)).values())
    assert folders == {f"functions/{name}/" for name in FUNCTIONS} | {"layers/common/"}


def test_the_api_has_these_routes_and_no_other(deployed: dict[str, Any]) -> None:
    assert set(properties(deployed, "HttpApi")["Body"]["paths"]) == ROUTES


def test_every_throttled_route_exists(deployed: dict[str, Any]) -> None:
    throttled = properties(deployed, STAGE)["RouteSettings"]
    assert {key.split(" ")[1] for key in throttled} <= ROUTES


@pytest.mark.parametrize(
    ("function", "queue", "timeout_visibility_batch"),
    [
        ("Translator", "DeliveriesQueue", (60, 360, 10)),
        ("Poster", "PostingsQueue", (300, 330, 1)),
        ("Sweeper", "JobsQueue", (300, 330, 1)),
    ],
)
def test_a_queue_and_its_function_fit(
    deployed: dict[str, Any],
    function: str,
    queue: str,
    timeout_visibility_batch: tuple[int, int, int],
) -> None:
    mapping = next(
        resource["Properties"]
        for name, resource in deployed["Resources"].items()
        if resource["Type"] == "AWS::Lambda::EventSourceMapping" and name.startswith(function)
    )
    assert timeout_visibility_batch == (
        properties(deployed, f"{function}Function")["Timeout"],
        properties(deployed, queue)["VisibilityTimeout"],
        mapping["BatchSize"],
    )


def test_a_function_gets_only_documented_variables(deployed: dict[str, Any]) -> None:
    for name, resource in deployed["Resources"].items():
        if resource["Type"] == "AWS::Lambda::Function":
            for variable in resource["Properties"]["Environment"]["Variables"]:
                assert variable.startswith(("DAYBOOK_", "POWERTOOLS_")), f"{name}: {variable}"


type Mutation = Callable[[dict[str, Any]], object]


def setting(name: str, *path: str, to: Any) -> Mutation:
    """A mutation that sets one property, by its path below `Properties`."""

    def mutate(template: dict[str, Any]) -> None:
        target = properties(template, name)
        for step in path[:-1]:
            target = target.setdefault(step, {})
        target[path[-1]] = to

    return mutate


def without(name: str, *path: str) -> Mutation:
    """A mutation that removes one property, or the whole resource if no path is given."""

    def mutate(template: dict[str, Any]) -> None:
        if not path:
            del template["Resources"][name]
            return
        target = properties(template, name)
        for step in path[:-1]:
            target = target[step]
        del target[path[-1]]

    return mutate


def unretained(name: str, policy: str) -> Mutation:
    return lambda template: template["Resources"][name].pop(policy)


def allowed(role: str, action: str, resource: Any) -> Mutation:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return lambda template: properties(template, role)["Policies"][0]["PolicyDocument"][
        "Statement"
    ].append(statement)


LEDGER = {"Fn::GetAtt": ["LedgerTable", "Arn"]}
PLANTED: list[tuple[str, Mutation, str]] = [
    ("fifo batch", setting(POSTER_MAPPING, "BatchSize", to=11), "at most 10 messages"),
    (
        "fifo window",
        setting(POSTER_MAPPING, "MaximumBatchingWindowInSeconds", to=1),
        "no batching window",
    ),
    ("big batch", setting(TRANSLATOR_MAPPING, "BatchSize", to=11), "needs a batching window"),
    (
        "concurrency 1",
        setting(TRANSLATOR_MAPPING, "ScalingConfig", "MaximumConcurrency", to=1),
        "at least 2",
    ),
    ("no concurrency", without(POSTER_MAPPING, "ScalingConfig"), "at least 2"),
    ("whole batch fails", without(TRANSLATOR_MAPPING, "FunctionResponseTypes"), "send its batch"),
    ("visibility", setting("DeliveriesQueue", "VisibilityTimeout", to=359), "below 360 s"),
    ("default visibility", without("JobsQueue", "VisibilityTimeout"), "below 330 s"),
    ("longer timeout", setting("PosterFunction", "Timeout", to=301), "below 331 s"),
    ("no dead letters", without("JobsQueue", "RedrivePolicy"), "JobsQueue: has no dead-letter"),
    ("plain queue", without("JobsQueue", "KmsMasterKeyId"), "not encrypted"),
    ("plain http", without("QueuesTlsOnly"), "does not refuse plain HTTP"),
    (
        "short dead letters",
        setting("PostingsDeadLetters", "MessageRetentionPeriod", to=345_600),
        "stay for 14 days",
    ),
    (
        "long retention",
        setting("PostingsQueue", "MessageRetentionPeriod", to=1_209_600),
        "before 14 days",
    ),
    (
        "anybody's dead letters",
        without("JobsDeadLetters", "RedriveAllowPolicy"),
        "JobsDeadLetters: takes dead letters of other",
    ),
    (
        "another queue's dead letters",
        setting("JobsQueue", "QueueName", to={"Fn::Sub": "${AWS::StackName}-work"}),
        "JobsDeadLetters: takes dead letters of other",
    ),
    (
        "dead letters of none",
        setting(
            "SchedulesDeadLetters",
            "RedriveAllowPolicy",
            to={"redrivePermission": "allowAll"},
        ),
        "SchedulesDeadLetters: takes dead letters of other",
    ),
    (
        "small dead letters",
        without("DeliveriesDeadLetters", "MaximumMessageSize"),
        "DeliveriesDeadLetters: takes other sizes",
    ),
    ("no dead-letter alarm", without("JobsDeadLettersAlarm"), "JobsDeadLetters: no alarm"),
    (
        "alarm above one",
        setting("JobsDeadLettersAlarm", "Threshold", to=2),
        "JobsDeadLetters: no alarm",
    ),
    ("silent alarm", without("PostingsAgeAlarm", "AlarmActions"), "PostingsQueue: no alarm"),
    ("mute alarm", without("PostingsAgeAlarm", "AlarmDescription"), "what to do"),
    (
        "shared role",
        setting("ConsoleFunction", "Role", to={"Ref": "PosterRole"}),
        "shares its role",
    ),
    ("no log group", without("ConsoleFunction", "LoggingConfig"), "no log group"),
    ("endless log", without("WebhookLog", "RetentionInDays"), "no log group"),
    (
        "reserved concurrency",
        setting("PosterFunction", "ReservedConcurrentExecutions", to=5),
        "reserved concurrency",
    ),
    ("x86", setting("PosterFunction", "Architectures", to=["x86_64"]), "not python3.13 on arm64"),
    ("delete", allowed("TranslatorRole", "dynamodb:DeleteItem", LEDGER), "may dynamodb:DeleteItem"),
    ("batch write", allowed("PosterRole", "dynamodb:BatchWriteItem", LEDGER), "BatchWriteItem"),
    ("everywhere", allowed("SweeperRole", "sqs:SendMessage", "*"), "on everything"),
    ("unretained", unretained("LedgerTable", "DeletionPolicy"), "LedgerTable: is not retained"),
    ("replaced", unretained("ArchiveBucket", "UpdateReplacePolicy"), "ArchiveBucket: is not"),
    ("unprotected", without("MappingsTable", "DeletionProtectionEnabled"), "deletion protection"),
    (
        "no recovery",
        without("ConnectionsTable", "PointInTimeRecoverySpecification"),
        "point-in-time",
    ),
    (
        "expiry",
        setting("LedgerTable", "TimeToLiveSpecification", to={"Enabled": True}),
        "does not expire",
    ),
    (
        "expiry of companies",
        setting("ConnectionsTable", "TimeToLiveSpecification", to={"AttributeName": "at"}),
        "does not expire",
    ),
    ("no retry", without("SweepTick", "Target", "RetryPolicy"), "not tried again"),
    ("lost tick", without(END_OF_DAY_SCHEDULE, "Target", "DeadLetterConfig"), "no dead-letter"),
    (
        "local time",
        setting("SweepTick", "ScheduleExpressionTimezone", to="America/New_York"),
        "local time zone",
    ),
    ("named schedule", setting("SweepTick", "Name", to="tick"), "share a schedule's name"),
    ("unthrottled", without(STAGE, "DefaultRouteSettings"), "not throttled"),
    ("no route logged", setting(STAGE, "AccessLogSettings", "Format", to="-"), "logs no route"),
    (
        "path logged",
        setting(STAGE, "AccessLogSettings", "Format", to="$context.routeKey $context.path"),
        "logs the path",
    ),
    (
        "insecure transport",
        setting(
            "PosterFunction", "Environment", "Variables", "OAUTHLIB_INSECURE_TRANSPORT", to="1"
        ),
        "OAUTHLIB_INSECURE_TRANSPORT",
    ),
]


@pytest.mark.parametrize(
    ("mutation", "problem"), [p[1:] for p in PLANTED], ids=[p[0] for p in PLANTED]
)
def test_a_planted_violation_is_noticed(
    deployed: dict[str, Any], mutation: Mutation, problem: str
) -> None:
    broken = copy.deepcopy(deployed)
    mutation(broken)
    assert any(problem in found for found in problems(broken))
