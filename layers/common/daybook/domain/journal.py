"""The journal entry: balanced by construction, immutable, the same bytes each time it is made."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from daybook.domain.roles import ROLE_ORDER

type Side = Literal["debit", "credit"]
MAX_ENTRY_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Name:
    """The customer or vendor on a line: its QBO id, and which of the two it is."""

    kind: Literal["customer", "vendor"]
    id: str


# Role, key, account, class, department, name.
type Place = tuple[str, str, str, str | None, str | None, Name | None]


class Line(NamedTuple):
    """One line: a side, an account and a positive amount in minor units."""

    side: Side
    role: str
    key: str
    account: str
    amount: int
    class_: str | None = None
    department: str | None = None
    name: Name | None = None
    description: str = ""

    def sort_key(self) -> tuple[Any, ...]:
        """Debits first, then as `order_of`."""
        side, role, key, account, _, class_, department, name, _ = self
        return (side == "credit", *order_of((role, key, account, class_, department, name)))


def order_of(place: Place) -> tuple[int, str, str, str, str, str]:
    """What the lines of one side of an entry are sorted by."""
    role, key, account, class_, department, name = place
    return ROLE_ORDER[role], key, account, class_ or "", department or "", name.id if name else ""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A balanced entry, ready to be posted. Raises AssertionError if it is not balanced.

    note: what a person reads in PrivateNote; the marker is added when the body is built.
    exchange_rate: home units for one unit, as text, only for a foreign currency.
    """

    entry_id: str
    event: str
    kind: str
    txn_date: date
    doc_number: str
    currency: str
    lines: tuple[Line, ...]
    note: str = ""
    exchange_rate: str | None = None
    mapping_version: int = 0

    def __post_init__(self) -> None:
        lines = self.lines
        amounts = [line.amount for line in lines]
        assert min(amounts, default=1) > 0, f"{self.event}: a line is not positive"
        debits = sum([line.amount for line in lines if line.side == "debit"])
        credits_ = sum(amounts) - debits
        assert debits == credits_, f"{self.event}: debits {debits} are not credits {credits_}"
        assert 2 <= len(lines) <= MAX_ENTRY_LINES, f"{self.event}: {len(lines)} lines"
        assert len(self.doc_number) <= 21, f"{self.event}: DocNumber {self.doc_number}"

    def mirrored(
        self, entry_id: str, event: str, doc_number: str, note: str, txn_date: date
    ) -> "JournalEntry":
        """The entry that takes this one back: sides swapped, same accounts, never remapped."""
        lines = tuple(
            Line(
                "credit" if line.side == "debit" else "debit",
                line.role,
                line.key,
                line.account,
                line.amount,
                line.class_,
                line.department,
                line.name,
                line.description,
            )
            for line in self.lines
        )
        return JournalEntry(
            entry_id,
            event,
            self.kind,
            txn_date,
            doc_number,
            self.currency,
            tuple(sorted(lines, key=Line.sort_key)),
            note,
            self.exchange_rate,
            self.mapping_version,
        )

    def to_json(self) -> bytes:
        """The entry as stored; equal entries give equal bytes."""
        return json.dumps(
            {
                "entry_id": self.entry_id,
                "event": self.event,
                "kind": self.kind,
                "txn_date": self.txn_date.isoformat(),
                "doc_number": self.doc_number,
                "currency": self.currency,
                "note": self.note,
                "exchange_rate": self.exchange_rate,
                "mapping_version": self.mapping_version,
                "lines": [_line_row(line) for line in self.lines],
            },
            separators=(",", ":"),
            ensure_ascii=False,
        ).encode()

    @staticmethod
    def from_json(data: bytes) -> "JournalEntry":
        """The entry again from `to_json`; balance is checked once more."""
        row = json.loads(data)
        return JournalEntry(
            row["entry_id"],
            row["event"],
            row["kind"],
            date.fromisoformat(row["txn_date"]),
            row["doc_number"],
            row["currency"],
            _lines_of(row["lines"]),
            row["note"],
            row["exchange_rate"],
            row["mapping_version"],
        )


def _line_row(line: Line) -> list[Any]:
    name = [line.name.kind, line.name.id] if line.name else None
    return [
        line.side,
        line.role,
        line.key,
        line.account,
        line.amount,
        line.class_,
        line.department,
        name,
        line.description,
    ]


def _lines_of(rows: Sequence[Any]) -> tuple[Line, ...]:
    return tuple(_line_of(*row) for row in rows)


def _line_of(*row: Any) -> Line:
    side, role, key, account, amount, class_, department, name, description = row
    return Line(
        side,
        role,
        key,
        account,
        amount,
        class_,
        department,
        Name(*name) if name else None,
        description,
    )
