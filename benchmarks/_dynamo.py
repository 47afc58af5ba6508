"""A table in memory behind botocore: requests as it sends them, answers as DynamoDB's bytes.

Knows what the store asks for: keys, batches of keys, queries by key and by both indexes, writes
whose condition is that the row is new. Parsing answers counts; a network is not there.
"""

import base64
import json
import re
from bisect import bisect_left, insort
from collections import defaultdict
from typing import Any

from botocore.awsrequest import AWSRequest, AWSResponse, HeadersDict

type Item = dict[str, Any]

_INDEXES = {"": ("PK", "SK"), "index1": ("I1PK", "I1SK"), "index2": ("I2PK", "I2SK")}
_PAGE_BYTES = 1_000_000
_ABOUT = 400


class Tables:
    """Every table; `before_send` is entered with botocore."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[tuple[str, str], Item]] = defaultdict(dict)
        self._sorted: dict[tuple[str, str, str], list[tuple[str, str, str]]] = defaultdict(list)
        self.requests = 0

    def before_send(self, request: AWSRequest, **_: Any) -> AWSResponse:
        """Answer a request instead of sending it."""
        self.requests += 1
        target = request.headers["X-Amz-Target"]
        name = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        answer = getattr(self, f"_{name}")(json.loads(request.body))
        return _Response(json.dumps(answer).encode())

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
            if pk in item:
                insort(self._sorted[table, index, item[pk]["S"]], (item[sk]["S"], *key))

    def _forget(self, table: str, key: tuple[str, str]) -> None:
        item = self.rows[table][key]
        for index, (pk, sk) in _INDEXES.items():
            if pk in item:
                self._sorted[table, index, item[pk]["S"]].remove((item[sk]["S"], *key))

    def _PutItem(self, asked: Item) -> Item:  # noqa: N802 -- DynamoDB's name
        self.put(asked["TableName"], asked["Item"])
        return {}

    def _UpdateItem(self, asked: Item) -> Item:  # noqa: N802 -- DynamoDB's name
        item = dict(self.rows[asked["TableName"]][_key(asked["Key"])])
        names = asked.get("ExpressionAttributeNames", {})
        values = asked.get("ExpressionAttributeValues", {})
        for name, value in re.findall(r"(#a\d+) = (:s\d+)", asked["UpdateExpression"]):
            item[names[name]] = values[value]
        self.put(asked["TableName"], item)
        return {}

    def _GetItem(self, asked: Item) -> Item:  # noqa: N802 -- DynamoDB's name
        item = self.rows[asked["TableName"]].get(_key(asked["Key"]))
        return {"Item": item} if item else {}

    def _BatchGetItem(self, asked: Item) -> Item:  # noqa: N802 -- DynamoDB's name
        found = {}
        for table, wanted in asked["RequestItems"].items():
            keys = map(_key, wanted["Keys"])
            found[table] = [self.rows[table][key] for key in keys if key in self.rows[table]]
        return {"Responses": found, "UnprocessedKeys": {}}

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

    def _shown(self, table: str, index: str, place: tuple[str, str, str], asked: Item) -> Item:
        item = self.rows[table][place[1], place[2]]
        if "ProjectionExpression" not in asked or not index:
            return item
        names = asked["ProjectionExpression"].replace(" ", "").split(",")
        return {name: item[name] for name in names if name in item}


def _range(
    condition: str, values: dict[str, str], places: list[tuple[str, str, str]]
) -> tuple[int, int]:
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
    return 0, end


def _key(key: Item) -> tuple[str, str]:
    return key["PK"]["S"], key["SK"]["S"]


class _Response(AWSResponse):
    """An answer whose body is there already."""

    def __init__(self, body: bytes) -> None:
        headers: Any = HeadersDict({"content-type": "application/x-amz-json-1.0"})
        super().__init__("http://memory", 200, headers, None)
        self._content = body
