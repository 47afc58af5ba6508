"""How long a posting took is measured by the slowest of each request, and only of straight ones."""

from daybook.domain.mapping import Mapping
from tests.unit.workflows.office import Office, mapping, sale
from tests.unit.workflows.troubled import faulty


def test_each_request_is_measured_by_its_slowest_row() -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    office.clock.sleep(40)
    office.deliver(sale("2"))
    office.clock.sleep(2)
    assert office.drain().seconds == [42]


def test_what_was_held_or_sent_twice_is_not_measured() -> None:
    office = faulty("drop")
    office.drain()
    office.clock.sleep(151)
    drained = office.drain()
    assert (drained.seconds, drained.counts["posted"]) == ([], 1)


def test_what_was_released_is_not_measured() -> None:
    office = Office.opened()
    office.deliver(sale(key="Boots"))
    office.mappings.activate("shop", office.mappings.put("shop", boots(), "me", ""))
    office.clock.sleep(3_600)
    office.sweep()
    drained = office.drain()
    assert (drained.seconds, drained.counts["posted"]) == ([], 1)


def boots() -> Mapping:

    return mapping({"role": "sales", "key": "Boots", "account": "51"})
