"""The sales document: an invoice, a credit memo or a sales receipt, ready to be posted.

It adds up by construction, is immutable, and gives the same bytes each time it is made.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from daybook.domain.money import to_text
from daybook.domain.purchase_document import PurchaseDocument

type SalesForm = Literal["Invoice", "CreditMemo", "SalesReceipt"]

# https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice: "750
# lines" for a taxable invoice; nothing is said of the other forms.
MAX_DOCUMENT_LINES: Final = 750
# What takes a form back: a receipt is taken back by one with the other signs.
COUNTERPART: Final[dict[SalesForm, SalesForm]] = {
    "Invoice": "CreditMemo",
    "CreditMemo": "Invoice",
    "SalesReceipt": "SalesReceipt",
}


@dataclass(frozen=True, slots=True)
class SalesLine:
    """One line: an item, sold or (below zero) taken off, in minor units.

    account: where the item sells into. quantity: its size as decimal text, "" where none is stated;
    its sign is that of the amount. tax_code: TAX or NON, as QuickBooks names them.
    """

    role: str
    key: str
    account: str
    item: str
    amount: int
    description: str = ""
    quantity: str = ""
    class_: str | None = None
    tax_code: str = "NON"

    def negated(self) -> "SalesLine":
        """The line with the other sign."""
        return replace(self, amount=-self.amount)


@dataclass(frozen=True, slots=True)
class SalesTax:
    """The tax of a whole document by QuickBooks' tax code, in minor units."""

    code: str
    amount: int


@dataclass(frozen=True, slots=True)
class SalesDocument:
    """A form whose lines and tax are its total. Raises AssertionError if they are not.

    total: what the source says that the document comes to, in minor units, never below zero; a
    receipt's is exactly zero, because it stands for a balanced day. customer: the QBO id, "" only
    on a receipt. department: one, for all lines. deposit_to: a receipt's account.
    note: what a person reads in PrivateNote; the marker is added when the body is built.
    exchange_rate: home units for one unit, as text, only for a foreign currency.
    """

    form: SalesForm
    entry_id: str
    event: str
    kind: str
    txn_date: date
    doc_number: str
    currency: str
    customer: str
    lines: tuple[SalesLine, ...]
    total: int
    tax: SalesTax | None = None
    department: str | None = None
    deposit_to: str = ""
    note: str = ""
    exchange_rate: str | None = None
    mapping_version: int = 0

    def __post_init__(self) -> None:
        tax = self.tax.amount if self.tax else 0
        added = sum(line.amount for line in self.lines) + tax
        assert added == self.total, f"{self.event}: lines and tax {added} are not {self.total}"
        assert self.total >= 0, f"{self.event}: total {self.total}"
        assert tax >= 0, f"{self.event}: tax {tax}"
        assert all(line.amount for line in self.lines), f"{self.event}: a line of zero"
        assert all(line.item for line in self.lines), f"{self.event}: a line without an item"
        assert 1 <= len(self.lines) <= MAX_DOCUMENT_LINES, f"{self.event}: {len(self.lines)} lines"
        assert len(self.doc_number) <= 21, f"{self.event}: DocNumber {self.doc_number}"
        if self.form == "SalesReceipt":
            assert self.total == 0, f"{self.event}: a receipt of {self.total}"
            assert self.deposit_to, f"{self.event}: a receipt without an account"
        else:
            assert self.customer, f"{self.event}: a {self.form} without a customer"

    def mirrored(
        self, entry_id: str, event: str, doc_number: str, note: str, txn_date: date
    ) -> "SalesDocument":
        """The document that takes this one back: its counterpart with the same items, never
        remapped."""
        is_receipt = self.form == "SalesReceipt"
        return replace(
            self,
            form=COUNTERPART[self.form],
            entry_id=entry_id,
            event=event,
            doc_number=doc_number,
            note=note,
            txn_date=txn_date,
            lines=tuple(line.negated() for line in self.lines) if is_receipt else self.lines,
        )

    def to_json(self) -> bytes:
        """The document as stored; equal documents give equal bytes."""
        return json.dumps(
            {
                "form": self.form,
                "entry_id": self.entry_id,
                "event": self.event,
                "kind": self.kind,
                "txn_date": self.txn_date.isoformat(),
                "doc_number": self.doc_number,
                "currency": self.currency,
                "customer": self.customer,
                "total": self.total,
                "tax": [self.tax.code, self.tax.amount] if self.tax else None,
                "department": self.department,
                "deposit_to": self.deposit_to,
                "note": self.note,
                "exchange_rate": self.exchange_rate,
                "mapping_version": self.mapping_version,
                "lines": [_line_row(line) for line in self.lines],
            },
            separators=(",", ":"),
            ensure_ascii=False,
        ).encode()

    @staticmethod
    def from_json(data: bytes) -> "SalesDocument":
        """The document again from `to_json`; that it adds up is checked once more."""
        row = json.loads(data, parse_float=Decimal)
        return SalesDocument(
            **{
                **row,
                "txn_date": date.fromisoformat(row["txn_date"]),
                "tax": SalesTax(*row["tax"]) if row["tax"] else None,
                "lines": _lines_of(row["lines"]),
            }
        )


def total_differs(document: SalesDocument | PurchaseDocument, total: str) -> bool:
    """Whether QuickBooks came to another total than the source. total: TotalAmt as text, "" where
    no reply told it, which says nothing."""
    return total != "" and Decimal(total) != Decimal(to_text(document.total, document.currency))


def _line_row(line: SalesLine) -> list[Any]:
    return [
        line.role,
        line.key,
        line.account,
        line.item,
        line.amount,
        line.description,
        line.quantity,
        line.class_,
        line.tax_code,
    ]


def _lines_of(rows: Sequence[Any]) -> tuple[SalesLine, ...]:
    return tuple(SalesLine(*row) for row in rows)
