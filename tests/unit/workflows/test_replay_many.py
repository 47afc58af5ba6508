"""Replay in bulk: what a filter names, once, however the job is cut into steps."""

import pytest

from daybook.domain.errors import Problem, ReasonCode
from daybook.domain.job import Job
from daybook.domain.outcome import Outcome
from daybook.domain.posting import instant_text
from daybook.workflows.operator import EventName
from daybook.workflows.replay_many import BY_HAND, Filter, found, replay_slice
from daybook.workflows.undo import undo_event
from tests.unit.workflows.office import SHOP, Office, amounts, balance, mapping, sale
from tests.unit.workflows.person import WHO


def refused(reason: ReasonCode = "qbo_refused", count: int = 3) -> Office:
    """Sales that QuickBooks refused and would take by now."""
    office = Office.opened()
    for number in range(count):
        office.deliver(sale(str(number), "10.00"))
        doc_number = office.row(str(number)).journal().doc_number
        office.books.refusals[doc_number] = Outcome("refused", reason=reason, text="No.")
    office.drain()
    if reason == "docnum_taken":
        office.settle(2)
    office.books.refusals.clear()
    assert {row.status for row in office.ledger.rows.values()} == {"held"}
    return office


def run(office: Office, wanted: Filter, at_least: int = 1) -> Job:
    """A bulk replay, step by step."""
    job = Job("j", "replay", wanted.scope(), "", "")
    for _ in range(30):
        step = replay_slice(job, lambda: 0, office.operator(), at_least)
        job = job.moved(
            office.clock(), cursor=step.cursor, done=step.done, total=step.total,
            counts=step.counts,
        )  # fmt: skip
        if step.finished:
            break
    else:
        pytest.fail("the job does not end")
    office.drain()
    return job


@pytest.mark.parametrize("reason", ["qbo_refused", "period_closed", "docnum_taken"])
def test_what_was_refused_goes_again(reason: ReasonCode) -> None:
    office = refused(reason)
    job = run(office, Filter((SHOP,)))
    assert job.counts == {"ready": 3}
    assert balance(office) == 3000
    assert len(amounts(office)) == 3


@pytest.mark.parametrize("at_least", [1, 2, 3, 50])
def test_the_size_of_a_step_changes_nothing(at_least: int) -> None:
    office = refused(count=5)
    job = run(office, Filter((SHOP,)), at_least)
    assert job.counts == {"ready": 5}
    assert balance(office) == 5000


def test_what_stays_held_is_tried_once() -> None:
    office = Office.opened()
    for number in range(4):
        office.deliver(sale(str(number), key="Shoes"))
    job = run(office, Filter((SHOP,), reasons=("unmapped_account",)))
    assert job.counts == {"held": 4}


def test_only_the_reasons_that_are_named_are_tried() -> None:
    office = refused()
    office.deliver(sale("shoes", key="Shoes"))
    row = office.row("2")
    office.ledger.change(row, row.held(Problem("period_closed", "no"), office.clock()))
    assert run(office, Filter((SHOP,), reasons=("period_closed",))).counts == {"ready": 1}


def test_what_is_held_since_later_is_left() -> None:
    office = refused()
    before = instant_text(office.clock())
    assert run(office, Filter((SHOP,), before=before)).counts == {}
    office.clock.sleep(60)
    later = instant_text(office.clock())
    assert run(office, Filter((SHOP,), before=later)).counts == {"ready": 3}


@pytest.mark.parametrize("reason", ["outcome_unknown", "double_in_qbo", "conflict"])
def test_what_needs_a_look_first_is_not_among_the_usual(reason: ReasonCode) -> None:
    assert reason not in BY_HAND


def test_an_unknown_outcome_is_asked_for_where_it_is_named() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.books.faults.append("lose_reply")
    office.drain()
    row = office.row()
    office.ledger.change(row, row.held(Problem("outcome_unknown", "?"), office.clock()))
    job = run(office, Filter((SHOP,), reasons=("outcome_unknown",)))
    assert job.counts == {"uncertain": 1}
    office.settle(2)
    assert (office.row().status, len(amounts(office))) == ("posted", 1)


def test_a_double_is_left_even_where_it_is_named() -> None:
    office = refused(count=1)
    row = office.row("0")
    office.ledger.change(row, row.held(Problem("double_in_qbo", "two"), office.clock()))
    assert run(office, Filter((SHOP,), reasons=("double_in_qbo",))).counts == {"left": 1}


def test_two_contents_of_one_key_are_never_chosen_from_in_bulk() -> None:
    office = Office.opened()
    office.deliver(sale(key="Shoes"))
    office.deliver(sale(amount="50.00"))
    assert run(office, Filter((SHOP,), reasons=("conflict",))).counts == {}


def test_versions_that_wait_by_setting_replace_in_bulk() -> None:
    office = Office.opened()
    holding = mapping(newer_version="hold")
    office.mappings.activate(SHOP, office.mappings.put(SHOP, holding, "test", ""))
    office.deliver(sale())
    office.drain()
    office.deliver(sale(version="2", amount="50.00"))
    office.drain()
    assert run(office, Filter((SHOP,), reasons=("conflict",))).counts == {"ready": 1}
    office.settle(2)
    assert balance(office) == 5000


def test_a_refused_reversal_is_among_them() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.drain()
    reversal = undo_event(SHOP, EventName("ticket", "1001", "1"), WHO, office.operator())
    number = reversal.journal().doc_number
    office.books.refusals[number] = Outcome("refused", reason="qbo_refused", text="No.")
    office.drain()
    office.books.refusals.clear()
    run(office, Filter((SHOP,)))
    assert balance(office) == 0


def test_deliveries_that_could_not_be_read_are_translated_again() -> None:
    office = Office.opened()
    office.deliver(b"{}", "msg-8")
    office.deliver(b"[1]", "msg-9")
    assert run(office, Filter((SHOP,))).counts == {"asked again": 2}
    assert sorted(office.retried) == [(SHOP, "msg-8"), (SHOP, "msg-9")]


def test_a_connection_that_is_gone_keeps_no_other_waiting() -> None:
    office = refused()
    assert run(office, Filter(("gone", SHOP))).counts == {"ready": 3}


def test_the_company_is_rung_in_each_step() -> None:
    office = refused()
    office.doorbell.rung.clear()
    run(office, Filter((SHOP,)), at_least=2)
    assert [len(hint) for _, hint in office.doorbell.rung[:2]] == [2, 1]


def test_what_a_filter_names_is_told_beforehand_in_order() -> None:
    office = refused()
    wanted = Filter((SHOP,))
    rows = list(found(wanted, office.ledger))
    assert [row.key.object_id for row in rows] == ["0", "1", "2"]
    assert Filter.of(wanted.scope()) == wanted
