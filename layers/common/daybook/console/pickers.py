"""What a row's fields are chosen from: lists that many rows of a page share.

A chart of 500 accounts in 80 rows would be 40,000 options. A page with few has a list in each row;
one with many has text fields, and each list once for the whole page (`<datalist>`), where typing
finds a name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from daybook.domain.draft import Unfinished
from daybook.domain.mapping import AccountRow
from daybook.domain.roles import NONE_ALLOWED
from daybook.workflows.choices import NONE_LABEL, Choice, Choices, ListName, NotChosen
from daybook.workflows.mapping_edit import as_edit
from daybook.workflows.mapping_sheet import Row

# Options of all lists of a page together, above which it has text fields.
MAX_OPTIONS: Final = 3_000
# Of customers and vendors no more are listed; a part of the name finds the others.
MAX_PARTIES: Final = 200
_BOTH_KINDS: Final = frozenset({"accounts_receivable", "accounts_payable"})


@dataclass(frozen=True, slots=True)
class Picker:
    """One list. groups: (account type, choices)."""

    id: str
    groups: Sequence[tuple[str, Sequence[Choice]]]
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fields:
    """The values of a row's fields, as its form shows them."""

    account: str
    class_: str
    department: str
    party: str
    takes_party: bool


@dataclass(frozen=True, slots=True)
class Pickers:
    """Every list of a page. by_role: of accounts; selects: whether each row has its own."""

    by_role: Mapping[str, Picker]
    classes: Sequence[Choice]
    departments: Sequence[Choice]
    customers: Sequence[Choice]
    vendors: Sequence[Choice]
    selects: bool
    choices: Choices

    @property
    def shared(self) -> list[tuple[Picker, bool]]:
        """Each list that is used, once; and again with None for roles that may be that."""
        used = {(picker.id, role in NONE_ALLOWED): picker for role, picker in self.by_role.items()}
        return [(picker, with_none) for (_, with_none), picker in used.items()]

    def fields(self, row: Row) -> Fields:
        """What the fields of a row hold."""
        if row.written is None:
            return Fields("", "", "", "", row.role in _BOTH_KINDS)
        edit, account = as_edit(row.written), self._account(row)
        kind = self.choices.party_kind(row.role, account)
        return Fields(
            self._shown_account(edit.account),
            self._shown("class", edit.class_),
            self._shown("department", edit.department),
            self._party(kind, edit.party),
            bool(kind or edit.party),
        )

    def listed_elsewhere(self, row: Row) -> str:
        """The label of a row's account where its list has it not; "" where it has."""
        account = self._account(row)
        known = self.by_role.get(row.role)
        return (
            "" if not account or (known and account in known.ids) else self.choices.label(account)
        )

    def _account(self, row: Row) -> str:
        written = row.written
        if isinstance(written, AccountRow):
            return written.account or ""
        return written.account.removeprefix("#") if written else ""

    def _shown_account(self, value: str) -> str:
        if self.selects or not value:
            return value
        if value == "None":
            return NONE_LABEL
        return self.choices.label(value[1:]) if value.startswith("#") else value

    def _shown(self, name: ListName, value: str) -> str:
        return value if self.selects or not value.startswith("#") else self._name(name, value)

    def _party(self, kind: str, value: str) -> str:
        if not value.startswith("#") or kind not in ("customer", "vendor"):
            return value
        return self._name("customer" if kind == "customer" else "vendor", value)

    def _name(self, name: ListName, value: str) -> str:
        """Its name, where the name alone says which one it is."""
        shown = self.choices.name(name, value[1:])
        try:
            return shown if self.choices.one_of(name, shown) == value[1:] else value
        except NotChosen:
            return value


def pickers(rows: Sequence[Row], choices: Choices) -> Pickers:
    """The lists for these rows."""
    roles = {row.role for row in rows}
    shared: dict[tuple[Choice, ...], Picker] = {}
    by_role = {role: _picker(choices.accounts(role), shared) for role in sorted(roles)}
    classes, departments = _active(choices, "class"), _active(choices, "department")
    options = sum(len(by_role[row.role].ids) + len(classes) + len(departments) for row in rows)
    return Pickers(
        by_role,
        classes,
        departments,
        _active(choices, "customer")[:MAX_PARTIES],
        _active(choices, "vendor")[:MAX_PARTIES],
        options <= MAX_OPTIONS and not any(_is_typed(row) for row in rows),
        choices,
    )


def _is_typed(row: Row) -> bool:
    """Whether something stands there that no list of choices could show."""
    there = row.written
    texts = (there.account, there.class_, there.department) if isinstance(there, Unfinished) else ()
    return any(text and not text.startswith("#") for text in texts)


def _picker(found: tuple[Choice, ...], shared: dict[tuple[Choice, ...], Picker]) -> Picker:
    if found not in shared:
        groups = [(name, list(rows)) for name, rows in groupby(found, lambda one: one.group)]
        shared[found] = Picker(f"a{len(shared)}", groups, frozenset(one.id for one in found))
    return shared[found]


def _active(choices: Choices, name: ListName) -> list[Choice]:
    rows: Iterable[Choice] = (
        Choice(row.id, row.name) for row in choices.listed(name).values() if row.active
    )
    return sorted(rows, key=lambda one: one.label.casefold())
