"""Who may do what: the table that the template must be equal to, and that docs/security.md shows.

`NOBODY` are actions that no role may take on anything; they are asked of every resource.
"""

from collections.abc import Iterator
from typing import Final

ROLES: Final = ("webhook", "translator", "poster", "end_of_day", "sweeper", "console", "schedules")
LOGICAL: Final = {
    "webhook": "WebhookRole",
    "translator": "TranslatorRole",
    "poster": "PosterRole",
    "end_of_day": "EndOfDayRole",
    "sweeper": "SweeperRole",
    "console": "ConsoleRole",
    "schedules": "ScheduleRole",
}
_SECRET: Final = "arn:aws:secretsmanager:us-east-1:000000000000:secret:daybook/prod"

# The words of the table, each with the actions that it stands for.
WORDS: Final = {
    "read": "dynamodb:GetItem dynamodb:BatchGetItem dynamodb:Query",
    "write": "dynamodb:PutItem dynamodb:UpdateItem",
    "add": "dynamodb:PutItem",
    "get": "s3:GetObject",
    "put": "s3:PutObject",
    "send": "sqs:SendMessage",
    "consume": "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes",
    "depth": "sqs:GetQueueAttributes",
    "look": "sqs:ReceiveMessage sqs:ChangeMessageVisibility",
    "move": "sqs:DeleteMessage sqs:StartMessageMoveTask sqs:ListMessageMoveTasks",
    "open": "secretsmanager:GetSecretValue",
    "create": "secretsmanager:CreateSecret",
    "renew": "secretsmanager:PutSecretValue",
    "stage": "secretsmanager:UpdateSecretVersionStage",
    "log": "logs:CreateLogStream logs:PutLogEvents",
    "invoke": "lambda:InvokeFunction",
    "use": "kms:Encrypt kms:Decrypt kms:ReEncryptFrom kms:GenerateDataKey kms:DescribeKey",
}
NOBODY: Final = (
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:Scan",
    "dynamodb:DeleteTable",
    "dynamodb:UpdateTable",
    "dynamodb:UpdateContinuousBackups",
    "dynamodb:ExportTableToPointInTime",
    "dynamodb:PartiQLDelete",
    "dynamodb:PartiQLUpdate",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutBucketPolicy",
    "s3:PutLifecycleConfiguration",
    "sqs:PurgeQueue",
    "sqs:DeleteQueue",
    "sqs:SetQueueAttributes",
    "secretsmanager:DeleteSecret",
    "secretsmanager:PutResourcePolicy",
    "kms:ScheduleKeyDeletion",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:CreateGrant",
    "logs:DeleteLogGroup",
    "logs:PutRetentionPolicy",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "sts:AssumeRole",
)

