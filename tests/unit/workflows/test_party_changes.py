"""Customers and suppliers as the point of sale states them: created once, told every change."""

from typing import Any

import pytest

from daybook.domain.directory import Directory, Listed
from daybook.domain.outcome import FoundParty, Outcome
from daybook.workflows.link import link
from daybook.workflows.party_postings import creation_key, update_key
from daybook.workflows.release import release
from tests.unit.workflows.office import REALM, SHOP, Office, chart, sale
from tests.unit.workflows.papers import forms, invoice, office, until_quiet


def party(pos_id: str = "90", version: str = "1", **changes: Any) -> dict[str, Any]:
    """What the point of sale says of a customer, Ada; role and fields of the body may be given."""
    role = changes.pop("role", "customer")
    body = {"kind": "party", "role": role, "id": pos_id, "display_name": "Ada", **changes}
    return {**sale(pos_id, version=version), "object_type": role, "body": body}


def told(opened: Office, name: str = "Ada") -> FoundParty:
    """The one party of a name in QuickBooks."""
    (one,) = (one for one in opened.books.parties.values() if one.display_name == name)
    return one


def change(opened: Office, version: str, pos_id: str = "90", kind: Any = "customer") -> Any:
    """The posting of a version's change."""
    return opened.ledger.rows[update_key(SHOP, kind, pos_id, version), ""]


def made(opened: Office, pos_id: str = "90", kind: Any = "customer") -> Any:
    """The posting of a creation."""
    return opened.ledger.rows[creation_key(SHOP, pos_id, kind), ""]


@pytest.mark.parametrize(("role", "kind"), [("customer", "Customer"), ("supplier", "Vendor")])
def test_a_party_is_created_with_all_that_is_stated_and_each_change_is_told(
    role: str, kind: str
) -> None:
    opened = office()
    address = {"line1": "1 Main St", "city": "Burbank", "postal_code": "91501"}
    opened.deliver(party(role=role, email="ada@x.test", phone="555 1", billing_address=address))
    until_quiet(opened)
    there = told(opened)
    assert there.kind == kind
    assert dict(there.details) == {
        "billing_address.city": "Burbank",
        "billing_address.line1": "1 Main St",
        "billing_address.postal_code": "91501",
        "email": "ada@x.test",
        "phone": "555 1",
    }
    opened.deliver(party(version="2", role=role, phone="555 2"))
    until_quiet(opened)
    there = told(opened)
    assert (dict(there.details)["phone"], dict(there.details)["email"]) == ("555 2", "ada@x.test")
    assert there.sync_token == "1"


def test_the_same_version_again_tells_nothing_again() -> None:
    opened = office()
    for message in ("a", "b"):
        opened.deliver(party(phone="1"), message)
        until_quiet(opened)
    for message in ("c", "d"):
        opened.deliver(party(version="2", phone="2"), message)
        until_quiet(opened)
    assert told(opened).sync_token == "1"
    assert len(opened.books.requests) == 2


def test_a_newer_version_takes_the_place_of_an_older_that_was_not_sent() -> None:
    opened = office()
    opened.deliver(party())
    until_quiet(opened)
    opened.deliver([party(version="2", phone="2"), party(version="3", phone="3")])
    until_quiet(opened)
    assert told(opened).sync_token == "1"
    assert dict(told(opened).details)["phone"] == "3"
    assert [change(opened, one).status for one in "23"] == ["superseded", "posted"]


def test_an_older_version_that_comes_late_is_not_told() -> None:
    opened = office()
    opened.deliver(party(version="3", phone="3"))
    until_quiet(opened)
    opened.deliver([party(version="2", phone="2"), party(version="4", phone="4")])
    until_quiet(opened)
    opened.deliver(party(version="1", phone="1"))
    until_quiet(opened)
    assert dict(told(opened).details)["phone"] == "4"


