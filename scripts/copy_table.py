"""Copy every row of a DynamoDB table into another that has the same keys, overwriting nothing.

    python scripts/copy_table.py FROM TO [--from-profile NAME] [--to-profile NAME]

For a restore (docs/operations.md, "Restore"): point-in-time recovery gives a table of another name;
a stack keeps its own tables. What is there already is left as it is, so it may be run again after
an interruption. Needs dynamodb:Scan on the one table, dynamodb:PutItem on the other, both keys.
"""

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

WRITERS = 16
PAGE_ROWS = 500
MAX_PAGES = 10_000_000
_CONFIG = Config(
    retries={"mode": "adaptive", "total_max_attempts": 10}, max_pool_connections=WRITERS
)


def copied(
    source: Any, target: Any, table: str, into: str, page_rows: int = PAGE_ROWS
) -> Iterator[tuple[int, int]]:
    """Copy page by page; after each, how many rows were written and how many were there so far.

    source, target: DynamoDB clients. Raises what they raise, except that a row is there.
    """
    written = there = 0
    request: dict[str, Any] = {"TableName": table, "Limit": page_rows, "ConsistentRead": True}
    with ThreadPoolExecutor(WRITERS) as writers:
        for _ in range(MAX_PAGES):
            page = source.scan(**request)
            new = sum(writers.map(lambda row: _put(target, into, row), page["Items"]))
            written, there = written + new, there + len(page["Items"]) - new
            yield written, there
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    raise RuntimeError(f"{table} did not end in {MAX_PAGES:,} pages")


def _put(client: Any, table: str, row: dict[str, Any]) -> bool:
    """Write a row if its key is new; whether it was."""
    try:
        client.put_item(TableName=table, Item=row, ConditionExpression="attribute_not_exists(PK)")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def main(arguments: list[str]) -> int:
    """0 when all rows are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", help="the restored table")
    parser.add_argument("into", help="the stack's own table")
    parser.add_argument("--from-profile")
    parser.add_argument("--to-profile")
    words = parser.parse_args(arguments)
    source = boto3.Session(profile_name=words.from_profile).client("dynamodb", config=_CONFIG)
    target = boto3.Session(profile_name=words.to_profile).client("dynamodb", config=_CONFIG)
    written = there = 0
    try:
        for written, there in copied(source, target, words.table, words.into):
            sys.stderr.write(f"\r{written:,} copied, {there:,} were there")
    except (BotoCoreError, ClientError) as failure:
        sys.stderr.write(f"\nnot finished: {failure}\nrun it again: nothing is written twice\n")
        return 1
    sys.stderr.write(f"\r{written:,} copied, {there:,} were there\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
