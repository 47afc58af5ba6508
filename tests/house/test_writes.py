"""A state changes under a condition, nothing is deleted; a breach is noticed."""

import pytest

from tests.house.tree import module, modules
from tests.house.write_checks import UNCONDITIONAL, deletions, naked_writes, unused_permissions

LEDGER = "layers/common/daybook/store/ledger.py"


def test_every_write_of_the_store_has_a_condition_or_a_reason() -> None:
    assert [problem for one in modules() for problem in naked_writes(one)] == []
    assert unused_permissions(modules) == []
    assert all(UNCONDITIONAL.values())


def test_nothing_deletes_and_nothing_writes_past_the_store() -> None:
    assert [problem for one in modules() for problem in deletions(one)] == []


def test_the_ledgers_rows_jobs_and_closes_are_never_written_naked() -> None:
    rooms = {name for name, _ in UNCONDITIONAL}
    assert rooms & {"daybook.store.ledger", "daybook.store.jobs", "daybook.store.actions"} == set()


@pytest.mark.parametrize(
    "text",
    [
        "self._table.put(row)",
        "self._table.update(key, values)",
        "self._table.update(key, values, ['gone'])",
        "self._table.update(key, values, (), None, ())",
        "self._table.update(key, values, only_if={})",
        "self._client.put_item(TableName=name, Item=row)",
        "self._written(self._client.update_item, Key=key)",
    ],
)
def test_a_naked_write_is_noticed(text: str) -> None:
    assert len(list(naked_writes(module(LEDGER, f"def change(self):\n    {text}")))) == 1


def test_a_second_naked_write_where_one_is_listed_is_noticed() -> None:
    text = "class Mappings:\n    def activate(self):\n        self._table.put(row)\n"
    path = "layers/common/daybook/store/mappings.py"
    assert not list(naked_writes(module(path, text)))
    assert len(list(naked_writes(module(path, f"{text}        self._table.put(other)")))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "self._table.put_new(row)",
        "self._table.update(key, values, gone, read)",
        "self._table.update(key, values, only_if=read)",
        "self._table.update(key, values, absent=['used_at'])",
        "self._written(self._client.put_item, Item=row, ConditionExpression='c')",
        "self._archive.put(key, body)",
    ],
)
def test_a_write_with_a_condition_passes(text: str) -> None:
    assert not list(naked_writes(module(LEDGER, f"def change(self):\n    {text}")))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (LEDGER, "self._client.delete_item(Key=key)"),
        (LEDGER, "self._client.batch_write_item(RequestItems={})"),
        ("functions/poster/app.py", "client.put_item(Item=row)"),
        ("cli/dlq.py", "sqs.purge_queue(QueueUrl=url)"),
    ],
)
def test_a_deletion_or_a_write_past_the_store_is_noticed(path: str, text: str) -> None:
    assert len(list(deletions(module(path, text)))) == 1