def test_a_creation_that_waits_is_created_in_the_newest_words() -> None:
    opened = office()
    opened.deliver(party(phone="1"))
    opened.deliver(party(version="2", display_name="Ada King", phone="2"))
    until_quiet(opened)
    assert dict(told(opened, "Ada King").details)["phone"] == "2"
    assert len(opened.books.parties) == 2


@pytest.mark.parametrize("fault", ["lose_reply", "drop", "throttle"])
@pytest.mark.parametrize("on_change", [False, True])
def test_an_unclear_answer_leaves_one_party_that_was_told_once(fault: Any, on_change: bool) -> None:
    opened = office()
    if not on_change:
        opened.books.faults.append(fault)
    opened.deliver(party(phone="1"))
    opened.drain()
    opened.settle(3)
    if on_change:
        opened.books.faults.append(fault)
    opened.deliver(party(version="2", phone="2"))
    opened.drain()
    opened.settle(3)
    assert dict(told(opened).details)["phone"] == "2"
    assert told(opened).sync_token == "1"
    assert [made(opened).status, change(opened, "2").status] == ["posted", "posted"]


def test_a_change_waits_for_a_creation_whose_answer_was_lost() -> None:
    opened = office()
    opened.books.faults.append("lose_reply")
    opened.deliver(party(phone="1"))
    opened.drain()
    opened.deliver(party(version="2", phone="2"))
    opened.drain()
    assert change(opened, "2").reason == "waits_for_prior"
    opened.settle(3)
    assert dict(told(opened).details)["phone"] == "2"


def test_a_stale_token_is_read_again_and_the_change_sent_once_more() -> None:
    opened = office()
    opened.deliver(party())
    until_quiet(opened)
    _refuse_next(opened, times=1)
    opened.deliver(party(version="2", phone="2"))
    until_quiet(opened)
    assert change(opened, "2").status == "posted"
    assert dict(told(opened).details)["phone"] == "2"


def test_a_token_that_is_stale_twice_is_left_to_a_person() -> None:
    opened = office()
    opened.deliver(party())
    until_quiet(opened)
    _refuse_next(opened, times=2)
    opened.deliver(party(version="2", phone="2"))
    until_quiet(opened)
    assert (change(opened, "2").status, change(opened, "2").reason) == ("held", "qbo_refused")


def _refuse_next(opened: Office, times: int) -> None:
    """Somebody changes the party between its read and the update, so many times."""
    whole, left = opened.books._change_party, [times]

    def stale(body: dict[str, Any]) -> Outcome:
        if left[0]:
            left[0] -= 1
            return Outcome("refused", reason="qbo_refused", text="5010 stale", codes=("5010",))
        return whole(body)

    opened.books._change_party = stale  # type: ignore[method-assign]


def test_a_rename_is_told_to_the_party_that_daybook_created() -> None:
    opened = office()
    opened.deliver(party())
    until_quiet(opened)
    opened.deliver(party(version="2", display_name="Ada King"))
    until_quiet(opened)
    assert told(opened, "Ada King").qbo_id == made(opened).qbo_id


def test_a_rename_of_a_party_known_by_its_name_alone_makes_a_new_one() -> None:
    opened = office()
    opened.deliver(party("77", display_name="Grace", phone="1"))
    until_quiet(opened)
    assert dict(told(opened, "Grace").details) == {"phone": "1"}
    opened.deliver(party("77", "2", display_name="Grace Hopper"))
    until_quiet(opened)
    assert told(opened, "Grace").qbo_id == "12"
    assert told(opened, "Grace Hopper").qbo_id == made(opened, "77").qbo_id


def test_a_rename_of_a_linked_party_is_told_to_it() -> None:
    opened = office()
    connection = opened.connections.get(SHOP)
    assert connection
    link(connection, "customer", "90", "12", opened.releaser())
    opened.deliver(party(phone="1"))
    until_quiet(opened)
    # What a person linked under another name keeps it, until the point of sale changes its own.
    assert dict(told(opened, "Grace").details) == {"phone": "1"}
    opened.deliver(party(version="2", display_name="Ada King"))
    until_quiet(opened)
    assert told(opened, "Ada King").qbo_id == "12"
    assert len(opened.books.parties) == 1


