"""Bills, vendor credits and purchase orders: the real client over the simulator, and the fake
company. Both have to do the same: post each kind, find it again, know it, close an order."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from daybook.domain.document_kinds import Document, entity_of, operation_of
from daybook.domain.found import FoundPurchase, is_ours, sought
from daybook.domain.outcome import BatchItem, Outcome
from daybook.domain.purchase_document import CostLine, PurchaseDocument, PurchaseForm
from daybook.qbo.comparison import is_same
from daybook.qbo.documents import body_of
from local.qbo_simulator.server import RunningSimulator, running
from tests.contract.test_books_with_documents import Books, company_at, identity
from tests.fakes.books import FakeBooks
from tests.fakes.purchase_books import PURCHASE_FORMS
from tests.unit.workflows.office import read_entry


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


@pytest.fixture(params=["simulator", "fake"])
def company(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Books:
    if request.param == "fake":
        return FakeBooks(read_entry)
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    started: RunningSimulator = request.getfixturevalue("simulator")
    return company_at(started, str(zlib.crc32(request.node.name.encode())))


def of_form(form: PurchaseForm, name: str = "1") -> PurchaseDocument:
    """400.00 of hats, less 12.50."""
    lines = (
        CostLine("inventory_on_hand", "Hats", "8", 40_000, "Hats", "1"),
        CostLine("purchase_costs", "UPS", "62", -1_250, "Freight given back"),
    )
    return PurchaseDocument(
        form=form,
        entry_id=identity(f"{form}-{name}"),
        event=f"bill/{name}/1/post",
        kind="purchase",
        txn_date=date(2026, 11, 20),
        doc_number=f"{name}-{form[:3].upper()}",
        currency="USD",
        vendor="2",
        payable="20",
        lines=lines,
        total=38_750,
        due_date=None if form == "VendorCredit" else date(2026, 12, 20),
        department="1",
        note="canonical",
    )


def post(company: Books, *documents: Document, request: str) -> list[Outcome]:
    items = [
        BatchItem(str(place), entity_of(one), body_of(one, 1), operation_of(one))
        for place, one in enumerate(documents, 1)
    ]
    outcomes = company.post_batch(items, request)
    return [outcomes[item.b_id] for item in items]


def found_of(company: Books, document: PurchaseDocument) -> list[FoundPurchase]:
    there = company.find([sought(document)])[sought(document)]
    return [one for one in there if isinstance(one, FoundPurchase) and is_ours(one, document)]


@pytest.mark.parametrize("form", PURCHASE_FORMS)
def test_a_purchase_is_posted_found_again_and_known(company: Books, form: PurchaseForm) -> None:
    document = of_form(form)
    assert found_of(company, document) == []
    (outcome,) = post(company, document, request="r1")
    assert (outcome.kind, float(outcome.total)) == ("posted", 387.5)
    (there,) = found_of(company, document)
    assert (there.qbo_id, there.vendor, float(there.total)) == (outcome.qbo_id, "2", 387.5)
    assert is_same(there, document, 1)
    assert not is_same(there, document, 2)
    assert not is_same(replace(there, vendor="9"), document, 1)
    assert not is_same(replace(there, lines=there.lines[:1]), document, 1)


@pytest.mark.parametrize("form", PURCHASE_FORMS)
def test_purchases_of_one_day_are_told_apart(company: Books, form: PurchaseForm) -> None:
    several = [of_form(form, name) for name in ("1", "2", "3")]
    outcomes = post(company, *several, request="r1")
    for document, outcome in zip(several, outcomes, strict=True):
        assert [one.qbo_id for one in found_of(company, document)] == [outcome.qbo_id]


def test_all_kinds_are_sought_together(company: Books) -> None:
    several = [of_form(form) for form in PURCHASE_FORMS]
    post(company, *several, request="r1")
    found = company.find([sought(one) for one in several])
    assert all(len(found[sought(one)]) == 1 for one in several)


def test_an_order_is_closed_once_and_known_as_closed(company: Books) -> None:
    order = of_form("PurchaseOrder")
    (outcome,) = post(company, order, request="r1")
    closing = replace(order, entry_id=identity("closing")).closing(outcome.qbo_id)
    (closed,) = post(company, closing, request="r2")
    assert (closed.kind, closed.qbo_id) == ("posted", outcome.qbo_id)
    (there,) = found_of(company, closing)
    assert there.closed
    assert is_same(there, closing, 1)
    assert not is_same(replace(there, closed=False), closing, 1)
    # What stood under the order's own marker is the closing's now.
    assert found_of(company, order) == []


def test_an_order_that_was_touched_since_is_not_closed(company: Books) -> None:
    order = of_form("PurchaseOrder")
    (outcome,) = post(company, order, request="r1")
    closing = replace(order, entry_id=identity("closing")).closing(outcome.qbo_id)
    post(company, closing, request="r2")
    again = replace(closing, entry_id=identity("again"))
    (refused,) = post(company, again, request="r3")
    assert (refused.kind, refused.reason) == ("refused", "qbo_refused")
