"""Undo: what was posted is taken back once, whatever else happens to it meanwhile."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from daybook.domain.flags import Flag
from daybook.domain.job import Job
from daybook.workflows.operator import EventName, NotPossible, Who
from daybook.workflows.undo import Selection, count, undo_event, undo_slice
from tests.unit.workflows.office import (
    SHOP,
    Office,
    amounts,
    balance,
    chart,
    mapping,
    sale,
    void_of,
)
from tests.unit.workflows.person import replayed

WHO = Who("ann", "posted to the wrong account")
DAY = "2026-11-20"


def name(object_id: str = "1001", version: str = "1", effect: str = "") -> EventName:
    return EventName("ticket", object_id, version, effect)


def posted(*events: dict[str, Any]) -> Office:
    office = Office.opened()
    for event in events or (sale(),):
        office.deliver(event)
    office.drain()
    return office


def undone(office: Office, **which: str) -> None:
    undo_event(SHOP, name(**which), WHO, office.operator())
    office.drain()


def test_an_undone_event_is_taken_back_by_a_mirrored_entry() -> None:
    office = posted()
    undone(office)
    assert balance(office) == 0
    assert amounts(office) == [("debit", 10825), ("credit", 10825)]
    assert office.statuses() == {
        "1001/1/post/post": "reversed", "1001/1/post/reverse": "posted",
    }  # fmt: skip


def test_the_reversal_stands_on_the_entrys_own_date() -> None:
    office = posted()
    office.clock.sleep(40 * 86_400)
    undone(office)
    reversal = office.row(purpose="reverse").journal()
    assert reversal.txn_date.isoformat() == DAY


def test_the_company_is_rung_with_the_reversal() -> None:
    office = posted()
    office.doorbell.rung.clear()
    reversal = undo_event(SHOP, name(), WHO, office.operator())
    assert office.doorbell.rung == [(reversal.realm, (reversal.id,))]


def test_an_undo_is_kept_with_who_and_why() -> None:
    office = posted()
    undone(office)
    (action,) = office.actions.kept
    assert (action.connection, action.action, action.actor) == (SHOP, "undo", "ann")
    assert action.reason == "posted to the wrong account"
    assert action.target == office.row(purpose="post").id


def test_undoing_twice_takes_back_once() -> None:
    office = posted()
    first = undo_event(SHOP, name(), WHO, office.operator())
    assert undo_event(SHOP, name(), WHO, office.operator()) == first
    office.drain()
    assert undo_event(SHOP, name(), WHO, office.operator()).status == "posted"
    office.drain()
    assert balance(office) == 0
    assert len(amounts(office)) == 2


@pytest.mark.parametrize(
    ("deliver", "says"),
    [(sale(key="Shoes"), "held"), (sale(amount="0"), "void")],
)
def test_only_what_is_posted_can_be_taken_back(deliver: dict[str, Any], says: str) -> None:
    office = posted(deliver)
    with pytest.raises(NotPossible, match=f"is {says}"):
        undo_event(SHOP, name(), WHO, office.operator())
    assert office.actions.kept == []


def test_a_reversing_event_has_nothing_of_its_own_to_take_back() -> None:
    office = posted()
    office.deliver(void_of(version="2"))
    office.settle(2)
    with pytest.raises(NotPossible, match="no entry of its own"):
        undo_event(SHOP, name(version="2"), WHO, office.operator())


def test_an_event_that_is_not_there_is_refused_with_its_versions() -> None:
    office = posted()
    with pytest.raises(NotPossible, match="there are: 1/post"):
        undo_event(SHOP, name(version="9"), WHO, office.operator())
    with pytest.raises(NotPossible, match="names no event"):
        EventName.read("ticket/1001")


def test_a_newer_version_after_an_undo_is_posted() -> None:
    office = posted()
    undone(office)
    office.deliver(sale(version="2", amount="50.00"))
    office.settle(2)
    assert balance(office) == 5000


def test_a_newer_version_while_the_undo_is_on_its_way_waits_for_it() -> None:
    office = posted()
    undo_event(SHOP, name(), WHO, office.operator())
    office.deliver(sale(version="2", amount="50.00"))
    office.settle(3)
    assert balance(office) == 5000
    assert [side for side, _ in amounts(office)].count("credit") == 1


def test_a_newer_version_with_the_same_content_is_posted_where_the_older_was_undone() -> None:
    office = posted()
    undone(office)
    office.deliver(sale(version="2"))
    office.settle(2)
    assert balance(office) == 10825


def test_a_reversing_event_after_an_undo_finds_it_taken_back() -> None:
    office = posted()
    undone(office)
    office.deliver(void_of(version="2"))
    office.settle(2)
    assert balance(office) == 0
    assert len(amounts(office)) == 2
    assert office.row(effect="reverse").status == "posted"


def test_a_reversing_event_while_the_undo_is_on_its_way_takes_back_once() -> None:
    office = posted()
    office.deliver(void_of(version="2"))
    undo_event(SHOP, name(), WHO, office.operator())
    office.settle(4)
    assert balance(office) == 0
    assert len(amounts(office)) == 2


def test_undoing_a_version_leaves_what_it_replaced_taken_back() -> None:
    office = posted()
    office.deliver(sale(version="2", amount="50.00"))
    office.settle(2)
    undone(office, version="2")
    assert balance(office) == 0


def three_days() -> Office:
    """Two tickets on the 20th, of two places, one on the 21st, and one that is held."""
    office = Office.opened()
    office.deliver(sale("1", "10.00"))
    office.deliver(sale("2", "20.00", location="2", business_date=DAY))
    office.deliver(sale("3", "40.00", business_date="2026-11-21"))
    office.deliver(sale("4", key="Shoes"))
    office.drain()
    return office


def run(office: Office, selection: Selection, at_least: int = 200) -> Job:
    """A bulk undo, step by step."""
    job = Job("j", "undo", selection.scope(), "", "")
    for _ in range(20):
        step = undo_slice(job, lambda: 0, office.operator(), at_least)
        job = job.moved(
            office.clock(), cursor=step.cursor, done=step.done, total=step.total,
            counts=step.counts,
        )  # fmt: skip
        if step.finished:
            break
    office.drain()
    return job


def test_a_selection_is_counted_and_summed_before_anything_is_done() -> None:
    office = three_days()
    tally = count(Selection(SHOP, DAY, "2026-11-21"), office.ledger)
    assert tally.events == {("1", "USD"): 2, ("2", "USD"): 1}
    assert tally.amounts == {("1", "USD"): 5000, ("2", "USD"): 2000}
    assert office.statuses() == {
        "1/1/post/post": "posted", "2/1/post/post": "posted", "3/1/post/post": "posted",
        "4/1/post/post": "held",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("selection", "left"),
    [
        (Selection(SHOP, DAY, "2026-11-21"), 0),
        (Selection(SHOP, DAY, DAY), 4000),
        (Selection(SHOP, DAY, "2026-11-21", location="1"), 2000),
        (Selection(SHOP, DAY, "2026-11-21", mapping_version=1), 0),
        (Selection(SHOP, DAY, "2026-11-21", mapping_version=2), 7000),
        (Selection(SHOP, "2026-11-21", "2026-11-22", location="2"), 7000),
    ],
)
def test_a_bulk_undo_takes_back_what_was_selected(selection: Selection, left: int) -> None:
    office = three_days()
    run(office, selection)
    assert balance(office) == left


def test_a_bulk_undo_counts_what_it_took_back_and_what_was_on_its_way() -> None:
    office = three_days()
    undo_event(SHOP, name("1"), WHO, office.operator())
    job = run(office, Selection(SHOP, DAY, "2026-11-21"))
    assert job.counts == {"taken back": 2, "already": 1}
    assert (job.done, job.total) == (3, 3)


def test_a_bulk_undo_goes_on_where_its_time_ended() -> None:
    office = three_days()
    job = run(office, Selection(SHOP, "2026-11-19", "2026-11-22"), at_least=0)
    assert job.counts == {"taken back": 3}
    assert balance(office) == 0


def test_a_bulk_undo_repeated_from_its_beginning_takes_back_once() -> None:
    office = three_days()
    run(office, Selection(SHOP, DAY, "2026-11-21"))
    again = run(office, Selection(SHOP, DAY, "2026-11-21"))
    assert again.counts == {}
    assert len(amounts(office)) == 6


def test_a_range_of_no_days_or_of_more_than_ten_years_is_refused() -> None:
    for first, last in ((DAY, "2026-11-19"), ("2010-01-01", DAY)):
        with pytest.raises(NotPossible, match="no range"):
            Selection(SHOP, first, last).days()


def closed(office: Office, **settings: str) -> None:
    """The books are closed through the sale's month."""
    through = replace(chart(2), close_date=date(2026, 11, 30))
    office.mappings.put_chart(through)
    office.mappings.activate(SHOP, office.mappings.put(SHOP, mapping(**settings), "test", ""))


