"""Events of a day become one entry, once; what comes late makes another."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from daybook.domain.day_summary import Day
from daybook.sources.contract import DayClosed, Delivery
from daybook.sources.registry import find
from daybook.workflows.day_counts import day_counts
from daybook.workflows.release import release
from daybook.workflows.translate import translate
from tests.unit.workflows.closing import DAY, DUE, DayOffice
from tests.unit.workflows.office import SHOP, chart, sale, void_of


class _EndsDays:
    """The canonical source, were each of its deliveries to end the day of location 1."""

    def __getattr__(self, name: str) -> Any:
        return getattr(find("canonical"), name)

    def closes(self, delivery: Delivery) -> list[DayClosed]:
        """One day."""
        return [DayClosed("1", date(2026, 11, 20), delivery.received_at)]


ENDS_DAYS: Any = _EndsDays()
ONE_OF_EACH = [("credit", "50", 10825), ("debit", "4", 10825)]


def test_an_event_of_a_day_waits_for_its_close_and_rings_nobody() -> None:
    office = DayOffice.in_days()
    (row,) = office.deliver(sale()).rows
    assert (row.status, row.mode, row.business_date) == ("accumulated", "day_summary", "2026-11-20")
    assert (row.entry, office.doorbell.rung) == (b"", [])
    assert [one.day for one in office.days.open_days(SHOP)] == [DAY]


def test_a_day_is_one_entry_with_debits_and_credits_apart() -> None:
    office = DayOffice.in_days()
    office.deliver([sale("1", "10.00"), sale("2", "5.00"), sale("3", "-4.00")])
    closed = office.close()
    assert closed.close is not None
    assert (closed.close.events, closed.close.parts, closed.close.debits) == (3, 1, 1900)
    office.drain()
    assert office.entries() == {
        "1-20261120": [
            ("credit", "4", 400),
            ("credit", "50", 1500),
            ("debit", "4", 1500),
            ("debit", "50", 400),
        ]
    }


def test_closing_twice_makes_one_entry() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    first, again = office.close(), office.close(whole=True)
    office.drain()
    assert first.close is not None
    assert (again.close, again.last) == (None, first.close)
    assert office.entries() == {"1-20261120": ONE_OF_EACH}


def test_what_comes_late_is_another_sequence() -> None:
    office = DayOffice.in_days()
    office.deliver(sale("1"))
    office.close()
    office.clock.sleep(3600)
    office.deliver(sale("2"))
    closed = office.close()
    office.drain()
    assert closed.close is not None
    assert closed.close.sequence == 2
    assert office.entries() == {"1-20261120": ONE_OF_EACH, "1-20261120-2": ONE_OF_EACH}


def test_a_sale_taken_back_before_the_close_adds_nothing() -> None:
    office = DayOffice.in_days()
    office.deliver([sale("1"), sale("2")])
    office.deliver(void_of("1"))
    assert office.statuses() == {
        "1/1/post/post": "accumulated",
        "1/1/post/reverse": "accumulated",
        "1/2/reverse/post": "accumulated",
        "2/1/post/post": "accumulated",
    }
    closed = office.close()
    office.drain()
    assert closed.close is not None
    assert (closed.close.count, closed.close.events) == (4, 3)
    assert office.entries() == {"1-20261120": ONE_OF_EACH}


def test_a_sale_taken_back_after_the_close_counts_in_the_next() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    office.close()
    office.deliver(void_of())
    office.close()
    office.drain()
    assert office.entries() == {
        "1-20261120": ONE_OF_EACH,
        "1-20261120-2": [("credit", "4", 10825), ("debit", "50", 10825)],
    }


def test_what_takes_back_an_earlier_close_is_mapped_as_that_one_was() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    office.close()
    office.activated({"role": "payment_type", "key": "Visa", "account": "3"}, mode="day_summary")
    office.deliver(void_of())
    office.close()
    office.drain()
    assert office.entries()["1-20261120-2"] == [("credit", "4", 10825), ("debit", "50", 10825)]


def test_a_newer_version_takes_the_older_ones_place() -> None:
    office = DayOffice.in_days()
    office.deliver(sale(amount="10.00"))
    office.deliver(sale(amount="7.00", version="2"))
    office.close()
    office.drain()
    assert office.entries() == {"1-20261120": [("credit", "50", 700), ("debit", "4", 700)]}


def test_a_newer_version_with_the_same_content_is_superseded() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    (row,) = office.deliver(sale(version="2")).rows
    assert row.status == "superseded"


def test_an_older_version_that_comes_late_is_superseded() -> None:
    office = DayOffice.in_days()
    office.deliver(sale(version="2"))
    (row,) = office.deliver(sale(amount="3.00")).rows
    assert row.status == "superseded"


def test_a_reverse_before_its_original_waits_and_then_neither_counts() -> None:
    office = DayOffice.in_days()
    (early,) = office.deliver(void_of(version="1")).rows
    assert (early.status, early.reason) == ("held", "original_unknown")
    office.deliver([sale(), sale("2")])
    assert office.row(effect="reverse").status == "accumulated"
    office.close()
    office.drain()
    assert office.entries() == {"1-20261120": ONE_OF_EACH}


def test_an_event_that_is_held_is_left_out_and_makes_a_sequence_when_released() -> None:
    office = DayOffice.in_days()
    office.deliver([sale("1"), sale("2", key="Gloves")])
    assert office.row("2").reason == "unmapped_account"
    office.close()
    office.activated({"role": "sales", "key": "Gloves", "account": "51"}, mode="day_summary")
    connection = office.connections.get(SHOP)
    assert connection is not None
    release(connection, "mapping", office.releaser())
    office.close()
    office.drain()
    assert sorted(office.entries()) == ["1-20261120", "1-20261120-2"]


def test_an_event_that_can_no_longer_be_mapped_is_held_at_the_close() -> None:
    office = DayOffice.in_days({"role": "sales", "key": "Gloves", "account": "51"})
    office.deliver([sale("1"), sale("2", key="Gloves")])
    office.activated(mode="day_summary")
    closed = office.close()
    assert closed.held == 1
    assert closed.close is not None
    assert closed.close.events == 1
    assert (office.row("2").status, office.row("2").reason) == ("held", "unmapped_account")


def test_a_long_day_is_split_by_whole_events() -> None:
    rows = [{"role": "sales", "key": f"K{n}", "account": "50"} for n in range(5)]
    office = DayOffice.in_days(*rows)
    office.activated(*rows, mode="day_summary", max_lines=3)
    office.deliver([sale(str(n), key=f"K{n}", amount="1.00") for n in range(5)])
    closed = office.close()
    assert closed.close is not None
    assert closed.close.parts == 3
    office.drain()
    assert sorted(office.entries()) == ["1-20261120.1", "1-20261120.2", "1-20261120.3"]


def test_a_day_of_closed_books_is_held() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    office.mappings.put_chart(replace(chart(2), close_date=date(2026, 11, 30)))
    (row,) = office.close().rows
    assert (row.status, row.reason) == ("held", "period_closed")


def test_the_tick_closes_what_is_due_and_not_before() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    office.clock.now = DUE - timedelta(seconds=1)
    assert office.tick().closed == 0
    office.clock.now = DUE
    assert office.tick().closed == 1
    assert office.tick().closed == 0


def test_a_late_event_of_a_day_long_closed_is_found_by_the_tick() -> None:
    office = DayOffice.in_days()
    office.deliver(sale("1"))
    office.clock.now = DUE
    office.tick()
    office.clock.now = DUE + timedelta(days=60)
    assert office.tick().looked_at == 0
    office.deliver(sale("2"))
    assert office.tick().closed == 1
    office.clock.sleep(3600)
    assert [one.sequence for one in office.days.open_days(SHOP)] == [2]


def test_a_missed_tick_heals() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    office.clock.now = DUE + timedelta(days=400)
    assert office.tick().closed == 1


def test_the_point_of_sale_says_that_the_day_is_over() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    assert office.tick().closed == 0
    assert office.days.told(SHOP, "1", "2026-11-20", "2026-11-20T20:00:00.000Z") == 1
    assert office.tick().closed == 1


def test_members_count_as_posted_when_their_day_is() -> None:
    office = DayOffice.in_days()
    office.deliver([sale("1"), sale("2")])
    assert day_counts([SHOP], office.days, office.ledger).closed == 0
    office.close()
    counts = day_counts([SHOP], office.days, office.ledger)
    assert (counts.sending, counts.posted, counts.parts) == (2, 0, 1)
    office.drain()
    counts = day_counts([SHOP], office.days, office.ledger)
    assert (counts.sending, counts.posted, counts.parts_posted) == (0, 2, 1)
    assert office.ledger.counts() == {"accumulated": 2}


def test_two_locations_of_one_date_are_closed_apart() -> None:
    office = DayOffice.in_days()
    office.deliver([sale("1"), sale("2", location="2", business_date="2026-11-20")])
    office.close()
    office.close(Day(SHOP, "2", "2026-11-20", "USD"))
    office.drain()
    assert sorted(office.entries()) == ["1-20261120", "2-20261120"]


def test_a_delivery_that_ends_the_day_lets_the_next_tick_close_it() -> None:
    office = DayOffice.in_days()
    tools = replace(office.translator(), source=lambda _name: ENDS_DAYS, days=office.days)
    translate(office.delivery(sale()), tools)
    assert office.tick().closed == 1
