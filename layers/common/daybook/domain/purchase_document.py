"""The purchase document: a bill, a vendor credit or a purchase order, ready to be posted.

It adds up by construction, is immutable, and gives the same bytes each time it is made.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

type PurchaseForm = Literal["Bill", "VendorCredit", "PurchaseOrder"]

# Intuit's pages name no limit for purchases; the one of a sales document is kept.
MAX_PURCHASE_LINES: Final = 750
# What takes a form back. An order moves no account: it is closed.
TAKEN_BACK_BY: Final[dict[PurchaseForm, PurchaseForm]] = {
    "Bill": "VendorCredit",
    "VendorCredit": "Bill",
    "PurchaseOrder": "PurchaseOrder",
}


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line: the account that it costs, in minor units; below zero it is taken off."""

    role: str
    key: str
    account: str
    amount: int
    description: str = ""
    class_: str | None = None


@dataclass(frozen=True, slots=True)
class PurchaseDocument:
    """A form whose lines are its total. Raises AssertionError if they are not.

    total: in minor units, never below zero. vendor, payable: the QBO ids of who is owed and of the
    account of what is owed. department: one, for all lines. due_date: never of a vendor credit.
    note: what a person reads in PrivateNote; the marker is added when the body is built.
    exchange_rate: home units for one unit, as text, only for a foreign currency.
    closes: the QBO id of the open order that this one is the closing of; "" for all others.
    """

    form: PurchaseForm
    entry_id: str
    event: str
    kind: str
    txn_date: date
    doc_number: str
    currency: str
    vendor: str
    payable: str
    lines: tuple[CostLine, ...]
    total: int
    due_date: date | None = None
    department: str | None = None
    note: str = ""
    exchange_rate: str | None = None
    mapping_version: int = 0
    closes: str = ""

    def __post_init__(self) -> None:
        added = sum(line.amount for line in self.lines)
        assert added == self.total, f"{self.event}: lines {added} are not {self.total}"
        assert self.total >= 0, f"{self.event}: total {self.total}"
        assert all(line.amount for line in self.lines), f"{self.event}: a line of zero"
        assert all(line.account for line in self.lines), f"{self.event}: a line without an account"
        assert 1 <= len(self.lines) <= MAX_PURCHASE_LINES, f"{self.event}: {len(self.lines)} lines"
        assert len(self.doc_number) <= 21, f"{self.event}: DocNumber {self.doc_number}"
        assert self.vendor, f"{self.event}: a {self.form} without a vendor"
        assert self.payable, f"{self.event}: a {self.form} without an account of payables"
        assert not self.closes or self.form == "PurchaseOrder", f"{self.event}: closes no order"

    def mirrored(
        self, entry_id: str, event: str, doc_number: str, note: str, txn_date: date
    ) -> "PurchaseDocument":
        """What takes this one back: the counterpart with the same lines, never remapped.

        Of an order it is the order itself, to be closed (`closing`): number and date stay.
        """
        if self.form == "PurchaseOrder":
            return replace(self, entry_id=entry_id, event=event, note=note)
        return replace(
            self,
            form=TAKEN_BACK_BY[self.form],
            entry_id=entry_id,
            event=event,
            doc_number=doc_number,
            note=note,
            txn_date=txn_date,
            due_date=None,
        )

    def closing(self, qbo_id: str) -> "PurchaseDocument":
        """The order that QuickBooks has under this id, to be closed."""
        return replace(self, closes=qbo_id)

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
                "vendor": self.vendor,
                "payable": self.payable,
                "total": self.total,
                "due_date": self.due_date.isoformat() if self.due_date else None,
                "department": self.department,
                "note": self.note,
                "exchange_rate": self.exchange_rate,
                "mapping_version": self.mapping_version,
                "closes": self.closes,
                "lines": [
                    [one.role, one.key, one.account, one.amount, one.description, one.class_]
                    for one in self.lines
                ],
            },
            separators=(",", ":"),
            ensure_ascii=False,
        ).encode()

    @staticmethod
    def from_json(data: bytes) -> "PurchaseDocument":
        """The document again from `to_json`; that it adds up is checked once more."""
        row = json.loads(data, parse_float=Decimal)
        return PurchaseDocument(
            **{
                **row,
                "txn_date": date.fromisoformat(row["txn_date"]),
                "due_date": date.fromisoformat(row["due_date"]) if row["due_date"] else None,
                "lines": tuple(CostLine(*line) for line in row["lines"]),
            }
        )
