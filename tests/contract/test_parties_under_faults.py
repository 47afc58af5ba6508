"""Customers and suppliers by the real workflows and the real client into the simulator, while
requests commit and their replies are lost: each is there once, and says what was said last."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.qbo_simulator.server import RunningSimulator, running
from tests.contract.test_documents_under_faults import lose_replies, open_office
from tests.unit.workflows.office import SHOP, Office
from tests.unit.workflows.test_party_changes import change, made, party


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSimulator]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


def named(simulator: RunningSimulator, kind: str, name: str) -> dict[str, Any]:
    """The one object of a kind and name in the books."""
    rows = simulator.books()["objects"].get(kind, [])
    (found,) = (row for row in rows if row["DisplayName"] == name)
    return dict(found)


def both(version: str, **fields: Any) -> list[dict[str, Any]]:
    """What the point of sale says of a customer and of a supplier."""
    return [
        party("c-1", version, **{"display_name": "Ada Brown", **fields}),
        party("s-1", version, role="supplier", **{"display_name": "Hats & Co", **fields}),
    ]


def settled(office: Office) -> None:
    for _ in range(4):
        office.drain()
        office.settle(1)


@pytest.mark.parametrize("kind", ["commit_then_drop", "drop", "commit_then_500"])
def test_each_party_is_created_once_and_told_each_change(
    simulator: RunningSimulator, kind: str
) -> None:
    office = open_office(simulator)
    lose_replies(simulator, kind, 1)
    address = {"line1": "1 Main St", "city": "Burbank", "region": "CA", "postal_code": "91501"}
    office.deliver(both("1", email="a@x.test", phone="555 1", billing_address=address), "a")
    settled(office)
    lose_replies(simulator, kind, 1)
    office.deliver(both("2", phone="555 2", company="Brown Ltd", website="https://x.test/a"), "b")
    office.drain()
    office.deliver(both("2", phone="555 2", company="Brown Ltd", website="https://x.test/a"), "b")
    settled(office)
    for entity, name, where in (
        ("Customer", "Ada Brown", ("c-1", "customer")),
        ("Vendor", "Hats & Co", ("s-1", "vendor")),
    ):
        there = named(simulator, entity, name)
        assert there["PrimaryPhone"] == {"FreeFormNumber": "555 2"}
        assert there["PrimaryEmailAddr"] == {"Address": "a@x.test"}
        assert there["BillAddr"]["City"] == "Burbank"
        assert there["WebAddr"] == {"URI": "https://x.test/a"}
        assert there["SyncToken"] == "1"
        pos_id, word = where
        assert made(office, pos_id, word).qbo_id == there["Id"]
        assert change(office, "2", pos_id, word).qbo_id == there["Id"]


def test_a_change_that_meets_a_newer_state_is_read_again(simulator: RunningSimulator) -> None:
    office = open_office(simulator)
    office.deliver(both("1"), "a")
    settled(office)
    rule = {"on": "batch", "kind": "fault", "times": 1, "code": "5010"}
    simulator.set_faults(enforce_limits=False, rules=[rule])
    office.deliver(both("2", phone="555 2"), "b")
    settled(office)
    assert named(simulator, "Customer", "Ada Brown")["PrimaryPhone"] == {"FreeFormNumber": "555 2"}
    assert named(simulator, "Vendor", "Hats & Co")["SyncToken"] == "1"


def test_a_name_that_quickbooks_alone_knows_is_held_with_who_has_it(
    simulator: RunningSimulator,
) -> None:
    office = open_office(simulator)
    office.deliver(party("s-1", role="supplier", display_name="Ada Brown"), "a")
    office.drain()
    settled(office)
    office.deliver(party("c-1", display_name="Ada Brown"), "b")
    office.drain()
    settled(office)
    row = made(office, "c-1")
    vendor = named(simulator, "Vendor", "Ada Brown")["Id"]
    assert (row.reason, row.taken_by) == ("display_name_taken", (("Vendor", vendor),))
    assert f"Vendor {vendor} has the name 'Ada Brown'." in row.reason_text


def test_two_that_have_one_name_are_one_customer(simulator: RunningSimulator) -> None:
    office = open_office(simulator)
    office.deliver([party("c-1", phone="1"), party("c-2", phone="2")], "a")
    office.drain()
    settled(office)
    assert made(office, "c-1").qbo_id == made(office, "c-2").qbo_id
    assert {row.status for row in office.ledger.held(SHOP)} == set()
