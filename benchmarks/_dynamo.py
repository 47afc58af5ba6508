"""Tables in memory behind botocore: requests as it sends them, answers as DynamoDB's bytes.

Knows what the store asks for: keys, batches of keys, queries by key and by both indexes, scans,
writes with conditions. What it does not know is an AssertionError, for a wrong answer would change
what is counted. Parsing answers counts; a network is not there.
"""

import base64
import json
import threading
from bisect import bisect_left, insort
from collections import defaultdict
from typing import Any, Final

from botocore.awsrequest import AWSRequest, AWSResponse, HeadersDict

from benchmarks._expressions import holds, projected, updated

type Item = dict[str, Any]
type Place = tuple[str, str, str]

_INDEXES: Final = {"": ("PK", "SK"), "index1": ("I1PK", "I1SK"), "index2": ("I2PK", "I2SK")}
# What an index holds of a row beside the keys (template.yaml).
_INCLUDED: Final = {"index1": (), "index2": ("legs",)}
_PAGE_BYTES: Final = 1_000_000
_ABOUT: Final = 400
_NAMES: Final = frozenset({"ExpressionAttributeNames", "ExpressionAttributeValues", "TableName"})
_WRITE: Final = _NAMES | {"ConditionExpression"}
_READ: Final = _NAMES | {"ProjectionExpression", "ConsistentRead"}
_KNOWN: Final = {
    "PutItem": _WRITE | {"Item"},
    "UpdateItem": _WRITE | {"Key", "UpdateExpression"},
    "GetItem": frozenset({"TableName", "Key", "ConsistentRead"}),
    "BatchGetItem": frozenset({"RequestItems"}),
    "Query": _READ | {
        "IndexName", "KeyConditionExpression", "ScanIndexForward", "Limit", "ExclusiveStartKey",
        "Select",
    },
    "Scan": _READ | {"FilterExpression"},
}  # fmt: skip
_REFUSED: Final = {
    "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
    "message": "The conditional request failed",
}


class _Refused(Exception):  # noqa: N818 -- an answer, not an error of ours
    """The condition does not hold."""


