"""The real store over AWS in process (moto): tables, bucket and prefix as the template has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber

from daybook.store.archive import Archive
from daybook.store.connections import Connections
from daybook.store.ledger import Ledger
from daybook.store.mappings import Mappings
from daybook.store.secrets import Secrets, Vault
from daybook.store.table import Table
from daybook.store.token_secrets import TokenSecrets

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

BUCKET, PREFIX, REGION = "archive", "daybook/dev", "us-east-1"


@dataclass
class InProcessAws:
    """Clients of an empty account, and the store's parts over them."""

    dynamodb: "DynamoDBClient"
    s3: "S3Client"
    secrets_manager: "SecretsManagerClient"
    sqs: "SQSClient"

    def archive(self) -> Archive:
        """The archive."""
        return Archive(lambda: self.s3, BUCKET)

    def ledger(self) -> Ledger:
        """The ledger."""
        return Ledger(Table(self.dynamodb, "ledger"), self.archive())

    def connections(self) -> Connections:
        """The connections."""
        return Connections(Table(self.dynamodb, "connections"))

    def mappings(self) -> Mappings:
        """The mappings."""
        return Mappings(Table(self.dynamodb, "mappings"))

    def vault(self) -> Vault:
        """The secrets under the prefix."""
        return Vault(self.secrets_manager, PREFIX)

    def secrets(self) -> Secrets:
        """What the functions read of them."""
        return Secrets(self.vault())

    def token_secrets(self) -> TokenSecrets:
        """The companies' tokens."""
        return TokenSecrets(self.secrets_manager, self.vault())


@contextmanager
def _emptied() -> Iterator[None]:
    """moto, for clients of boto3 only.

    `mock_aws` also stands in the way of every call of `requests` (with some thousand patterns), and
    makes boto3 read its models from disk again each time: most of what a short test takes.
    """
    BackendDict.reset()
    botocore_stubber.enabled = True
    try:
        yield
    finally:
        botocore_stubber.enabled = False
        BackendDict.reset()
        reset_model_data()


@cache
def _session() -> boto3.session.Session:
    return boto3.session.Session("testing", "testing", region_name=REGION)


@cache
def _kept(service: Any, **options: Any) -> Any:
    return _session().client(service, **options)


def _client(service: Any, **options: Any) -> Any:
    """boto3's client, made once in this process; SQS's is new: tests change what it answers."""
    if service == "sqs" or "endpoint_url" in options:
        return _session().client(service, **options)
    return _kept(service, **options)


@contextmanager
def in_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcessAws]:
    """An account that lives in this process only; its credentials open nothing.

    Every boto3 client that is made meanwhile speaks to it.
    """
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(boto3, "client", _client)
    with _emptied():
        aws = InProcessAws(
            boto3.client("dynamodb"),
            boto3.client("s3"),
            boto3.client("secretsmanager"),
            boto3.client("sqs"),
        )
        _make_ledger(aws.dynamodb)
        for name in ("connections", "mappings"):
            aws.dynamodb.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[
                    {"AttributeName": "PK", "AttributeType": "S"},
                    {"AttributeName": "SK", "AttributeType": "S"},
                ],
                KeySchema=[
                    {"AttributeName": "PK", "KeyType": "HASH"},
                    {"AttributeName": "SK", "KeyType": "RANGE"},
                ],
            )
        aws.s3.create_bucket(Bucket=BUCKET)
        yield aws


def _make_ledger(client: "DynamoDBClient") -> None:
    client.create_table(
        TableName="ledger",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("PK", "SK", "I1PK", "I1SK", "I2PK", "I2SK")
        ],
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "index1",
                "KeySchema": [
                    {"AttributeName": "I1PK", "KeyType": "HASH"},
                    {"AttributeName": "I1SK", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            },
            {
                "IndexName": "index2",
                "KeySchema": [
                    {"AttributeName": "I2PK", "KeyType": "HASH"},
                    {"AttributeName": "I2SK", "KeyType": "RANGE"},
                ],
                "Projection": {
                    "ProjectionType": "INCLUDE",
                    "NonKeyAttributes": ["legs"],
                },
            },
        ],
    )
