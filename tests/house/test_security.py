"""The template is closed as docs/security.md says, and each check would notice if it were not."""

import copy
from typing import Any

import pytest
import yaml

from local.transform import read_template, to_cloudformation
from tests.house.security_checks import problems, waivers
from tests.house.test_template import Mutation, properties, setting, without
from tests.house.tree import ROOT, text_of


@pytest.fixture(scope="module")
def deployed() -> dict[str, Any]:
    return to_cloudformation(read_template(ROOT / "template.yaml"), {"Stage": "prod"}, "code")


def test_the_template_is_closed(deployed: dict[str, Any]) -> None:
    assert problems(deployed) == []


def policy_of(name: str, **changes: Any) -> Mutation:
    """The first statement of a resource policy changed."""
    return lambda template: properties(template, name)["PolicyDocument"]["Statement"][0].update(
        changes
    )


def trusted(template: dict[str, Any]) -> None:
    document = properties(template, "PosterRole")["AssumeRolePolicyDocument"]
    document["Statement"][0]["Principal"] = {"AWS": "arn:aws:iam::123456789012:root"}


def parameter(name: str, key: str, value: Any = None) -> Mutation:
    def mutate(template: dict[str, Any]) -> None:
        template["Parameters"][name].pop(key, None)
        if value is not None:
            template["Parameters"][name][key] = value

    return mutate


def variable(name: str, value: Any) -> Mutation:
    return setting("PosterFunction", "Environment", "Variables", name, to=value)


PERMISSION = "WebhookFunctionDeliveryPermission"
PLANTED: list[tuple[str, Mutation, str]] = [
    ("table", without("LedgerTable", "SSESpecification"), "LedgerTable: is not under"),
    ("topic", without("AlarmTopic", "KmsMasterKeyId"), "AlarmTopic: is not under"),
    ("log", without("WebhookLog", "KmsKeyId"), "WebhookLog: is not under"),
    ("secret", without("IntuitAppSecret", "KmsKeyId"), "IntuitAppSecret: is not under"),
    ("other key", setting("JobsQueue", "KmsMasterKeyId", to={"Ref": "Other"}), "JobsQueue: is not"),
    ("bucket", without("ArchiveBucket", "BucketEncryption"), "ArchiveBucket: is not under"),
    ("rotation", without("Key", "EnableKeyRotation"), "not rotated"),
    ("bucket's http", without("ArchiveBucketPolicy"), "ArchiveBucket: does not refuse"),
    ("topic's http", without("AlarmTopicPolicy"), "AlarmTopic: does not refuse"),
    ("half denied", policy_of("ArchiveBucketPolicy", Condition={}), "does not refuse plain"),
    (
        "everybody",
        policy_of("ArchiveBucketPolicy", Effect="Allow", Principal="*"),
        "lets in everybody",
    ),
    (
        "public bucket",
        setting("ArchiveBucket", "PublicAccessBlockConfiguration", "BlockPublicAcls", to=False),
        "not closed to the public",
    ),
    (
        "half closed bucket",
        without("ArchiveBucket", "PublicAccessBlockConfiguration", "BlockPublicAcls"),
        "in all four ways",
    ),
    ("trusted account", trusted, "others than a service"),
    (
        "foreign policy",
        setting(
            "PosterRole", "ManagedPolicyArns", to=["arn:aws:iam::aws:policy/AdministratorAccess"]
        ),
        "not the stack's",
    ),
    ("any source", without(PERMISSION, "SourceArn"), "any source"),
    ("secret variable", variable("INTUIT_CLIENT_SECRET", "x"), "looks like a secret"),
    (
        "resolved secret",
        variable("DAYBOOK_APP", "{{resolve:secretsmanager:daybook/prod/intuit_app}}"),
        "would show a secret",
    ),
    ("free parameter", parameter("QboUrl", "AllowedPattern"), "QboUrl: takes anything"),
    ("half bounded", parameter("SettleSeconds", "MaxValue"), "SettleSeconds: takes anything"),
    ("mute parameter", parameter("Stage", "Description"), "Stage: does not say what it is"),
    ("silent constraint", parameter("AlarmEmail", "ConstraintDescription"), "what it takes"),
    ("secret parameter", parameter("QboUrl", "NoEcho", True), "is no parameter"),
]


@pytest.mark.parametrize(
    ("mutation", "problem"), [p[1:] for p in PLANTED], ids=[p[0] for p in PLANTED]
)
def test_a_planted_opening_is_noticed(
    deployed: dict[str, Any], mutation: Mutation, problem: str
) -> None:
    broken = copy.deepcopy(deployed)
    mutation(broken)
    assert any(problem in found for found in problems(broken))


def test_every_waiver_has_its_reason_and_there_are_few() -> None:
    template = read_template(ROOT / "template.yaml")
    skipped = yaml.safe_load(text_of(".checkov.yaml"))["skip-check"]
    page = text_of("docs/security.md")
    assert list(waivers(template, skipped, page)) == []


@pytest.mark.parametrize(
    ("skipped", "page", "problem"),
    [
        (["CKV_AWS_1", "CKV_AWS_2"], "| `CKV_AWS_1` |", "leaves out other checks"),
        (["CKV_AWS_1"], "", "does not name it"),
    ],
)
def test_a_waiver_that_is_not_told_everywhere_is_noticed(
    skipped: list[str], page: str, problem: str
) -> None:
    template = {"Metadata": {"checkov": {"skip": [{"id": "CKV_AWS_1", "comment": "x" * 40}]}}}
    assert any(problem in found for found in waivers(template, skipped, page))


def test_a_waiver_without_a_reason_and_a_seventh_one_are_noticed() -> None:
    skip = [{"id": f"CKV_AWS_{number}", "comment": ""} for number in range(7)]
    found = list(waivers({"Metadata": {"checkov": {"skip": skip}}}, [], ""))
    assert any("more than six" in one for one in found)
    assert any("no reason" in one for one in found)
