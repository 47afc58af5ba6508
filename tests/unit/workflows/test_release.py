"""A fixed cause releases what it held: exactly that, in order, under the mapping of now."""

from typing import Any

import pytest

from daybook.domain.connection import Connection, Realm
from daybook.domain.outcome import Outcome
from daybook.workflows.map_accounts import Activated, activate
from daybook.workflows.release import release
from tests.unit.workflows.office import REALM, SHOP, Office, chart, mapping, sale

CONNECTION = Connection(SHOP, "canonical", REALM)
SHOES = {"role": "sales", "key": "Shoes", "account": "51"}


def put_in_force(office: Office, *more: dict[str, Any], **settings: Any) -> Activated:
    return activate(CONNECTION, mapping(*more, **settings), "me", office.releaser())


def test_activating_a_mapping_releases_exactly_what_it_covers() -> None:
    office = Office.opened()
    office.deliver([sale("1", key="Shoes"), sale("2", key="Boots"), sale("3", currency="EUR")])
    done = put_in_force(office, SHOES)
    assert (done.version, done.released.released, done.released.still_held) == (2, 1, 2)
    assert [office.row(one).status for one in "123"] == ["ready", "held", "held"]
    assert office.row("1").mapping_version == 2
    assert [(one.role, one.key) for one in office.row("2").missing] == [("sales", "Boots")]
    office.drain()
    assert office.row("1").status == "posted"


def test_what_is_released_rings_once_and_goes_in_the_order_in_which_it_happened() -> None:
    office = Office.opened()
    office.deliver(sale("c", key="Shoes", occurred_at="2026-11-20T19:00:00Z"))
    office.deliver(sale("b", key="Shoes", occurred_at="2026-11-20T18:00:00Z"))
    office.deliver(sale("a", key="Shoes", business_date="2026-11-19"))
    put_in_force(office, SHOES)
    (rung,) = office.doorbell.rung
    assert [one.split("/")[1] for one in rung[1]] == ["a", "b", "c"]
    office.drain()
    numbers = [entry.body["DocNumber"][:3] for entry in office.books.entries]
    assert numbers == ["T-A", "T-B", "T-C"]


def test_releasing_a_hundred_rows_hints_at_thirty_of_them() -> None:
    office = Office.opened()
    office.deliver([sale(str(number), key="Shoes") for number in range(100)])
    put_in_force(office, SHOES)
    assert [len(hint) for _, hint in office.doorbell.rung] == [30]
    assert office.drain().counts == {"posted": 100}


def test_progress_is_told_after_each_row() -> None:
    office = Office.opened()
    office.deliver([sale(str(number), key="Shoes") for number in range(3)])
    told: list[tuple[int, int]] = []
    release(
        CONNECTION, "mapping", office.releaser(), lambda done, total: told.append((done, total))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_what_waits_for_the_company_the_chart_and_the_mapping_goes_when_all_are_there() -> None:
    office = Office()
    office.connections.put(Connection(SHOP, "canonical"))
    office.deliver(sale())
    assert "company" in office.row().reason_text
    office.connections.put(CONNECTION)
    office.connections.put_realm(Realm(REALM))
    release(CONNECTION, "connection", office.releaser())
    assert "chart" in office.row().reason_text
    office.mappings.put_chart(chart())
    release(CONNECTION, "chart", office.releaser())
    assert "mapping" in office.row().reason_text
    put_in_force(office)
    office.drain()
    assert office.row().status == "posted"


def refused(reason: Any, text: str = "Intuit says no") -> Office:
    office = Office.opened()
    office.deliver(sale())
    office.books.refusals[office.row().journal().doc_number] = Outcome(
        "refused", reason=reason, text=text
    )
    office.drain()
    return office


@pytest.mark.parametrize("reason", ["qbo_refused", "period_closed", "docnum_taken"])
def test_what_quickbooks_refused_is_not_released_by_an_unrelated_mapping(reason: str) -> None:
    office = refused(reason)
    office.settle(1)
    put_in_force(office, SHOES)
    office.settle(1)
    assert (office.row().status, office.row().reason) == ("held", reason)
    assert len(office.books.requests) == 1


def test_the_same_entry_is_not_sent_again_because_some_mapping_changed() -> None:
    office = refused("inactive_account")
    assert put_in_force(office, SHOES).released.released == 0
    assert office.row().status == "held"


def test_a_refused_entry_that_was_held_for_another_reason_since_goes_again_unchanged() -> None:
    office = refused("inactive_account")
    office.books.refusals.clear()
    activate(CONNECTION, mapping(without=["sales"]), "me", office.releaser(), force=True)
    assert office.row().reason == "unmapped_account"
    put_in_force(office)
    row = office.row()
    assert (row.status, row.generation) == ("ready", 2)
    office.drain()
    assert office.row().status == "posted"


def test_after_a_refused_send_a_new_entry_is_a_new_generation_under_a_new_request() -> None:
    office = refused("inactive_account")
    office.books.refusals.clear()
    other = {"role": "sales", "key": "Hats", "location": "1", "account": "51"}
    assert put_in_force(office, other).released.released == 1
    row = office.row()
    assert (row.generation, row.request_id, row.b_id, row.sent_at) == (2, "", "", "")
    office.drain()
    assert office.row().status == "posted"
    assert office.books.requests[0][0] != office.books.requests[1][0]
    assert ":2:" in office.books.entries[0].body["PrivateNote"]


def test_an_account_made_active_again_releases_when_the_chart_is_refreshed() -> None:
    office = refused("inactive_account")
    office.books.refusals.clear()
    office.mappings.put_chart(chart(2))
    assert release(CONNECTION, "chart", office.releaser()).released == 1
    office.drain()
    assert office.row().status == "posted"


def test_the_other_connections_of_a_company_are_left_alone() -> None:
    office = Office.opened()
    office.deliver(sale(key="Shoes"))
    other = Connection("other", "canonical", REALM)
    done = activate(other, mapping(SHOES), "me", office.releaser())
    assert done.released.looked_at == 0
    assert office.row().status == "held"


def test_a_released_event_that_is_kept_out_by_now_is_not_posted() -> None:
    office = Office.opened()
    office.deliver(sale(key="Shoes"))
    put_in_force(office, start_date="2026-12-01")
    assert office.row().status == "not_started"


def test_a_delivery_that_could_not_be_read_is_not_released() -> None:
    office = Office.opened()
    office.deliver(b"no json")
    put_in_force(office, SHOES)
    (row,) = office.ledger.rows.values()
    assert (row.status, row.reason) == ("held", "unreadable")


def test_a_subtotal_mapped_to_an_account_by_mistake_is_released_when_it_is_mapped_to_none() -> None:
    """Rows mapped to None leave before a batch must balance, so a mapping can mend its balance."""
    rows = [("cash", "10.00"), ("total", "10.00"), ("sales", "-10.00")]

    def accounts(total: str | None) -> list[dict[str, Any]]:
        numbers = {"cash": "3", "total": total, "sales": "50"}
        return [{"role": "source_account", "key": k, "account": numbers[k]} for k, _ in rows]

    office = Office.opened(*accounts("3"))
    entries = [{"key": key, "amount": amount} for key, amount in rows]
    body = {"kind": "gl_batch", "mode": "day", "label": "Z", "entries": entries}
    office.deliver({**sale(), "body": body})
    assert office.row().reason == "unbalanced"
    put_in_force(office, *accounts(None))
    assert office.row().status == "ready"
