"""The table: writes whose reply was lost, keys left unread, and what the SDK tells of repeats."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from daybook.store.connections import Connections
from daybook.store.ledger import Ledger
from daybook.store.mappings import Mappings
from daybook.store.table import Busy, Table
from daybook.store.versions import Versions, VersionTaken
from tests.contract.test_store_mappings import CHART, mapping
from tests.fakes.archive import FakeArchive
from tests.fakes.aws import InProcessAws, in_process
from tests.fakes.postings import AT, short_posting

CHECK_FAILED = "ConditionalCheckFailedException"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcessAws]:
    with in_process(monkeypatch) as account:
        yield account


class LostReplies:
    """A client whose conditional writes are applied, and repeated because the reply was lost, so
    that the caller is told that the condition failed. before: done ahead of the first write."""

    def __init__(self, client: Any, applied: bool = True) -> None:
        self._client = client
        self._applied = applied

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_item(self, **request: Any) -> Any:
        return self._repeated(self._client.put_item, request)

    def update_item(self, **request: Any) -> Any:
        return self._repeated(self._client.update_item, request)

    def _repeated(self, write: Any, request: dict[str, Any]) -> Any:
        if "ConditionExpression" not in request:
            return write(**request)
        if self._applied:
            write(**request)
        raise ClientError(
            {"Error": {"Code": CHECK_FAILED}, "ResponseMetadata": {"RetryAttempts": 1}},  # type: ignore[typeddict-item]
            "UpdateItem",
        )


def lossy(aws: InProcessAws, name: str, applied: bool = True) -> Table:
    return Table(LostReplies(aws.dynamodb, applied), name)  # type: ignore[arg-type]


def test_a_put_whose_reply_was_lost_is_known_as_ours(aws: InProcessAws) -> None:
    ledger = Ledger(lossy(aws, "ledger"), FakeArchive())
    assert ledger.put(short_posting()) == "created"


def test_a_put_repeated_onto_another_row_is_not_ours(aws: InProcessAws) -> None:
    first = short_posting()
    aws.ledger().put(first)
    ledger = Ledger(lossy(aws, "ledger", applied=False), FakeArchive())
    assert ledger.put(replace(first, created_at="2026-11-20T19:00:00.000Z")) == "same"
    assert ledger.put(replace(first, event_sha="0" * 64)) == "conflict"


def test_a_change_whose_reply_was_lost_is_known_as_ours(aws: InProcessAws) -> None:
    row = short_posting(entry=b"{}")
    aws.ledger().put(row)
    ledger = Ledger(lossy(aws, "ledger"), FakeArchive())
    sending = row.moved("sending", AT, request_id="R", b_id="1", entry=b"")
    assert ledger.change(row, sending)
    assert aws.ledger().get(row.key) == sending


def test_a_change_that_another_made_first_is_not_ours(aws: InProcessAws) -> None:
    row = short_posting()
    aws.ledger().put(row)
    aws.ledger().change(row, row.moved("sending", AT, request_id="R", b_id="2"))
    ledger = Ledger(lossy(aws, "ledger", applied=False), FakeArchive())
    assert not ledger.change(row, row.moved("sending", AT, request_id="R", b_id="1"))


def test_equal_changes_by_two_workers_are_won_by_one(aws: InProcessAws) -> None:
    row = short_posting()
    aws.ledger().put(row)
    sending = row.moved("sending", AT, request_id="R", b_id="1")
    assert aws.ledger().change(row, sending)
    assert not aws.ledger().change(row, sending)


def test_a_lease_whose_reply_was_lost_is_held(aws: InProcessAws) -> None:
    connections = Connections(lossy(aws, "connections"))
    grant = connections.acquire("4620", AT, 120)
    assert grant is not None
    assert aws.connections().acquire("4620", AT, 120) is None


def test_a_mapping_whose_reply_was_lost_is_kept_once(aws: InProcessAws) -> None:
    mappings = Mappings(lossy(aws, "mappings"))
    assert mappings.put("shop", mapping(), "ann", "2026-11-20") == 1
    assert mappings.versions("shop") == [1]


def test_writers_of_one_version_are_told_apart_by_its_head(aws: InProcessAws) -> None:
    versions = Versions(Table(aws.dynamodb, "mappings"), lambda owner: f"T#{owner}")
    versions.put("shop", 1, b"first")
    with pytest.raises(VersionTaken):
        versions.put("shop", 1, b"second")
    assert versions.get("shop", 1) == b"first"


def test_a_version_is_invisible_until_its_head_is_written(aws: InProcessAws) -> None:
    mappings = Mappings(lossy(aws, "mappings", applied=False))
    with pytest.raises(VersionTaken):
        mappings.put_chart(CHART)
    assert mappings.chart("4620") is None
    assert len(aws.dynamodb.scan(TableName="mappings")["Items"]) == 1


def test_a_chart_is_in_force_once_its_pointer_says_so(aws: InProcessAws) -> None:
    """An import that died behind its head is as if it had not been; the next one is above it."""
    mappings = aws.mappings()
    mappings.put_chart(CHART)
    Versions(Table(aws.dynamodb, "mappings"), lambda realm: f"K#{realm}").put("4620", 2, b"{}")
    assert mappings.chart_version("4620") == 1
    assert mappings.versions_in_force("shop", "4620") == (0, 1)
    with pytest.raises(VersionTaken):
        mappings.put_chart(replace(CHART, version=2))
    mappings.put_chart(replace(CHART, version=3))
    assert mappings.versions_in_force("shop", "4620") == (0, 3)


def test_a_slow_import_does_not_take_a_newer_ones_place(aws: InProcessAws) -> None:
    newer = replace(CHART, version=2)

    class Slow:
        """Another import is kept between this one's head and its pointer."""

        def __getattr__(self, name: str) -> Any:
            return getattr(aws.dynamodb, name)

        def put_item(self, **request: Any) -> Any:
            if request["Item"]["SK"]["S"] == "IN_FORCE":
                aws.mappings().put_chart(newer)
            return aws.dynamodb.put_item(**request)

    Mappings(Table(cast("Any", Slow()), "mappings")).put_chart(CHART)
    assert aws.mappings().chart("4620") == newer


