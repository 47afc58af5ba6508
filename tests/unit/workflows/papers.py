"""An office whose location 1 posts in mode `document`: invoices with lines and stock."""

from typing import Any

from daybook.domain.directory import Directory, Listed
from daybook.domain.outcome import FoundParty
from tests.unit.workflows.office import REALM, SHOP, Office, mapping, sale

ROWS = (
    {"role": "accounts_receivable", "key": "*", "account": "8"},
    {"role": "cogs", "key": "*", "account": "7"},
    {"role": "inventory_on_hand", "key": "*", "account": "4"},
    {"role": "tax_liability", "key": "*", "account": "3"},
)
DOCUMENTS = {"modes_by_location": {"1": [{"from": "2026-01-01", "mode": "document"}]}}


def invoice(object_id: str = "1001", amount: str = "20.00", **changes: Any) -> dict[str, Any]:
    """An invoice of hats to customer 77, Grace. cost: what it takes from stock; reduced: what is
    taken off; version, effect and fields of the event may be given."""
    cost, discount = changes.pop("cost", "0"), changes.pop("discount", "0")
    line = {"kind": "item", "key": "Hats", "gross": amount, "cost": cost, "discount": discount}
    customer = {"id": changes.pop("customer", "77"), "display_name": "Grace"}
    body = {"kind": "sale", "document": "sales_invoice", "lines": [line]}
    return {**sale(object_id, **changes), "customer": customer, "body": body}


def office(*more: dict[str, Any], **settings: Any) -> Office:
    """Open for documents; customer 12 is Grace in QuickBooks. settings: of the mapping."""
    opened = Office.opened()
    opened.mappings.put_directory(Directory(REALM, 1, {"12": Listed("12", "Grace")}))
    opened.books.add_party(FoundParty("12", "Customer", "Grace"))
    use(opened, *more, **settings)
    return opened


def use(opened: Office, *more: dict[str, Any], **settings: Any) -> None:
    """A mapping of these settings, with these rows more, is active."""
    rules = mapping(*ROWS, *more, **{**DOCUMENTS, **settings})
    opened.mappings.activate(SHOP, opened.mappings.put(SHOP, rules, "test", ""))


def forms(opened: Office) -> list[tuple[str, str]]:
    """The sales forms in the books as (kind, total), in the order they came."""
    return [(form.form, form.total) for form in opened.books.sales.forms]


def stock(opened: Office) -> list[int]:
    """What each entry in the books takes from the stock account, in cents; what it gives back is
    below zero."""
    return [
        sum(
            amount if side == "credit" else -amount
            for side, account, amount, _, _ in lines
            if account == "4"
        )
        for _, lines in opened.in_books()
    ]


def until_quiet(opened: Office, rings: int = 6) -> None:
    """Ring until nothing is due; what was created releases what waited for it."""
    for _ in range(rings):
        opened.drain()
        if not opened.due():
            return
