"""Five-line tickets, as entries that daybook posts and as python-quickbooks' objects."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from quickbooks.objects.base import Ref
from quickbooks.objects.journalentry import JournalEntry as LibraryEntry
from quickbooks.objects.journalentry import JournalEntryLine, JournalEntryLineDetail

from daybook.domain.identity import PostingKey, doc_number, entry_id
from daybook.domain.journal import JournalEntry, Line, Side
from daybook.domain.posting import Posting, content_sha, instant_text

# (side, role, key, account of the simulator's chart, cents)
type Row = tuple[Side, str, str, str, int]
LINES: Final[tuple[Row, ...]] = (
    ("debit", "payment_type", "card", "4", 10825),
    ("debit", "cogs", "Hats", "60", 4000),
    ("credit", "sales", "Hats", "50", 10000),
    ("credit", "inventory_on_hand", "Hats", "8", 4000),
    ("credit", "tax_liability", "1", "22", 825),
)
DAY: Final = date(2026, 11, 20)
_START: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def row(realm: str, number: int) -> Posting:
    """A ticket that waits to be sent, as the translator leaves it."""
    key = PostingKey("shop", "ticket", str(number), "1")
    identity = entry_id(realm, key)
    entry = JournalEntry(
        entry_id=identity,
        event=key.event_name,
        kind="sale",
        txn_date=DAY,
        doc_number=doc_number(f"T-{number}", identity),
        currency="USD",
        lines=tuple(
            Line(side, role, name, account, cents, description=f"{role} {name} T-{number}")
            for side, role, name, account, cents in LINES
        ),
        note=f"canonical 1 | ticket {number} version 1 | T-{number}",
        mapping_version=1,
    )
    body = entry.to_json()
    at = _START + timedelta(seconds=number)
    received = Posting(
        key, "received", "canonical", "sale", "1", f"msg-{number}", instant_text(at),
        instant_text(at), realm=realm, business_date=DAY.isoformat(), occurred_at=instant_text(at),
        event_sha=content_sha(body), entry=body, entry_id=identity, mapping_version=1,
    )  # fmt: skip
    return received.moved("ready", at)


def library_entry(number: int) -> Any:
    """The same ticket as a program that uses python-quickbooks makes it."""
    made = LibraryEntry()
    made.DocNumber, made.TxnDate = f"P-{number}", DAY.isoformat()
    made.PrivateNote = f"ticket {number}"
    made.Line = [_library_line(number, line) for line in LINES]
    return made


def _library_line(number: int, row: Row) -> Any:
    side, role, name, account, cents = row
    made, detail, ref = JournalEntryLine(), JournalEntryLineDetail(), Ref()
    ref.value = account
    detail.PostingType, detail.AccountRef = side.title(), ref
    made.Amount, made.Description = cents / 100, f"{role} {name} P-{number}"
    made.JournalEntryLineDetail = detail
    return made
