"""Customers and vendors: by link, by name, or created as a posting of its own."""

from typing import Any, Literal

import pytest

from daybook.domain.directory import Directory, Listed, PartyKind
from daybook.domain.outcome import FoundParty, Outcome
from daybook.workflows.link import NotLinked, link
from daybook.workflows.map_accounts import activate
from daybook.workflows.party_postings import creation_key
from tests.unit.workflows.deaths import Fuse, Killed, fragile
from tests.unit.workflows.office import REALM, SHOP, Office, chart, mapping, sale

ON_ACCOUNT = {"role": "accounts_receivable", "key": "", "account": "8"}
STOCK = {"role": "inventory_on_hand", "key": "Hats", "account": "4"}
OWED = {"role": "accounts_payable", "key": "", "account": "9"}


def on_account(object_id: str = "1001", customer: str = "77", **changes: Any) -> dict[str, Any]:
    """A sale of hats on a customer's account."""
    named = {"id": customer, "display_name": changes.pop("display_name", f"Customer {customer}")}
    body = {
        "kind": "sale",
        "lines": [{"kind": "item", "key": "Hats", "gross": "20.00"}],
        "tenders": [{"kind": "on_account", "amount": "20.00"}],
    }
    return {**sale(object_id), "customer": named, "body": body, **changes}


def bill(object_id: str = "5001") -> dict[str, Any]:
    """A delivery of hats that a supplier is owed for."""
    lines = [{"kind": "item", "key": "Hats", "amount": "20.00"}]
    return {
        **sale(object_id),
        "supplier": {"id": "9", "display_name": "Hats & Co"},
        "body": {"kind": "purchase", "document": "bill", "lines": lines},
    }


def shop(*, create: bool = False, version: int = 1) -> Office:
    """Open, with A/R and A/P mapped; customer 12 and vendor 30 are in QuickBooks."""
    office = Office.opened(ON_ACCOUNT, STOCK, OWED)
    listed = {"12": Listed("12", "Ada Lovelace"), "13": Listed("13", "Gone Ltd", active=False)}
    vendors = {"30": Listed("30", "Hats & Co")}
    office.mappings.put_directory(Directory(REALM, version, listed, vendors))
    for row in (*listed.values(), *vendors.values()):
        kind: Literal["Customer", "Vendor"] = "Vendor" if row.id == "30" else "Customer"
        office.books.add_party(FoundParty(row.id, kind, row.name, active=row.active))
    if create:
        rules = mapping(ON_ACCOUNT, STOCK, OWED, create_customers=True)
        office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))
    return office


def linked(office: Office, kind: PartyKind, pos_id: str, qbo_id: str) -> int:
    connection = office.connections.get(SHOP)
    assert connection
    return link(connection, kind, pos_id, qbo_id, office.releaser()).released


def names_on_lines(office: Office) -> list[str]:
    """The party on each line that has one, of every entry in the books."""
    details = [
        line["JournalEntryLineDetail"]
        for entry in office.books.entries
        for line in entry.body["Line"]
    ]
    return [one["Entity"]["EntityRef"]["value"] for one in details if "Entity" in one]


def test_a_customer_is_found_by_its_name_letter_case_apart() -> None:
    office = shop()
    office.deliver(on_account(display_name="ada LOVELACE"))
    assert office.row().parties == (("customer:77", "12"),)
    office.drain()
    assert names_on_lines(office) == ["12"]


def test_a_link_goes_before_the_name() -> None:
    office = shop()
    office.mappings.link(SHOP, "customer", "77", "99")
    office.deliver(on_account(display_name="Ada Lovelace"))
    assert office.row().parties == (("customer:77", "99"),)


def test_an_inactive_customer_is_not_found_by_name() -> None:
    office = shop()
    office.deliver(on_account(display_name="Gone Ltd"))
    assert (office.row().status, office.row().reason) == ("held", "customer_needed")


def test_a_party_is_not_looked_up_where_no_line_needs_it() -> None:
    office = shop()
    office.mappings.linked = None  # type: ignore[method-assign, assignment]
    office.deliver({**sale(), "customer": {"id": "77", "display_name": "Ada Lovelace"}})
    assert (office.row().status, office.row().parties) == ("ready", ())


def test_linking_a_customer_releases_its_events_and_no_others() -> None:
    office = shop()
    office.deliver([on_account("1", "77"), on_account("2", "78"), on_account("3", "77")])
    assert linked(office, "customer", "77", "12") == 2
    assert [office.row(one).status for one in "123"] == ["ready", "held", "ready"]
    office.drain()
    assert names_on_lines(office) == ["12", "12"]


