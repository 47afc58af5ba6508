"""One DynamoDB table over the low-level client: conditional writes, consistent reads, pages.

Attribute values are DynamoDB's own (`{"S": "text"}`). Throttling and 5xx are repeated by botocore
(`clients`), within its bounds; every other error propagates.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError

from daybook.store.keys import Key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Item = dict[str, Any]
# `unsure`: refused, but only after the SDK repeated the request, so that the first may have been
# applied and its reply lost; the caller reads the row to know.
type Written = Literal["written", "refused", "unsure"]

KEYS_PER_GET = 100
MAX_ROUNDS = 10
MAX_PAGES = 1_000_000


class Busy(Exception):  # noqa: N818 -- a state, not an error of ours
    """DynamoDB left keys unread although they were asked for again and again."""


class Table:
    """A table with the keys PK and SK. sleep: waits so many seconds."""

    def __init__(
        self, client: "DynamoDBClient", name: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep

    def get(self, key: Key) -> Item | None:
        """The row as it is now (strongly consistent)."""
        found = self._client.get_item(TableName=self._name, Key=_key(key), ConsistentRead=True).get(
            "Item"
        )
        return dict(found) if found else None

    def put(self, item: Item) -> None:
        """Write the row, whatever was there."""
        self._client.put_item(TableName=self._name, Item=item)

    def put_new(self, item: Item) -> Written:
        """Write the row if its key is new."""
        return self._written(
            self._client.put_item,
            Item=item,
            ConditionExpression="attribute_not_exists(PK)",
        )

    def put_newer(self, item: Item, number: str) -> Written:
        """Write the row if its key is new, or the number of this name there is lower."""
        return self._written(
            self._client.put_item,
            Item=item,
            ConditionExpression="attribute_not_exists(PK) OR #n < :n",
            ExpressionAttributeNames={"#n": number},
            ExpressionAttributeValues={":n": item[number]},
        )

    def update(
        self,
        key: Key,
        to_set: Mapping[str, Any],
        to_remove: Sequence[str] = (),
        only_if: Mapping[str, Any] | None = None,
        absent: Sequence[str] = (),
    ) -> Written:
        """Change attributes of a row that exists, if it has all the values of `only_if` and none
        of the attributes `absent`."""
        names = [*to_set, *to_remove, *(only_if or {}), *absent]
        alias = {name: f"#a{place}" for place, name in enumerate(dict.fromkeys(names))}
        values = {f":s{place}": value for place, value in enumerate(to_set.values())}
        wanted = {f":c{place}": value for place, value in enumerate((only_if or {}).values())}
        parts = []
        if to_set:
            sets = zip(to_set, values, strict=True)
            parts.append("SET " + ", ".join(f"{alias[name]} = {value}" for name, value in sets))
        if to_remove:
            parts.append("REMOVE " + ", ".join(alias[name] for name in to_remove))
        tests = zip(only_if or {}, wanted, strict=True)
        condition = ["attribute_exists(PK)", *(f"{alias[n]} = {v}" for n, v in tests)]
        condition += [f"attribute_not_exists({alias[name]})" for name in absent]
        return self._written(
            self._client.update_item,
            Key=_key(key),
            UpdateExpression=" ".join(parts),
            ConditionExpression=" AND ".join(condition),
            ExpressionAttributeNames={short: name for name, short in alias.items()},
            **_with_values(values | wanted),
        )

    def _written(self, write: Callable[..., Any], **request: Any) -> Written:
        try:
            write(TableName=self._name, **request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            repeats = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
            return "unsure" if repeats else "refused"
        return "written"

    def count(self, key: Key, name: str, by: int) -> None:
        """Add to a number of a row that exists; LookupError if it does not."""
        outcome = self._written(
            self._client.update_item,
            Key=_key(key),
            UpdateExpression="ADD #a0 :n",
            ConditionExpression="attribute_exists(PK)",
            ExpressionAttributeNames={"#a0": name},
            ExpressionAttributeValues={":n": {"N": str(by)}},
        )
        if outcome != "written":
            raise LookupError(f"no row {key}")

    def query(self, pk: str, begins: str = "", **options: Any) -> Iterator[Item]:
        """All rows of a partition in the order of their sort keys, strongly consistent."""
        condition, values = "PK = :p", {":p": {"S": pk}}
        if begins:
            condition, values = "PK = :p AND begins_with(SK, :b)", values | {":b": {"S": begins}}
        yield from self._pages(
            self._client.query,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            **options,
        )

    def keys_by_index1(self, pk: str, page: int) -> Iterator[list[Key]]:
        """Keys found by index 1, in its order, a page at a time. The index may lag by a moment."""
        return self._keys_by_index(1, pk, page)

    def keys_by_index2(self, pk: str, page: int) -> Iterator[list[Key]]:
        """As `keys_by_index1`, by index 2."""
        return self._keys_by_index(2, pk, page)

    def _keys_by_index(self, number: int, pk: str, page: int) -> Iterator[list[Key]]:
        pages = self._each_page(
            self._client.query,
            IndexName=f"index{number}",
            KeyConditionExpression=f"I{number}PK = :p",
            ProjectionExpression="PK, SK",
            ExpressionAttributeValues={":p": {"S": pk}},
            Limit=page,
        )
        for items in pages:
            yield [(row["PK"]["S"], row["SK"]["S"]) for row in items]

    def by_index2(self, pk: str, since: str, page: int) -> Iterator[list[Item]]:
        """What index 2 shows of rows (keys and what it projects), in its order, a page at a time;
        since: from which sort key on. The index may lag by a moment."""
        condition, values = "I2PK = :p", {":p": {"S": pk}}
        if since:
            condition, values = "I2PK = :p AND I2SK >= :s", values | {":s": {"S": since}}
        yield from self._each_page(
            self._client.query,
            IndexName="index2",
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            Limit=page,
        )

    def places_by_index(  # noqa: PLR0913, PLR0917 -- the words of one query
        self, number: int, pk: str, begins: str, before: str, limit: int, forward: bool = False
    ) -> list[tuple[Key, str]]:
        """Up to so many keys of an index with their sort keys there, from below `before` ("" for
        the end) down to `begins`; forward: from `begins` up. The index may lag by a moment."""
        condition, values = f"I{number}PK = :p", {":p": {"S": pk}}
        if begins and before:
            condition += f" AND I{number}SK BETWEEN :f AND :b"
            values |= {":f": {"S": begins}, ":b": {"S": before}}
        elif before:
            condition += f" AND I{number}SK < :b"
            values |= {":b": {"S": before}}
        reply = self._client.query(
            TableName=self._name,
            IndexName=f"index{number}",
            KeyConditionExpression=condition,
            ProjectionExpression=f"PK, SK, I{number}SK",
            ExpressionAttributeValues=values,
            ScanIndexForward=forward,
            # BETWEEN has both its ends.
            Limit=limit + 1,
        )
        found = [
            ((row["PK"]["S"], row["SK"]["S"]), row[f"I{number}SK"]["S"]) for row in reply["Items"]
        ]
        return [one for one in found if one[1] != before][:limit]

    def count_by_index(self, number: int, pk: str, begins: str, pages: int) -> tuple[int, bool]:
        """How many keys of an index begin so, in so many pages at most; whether there are more."""
        condition, values = f"I{number}PK = :p", {":p": {"S": pk}}
        if begins:
            condition += f" AND begins_with(I{number}SK, :b)"
            values |= {":b": {"S": begins}}
        request: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": f"index{number}",
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "Select": "COUNT",
        }
        count = 0
        for _ in range(pages):
            reply = self._client.query(**request)
            count += reply["Count"]
            if "LastEvaluatedKey" not in reply:
                return count, False
            request["ExclusiveStartKey"] = reply["LastEvaluatedKey"]
        return count, True

    def between(self, pk: str, first: str, last: str) -> Iterator[Item]:
        """Rows of a partition whose sort keys stand between two, both included; consistent."""
        yield from self._pages(
            self._client.query,
            KeyConditionExpression="PK = :p AND SK BETWEEN :f AND :l",
            ExpressionAttributeValues={":p": {"S": pk}, ":f": {"S": first}, ":l": {"S": last}},
            ConsistentRead=True,
        )

    def latest(self, pk: str, before: str, limit: int) -> list[Item]:
        """The last rows of a partition below a sort key ("" for its end), the last one first."""
        condition, values = "PK = :p", {":p": {"S": pk}}
        if before:
            condition, values = "PK = :p AND SK < :b", values | {":b": {"S": before}}
        reply = self._client.query(
            TableName=self._name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            ScanIndexForward=False,
            Limit=limit,
        )
        return [dict(item) for item in reply["Items"]]

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """The rows of these keys as they are now, in their order; absent ones are left out."""
        found: dict[Key, Item] = {}
        asked = list(dict.fromkeys(keys))
        for start in range(0, len(asked), KEYS_PER_GET):
            for item in self._get_chunk(asked[start : start + KEYS_PER_GET]):
                found[item["PK"]["S"], item["SK"]["S"]] = item
        return [found[key] for key in asked if key in found]

    def _get_chunk(self, keys: Sequence[Key]) -> Iterator[Item]:
        left: Any = {self._name: {"Keys": [_key(key) for key in keys], "ConsistentRead": True}}
        for attempt in range(MAX_ROUNDS):
            reply = self._client.batch_get_item(RequestItems=left)
            yield from (dict(item) for item in reply["Responses"].get(self._name, []))
            left = reply.get("UnprocessedKeys")
            if not left:
                return
            self._sleep(min(0.05 * 2**attempt, 1.0))
        raise Busy(f"{self._name}: keys stayed unread in {MAX_ROUNDS} rounds")

    def scan(self, begins: str, **options: Any) -> Iterator[Item]:
        """Rows of the whole table whose partition key begins so. Reads everything: slow, dear."""
        yield from self._pages(
            self._client.scan,
            FilterExpression="begins_with(PK, :b)",
            ExpressionAttributeValues={":b": {"S": begins}},
            **options,
        )

    def _pages(self, read: Callable[..., Any], **request: Any) -> Iterator[Item]:
        for items in self._each_page(read, **request):
            yield from items

    def _each_page(self, read: Callable[..., Any], **request: Any) -> Iterator[list[Item]]:
        for _ in range(MAX_PAGES):
            reply = read(TableName=self._name, **request)
            yield [dict(item) for item in reply["Items"]]
            if "LastEvaluatedKey" not in reply:
                return
            request["ExclusiveStartKey"] = reply["LastEvaluatedKey"]
        place = request.get("IndexName", "a read")
        raise Busy(f"{self._name}: {place} did not end in {MAX_PAGES} pages")


def _key(key: Key) -> dict[str, Any]:
    return {"PK": {"S": key[0]}, "SK": {"S": key[1]}}


def _with_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"ExpressionAttributeValues": values} if values else {}
