"""The demo's tie-out: what Unleashed says is owed, and what is missing or differs in the books."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from local.demo_tie_out import TieOut, tie_out
from local.demo_unleashed import Stated, stated_day
from local.trial_balance import TrialBalance

DAY = {one.reference: one for one in stated_day()}
ACCOUNTS = [
    {"Id": "7", "FullyQualifiedName": "Receivables", "AccountType": "Accounts Receivable"},
    {"Id": "20", "FullyQualifiedName": "Payables", "AccountType": "Accounts Payable"},
]
INVOICE = DAY["INV-00101"]


def balance(receivable: str = "0", payable: str = "0") -> TrialBalance:
    rows = (("Receivables", Decimal(receivable), Decimal(0)),
            ("Payables", Decimal(0), Decimal(payable)))  # fmt: skip
    return TrialBalance(rows)


def invoice(total: str = "208.38", tax: str = "15.88", note: str = "INV-00101") -> dict[str, Any]:
    """The invoice as QuickBooks has it: numbered by itself, its tax on an item of account 31."""
    (guid,) = [one for one in INVOICE.ids if one.startswith("00000010")]
    lines = [("51", Decimal(total) - Decimal(tax)), ("31", Decimal(tax))]
    return {
        "Id": "1", "DocNumber": "1001", "PrivateNote": f"invoice {guid} | {note} daybook:1",
        "TotalAmt": Decimal(total),
        "Line": [
            {"Amount": amount, "SalesItemLineDetail": {"ItemAccountRef": {"value": account}}}
            for account, amount in lines
        ],
    }  # fmt: skip


def tied(
    *invoices: dict[str, Any], moved: str = "208.38", held: Mapping[str, str] | None = None
) -> TieOut:
    books = {"Account": ACCOUNTS, "Invoice": invoices}
    return tie_out([INVOICE], held or {}, books, balance("100"), balance(str(100 + Decimal(moved))))


def test_what_customers_owe_is_stated_by_invoices_less_credit_notes() -> None:
    owed = {side: sum(one.owed for one in DAY.values() if one.kind.side == side)
            for side in ("receivable", "payable")}  # fmt: skip
    assert owed == {"receivable": Decimal("554.07"), "payable": Decimal("1483.80")}


def test_each_kind_of_the_day_is_stated_once_and_only_what_is_completed() -> None:
    assert {one.kind.word for one in DAY.values()} == {
        "customer", "supplier", "invoice", "creditnote", "purchaseorder", "supplierreturn",
        "salesshipment", "stockadjustment", "assembly", "disassembly",
    }  # fmt: skip
    assert not {"INV-00102", "PO-00303", "SS-00502"} & DAY.keys()
    stock: dict[str, Stated] = {name: DAY[name] for name in ("SS-00501", "SA-00601", "SA-00602")}
    assert [one.stock for one in stock.values()] == [
        Decimal("-92.93"), Decimal("21.00"), Decimal("-80.86")
    ]  # fmt: skip


def test_what_is_in_the_books_as_stated_ties() -> None:
    found = tied(invoice())
    assert found.wrong == ()
    assert "Receivables moved by" in found.text


def test_what_is_held_is_told_and_owed_by_nobody_in_the_books() -> None:
    held = dict.fromkeys(INVOICE.ids, "unbalanced")
    found = tied(moved="0", held=held)
    assert found.wrong == ()
    assert "held: unbalanced" in found.text


@pytest.mark.parametrize(
    ("invoices", "moved", "words"),
    [
        ([], "208.38", "is 0 times in the books"),
        ([invoice(), invoice()], "208.38", "is 2 times in the books"),
        ([invoice("208.39")], "208.38", "Unleashed 15.88 and 208.38"),
        ([invoice(tax="15.87")], "208.38", "Unleashed 15.88 and 208.38"),
        ([invoice(note="nothing")], "208.38", "is not named in"),
        ([invoice()], "208.37", "what customers owe"),
        ([invoice()], "0", "IT IS OFF BY -208.38"),
    ],
)
def test_what_does_not_tie_is_wrong(invoices: list[dict[str, Any]], moved: str, words: str) -> None:
    found = tied(*invoices, moved=moved)
    assert len(found.wrong) == 1
    assert words in found.wrong[0]
