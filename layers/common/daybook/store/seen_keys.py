"""The keys that a connection's events came with, what they are called, and who is whom.

seen key   N#<connection>   K#<sha256 of the key>     put if absent
names      N#<connection>   NAMES                     one row, replaced whole
link       P#<connection>   <kind>#<POS id>           the last one counts
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from daybook.domain.directory import PartyKind
from daybook.domain.seen_key import SeenKey
from daybook.store.keys import Key, joined
from daybook.store.packing import pack, unpack
from daybook.store.table import Table

# A row is at most 400 KB; this holds tens of thousands of names.
MAX_NAMES_BYTES = 350_000


class SeenKeys:
    """Seen keys, names and links, in the mappings table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, connection: str, keys: Sequence[SeenKey]) -> None:
        """Remember keys; those known already are only read, which costs less than a write."""
        places = {_place(connection, key): key for key in keys}
        known = {(item["PK"]["S"], item["SK"]["S"]) for item in self._table.get_many(list(places))}
        for place, key in places.items():
            if place not in known:
                self._table.put_new({**_row(place), "seen": {"S": _text(key)}})

    def all(self, connection: str) -> list[SeenKey]:
        """Every key, sorted."""
        rows = self._table.query(_of_connection(connection), "K#")
        return sorted(SeenKey(*json.loads(row["seen"]["S"])) for row in rows)

    def name(self, connection: str, names: Mapping[tuple[str, str], str]) -> None:
        """Replace the names. Raises ValueError for more than a row can hold."""
        rows = [[role, key, names[role, key]] for role, key in sorted(names)]
        packed = pack(json.dumps(rows, separators=(",", ":")).encode())
        if len(packed) > MAX_NAMES_BYTES:
            raise ValueError(f"{len(rows)} names of keys are more than a row can hold")
        self._table.put({**_row(_names(connection)), "body": {"B": packed}})

    def names(self, connection: str) -> dict[tuple[str, str], str]:
        """Names by (role, key)."""
        row = self._table.get(_names(connection))
        if row is None:
            return {}
        return {(role, key): name for role, key, name in json.loads(unpack(row["body"]["B"]))}

    def link(self, connection: str, kind: PartyKind, pos_id: str, qbo_id: str) -> None:
        """A party of the point of sale is this customer or vendor."""
        self._table.put({**_row(_party(connection, kind, pos_id)), "qbo_id": {"S": qbo_id}})

    def linked(self, connection: str, kind: PartyKind, pos_id: str) -> str | None:
        """Whom a party was linked to (strongly consistent)."""
        row = self._table.get(_party(connection, kind, pos_id))
        return str(row["qbo_id"]["S"]) if row else None


def _of_connection(connection: str) -> str:
    return joined("N", connection)


def _text(key: SeenKey) -> str:
    """ASCII, so that whatever a point of sale sent as a key can be kept."""
    return json.dumps(key, separators=(",", ":"))


def _place(connection: str, key: SeenKey) -> Key:
    """A digest: role, key and location together may be longer than a sort key."""
    return _of_connection(connection), joined("K", hashlib.sha256(_text(key).encode()).hexdigest())


def _names(connection: str) -> Key:
    return _of_connection(connection), "NAMES"


def _party(connection: str, kind: PartyKind, pos_id: str) -> Key:
    return joined("P", connection), joined(kind, pos_id)


def _row(key: Key) -> dict[str, dict[str, str]]:
    return {"PK": {"S": key[0]}, "SK": {"S": key[1]}}
