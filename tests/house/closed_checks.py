"""What else keeps the deployed template closed: whose word counts, what is kept, what may be there.

Each check takes the resources of the CloudFormation template (SAM already transformed) and gives a
sentence for each thing that is wrong. tests/house/security_checks.py has the encryption and what is
public, tests/house/rights_table.py what roles may do.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.house.template_checks import named, of_type

type Resources = dict[str, Any]
type Check = Callable[[Resources], Iterator[str]]

# Kinds whose rights the other checks read. Whatever else could give a right to somebody (a policy,
# a user, a function's own address) is a kind that nobody has looked at yet.
KINDS: Final = frozenset(
    {
        "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard", "AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient",
        "AWS::Cognito::UserPoolDomain", "AWS::Cognito::UserPoolGroup", "AWS::DynamoDB::Table",
        "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::KMS::Key",
        "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function", "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission",
        "AWS::Logs::LogGroup", "AWS::Logs::MetricFilter",
        "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SNS::Subscription", "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy",
        "AWS::Scheduler::Schedule", "AWS::SecretsManager::Secret",
    }
)  # fmt: skip
# Who assumes each role: functions are Lambda's, the rest is the scheduler's.
_SERVICES: Final = {"ScheduleRole": "scheduler.amazonaws.com"}
# Services of AWS that the key's own policy lets in, beside the account's IAM policies.
_KEY_SERVICES: Final = {"logs", "cloudwatch"}
_VIA: Final = {"sqs", "s3", "dynamodb", "secretsmanager"}
_SECRETS: Final = ("AWS::SecretsManager::Secret", "AWS::KMS::Key")
# What a variable may hold beside a reference: words that are the same for everybody.
_PLAIN: Final = {"POWERTOOLS_LOG_LEVEL": {"INFO"}, "POWERTOOLS_SERVICE_NAME": None}
# A rate above this is none: an account has 10,000 requests a second for all its APIs.
_MOST_REQUESTS: Final = 1_000
_PLAIN_HTTP: Final = {"Bool": {"aws:SecureTransport": "false"}}
# What each kind of policy must refuse over plain HTTP. Topics: subscribing is the account's own.
_REFUSED: Final = {
    "AWS::S3::BucketPolicy": "s3:*",
    "AWS::SQS::QueuePolicy": "sqs:*",
    "AWS::SNS::TopicPolicy": "sns:Publish",
}


def kinds(resources: Resources) -> Iterator[str]:
    """Every kind of resource is one whose rights are read."""
    for name, resource in resources.items():
        if resource["Type"] not in KINDS:
            yield f"{name}: {resource['Type']} is a kind whose rights no test reads"
    for name, policy in of_type(resources, "AWS::IAM::ManagedPolicy").items():
        if {"Roles", "Users", "Groups"} & set(policy):
            yield f"{name}: gives itself to roles; they name it instead"


def refusals(resources: Resources) -> Iterator[str]:
    """Policies of buckets, queues and topics refuse plain HTTP for all of it, and allow nobody but
    this account's alarms."""
    for kind, action in _REFUSED.items():
        for name, properties in of_type(resources, kind).items():
            statements = properties["PolicyDocument"]["Statement"]
            if not any(_refuses(one, action, properties) for one in statements):
                yield f"{name}: does not refuse all of {action} over plain HTTP"
            for one in statements:
                if one["Effect"] == "Allow" and not _of_own_alarms(one):
                    yield f"{name}: lets somebody in"


def _refuses(statement: Resources, action: str, properties: Resources) -> bool:
    # A queue policy is attached to each of its queues, so that `*` is that queue.
    whole: dict[str, Any] = {
        "s3:*": [
            {"Fn::GetAtt": ["ArchiveBucket", "Arn"]}, {"Fn::Sub": "${ArchiveBucket.Arn}/*"},
        ],
        "sqs:*": "*",
        "sns:Publish": properties.get("Topics", [""])[0],
    }  # fmt: skip
    return statement | {"Sid": ""} == {
        "Sid": "", "Effect": "Deny", "Principal": "*", "Action": action,
        "Resource": whole[action], "Condition": _PLAIN_HTTP,
    }  # fmt: skip


def _of_own_alarms(statement: Resources) -> bool:
    own = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    return (
        statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        and statement["Action"] == "sns:Publish"
        and statement.get("Condition") == own
    )


