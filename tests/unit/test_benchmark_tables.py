"""The cost benchmark's tables answer the store as moto does: same outcomes, rows and pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from benchmarks._account import answering
from benchmarks._dynamo import Tables
from benchmarks._meter import size
from benchmarks._queues import Queues
from daybook.store.table import Table
from tests.fakes.aws import in_process

KEYS = [("O#1", "V#1"), ("O#1", "V#2"), ("O#2", "V#1")]
ROW = {
    "PK": {"S": "O#1"}, "SK": {"S": "V#1"}, "n": {"N": "2"}, "status": {"S": "due"},
    "I1PK": {"S": "due"}, "I1SK": {"S": "05"}, "I2PK": {"S": "day"}, "I2SK": {"S": "05"},
    "legs": {"B": b"\x00\xff1"}, "more": {"L": [{"S": "é"}, {"BOOL": True}]},
}  # fmt: skip


@dataclass
class Twins:
    """The store's table over moto, and over the benchmark's tables."""

    moto: Table
    lean: Table
    client: Any
    tables: Tables

    def both(self, act: str, *given: Any, **named: Any) -> Any:
        """What both answer, which must be the same."""
        answers = [_answer(one, act, given, named) for one in (self.moto, self.lean)]
        assert answers[0] == answers[1], (act, given, named)
        return answers[1]

    def look(self) -> None:
        """Everything that the store can read is the same."""
        for begins in ("", "V#", "V#2"):
            self.both("query", "O#1", begins)
        self.both("query", "O#1", "V#", ScanIndexForward=False, Limit=1)
        self.both("get_many", [*KEYS, ("O#9", "V#9")])
        self.both("between", "O#1", "V#1", "V#1")
        self.both("latest", "O#1", "V#2", 5)
        self.both("keys_by_index1", "due", 1)
        self.both("keys_by_index2", "day", 2)
        self.both("by_index2", "day", "", 1)
        self.both("by_index2", "day", "04", 5)
        for before in ("", "05", "06"):
            for begins in ("", "03"):
                self.both("places_by_index", 1, "due", begins, before, 2)
        self.both("count_by_index", 1, "due", "0", 3)
        named = {"ProjectionExpression": "PK, SK, #s"}
        names = {"ExpressionAttributeNames": {"#s": "status"}}
        rows = [list(one.scan("O#", **named, **names)) for one in (self.moto, self.lean)]
        assert sorted(rows[0], key=str) == sorted(rows[1], key=str)


def _answer(table: Table, act: str, given: Any, named: Any) -> Any:
    try:
        found = getattr(table, act)(*given, **named)
        return list(found) if isinstance(found, Iterator) else found
    except LookupError as error:
        return repr(error)


@pytest.fixture
def twins(monkeypatch: pytest.MonkeyPatch) -> Iterator[Twins]:
    with in_process(monkeypatch) as aws:
        client, tables = boto3.Session().client("dynamodb"), Tables()
        with answering(client, tables.before_send):
            yield Twins(Table(aws.dynamodb, "ledger"), Table(client, "ledger"), client, tables)


def test_a_row_is_new_once(twins: Twins) -> None:
    assert twins.both("put_new", ROW) == "written"
    assert twins.both("put_new", ROW | {"n": {"N": "9"}}) == "refused"
    assert twins.both("get", KEYS[0]) == ROW
    twins.look()


def test_a_row_is_replaced_by_a_higher_number_only(twins: Twins) -> None:
    numbers = ["9", "10", "10", "2"]
    outcomes = [twins.both("put_newer", ROW | {"n": {"N": one}}, "n") for one in numbers]
    assert outcomes == ["written", "written", "refused", "refused"]
    twins.look()


def test_attributes_are_set_and_removed_where_the_row_is_as_expected(twins: Twins) -> None:
    key, due, done = KEYS[0], {"status": ROW["status"]}, {"status": {"S": "posted"}}
    assert twins.both("update", key, done) == "refused"
    twins.both("put", ROW)
    assert twins.both("update", key, done, ["I1PK", "I1SK", "never"], due) == "written"
    assert twins.both("keys_by_index1", "due", 10) == [[]]
    assert twins.both("update", key, done, (), due) == "refused"
    assert twins.both("update", key, {}, ["legs"], {"n": {"N": "2.0"}}, ["I1PK"]) == "written"
    assert twins.both("update", key, done, (), None, ["n"]) == "refused"
    assert twins.both("update", key, {"n": {"S": "2"}}, (), {"n": {"S": "2"}}) == "refused"
    twins.look()


def test_a_number_is_added_to_in_a_row_that_exists(twins: Twins) -> None:
    assert "no row" in twins.both("count", KEYS[0], "times", 1)
    twins.both("put", ROW)
    twins.both("count", KEYS[0], "times", 3)
    twins.both("count", KEYS[0], "times", -1)
    assert twins.both("get", KEYS[0])["times"] == {"N": "2"}


def test_writes_in_any_order_leave_the_same_rows(twins: Twins) -> None:
    chance = Random(7)
    for step in range(120):
        key, place = chance.choice(KEYS), {"S": f"0{chance.randrange(4, 8)}"}
        row = ROW | {"PK": {"S": key[0]}, "SK": {"S": key[1]}, "I1SK": place, "I2SK": place}
        row["n"] = {"N": str(chance.randrange(12))}
        match chance.randrange(5):
            case 0:
                twins.both("put_new", row)
            case 1:
                twins.both("put_newer", row, "n")
            case 2:
                twins.both("update", key, {"I1PK": {"S": "due"}, "I1SK": place}, (), None, ["I2PK"])
            case 3:
                gone = chance.choice([["I1PK", "I1SK"], ["I2PK", "I2SK", "legs"]])
                twins.both("update", key, {"n": row["n"]}, gone, {"n": row["n"]})
            case _:
                twins.both("count", key, "n", 1)
        if step % 20 == 19:
            twins.look()


def test_what_is_not_known_is_not_answered(twins: Twins) -> None:
    asked: dict[str, Any] = {"TableName": "ledger", "Key": {"PK": {"S": "1"}, "SK": {"S": "1"}}}
    for more in (
        {"UpdateExpression": "DELETE tags :t"},
        {"UpdateExpression": "SET a = if_not_exists(a, :t)"},
        {"UpdateExpression": "SET a = :t", "ConditionExpression": "size(a) < :t"},
        {"UpdateExpression": "SET a = :t", "ReturnValues": "ALL_NEW"},
    ):
        values = {"ExpressionAttributeValues": {":t": {"N": "1"}}}
        with pytest.raises(AssertionError):
            twins.client.update_item(**asked, **values, **more)
    with pytest.raises(AssertionError):
        twins.client.delete_item(**asked)
    assert not twins.tables.rows["ledger"]


def test_a_refusal_is_an_error_of_dynamodb(twins: Twins) -> None:
    twins.lean.put(ROW)
    with pytest.raises(ClientError) as refused:
        twins.client.put_item(
            TableName="ledger", Item=ROW, ConditionExpression="attribute_not_exists(PK)"
        )
    assert refused.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert refused.value.response["ResponseMetadata"]["RetryAttempts"] == 0


def test_a_row_is_as_large_on_the_wire_as_in_the_store(twins: Twins) -> None:
    twins.lean.put(ROW)
    key = {"PK": ROW["PK"], "SK": ROW["SK"]}
    assert size(twins.tables.row("ledger", key)) == size(ROW)  # type: ignore[arg-type]


def test_a_message_is_kept_in_order_and_once_for_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    with in_process(monkeypatch) as aws:
        queues, url = Queues(), "https://sqs.us-east-1.amazonaws.com/1/postings.fifo"
        with answering(aws.sqs, queues.before_send):
            for body, once in (("a", "1"), ("b", "2"), ("a", "1")):
                aws.sqs.send_message(
                    QueueUrl=url, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=once
                )
            with pytest.raises(AssertionError):
                aws.sqs.get_queue_attributes(QueueUrl=url)
        assert queues.taken(url) == ["a", "b"]
        assert queues.taken(url) == []