def test_linking_a_vendor_releases_what_is_owed_to_it() -> None:
    office = shop()
    office.deliver({**bill(), "supplier": {"id": "9", "display_name": "Another name"}})
    assert office.row("5001").reason == "vendor_needed"
    assert linked(office, "vendor", "9", "30") == 1
    office.drain()
    assert names_on_lines(office) == ["30"]


def test_a_vendor_is_found_by_name_too() -> None:
    office = shop()
    office.deliver(bill())
    assert office.row("5001").parties == (("vendor:9", "30"),)


@pytest.mark.parametrize(("qbo_id", "why"), [("99", "has no customer 99"), ("13", "is inactive")])
def test_only_an_active_party_of_the_company_can_be_linked(qbo_id: str, why: str) -> None:
    office = shop()
    with pytest.raises(NotLinked, match=why):
        linked(office, "customer", "77", qbo_id)
    assert office.mappings.linked(SHOP, "customer", "77") is None


def test_an_import_with_the_customer_in_it_releases_its_events() -> None:
    office = shop()
    office.deliver(on_account(display_name="Grace Hopper"))
    listed = {"40": Listed("40", "Grace Hopper")}
    office.mappings.put_directory(Directory(REALM, 2, listed))
    office.mappings.put_chart(chart(2))
    office.settle(1)
    assert names_on_lines(office) == ["40"]


def test_a_missing_customer_is_created_once_and_its_events_follow() -> None:
    office = shop(create=True)
    email = {"id": "77", "display_name": "Grace: Hopper", "email": "grace@example.com"}
    office.deliver([{**on_account("1"), "customer": email}, on_account("2", "77"), sale("3")])
    assert [office.row(one).status for one in "123"] == ["held", "held", "ready"]
    assert "is being created" in office.row("1").reason_text
    creation = office.row("77", purpose="create")
    assert (creation.status, creation.entity) == ("ready", "Customer")
    assert creation.id in office.doorbell.rung[0][1]
    first = office.drain()
    assert first.counts["posted"] == 2
    made = next(one for one in office.books.parties.values() if one.display_name == "Grace Hopper")
    assert office.row("77", purpose="create").qbo_id == made.qbo_id
    assert office.drain().counts == {"posted": 2}
    assert names_on_lines(office) == [made.qbo_id, made.qbo_id]
    assert office.row("1").parties == (("customer:77", made.qbo_id),)


def test_a_creation_is_no_event_of_the_point_of_sale() -> None:
    office = shop(create=True)
    office.deliver(on_account())
    office.settle(2)
    assert office.ledger.counts() == {"posted": 1}


def test_a_customer_without_a_name_is_not_created() -> None:
    office = shop(create=True)
    office.deliver(on_account(display_name=" : "))
    assert office.row().reason == "customer_needed"
    assert "has no name" in office.row().reason_text
    assert list(office.ledger.rows) == [(office.row().key, "")]


def test_a_customer_is_created_only_where_the_setting_allows_it() -> None:
    office = shop()
    office.deliver(on_account())
    assert [row.key.purpose for row in office.ledger.rows.values()] == ["post"]


def test_a_creation_whose_reply_was_lost_is_found_by_its_mark_and_not_repeated() -> None:
    office = shop(create=True)
    office.deliver(on_account())
    office.books.faults.append("lose_reply")
    office.drain()
    assert office.row("77", purpose="create").status == "uncertain"
    office.settle(3)
    assert [one.display_name for one in office.books.parties.values()].count("Customer 77") == 1
    assert office.row("1001").status == "posted"


def test_a_creation_that_never_arrived_goes_again() -> None:
    office = shop(create=True)
    office.deliver(on_account())
    office.books.faults.append("drop")
    office.drain()
    office.settle(3)
    assert office.row("1001").status == "posted"


def test_a_reply_that_the_name_is_taken_by_the_lost_creation_itself_is_adopted() -> None:
    """The request id was forgotten at Intuit's: the repeated create meets its own customer."""
    office = shop(create=True)
    office.deliver(on_account())
    office.books.faults.append("lose_reply")
    office.drain()
    (request, places) = office.books.requests[0]
    office.books._replies[request, places[0]] = Outcome(
        "refused", reason="display_name_taken", text="6240"
    )
    office.settle(3)
    assert office.row("1001").status == "posted"


