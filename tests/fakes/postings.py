"""Postings to test with: a typical ticket's row, and short ones."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from daybook.domain.event import FinancialEvent, Sale, SaleLine, TaxLine, Tender
from daybook.domain.identity import PostingKey, doc_number, entry_id
from daybook.domain.journal import JournalEntry, Line, Side
from daybook.domain.posting import Posting, content_sha, instant_text

REALM = "4620816365291273290"
SHOP = "northgate"
AT = datetime(2026, 11, 20, 18, 22, 31, 250_000, tzinfo=UTC)


def short_posting(number: int = 1, **changes: Any) -> Posting:
    """A ready row of a small entry. Fields of the posting and of its key may be given."""
    in_key = {name: changes.pop(name) for name in PostingKey.__slots__ if name in changes}
    key = replace(PostingKey(SHOP, "pos_ticket", str(number), "1"), **in_key)
    row = Posting(
        key=key,
        status="ready",
        source="canonical",
        kind="sale",
        location="1",
        delivery=f"msg-{number}",
        created_at=f"2026-11-20T18:00:00.{number:03d}Z",
        since="2026-11-20T18:00:00.000Z",
        realm=REALM,
        business_date="2026-11-20",
        event=b'{"number":%d}' % number,
        event_sha=content_sha(b"%d" % number),
        entry_id=entry_id(REALM, key),
    )
    return replace(row, **changes)


def ticket(lines: int = 5) -> FinancialEvent:
    """A ticket of some lines, paid half in cash and half by card."""
    items = tuple(
        SaleLine(
            kind="item",
            key=f"{30 + place % 2}",
            quantity=Decimal(1 + place % 3),
            gross=Decimal("19.99") * (1 + place),
            discount=Decimal("1.50") if place % 2 else Decimal(0),
            cost=Decimal("8.25") * (1 + place),
        )
        for place in range(lines)
    )
    return FinancialEvent(
        object_type="pos_ticket",
        object_id="100245",
        object_version="2026-11-20T18:22:31Z",
        occurred_at=AT,
        location="100001",
        currency="USD",
        reference="T-100245",
        body=Sale(
            kind="sale",
            lines=items,
            taxes=(TaxLine(rule="9", charged=Decimal("24.37")),),
            tenders=(
                Tender(kind="cash", key="1", amount=Decimal("100.00")),
                Tender(kind="card", key="2", amount=Decimal("219.72")),
            ),
        ),
    )


def entry_of(event: FinancialEvent, key: PostingKey) -> JournalEntry:
    """An entry of ten lines with the words that the translation writes."""
    identity = entry_id(REALM, key)
    rows: tuple[tuple[Side, str, str, str, int, str], ...] = (
        ("debit", "payment_type", "1", "80", 10000, "Payment type 1"),
        ("debit", "payment_type", "2", "80", 21972, "Payment type 2"),
        ("debit", "markdowns", "31", "86", 450, "Markdowns 31"),
        ("debit", "cogs", "30", "82", 7425, "Cost of goods sold 30"),
        ("debit", "cogs", "31", "82", 4950, "Cost of goods sold 31"),
        ("credit", "sales", "30", "81", 17991, "Sales 30"),
        ("credit", "sales", "31", "81", 11994, "Sales 31"),
        ("credit", "inventory_on_hand", "30", "83", 7425, "Inventory on hand 30"),
        ("credit", "inventory_on_hand", "31", "83", 4950, "Inventory on hand 31"),
        ("credit", "tax_liability", "9", "84", 2437, "Tax liability 9"),
    )
    return JournalEntry(
        entry_id=identity,
        event=event.name,
        kind="sale",
        txn_date=date(2026, 11, 20),
        doc_number=doc_number(event.reference, identity),
        currency="USD",
        lines=tuple(
            Line(side, role, key_, account, amount, "200000000001", None, None, f"{text} T-100245")
            for side, role, key_, account, amount, text in rows
        ),
        note="canonical 100001 | pos_ticket 100245 version 2026-11-20T18:22:31Z | T-100245",
        mapping_version=1,
    )


def typical_posting() -> Posting:
    """What a five-line ticket becomes: ready, with its whole entry."""
    event = ticket()
    key = PostingKey(SHOP, event.object_type, event.object_id, event.object_version)
    entry = entry_of(event, key)
    received = Posting(
        key=key,
        status="received",
        source="canonical",
        kind="sale",
        location="100001",
        delivery="msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
        created_at=instant_text(AT),
        since=instant_text(AT),
        realm=REALM,
        business_date="2026-11-20",
        occurred_at=instant_text(AT),
        event=event.to_json(),
        event_sha=content_sha(event.to_json()),
        mapping_version=1,
    )
    return received.moved("ready", AT, entry=entry.to_json(), entry_id=entry.entry_id)
