"""The tick heals what a lost message, a crash or a closed door left behind."""

from dataclasses import replace

from daybook.domain.connection import Realm
from daybook.domain.errors import Problem
from tests.unit.workflows.office import REALM, SHOP, Office, mapping, sale, void_of

SHOES = {"role": "sales", "key": "Shoes", "account": "51"}


def test_a_company_with_something_due_is_rung_once() -> None:
    office = Office.opened()
    office.deliver([sale("1"), sale("2")])
    office.doorbell.rung.clear()
    assert office.sweep().rung == 1
    assert office.doorbell.rung == [(REALM, ())]


def test_a_company_with_nothing_due_is_not_rung() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.drain()
    office.doorbell.rung.clear()
    assert office.sweep().rung == 0
    assert office.doorbell.rung == []


def test_a_parked_company_is_rung_when_its_time_is_over() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.connections.park(REALM, "2026-11-20T12:05:00.000Z", "test")
    assert office.sweep().rung == 0
    office.clock.sleep(300)
    assert office.sweep().rung == 1


def test_a_company_that_must_be_connected_again_is_not_rung() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.connections.set_state(REALM, "reconnect_needed", "")
    assert office.sweep().rung == 0


def test_one_company_in_trouble_does_not_keep_another_waiting() -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    office.connections.put_realm(Realm("2"))
    row = replace(office.row("1"), key=replace(office.row("1").key, object_id="2"), realm="2")
    office.ledger.put(row)
    office.connections.park(REALM, "2027-01-01T00:00:00.000Z", "test")
    office.doorbell.rung.clear()
    office.sweep()
    assert office.doorbell.rung == [("2", ())]


def activate_unseen(office: Office) -> None:
    """A mapping comes into force while the row is being held: nobody released it."""
    office.mappings.activate(SHOP, office.mappings.put(SHOP, mapping(SHOES), "me", ""))


def test_a_held_row_whose_cause_was_fixed_unseen_is_released() -> None:
    office = Office.opened()
    office.deliver(sale(key="Shoes"))
    activate_unseen(office)
    assert office.sweep().released == 1
    office.drain()
    assert office.row().status == "posted"


def test_a_row_held_before_anything_was_there_is_released_too() -> None:
    before = Office()
    before.deliver(sale())
    office = Office.opened(ledger=before.ledger)
    assert office.row().counter == 0
    assert office.sweep().released == 1
    assert office.row().status == "ready"


def test_what_is_still_held_is_judged_once_for_each_new_version() -> None:
    office = Office.opened()
    office.deliver(sale(key="Boots"))
    activate_unseen(office)
    office.sweep()
    once = office.row()
    assert once.status == "held"
    office.sweep()
    assert office.row() == once


def test_a_row_that_waits_for_another_and_was_not_woken_goes_on() -> None:
    office = Office.opened()
    office.deliver(sale(amount="10.00"))
    office.drain()
    office.deliver(sale(version="2", amount="12.00"))
    row = office.row(version="2")
    problem = Problem("waits_for_prior", "as if nobody had woken it")
    office.ledger.rows[row.key, ""] = row.held(problem, office.clock())
    assert office.sweep().released == 1
    office.drain()
    assert office.row(version="2").status == "posted"


def test_a_row_that_waits_for_good_reason_is_left_alone() -> None:
    office = Office.opened()
    office.books.faults.append("drop")
    office.deliver(sale(amount="10.00"))
    office.drain()
    office.deliver(sale(version="2", amount="12.00"))
    office.drain()
    office.deliver(void_of("unknown"))
    office.drain()
    before = dict(office.ledger.rows)
    office.sweep()
    assert office.ledger.rows == before


def test_a_delivery_held_for_want_of_a_setting_is_asked_for_again() -> None:
    office = Office.opened()
    office.deliver(b"no json", "msg-1")
    (row,) = office.ledger.rows.values()
    waiting = row.held(Problem("setting_needed", "no account"), office.clock())
    office.ledger.rows[row.key, ""] = waiting
    assert office.sweep().retried == 1
    assert office.retried == [(SHOP, "msg-1")]


def test_what_is_unreadable_is_not_asked_for_again() -> None:
    office = Office.opened()
    office.deliver(b"no json")
    assert office.sweep().retried == 0
