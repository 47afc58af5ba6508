"""What the demo came to: the counts of summary.json, and what would break the promise."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from daybook.domain.posting import Posting
from daybook.workflows.day_overview import DayAt, days_of
from local import world
from local.trial_balance import TrialBalance

# Journal entries and documents; what is created for them is counted nowhere.
COUNTED = ("JournalEntry", "Invoice", "CreditMemo", "SalesReceipt",
           "Bill", "VendorCredit", "PurchaseOrder")  # fmt: skip


@dataclass
class Sent:
    """What the demo sent, and what the webhook answered."""

    accepted: int = 0
    refused: list[str] = field(default_factory=list)


def in_books(rows: Sequence[Posting]) -> list[Posting]:
    """Rows with an entry or document in QuickBooks, in the order of the books."""
    found = [row for row in rows if row.entity in COUNTED and row.entry and row.qbo_id]
    return sorted(found, key=lambda row: (row.business_date, row.occurred_at, row.id))


def held_of(rows: Sequence[Posting], source: str) -> dict[str, str]:
    """Why things of a source wait for a person, by their ids at the point of sale."""
    waiting = [row for row in rows if row.source == source and row.status in ("held", "failed")]
    return {row.key.object_id: row.reason or row.status for row in waiting}


def summary(
    here: world.World, rows: Sequence[Posting], balance: TrialBalance, seconds: float
) -> dict[str, Any]:
    """The summary. Counts are events, duplicates apart; a member counts as its day does."""
    # What stands beside a document, such as the entry of its stock, is no event of its own.
    events = [row for row in rows if row.key.purpose == "post" and row.key.part == 0]

    def total(*words: str) -> int:
        return sum(row.status in words for row in events)

    books = here.qbo.books()["objects"]
    return {
        "accepted": len(events),
        "duplicates": here.parts.ledger.repeats(),
        "posted": total("posted", "reversed") + sum(_members(day) for day in closed_days(here)),
        "held": total("held"),
        "failed": total("failed"),
        "void": total("void"),
        "ignored": total("ignored", "superseded", "not_started"),
        "entries": sum(len(books.get(kind, ())) for kind in COUNTED),
        "trial_balance": str(balance.difference),
        "seconds": round(seconds, 1),
    }


def closed_days(here: world.World) -> list[DayAt]:
    """Every day that something was accumulated for, by connection."""
    parts = here.parts
    found: list[DayAt] = []
    for connection in here.connections:
        dates = sorted({one.day.business_date for one in parts.days.open_days(connection.id)})
        days = days_of(connection.id, dates, parts.ledger, parts.days)
        found += [day for day in days if day.closes or day.waiting]
    return found


def _members(day: DayAt) -> int:
    """How many accumulated events are in the books with their day."""
    all_posted = all(one.is_posted for one in day.closes)
    return day.events["accumulated"] if all_posted and not day.waiting else 0


def problems(
    here: world.World, sent: Sent, rows: Sequence[Posting], told: dict[str, Any]
) -> list[str]:
    """What would break the promise, each as a sentence."""
    words = ("posted", "held", "failed", "void", "ignored")
    settled = sum(told[word] for word in words)
    posted = {(row.entity, row.qbo_id) for row in in_books(rows)}
    books = here.qbo.books()["objects"]
    there = {(kind, entry["Id"]) for kind in COUNTED for entry in books.get(kind, ())}
    checks = {
        f"deliveries were refused: {sent.refused}": not sent.refused,
        f"{told['accepted']} accepted, {settled} accounted for": told["accepted"] == settled,
        f"{told['failed']} failed": told["failed"] == 0,
        f"the books are off by {told['trial_balance']}": Decimal(told["trial_balance"]) == 0,
        "the ledger and the books name different entries": posted == there,
    }
    return [problem for problem, fine in checks.items() if not fine]