def test_a_chart_of_before_there_was_a_pointer_is_in_force(aws: InProcessAws) -> None:
    mappings = aws.mappings()
    mappings.put_chart(replace(CHART, version=7))
    key = {"PK": {"S": "K#4620"}, "SK": {"S": "IN_FORCE"}}
    aws.dynamodb.delete_item(TableName="mappings", Key=key)
    assert mappings.chart_version("4620") == 7
    assert mappings.versions_in_force("shop", "4620") == (0, 7)
    mappings.put_chart(replace(CHART, version=8))
    assert mappings.versions_in_force("shop", "4620") == (0, 8)


class HalfRead:
    """A client that leaves all but the first key of each reading unprocessed."""

    def __init__(self, client: Any, read: int) -> None:
        self._client = client
        self._read = read

    def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803 -- boto3's own name
        ((name, wanted),) = RequestItems.items()
        taken, left = wanted["Keys"][: self._read], wanted["Keys"][self._read :]
        if not taken:
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        reply = self._client.batch_get_item(RequestItems={name: {**wanted, "Keys": taken}})
        reply["UnprocessedKeys"] = {name: {**wanted, "Keys": left}} if left else {}
        return reply


def test_keys_left_unread_are_asked_again_in_order(aws: InProcessAws) -> None:
    all_keys = [("P", str(number)) for number in (3, 1, 2)]
    for pk, sk in all_keys:
        aws.dynamodb.put_item(TableName="ledger", Item={"PK": {"S": pk}, "SK": {"S": sk}})
    slept: list[float] = []
    table = Table(HalfRead(aws.dynamodb, 1), "ledger", slept.append)  # type: ignore[arg-type]
    found = table.get_many([*all_keys, ("P", "9"), ("P", "3")])
    assert [item["SK"]["S"] for item in found] == ["3", "1", "2"]
    assert len(slept) == 3


def test_keys_that_stay_unread_are_an_error(aws: InProcessAws) -> None:
    table = Table(HalfRead(aws.dynamodb, 0), "ledger", lambda _: None)  # type: ignore[arg-type]
    with pytest.raises(Busy):
        table.get_many([("P", "1")])


def test_other_faults_of_aws_are_not_swallowed(aws: InProcessAws) -> None:
    with pytest.raises(ClientError):
        Table(aws.dynamodb, "no such table").put_new({"PK": {"S": "a"}, "SK": {"S": "b"}})


def test_a_large_entry_goes_through_the_archive_and_back(aws: InProcessAws) -> None:
    state, noise = 7, bytearray()
    for _ in range(90_000):
        state = (state * 1103515245 + 12345) % 2**31
        noise.append(state >> 16 & 0xFF)
    row = short_posting(event=bytes(noise))
    ledger = aws.ledger()
    ledger.put(row)
    sending = row.moved("sending", AT, entry=bytes(reversed(noise)))
    assert ledger.change(row, sending)
    assert ledger.get(row.key) == sending
    assert len(aws.s3.list_objects_v2(Bucket="archive")["Contents"]) == 2


@contextmanager
def failing_once() -> Iterator[str]:
    """A DynamoDB that answers 500 first and then that the condition failed."""
    statuses = [500, 400]

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status = statuses.pop(0)
            body = json.dumps({"__type": f"x#{CHECK_FAILED}" if status == 400 else "x#Internal"})
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base's name
            """Nothing is printed."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_sdk_tells_that_it_repeated_a_refused_write() -> None:
    with failing_once() as url:
        client = boto3.client(
            "dynamodb",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"mode": "standard", "total_max_attempts": 4}),
        )
        assert Table(client, "t").put_new({"PK": {"S": "a"}, "SK": {"S": "b"}}) == "unsure"
        client.close()
