"""Texts kept in numbered versions that never change, in chunks of a table, visible all at once.

    chunk   <pk>   C#<version>#<sha16>#<place>     written first
    head    <pk>   H#<version>                     put if absent; names the chunks it stands for

A reader finds heads only, and a head is written after its chunks, so a version is there whole or
not at all. Two writers of one number write different chunks; the head decides.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache

from daybook.store.packing import pack, unpack
from daybook.store.table import Item, Table

# A row is at most 400 KB, keys and names included.
CHUNK_BYTES = 350_000
CACHED = 32
_DIGITS = 8


class VersionTaken(ValueError):  # noqa: N818 -- the fact
    """Another text was kept under this number first."""


class Versions:
    """Versioned texts in one table. pk: makes the partition key of an owner.

    cached: how many texts are remembered; 0 where the caller remembers what it made of them.
    """

    def __init__(self, table: Table, pk: Callable[[str], str], cached: int = CACHED) -> None:
        self._table = table
        self._pk = pk
        # What a number stands for never changes, so it may be remembered; absence is not.
        self._cached = lru_cache(cached)(self._read)

    def put(self, owner: str, version: int, text: bytes, **labels: str) -> None:
        """Keep a text. Putting the same again changes nothing. Raises VersionTaken."""
        sha = hashlib.sha256(text).hexdigest()
        packed = pack(text)
        chunks = [packed[at : at + CHUNK_BYTES] for at in range(0, len(packed), CHUNK_BYTES)]
        for place, chunk in enumerate(chunks):
            key = self._chunk_key(owner, version, sha, place)
            self._table.put({**key, "body": {"B": chunk}})
        head = {
            **self._key(owner, f"H#{version:0{_DIGITS}d}"),
            "sha": {"S": sha},
            "chunks": {"N": str(len(chunks))},
            **{name: {"S": label} for name, label in labels.items() if label},
        }
        if self._table.put_new(head) == "written":
            return
        there = self._head(owner, version)
        if there is None or there["sha"] != head["sha"]:
            raise VersionTaken(f"version {version} of {owner} is taken")

    def numbers(self, owner: str) -> list[int]:
        """All versions, rising, strongly consistent."""
        return [_number(item) for item in self._table.query(self._pk(owner), "H#")]

    def labelled(self, owner: str) -> list[tuple[int, dict[str, str]]]:
        """All versions, rising, each with the labels it was put with."""
        return [
            (_number(item), {name: value["S"] for name, value in item.items() if "S" in value})
            for item in self._table.query(self._pk(owner), "H#")
        ]

    def last(self, owner: str) -> int:
        """The highest version, strongly consistent; 0 if there is none."""
        newest = self._table.query(self._pk(owner), "H#", ScanIndexForward=False, Limit=1)
        head = next(newest, None)
        return _number(head) if head else 0

    def get(self, owner: str, version: int) -> bytes | None:
        """A version's text."""
        try:
            return self._cached(owner, version)
        except LookupError:
            return None

    def _read(self, owner: str, version: int) -> bytes:
        head = self._head(owner, version)
        if head is None:
            raise LookupError(f"no version {version} of {owner}")
        keys = [
            self._chunk_key(owner, version, head["sha"]["S"], place)
            for place in range(int(head["chunks"]["N"]))
        ]
        rows = self._table.get_many([(key["PK"]["S"], key["SK"]["S"]) for key in keys])
        text = unpack(b"".join(row["body"]["B"] for row in rows))
        assert hashlib.sha256(text).hexdigest() == head["sha"]["S"], f"{owner} {version} is broken"
        return text

    def _head(self, owner: str, version: int) -> Item | None:
        key = self._key(owner, f"H#{version:0{_DIGITS}d}")
        return self._table.get((key["PK"]["S"], key["SK"]["S"]))

    def _chunk_key(self, owner: str, version: int, sha: str, place: int) -> Item:
        return self._key(owner, f"C#{version:0{_DIGITS}d}#{sha[:16]}#{place:04d}")

    def _key(self, owner: str, sk: str) -> Item:
        return {"PK": {"S": self._pk(owner)}, "SK": {"S": sk}}


def _number(head: Item) -> int:
    return int(head["SK"]["S"].split("#")[1])
