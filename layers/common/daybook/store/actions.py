"""What people did, append-only: `A#<connection>#<month>`, `<instant>#<id>` in the ledger."""

from dataclasses import fields
from typing import Final

from daybook.domain.action import Action
from daybook.store import keys
from daybook.store.table import Item, Table

_NAMES: Final = tuple(field.name for field in fields(Action))


class Actions:
    """The actions of the ledger's table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, action: Action) -> bool:
        """Keep an action if its id is new."""
        texts = {name: getattr(action, name) for name in _NAMES}
        texts["PK"] = keys.actions(action.connection, action.at[:7])
        texts["SK"] = keys.joined(action.at, action.id)
        item = {name: {"S": text} for name, text in texts.items() if text}
        written = self._table.put_new(item)
        if written == "unsure":
            return self._table.get((texts["PK"], texts["SK"])) == item
        return written == "written"

    def of_month(self, connection: str, month: str) -> list[Action]:
        """What was done to a connection in a month (`2026-11`), oldest first."""
        return [_action(row) for row in self._table.query(keys.actions(connection, month))]

    def latest(self, connection: str, month: str, before: str, limit: int) -> list[Action]:
        """Up to so many actions of a month, newest first; before: the place of one (`Action.place`)
        to go on below it, "" for the newest."""
        rows = self._table.latest(keys.actions(connection, month), before and _sort(before), limit)
        return [_action(row) for row in rows]


def _sort(place: str) -> str:
    at, _, name = place.partition(" ")
    return keys.joined(at, name)


def _action(row: Item) -> Action:
    return Action(**{name: row[name]["S"] if name in row else "" for name in _NAMES})