def key(resources: Resources) -> Iterator[str]:
    """The key obeys the account's IAM, its logs and its alarms; roles use it through services."""
    for name, properties in of_type(resources, "AWS::KMS::Key").items():
        if properties.get("Enabled") is False or properties.get("PendingWindowInDays") != 30:
            yield f"{name}: is off, or gone in less than 30 days"
        for one in properties["KeyPolicy"]["Statement"]:
            yield from (f"{name}: {why}" for why in _strangers(one))
    for one in resources["UseKey"]["Properties"]["PolicyDocument"]["Statement"]:
        (operator, tested), *others = one.get("Condition", {"": {}}).items()
        via = tested.get("kms:ViaService", ())
        if operator != "StringEquals" or others or {_service(each) for each in via} != _VIA:
            yield "UseKey: the key is used past the services that store for us"


def _strangers(statement: Resources) -> Iterator[str]:
    match statement["Principal"]:
        case {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}, **rest}:
            strange = bool(rest)
        case {"Service": service, **rest}:
            strange = bool(rest) or _service(service) not in _KEY_SERVICES
            if _service(service) == "logs" and "ArnLike" not in statement.get("Condition", {}):
                yield "serves the logs of other accounts"
        case _:
            strange = True
    if strange:
        yield "obeys somebody else"


def _service(name: Any) -> str:
    """`sqs` of `sqs.${AWS::Region}.amazonaws.com`."""
    text = name["Fn::Sub"] if isinstance(name, dict) else name
    return str(text).removesuffix(".amazonaws.com").removesuffix(".${AWS::Region}")


def state(resources: Resources) -> Iterator[str]:
    """Tables under the key with 35 days of recovery and no policy of their own; every version of
    the archive is kept; secrets are made empty."""
    for name, table in of_type(resources, "AWS::DynamoDB::Table").items():
        stored = table.get("SSESpecification", {})
        if (stored.get("SSEEnabled"), stored.get("SSEType")) != (True, "KMS"):
            yield f"{name}: is not encrypted with the key"
        if "RecoveryPeriodInDays" in table.get("PointInTimeRecoverySpecification", {}):
            yield f"{name}: can be restored for less than 35 days"
        if "ResourcePolicy" in table:
            yield f"{name}: has a policy of its own"
    for name, bucket in of_type(resources, "AWS::S3::Bucket").items():
        yield from (f"{name}: {why}" for why in _bucket(bucket))
    for name, secret in of_type(resources, "AWS::SecretsManager::Secret").items():
        if {"SecretString", "GenerateSecretString"} & set(secret):
            yield f"{name}: its text would stand in the template"


def _bucket(bucket: Resources) -> Iterator[str]:
    if bucket.get("VersioningConfiguration") != {"Status": "Enabled"}:
        yield "does not keep versions"
    for rule in bucket.get("LifecycleConfiguration", {}).get("Rules", []):
        if strange := set(rule) - {"Id", "Status", "AbortIncompleteMultipartUpload"}:
            yield f"a rule may take objects away: {', '.join(sorted(strange))}"
    owned = bucket.get("OwnershipControls", {}).get("Rules")
    if owned != [{"ObjectOwnership": "BucketOwnerEnforced"}]:
        yield "obeys access lists"
    for rule in bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]:
        by = rule["ServerSideEncryptionByDefault"]
        under_key = by.get("KMSMasterKeyID") == {"Fn::GetAtt": ["Key", "Arn"]}
        if by["SSEAlgorithm"] != "aws:kms" or not under_key:
            yield "is not under the stack's key"
    if "WebsiteConfiguration" in bucket:
        yield "is a website"


def logs(resources: Resources) -> Iterator[str]:
    """Every log is kept as long as the parameter says, and no longer."""
    for name, group in of_type(resources, "AWS::Logs::LogGroup").items():
        if group.get("RetentionInDays") != {"Ref": "LogRetentionDays"}:
            yield f"{name}: is not kept for LogRetentionDays"


def trust(resources: Resources) -> Iterator[str]:
    """Each role is assumed by its own service; a function is invoked by the API only."""
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        service = _SERVICES.get(name, "lambda.amazonaws.com")
        for one in role["AssumeRolePolicyDocument"]["Statement"]:
            if one["Principal"] != {"Service": service} or one["Action"] != "sts:AssumeRole":
                yield f"{name}: is assumed by others than {service}"
            if name in _SERVICES and "StringEquals" not in one.get("Condition", {}):
                yield f"{name}: serves schedules of other accounts"
    for name, permission in of_type(resources, "AWS::Lambda::Permission").items():
        if permission["Principal"] != "apigateway.amazonaws.com":
            yield f"{name}: lets in {permission['Principal']}"
    for name, told in of_type(resources, "AWS::SNS::Subscription").items():
        if told["Protocol"] != "email":
            yield f"{name}: alarms go elsewhere than to a mailbox"


