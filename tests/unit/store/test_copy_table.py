"""A restored table is copied into the stack's own: all of it, once, and nothing is overwritten."""

from collections.abc import Iterator

import pytest

from scripts import copy_table
from tests.fakes.aws import InProcessAws, in_process
from tests.fakes.postings import short_posting


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcessAws]:
    with in_process(monkeypatch) as made:
        keys = [("PK", "HASH"), ("SK", "RANGE")]
        made.dynamodb.create_table(
            TableName="restored",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n, _ in keys],
            KeySchema=[{"AttributeName": n, "KeyType": kind} for n, kind in keys],  # type: ignore[typeddict-item]
        )
        yield made


def test_every_row_arrives_once_and_a_second_run_writes_nothing(aws: InProcessAws) -> None:
    for number in range(8):
        aws.ledger().put(short_posting(number))
    assert copy_table.main(["ledger", "restored"]) == 0
    before = aws.dynamodb.scan(TableName="ledger")["Items"]
    assert aws.dynamodb.scan(TableName="restored")["Items"] == before
    again = list(copy_table.copied(aws.dynamodb, aws.dynamodb, "ledger", "restored", 3))
    assert again[-1] == (0, 8)
    assert len(again) == 3


def test_what_is_there_already_is_left_as_it_is(aws: InProcessAws) -> None:
    key = {"PK": {"S": "O#shop#ticket#1"}, "SK": {"S": "V#1"}}
    aws.dynamodb.put_item(TableName="restored", Item={**key, "status": {"S": "ready"}})
    aws.dynamodb.put_item(TableName="ledger", Item={**key, "status": {"S": "posted"}})
    assert list(copy_table.copied(aws.dynamodb, aws.dynamodb, "restored", "ledger")) == [(0, 1)]
    (row,) = aws.dynamodb.scan(TableName="ledger")["Items"]
    assert row["status"] == {"S": "posted"}


def test_a_table_that_is_not_there_is_said(aws: InProcessAws) -> None:
    assert copy_table.main(["nothing", "restored"]) == 1