def test_a_name_that_people_gave_in_quickbooks_stays_where_the_shop_changed_none() -> None:
    opened = office()
    opened.deliver(party())
    until_quiet(opened)
    number = made(opened).qbo_id
    opened.books.add_party(FoundParty(number, "Customer", "Ada (VIP)", sync_token="7"))
    opened.deliver(party(version="2", phone="2"))
    until_quiet(opened)
    assert (told(opened, "Ada (VIP)").sync_token, len(opened.books.parties)) == ("8", 2)


def of_a_vendor() -> Office:
    """Vendor 30 has the name Ada, as the import knows."""
    opened = office()
    opened.books.add_party(FoundParty("30", "Vendor", "Ada"))
    listed = {"12": Listed("12", "Grace")}
    opened.mappings.put_directory(Directory(REALM, 2, listed, {"30": Listed("30", "Ada")}))
    opened.mappings.put_chart(chart(2))
    return opened


def imported(opened: Office) -> None:
    """What an import releases is sent."""
    connection = opened.connections.get(SHOP)
    assert connection
    release(connection, "chart", opened.releaser())
    until_quiet(opened)


def test_a_name_that_the_import_knows_is_held_before_anything_is_sent() -> None:
    opened = of_a_vendor()
    opened.deliver(party(phone="1"))
    until_quiet(opened)
    row = made(opened)
    assert (row.status, row.reason) == ("held", "display_name_taken")
    assert row.taken_by == (("Vendor", "30"),)
    assert "Vendor 30 has the name 'Ada'" in row.reason_text
    assert opened.books.requests == []


def test_an_employee_has_a_name_too() -> None:
    opened = office()
    people = {"5": Listed("5", "ada")}
    opened.mappings.put_directory(Directory(REALM, 2, employees=people))
    opened.deliver(party())
    assert made(opened).taken_by == (("Employee", "5"),)


def test_a_name_that_quickbooks_alone_knows_is_held_with_its_kind_and_id() -> None:
    opened = office()
    opened.books.add_party(FoundParty("30", "Vendor", "Ada"))
    opened.deliver(party())
    opened.drain()
    opened.settle(2)
    assert (made(opened).reason, made(opened).taken_by) == (
        "display_name_taken",
        (("Vendor", "30"),),
    )


def test_a_vendor_that_came_to_be_meanwhile_is_taken_for_the_one_to_create() -> None:
    opened = office()
    opened.books.add_party(FoundParty("30", "Vendor", "Ada"))
    opened.deliver(party(role="supplier"))
    opened.drain()
    opened.settle(2)
    assert (made(opened, kind="vendor").status, made(opened, kind="vendor").qbo_id) == (
        "posted",
        "30",
    )


def test_linking_tells_the_linked_one_what_could_not_be_created() -> None:
    opened = of_a_vendor()
    opened.deliver(party(phone="1"))
    opened.deliver(invoice(customer="90") | {"customer": {"id": "90", "display_name": "Ada"}})
    until_quiet(opened)
    connection = opened.connections.get(SHOP)
    assert connection
    link(connection, "customer", "90", "12", opened.releaser())
    until_quiet(opened)
    assert made(opened).status == "superseded"
    assert dict(told(opened, "Grace").details) == {"phone": "1"}
    assert forms(opened) == [("Invoice", "20.00")]


def test_a_newer_version_with_a_free_name_is_created() -> None:
    opened = of_a_vendor()
    opened.deliver(party())
    opened.deliver(party(version="2", display_name="Ada King"))
    until_quiet(opened)
    assert told(opened, "Ada King").qbo_id == made(opened).qbo_id


