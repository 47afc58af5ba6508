"""Journal entries in beancount notation (https://beancount.github.io/docs/beancount_language_syntax.html).

    2026-11-20 * "T-100245-4QX2MA" "ticket/100245/1/post | Ticket T-100245"
      Assets:Visa-Clearing    108.25 USD
        role: "payment_type"
        key: "visa"

The root of an account's name comes from its type where a chart is given, else from the role of
the line; the rest is the account's name in the chart, else its id.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from daybook.domain.chart import Account, Chart
from daybook.domain.journal import JournalEntry, Line
from daybook.domain.money import to_text
from daybook.domain.roles import ACCOUNT_TYPES

_ROOT_OF_TYPE = {
    "Bank": "Assets",
    "Accounts Receivable": "Assets",
    "Other Current Asset": "Assets",
    "Fixed Asset": "Assets",
    "Other Asset": "Assets",
    "Accounts Payable": "Liabilities",
    "Credit Card": "Liabilities",
    "Other Current Liability": "Liabilities",
    "Long Term Liability": "Liabilities",
    "Equity": "Equity",
    "Income": "Income",
    "Other Income": "Income",
    "Cost of Goods Sold": "Expenses",
    "Expense": "Expenses",
    "Other Expense": "Expenses",
}
# Where a role allows several kinds of account, the one that it usually has.
_ROOT_OF_ROLE = {
    "payment_type": "Assets",
    "service_charge_income": "Income",
    "returns": "Income",
    "markdowns": "Income",
    "inventory_on_hand": "Assets",
    "in_transit_inventory": "Assets",
    "tax_liability": "Liabilities",
    "tax_override": "Expenses",
    "tax_recoverable": "Assets",
    "purchases_received": "Liabilities",
    "purchases_returned": "Liabilities",
    "accounts_receivable": "Assets",
    "accounts_payable": "Liabilities",
    "source_account": "Equity",
}
_ANY_ACCOUNT_ROOT = "Expenses"
# An account is root and parts; a part starts with a capital or a digit (ASCII here, so that no
# reader disagrees on what a letter is).
_NO_NAME = re.compile(r"[^A-Za-z0-9]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_AMOUNT_COLUMN = 52


class AccountNames:
    """Names accounts for the notation; two accounts of a chart never share a name."""

    def __init__(self, chart: Chart | None = None) -> None:
        accounts = chart.accounts if chart else {}
        plain = {id_: _of_account(account) for id_, account in accounts.items()}
        shared = {name for name, count in Counter(plain.values()).items() if count > 1}
        self._names: dict[str, str] = {}
        taken = set(plain.values())
        for id_, name in plain.items():
            own = name
            while own in shared or (own != name and own in taken):
                own = f"{own}-{_part(id_)}"
            taken.add(own)
            self._names[id_] = own

    def of(self, line: Line) -> str:
        """The account's name: Assets:Visa-Clearing, or Assets:A35 where only its id is known."""
        return self._names.get(line.account) or f"{_root_of_role(line.role)}:{_part(line.account)}"


def notation(entry: JournalEntry, names: AccountNames | None = None) -> str:
    """One entry: its head and a posting for each line, debits positive; ends in a newline."""
    names = names or AccountNames()
    told = " | ".join(part for part in (entry.event, entry.note) if part)
    rows = [f"{entry.txn_date} * {_quoted(entry.doc_number)} {_quoted(told)}"]
    for line in entry.lines:
        rows += _posting(line, entry.currency, names)
    return "\n".join(rows) + "\n"


def opens(entries: Iterable[JournalEntry], names: AccountNames | None = None) -> str:
    """An `open` directive for each account of the entries, dated as the first of them."""
    names = names or AccountNames()
    first: dict[str, date] = {}
    for entry in entries:
        for line in entry.lines:
            name = names.of(line)
            first[name] = min(first.get(name, entry.txn_date), entry.txn_date)
    return "".join(f"{day} open {name}\n" for name, day in sorted(first.items()))


def journal(entries: Sequence[JournalEntry], chart: Chart | None = None) -> str:
    """A whole file that beancount loads: the accounts opened, then the entries in their order."""
    names = AccountNames(chart)
    parts = [opens(entries, names), *(notation(entry, names) for entry in entries)]
    return "\n".join(part for part in parts if part)


def _posting(line: Line, currency: str, names: AccountNames) -> list[str]:
    sign = "" if line.side == "debit" else "-"
    amount = f"{sign}{to_text(line.amount, currency)}"
    room = max(_AMOUNT_COLUMN - len(amount), 0)
    details = {
        "role": line.role,
        "key": line.key,
        "class": line.class_ or "",
        "department": line.department or "",
        line.name.kind if line.name else "name": line.name.id if line.name else "",
    }
    rows = [f"  {names.of(line):<{room}}  {amount} {currency}"]
    rows += [f"    {word}: {_quoted(value)}" for word, value in details.items() if value]
    return rows


def _quoted(text: str) -> str:
    plain = _CONTROL.sub(" ", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _of_account(account: Account) -> str:
    root = _ROOT_OF_TYPE.get(account.type, _ANY_ACCOUNT_ROOT)
    return f"{root}:{_part(account.name, account.id)}"


def _part(text: str, other: str = "") -> str:
    """What of a text can stand in an account's name: "Visa Clearing" is Visa-Clearing, 35 A35."""
    part = _NO_NAME.sub("-", text).strip("-")
    if not part:
        return _part(other) if other else "A"
    return f"A{part}" if part.isdigit() else part[0].upper() + part[1:]


def _root_of_role(role: str) -> str:
    if role in _ROOT_OF_ROLE:
        return _ROOT_OF_ROLE[role]
    roots = {_ROOT_OF_TYPE[kind] for kind in ACCOUNT_TYPES.get(role, frozenset())}
    return roots.pop() if len(roots) == 1 else _ANY_ACCOUNT_ROOT
