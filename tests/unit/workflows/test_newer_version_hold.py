"""The setting newer_version = hold: a posted entry is not replaced without a person."""

from daybook.workflows.map_accounts import activate
from tests.unit.workflows.office import SHOP, Office, mapping, sale, void_of


def holding() -> Office:
    office = Office.opened()
    rules = mapping(newer_version="hold")
    office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))
    return office


def put_in_force(office: Office, setting: str) -> int:
    connection = office.connections.get(SHOP)
    assert connection
    rules = mapping(newer_version=setting)
    return activate(connection, rules, "me", office.releaser()).released.released


def test_a_newer_version_of_a_posted_sale_is_held_as_the_preview_says() -> None:
    office = holding()
    office.deliver(sale(amount="10.00"))
    office.drain()
    office.deliver(sale(amount="12.00", version="2"))
    office.drain()
    row = office.row(version="2")
    assert (row.status, row.reason) == ("held", "conflict")
    assert "Version 2 came after version 1 was posted" in row.reason_text
    assert len(office.books.entries) == 1
    office.settle(3)
    assert office.row(version="2").status == "held"


def test_a_newer_version_of_an_unsent_sale_takes_its_place_all_the_same() -> None:
    office = holding()
    office.deliver([sale(amount="10.00"), sale(amount="12.00", version="2")])
    office.drain()
    assert office.statuses() == {
        "1001/1/post/post": "superseded",
        "1001/2/post/post": "posted",
    }


def test_a_newer_version_with_the_same_entry_is_superseded_and_not_held() -> None:
    office = holding()
    office.deliver(sale(amount="10.00"))
    office.drain()
    office.deliver(sale(amount="10.00", version="2", memo="a note"))
    office.drain()
    assert office.row(version="2").status == "superseded"


def test_a_newer_version_with_nothing_in_it_is_held_too() -> None:
    office = holding()
    office.deliver(sale(amount="10.00"))
    office.drain()
    office.deliver(sale(amount="0", version="2"))
    office.drain()
    assert office.row(version="2").reason == "conflict"


def test_a_reverse_is_not_held() -> None:
    office = holding()
    office.deliver(sale(amount="10.00"))
    office.drain()
    office.deliver(void_of(version="1"))
    office.settle(2)
    assert office.row(effect="post", purpose="post").status == "reversed"


def test_a_reverse_ends_what_the_setting_held() -> None:
    office = holding()
    office.deliver(sale(amount="10.00"))
    office.drain()
    office.deliver(sale(amount="12.00", version="2"))
    office.drain()
    office.deliver(void_of(version="2"))
    office.settle(3)
    assert office.row(version="2", effect="post").status == "void"
    assert office.row(version="1", purpose="post").status == "reversed"


def test_the_setting_replace_releases_what_hold_held() -> None:
    office = holding()
    office.deliver(sale(amount="10.00"))
    office.drain()
    office.deliver(sale(amount="12.00", version="2"))
    office.drain()
    assert put_in_force(office, "hold") == 0
    assert office.row(version="2").reason == "conflict"
    assert put_in_force(office, "replace") == 1
    office.settle(2)
    assert office.row(version="2").status == "posted"
    assert office.row(version="1", purpose="post").status == "reversed"


def test_a_row_judged_before_the_setting_changed_goes_on_when_the_tick_finds_it() -> None:
    office = holding()
    office.deliver(sale(amount="10.00"))
    office.drain()
    office.deliver(sale(amount="12.00", version="2"))
    put_in_force(office, "replace")
    office.drain()
    assert office.row(version="2").reason == "conflict"
    office.settle(2)
    assert office.row(version="2").status == "posted"
