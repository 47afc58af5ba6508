"""Sales documents, items and classes: the real client over the simulator, and the fake company.

Both have to do the same: post each kind, find it again by what it can be asked for, and know it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.document import SalesDocument, SalesForm, SalesLine, SalesTax
from daybook.domain.document_kinds import Document, entity_of
from daybook.domain.found import FoundSale, Sought, is_ours, sought
from daybook.domain.identity import PostingKey, entry_id
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer
from daybook.domain.new_item import NewItem
from daybook.domain.outcome import BatchItem, Outcome, ProbeFailed
from daybook.qbo.client import books
from daybook.qbo.company import Company
from daybook.qbo.comparison import is_same
from daybook.qbo.documents import body_of
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.tokens import AppKeys, TokenPair, refresh
from daybook.qbo.transport import HttpsSender
from local.qbo_simulator.server import RunningSimulator, running
from tests.fakes.books import FakeBooks
from tests.unit.qbo.samples import credit, debit, entry
from tests.unit.workflows.office import read_entry

FORMS: tuple[SalesForm, ...] = ("Invoice", "CreditMemo", "SalesReceipt")
type Books = Company | FakeBooks


@pytest.fixture(scope="module")
def started() -> Iterator[RunningSimulator]:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        yield simulator


def company_at(started: RunningSimulator, realm: str) -> Company:
    endpoints, now = Endpoints.at(started.url), datetime.now(UTC)
    old = TokenPair("", started.new_refresh_token(realm), now, now, realm)
    token = refresh(endpoints, AppKeys("a", "b"), old, now).access_token
    return Company(books(realm, endpoints.api, HttpsSender(), lambda: token))


@pytest.fixture(params=["simulator", "fake"])
def company(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Books:
    if request.param == "fake":
        return FakeBooks(read_entry)
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    started: RunningSimulator = request.getfixturevalue("started")
    # A realm of its own for each test.
    return company_at(started, str(9_000_000 + abs(hash(request.node.name)) % 1_000_000))


def identity(name: str) -> str:
    return entry_id("realm", PostingKey("shop", "sale", name, "1"))


def post(
    company: Books, *documents: Document, request: str = "", generation: int = 1
) -> list[Outcome]:
    items = [
        BatchItem(str(place), entity_of(one), body_of(one, generation))
        for place, one in enumerate(documents, 1)
    ]
    named = request or "-".join(one.entry_id[:4] for one in documents)
    outcomes = company.post_batch(items, named)
    return [outcomes[item.b_id] for item in items]


def services(company: Books, *accounts: str) -> list[str]:
    made = [NewItem(identity(f"item-{one}"), f"Sold ({one})", one) for one in accounts]
    return [one.qbo_id for one in post(company, *made, request="items")]


def sold(item: str, amount: int, **fields: Any) -> SalesLine:
    return SalesLine("sales", "Hats", "50", item, amount, **fields)


def document(form: SalesForm, *lines: SalesLine, name: str = "1", **fields: Any) -> SalesDocument:
    tax = fields.get("tax")
    return SalesDocument(
        **{
            "form": form,
            "entry_id": identity(name),
            "event": f"sale/{name}/1/post",
            "kind": "sale",
            "txn_date": date(2026, 11, 20),
            "doc_number": f"{name}-ABCDEF",
            "currency": "USD",
            "customer": "" if form == "SalesReceipt" else "1",
            "lines": lines,
            "total": sum(line.amount for line in lines) + (tax.amount if tax else 0),
            "deposit_to": "5" if form == "SalesReceipt" else "",
            **fields,
        }
    )


def of_form(form: SalesForm, items: list[str], **fields: Any) -> SalesDocument:
    """An invoice or credit memo of 80.00 in two lines, or a receipt of a day."""
    second = -10_000 if form == "SalesReceipt" else -2_000
    lines = (sold(items[0], 10_000, quantity="2"), sold(items[1], second, quantity="1"))
    return document(form, *lines, **fields)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_posted_found_by_date_and_customer_and_known(
    company: Books, form: SalesForm
) -> None:
    items = services(company, "50", "56")
    sent = of_form(form, items, note="till 1")
    (made,) = post(company, sent)
    assert made.kind == "posted"
    assert Decimal(made.total) == Decimal(sent.total) / 100
    assert sought(sent) == Sought(form, "2026-11-20", sent.customer)
    (there,) = company.find([sought(sent)])[sought(sent)]
    assert isinstance(there, FoundSale)
    assert (there.qbo_id, there.form, Decimal(there.total)) == (
        made.qbo_id,
        form,
        Decimal(made.total),
    )
    # The number is the company's own.
    assert there.doc_number.isdigit()
    assert is_ours(there, sent)
    assert is_same(there, sent, 1)
    assert not is_same(there, sent, 2)
    assert not is_same(there, replace(sent, txn_date=date(2026, 11, 21)), 1)
    assert not is_ours(there, replace(sent, entry_id=identity("other")))


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_one_day_are_told_apart_by_their_markers(company: Books, form: SalesForm) -> None:
    items = services(company, "50", "56")
    several = [of_form(form, items, name=str(number)) for number in range(3)]
    made = post(company, *several, request="several")
    there = company.find([sought(several[0])])[sought(several[0])]
    assert {one.qbo_id for one in there} == {one.qbo_id for one in made}
    for sent, outcome in zip(several, made, strict=True):
        assert [one.qbo_id for one in there if is_same(one, sent, 1)] == [outcome.qbo_id]


def test_one_probe_asks_for_every_kind(company: Books) -> None:
    items = services(company, "50", "56")
    customer = NewCustomer(identity("ada"), "Ada Brown", "", "canonical customer 1")
    post(company, customer, NewClass(identity("class"), "Store 9"), request="lists")
    forms = [of_form(form, items, name=form) for form in FORMS]
    journal = entry(debit(500, "1"), credit(500, "50"))
    post(company, *forms, journal, request="all")
    wanted = [
        *map(sought, forms),
        sought(journal),
        sought(customer),
        Sought("Item", "Sold (50)"),
        Sought("Class", "Store 9"),
        Sought("Invoice", "2026-11-19", "1"),
        Sought("Item", "Nothing"),
    ]
    found = company.find(wanted)
    assert [len(found[one]) for one in wanted] == [1, 1, 1, 1, 1, 1, 1, 0, 0]


def test_a_lost_form_is_found_and_not_made_twice(company: Books) -> None:
    items = services(company, "50", "56")
    sent = of_form("Invoice", items)
    first, again = post(company, sent), post(company, sent)
    assert first[0].qbo_id == again[0].qbo_id
    assert len(company.find([sought(sent)])[sought(sent)]) == 1


@pytest.mark.parametrize("form", FORMS)
def test_an_item_is_not_seen_by_the_form_of_its_own_batch(company: Books, form: SalesForm) -> None:
    known = services(company, "50", "56")
    following = {"simulator": "103", "fake": "I3"}
    unborn = following["fake" if isinstance(company, FakeBooks) else "simulator"]
    thing = NewItem(identity("late"), "Sold (52)", "52")
    sent = of_form(form, [known[0], unborn])
    made, refused = post(company, thing, sent, request="together")
    assert made.qbo_id == unborn
    assert refused.kind == "refused"
    assert post(company, sent, request="afterwards")[0].kind == "posted"


def test_a_class_follows_its_parent_in_a_later_batch(company: Books) -> None:
    (parent,) = post(company, NewClass(identity("p"), "Store 1"))
    child = NewClass(identity("c"), "Store 1:Burbank", parent.qbo_id)
    assert post(company, child)[0].kind == "posted"
    (there,) = company.find([sought(child)])[sought(child)]
    assert is_ours(there, child)
    assert is_same(there, child, 1)
    # Another level of the same name is another class.
    assert company.find([Sought("Class", "Burbank")])[Sought("Class", "Burbank")] == []


@pytest.mark.parametrize(
    "twice", [NewItem(identity("a"), "Sold (52)", "52"), NewClass(identity("a"), "Store 1")]
)
def test_a_taken_name_is_refused_and_what_has_it_is_as_good_as_ours(
    company: Books, twice: NewItem | NewClass
) -> None:
    post(company, twice)
    (refused,) = post(company, twice, request="by another connection")
    assert (refused.kind, refused.reason) == ("refused", "display_name_taken")
    (there,) = company.find([sought(twice)])[sought(twice)]
    assert is_same(there, replace(twice, entry_id=identity("b")), 1)


def test_an_item_of_the_name_that_sells_elsewhere_is_not_ours(company: Books) -> None:
    post(company, NewItem(identity("a"), "Sold (52)", "52"))
    other = NewItem(identity("b"), "Sold (52)", "53")
    (there,) = company.find([sought(other)])[sought(other)]
    assert not is_ours(there, other)


def test_total_below_zero_is_refused(company: Books) -> None:
    items = services(company, "50", "56")
    body = body_of(of_form("Invoice", items), 1).replace(b'"Amount":100.00', b'"Amount":1.00')
    body = body.replace(b'"Qty":2,"UnitPrice":50', b'"Qty":2,"UnitPrice":0.5')
    outcome = company.post_batch([BatchItem("1", "Invoice", body)], "negative")["1"]
    assert outcome.kind == "refused"


def test_tax_of_a_code_is_in_the_total(company: Books) -> None:
    items = services(company, "50")
    line = sold(items[0], 10_000, tax_code="TAX")
    (made,) = post(company, document("Invoice", line, tax=SalesTax("2", 825)))
    assert Decimal(made.total) == Decimal("108.25")


def test_nothing_sought_asks_nothing(company: Books) -> None:
    assert company.find([]) == {}


def test_a_probe_that_fails_is_no_absence(started: RunningSimulator, company: Books) -> None:
    wanted = [Sought("Invoice", "2026-11-20", "1")]
    if isinstance(company, FakeBooks):
        company.failing_probes = 1
        with pytest.raises(ProbeFailed):
            company.find(wanted)
        return
    started.set_faults(enforce_limits=False, rules=[{"on": "query", "kind": "http_503_html"}])
    try:
        for one in (*wanted, Sought("Item", "A"), Sought("Class", "A")):
            with pytest.raises(ProbeFailed):
                company.find([one])
    finally:
        started.set_faults(enforce_limits=False)
