"""Past events over a range of dates as a job: each sent once, whatever is repeated."""

from dataclasses import replace
from typing import Any

from daybook.domain.job import Job, Step
from daybook.workflows.backfill import SKIPPED, backfill_slice, sent_by
from tests.unit.workflows.office import SHOP, Office, mapping, sale


def live(*days: str, **settings: Any) -> Office:
    """Live since December; one sale on each of these days of November."""
    office = Office.opened()
    rules = mapping(**{"start_date": "2026-12-01", **settings})
    office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))
    for number, day in enumerate(days):
        office.deliver(sale(f"{number}", business_date=f"2026-11-{day}"))
    return office


def job(connection: str = SHOP, first: str = "2026-11-18", last: str = "2026-11-21") -> Job:
    scope = {"connection": connection, "first": first, "last": last}
    return Job("send-1", "send", scope, "2026-12-02T00:00:00.000Z", "2026-12-02T00:00:00.000Z")


def step(office: Office, at: Job, *, seconds: float = 0, at_once: int = 100) -> tuple[Job, Step]:
    done = backfill_slice(at, lambda: seconds, office.releaser(), at_once)
    after = at.moved(
        office.clock(), cursor=done.cursor, done=done.done, total=done.total, counts=done.counts
    )
    return after, done


def to_its_end(office: Office, at: Job, at_once: int = 100) -> tuple[Job, int]:
    for number in range(1, 50):
        at, done = step(office, at, at_once=at_once)
        if done.finished:
            return at, number
    raise AssertionError("it does not end")


def test_a_range_is_sent_day_by_day_and_counted_in_days() -> None:
    office = live("18", "19", "19", "21", "25")
    first, done = step(office, job())
    assert (done.done, done.total, done.finished) == (1, 4, False)
    last, _ = to_its_end(office, first)
    assert (last.done, last.counts) == (4, {"ready": 4})
    office.drain()
    assert len(office.books.entries) == 4
    assert office.row("4").status == "not_started"


def test_with_time_left_it_is_one_step() -> None:
    office = live("18", "19", "21")
    _, done = step(office, job(), seconds=60)
    assert (done.finished, done.counts) == (True, {"ready": 3})


def test_a_day_of_many_events_is_sent_in_parts_and_each_is_counted_once() -> None:
    office = live(*["19"] * 5)
    last, steps = to_its_end(office, job(), at_once=2)
    assert steps > 4
    assert last.counts == {"ready": 5}


def test_a_step_whose_cursor_was_lost_sends_nothing_twice() -> None:
    office = live("18", "19")
    step(office, job())
    last, _ = to_its_end(office, job())
    office.drain()
    assert len(office.books.entries) == 2
    assert last.counts == {SKIPPED: 1, "ready": 1}


def test_what_is_held_is_told_with_its_reason() -> None:
    office = live("18")
    office.deliver(sale("boots", key="Boots", business_date="2026-11-19"))
    last, _ = to_its_end(office, job())
    sent = sent_by(last)
    assert (sent.events, sent.reasons) == ({"ready": 1, "held": 1}, {"unmapped_account": 1})


def test_a_connection_that_is_gone_ends_the_job() -> None:
    office = live("18")
    _, done = step(office, job("elsewhere"))
    assert "no connection elsewhere" in done.failed


def test_what_stood_on_the_dates_already_is_left_as_it_is() -> None:
    office = live("18")
    first, _ = to_its_end(office, job())
    office.drain()
    again = replace(job(), id="send-2")
    last, _ = to_its_end(office, again)
    assert (first.counts, last.counts) == ({"ready": 1}, {SKIPPED: 1})
    assert len(office.books.entries) == 1
