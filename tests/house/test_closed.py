"""Nothing of the template lets anybody in by a side door, and each door would be noticed."""

import copy
from typing import Any

import pytest

from local.transform import read_template, to_cloudformation
from tests.house.closed_checks import problems
from tests.house.test_template import Mutation, properties, setting, without
from tests.house.tree import ROOT

STAGE = "HttpApiApiGatewayDefaultStage"
ANYBODY = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*"}
ELSEWHERE = {**ANYBODY, "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}
EVERYTHING = {"PolicyName": "x", "PolicyDocument": {"Statement": [ANYBODY]}}


@pytest.fixture(scope="module")
def deployed() -> dict[str, Any]:
    return to_cloudformation(read_template(ROOT / "template.yaml"), {"Stage": "prod"}, "code")


def test_the_template_has_no_side_door(deployed: dict[str, Any]) -> None:
    assert problems(deployed) == []


def added(kind: str, **values: Any) -> Mutation:
    """One more resource."""
    return lambda template: template["Resources"].update(Extra={"Type": kind, "Properties": values})


def statement(name: str, number: int = 0, policy: str = "PolicyDocument", **to: Any) -> Mutation:
    """A statement of a resource's policy changed; None takes a word of it away."""

    def mutate(template: dict[str, Any]) -> None:
        found = properties(template, name)[policy]["Statement"][number]
        found.update(to)
        for word in [word for word, value in to.items() if value is None]:
            del found[word]

    return mutate


def also(name: str, one: dict[str, Any], policy: str = "PolicyDocument") -> Mutation:
    """One more statement."""
    return lambda template: properties(template, name)[policy]["Statement"].append(one)


def rule(**words: Any) -> Mutation:
    """One more rule of the archive."""
    return lambda template: properties(template, "ArchiveBucket")["LifecycleConfiguration"][
        "Rules"
    ].append({"Id": "x", "Status": "Enabled", **words})


def every_route(limit: str, to: int) -> Mutation:
    def mutate(template: dict[str, Any]) -> None:
        for route in properties(template, STAGE)["RouteSettings"].values():
            route[limit] = to

    return mutate


def variable(name: str, value: Any) -> Mutation:
    return setting("PosterFunction", "Environment", "Variables", name, to=value)


TRUST = "AssumeRolePolicyDocument"
DEFAULT = "ArchiveBucket", "BucketEncryption", "ServerSideEncryptionConfiguration"
PLANTED: list[tuple[Mutation, str]] = [
    (added("AWS::IAM::Policy", Roles=[{"Ref": "WebhookRole"}]), "whose rights no test reads"),
    (added("AWS::IAM::User", Policies=[EVERYTHING]), "whose rights no test reads"),
    (added("AWS::Lambda::Url", AuthType="NONE"), "whose rights no test reads"),
    (added("AWS::SecretsManager::ResourcePolicy"), "whose rights no test reads"),
    (setting("UseKey", "Roles", to=[{"Ref": "WebhookRole"}]), "gives itself to roles"),
    (statement("ArchiveBucketPolicy", Action="s3:GetObject"), "does not refuse all of s3:*"),
    (
        statement("ArchiveBucketPolicy", Resource={"Fn::Sub": "${ArchiveBucket.Arn}/*"}),
        "does not refuse all of s3:*",
    ),
    (statement("QueuesTlsOnly", Action="sqs:SendMessage"), "does not refuse all of sqs:*"),
    (statement("QueuesTlsOnly", Principal=ELSEWHERE["Principal"]), "does not refuse all of"),
    (statement("AlarmTopicPolicy", 1, Action="sns:Subscribe"), "does not refuse all of sns:"),
    (also("QueuesTlsOnly", ELSEWHERE), "QueuesTlsOnly: lets somebody in"),
    (also("ArchiveBucketPolicy", ELSEWHERE), "ArchiveBucketPolicy: lets somebody in"),
    (statement("AlarmTopicPolicy", Condition=None), "AlarmTopicPolicy: lets somebody in"),
    (also("Key", ELSEWHERE, "KeyPolicy"), "Key: obeys somebody else"),
    (also("Key", {**ANYBODY, "Principal": "*"}, "KeyPolicy"), "Key: obeys somebody else"),
    (
        also("Key", {**ANYBODY, "Principal": {"Service": "lambda.amazonaws.com"}}, "KeyPolicy"),
        "Key: obeys somebody else",
    ),
    (statement("Key", 1, "KeyPolicy", Condition=None), "logs of other accounts"),
    (setting("Key", "PendingWindowInDays", to=7), "in less than 30 days"),
    (setting("Key", "Enabled", to=False), "Key: is off"),
    (
        statement("UseKey", Condition={"StringLike": {"kms:ViaService": "*"}}),
        "past the services",
    ),
    (statement("UseKey", Condition=None), "past the services"),
    (setting("LedgerTable", "SSESpecification", "SSEType", to="AES256"), "not encrypted"),
    (setting("LedgerTable", "SSESpecification", "SSEEnabled", to=False), "not encrypted"),
    (
        setting("LedgerTable", "PointInTimeRecoverySpecification", "RecoveryPeriodInDays", to=1),
        "less than 35 days",
    ),
    (setting("MappingsTable", "ResourcePolicy", to={}), "a policy of its own"),
    (without("ArchiveBucket", "VersioningConfiguration"), "does not keep versions"),
    (rule(ExpirationInDays=30), "ExpirationInDays"),
    (rule(NoncurrentVersionExpiration={"NoncurrentDays": 1}), "may take objects away"),
    (without("ArchiveBucket", "OwnershipControls"), "obeys access lists"),
    (
        setting(*DEFAULT, to=[{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]),
        "is not under the stack's key",
    ),
    (setting("ArchiveBucket", "WebsiteConfiguration", to={}), "is a website"),
    (setting("IntuitAppSecret", "SecretString", to="x"), "would stand in the template"),
    (without("HttpApiLog", "RetentionInDays"), "HttpApiLog: is not kept"),
    (setting("PosterLog", "RetentionInDays", to=3_653), "PosterLog: is not kept"),
    (statement("PosterRole", 0, TRUST, Principal={"Service": "ec2.amazonaws.com"}), "by others"),
    (statement("ScheduleRole", 0, TRUST, Condition=None), "schedules of other accounts"),
    (
        added("AWS::Lambda::Permission", Principal="*", SourceArn="arn:x"),
        "Extra: lets in *",
    ),
    (setting("AlarmMail", "Protocol", to="http"), "elsewhere than to a mailbox"),
    (variable("DAYBOOK_APP", "sk-1234"), "holds a text of its own"),
    (variable("POWERTOOLS_LOG_LEVEL", "DEBUG"), "holds a text of its own"),
    (variable("POWERTOOLS_LOGGER_LOG_EVENT", "true"), "holds a text of its own"),
    (variable("DAYBOOK_APP", {"Ref": "IntuitAppSecret"}), "leads to a secret"),
    (setting("WebhookFunction", "TracingConfig", to={"Mode": "Active"}), "traces hold"),
    (without(STAGE, "RouteSettings"), "has no rate of its own"),
    (every_route("ThrottlingRateLimit", 100_000), "ThrottlingRateLimit is missing, or none"),
    (
        without(STAGE, "DefaultRouteSettings", "ThrottlingBurstLimit"),
        "ThrottlingBurstLimit is missing, or none",
    ),
    (setting(STAGE, "DefaultRouteSettings", "DataTraceEnabled", to=True), "logs what was sent"),
    (
        added("AWS::ApiGatewayV2::Api", CorsConfiguration={"AllowOrigins": ["*"]}),
        "pages of other sites",
    ),
    (setting("UserPool", "DeletionProtection", to="INACTIVE"), "a slip of the hand"),
    (lambda template: template["Resources"]["UserPool"].pop("DeletionPolicy"), "slip of the hand"),
    (setting("UserPool", "MfaConfiguration", to="OPTIONAL"), "second factor"),
    (without("UserPool", "AdminCreateUserConfig"), "lets people sign up"),
    (setting("UserPool", "Policies", "PasswordPolicy", "MinimumLength", to=8), "short passwords"),
    (setting("UserPoolClient", "AllowedOAuthFlows", to=["implicit"]), "without a code"),
    (
        setting("UserPoolClient", "ExplicitAuthFlows", to=["ALLOW_USER_PASSWORD_AUTH"]),
        "without a code",
    ),
    (
        setting("UserPoolClient", "CallbackURLs", to=[{"Fn::Sub": "https://example.com/"}]),
        "elsewhere than to the console",
    ),
    (without("UserPoolClient", "PreventUserExistenceErrors"), "tells who has an account"),
    (setting("HeldTooLongAlarm", "ActionsEnabled", to=False), "rings nobody"),
    (without("TwoIdsAlarm", "AlarmActions"), "rings nobody"),
    (
        lambda template: template["Parameters"].update(IntuitClientSecret={"Type": "String"}),
        "is no parameter",
    ),
    (
        lambda template: template["Outputs"].update(
            App={"Value": "{{resolve:secretsmanager:daybook/prod/intuit_app}}"}
        ),
        "would show a secret",
    ),
]


@pytest.mark.parametrize(("mutation", "problem"), PLANTED)
def test_a_planted_side_door_is_noticed(
    deployed: dict[str, Any], mutation: Mutation, problem: str
) -> None:
    broken = copy.deepcopy(deployed)
    mutation(broken)
    assert any(problem in found for found in problems(broken))
