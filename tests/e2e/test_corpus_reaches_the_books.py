"""Every sample delivery, sent over HTTP, posts just what `daybook preview` shows for it.

The golden files hold what preview shows, so this ties them to the books.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from daybook.domain.journal import JournalEntry
from daybook.domain.money import to_text
from daybook.sources.registry import SOURCES, find
from daybook.workflows.connect import refresh_chart
from daybook.workflows.mapping_file import mapping_of
from daybook.workflows.preview import Preview, preview
from local import world
from local.demo import end_day
from local.demo_summary import held_of
from local.demo_tie_out import tie_out
from local.demo_unleashed import stated_day
from local.sender import SAMPLES, Sample, samples, send
from local.settled import wait_until_settled
from local.trial_balance import TrialBalance, trial_balance

MAPPINGS = Path(world.__file__).parent / "mappings"
# Held in a company, because nobody there is linked to the event's customer or supplier.
NOBODY_LINKED = {"invoice/100254/1/post", "bill/b-1/1/post"}
# Preview has no network, so it cannot ask the points of sale for what these lack.
FETCHED = ("ticket 200041", "shipment 00000055-0000-4000-8000-000000000520",
           "stock_adjustment 0000005a-0000-4000-8000-000000000620",
           "invoice 00000010-0000-4000-8000-000000000120")  # fmt: skip
FORMS = ("Invoice", "CreditMemo", "SalesReceipt", "Bill", "VendorCredit")

LAST_DATE = date(2026, 12, 31)

type Content = tuple[str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True)
class Sent:
    """A world to which everything was sent. balances: before and after each source's day."""

    here: world.World
    balances: dict[str, tuple[TrialBalance, TrialBalance]]


@pytest.fixture(scope="module")
def sent() -> Iterator[Sent]:
    with world.running() as running:
        balances = {}
        for connection in running.connections:
            before = trial_balance(running.qbo, LAST_DATE)
            day = samples(connection.source)
            last = [sample for sample in day if _takes_back(sample)]
            for wave in ([one for one in day if one not in last], last):
                for sample in wave:
                    answer = send(running.stack.webhook_url, connection, sample)
                    assert answer.status_code == 202, (sample.name, answer.text)
                wait_until_settled(running.parts, 60)
            balances[connection.source] = before, trial_balance(running.qbo, LAST_DATE)
        # What two connections wanted to create at once is known to both by the next import.
        refresh_chart(running.qbo.realm, running.parts.connector)
        end_day(running)
        yield Sent(running, balances)


@pytest.fixture
def here(sent: Sent) -> world.World:
    return sent.here


def _takes_back(sample: Sample) -> bool:
    return sample.name.endswith("__voided")


def _previewed(source: str) -> Preview:
    mapping = mapping_of((MAPPINGS / f"{source}.json").read_bytes())
    files = [(path.name, path.read_bytes()) for path in sorted((SAMPLES / source).glob("*.json"))]
    return preview(files, find(source), mapping)


def _shown(entry: JournalEntry) -> Content:
    lines = (
        (
            line.side.capitalize(),
            line.account,
            to_text(line.amount, entry.currency),
            line.class_ or "",
            line.department or "",
        )
        for line in entry.lines
    )
    return entry.txn_date.isoformat(), tuple(sorted(lines))


def _in_books(entry: dict[str, Any]) -> Content:
    return entry["TxnDate"], tuple(sorted(_line(line) for line in entry["Line"]))


def _line(line: dict[str, Any]) -> tuple[str, ...]:
    detail = line["JournalEntryLineDetail"]
    return (
        detail["PostingType"],
        detail["AccountRef"]["value"],
        str(Decimal(str(line["Amount"])).quantize(Decimal("0.01"))),
        detail.get("ClassRef", {}).get("value", ""),
        detail.get("DepartmentRef", {}).get("value", ""),
    )


def _is_fetched(entry: dict[str, Any]) -> bool:
    return any(name in entry["PrivateNote"] for name in FETCHED)


def test_the_books_hold_what_preview_shows_and_nothing_else(here: world.World) -> None:
    shown = [entry for source in SOURCES for entry in _previewed(source).entries]
    expected = Counter(_shown(entry) for entry in shown if entry.event not in NOBODY_LINKED)
    booked = here.qbo.books()["objects"]["JournalEntry"]
    fetched = [entry for entry in booked if _is_fetched(entry)]
    assert len(fetched) == 3
    found = Counter(_in_books(entry) for entry in booked if entry not in fetched)
    assert found == expected
    assert sum(expected.values()) > 60


def test_the_documents_in_the_books_are_those_that_preview_shows(here: world.World) -> None:
    shown = Counter(
        (one.form, Decimal(to_text(one.total, one.currency)))
        for source in SOURCES
        for one in _previewed(source).documents
    )
    books = here.qbo.books()["objects"]
    found = Counter(
        (form, Decimal(str(one["TotalAmt"])).quantize(Decimal("0.01")))
        for form in FORMS
        for one in books.get(form, ())
        if not _is_fetched(one)
    )
    assert found == shown
    assert {form for form, _ in found} == set(FORMS)


def test_receivables_and_payables_tie_to_what_unleashed_says_is_owed(sent: Sent) -> None:
    rows = list(sent.here.parts.ledger.all_postings())
    held = held_of(rows, "unleashed")
    books = sent.here.qbo.books()["objects"]
    tied = tie_out(stated_day(), held, books, *sent.balances["unleashed"])
    assert not tied.wrong, tied.text
    assert tied.text.count("it ties") == 2
    waiting = [one.reference for one in stated_day() if one.ids & held.keys()]
    assert waiting == ["INV-00104", "INV-00106", "SA-00621"]


def test_what_is_not_in_the_books_is_held_for_its_reason(here: world.World) -> None:
    held = {
        row.key.event_name: row.reason
        for connection in here.connections
        for row in here.parts.ledger.held(connection.id)
    }
    assert {held.pop(event) for event in NOBODY_LINKED} == {"customer_needed", "vendor_needed"}
    assert Counter(str(reason) for reason in held.values()) == {
        "currency": 2,
        "family_unbalanced": 1,
        "setting_needed": 1,
        "unbalanced": 4,
        "unmapped_account": 3,
        "unmapped_class": 1,
        "unreadable": 1,
    }
    assert here.parts.queue_depths()["deliveries"]["dead"] == 0
