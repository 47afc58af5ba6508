"""Two close a day at once, one closes while another delivers, one dies at any step: one close."""

from collections import Counter
from typing import Any

import pytest

from tests.unit.workflows.closing import DayOffice
from tests.unit.workflows.deaths import Fragile, Fuse, Killed, Moment
from tests.unit.workflows.interleaving import Stepped, Worker, every_order
from tests.unit.workflows.office import balance, sale, void_of

_DAYS = frozenset({"closes", "members", "freeze", "looked"})
_ROWS = frozenset({"put", "change", "of_object"})
MAX_CALLS = 60


def stepped(office: DayOffice, workers: list[Worker], days: frozenset[str] = _DAYS) -> None:
    office.days = Stepped(office.days, days, workers)
    office.ledger = Stepped(office.ledger, _ROWS, workers)  # type: ignore[assignment]


def settled(office: DayOffice) -> None:
    """What is left is closed, and everything posted."""
    office.clock.sleep(60)
    office.close(whole=True)
    office.drain()


def each_in_one_list(office: DayOffice) -> bool:
    lists = [office.days.content(close).members for close in office.days.kept.values()]
    counted = Counter(member for members in lists for member in members)
    members = {row.id for row in office.ledger.rows.values() if row.status == "accumulated"}
    return set(counted.values()) == {1} and set(counted) == members


def test_two_closes_at_once_make_one() -> None:
    def run(follow: Any) -> None:
        office = DayOffice.in_days()
        office.deliver([sale("1", "10.00"), sale("2", "5.00")])
        workers: list[Worker] = []
        kept = office.days
        office.days = Stepped(kept, _DAYS, workers)
        workers += [Worker(office.close), Worker(office.close)]
        follow(workers)
        office.days = kept
        settled(office)
        assert [one.sequence for one in kept.kept.values()] == [1]
        assert balance(office) == 1500

    assert every_order(run) > 10


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (sale("2", "5.00"), 1500),
        (void_of("1"), 0),
        (sale("1", "7.00", version="2"), 700),
    ],
)
def test_what_comes_while_a_day_is_closed_counts_once(
    second: dict[str, Any], expected: int
) -> None:
    def run(follow: Any) -> None:
        office = DayOffice.in_days()
        office.deliver(sale("1", "10.00"))
        kept, ledger = office.days, office.ledger
        workers: list[Worker] = []
        stepped(office, workers)
        workers += [Worker(lambda: office.deliver(second)), Worker(office.close)]
        follow(workers)
        office.days, office.ledger = kept, ledger
        settled(office)
        assert each_in_one_list(office)
        assert balance(office) == expected

    assert every_order(run) > 3


def test_two_versions_at_once_leave_the_newer() -> None:
    def run(follow: Any) -> None:
        office = DayOffice.in_days()
        ledger = office.ledger
        workers: list[Worker] = []
        office.ledger = Stepped(ledger, _ROWS, workers)  # type: ignore[assignment]
        first, second = sale(amount="10.00"), sale(amount="7.00", version="2")
        workers += [
            Worker(lambda: office.deliver(first, "msg-1")),
            Worker(lambda: office.deliver(second, "msg-2")),
        ]
        follow(workers)
        office.ledger = ledger
        settled(office)
        assert balance(office) == 700

    assert every_order(run) > 3


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_dies_at_any_step_leaves_one_close(moment: Moment) -> None:
    for at in range(1, MAX_CALLS):
        office, fuse = DayOffice.in_days(), Fuse(at, moment)
        kept, ledger = office.days, office.ledger
        office.deliver([sale("1", "10.00"), sale("2", "5.00"), void_of("2")])
        for name in ("days", "ledger", "doorbell"):
            setattr(office, name, Fragile(getattr(office, name), fuse))
        try:
            office.close()
        except Killed:
            office.close()
        office.days, office.ledger = kept, ledger
        settled(office)
        assert [one.sequence for one in kept.kept.values()] == [1]
        assert each_in_one_list(office)
        assert balance(office) == 1000
        if not fuse.blown:
            return
    raise AssertionError(f"a close makes more than {MAX_CALLS} calls")
