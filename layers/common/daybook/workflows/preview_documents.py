"""Documents in a preview: what an event posts in its mode, and how a document is shown."""

import json
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from daybook.domain.books import Books, Decision
from daybook.domain.day_receipt import own_posting
from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import Document, Transaction
from daybook.domain.event import FinancialEvent
from daybook.domain.families import owner_in
from daybook.domain.mapping import Mode
from daybook.domain.money import to_text
from daybook.domain.new_item import ItemsByName
from daybook.domain.purchase_document import PurchaseDocument
from daybook.workflows.documents import has_stock, transaction_of

# A document as the JSON of a create; the generation of a first posting is 1.
type BodyOf = Callable[[Document, int], bytes]
_NUMBER = re.compile(r'"\\u0000(-?[0-9.]+)\\u0000"')


def made(
    event: FinancialEvent, books: Books, decision: Decision, mode: Mode, part: int = 0
) -> Transaction | None:
    """What an event posts in a mode, its items known by their names; part: as of a posting.

    None where there is nothing to post. Raises Held.
    """
    owner = owner_in(event, books.source, mode)
    assert owner != "day", "what its day posts is no entry of its own"
    known = Decision(parties=decision.parties, items=ItemsByName())
    if owner != "document":
        return own_posting(event, books, known)
    return transaction_of(event, books, known, part)


def is_nobodys(event: FinancialEvent, books: Books, mode: Mode) -> bool:
    """Whether another posting holds the same money, so that an event posts nothing."""
    return owner_in(event, books.source, mode) == "nobody"


def has_stock_beside(event: FinancialEvent, books: Books, mode: Mode) -> bool:
    """Whether an entry of its stock stands beside an event's document. Raises Held."""
    return mode == "document" and has_stock(event, books)


def document_row(
    document: SalesDocument | PurchaseDocument, body_of: BodyOf | None
) -> dict[str, Any]:
    """A document with the body of its create; numbers are exact. body_of: None leaves it out."""
    row: dict[str, Any] = {
        "event": document.event,
        "type": document.form,
        "txn_date": document.txn_date.isoformat(),
        "doc_number": document.doc_number,
    }
    if body_of is not None:
        row["body"] = json.loads(body_of(document, 1), parse_float=Decimal)
    return row


def dumped(row: Any) -> str:
    """A row as JSON, its decimals as numbers of all their digits."""
    return _NUMBER.sub(r"\1", json.dumps(row, ensure_ascii=False, default=_digits))


def _digits(value: Decimal) -> str:
    # No text of an event holds a NUL: they are refused when it is read.
    return f"\0{value:f}\0"


def as_comments(documents: Iterable[SalesDocument | PurchaseDocument]) -> list[str]:
    """Documents as comments of beancount notation: they are no entries of a journal."""
    rows: list[str] = []
    for one in documents:
        total = f"{to_text(one.total, one.currency)} {one.currency}"
        rows.append(f"; {one.form} {one.doc_number} of {one.txn_date}, {one.event}: {total}")
        if isinstance(one, SalesDocument):
            stands = [(line.role, line.item, line.amount) for line in one.lines]
            stands += [("tax", one.tax.code, one.tax.amount)] if one.tax else []
        else:
            stands = [(line.role, line.account, line.amount) for line in one.lines]
        rows += [
            f";   {role} {where} {to_text(amount, one.currency)}" for role, where, amount in stands
        ]
    return rows
