"""Events, a mapping for every role, and entries as short text, for the tests of the domain."""

from collections.abc import Mapping as Dict
from datetime import date
from typing import Any

from daybook.domain.books import Books, Decision
from daybook.domain.chart import Account, Chart
from daybook.domain.derivation import derive
from daybook.domain.errors import Held, Problem
from daybook.domain.event import FinancialEvent
from daybook.domain.journal import JournalEntry
from daybook.domain.mapping import Mapping
from daybook.domain.money import to_text
from daybook.domain.roles import ACCOUNT_TYPES, ROLES
from daybook.domain.translation import journal_entry

DAY = date(2026, 11, 20)
STORE, OTHER_STORE = "100006", "100007"


def event(body: Dict[str, Any], **fields: Any) -> FinancialEvent:
    """An event of 20 November 2026 at the store, in dollars."""
    whole = {
        "object_type": "ticket",
        "object_id": "100245",
        "business_date": "2026-11-20",
        "location": STORE,
        "currency": "USD",
        **fields,
        "body": body,
    }
    return FinancialEvent.model_validate(whole)


def sale(**parts: Any) -> FinancialEvent:
    """A sale of the lines, taxes and tenders given; other names are fields of the event."""
    names = {"lines", "taxes", "tenders", "rounding", "refund_difference", "document"}
    body = {name: value for name, value in parts.items() if name in names}
    rest = {name: value for name, value in parts.items() if name not in names}
    return event({"kind": "sale", **body}, **rest)


def item(gross: str, cost: str = "0", key: str = "Hats", **fields: Any) -> dict[str, Any]:
    """A line of goods."""
    return {"kind": "item", "key": key, "gross": gross, "cost": cost, **fields}


def tender(amount: str, kind: str = "card", key: str = "Visa") -> dict[str, Any]:
    """A payment."""
    return {"kind": kind, "key": key, "amount": amount}


def stock_move(move: str, *lines: dict[str, Any], **fields: Any) -> FinancialEvent:
    """A stock move; reason and counterparty belong to its body, other names to the event."""
    inner: dict[str, Any] = {}
    for name in ("reason", "counterparty"):
        if name in fields:
            inner[name] = fields.pop(name)
    return event({"kind": "stock_move", "move": move, "lines": list(lines), **inner}, **fields)


def mapping(*rows: dict[str, Any], **parts: Any) -> Mapping:
    """A default account for every role, named like the role, and the rows given above them."""
    own = {(row["role"], row["key"], row.get("location")) for row in rows}
    defaults = [
        {"role": role, "key": "*", "account": role}
        for role in sorted(ROLES)
        if (role, "*", None) not in own
    ]
    return Mapping.model_validate({"accounts": [*defaults, *rows], **parts})


def chart(**accounts: Account) -> Chart:
    """A chart with an account of a fitting kind for every role, and the accounts given."""
    fitting = {
        role: Account(role, role, sorted(ACCOUNT_TYPES.get(role, {"Expense"}))[-1])
        for role in ROLES
    }
    return Chart("realm", 1, {**fitting, **accounts})


def books(rules: Mapping | None = None, known: Chart | None = None) -> Books:
    """Where events of these tests are posted."""
    return Books("realm", "shop", "canonical", rules or mapping(), 3, known)


# Ada is customer 58 in QuickBooks and Acme is vendor 41.
PARTIES = Decision(parties={"customer:c-1": "58", "vendor:s-1": "41"})
ADA = {"id": "c-1", "display_name": "Ada Brown"}
ACME = {"id": "s-1", "display_name": "Acme"}


def entry_of(
    found: FinancialEvent, rules: Mapping | None = None, known: Chart | None = None
) -> JournalEntry | None:
    """The entry of an event, Ada and Acme known."""
    return journal_entry(found, books(rules, known), PARTIES)


def posted(
    found: FinancialEvent, rules: Mapping | None = None, known: Chart | None = None
) -> list[str]:
    """The lines of an event's entry, such as "D payment_type[Visa] 108.25", in their order."""
    entry = entry_of(found, rules, known)
    return lines_of(entry) if entry else []


def lines_of(entry: JournalEntry) -> list[str]:
    """An entry's lines as short text."""
    return [
        f"{'D' if line.side == 'debit' else 'C'} {line.role}{f'[{line.key}]' if line.key else ''} "
        f"{to_text(line.amount, entry.currency)}"
        for line in entry.lines
    ]


def legs(found: FinancialEvent) -> list[tuple[str, str, str, int]]:
    """The legs of an event that are not zero."""
    return [(leg.role, leg.key, leg.location, leg.amount) for leg in derive(found) if leg.amount]


def held(
    found: FinancialEvent,
    rules: Mapping | None = None,
    known: Chart | None = None,
    decision: Decision = PARTIES,
) -> Problem:
    """Why an event is held. Fails where it is not."""
    try:
        entry = journal_entry(found, books(rules, known), decision)
    except Held as problem:
        return problem.problem
    raise AssertionError(f"not held: {entry}")
