"""What keeps the deployed template closed: encryption, plain HTTP, who is trusted, what is told.

Each check takes the resources of the CloudFormation template (SAM already transformed) and gives a
sentence for each thing that is wrong. What a role may do is tests/house/test_rights.py.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.house.template_checks import named, of_type

type Resources = dict[str, Any]
type Check = Callable[[Resources], Iterator[str]]

# Where the stack's key must stand, by type: the path of the property.
_KEY: Final[dict[str, tuple[str, ...]]] = {
    "AWS::DynamoDB::Table": ("SSESpecification", "KMSMasterKeyId"),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
    "AWS::Logs::LogGroup": ("KmsKeyId",),
}
_PLAIN_HTTP: Final = {"Bool": {"aws:SecureTransport": "false"}}
_SECRET_WORDS: Final = ("SECRET", "TOKEN", "PASSWORD", "API_KEY", "CREDENTIAL")
# Names of variables that have such a word and hold no secret.
_HARMLESS: Final = frozenset({"DAYBOOK_SECRETS_PREFIX"})


def encryption(resources: Resources) -> Iterator[str]:
    """Everything that stores is under the stack's own key, which is rotated."""
    for kind, path in _KEY.items():
        for name, properties in of_type(resources, kind).items():
            value: Any = properties
            for step in path:
                value = value.get(step, {})
            if not value or named(value) != "Key":
                yield f"{name}: is not under the stack's key"
    for name, bucket in of_type(resources, "AWS::S3::Bucket").items():
        rules = bucket.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
        if not any("KMSMasterKeyID" in rule["ServerSideEncryptionByDefault"] for rule in rules):
            yield f"{name}: is not under the stack's key"
    for name, key in of_type(resources, "AWS::KMS::Key").items():
        if not key.get("EnableKeyRotation"):
            yield f"{name}: is not rotated"


def plain_http(resources: Resources) -> Iterator[str]:
    """Bucket and topic refuse plain HTTP (queues: template_checks)."""
    for store, policy, refers in (
        ("AWS::S3::Bucket", "AWS::S3::BucketPolicy", lambda p: [p["Bucket"]]),
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", lambda p: p["Topics"]),
    ):
        closed = {
            named(one)
            for properties in of_type(resources, policy).values()
            if _denies_plain_http(properties["PolicyDocument"])
            for one in refers(properties)
        }
        for name in of_type(resources, store):
            if name not in closed:
                yield f"{name}: does not refuse plain HTTP"


def _denies_plain_http(document: Resources) -> bool:
    return any(
        one["Effect"] == "Deny" and one.get("Condition") == _PLAIN_HTTP and one["Principal"] == "*"
        for one in document["Statement"]
    )


def public(resources: Resources) -> Iterator[str]:
    """No resource policy lets in everybody, and the bucket is closed to the public."""
    for name, resource in resources.items():
        for statement in (
            resource.get("Properties", {}).get("PolicyDocument", {}).get("Statement", [])
        ):
            if statement["Effect"] == "Allow" and statement.get("Principal") in ("*", {"AWS": "*"}):
                yield f"{name}: lets in everybody"
    for name, bucket in of_type(resources, "AWS::S3::Bucket").items():
        if set(bucket.get("PublicAccessBlockConfiguration", {}).values()) != {True}:
            yield f"{name}: is not closed to the public"
        if len(bucket.get("PublicAccessBlockConfiguration", {})) != 4:
            yield f"{name}: is not closed to the public in all four ways"


def trust(resources: Resources) -> Iterator[str]:
    """A role is assumed by an AWS service only, a function invoked by a source that is named."""
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            if set(statement["Principal"]) != {"Service"}:
                yield f"{name}: is assumed by others than a service"
        if any(isinstance(arn, str) for arn in role.get("ManagedPolicyArns", [])):
            yield f"{name}: has a policy that is not the stack's"
    for name, permission in of_type(resources, "AWS::Lambda::Permission").items():
        if "SourceArn" not in permission:
            yield f"{name}: lets any source of its kind invoke the function"


def variables(resources: Resources) -> Iterator[str]:
    """No variable of a function holds a secret, nor does one resolve to one."""
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        for variable, value in function["Environment"]["Variables"].items():
            if any(word in variable for word in _SECRET_WORDS) and variable not in _HARMLESS:
                yield f"{name}: {variable} looks like a secret"
            if "{{resolve:" in json.dumps(value):
                yield f"{name}: {variable} would show a secret to whoever may look"


def parameters(template: Resources) -> Iterator[str]:
    """Every parameter is bounded: by its values, a pattern or both ends; none carries a secret."""
    for name, parameter in template["Parameters"].items():
        bounds = [
            "AllowedValues" in parameter,
            "AllowedPattern" in parameter,
            {"MinValue", "MaxValue"} <= set(parameter),
        ]
        if not any(bounds):
            yield f"{name}: takes anything"
        if "AllowedPattern" in parameter and "ConstraintDescription" not in parameter:
            yield f"{name}: does not say what it takes"
        if not parameter.get("Description"):
            yield f"{name}: does not say what it is"
        if parameter.get("NoEcho"):
            yield f"{name}: a secret is no parameter"


def waivers(template: Resources, skipped: list[str], page: str) -> Iterator[str]:
    """The waivers of checkov: at most six, each with a reason, the same in all three places."""
    found = template.get("Metadata", {}).get("checkov", {}).get("skip", [])
    if len(found) > 6:
        yield f"{len(found)} waivers are more than six"
    if [one["id"] for one in found] != skipped:
        yield ".checkov.yaml leaves out other checks than the template's Metadata"
    for one in found:
        if len(one.get("comment", "")) < 40:
            yield f"{one['id']}: no reason is given"
        if f"| `{one['id']}` |" not in page:
            yield f"{one['id']}: docs/security.md does not name it"


CHECKS: tuple[Check, ...] = (encryption, plain_http, public, trust, variables)


def problems(template: Resources) -> list[str]:
    """Everything that is wrong with a CloudFormation template."""
    found = [problem for check in CHECKS for problem in check(template["Resources"])]
    return [*found, *parameters(template)]
