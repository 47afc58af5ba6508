"""What holds a row for a reason outside is asked to end, less and less often, and says so."""

from datetime import timedelta

import pytest

from daybook.domain.errors import Held, Problem
from daybook.domain.posting import Posting
from daybook.sources.contract import Client, Delivery
from daybook.workflows.back_off import asked, may_ask
from daybook.workflows.map_accounts import activate
from tests.fakes.clock import START
from tests.fakes.postings import short_posting
from tests.unit.workflows.office import SHOP, Office, mapping, sale
from tests.unit.workflows.thin_source import ThinSource

MINUTE = timedelta(minutes=1)


def held_row() -> Posting:
    fresh = short_posting(status="received")
    return fresh.held(Problem("source_unavailable", "No answer."), START)


def test_pauses_double_from_five_minutes_to_six_hours() -> None:
    row, at, pauses = held_row(), START, []
    assert may_ask(row, at)
    for _ in range(10):
        row = asked(row, at)
        due = at
        while not may_ask(row, due):
            due += 5 * MINUTE
        pauses.append((due - at) // MINUTE)
        at = due
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 360, 360, 360]


def test_the_text_says_how_often_and_when_again_and_nothing_twice() -> None:
    row = asked(asked(held_row(), START), START)
    assert row.reason_text == "No answer. Asked 2 times; again after 2026-11-20T12:10:00.000Z"
    assert asked(held_row(), START).reason_text == (
        "No answer. Asked once; again after 2026-11-20T12:05:00.000Z"
    )


def test_a_laptop_in_a_hurry_shrinks_the_pauses() -> None:
    assert asked(held_row(), START, 0.1).retry_at == "2026-11-20T12:00:30.000Z"


def test_what_is_settled_forgets_how_often_it_was_asked() -> None:
    row = asked(held_row(), START)
    ready = row.moved("ready", START)
    assert (ready.retries, ready.retry_at) == (1, row.retry_at)
    void = row.moved("void", START)
    assert (void.retries, void.retry_at) == (0, "")


def silent(office: Office) -> ThinSource:
    """A point of sale that does not answer, and one delivery of it."""
    source = ThinSource([Held("source_unavailable", "No answer.")] * 40)
    office.find = lambda _name: source
    office.deliver({"id": 1}, "msg-1")
    return source


def test_a_point_of_sale_that_is_silent_for_a_day_is_asked_ten_times_and_answers_in_the_end() -> (
    None
):
    office = Office.opened()
    source = silent(office)
    for _ in range(24 * 12):
        office.sweep()
        office.clock.sleep(300)
    (row,) = office.ledger.rows.values()
    assert (len(office.retried), row.retries, row.status) == (10, 10, "held")
    assert "Asked 10 times" in row.reason_text
    source.answers[:] = [office.delivery(sale()).body] * 40
    office.clock.sleep(6 * 3_600)
    office.sweep()
    office.drain()
    assert office.row("1001").status == "posted"


@pytest.mark.parametrize("settle", [150, 15])
def test_the_pause_is_the_settings_share(settle: int) -> None:
    office = Office.opened()
    silent(office)
    office.settle_seconds = settle
    office.sweep()
    office.clock.sleep(2 * settle - 1)
    assert office.sweep().retried == 0
    office.clock.sleep(1)
    assert office.sweep().retried == 1


def test_what_waits_for_a_setting_is_asked_for_at_once_when_one_is_made() -> None:
    office = Office.opened()

    class NoAccount(ThinSource):
        def fetch(self, delivery: Delivery, _client: Client) -> Delivery:
            raise Held("setting_needed", "The account is not usable.")

    office.find = lambda _name: NoAccount([])
    office.deliver({"id": 1}, "msg-1")
    assert office.sweep().retried == 1
    assert office.sweep().retried == 0
    connection = office.connections.get(SHOP)
    assert connection
    activate(connection, mapping(), "me", office.releaser())
    assert office.sweep().retried == 1
    assert office.sweep().retried == 0
    office.clock.sleep(600)
    assert office.sweep().retried == 1