def variables(resources: Resources) -> Iterator[str]:
    """A variable is a name or an address that the template refers to, never a text or a secret."""
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        for variable, value in function["Environment"]["Variables"].items():
            if isinstance(value, str):
                known = _PLAIN.get(variable, set())
                if known is not None and value not in known:
                    yield f"{name}: {variable} holds a text of its own"
            elif _points_at(value, _SECRETS, resources) and variable != "DAYBOOK_KEY_ARN":
                yield f"{name}: {variable} leads to a secret"
        if function.get("TracingConfig"):
            yield f"{name}: traces hold what was asked for"


def _points_at(value: Any, kinds_: tuple[str, ...], resources: Resources) -> bool:
    if {"Ref", "Fn::GetAtt"} & set(value):
        return resources.get(named(value), {}).get("Type") in kinds_
    return False


def throttling(resources: Resources) -> Iterator[str]:
    """Every route has a rate and a burst that stop a flood, webhooks their own."""
    for name, stage in of_type(resources, "AWS::ApiGatewayV2::Stage").items():
        routes = stage.get("RouteSettings", {})
        for one in ("POST /webhooks/{connection}", "POST /webhooks/{connection}/{event}"):
            if one not in routes:
                yield f"{name}: {one} has no rate of its own"
        for limits in (stage.get("DefaultRouteSettings", {}), *routes.values()):
            for limit in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
                if not 0 < limits.get(limit, 0) <= _MOST_REQUESTS:
                    yield f"{name}: {limit} is missing, or none"
            if limits.get("DataTraceEnabled"):
                yield f"{name}: logs what was sent"
    for name, api in of_type(resources, "AWS::ApiGatewayV2::Api").items():
        if "CorsConfiguration" in api:
            yield f"{name}: pages of other sites may read its answers"


def people(resources: Resources) -> Iterator[str]:
    """The user pool: nobody signs up, everybody has a second factor, only a code comes back."""
    for name, pool in of_type(resources, "AWS::Cognito::UserPool").items():
        retained = {resources[name].get(p) for p in ("DeletionPolicy", "UpdateReplacePolicy")}
        if pool.get("DeletionProtection") != "ACTIVE" or retained != {"Retain"}:
            yield f"{name}: can be deleted by a slip of the hand"
        if pool.get("MfaConfiguration") != "ON":
            yield f"{name}: does not ask everybody for a second factor"
        if pool.get("AdminCreateUserConfig") != {"AllowAdminCreateUserOnly": True}:
            yield f"{name}: lets people sign up"
        if pool["Policies"]["PasswordPolicy"].get("MinimumLength", 0) < 12:
            yield f"{name}: takes short passwords"
    for name, client in of_type(resources, "AWS::Cognito::UserPoolClient").items():
        flows = {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
        if client["AllowedOAuthFlows"] != ["code"] or not set(client["ExplicitAuthFlows"]) <= flows:
            yield f"{name}: signs in without a code"
        back = [*client["CallbackURLs"], *client["LogoutURLs"]]
        if not all(url["Fn::Sub"].startswith("${ConsoleUrl}/console/") for url in back):
            yield f"{name}: sends people elsewhere than to the console"
        if client.get("PreventUserExistenceErrors") != "ENABLED":
            yield f"{name}: tells who has an account"


def alarms(resources: Resources) -> Iterator[str]:
    """Every alarm reaches the topic."""
    for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items():
        silent = alarm.get("ActionsEnabled") is False
        if silent or alarm.get("AlarmActions") != [{"Ref": "AlarmTopic"}]:
            yield f"{name}: rings nobody"


CHECKS: Final[tuple[Check, ...]] = (
    kinds, refusals, key, state, logs, trust, variables, throttling, people, alarms,
)  # fmt: skip


def secrets_told(template: Resources) -> Iterator[str]:
    """No parameter asks for a secret and no output tells one."""
    for name in template["Parameters"]:
        if any(word in name.lower() for word in ("secret", "token", "password", "key")):
            yield f"{name}: a secret is no parameter"
    if "{{resolve:" in json.dumps(template):
        yield "a dynamic reference would show a secret to whoever may look"


def problems(template: Resources) -> list[str]:
    """Everything that is wrong with a CloudFormation template."""
    found = [problem for check in CHECKS for problem in check(template["Resources"])]
    return [*found, *secrets_told(template)]