class Tables:
    """Every table; `before_send` is entered with botocore, and may be asked by threads."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[tuple[str, str], Item]] = defaultdict(dict)
        self._sorted: dict[tuple[str, str, str], list[Place]] = defaultdict(list)
        self._lock = threading.Lock()
        self.requests = 0

    def before_send(self, request: AWSRequest, **_: Any) -> AWSResponse:
        """Answer a request instead of sending it."""
        name, asked = operation(request), json.loads(request.body)
        unknown = set(asked) - _KNOWN.get(name, frozenset())
        assert not unknown, f"{name} with {sorted(unknown)}"
        with self._lock:
            self.requests += 1
            try:
                return answered(getattr(self, f"_{name}")(asked))
            except _Refused:
                return answered(_REFUSED, 400)

    def row(self, table: str, key: Item) -> Item:
        """A row as on the wire (bytes in base 64), empty if there is none; not to be changed."""
        return self.rows[table].get(_key(key), {})

    def put(self, table: str, item: Item) -> None:
        """Write a row, whatever was there; bytes as on the wire, or as the store has them."""
        item = {
            name: {"B": base64.b64encode(one["B"]).decode()}
            if isinstance(one.get("B"), bytes)
            else one
            for name, one in item.items()
        }
        key = (item["PK"]["S"], item["SK"]["S"])
        if key in self.rows[table]:
            self._forget(table, key)
        self.rows[table][key] = item
        for index, (pk, sk) in _INDEXES.items():
            if pk in item and sk in item:
                assert all((item[pk]["S"], item[sk]["S"])), f"an empty key of {index}"
                insort(self._sorted[table, index, item[pk]["S"]], (item[sk]["S"], *key))

    def _forget(self, table: str, key: tuple[str, str]) -> None:
        item = self.rows[table][key]
        for index, (pk, sk) in _INDEXES.items():
            if pk in item and sk in item:
                self._sorted[table, index, item[pk]["S"]].remove((item[sk]["S"], *key))

    def _PutItem(self, asked: Item) -> Item:  # noqa: N802 -- DynamoDB's name
        self._demand(self.row(asked["TableName"], asked["Item"]), asked)
        self.put(asked["TableName"], asked["Item"])
        return {}

    def _UpdateItem(self, asked: Item) -> Item:  # noqa: N802 -- DynamoDB's name
        row = self.row(asked["TableName"], asked["Key"])
        self._demand(row, asked)
        self.put(asked["TableName"], updated(row or asked["Key"], asked))
        return {}

    @staticmethod
    def _demand(row: Item, asked: Item) -> None:
        if "ConditionExpression" in asked and not holds(asked["ConditionExpression"], row, asked):
            raise _Refused

    def _GetItem(self, asked: Item) -> Item:  # noqa: N802 -- DynamoDB's name
        item = self.row(asked["TableName"], asked["Key"])
        return {"Item": item} if item else {}

    def _BatchGetItem(self, asked: Item) -> Item:  # noqa: N802 -- DynamoDB's name
        found = {}
        for table, wanted in asked["RequestItems"].items():
            assert set(wanted) <= {"Keys", "ConsistentRead"}, sorted(wanted)
            keys = map(_key, wanted["Keys"])
            found[table] = [self.rows[table][key] for key in keys if key in self.rows[table]]
        return {"Responses": found, "UnprocessedKeys": {}}

    def _Scan(self, asked: Item) -> Item:  # noqa: N802 -- DynamoDB's name
        rows = self.rows[asked["TableName"]].values()
        found = [row for row in rows if holds(asked["FilterExpression"], row, asked)]
        items = [projected(row, asked) for row in found]
        return {"Items": items, "Count": len(items), "ScannedCount": len(rows)}

    def _Query(self, asked: Item) -> Item:  # noqa: N802 -- DynamoDB's name
        table, index = asked["TableName"], asked.get("IndexName", "")
        values = {name: one["S"] for name, one in asked["ExpressionAttributeValues"].items()}
        places = self._sorted.get((table, index, values[":p"]), [])
        low, high = _range(asked["KeyConditionExpression"], values, places)
        chosen = places[low:high]
        if not asked.get("ScanIndexForward", True):
            chosen = chosen[::-1]
        most = min(asked.get("Limit", len(chosen)), _PAGE_BYTES // _ABOUT)
        start = asked.get("ExclusiveStartKey")
        if start:
            after = next(n for n, place in enumerate(chosen) if place[1:] == _key(start)) + 1
            chosen = chosen[after:]
        answer: Item = {"Count": min(most, len(chosen))}
        if asked.get("Select") != "COUNT":
            answer["Items"] = [self._shown(table, index, place, asked) for place in chosen[:most]]
        if len(chosen) > most:
            _, pk, sk = chosen[most - 1]
            answer["LastEvaluatedKey"] = {"PK": {"S": pk}, "SK": {"S": sk}}
        return answer

    def _shown(self, table: str, index: str, place: Place, asked: Item) -> Item:
        item = self.rows[table][place[1], place[2]]
        if index:
            held = ("PK", "SK", *_INDEXES[index], *_INCLUDED[index])
            item = {name: item[name] for name in held if name in item}
        return projected(item, asked)


def _range(condition: str, values: dict[str, str], places: list[Place]) -> tuple[int, int]:
    """Which of the sorted places a condition takes."""
    end = len(places)
    if "BETWEEN" in condition:
        last = values[":b"] if ":b" in values else values[":l"]
        return bisect_left(places, (values[":f"],)), bisect_left(places, (last + "\x00",))
    if "begins_with" in condition:
        first = values[":b"]
        return bisect_left(places, (first,)), bisect_left(places, (first + "\U0010ffff",))
    if "<" in condition:
        return 0, bisect_left(places, (values[":b"],))
    if ">=" in condition:
        return bisect_left(places, (values[":s"],)), end
    assert condition.endswith("PK = :p"), condition
    return 0, end


def _key(key: Item) -> tuple[str, str]:
    return key["PK"]["S"], key["SK"]["S"]


def operation(request: AWSRequest) -> str:
    """What a request of a JSON protocol asks for."""
    target = request.headers["X-Amz-Target"]
    return (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]


def answered(answer: Item, status: int = 200) -> AWSResponse:
    """An answer as it comes over the wire."""
    return _Response(json.dumps(answer, separators=(",", ":")).encode(), status)


class _Response(AWSResponse):
    """An answer whose body is there already."""

    def __init__(self, body: bytes, status: int) -> None:
        headers: Any = HeadersDict({"content-type": "application/x-amz-json-1.0"})
        super().__init__("http://memory", status, headers, None)
        self._content = body
