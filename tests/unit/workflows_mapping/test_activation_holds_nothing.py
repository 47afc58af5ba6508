"""Activation is refused while something that posts today would be held, unless forced."""

from typing import Any

import pytest

from daybook.domain.connection import Connection
from daybook.domain.mapping import Mapping
from daybook.domain.seen_key import SeenKey
from daybook.workflows.map_accounts import Activated, MappingRefused, WouldHold, activate
from tests.unit.workflows.office import MAPPING, REALM, SHOP, Office, mapping, sale

CONNECTION = Connection(SHOP, "canonical", REALM)
STOCK = ("cogs", "inventory_on_hand")


def put_in_force(office: Office, rules: Mapping, **options: Any) -> Activated:
    return activate(CONNECTION, rules, "me", office.releaser(), **options)


def stock(cogs: str | None, inventory: str | None) -> list[dict[str, Any]]:
    accounts = zip(STOCK, (cogs, inventory), strict=True)
    return [{"role": role, "key": "*", "account": account} for role, account in accounts]


def with_cost(object_id: str) -> dict[str, Any]:
    event = sale(object_id)
    event["body"]["lines"][0]["cost"] = "40"
    return event


def test_a_seen_key_that_loses_its_account_is_refused_by_name() -> None:
    office = Office.opened()
    office.mappings.note_keys(
        SHOP, [SeenKey("sales", "Hats", "1"), SeenKey("returns", "Hats", "1")]
    )
    office.mappings.name_keys(SHOP, {("sales", "Hats"): "Caps", ("location", "1"): "Burbank"})
    with pytest.raises(WouldHold) as refusal:
        put_in_force(office, mapping(without=["sales", "returns"]))
    assert refusal.value.problems == (
        "returns 'Hats' at 1 (Burbank): mapped now and not in the new mapping",
        "sales 'Hats' (Caps) at 1 (Burbank): mapped now and not in the new mapping",
    )
    assert office.mappings.versions(SHOP) == [1]


def test_a_key_of_the_last_days_events_is_refused_though_nobody_noted_it() -> None:
    office = Office.opened()
    office.deliver([sale("1"), sale("2")])
    office.mappings.seen.clear()
    with pytest.raises(WouldHold) as refusal:
        put_in_force(office, mapping(without=["sales"]))
    assert refusal.value.problems == (
        "sales 'Hats' at 1: mapped now and not in the new mapping; 2 of the last events have it",
    )


def test_stock_mapped_to_none_on_one_side_only_is_refused_by_the_events_it_would_hold() -> None:
    office = Office.opened(*stock("7", "4"))
    office.deliver(with_cost("1"))
    with pytest.raises(WouldHold, match="ticket/1/1/post would be held none_unbalances"):
        put_in_force(office, mapping(*stock(None, "4")))
    assert put_in_force(office, mapping(*stock(None, None))).version == 2


def test_a_location_that_is_dropped_is_no_reason_where_the_day_is_fixed() -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    assert put_in_force(office, Mapping.model_validate({**MAPPING, "locations": {}})).version == 2


def test_many_events_are_named_up_to_twenty_and_counted() -> None:
    office = Office.opened(*stock("7", "4"))
    office.deliver([with_cost(str(number)) for number in range(23)])
    with pytest.raises(WouldHold) as refusal:
        put_in_force(office, mapping(*stock(None, "4")))
    assert len(refusal.value.problems) == 21
    assert refusal.value.problems[-1] == "and 3 more events"


def test_forced_it_is_put_in_force() -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    assert put_in_force(office, mapping(without=["sales"]), force=True).version == 2


def test_force_does_not_make_a_wrong_account_right() -> None:
    office = Office.opened()
    wrong = mapping({"role": "cogs", "key": "*", "account": "999"})
    with pytest.raises(MappingRefused, match="999"):
        put_in_force(office, wrong, force=True)


def test_a_key_that_is_held_today_keeps_nothing_from_activation() -> None:
    office = Office.opened()
    office.deliver(sale("1", key="Shoes"))
    assert put_in_force(office, mapping()).version == 2


def test_events_of_long_ago_keep_nothing_from_activation() -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    office.mappings.seen.clear()
    office.clock.sleep(30 * 86_400)
    assert put_in_force(office, mapping(without=["sales"])).version == 2


def test_the_first_mapping_takes_nothing_away() -> None:
    office = Office.opened()
    office.mappings.in_force.clear()
    office.mappings.note_keys(SHOP, [SeenKey("sales", "Hats", "1")])
    assert put_in_force(office, mapping(without=["sales"])).version == 2


@pytest.mark.parametrize("settings", [{"exports": ["deposit"]}, {"start_date": "2027-01-01"}])
def test_what_a_person_chose_not_to_post_is_not_held(settings: dict[str, Any]) -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    assert put_in_force(office, mapping(**settings)).version == 2


def test_what_does_not_post_today_may_become_held() -> None:
    office = Office.opened()
    kept_out = mapping(*stock("7", "4"), exports=["deposit"])
    office.mappings.activate(SHOP, office.mappings.put(SHOP, kept_out, "test", ""))
    office.deliver(with_cost("1"))
    assert office.row("1").status == "ignored"
    assert put_in_force(office, mapping(*stock(None, "4"))).version == 3


def test_versions_say_who_and_when() -> None:
    office = Office.opened()
    put_in_force(office, mapping())
    (_, second) = office.mappings.history(SHOP)
    assert (second.version, second.actor, second.at) == (2, "me", "2026-11-20T12:00:00.000Z")


def test_a_refusal_releases_nothing() -> None:
    office = Office.opened()
    office.deliver([sale("1"), sale("2", key="Shoes")])
    before = dict(office.ledger.rows)
    with pytest.raises(WouldHold):
        put_in_force(office, mapping(without=["payment_type"]))
    assert office.ledger.rows == before
