"""Void in bulk: what is meant, each once and with an action of its own, however it is cut."""

import pytest

from daybook.domain.errors import Problem, ReasonCode
from daybook.domain.job import Job
from daybook.workflows.operator import EventName, NotPossible, Who
from daybook.workflows.replay_many import Filter
from daybook.workflows.undo import undo_event
from daybook.workflows.void import VOIDABLE, void_row
from daybook.workflows.void_many import to_void, void_slice
from tests.unit.workflows.deaths import Fragile, Fuse, Killed
from tests.unit.workflows.office import SHOP, Office, sale

WHO = Who("ann", "test tickets")
ALL = Filter((SHOP,), VOIDABLE)
MAX_CALLS = 60


def shoes(count: int = 3) -> Office:
    """Sales of what is not mapped, and one that is posted."""
    office = Office.opened()
    office.deliver([sale("hats"), *(sale(str(number), key="Shoes") for number in range(count))])
    office.drain()
    return office


def job_for(wanted: Filter) -> Job:
    return Job("j", "void", wanted.scope(), "", "", WHO.actor, WHO.reason)


def run(office: Office, wanted: Filter, at_least: int = 1) -> Job:
    """A bulk void, step by step."""
    job = job_for(wanted)
    for _ in range(30):
        step = void_slice(job, lambda: 0, office.operator(), at_least)
        job = job.moved(
            office.clock(), cursor=step.cursor, done=step.done, total=step.total,
            counts=step.counts,
        )  # fmt: skip
        if step.finished:
            return job
    raise AssertionError("the job does not end")


def voided(office: Office) -> list[str]:
    return [row.key.object_id for row in office.ledger.rows.values() if row.status == "void"]


@pytest.mark.parametrize("at_least", [1, 2, 50])
def test_each_is_voided_once_however_the_job_is_cut(at_least: int) -> None:
    office = shoes()
    assert run(office, ALL, at_least).counts == {"void": 3}
    assert voided(office) == ["0", "1", "2"]
    assert office.row("hats").status == "posted"
    kept = [(one.action, one.actor, one.reason) for one in office.actions.kept]
    assert kept == [("void", "ann", "test tickets")] * 3


def test_a_step_that_is_repeated_voids_nothing_twice() -> None:
    office = shoes()
    first = void_slice(job_for(ALL), lambda: 0, office.operator(), 2)
    again = void_slice(job_for(ALL), lambda: 0, office.operator(), 50)
    assert (first.counts, again.counts) == ({"void": 2}, {"void": 1})
    assert len(office.actions.kept) == 3


def test_a_death_at_any_call_leaves_what_the_next_try_ends() -> None:
    for at in range(1, MAX_CALLS):
        office, fuse = shoes(), Fuse(at, "after")
        ledger = office.ledger
        office.ledger = Fragile(ledger, fuse)  # type: ignore[assignment]
        try:
            run(office, ALL)
        except Killed:
            run(office, ALL)
        office.ledger = ledger
        assert voided(office) == ["0", "1", "2"], at
        if not fuse.blown:
            return
    raise AssertionError("it makes more calls than are tried")


def test_only_what_is_ticked_or_held_for_a_reason_is_meant() -> None:
    office = shoes()
    ticked = office.row("1")
    assert list(to_void(Filter((SHOP,), VOIDABLE, only=(ticked.id,)), office.ledger)) == [ticked]
    assert list(to_void(Filter((SHOP,), ("unreadable",)), office.ledger)) == []
    assert run(office, Filter((SHOP,), VOIDABLE, only=(ticked.id,))).counts == {"void": 1}


@pytest.mark.parametrize("reason", ["outcome_unknown", "double_in_qbo"])
def test_what_quickbooks_may_have_is_left_even_where_it_is_ticked(reason: ReasonCode) -> None:
    office = shoes(1)
    row = office.row("0")
    office.ledger.change(row, row.held(Problem(reason, "for a test"), office.clock()))
    assert run(office, ALL).counts == {}
    assert run(office, Filter((SHOP,), (reason,), only=(row.id,))).counts == {"left": 1}
    assert office.row("0").status == "held"


def test_the_reversal_of_what_is_posted_is_never_voided() -> None:
    office = shoes(0)
    undo_event(SHOP, EventName("ticket", "hats", "1"), WHO, office.operator())
    reversal = office.row("hats", purpose="reverse")
    office.ledger.change(reversal, reversal.moved("held", office.clock(), reason="qbo_refused"))
    assert run(office, ALL).counts == {"left": 1}


def test_of_two_contents_the_second_is_voided_and_the_first_stands() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.deliver(sale(amount="50.00"))
    assert run(office, ALL).counts == {"void": 1}
    assert {row.beside == "": row.status for row in office.ledger.rows.values()} == {
        True: "ready", False: "void",
    }  # fmt: skip


def test_a_row_that_moved_since_it_was_listed_is_not_voided() -> None:
    office = shoes(1)
    listed = office.row("0")
    office.ledger.change(listed, listed.held(Problem("currency", "other"), office.clock()))
    with pytest.raises(NotPossible, match="changed meanwhile"):
        void_row(listed, WHO, office.operator())
