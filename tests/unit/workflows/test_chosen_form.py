"""The form that a person chose for a close is frozen with it, whoever finishes it."""

from dataclasses import replace

import pytest

from daybook.domain.day_report import Chosen
from daybook.domain.outcome import Outcome
from daybook.domain.posting import Posting
from daybook.workflows.close_by_hand import ClosedByHand, close_by_hand
from daybook.workflows.close_day import Closer
from daybook.workflows.day_form import DayForm
from daybook.workflows.due_days import close_due
from daybook.workflows.look_again import Patience
from daybook.workflows.release import release
from tests.unit.workflows.closing import DAY, DUE, DayOffice
from tests.unit.workflows.deaths import Fragile, Fuse, Killed, Moment
from tests.unit.workflows.office import SHOP, balance, sale

CLEARING = {"role": "receipt_clearing", "key": "*", "account": "3"}
MAX_CALLS = 90


def office() -> DayOffice:
    """A day of 10.00 that the settings would post as a journal entry."""
    opened = DayOffice.in_days(CLEARING)
    opened.deliver(sale("1", "10.00"))
    return opened


def closer(opened: DayOffice) -> Closer:
    return replace(opened.closer(), form=DayForm(opened.doorbell, opened.clock))


def by_hand(opened: DayOffice, chosen: Chosen = "sales_receipt") -> ClosedByHand:
    patience = Patience(lambda _seconds: None, 0, 1, lambda _done, _total: None)
    return close_by_hand([DAY], "ann", closer(opened), patience, chosen)


def finished(opened: DayOffice) -> None:
    """The schedule's ticks and the poster, until nothing of it waits."""
    opened.clock.now = max(opened.clock.now, DUE)
    for _ in range(3):
        opened.clock.sleep(60)
        close_due(closer(opened), lambda: 1)
        opened.settle(2)


def part(opened: DayOffice) -> Posting:
    (row,) = (row for row in opened.ledger.rows.values() if row.key.purpose == "close")
    return row


def kinds(opened: DayOffice) -> list[str]:
    forms = [form.form for form in opened.books.sales.forms]
    return [*forms, *("JournalEntry" for _ in opened.books.entries)]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_close_whose_worker_dies_at_any_call_goes_out_once_in_the_form_chosen(
    moment: Moment,
) -> None:
    for at in range(1, MAX_CALLS):
        opened, fuse = office(), Fuse(at, moment)
        parts = {name: getattr(opened, name) for name in ("days", "ledger", "doorbell", "mappings")}
        for name, own in parts.items():
            setattr(opened, name, Fragile(own, fuse))
        try:
            by_hand(opened)
        except Killed:
            frozen = bool(parts["days"].kept)
        else:
            frozen = True
        for name, own in parts.items():
            setattr(opened, name, own)
        finished(opened)
        # What was not frozen yet was never begun: the schedule closes it by the settings.
        assert kinds(opened) == (["SalesReceipt"] if frozen else ["JournalEntry"]), (moment, at)
        assert part(opened).status == "posted"
        if not fuse.blown:
            return
    raise AssertionError(f"a close makes more than {MAX_CALLS} calls")


def test_a_receipt_that_waits_for_its_items_is_released_as_the_receipt_it_was_chosen_as() -> None:
    opened = office()
    by_hand(opened)
    assert (part(opened).reason, part(opened).form) == ("item_needed", "sales_receipt")
    opened.settle(2)
    assert kinds(opened) == ["SalesReceipt"]


def test_another_choice_later_counts_and_is_kept() -> None:
    opened = office()
    opened.activated()
    by_hand(opened)
    assert part(opened).reason == "unmapped_account"
    by_hand(opened, "journal")
    assert (part(opened).status, part(opened).form) == ("ready", "journal")
    opened.drain()
    assert kinds(opened) == ["JournalEntry"]


def test_a_release_keeps_the_choice_and_no_choice_keeps_it_too() -> None:
    opened = office()
    opened.activated()
    by_hand(opened)
    by_hand(opened, "")
    opened.activated(CLEARING)
    connection = opened.connections.get(SHOP)
    assert connection
    release(connection, "mapping", opened.releaser())
    opened.settle(2)
    assert kinds(opened) == ["SalesReceipt"]


def refused() -> DayOffice:
    """A receipt that QuickBooks refused."""
    opened = office()
    by_hand(opened)
    number = part(opened).journal().doc_number
    opened.books.refusals[number] = Outcome("refused", reason="qbo_refused", text="No.")
    opened.settle(2)
    opened.books.refusals.clear()
    row = part(opened)
    assert (row.entity, row.reason) == ("SalesReceipt", "qbo_refused")
    return opened


def test_a_refused_receipt_goes_as_a_journal_entry_where_a_person_says_so() -> None:
    opened = refused()
    before = part(opened)
    by_hand(opened, "journal")
    row = part(opened)
    assert (row.entity, row.status, row.entry_id) == ("JournalEntry", "ready", before.entry_id)
    assert row.generation == before.generation + 1
    assert not row.request_id
    opened.drain()
    assert kinds(opened) == ["JournalEntry"]
    assert balance(opened) == 1000


@pytest.mark.parametrize("chosen", ["", "sales_receipt"])
def test_a_refused_receipt_is_left_unless_a_journal_entry_is_asked_for(chosen: Chosen) -> None:
    opened = refused()
    by_hand(opened, chosen)
    opened.settle(2)
    assert part(opened).reason == "qbo_refused"
    assert kinds(opened) == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_death_while_a_refused_receipt_is_sent_anew_posts_it_once(moment: Moment) -> None:
    for at in range(1, MAX_CALLS):
        opened, fuse = refused(), Fuse(at, moment)
        ledger, doorbell = opened.ledger, opened.doorbell
        opened.ledger, opened.doorbell = Fragile(ledger, fuse), Fragile(doorbell, fuse)  # type: ignore[assignment]
        try:
            by_hand(opened, "journal")
        except Killed:
            by_hand(opened, "journal")
        opened.ledger, opened.doorbell = ledger, doorbell
        opened.settle(2)
        assert kinds(opened) == ["JournalEntry"], (moment, at)
        if not fuse.blown:
            return
    raise AssertionError(f"it makes more than {MAX_CALLS} calls")
