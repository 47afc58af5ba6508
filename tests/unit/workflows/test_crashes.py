"""The worker dies at any call to any part, before or after its effect: the end is the same.

SQS brings the message again, the doorbell rings again, the sweeper ticks. Nothing else helps.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.workflows.deaths import Fragile, Fuse, Killed, Moment, fragile
from tests.unit.workflows.office import Office, sale, void_of

MAX_CALLS = 400


def attempt(work: Callable[[], object]) -> None:
    """What SQS does: once more after a failure."""
    try:
        work()
    except Killed:
        work()


SCENARIOS: dict[str, list[Any]] = {
    "two sales": [[sale("1"), sale("2", "7.00")]],
    "a held one among them": [[sale("1"), sale("2", key="Shoes"), sale("3", "9.00")]],
    "a newer version": [sale("1", "10.00"), sale("1", "12.00", version="2")],
    "a void": [sale("1"), void_of("1")],
    "a void at once": [[sale("1"), void_of("1")]],
    "a void that comes first": [void_of("1"), sale("1", "3.00")],
    "an emptied version": [sale("1"), sale("1", "0", version="2")],
    "a lost reply and a newer version": [
        "lose_reply", sale("1", "10.00"), sale("1", "12.00", version="2")
    ],
    "a request that never came, and a void": ["drop", sale("1"), void_of("1")],
    "throttled": ["throttle", [sale("1"), sale("2", "7.00")]],
    "another token": ["unauthorised", [sale("1"), sale("2", "7.00")]],
}  # fmt: skip


def run(steps: list[Any], fuse: Fuse) -> Office:
    office = fragile(fuse)
    for step in steps:
        if isinstance(step, str):
            office.books.faults.append(step)  # type: ignore[arg-type]
            continue
        message = f"msg-{len(office.sent) + 1}"
        attempt(lambda step=step, message=message: office.deliver(step, message))  # type: ignore[misc]
        attempt(office.drain)
    attempt(office.settle)
    fuse.at = 0
    office.settle(4)
    return office


def end_of(office: Office) -> tuple[object, object]:
    return office.statuses(), office.in_books()


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_death_at_any_call_changes_nothing_in_the_end(name: str) -> None:
    calm = end_of(run(SCENARIOS[name], Fuse(0, "before")))
    moments: tuple[Moment, ...] = ("before", "after")
    for moment in moments:
        for number in range(1, MAX_CALLS):
            fuse = Fuse(number, moment)
            office = run(SCENARIOS[name], fuse)
            assert end_of(office) == calm, f"killed {moment} call {number}"
            assert office.alarms == []
            if not fuse.blown:
                break
        else:
            raise AssertionError("the scenario has more calls than are tried")


def test_a_translator_killed_after_its_claim_loses_nothing() -> None:
    fuse = Fuse(0, "after")
    office = fragile(fuse)
    office.ledger = _dies_after_the_delivery(office.ledger)
    with pytest.raises(Killed):
        office.deliver([sale("1"), sale("2")], "msg-1")
    assert office.ledger.deliveries
    assert office.ledger.rows == {}
    office.deliver([sale("1"), sale("2")], "msg-1")
    office.drain()
    assert len(office.books.entries) == 2
    assert office.ledger.repeats() == 0


def _dies_after_the_delivery(ledger: Any) -> Any:
    class Dying(Fragile):
        def put_delivery(self, row: Any) -> Any:
            answer = self._part.put_delivery(row)
            self._fuse.at, self._fuse.calls = 1, 1
            self._fuse.burn("after")
            return answer

    return Dying(ledger._part, Fuse(0, "after"))
