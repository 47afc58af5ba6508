"""Translating a ticket of five lines: the sender's bytes to QuickBooks' JSON, on one core.

    python -m benchmarks.translation          writes build/bench/translation.json

Beside two others in the same run, turn by turn, so that what else the machine does falls on all
alike: the same work with python-quickbooks' objects in place of our JSON, and pydantic validating
the payload alone. Ratios are the medians over the turns.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quickbooks.objects.base import Ref
from quickbooks.objects.journalentry import JournalEntry as LibraryEntry
from quickbooks.objects.journalentry import JournalEntryLine, JournalEntryLineDetail

from benchmarks._page import replace_section
from daybook.domain.books import Books, Decision
from daybook.domain.event import FinancialEvent
from daybook.domain.identity import marker
from daybook.domain.journal import JournalEntry
from daybook.domain.mapping import Mapping
from daybook.domain.translation import date_of, entry_of, legs_to_post
from daybook.qbo.body_text import sha_of
from daybook.qbo.documents import journal_body
from daybook.sources import canonical
from daybook.sources.contract import Context, Delivery

MIN_FASTER, MAX_OVER_PYDANTIC = 2.5, 4.0
TURNS, TIMES = 300, 10
OUT = Path("build/bench/translation.json")
# Item class, gross, discount: five lines of three classes, two of them discounted.
_LINES = (
    ("Hats", "20.00", "0"), ("Hats", "35.50", "3.55"), ("Shoes", "80.00", "0"),
    ("Shoes", "64.90", "6.49"), ("Cafe", "4.25", "0"),
)  # fmt: skip
_ACCOUNTS = {
    "payment_type": "4", "sales": "50", "markdowns": "51", "cogs": "60", "inventory_on_hand": "8",
    "tax_liability": "22",
}  # fmt: skip
_NOW = datetime(2026, 11, 20, 23, 41, 9, tzinfo=UTC)


def ticket() -> bytes:
    """The body of the delivery."""
    lines = [
        {"kind": "item", "key": key, "description": "A thing", "quantity": "1", "gross": gross,
         "discount": discount, "cost": "8.00"}
        for key, gross, discount in _LINES
    ]  # fmt: skip
    return json.dumps(
        {
            "object_type": "ticket", "object_id": "100245", "object_version": "1",
            "occurred_at": "2026-11-20T23:41:07Z", "business_date": "2026-11-20",
            "location": "100006", "register": "2", "currency": "USD", "reference": "T-100245",
            "body": {
                "kind": "sale", "lines": lines,
                "taxes": [{"rule": "1", "computed": "16.06"}],
                "tenders": [{"kind": "card", "key": "Visa", "amount": "210.67"}],
            },
        }
    ).encode()  # fmt: skip


def books() -> Books:
    """A company whose mapping has one account a role."""
    rows = [{"role": role, "key": "*", "account": one} for role, one in _ACCOUNTS.items()]
    rules = Mapping.model_validate({"accounts": rows, "locations": {"100006": {"name": "Main"}}})
    return Books("9341450000000001", "shop", "canonical", rules, 1)


def entry_from(delivery: Delivery, where: Books) -> JournalEntry:
    """Parsed, derived, mapped."""
    (event,) = canonical.parse(delivery, Context())
    assert isinstance(event, FinancialEvent)
    legs = legs_to_post(event, where)
    entry = entry_of(legs, event, where, Decision(), date_of(event, where.mapping))
    assert entry is not None
    return entry


def library_body(entry: JournalEntry) -> bytes:
    """The entry's JSON by way of python-quickbooks' objects, its note with the same marker."""
    made = LibraryEntry()
    made.DocNumber, made.TxnDate = entry.doc_number, entry.txn_date.isoformat()
    for line in entry.lines:
        row, detail, ref = JournalEntryLine(), JournalEntryLineDetail(), Ref()
        ref.value = line.account
        detail.PostingType, detail.AccountRef = line.side.title(), ref
        row.Amount, row.Description = line.amount / 100, line.description
        row.JournalEntryLineDetail = detail
        made.Line.append(row)
    content = made.to_json()
    made.PrivateNote = f"{entry.note} {marker(entry.entry_id, 0, sha_of(content))}"
    body: bytes = made.to_json().encode()
    return body


def turn(ways: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Processor seconds of each way, some times in a row."""
    took = {}
    for name, way in ways.items():
        began = time.process_time_ns()
        for _ in range(TIMES):
            way()
        took[name] = (time.process_time_ns() - began) / TIMES / 1e9
    return took


def main() -> int:
    """1 where a bound is broken."""
    body, where = ticket(), books()
    delivery = Delivery("shop", "canonical", body, _NOW, {"webhook-id": "msg-1"})
    ways: dict[str, Callable[[], Any]] = {
        "daybook": lambda: journal_body(entry_from(delivery, where), 0),
        "library": lambda: library_body(entry_from(delivery, where)),
        "pydantic": lambda: FinancialEvent.model_validate_json(body),
    }
    turn(ways)
    turns = [turn(ways) for _ in range(TURNS)]
    faster = statistics.median(one["library"] / one["daybook"] for one in turns)
    over = statistics.median(one["daybook"] / one["pydantic"] for one in turns)
    found = {
        "microseconds": {
            name: round(statistics.median(one[name] for one in turns) * 1e6) for name in ways
        },
        "times_library": round(faster, 2),
        "times_pydantic_alone": round(over, 2),
        "entry_lines": len(entry_from(delivery, where).lines),
        "broken": [
            words
            for words, bad in (
                (f"{faster:.2f} times as fast as the library", faster < MIN_FASTER),
                (f"{over:.2f} times pydantic alone", over > MAX_OVER_PYDANTIC),
            )
            if bad
        ],
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n")
    replace_section("translation", _table(found))
    print(json.dumps(found, indent=1))
    return 1 if found["broken"] else 0


def _table(found: dict[str, Any]) -> list[str]:
    took = found["microseconds"]
    return [
        "| | microseconds | | to reach |",
        "|---|---|---|---|",
        f"| daybook | {took['daybook']} | | |",
        (
            f"| the same, python-quickbooks' objects for the JSON | {took['library']} | "
            f"daybook is {found['times_library']} times as fast | {MIN_FASTER} times |"
        ),
        (
            f"| pydantic, validating the payload alone | {took['pydantic']} | "
            f"daybook takes {found['times_pydantic_alone']} times | {MAX_OVER_PYDANTIC} times |"
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
