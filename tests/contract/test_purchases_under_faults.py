"""Purchases by the real workflows and the real client into the simulator, while replies are lost,
every delivery comes twice and QuickBooks is busy: each document is in the books once, and what is
owed to the vendor is what the source says."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from local.qbo_simulator.client import Company
from local.qbo_simulator.server import RunningSimulator, running
from tests.contract.test_documents_under_faults import ACCOUNTS, open_office
from tests.unit.workflows.office import SHOP, Office, mapping
from tests.unit.workflows.papers import DOCUMENTS, until_quiet
from tests.unit.workflows.purchases import bill

_KINDS = ("Bill", "VendorCredit", "PurchaseOrder")
_COSTS = {"purchase_costs": "62", "tax_recoverable": "10", "accounts_payable": "20"}


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSimulator]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


def opened(simulator: RunningSimulator, **settings: Any) -> Office:
    office = open_office(simulator)
    rows = [{"role": role, "key": "*", "account": one} for role, one in (ACCOUNTS | _COSTS).items()]
    places = {"1": {"time_zone": "America/Chicago", "department": "1", "class": "2"}}
    rules = {"accounts": rows, "locations": places, "settings": {**DOCUMENTS, **settings}}
    made = type(mapping()).model_validate(rules)
    office.mappings.activate(SHOP, office.mappings.put(SHOP, made, "test", ""))
    return office


def lose(simulator: RunningSimulator, kind: str, times: int = 1) -> None:
    rule = {"on": "batch", "kind": kind, "times": times}
    simulator.set_faults(enforce_limits=False, rules=[rule])


def posted(simulator: RunningSimulator) -> Counter[str]:
    """How many purchases of each kind the books have; each marker once."""
    objects = simulator.books()["objects"]
    notes = [(kind, one["PrivateNote"]) for kind in _KINDS for one in objects[kind]]
    marks = [(kind, note.rsplit("daybook:")[-1].split(":")[0]) for kind, note in notes]
    assert len(marks) == len(set(marks)), marks
    return Counter(kind for kind, _ in marks)


def owed(simulator: RunningSimulator) -> dict[str, Decimal]:
    vendors = simulator.books()["objects"]["Vendor"]
    return {one["DisplayName"]: Decimal(str(one["Balance"])) for one in vendors}


def settled(office: Office, rings: int = 6) -> None:
    for _ in range(rings):
        office.drain()
        office.settle()
    until_quiet(office)


@pytest.mark.parametrize("kind", ["commit_then_drop", "drop", "commit_then_500", "http_429"])
def test_each_purchase_is_in_the_books_once(simulator: RunningSimulator, kind: str) -> None:
    office = opened(simulator)
    events = [bill(f"B{number}") for number in range(3)] + [bill("C1", "-40.00")]
    lose(simulator, kind)
    office.deliver(events, "msg-1")
    office.deliver(events, "msg-1")
    settled(office, 2)
    lose(simulator, kind)
    settled(office, 4)
    assert posted(simulator) == {"Bill": 3, "VendorCredit": 1}
    # 400 of hats, 12.50 of freight and 33 of tax each.
    assert owed(simulator)["Hat Makers"] == 3 * Decimal("445.50") - 40
    assert {row.status for row in office.ledger.rows.values()} == {"posted"}
    assert not any(row.flags for row in office.ledger.rows.values())


@pytest.mark.parametrize("kind", ["commit_then_drop", "drop", "commit_then_500"])
def test_a_reversal_is_in_the_books_once(simulator: RunningSimulator, kind: str) -> None:
    office = opened(simulator)
    office.deliver([bill("B1")])
    settled(office, 2)
    lose(simulator, kind)
    office.deliver([bill("B1", version="2", effect="reverse")])
    settled(office, 3)
    assert posted(simulator) == {"Bill": 1, "VendorCredit": 1}
    assert owed(simulator)["Hat Makers"] == 0


@pytest.mark.parametrize("kind", ["commit_then_drop", "drop", "commit_then_500"])
def test_an_order_moves_nothing_and_is_closed_once(simulator: RunningSimulator, kind: str) -> None:
    office = opened(simulator, purchase_orders="purchase_order")
    lose(simulator, kind)
    office.deliver([bill("PO1", object_type="purchase_order")])
    settled(office, 3)
    assert posted(simulator) == {"PurchaseOrder": 1}
    assert owed(simulator)["Hat Makers"] == 0
    lose(simulator, kind)
    office.deliver([bill("PO1", object_type="purchase_order", version="2", effect="reverse")])
    settled(office, 3)
    (order,) = simulator.books()["objects"]["PurchaseOrder"]
    assert (order["POStatus"], order["SyncToken"]) == ("Closed", "1")
    statuses = {row.status for row in office.ledger.rows.values()}
    assert statuses == {"posted", "reversed"}


def test_a_person_who_changes_an_order_is_asked_to_close_it(simulator: RunningSimulator) -> None:
    office = opened(simulator, purchase_orders="purchase_order")
    office.deliver([bill("PO1", object_type="purchase_order")])
    settled(office, 2)
    company: Company = simulator.company()
    (order,) = simulator.books()["objects"]["PurchaseOrder"]
    touched = {"Id": order["Id"], "SyncToken": "0", "sparse": True, "Memo": "call first"}
    assert company.post("purchaseorder", touched).status == 200
    office.deliver([bill("PO1", object_type="purchase_order", version="2", effect="reverse")])
    settled(office, 1)
    held = [row for row in office.ledger.rows.values() if row.status == "held"]
    assert "qbo_refused" in {row.reason for row in held}
    assert simulator.books()["objects"]["PurchaseOrder"][0]["POStatus"] == "Open"
