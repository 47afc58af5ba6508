"""Entries, replies and a transport written by hand, for the tests of the QuickBooks room."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from daybook.domain.identity import PostingKey, entry_id
from daybook.domain.journal import JournalEntry, Line, Name
from daybook.domain.outcome import BatchItem
from daybook.qbo.client import Books, books
from daybook.qbo.exceptions import NoReplyError
from daybook.qbo.faults import unknown
from daybook.qbo.transport import HttpReply, HttpRequest

REALM = "9130350000000000"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def entry(*lines: Line, currency: str = "USD", object_id: str = "1", **fields: Any) -> JournalEntry:
    """A balanced entry: 108.25 USD of cash against sales, unless lines are given."""
    identity = entry_id(REALM, PostingKey("shop", "sale", object_id, "1"))
    return JournalEntry(
        entry_id=identity,
        event=f"sale/{object_id}/1/post",
        kind="sale",
        txn_date=date(2026, 11, 20),
        doc_number=f"{object_id}-ABCDEF",
        currency=currency,
        lines=lines or (debit(10825), credit(10825)),
        **fields,
    )


def debit(amount: int, account: str = "35", **fields: Any) -> Line:
    return Line("debit", "payment_type", "cash", account, amount, **fields)


def credit(amount: int, account: str = "79", **fields: Any) -> Line:
    return Line("credit", "sales", "shoes", account, amount, **fields)


CUSTOMER = Name("customer", "58")


def fault(code: object, message: str = "", detail: str = "", **fields: Any) -> dict[str, Any]:
    """A fault as the service writes it."""
    error = {"Message": message, "Detail": detail, "code": code, "element": ""} | fields
    return {"Fault": {"Error": [error], "type": "ValidationFault"}}


def reply(document: Any, status: int = 200, **headers: str) -> HttpReply:
    return HttpReply(status, {"intuit_tid": "1-tid"} | headers, json.dumps(document).encode())


def created(item: BatchItem, qbo_id: str = "") -> dict[str, Any]:
    return {item.entity: {"Id": qbo_id or f"9{item.b_id}", "SyncToken": "0"}, "bId": item.b_id}


@dataclass
class FakeIntuit:
    """Answers with the given replies in turn and keeps what it was asked. None drops the line."""

    replies: Sequence[HttpReply | None]
    asked: list[HttpRequest] = field(default_factory=list)

    def __call__(self, request: HttpRequest, /) -> HttpReply:
        self.asked.append(request)
        answer = self.replies[len(self.asked) - 1]
        if answer is None:
            raise NoReplyError(unknown("No reply: ReadTimeout."))
        return answer


def books_at(intuit: FakeIntuit) -> Books:
    return books(REALM, "https://quickbooks.test", intuit, lambda: "token-of-now")