def test_in_closed_books_nothing_is_taken_back() -> None:
    office = posted()
    closed(office)
    with pytest.raises(NotPossible, match="closed through 2026-11-30"):
        undo_event(SHOP, name(), WHO, office.operator())
    assert run(office, Selection(SHOP, DAY, DAY)).counts == {"period_closed": 1}
    assert balance(office) == 10825
    assert office.actions.kept == []


def test_where_the_setting_says_so_it_is_taken_back_on_the_first_open_day() -> None:
    office = posted()
    closed(office, closed_books="next_open_day")
    undone(office)
    reversal = office.row(purpose="reverse")
    assert reversal.journal().txn_date == date(2026, 12, 1)
    assert balance(office) == 0


def gone() -> Office:
    """One sale whose entry somebody deleted in QuickBooks, as a proof found."""
    office = posted()
    row = office.row()
    flag = Flag("deleted_in_qbo", "2026-11-21T03:00:00.000Z", "Entry 1 was deleted.", "1")
    assert office.ledger.change(row, row.flagged((flag,)))
    office.books.entries.clear()
    return office


def test_what_was_deleted_in_quickbooks_is_taken_back_without_an_entry() -> None:
    office = gone()
    undone(office)
    row = office.row()
    assert (row.status, amounts(office)) == ("reversed", [])
    assert [flag.cleared for flag in row.flags] == ["ann: posted to the wrong account"]
    replayed(office)
    assert amounts(office) == [("debit", 10825)]


def test_in_bulk_too_what_was_deleted_is_taken_back_without_an_entry() -> None:
    office = gone()
    job = run(office, Selection(SHOP, DAY, DAY))
    assert job.counts == {"gone from QuickBooks": 1}
    assert (office.row().status, amounts(office)) == ("reversed", [])