def test_a_new_name_that_is_anothers_is_held_and_released_by_the_import_that_frees_it() -> None:
    opened = of_a_vendor()
    opened.deliver(party(display_name="Bea"))
    until_quiet(opened)
    opened.deliver(party(version="2", display_name="Ada", phone="2"))
    until_quiet(opened)
    row = change(opened, "2")
    assert (row.reason, row.taken_by) == ("display_name_taken", (("Vendor", "30"),))
    opened.books.add_party(FoundParty("30", "Vendor", "Ada Supplies"))
    listed = {"12": Listed("12", "Grace"), row.change().qbo_id: Listed(row.change().qbo_id, "Bea")}
    vendors = {"30": Listed("30", "Ada Supplies")}
    opened.mappings.put_directory(Directory(REALM, 3, listed, vendors))
    opened.mappings.put_chart(chart(3))
    imported(opened)
    assert told(opened).qbo_id == made(opened).qbo_id
    assert dict(told(opened).details) == {"phone": "2"}


def test_a_creation_gives_way_to_an_imported_customer_which_is_told_the_rest() -> None:
    opened = of_a_vendor()
    opened.deliver(party(phone="1"))
    until_quiet(opened)
    opened.books.parties.pop("30")
    opened.books.add_party(FoundParty("31", "Customer", "Ada"))
    opened.mappings.put_directory(Directory(REALM, 3, {"31": Listed("31", "Ada")}))
    opened.mappings.put_chart(chart(3))
    imported(opened)
    assert made(opened).status == "superseded"
    assert (told(opened).qbo_id, dict(told(opened).details)) == ("31", {"phone": "1"})


def test_a_change_of_a_party_that_is_gone_is_held_until_a_person_links_another() -> None:
    opened = office()
    opened.deliver(party())
    until_quiet(opened)
    del opened.books.parties[made(opened).qbo_id]
    opened.deliver(party(version="2", phone="2"))
    until_quiet(opened)
    row = change(opened, "2")
    assert (row.status, row.reason) == ("held", "customer_needed")
    connection = opened.connections.get(SHOP)
    assert connection
    link(connection, "customer", "90", "12", opened.releaser())
    until_quiet(opened)
    assert dict(told(opened, "Grace").details) == {"phone": "2"}


def test_an_inactive_party_is_not_created_and_one_that_is_there_stays_active() -> None:
    opened = office()
    opened.deliver(party(active=False))
    opened.deliver(party("77", display_name="Grace", active=False, phone="1"))
    until_quiet(opened)
    assert [one.display_name for one in opened.books.parties.values()] == ["Grace"]
    assert told(opened, "Grace").active


@pytest.mark.parametrize("mode", ["per_event", "day_summary"])
def test_in_other_modes_a_party_is_no_matter_for_quickbooks(mode: str) -> None:
    opened = office(modes_by_location={"1": [{"from": "2026-01-01", "mode": mode}]})
    opened.deliver([party(), party("9", role="supplier")])
    until_quiet(opened)
    assert len(opened.books.parties) == 1
    assert {row.status for row in opened.ledger.rows.values()} == {"void"}


def test_a_party_whose_kind_is_not_exported_is_ignored() -> None:
    opened = office(exports=["sale", "party.supplier"])
    opened.deliver([party("90"), party("9", role="supplier", display_name="Hats & Co")])
    until_quiet(opened)
    assert opened.row("90").status == "ignored"
    assert [one.kind for one in opened.books.parties.values()] == ["Customer", "Vendor"]


def test_a_creation_needed_by_a_document_is_told_what_the_party_event_adds() -> None:
    opened = office()
    opened.deliver(invoice(customer="90") | {"customer": {"id": "90", "display_name": "Ada"}})
    opened.deliver(party(phone="1"))
    until_quiet(opened)
    assert dict(told(opened).details) == {"phone": "1"}
    assert forms(opened) == [("Invoice", "20.00")]
