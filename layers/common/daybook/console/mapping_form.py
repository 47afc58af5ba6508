"""The form of a mapping's rows, read: each row has a number, new ones a letter before it.

place.3 = ["sales","7",""]   account.3 = #79   class.3, department.3, party.3
role.n3, key.n3, location.n3, account.n3       a new row
do = save | take_all;  take = 3|79;  remove = 3
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from daybook.console.web import Call, Wrong
from daybook.domain.mapping import DEFAULT_KEY
from daybook.domain.roles import ROLES
from daybook.workflows.mapping_edit import MAX_ROWS, Edit, Place
from daybook.workflows.mapping_sheet import Sheet

MAX_KEY = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form brought. taken: how many suggestions were taken; left_out: new rows without
    enough to stand."""

    edits: tuple[Edit, ...]
    taken: int = 0
    left_out: int = 0


def sent(call: Call, sheet: Sheet) -> Sent:
    """The rows of the form, with what its button asks for. sheet: what suggestions come from."""
    rows = _rows(call)
    if len(rows) > MAX_ROWS:
        raise Wrong(413, "That is too large", f"A form takes {MAX_ROWS} rows.")
    removed = rows.get(call.one("remove"))
    if removed:
        rows[call.one("remove")] = Edit(*removed.place)
    taken = _take(call.one("take"), rows)
    if call.one("do") == "take_all":
        taken += _take_all(rows, sheet)
    new, left_out = _new_rows(call)
    return Sent((*rows.values(), *new), taken, left_out)


def _rows(call: Call) -> dict[str, Edit]:
    numbers = [name[6:] for name in call.form if name.startswith("place.")]
    return {
        number: Edit(*_place(call.one(f"place.{number}")), *_fields(call, number))
        for number in numbers
    }


def _fields(call: Call, number: str) -> tuple[str, str, str, str]:
    account, class_, department, party = (
        call.one(f"{name}.{number}") for name in ("account", "class", "department", "party")
    )
    return account, class_, department, party


def _place(text: str) -> Place:
    try:
        role, key, location = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise Wrong(400, "This form cannot be read") from None
    if not all(isinstance(one, str) for one in (role, key, location)) or role not in ROLES:
        raise Wrong(400, "This form cannot be read")
    return role, key, location


def _take(asked: str, rows: dict[str, Edit]) -> int:
    """A suggestion: `<number of the row>|<account's id>`."""
    number, _, account = asked.partition("|")
    if number not in rows or not account:
        return 0
    rows[number] = replace(rows[number], account=f"#{account}")
    return 1


def _take_all(rows: dict[str, Edit], sheet: Sheet) -> int:
    """The best suggestion of every row that is missing and has nothing chosen."""
    best: Mapping[Place, str] = {
        row.place: row.suggested[0][0] for row in sheet.to_do if row.suggested
    }
    taken = 0
    for number, edit in rows.items():
        if not edit.account and edit.place in best:
            rows[number] = replace(edit, account=f"#{best[edit.place]}")
            taken += 1
    return taken


def _new_rows(call: Call) -> tuple[list[Edit], int]:
    found, left_out = [], 0
    for name in call.form:
        if not name.startswith("role."):
            continue
        number, role = name[5:], call.one(name)
        key, location = call.one(f"key.{number}"), call.one(f"location.{number}")
        fields = _fields(call, number)
        if not key and not location and not any(fields):
            continue
        too_long = max(len(key), len(location)) > MAX_KEY
        if role not in ROLES or too_long or not (key or location):
            left_out += 1
        else:
            found.append(Edit(role, key or DEFAULT_KEY, location, *fields))
    return found, left_out
