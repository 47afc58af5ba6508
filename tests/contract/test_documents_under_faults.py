"""Documents by the real workflows and the real client into the simulator, while requests commit
and their replies are lost, and every delivery comes twice: each is in the books once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from daybook.domain.books import Books, Decision
from daybook.domain.day_receipt import receipt_of
from daybook.domain.event import FinancialEvent
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting, instant_text
from daybook.domain.translation import journal_entry
from daybook.qbo.chart import import_books
from daybook.qbo.client import books
from daybook.qbo.company import Company
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.lists import Reader
from daybook.qbo.tokens import AppKeys, TokenPair, refresh
from daybook.qbo.transport import HttpsSender
from daybook.workflows.circumstances import circumstances_of
from local.qbo_simulator.server import RunningSimulator, running
from tests.unit.workflows.office import REALM, SHOP, Office, sale
from tests.unit.workflows.papers import DOCUMENTS, invoice

ACCOUNTS = {
    "payment_type": "4", "sales": "50", "returns": "55", "markdowns": "56", "cogs": "60",
    "inventory_on_hand": "8", "accounts_receivable": "7", "receipt_clearing": "5",
}  # fmt: skip


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSimulator]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


def open_office(simulator: RunningSimulator) -> Office:
    """The shop's office, its company the simulator's, and location 1 in mode document."""
    endpoints, now = Endpoints.at(simulator.url), datetime.now(UTC)
    old = TokenPair("", simulator.refresh_token, now, now, simulator.realm)
    token = refresh(endpoints, AppKeys("a", "b"), old, now).access_token
    company = Company(books(simulator.realm, endpoints.api, HttpsSender(), lambda: token))
    office = Office.opened(books=cast("Any", company))
    imported = import_books(Reader(company, lambda _s: None), 2, now)
    office.mappings.put_chart(replace(imported.chart, realm=REALM))
    office.mappings.put_directory(replace(imported.directory, realm=REALM))
    rows = [{"role": role, "key": "*", "account": one} for role, one in ACCOUNTS.items()]
    places = {"1": {"time_zone": "America/Chicago", "day_close": "03:00"}}
    rules = {"accounts": rows, "locations": places, "settings": DOCUMENTS}
    mapping = type(office.mappings.active(SHOP).mapping).model_validate(rules)  # type: ignore[union-attr]
    office.mappings.activate(SHOP, office.mappings.put(SHOP, mapping, "test", ""))
    return office


def lose_replies(simulator: RunningSimulator, kind: str, times: int) -> None:
    """The next requests to the batch endpoint are lost, after or before they are committed."""
    rule = {"on": "batch", "kind": kind, "times": times}
    simulator.set_faults(enforce_limits=False, rules=[rule])


def posted(simulator: RunningSimulator) -> Counter[str]:
    """How many objects of each kind the books have, by kind and marker; each marker once."""
    objects = simulator.books()["objects"]
    kinds = ("Invoice", "CreditMemo", "SalesReceipt", "JournalEntry")
    found = [
        (kind, one["PrivateNote"].rsplit("daybook:")[-1].split(":")[0])
        for kind in kinds
        for one in objects.get(kind, [])
    ]
    assert len(found) == len(set(found)), found
    return Counter(kind for kind, _ in found)


def credit_note(object_id: str) -> dict[str, Any]:
    note = invoice(object_id, "-15.00")
    note["body"]["document"] = "credit_note"
    return {**note, "customer": {"id": "78", "display_name": "Ada"}}


def receipt_row(office: Office) -> Posting:
    """A day as a sales receipt, on the items that the company has."""
    connection = office.connections.get(SHOP)
    assert connection
    around = circumstances_of(connection, office)
    assert around.active
    where = Books(REALM, SHOP, "canonical", around.active.mapping, 1, around.chart)
    event = FinancialEvent.model_validate(sale("day", "20.00"))
    entry = journal_entry(event, where)
    assert entry
    known = Decision(items={one: around.parties.find(f"item:{one}") or "" for one in ("50", "4")})
    receipt = receipt_of(entry, "1", where, known)
    text = instant_text(office.clock())
    row = Posting(
        PostingKey(SHOP, "day", "1/2026-11-20/USD/1", "1"), "received", "canonical", "day", "1",
        "", text, text, realm=REALM, business_date="2026-11-20", event_sha="0" * 64,
        entry=receipt.to_json(), entry_id=receipt.entry_id, entity="SalesReceipt",
    )  # fmt: skip
    return row.moved("ready", office.clock())


@pytest.mark.parametrize("kind", ["commit_then_drop", "drop", "commit_then_500"])
def test_each_document_is_in_the_books_once(simulator: RunningSimulator, kind: str) -> None:
    office = open_office(simulator)
    events = [invoice(str(number), cost="8.00") for number in range(1001, 1006)]
    events += [credit_note(str(number)) for number in range(2001, 2004)]
    lose_replies(simulator, kind, 1)
    office.deliver(events, "msg-1")
    office.deliver(events, "msg-1")
    office.drain()
    office.settle(2)
    lose_replies(simulator, kind, 1)
    office.deliver(events, "msg-2")
    office.drain()
    office.settle(4)
    assert not [row.id for row in office.ledger.rows.values() if row.status != "posted"]
    assert posted(simulator) == {"Invoice": 5, "CreditMemo": 3, "JournalEntry": 5}


@pytest.mark.parametrize("kind", ["commit_then_drop", "drop"])
def test_a_day_as_a_receipt_is_in_the_books_once(simulator: RunningSimulator, kind: str) -> None:
    office = open_office(simulator)
    paid = [
        {"kind": "other", "key": "card", "amount": "30.00"},
        {"kind": "on_account", "amount": "-30.00"},
    ]
    customer = {"id": "77", "display_name": "Grace"}
    body = {"kind": "sale", "document": "credit_note", "tenders": paid}
    office.deliver([invoice(), {**sale("P-1"), "customer": customer, "body": body}])
    office.drain()
    office.settle(2)
    lose_replies(simulator, kind, 1)
    row = receipt_row(office)
    office.ledger.put(row)
    office.drain()
    assert office.row("1/2026-11-20/USD/1").status == "uncertain"
    office.settle(3)
    assert office.row("1/2026-11-20/USD/1").status == "posted"
    assert posted(simulator) == {"Invoice": 1, "CreditMemo": 1, "SalesReceipt": 1}


def test_an_invoice_taken_back_leaves_nothing_owed(simulator: RunningSimulator) -> None:
    office = open_office(simulator)
    office.deliver(invoice(cost="8.00"))
    office.drain()
    office.settle(2)
    lose_replies(simulator, "commit_then_drop", 1)
    office.deliver(invoice(version="2", effect="reverse"))
    office.settle(4)
    assert posted(simulator) == {"Invoice": 1, "CreditMemo": 1, "JournalEntry": 2}
    assert {row.status for row in office.ledger.rows.values()} == {"posted", "reversed"}
