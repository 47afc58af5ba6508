"""From an event to the trial balance: what a document needs is created first, then it is posted."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.bodies import Party
from daybook.domain.books import Books, Decision
from daybook.domain.chart import Chart
from daybook.domain.day_receipt import receipt_of
from daybook.domain.document import SalesDocument, total_differs
from daybook.domain.document_kinds import Document, entity_of
from daybook.domain.event import FinancialEvent
from daybook.domain.identity import PostingKey, entry_id
from daybook.domain.mapping import Mapping
from daybook.domain.needs import ItemWanted, NeedsFirst
from daybook.domain.new_customer import NewCustomer
from daybook.domain.new_item import NewItem
from daybook.domain.outcome import BatchItem, Outcome
from daybook.domain.reversal import reversal_of
from daybook.domain.sales_documents import sales_document, stock_beside
from daybook.domain.translation import journal_entry
from daybook.qbo.chart import import_books
from daybook.qbo.client import books
from daybook.qbo.company import Company
from daybook.qbo.documents import body_of
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.lists import Reader
from daybook.qbo.tokens import AppKeys, TokenPair, refresh
from daybook.qbo.transport import HttpsSender
from local.qbo_simulator.server import RunningSimulator, running
from tests.unit.domain.builders import STORE, item, sale, tender

ACCOUNTS = {
    "payment_type": "4", "sales": "50", "returns": "55", "markdowns": "56", "shipping_income": "53",
    "tax_liability": "31", "cogs": "60", "inventory_on_hand": "8", "accounts_receivable": "7",
    "receipt_clearing": "5", "rounding": "71",
}  # fmt: skip
GRACE = {"id": "c-7", "display_name": "Grace O'Hopper"}
KEY = PostingKey("shop", "ticket", "100245", "1")


class Shop:
    """A company of the simulator, its chart imported, and what was created in it."""

    def __init__(self, simulator: RunningSimulator, **settings: Any) -> None:
        endpoints, now = Endpoints.at(simulator.url), datetime.now(UTC)
        old = TokenPair("", simulator.refresh_token, now, now, simulator.realm)
        token = refresh(endpoints, AppKeys("a", "b"), old, now).access_token
        self.company = Company(books(simulator.realm, endpoints.api, HttpsSender(), lambda: token))
        self.chart: Chart = import_books(Reader(self.company, lambda _s: None), 1, now).chart
        rows = [{"role": role, "key": "*", "account": one} for role, one in ACCOUNTS.items()]
        rules = Mapping.model_validate({"accounts": rows, "settings": settings})
        self.books = Books("realm", "shop", "canonical", rules, 1, self.chart)
        self.items: dict[str, str] = {}
        self.parties: dict[str, str] = {}
        self.requests = 0

    def post(self, *documents: Document) -> list[Outcome]:
        self.requests += 1
        sent = [
            BatchItem(str(place), entity_of(one), body_of(one, 1))
            for place, one in enumerate(documents, 1)
        ]
        outcomes = self.company.post_batch(sent, f"request-{self.requests}")
        assert {one.kind for one in outcomes.values()} == {"posted"}, outcomes
        return [outcomes[one.b_id] for one in sent]

    def made(self, make: Callable[[Decision], SalesDocument | None]) -> SalesDocument:
        """The document, after what it needs was created in a batch before it."""
        try:
            document = make(Decision(parties=self.parties, items=self.items))
        except NeedsFirst as held:
            self._create(held.needs.customers, held.needs.items)
            document = make(Decision(parties=self.parties, items=self.items))
        assert document
        return document

    def _create(self, customers: tuple[Party, ...], items: tuple[ItemWanted, ...]) -> None:
        wanted: list[tuple[dict[str, str], str, Document]] = [
            (self.parties, f"customer:{one.id}",
             NewCustomer(name(one.id), one.display_name, "", "c"))
            for one in customers
        ] + [
            (self.items, one.account, NewItem(name(one.account), one.name, one.account))
            for one in items
        ]  # fmt: skip
        made = self.post(*(one for _, _, one in wanted))
        for (known, key, _), outcome in zip(wanted, made, strict=True):
            known[key] = outcome.qbo_id

    def balances(self) -> dict[str, Decimal]:
        """Debits less credits by account id; the test's events are of this fiscal year's end."""
        report = self.company.books.get_report("TrialBalance", {"end_date": "2026-12-31"})
        rows = [row["ColData"] for row in report["Rows"]["Row"] if "ColData" in row]
        return {
            account["id"]: Decimal(debit["value"] or 0) - Decimal(credit["value"] or 0)
            for account, debit, credit in rows
        }


def name(key: str) -> str:
    return entry_id("realm", PostingKey("shop", "list", key, "1", purpose="create"))


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSimulator]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


def invoice(**parts: Any) -> FinancialEvent:
    lines = [item("100", "40", discount="20"), {"kind": "shipping", "key": "UPS", "gross": "12"}]
    taxes = [{"rule": "State", "computed": "6.60"}]
    return sale(document="sales_invoice", customer=GRACE, lines=lines, taxes=taxes, **parts)


def test_an_invoice_with_its_stock_and_what_it_needs_is_in_the_books(
    simulator: RunningSimulator,
) -> None:
    shop = Shop(simulator)
    document = shop.made(lambda known: sales_document(invoice(), shop.books, known))
    beside = stock_beside(invoice(), shop.books)
    assert beside
    made, _ = shop.post(document, beside)
    assert not total_differs(document, made.total)
    assert shop.balances() == {
        "7": Decimal("98.60"), "50": -100, "56": 20, "53": -12, "31": Decimal("-6.60"),
        "60": 40, "8": -40,
    }  # fmt: skip
    # The customer and four items went before, in one batch; the document and its stock followed.
    assert shop.requests == 2
    shop.post(reversal_of(document, "realm", KEY), reversal_of(beside, "realm", KEY))
    assert shop.balances() == {}


def test_tax_by_code_is_owed_on_quickbooks_own_account(simulator: RunningSimulator) -> None:
    shop = Shop(simulator, document_tax="code", tax_codes={"State": "2"})
    document = shop.made(lambda known: sales_document(invoice(), shop.books, known))
    (made,) = shop.post(document)
    assert not total_differs(document, made.total)
    assert shop.balances()["22"] == Decimal("-6.60")


def test_tax_that_quickbooks_computes_itself_is_told(simulator: RunningSimulator) -> None:
    simulator.company().post("preferences", {"TaxPrefs": {"PartnerTaxEnabled": True}})
    shop = Shop(simulator, document_tax="code", tax_codes={"State": "2"})
    document = shop.made(lambda known: sales_document(invoice(), shop.books, known))
    (made,) = shop.post(document)
    assert total_differs(document, made.total)


def test_a_portal_payment_lowers_what_the_customer_owes(simulator: RunningSimulator) -> None:
    shop = Shop(simulator)
    tenders = [tender("98.60", "other", "card"), tender("-98.60", "on_account", "")]
    payment = sale(document="credit_note", customer=GRACE, tenders=tenders, object_id="p1")
    for event in (invoice(), payment):
        shop.post(shop.made(lambda known, of=event: sales_document(of, shop.books, known)))  # type: ignore[misc]
    assert shop.balances() == {
        "4": Decimal("98.60"), "50": -100, "56": 20, "53": -12, "31": Decimal("-6.60"),
    }  # fmt: skip


def test_a_day_as_a_receipt_moves_what_its_entry_would(simulator: RunningSimulator) -> None:
    lines = [item("100", "40", discount="20"), item("-30", "-12", key="Shoes")]
    day = sale(
        lines=lines,
        taxes=[{"rule": "State", "computed": "4.13"}],
        tenders=[tender("84.13"), tender("-30", key="Cash")],
    )
    shop = Shop(simulator)
    entry = journal_entry(day, shop.books)
    assert entry
    receipt = shop.made(lambda known: receipt_of(entry, STORE, shop.books, known))
    (made,) = shop.post(receipt)
    assert Decimal(made.total) == 0
    moved: dict[str, Decimal] = {}
    for line in entry.lines:
        sign = 1 if line.side == "debit" else -1
        moved[line.account] = (
            moved.get(line.account, Decimal(0)) + sign * Decimal(line.amount) / 100
        )
    assert shop.balances() == {account: amount for account, amount in moved.items() if amount}
    shop.post(reversal_of(receipt, "realm", KEY))
    assert shop.balances() == {}
