"""What a row of a mapping may be given: accounts that fit its role, classes, departments, parties.

A person chooses from a list or types. What is typed may be a label as it is shown, a number, a full
name, or a part of one that only one has; `#79` is QuickBooks' id 79.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, Protocol

from daybook.domain.chart import Account, Chart
from daybook.domain.directory import Directory
from daybook.domain.roles import (
    ACCOUNT_TYPES,
    AGENCY_SUBTYPES,
    NONE_ALLOWED,
    PAYABLE,
    RECEIVABLE,
)

type ListName = Literal["class", "department", "customer", "vendor"]

NONE_LABEL: Final = "None (not applicable)"
_MOST_NAMED: Final = 5
_STOCK: Final = frozenset({"inventory_on_hand", "in_transit_inventory"})
_TAX: Final = frozenset({"tax_liability", "tax_override", "tax_recoverable"})
# The order in which an accountant reads a chart of accounts.
_TYPES: Final = (
    "Bank", RECEIVABLE, "Other Current Asset", "Fixed Asset", "Other Asset", PAYABLE, "Credit Card",
    "Other Current Liability", "Long Term Liability", "Equity", "Income", "Other Income",
    "Cost of Goods Sold", "Expense", "Other Expense",
)  # fmt: skip
_PLACE: Final = {name: place for place, name in enumerate(_TYPES)}


class NotChosen(ValueError):  # noqa: N818 -- the fact
    """What was typed names nothing, or several things; the text says which."""


class _Row(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def active(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a list. group: the account's type; "" elsewhere. warning: why to think twice."""

    id: str
    label: str
    group: str = ""
    warning: str = ""


@dataclass(frozen=True)
class Choices:
    """What a company has, as it was imported last; without an import there is nothing."""

    chart: Chart | None = None
    directory: Directory | None = None

    @cached_property
    def _labels(self) -> dict[str, str]:
        """Of every account, each its own; an active one before an inactive one of its name."""
        rows = sorted(self._accounts.values(), key=lambda one: (not one.active, one.id))
        return _unlike((one.id, f"{one.number} {one.name}".strip()) for one in rows)

    @property
    def _accounts(self) -> Mapping[str, Account]:
        return self.chart.accounts if self.chart else {}

    @cached_property
    def _by_role(self) -> dict[str, tuple[Choice, ...]]:
        return {}

    @cached_property
    def _kept_by_items(self) -> frozenset[str]:
        return self.directory.stock_accounts() if self.directory else frozenset()

    def label(self, account_id: str) -> str:
        """An account as it is shown: number and full name."""
        return self._labels.get(account_id, f"#{account_id}")

    def accounts(self, role: str) -> tuple[Choice, ...]:
        """The accounts that a role may be mapped to, by type, then number and name."""
        if role not in self._by_role:
            rows = [
                row
                for row in self._accounts.values()
                if self.chart and self.chart.refusal(role, row.id) is None
            ]
            rows.sort(key=lambda row: (_PLACE.get(row.type, 99), _order(row)))
            self._by_role[role] = tuple(
                Choice(row.id, self.label(row.id), row.type, self.warning(role, row.id))
                for row in rows
            )
        return self._by_role[role]

    def warning(self, role: str, account_id: str) -> str:
        """Why to think twice before a role goes to this account; "" where nothing is wrong."""
        row = self._accounts.get(account_id)
        if row is None:
            return ""
        if role == "payment_type" and row.sub_type == "UndepositedFunds":
            return "Undeposited Funds: each event adds a line to its deposit screen"
        if role in _TAX and row.sub_type in AGENCY_SUBTYPES:
            return "belongs to the sales tax centre, whose returns do not count journals"
        if role in _STOCK and row.id in self._kept_by_items:
            return "QuickBooks' own inventory items keep their stock here"
        if row.type == PAYABLE and role != "accounts_payable":
            return "needs a supplier on each event, or a standing one here"
        return ""

    def account(self, role: str, typed: str) -> str | None:
        """The account that is meant: its id, None for "not applicable". Raises NotChosen."""
        text = typed.strip()
        if text.casefold() in ("none", NONE_LABEL.casefold()):
            if role not in NONE_ALLOWED:
                raise NotChosen("this role cannot be None: choose an account")
            return None
        if text.startswith("#") and len(text) > 1:
            return text[1:]
        by_label = _exactly(text, self._labels.items())
        if by_label:
            return by_label[0]
        active = [row for row in self._accounts.values() if row.active]
        exact = _exactly(text, [(row.id, row.number) for row in active])
        exact = exact or _exactly(text, [(row.id, row.name) for row in active])
        if len(exact) == 1:
            return exact[0]
        fitting = [(one.id, one.label) for one in self.accounts(role)]
        return _only(text, fitting, "account that fits this role")

    def listed(self, name: ListName) -> Mapping[str, _Row]:
        """The rows of one of the lists, by id."""
        chart, directory = self.chart, self.directory
        match name:
            case "class":
                return chart.classes if chart else {}
            case "department":
                return chart.departments if chart else {}
            case "customer":
                return directory.customers if directory else {}
            case "vendor":
                return directory.vendors if directory else {}

    def name(self, name: ListName, row_id: str) -> str:
        """What one of a list is called; `#<id>` where it is not there."""
        row = self.listed(name).get(row_id)
        return row.name if row else f"#{row_id}"

    def one_of(self, name: ListName, typed: str) -> str:
        """The id of what is meant. Raises NotChosen."""
        text = typed.strip()
        if text.startswith("#") and len(text) > 1:
            return text[1:]
        rows = [(row.id, row.name) for row in self.listed(name).values() if row.active]
        exact = _exactly(text, rows)
        return exact[0] if len(exact) == 1 else _only(text, rows, f"active {name}")

    def party_kind(self, role: str, account_id: str) -> Literal["customer", "vendor", ""]:
        """Whether a line of this role, or on this account, names a customer or a vendor."""
        row = self._accounts.get(account_id)
        kind = row.type if row else ""
        if kind == RECEIVABLE or role == "accounts_receivable":
            return "customer"
        if kind == PAYABLE or role == "accounts_payable":
            return "vendor"
        return ""


def kinds_in_words(role: str) -> str:
    """The kinds of account that a role takes: "Income or Other Income"."""
    if role == "source_account":
        return "any account"
    kinds = ACCOUNT_TYPES.get(role)
    if kinds is None:
        return "any account but Accounts Receivable and Accounts Payable"
    *first, last = sorted(kinds, key=lambda one: _PLACE[one])
    return f"{', '.join(first)} or {last}" if first else last


def _order(row: Account) -> tuple[str, str]:
    return row.number or "~", row.name.casefold()


def _unlike(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A label for each id, no two alike."""
    labels: dict[str, str] = {}
    seen: set[str] = set()
    for row_id, text in rows:
        label = text if text and text.casefold() not in seen else f"{text} (#{row_id})".strip()
        seen.add(label.casefold())
        labels[row_id] = label
    return labels


def _exactly(text: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    wanted = text.casefold()
    return [row_id for row_id, label in rows if label and label.casefold() == wanted]


def _only(text: str, rows: Iterable[tuple[str, str]], what: str) -> str:
    """The only row with the text in its label."""
    wanted = text.casefold()
    found = [(row_id, label) for row_id, label in rows if wanted in label.casefold()]
    if not found:
        raise NotChosen(f"there is no {what} called {text!r}")
    if len(found) > 1:
        named = ", ".join(label for _, label in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        raise NotChosen(f"{text!r} may be {named}{more}: choose one")
    return found[0][0]
