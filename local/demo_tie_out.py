"""Unleashed's day in QuickBooks: each object with its reference, tax and total, and a tie-out.

What Unleashed says its customers owe, and what it says it owes its suppliers, is held against what
the trial balance's receivables and payables moved by. QuickBooks chooses the receivables account of
an invoice itself, so that two connections of a company share it; before and after tell them apart.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from local.demo_unleashed import Side, Stated
from local.trial_balance import TrialBalance

type Books = Mapping[str, Sequence[dict[str, Any]]]

_ACCOUNT_TYPES: dict[Side, str] = {
    "receivable": "Accounts Receivable",
    "payable": "Accounts Payable",
}
_TITLES: dict[Side, str] = {
    "receivable": "what customers owe",
    "payable": "what suppliers are owed",
}
_MAPPING = Path(__file__).parent / "mappings" / "unleashed.json"
_LINE_DETAILS = ("JournalEntryLineDetail", "SalesItemLineDetail", "AccountBasedExpenseLineDetail")
_ACCOUNT_FIELDS = ("AccountRef", "ItemAccountRef")


@dataclass(frozen=True, slots=True)
class TieOut:
    """text: for a person. wrong: what does not tie or is not there, each as a sentence."""

    text: str
    wrong: tuple[str, ...]


def tie_out(
    day: Sequence[Stated],
    held: Mapping[str, str],
    books: Books,
    before: TrialBalance,
    after: TrialBalance,
) -> TieOut:
    """held: id -> why, of what waits for a person. before, after: the balances around the day."""
    lines, wrong = ["Unleashed's day in QuickBooks"], []
    for stated in day:
        reasons = [held[one] for one in stated.ids if one in held]
        if reasons:
            lines.append(f"  {stated.reference:<22} held: {reasons[0]}")
            continue
        told, problems = _shown(stated, books)
        lines += [f"  {stated.reference:<22} {one}" for one in told]
        wrong += [f"{stated.reference} {problem}" for problem in problems]
    for side, title in _TITLES.items():
        mine = [one for one in day if one.kind.side == side]
        waits = [one for one in mine if one.ids & held.keys()]
        kind = _ACCOUNT_TYPES[side]
        names = [
            row["FullyQualifiedName"] for row in books["Account"] if row["AccountType"] == kind
        ]
        sums = [sum(map(balance.balance, names), Decimal(0)) for balance in (before, after)]
        moved = sums[1] - sums[0] if side == "receivable" else sums[0] - sums[1]
        told, tied = _tied(title, (_owed(mine), _owed(waits)), ", ".join(names), moved)
        lines += ["", *told]
        wrong += [] if tied else [f"{title}: {'; '.join(told)}"]
    return TieOut("\n".join([*lines, ""]), tuple(wrong))


def _shown(stated: Stated, books: Books) -> tuple[list[str], list[str]]:
    """An object's line of the report, and what is wrong with it."""
    if stated.kind.form in ("Customer", "Vendor"):
        names = [row for row in books.get(stated.kind.form, ()) if _name(row) == stated.reference]
        problem = [] if len(names) == 1 else [f"is {len(names)} times a {stated.kind.form}"]
        return [f"{stated.kind.form} {row['Id']}" for row in names], problem
    found = list(_named(stated, books))
    forms = [(form, row) for form, row in found if form == stated.kind.form] or found
    if len(forms) != 1:
        return [], [f"is {len(forms)} times in the books"]
    form, row = forms[0]
    accounts = _of_type(_ACCOUNT_TYPES[stated.kind.side], books) if stated.kind.side else []
    total = abs(_on(row, accounts)) if form == "JournalEntry" else Decimal(row["TotalAmt"])
    tax, stock = _tax(row), _on(row, _mapped("inventory_on_hand"))
    shown = f"{form:<13} {row['Id']:>4} {row['DocNumber']:<22}"
    told = f"{row['DocNumber']} {row['PrivateNote']}"
    problems = [] if stated.reference in told else [f"is not named in {told}"]
    if stated.kind.side:
        shown += f" tax {tax:>8.2f} total {total:>10.2f}"
        if (tax, total) != (stated.tax, stated.total):
            problems.append(f"has {shown}; Unleashed {stated.tax} and {stated.total}")
    else:
        shown += f" stock {stock:>+10.2f}"
        if stated.stock not in (None, stock):
            problems.append(f"has {shown}; Unleashed {stated.stock:+}")
    return [shown], problems


def _tied(
    title: str, stated: tuple[Decimal, Decimal], account: str, moved: Decimal
) -> tuple[list[str], bool]:
    """stated: what is owed as Unleashed says, and how much of it is held."""
    owed, waits = stated
    told = [
        f"{'Unleashed: ' + title:<46}{owed:>12.2f}",
        f"{'held, and so not in the books':<46}{-waits:>12.2f}",
        f"{'to be in QuickBooks':<46}{owed - waits:>12.2f}",
        f"{account + ' moved by':<46}{moved:>12.2f}",
    ]
    ties = moved == owed - waits
    return [*told, "it ties" if ties else f"IT IS OFF BY {moved - owed + waits}"], ties


def _owed(day: Sequence[Stated]) -> Decimal:
    return sum((one.owed for one in day), Decimal(0))


def _named(stated: Stated, books: Books) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the books have whose note names an object: QuickBooks numbers invoices itself."""
    for form in {stated.kind.form: None, "JournalEntry": None}:
        for row in books.get(form, ()):
            note = row.get("PrivateNote", "")
            if any(one in note for one in stated.ids):
                yield form, row


def _lines(row: dict[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """(account, amount; of a journal entry debits above zero) of each line."""
    for line in row["Line"]:
        detail = next((line[name] for name in _LINE_DETAILS if name in line), None)
        if detail is None:
            continue
        account = next(detail[name]["value"] for name in _ACCOUNT_FIELDS if name in detail)
        sign = -1 if detail.get("PostingType") == "Credit" else 1
        yield account, sign * Decimal(line["Amount"])


def _on(row: dict[str, Any], accounts: Sequence[str]) -> Decimal:
    return sum((amount for account, amount in _lines(row) if account in accounts), Decimal(0))


def _tax(row: dict[str, Any]) -> Decimal:
    own = Decimal(row.get("TxnTaxDetail", {}).get("TotalTax", 0))
    return own + abs(_on(row, _mapped("tax_liability")))


def _mapped(role: str) -> list[str]:
    """The accounts that the demo's mapping gives a role."""
    rows = json.loads(_MAPPING.read_bytes())["accounts"]
    return [row["account"] for row in rows if row["role"] == role]


def _of_type(kind: str, books: Books) -> list[str]:
    return [row["Id"] for row in books["Account"] if row["AccountType"] == kind]


def _name(row: dict[str, Any]) -> str:
    return str(row["DisplayName"])
