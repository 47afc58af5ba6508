"""A transfer between locations of two companies is held, and only such a one."""

from typing import Any

import pytest

from daybook.domain.connection import Connection, Realm
from daybook.domain.mapping import Mapping
from daybook.workflows.map_accounts import activate
from tests.unit.workflows.office import SHOP, Office, mapping, sale

STOCK = (
    {"role": "inventory_on_hand", "key": "*", "account": "4"},
    {"role": "in_transit_inventory", "key": "*", "account": "4", "class": "c2"},
)


def transfer(move: str = "transfer_out", other: str = "2") -> dict[str, Any]:
    lines = [{"key": "Hats", "quantity": "1", "cost": "40.00"}]
    body = {"kind": "stock_move", "move": move, "counterparty": other, "lines": lines}
    return {**sale(), "body": body}


def two_companies(**other: Any) -> Office:
    """The shop's location 2 belongs to a connection of another company."""
    office = Office.opened(*STOCK)
    there = {"id": "north", "source": "canonical", "realm": "9341450000000002", **other}
    office.connections.put(Connection(**there))
    if there["realm"]:
        office.connections.put_realm(Realm(there["realm"]))
    rules = Mapping.model_validate({"locations": {"2": {"name": "North"}}})
    office.mappings.activate("north", office.mappings.put("north", rules, "test", ""))
    return office


@pytest.mark.parametrize("move", ["transfer_out", "transfer_in"])
def test_a_transfer_to_or_from_another_company_is_held(move: str) -> None:
    office = two_companies()
    office.deliver(transfer(move))
    assert (office.row().status, office.row().reason) == ("held", "intercompany")
    assert "connection north of company 9341450000000002" in office.row().reason_text


@pytest.mark.parametrize(
    "other", [{"realm": "9341450000000001"}, {"realm": ""}, {"pos_account": "another-shop"}]
)
def test_a_transfer_within_the_company_or_beside_another_shop_is_posted(other: Any) -> None:
    office = two_companies(**other)
    office.deliver(transfer())
    assert office.row().reason is None


def test_a_location_that_nobody_names_is_the_companys_own() -> None:
    office = two_companies()
    office.deliver(transfer(other="3"))
    assert office.row().reason is None


def test_naming_the_location_in_the_own_mapping_releases_it() -> None:
    office = two_companies()
    office.deliver(transfer())
    own = mapping(*STOCK).model_dump(mode="json", by_alias=True)
    own["locations"]["2"] = {"name": "North"}
    connection = office.connections.get(SHOP)
    assert connection
    activate(connection, Mapping.model_validate(own), "me", office.releaser())
    assert office.row().status == "ready"
