"""Jobs in the ledger's table: one row each, listed by month, the open ones by a partition apart.

row       PK `J#<id>`, SK `J`
index 1   `J#<month>`, `<created>#<id>`     every job
index 2   `J#open`, `<created>#<id>`        while it is queued or running
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from daybook.domain.job import Job
from daybook.store import keys
from daybook.store.packing import pack, unpack
from daybook.store.table import Item, Table

PAGE_ROWS = 100
_TEXTS: Final = (
    "id", "kind", "created_at", "updated_at", "actor", "reason", "state", "error",
)  # fmt: skip
_NUMBERS: Final = ("done", "total", "number")
_OBJECTS: Final = ("scope", "cursor", "counts")


class Jobs:
    """The jobs of the ledger's table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, job: Job) -> bool:
        """Keep a job if its id is new."""
        item = _item(job)
        written = self._table.put_new(item)
        if written == "unsure":
            return self._table.get(keys.job(job.id)) == item
        return written == "written"

    def get(self, job_id: str) -> Job | None:
        """The job as it is now (strongly consistent)."""
        item = self._table.get(keys.job(job_id))
        return _job(item) if item else None

    def change(self, before: Job, after: Job) -> bool:
        """Write `after` if the row has `before`'s number; False if it moved on."""
        assert before.id == after.id, f"{before.id} cannot become {after.id}"
        assert after.number > before.number, f"{before.id}: a change raises the row's number"
        key, item = keys.job(before.id), _item(after)
        to_set = {name: value for name, value in item.items() if name not in ("PK", "SK")}
        to_remove = [name for name in _item(before) if name not in item]
        read = {"number": {"N": str(before.number)}}
        written = self._table.update(key, to_set, to_remove, read)
        if written == "unsure":
            return self._table.get(key) == item
        return written == "written"

    def open(self) -> list[Job]:
        """Jobs that are queued or running, oldest first; by an index, so a moment late."""
        return [job for job in self._found(self._table.keys_by_index2, keys.open_jobs())
                if job.is_open]  # fmt: skip

    def of_month(self, month: str) -> list[Job]:
        """Jobs made in a month (`2026-11`), oldest first; by an index, so a moment late."""
        return list(self._found(self._table.keys_by_index1, keys.jobs_of(month)))

    def latest(self, month: str, before: str, limit: int) -> list[tuple[str, Job]]:
        """Up to so many jobs of a month with their places, before one of those ("" for the
        newest), newest first; by an index, so a moment late."""
        places = self._table.places_by_index(1, keys.jobs_of(month), "", before, limit)
        items = self._table.get_many([key for key, _ in places])
        jobs = {(item["PK"]["S"], item["SK"]["S"]): _job(item) for item in items}
        return [(at, jobs[key]) for key, at in places if key in jobs]

    def _found(self, by_index: Any, pk: str) -> Iterator[Job]:
        for page in by_index(pk, PAGE_ROWS):
            for item in self._table.get_many(page):
                yield _job(item)


def _item(job: Job) -> Item:
    pk, sk = keys.job(job.id)
    place = keys.tail(job.created_at, job.id)
    month = keys.jobs_of(job.created_at[:7])
    item: Item = {"PK": {"S": pk}, "SK": {"S": sk}, "I1PK": {"S": month}, "I1SK": {"S": place}}
    if job.is_open:
        item |= {"I2PK": {"S": keys.open_jobs()}, "I2SK": {"S": place}}
    for name in _TEXTS:
        if getattr(job, name):
            item[name] = {"S": getattr(job, name)}
    for name in _NUMBERS:
        item[name] = {"N": str(getattr(job, name))}
    for name in _OBJECTS:
        text = json.dumps(dict(getattr(job, name)), separators=(",", ":"), sort_keys=True)
        item[name] = {"B": pack(text.encode())}
    return item


def _job(item: Item) -> Job:
    values: dict[str, Any] = {name: item[name]["S"] for name in _TEXTS if name in item}
    values |= {name: int(item[name]["N"]) for name in _NUMBERS}
    values |= {name: json.loads(unpack(item[name]["B"])) for name in _OBJECTS}
    return Job(**values)
