"""A person's edits of a mapping: rows as typed become rows of the draft, or stay unfinished."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from daybook.domain.draft import Unfinished
from daybook.domain.mapping import AccountRow
from daybook.domain.mapping import Mapping as Rules
from daybook.workflows.choices import Choices, NotChosen

# (role, key, location); the location "" stands for everywhere.
type Place = tuple[str, str, str]
type Written = AccountRow | Unfinished

MAX_ROWS = 5_000
NO_ACCOUNT = "no account is chosen"


class TooManyRows(ValueError):  # noqa: N818 -- the fact
    """More rows than a mapping may have here."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One row as a form has it: ids as `#79`, labels, or whatever was typed; "" for nothing."""

    role: str
    key: str
    location: str = ""
    account: str = ""
    class_: str = ""
    department: str = ""
    party: str = ""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.role, self.key, self.location


@dataclass(frozen=True, slots=True)
class Edited:
    """A mapping with edits in it. changed: the places that are not what they were."""

    mapping: Rules
    unfinished: tuple[Unfinished, ...]
    changed: tuple[Place, ...]


def edited(
    mapping: Rules, unfinished: Iterable[Unfinished], edits: Sequence[Edit], choices: Choices
) -> Edited:
    """The mapping after the edits; rows that no edit names stay. Raises TooManyRows."""
    rows = written(mapping, unfinished)
    changed = []
    for edit in edits:
        after, before = row_of(edit, choices), rows.get(edit.place)
        if after == before or (after is None and before is None):
            continue
        changed.append(edit.place)
        if after is None:
            del rows[edit.place]
        else:
            rows[edit.place] = after
    if len(rows) > MAX_ROWS:
        raise TooManyRows(f"a mapping has at most {MAX_ROWS} rows")
    whole = tuple(row for row in rows.values() if isinstance(row, AccountRow))
    rest = tuple(row for row in rows.values() if isinstance(row, Unfinished))
    # A copy would keep what was looked up in the old rows.
    whole_mapping = Rules(accounts=whole, locations=mapping.locations, settings=mapping.settings)
    return Edited(whole_mapping, rest, tuple(changed))


def written(mapping: Rules, unfinished: Iterable[Unfinished]) -> dict[Place, Written]:
    """Every row of a draft by its place; what is unfinished stands before what it is to replace."""
    rows: dict[Place, Written] = {
        (row.role, row.key, row.location or ""): row for row in mapping.accounts
    }
    return rows | {(row.role, row.key, row.location): row for row in unfinished}


def row_of(edit: Edit, choices: Choices) -> Written | None:
    """What an edit comes to: a row, an unfinished one, None where nothing is left."""
    others = (edit.class_, edit.department, edit.party)
    if not edit.account:
        return _left(edit, NO_ACCOUNT) if any(others) else None
    try:
        account = choices.account(edit.role, edit.account)
        fields = {
            "role": edit.role,
            "key": edit.key,
            "location": edit.location or None,
            "account": account,
            "class": choices.one_of("class", edit.class_) if edit.class_ else None,
            "department": choices.one_of("department", edit.department)
            if edit.department
            else None,
            **_party(edit, account, choices),
        }
        return AccountRow.model_validate(fields)
    except NotChosen as problem:
        return _left(edit, str(problem))
    except ValidationError as problem:
        return _left(edit, problem.errors()[0]["msg"].removeprefix("Value error, "))


def _party(edit: Edit, account: str | None, choices: Choices) -> Mapping[str, str]:
    if not edit.party:
        return {}
    kind = choices.party_kind(edit.role, account or "")
    if not kind:
        raise NotChosen("only a receivable or payable account takes a customer or vendor")
    return {kind: choices.one_of(kind, edit.party)}


def _left(edit: Edit, text: str) -> Unfinished:
    return Unfinished(
        edit.role, edit.key, edit.location, edit.account, edit.class_, edit.department, edit.party,
        text,
    )  # fmt: skip


def as_edit(row: Written) -> Edit:
    """A row as a form would bring it back."""
    if isinstance(row, Unfinished):
        return Edit(
            row.role, row.key, row.location, row.account, row.class_, row.department, row.party
        )
    party = row.customer or row.vendor
    return Edit(
        row.role,
        row.key,
        row.location or "",
        "None" if row.account is None else f"#{row.account}",
        f"#{row.class_}" if row.class_ else "",
        f"#{row.department}" if row.department else "",
        f"#{party}" if party else "",
    )