# By resource: its ARN as `rights.named` writes it, and what each role may do with it.
TABLE: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "ledger": (
        "arn:LedgerTable",
        {
            "translator": "read write",
            "poster": "read write",
            "end_of_day": "read write",
            "sweeper": "read write",
            "console": "read write",
        },
    ),
    "ledger's indexes": (
        "arn:LedgerTable/index/index1",
        {
            "translator": "read write",
            "poster": "read write",
            "end_of_day": "read write",
            "sweeper": "read write",
            "console": "read write",
        },
    ),
    "connections": (
        "arn:ConnectionsTable",
        {
            "translator": "read",
            "poster": "read write",
            "end_of_day": "read",
            "sweeper": "read write",
            "console": "read write",
        },
    ),
    "mappings": (
        "arn:MappingsTable",
        {
            "translator": "read add",
            "poster": "read",
            "end_of_day": "read",
            "sweeper": "read write",
            "console": "read write",
        },
    ),
    "archive": (
        "arn:ArchiveBucket/deliveries/shop/1",
        {
            "webhook": "put",
            "translator": "get put",
            "poster": "get put",
            "end_of_day": "get put",
            "sweeper": "get put",
            "console": "get",
        },
    ),
    "secrets `webhook/*`": (
        f"{_SECRET}/webhook/shop-AbCdEf",
        {"webhook": "open", "console": "create renew"},
    ),
    "secrets `pos/*`": (
        f"{_SECRET}/pos/shop-AbCdEf",
        {"translator": "open", "sweeper": "open", "console": "create renew"},
    ),
    "secrets `qbo/*`": (
        f"{_SECRET}/qbo/9341450000000001-AbCdEf",
        {"poster": "open renew stage", "sweeper": "open renew stage", "console": "create renew"},
    ),
    "secret `intuit_app`": (
        f"{_SECRET}/intuit_app-AbCdEf",
        {"poster": "open", "sweeper": "open", "console": "open"},
    ),
    "secret `sign_in`": (f"{_SECRET}/sign_in-AbCdEf", {"console": "open"}),
    "secrets of others": (f"{_SECRET[:-5]}/elsewhere/qbo/1-AbCdEf", {}),
    "queue `deliveries`": (
        "arn:DeliveriesQueue",
        {"webhook": "send", "translator": "consume", "sweeper": "send", "console": "send depth"},
    ),
    "queue `postings`": (
        "arn:PostingsQueue",
        {
            "translator": "send",
            "poster": "send consume",
            "end_of_day": "send",
            "sweeper": "send",
            "console": "send depth",
        },
    ),
    "queue `jobs`": (
        "arn:JobsQueue",
        {"sweeper": "send consume", "console": "send depth", "schedules": "send"},
    ),
    "dead letters of `deliveries`": (
        "arn:DeliveriesDeadLetters",
        {"sweeper": "look depth", "console": "look depth move"},
    ),
    "dead letters of `postings`": (
        "arn:PostingsDeadLetters",
        {"sweeper": "look depth", "console": "look depth move"},
    ),
    "dead letters of `jobs`": (
        "arn:JobsDeadLetters",
        {"sweeper": "look depth", "console": "look depth move"},
    ),
    "dead letters of schedules": (
        "arn:SchedulesDeadLetters",
        {"end_of_day": "send", "schedules": "send"},
    ),
    "alarm topic": ("arn:AlarmTopic", {}),
    "function end_of_day": (
        "arn:aws:lambda:us-east-1:000000000000:function:daybook-prod-end_of_day",
        {"schedules": "invoke"},
    ),
    "other functions": ("arn:aws:lambda:us-east-1:000000000000:function:daybook-prod-poster", {}),
    "key": ("arn:Key", dict.fromkeys(ROLES, "use")),
    **{
        f"log of {name}": (f"arn:{LOGICAL[name].removesuffix('Role')}Log", {name: "log"})
        for name in ROLES[:-1]
    },
}
# Every wildcard that a role may have, and why there is no name.
WILDCARDS: Final = {
    "arn:LedgerTable/index/*": "the table's own indexes",
    "arn:ArchiveBucket/*": "objects are named by their content",
    f"{_SECRET}/webhook/*": "one secret a connection, made when it is connected",
    f"{_SECRET}/pos/*": "one secret a connection, made when it is connected",
    f"{_SECRET}/qbo/*": "one secret a company, made when it is connected",
    f"{_SECRET}/intuit_app-??????": "Secrets Manager adds six characters to a name",
    f"{_SECRET}/sign_in-??????": "Secrets Manager adds six characters to a name",
}


def allowed() -> set[tuple[str, str, str]]:
    """Each (role, action, resource) that the table allows."""
    return {
        (role, action, arn)
        for arn, cells in TABLE.values()
        for role, words in cells.items()
        for word in words.split()
        for action in WORDS[word].split()
    }


def every_action() -> set[str]:
    """Every action that the table knows, allowed to somebody or to nobody."""
    return {action for actions in WORDS.values() for action in actions.split()} | set(NOBODY)


def as_markdown() -> Iterator[str]:
    """The table as docs/security.md has it, the logs left out."""
    yield f"| | {' | '.join(ROLES)} |"
    yield "|---" * (len(ROLES) + 1) + "|"
    for name, (_, cells) in TABLE.items():
        if not name.startswith("log of"):
            yield f"| {name} | {' | '.join(cells.get(role, '') for role in ROLES)} |"
