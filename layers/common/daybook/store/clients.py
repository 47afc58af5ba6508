"""boto3 clients with our bounds on waiting and repeating, made on first use and kept."""

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
)


@cache
def dynamodb() -> "DynamoDBClient":
    """The DynamoDB client of this process."""
    return boto3.client("dynamodb", config=_CONFIG)


@cache
def s3() -> "S3Client":
    """The S3 client of this process."""
    return boto3.client("s3", config=_CONFIG)


@cache
def secrets_manager() -> "SecretsManagerClient":
    """The Secrets Manager client of this process."""
    return boto3.client("secretsmanager", config=_CONFIG)


@cache
def sqs() -> "SQSClient":
    """The SQS client of this process."""
    return boto3.client("sqs", config=_CONFIG)