def taken_by_a_vendor() -> Office:
    office = shop(create=True)
    office.deliver(on_account(display_name="Hats & co"))
    office.drain()
    office.settle(2)
    return office


def test_a_name_that_another_has_is_held_with_the_others_kind_and_id() -> None:
    office = taken_by_a_vendor()
    creation = office.row("77", purpose="create")
    assert (creation.status, creation.reason) == ("held", "display_name_taken")
    assert "Vendor 30 has the name 'Hats & Co'" in creation.reason_text
    office.deliver(on_account("2", display_name="Hats & Co"))
    assert "could not be created" in office.row("2").reason_text


def test_linking_ends_the_creation_whose_name_was_taken() -> None:
    office = taken_by_a_vendor()
    assert linked(office, "customer", "77", "12") == 1
    assert office.row("77", purpose="create").status == "superseded"
    office.settle(1)
    assert office.row("1001").status == "posted"


def test_a_name_that_is_free_again_is_taken_after_the_next_import() -> None:
    office = taken_by_a_vendor()
    office.books.parties["30"] = FoundParty("30", "Vendor", "Hats (supplier)")
    office.mappings.put_directory(Directory(REALM, 2, {}, {"30": Listed("30", "Hats (supplier)")}))
    office.mappings.put_chart(chart(2))
    office.settle(3)
    creation = office.row("77", purpose="create")
    assert (creation.status, creation.generation) == ("posted", 2)
    assert office.row("1001").status == "posted"


def test_a_creation_gives_way_to_a_customer_of_its_name_that_was_imported() -> None:
    office = taken_by_a_vendor()
    office.mappings.put_directory(Directory(REALM, 2, {"31": Listed("31", "Hats & Co")}))
    office.mappings.put_chart(chart(2))
    office.settle(2)
    assert office.row("77", purpose="create").status == "superseded"
    assert names_on_lines(office) == ["31"]


def test_the_house_account_is_for_events_that_name_nobody() -> None:
    office = shop()
    standing = {**ON_ACCOUNT, "key": "*", "customer": "12"}
    rules = mapping(standing)
    office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))
    office.deliver([on_account("1", customer="77"), {**on_account("2"), "customer": None}])
    assert [office.row(one).status for one in "12"] == ["held", "ready"]


def test_switching_creation_on_releases_what_waited_for_a_customer() -> None:
    office = shop()
    office.deliver(on_account())
    connection = office.connections.get(SHOP)
    assert connection
    rules = mapping(ON_ACCOUNT, create_customers=True)
    activate(connection, rules, "me", office.releaser())
    assert list(office.doorbell.rung[-1][1]) == [office.row("77", purpose="create").id]
    office.settle(2)
    assert office.row("1001").status == "posted"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_whenever_a_worker_dies_the_customer_is_made_once_and_the_event_follows(
    moment: Any,
) -> None:
    at = 0
    while True:
        at += 1
        fuse = Fuse(0, moment)
        office = fragile(fuse)
        rules = mapping(ON_ACCOUNT, create_customers=True)
        office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))
        fuse.at, fuse.calls = at, 0
        died = False
        try:
            office.deliver(on_account(), "m")
            office.drain()
            office.drain()
        except Killed:
            died = True
        fuse.at = 0
        office.deliver(on_account(), "m")
        office.settle(4)
        assert office.row("1001").status == "posted", at
        assert len(office.books.parties) == 1, at
        assert len(office.books.entries) == 1, at
        if not died:
            assert at > 20
            return


def test_the_key_of_a_creation_meets_no_event_of_the_same_object() -> None:
    office = shop(create=True)
    party = {"kind": "party", "role": "customer", "id": "77", "display_name": "Grace"}
    office.deliver([on_account(), {**sale("77"), "object_type": "customer", "body": party}])
    assert office.row("77", purpose="post").status == "void"
    office.settle(2)
    assert office.ledger.rows[creation_key(SHOP, "77"), ""].status == "posted"


def test_a_void_event_that_comes_again_creates_no_customer() -> None:
    office = shop(create=False)
    office.deliver(on_account(), "msg-1")
    office.deliver(on_account(object_version="2", effect="reverse"), "msg-2")
    office.drain()
    assert office.row(version="1").status == "void"
    rules = mapping(ON_ACCOUNT, STOCK, OWED, create_customers=True)
    office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))
    office.deliver(on_account(), "msg-1")
    assert office.ledger.get(creation_key(SHOP, "77")) is None
