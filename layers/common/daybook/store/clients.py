"""boto3 clients with our bounds on waiting and repeating, made on first use and kept."""

import threading
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

# "standard" repeats throttling, 5xx and lost connections, with jitter, at most so many times in all
# (https://docs.aws.amazon.com/boto3/latest/guide/retries.html). The pool is as wide as the ledger
# has writers at once, and some.
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=3,
    read_timeout=10,
    max_pool_connections=20,
    # As long as none is given, botocore puts a text together of twenty pieces for each request,
    # twice: a fifth of what a request takes of the processor.
    user_agent="daybook",
)
# What goes to DynamoDB and SQS has types that are checked here, and both refuse what is malformed:
# looking through each row once more takes as long. S3 would take a key of no length for its bucket.
_UNCHECKED = _CONFIG.merge(Config(parameter_validation=False))
# A session makes one client at a time, and the ledger's threads may be first to ask for S3's
# (https://docs.aws.amazon.com/boto3/latest/guide/session.html).
_ONE_AT_A_TIME = threading.Lock()


@cache
def dynamodb() -> "DynamoDBClient":
    """The DynamoDB client of this process."""
    with _ONE_AT_A_TIME:
        return boto3.client("dynamodb", config=_UNCHECKED)


@cache
def s3() -> "S3Client":
    """The S3 client of this process."""
    with _ONE_AT_A_TIME:
        return boto3.client("s3", config=_CONFIG)


@cache
def secrets_manager() -> "SecretsManagerClient":
    """The Secrets Manager client of this process."""
    with _ONE_AT_A_TIME:
        return boto3.client("secretsmanager", config=_CONFIG)


@cache
def sqs() -> "SQSClient":
    """The SQS client of this process."""
    with _ONE_AT_A_TIME:
        return boto3.client("sqs", config=_UNCHECKED)
