"""Pulls in the ledger's table: how far each list was read, and what was seen there.

cursor    PK `U#<connection>`, SK `<resource>`
object    PK `Q#<connection>#<type>#<id>`, SK `Q`
          index 2: `Q#<connection>#<business date>`, `<location>#<type>#<id>`
"""

from collections.abc import Iterator

from daybook.domain.pulls import PullCursor, SeenAtPos
from daybook.store import keys
from daybook.store.table import Item, Table

PAGE_ROWS = 100
MAX_TRIES = 5
_CURSOR_TEXTS = ("seen", "read_at", "trouble", "since")
_SEEN_TEXTS = (
    "connection", "object_type", "object_id", "version", "effect", "modified", "seen_at", "kind",
    "location", "business_date",
)  # fmt: skip


class Pulls:
    """`ports.Pulls`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def cursor(self, connection: str, resource: str) -> PullCursor | None:
        """How far a list was read (strongly consistent)."""
        item = self._table.get(keys.pull_cursor(connection, resource))
        return _cursor(connection, resource, item) if item else None

    def cursors(self, connection: str) -> list[PullCursor]:
        """The cursors of a connection, by resource (strongly consistent)."""
        rows = self._table.query(keys.pull_cursors(connection))
        return [_cursor(connection, item["resource"]["S"], item) for item in rows]

    def move(self, before: PullCursor | None, after: PullCursor) -> bool:
        """Write a cursor if it still is as it was read (None: not there); False if it moved on."""
        item = _cursor_item(after)
        key = keys.pull_cursor(after.connection, after.resource)
        if before is None:
            written = self._table.put_new(item)
        else:
            assert after.number > before.number, f"{key}: a change raises the row's number"
            to_set = {name: value for name, value in item.items() if name not in ("PK", "SK")}
            gone = [name for name in _cursor_item(before) if name not in item]
            read = {"number": {"N": str(before.number)}}
            written = self._table.update(key, to_set, gone, read)
        if written == "unsure":
            return self._table.get(key) == item
        return written == "written"

    def seen(self, connection: str, object_type: str, object_id: str) -> SeenAtPos | None:
        """What was seen of an object (strongly consistent)."""
        item = self._table.get(keys.seen_at_pos(connection, object_type, object_id))
        return _seen(item) if item else None

    def see(self, seen: SeenAtPos) -> None:
        """Keep what was seen, unless a later version was. TimeoutError if it never held still."""
        item = _seen_item(seen)
        key = item["PK"]["S"], item["SK"]["S"]
        for _ in range(MAX_TRIES):
            there = self._table.get(key)
            if there is None:
                written = self._table.put_new(item)
            elif there["modified"]["S"] > seen.modified:
                return
            else:
                to_set = {name: value for name, value in item.items() if name not in ("PK", "SK")}
                gone = [name for name in there if name not in item]
                read = {"modified": there["modified"], "seen_at": there["seen_at"]}
                written = self._table.update(key, to_set, gone, read)
            if written == "written":
                return
        raise TimeoutError(f"{seen.name} changed {MAX_TRIES} times while it was written")

    def seen_of_day(self, connection: str, business_date: str) -> Iterator[SeenAtPos]:
        """What was seen of a business date, by location; by an index, so a moment late."""
        place = keys.seen_of_day(connection, business_date)
        for page in self._table.keys_by_index2(place, PAGE_ROWS):
            for item in self._table.get_many(page):
                found = _seen(item)
                if found.business_date == business_date:
                    yield found


def _cursor_item(cursor: PullCursor) -> Item:
    pk, sk = keys.pull_cursor(cursor.connection, cursor.resource)
    item: Item = {"PK": {"S": pk}, "SK": {"S": sk}, "resource": {"S": cursor.resource}}
    item["number"] = {"N": str(cursor.number)}
    texts = {name: getattr(cursor, name) for name in _CURSOR_TEXTS}
    return item | {name: {"S": text} for name, text in texts.items() if text}


def _cursor(connection: str, resource: str, item: Item) -> PullCursor:
    texts = {name: item[name]["S"] for name in _CURSOR_TEXTS if name in item}
    return PullCursor(connection, resource, number=int(item["number"]["N"]), **texts)


def _seen_item(seen: SeenAtPos) -> Item:
    pk, sk = keys.seen_at_pos(*seen.name)
    item: Item = {"PK": {"S": pk}, "SK": {"S": sk}}
    if seen.business_date:
        item["I2PK"] = {"S": keys.seen_of_day(seen.connection, seen.business_date)}
        item["I2SK"] = {"S": keys.tail(keys.joined(seen.location, seen.object_type), pk)}
    if seen.stated:
        item["stated"] = {"M": {name: {"S": text} for name, text in seen.stated.items()}}
    return item | {name: {"S": getattr(seen, name)} for name in _SEEN_TEXTS if getattr(seen, name)}


def _seen(item: Item) -> SeenAtPos:
    texts = {name: item[name]["S"] if name in item else "" for name in _SEEN_TEXTS}
    stated = {name: value["S"] for name, value in item.get("stated", {"M": {}})["M"].items()}
    return SeenAtPos(**texts, stated=stated)
