"""From (role, key, location, amount) to the lines of a document: accounts by the mapping, items by
their accounts. What is missing is told at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daybook.domain.bodies import Party
from daybook.domain.books import Books, Decision
from daybook.domain.document import MAX_DOCUMENT_LINES, SalesLine
from daybook.domain.document_parts import Part
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent
from daybook.domain.legs import Leg
from daybook.domain.mapping import AccountRow
from daybook.domain.needs import ItemWanted, Needs, NeedsFirst
from daybook.domain.netting import dimensions
from daybook.domain.new_item import item_name, item_refusal
from daybook.domain.row_names import row_name
from daybook.domain.translation import rows_of

# What is sold with tax, where there is tax at all; cards and tips never are.
_TAXED = frozenset({"sales", "returns", "markdowns", "shipping_income", "service_charge_income"})


@dataclass(frozen=True, slots=True)
class Itemised:
    """The lines of a document, its customer ("" where none is needed) and its one department."""

    lines: tuple[SalesLine, ...]
    customer: str
    department: str | None


def itemised(
    parts: Sequence[Part],
    event: FinancialEvent,
    books: Books,
    decision: Decision,
    *,
    taxed: bool = False,
) -> Itemised:
    """The parts as lines on items, for the event's customer. taxed: whether goods are coded TAX.

    Raises NeedsFirst for customers and items that can be created; Held for what is not mapped, for
    accounts that no item can sell into, classes that are inactive, more than one department.
    """
    if len(parts) > MAX_DOCUMENT_LINES:
        raise Held("too_many_lines", f"{len(parts)} lines; a document takes {MAX_DOCUMENT_LINES}.")
    legs = [Leg(part.role, part.key, part.location, -part.amount) for part in parts]
    rows = rows_of(legs, books)
    accounts = [_item_account(row, books) for row in rows]
    places = [dimensions(leg, row, books) for leg, row in zip(legs, rows, strict=True)]
    department = one_department(department for _, department in places)
    customer, unknown = _customer(event, books, decision)
    missing = missing_items(accounts, books, decision)
    if unknown or missing:
        raise NeedsFirst(Needs((unknown,) if unknown else (), missing))
    lines = tuple(
        SalesLine(
            part.role,
            part.key,
            account,
            decision.items[account],
            part.amount,
            part.text,
            part.quantity,
            class_,
            "TAX" if taxed and part.goods and part.role in _TAXED else "NON",
        )
        for part, account, (class_, _) in zip(parts, accounts, places, strict=True)
    )
    return Itemised(lines, customer, department)


def missing_items(
    accounts: Iterable[str], books: Books, decision: Decision
) -> tuple[ItemWanted, ...]:
    """The items that are not known yet, each once, in the order in which they are needed."""
    wanted = dict.fromkeys(one for one in accounts if not decision.items.get(one))
    return tuple(ItemWanted(account, item_name(account, books.chart)) for account in wanted)


def one_department(departments: Iterable[str | None]) -> str | None:
    """The department of a document, which has but one. Raises Held `setting_needed` for two."""
    found = sorted({one for one in departments if one})
    if len(found) > 1:
        raise Held(
            "setting_needed",
            f"The lines are of departments {', '.join(found)}; a document has one for all of its "
            "lines. Map one department, or post journal entries.",
        )
    return found[0] if found else None


def mapped_account(row: AccountRow, books: Books) -> str:
    """The account of a row of the mapping, which a document shows. Raises Held for None and for
    what the imported chart refuses."""
    if row.account is None:
        raise Held(
            "setting_needed",
            f"{row_name(row)} is mapped to None, and a document shows it. Map it to an account.",
        )
    refusal = books.chart.refusal(row.role, row.account) if books.chart else None
    if refusal:
        raise Held("inactive_account", _changed(refusal, row))
    return row.account


def _item_account(row: AccountRow, books: Books) -> str:
    account = mapped_account(row, books)
    refusal = item_refusal(account, books.chart)
    if refusal:
        raise Held("setting_needed", _changed(refusal, row))
    return account


def _changed(refusal: str, row: AccountRow) -> str:
    return f"{refusal[0].upper()}{refusal[1:]}. Change {row_name(row)} of the mapping."


def _customer(event: FinancialEvent, books: Books, decision: Decision) -> tuple[str, Party | None]:
    """The customer's QBO id, or who is not known yet."""
    party = event.customer
    if party is not None:
        found = decision.parties.get(f"customer:{party.id}")
        return (found, None) if found else ("", party)
    row = books.mapping.resolve("accounts_receivable", "", event.location)
    if row is None or row.customer is None:
        raise Held(
            "customer_needed",
            "A document needs a customer; the event names none and the mapping has no standing "
            "one on accounts_receivable.",
        )
    return row.customer, None
