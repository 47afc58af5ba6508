"""A location goes over to another mode at a date that has no events yet, or not at all."""

from datetime import timedelta
from typing import Any

import pytest

from daybook.domain.mapping import Mapping
from daybook.workflows.map_accounts import MappingRefused, activate
from tests.unit.workflows.closing import DayOffice
from tests.unit.workflows.office import MAPPING, SHOP, mapping, sale, void_of


def put_in_force(office: DayOffice, rules: Mapping, *, force: bool = False) -> int:
    connection = office.connections.get(SHOP)
    assert connection is not None
    return activate(connection, rules, "test", office.releaser(), force=force).version


def since(day: str, to: str, **settings: Any) -> Mapping:
    return mapping(modes_by_location={"1": [{"from": day, "mode": to}]}, **settings)


def test_a_switch_on_a_date_with_events_is_refused_naming_them() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    with pytest.raises(MappingRefused, match=r"2026-11-20: ticket/1001/1/post is of that date"):
        put_in_force(office, since("2026-11-20", "per_event", mode="day_summary"), force=True)


def test_a_switch_on_a_later_date_leaves_each_event_in_one_mode() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    put_in_force(office, since("2026-11-21", "per_event", mode="day_summary"))
    office.deliver(sale("2", occurred_at="2026-11-21T18:00:00Z"))
    office.close()
    office.drain()
    numbers = sorted(office.entries())
    assert (len(numbers), numbers[0]) == (2, "1-20261120")
    assert numbers[1].startswith("T-2-")


def test_a_sale_of_a_day_is_taken_back_in_its_day_after_the_switch() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    put_in_force(office, since("2026-11-21", "per_event", mode="day_summary"))
    office.deliver(void_of(occurred_at="2026-11-22T18:00:00Z"))
    assert office.row(effect="reverse").status == "accumulated"
    office.close()
    office.drain()
    assert office.entries() == {}


def test_a_newer_version_after_the_switch_stands_by_itself_and_the_day_loses_the_older() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    put_in_force(office, since("2026-11-21", "per_event", mode="day_summary"))
    newer = sale(version="2", amount="5.00", occurred_at="2026-11-21T18:00:00Z")
    office.deliver(newer)
    office.close()
    office.drain()
    assert [sorted(lines) for lines in office.entries().values()] == [
        [("credit", "50", 500), ("debit", "4", 500)]
    ]


def test_a_newer_version_in_a_day_takes_back_the_entry_of_its_own_that_was_posted() -> None:
    office = DayOffice.in_days(mode="per_event")
    office.deliver(sale(amount="10.00"))
    office.drain()
    put_in_force(office, since("2026-11-21", "day_summary"))
    newer = sale(version="2", amount="5.00", occurred_at="2026-11-21T18:00:00Z")
    office.deliver(newer)
    office.clock.sleep(86_400 * 2)
    office.tick()
    office.drain()
    assert office.row(version="1", purpose="post").status == "reversed"
    found = [lines for number, lines in office.entries().items() if number == "1-20261121"]
    assert found == [[("credit", "50", 500), ("debit", "4", 500)]]


def test_hours_change_only_while_the_shop_is_closed() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    tokyo = {**MAPPING, "locations": {"1": {"time_zone": "Asia/Tokyo"}}}
    rules = Mapping.model_validate({**tokyo, "settings": {"mode": "day_summary"}})
    with pytest.raises(MappingRefused, match="within the last 4 hours"):
        put_in_force(office, rules)
    office.clock.now += timedelta(hours=5)
    assert put_in_force(office, rules)
