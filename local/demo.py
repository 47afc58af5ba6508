"""`make demo`: a day's deliveries of every source through the whole path, on this machine.

Starts the local stack, sends the sample deliveries over HTTP, waits until nothing is on its way,
prints each entry with the trial balance, and writes build/demo/summary.json.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from daybook.domain.notation import journal
from daybook.domain.posting import Posting
from local import world
from local.sender import Sample, samples, send
from local.settled import wait_until_settled
from local.shop import ShopConnection
from local.trial_balance import TrialBalance, trial_balance

SUMMARY = Path("build/demo/summary.json")
_ACCEPTED = 202
_SENDERS = 4


@dataclass
class Sent:
    """What the demo sent, and what the webhook answered."""

    accepted: int = 0
    refused: list[str] = field(default_factory=list)


def main() -> int:
    """Run it; 0 if everything accepted is in the books or visibly held, and the books balance."""
    started = time.monotonic()
    _say("starting the local stack: the real template, an emulated AWS, simulators of QuickBooks")
    _say("and of the points of sale")
    with world.running() as here:
        _say(f"ready after {time.monotonic() - started:.1f} s: {here.stack.webhook_url}")
        sent = Sent()
        for connection in here.connections:
            _send_day(here, connection, sent)
        _say("the day ends: connections that post per event have nothing left to close")
        here.stack.invoke("end_of_day", {})
        rows = list(here.parts.ledger.all_postings())
        balance = trial_balance(here.qbo)
        chart = here.parts.mappings.chart(here.qbo.realm)
        entries = [row.journal() for row in _in_books(rows)]
        print(journal(entries, chart))
        _print_held(rows)
        print(balance.text())
        summary = _summary(here, rows, balance, time.monotonic() - started)
        problems = _problems(here, sent, rows, summary)
    SUMMARY.parent.mkdir(parents=True, exist_ok=True)
    SUMMARY.write_text(json.dumps(summary, indent=2) + "\n")
    _say(", ".join(f"{word} {value}" for word, value in summary.items()))
    _say(f"written to {SUMMARY}")
    for problem in problems:
        _say(f"NOT AS IT SHOULD BE: {problem}")
    return 1 if problems else 0


def _send_day(here: world.World, connection: ShopConnection, sent: Sent) -> None:
    """Everything of one source; what takes something back follows when the rest is posted."""
    day = samples(connection.source)
    later = [
        sample for sample in day if sample.name.endswith("voided") and "to_be" not in sample.name
    ]
    first = [sample for sample in day if sample not in later]
    _say(f"{connection.source}: sending {len(day)} deliveries, the first of them twice at once;")
    _say("  some hold what nobody mapped or does not balance, and must end held, not posted")
    _deliver(here, connection, [first[0], *first], sent)
    wait_until_settled(here.parts)
    if later:
        names = ", ".join(sample.name for sample in later)
        _say(f"{connection.source}: and what takes an earlier one back: {names}")
        _deliver(here, connection, later, sent)
        wait_until_settled(here.parts)


def _deliver(
    here: world.World, connection: ShopConnection, day: Sequence[Sample], sent: Sent
) -> None:
    with ThreadPoolExecutor(_SENDERS) as pool:
        answers = pool.map(lambda sample: send(here.stack.webhook_url, connection, sample), day)
        for sample, answer in zip(day, answers, strict=True):
            if answer.status_code == _ACCEPTED:
                sent.accepted += 1
            else:
                sent.refused.append(f"{sample.name}: {answer.status_code} {answer.text}")


def _in_books(rows: Sequence[Posting]) -> Iterator[Posting]:
    """Rows with an entry in QuickBooks, in the order of the books."""
    with_entry = [row for row in rows if row.entity == "JournalEntry" and row.entry and row.qbo_id]
    yield from sorted(with_entry, key=lambda row: (row.business_date, row.occurred_at, row.id))


def _print_held(rows: Sequence[Posting]) -> None:
    for row in rows:
        if row.status in ("held", "failed"):
            print(f"held: {row.key.event_name} of {row.source}: {row.reason}. {row.reason_text}")
    print()


def _summary(
    here: world.World, rows: Sequence[Posting], balance: TrialBalance, seconds: float
) -> dict[str, Any]:
    counts = here.parts.ledger.counts()

    def total(*words: str) -> int:
        return sum(number for word, number in counts.items() if word in words)

    books = here.qbo.books()["objects"]
    return {
        "accepted": sum(1 for row in rows if row.key.purpose == "post"),
        "duplicates": here.parts.ledger.repeats(),
        "posted": total("posted", "reversed"),
        "held": total("held"),
        "failed": total("failed"),
        "void": total("void"),
        "ignored": total("ignored", "superseded", "not_started"),
        "entries": sum(len(books.get(kind, ())) for kind in ("JournalEntry", "Invoice")),
        "trial_balance": str(balance.difference),
        "seconds": round(seconds, 1),
    }


def _problems(
    here: world.World, sent: Sent, rows: Sequence[Posting], summary: dict[str, Any]
) -> list[str]:
    """What would break the promise, each as a sentence."""
    words = ("posted", "held", "failed", "void", "ignored")
    settled = sum(summary[word] for word in words)
    posted = {row.qbo_id for row in _in_books(rows)}
    in_books = {entry["Id"] for entry in here.qbo.books()["objects"]["JournalEntry"]}
    checks = {
        f"deliveries were refused: {sent.refused}": not sent.refused,
        f"{summary['accepted']} accepted, {settled} accounted for": summary["accepted"] == settled,
        f"{summary['failed']} failed": summary["failed"] == 0,
        f"the books are off by {summary['trial_balance']}": Decimal(summary["trial_balance"]) == 0,
        "the ledger and the books name different entries": posted == in_books,
    }
    return [problem for problem, fine in checks.items() if not fine]


def _say(text: str) -> None:
    print(f"-- {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
