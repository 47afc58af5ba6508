"""Drafts of mappings: every save a text of its own, in the mappings table.

save   F#<connection>   as in `versions`; the highest is the draft
"""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from daybook.store.keys import joined
from daybook.store.table import Table
from daybook.store.versions import Versions, VersionTaken

if TYPE_CHECKING:
    from daybook.domain.draft import Draft
    from daybook.domain.mapping import KeptMapping


class Drafts:
    """The drafts in the mappings table."""

    def __init__(self, table: Table) -> None:
        self._saves = Versions(table, lambda connection: joined("F", connection))

    def last(self, connection: str) -> "Draft | None":
        """The last save; which one that is, strongly consistent."""
        number = self._saves.last(connection)
        return self.get(connection, number) if number else None

    def get(self, connection: str, number: int) -> "Draft | None":
        """One save."""
        text = self._saves.get(connection, number)
        return _draft(connection, number, text) if text else None

    def put(self, draft: "Draft") -> bool:
        """Keep a save if its number is new; the very same again counts as kept."""
        labels = {"actor": draft.actor, "at": draft.at}
        try:
            self._saves.put(draft.connection, draft.number, _text(draft), **labels)
        except VersionTaken:
            return False
        return True

    def history(self, connection: str) -> "list[KeptMapping]":
        """Every save, rising, with who made it and when."""
        from daybook.domain.mapping import KeptMapping  # noqa: PLC0415 -- pydantic

        return [
            KeptMapping(number, labels.get("actor", ""), labels.get("at", ""))
            for number, labels in self._saves.labelled(connection)
        ]


def _text(draft: "Draft") -> bytes:
    """Who and when stand in it: two people who save the same are told of each other."""
    row = {
        "mapping": draft.mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "unfinished": [asdict(one) for one in draft.unfinished],
        "based_on": draft.based_on,
        "state": draft.state,
        "actor": draft.actor,
        "at": draft.at,
        "note": draft.note,
    }
    return json.dumps(row, separators=(",", ":"), sort_keys=True).encode()


def _draft(connection: str, number: int, text: bytes) -> "Draft":
    from daybook.domain.draft import Draft, Unfinished  # noqa: PLC0415 -- few ask for drafts
    from daybook.domain.mapping import Mapping  # noqa: PLC0415 -- pydantic

    row = json.loads(text)
    mapping = Mapping.model_validate(row.pop("mapping"))
    unfinished = tuple(Unfinished(**one) for one in row.pop("unfinished"))
    return Draft(connection, number, mapping, unfinished, **row)
