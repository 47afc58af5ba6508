"""Replay of single events: each by the one way that is safe for its state."""

import pytest

from daybook.domain.errors import ReasonCode
from daybook.domain.outcome import Outcome
from daybook.workflows.operator import EventName, NotPossible, name_of
from daybook.workflows.replay import replay_event
from daybook.workflows.undo import undo_event
from tests.unit.workflows.office import SHOP, Office, amounts, balance, chart, mapping, sale
from tests.unit.workflows.person import WHO, given_up, held, name, posted, refused, replayed, voided


@pytest.mark.parametrize("reason", ["qbo_refused", "period_closed"])
def test_a_refused_event_goes_again_as_a_new_generation(reason: ReasonCode) -> None:
    office = refused(reason)
    first = office.row()
    assert (first.status, first.reason) == ("held", reason)
    done = replayed(office)
    row = office.row()
    assert (done.word, row.status, row.generation) == ("moved on", "posted", 2)
    assert row.request_id != first.request_id
    assert balance(office) == 10825


def test_a_refused_event_takes_the_mapping_in_force() -> None:
    office = refused()
    other = mapping({"role": "payment_type", "key": "Visa", "account": "3"})
    office.mappings.activate(SHOP, office.mappings.put(SHOP, other, "test", ""))
    replayed(office)
    assert {line.account for line in office.row().journal().lines} == {"3", "50"}
    assert office.row().mapping_version == 2


def test_what_is_still_refused_is_held_again() -> None:
    office = refused()
    number = office.row().journal().doc_number
    office.books.refusals[number] = Outcome("refused", reason="qbo_refused", text="Still no.")
    replayed(office)
    assert (office.row().status, office.row().reason_text) == ("held", "Still no.")


def test_a_taken_number_is_tried_again_once_it_is_free() -> None:
    office = Office.opened()
    office.deliver(sale())
    number = office.row().journal().doc_number
    office.books.refusals[number] = Outcome("refused", reason="docnum_taken", text="6140")
    office.drain()
    office.settle(2)
    assert office.row().reason == "docnum_taken"
    office.books.refusals.clear()
    replayed(office)
    assert (office.row().status, len(amounts(office))) == ("posted", 1)


@pytest.mark.parametrize("in_books", [True, False])
def test_an_unknown_outcome_is_asked_for_before_anything_is_sent(in_books: bool) -> None:
    office = given_up(in_books=in_books)
    before = office.row()
    replayed(office)
    office.settle(3)
    row = office.row()
    assert (row.status, len(amounts(office))) == ("posted", 1)
    assert (row.request_id, row.generation) == (before.request_id, 1)


def test_an_unknown_outcome_never_becomes_ready() -> None:
    office = given_up(in_books=True)
    connection = office.connections.get(SHOP)
    assert connection is not None
    done = replay_event(connection, name(), WHO, office.operator())
    assert done.row.status == "uncertain"
    assert office.doorbell.rung[-1][1] == (done.row.id,)


def test_an_unknown_outcome_has_a_day_again_to_become_known() -> None:
    office = given_up(in_books=False)
    office.books.faults.append("drop")
    replayed(office)
    assert office.row().status == "uncertain"
    office.settle(4)
    assert office.row().status == "posted"


def test_a_double_is_not_sent_again() -> None:
    office = given_up(in_books=True)
    held(office, "double_in_qbo")
    with pytest.raises(NotPossible, match="holds entries of this posting already"):
        replayed(office)


def test_a_posted_event_is_left_and_shown_with_its_id() -> None:
    office = posted()
    done = replayed(office)
    assert (done.word, done.row.qbo_id) == ("posted before", "1")
    assert len(amounts(office)) == 1
    assert office.actions.kept == []


def test_what_is_on_its_way_is_rung_for_and_nothing_else() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.doorbell.rung.clear()
    before = office.row()
    connection = office.connections.get(SHOP)
    assert connection is not None
    done = replay_event(connection, name(), WHO, office.operator())
    assert (done.word, office.row()) == ("on its way", before)
    assert office.doorbell.rung == [(before.realm, (before.id,))]


def test_a_replay_of_a_held_event_is_kept_with_who_and_why() -> None:
    office = refused()
    replayed(office)
    (action,) = office.actions.kept
    assert (action.action, action.actor, action.reason) == ("replay", "ann", "mended")
    assert action.target == office.row().id


def test_an_unmapped_event_stays_held_until_it_is_mapped() -> None:
    office = Office.opened()
    office.deliver(sale(key="Shoes"))
    assert replayed(office).row.reason == "unmapped_account"
    shoes = mapping({"role": "sales", "key": "Shoes", "account": "51"})
    office.mappings.activate(SHOP, office.mappings.put(SHOP, shoes, "test", ""))
    replayed(office)
    assert balance(office) == 10825


def test_a_refused_reversal_goes_again_as_it_was() -> None:
    office = posted()
    reversal = undo_event(SHOP, name(), WHO, office.operator())
    number = reversal.journal().doc_number
    office.books.refusals[number] = Outcome("refused", reason="period_closed", text="6200")
    office.drain()
    office.books.refusals.clear()
    assert replayed(office).row.key.purpose == "reverse"
    row = office.row(purpose="reverse")
    assert (row.status, row.generation, row.entry) == ("posted", 2, reversal.entry)
    assert balance(office) == 0


def test_a_newer_version_that_waits_by_setting_replaces_once_a_person_lets_it() -> None:
    office = Office.opened()
    holding = mapping(newer_version="hold")
    office.mappings.activate(SHOP, office.mappings.put(SHOP, holding, "test", ""))
    office.deliver(sale())
    office.drain()
    office.deliver(sale(version="2", amount="50.00"))
    office.drain()
    assert office.row(version="2").reason == "conflict"
    replayed(office, version="2")
    office.settle(3)
    assert balance(office) == 5000


def test_a_delivery_that_could_not_be_read_is_translated_again() -> None:
    office = Office.opened()
    office.deliver(b'{"object_type": 1}', "msg-9")
    (whole,) = office.ledger.rows.values()
    connection = office.connections.get(SHOP)
    assert connection is not None
    named = EventName.read(name_of(whole))
    done = replay_event(connection, named, WHO, office.operator())
    assert done.word == "asked again"
    assert office.retried == [(SHOP, "msg-9")]


def test_a_delivery_that_the_ledger_does_not_have_is_among_the_dead_letters() -> None:
    office = Office.opened()
    office.deliver(b"{}", "msg-9")
    (whole,) = office.ledger.rows.values()
    office.ledger.deliveries.clear()
    connection = office.connections.get(SHOP)
    assert connection is not None
    with pytest.raises(NotPossible, match="daybook dlq replay"):
        replay_event(connection, EventName.read(name_of(whole)), WHO, office.operator())


def test_an_inactive_account_made_active_lets_the_event_go() -> None:
    office = Office.opened()
    office.mappings.put_chart(chart(2, _50=True))
    office.deliver(sale())
    assert office.row().reason == "inactive_account"
    assert replayed(office).row.status == "held"
    office.mappings.put_chart(chart(3))
    replayed(office)
    assert office.row().status == "posted"


def test_of_two_versions_without_an_order_one_goes_once_the_other_is_void() -> None:
    office = Office.opened()
    office.deliver(sale(version="1"))
    office.deliver(sale(version="two", amount="50.00"))
    office.drain()
    assert {row.reason for row in office.ledger.rows.values()} == {"conflict"}
    voided(office, version="1")
    replayed(office, version="two")
    assert balance(office) == 5000
