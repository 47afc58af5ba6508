"""Several requests in flight: what one answer says is right for the others too."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from daybook.workflows.post import drain
from daybook.workflows.poster import Drained
from tests.fakes.books import FakeBooks
from tests.fakes.ledger import FakeLedger
from tests.fakes.pool import DeferredPool, Waiting
from tests.unit.workflows.office import REALM, SETTLE, Office, balance, read_entry, sale
from tests.unit.workflows.troubled import faulty, posted_once


def fly(office: Office, pool: DeferredPool) -> Drained:
    """The doorbell rang, and requests fly in this pool."""
    return drain(REALM, (), replace(office.poster(), pool=pool))


def last(flying: Sequence[Any]) -> int:
    return len(flying) - 1


@pytest.mark.parametrize("pick", [lambda _: 0, last, lambda flying: len(flying) // 2])
def test_four_requests_fly_and_answers_come_in_any_order(
    pick: Callable[[Sequence[Any]], int],
) -> None:
    office, pool = faulty(number=250), DeferredPool(pick=pick)
    assert fly(office, pool).counts == {"posted": 250}
    assert max(pool.flown) == 4
    assert posted_once(office, 250)
    assert len(office.books.requests) == 9


def test_a_request_is_claimed_only_when_it_is_about_to_fly() -> None:
    claimed: list[int] = []

    class WatchedBooks(FakeBooks):
        def post_batch(self, items, request_id):  # type: ignore[no-untyped-def]
            statuses = [row.status for row in office.ledger.rows.values()]
            claimed.append(statuses.count("sending"))
            return super().post_batch(items, request_id)

    office = Office.opened(books=WatchedBooks(read_entry))
    office.deliver([sale(str(number)) for number in range(240)])
    fly(office, DeferredPool())
    assert max(claimed) == 120


def test_a_throttle_lets_those_in_flight_end_and_nothing_follows() -> None:
    office, pool = faulty("throttle", number=200), DeferredPool()
    drained = fly(office, pool)
    assert (drained.stopped, drained.counts) == ("parked", {"throttled": 30, "posted": 90})
    assert len(office.books.requests) == 4
    assert office.slowed == [60]


def test_throttles_of_requests_in_flight_together_are_one_rest() -> None:
    office = faulty("throttle", "throttle", None, "throttle", number=200)
    assert fly(office, DeferredPool()).stopped == "parked"
    realm = office.connections.realm(REALM)
    assert realm is not None
    assert realm.parked_until == "2026-11-20T12:01:00.000Z"
    assert len(realm.throttled_at.split()) == 1
    office.clock.sleep(60)
    office.books.failing_probes = 1_000
    fly(office, DeferredPool())
    assert posted_once(office, 200)


def test_a_token_that_ended_is_renewed_once_for_all_that_were_in_flight() -> None:
    faults = ["unauthorised"] * 4
    office, pool = faulty(*faults, number=120), DeferredPool()  # type: ignore[arg-type]
    fly(office, pool)
    assert office.renewals == [REALM]
    assert posted_once(office, 120)
    assert len(office.books.requests) == 8


def test_after_a_rest_one_request_goes_alone_and_its_clear_answer_lets_others_follow() -> None:
    office, pool = faulty("throttle", number=250), DeferredPool()
    fly(office, pool)
    office.clock.sleep(60)
    after = DeferredPool()
    fly(office, after)
    assert after.flown[0] == 1
    assert max(after.flown) == 4
    realm = office.connections.realm(REALM)
    assert realm is not None
    assert (realm.parked_until, realm.throttled_at) == ("", "")
    assert posted_once(office, 250)


def test_after_a_rest_an_unclear_answer_lets_nothing_follow_but_one_more() -> None:
    office, pool = faulty("throttle", "drop", "drop", number=250), DeferredPool(lanes=1)
    fly(office, pool)
    office.clock.sleep(60)
    after = DeferredPool()
    assert fly(office, after).stopped == "parked"
    assert after.flown == [1, 1]
    office.settle(3)
    assert posted_once(office, 250)


def test_two_unclear_answers_rest_only_after_those_in_flight_have_landed() -> None:
    office, pool = faulty("drop", "drop", number=200), DeferredPool()
    drained = fly(office, pool)
    assert (drained.stopped, drained.counts) == ("parked", {"uncertain": 60, "posted": 90})
    office.settle(3)
    assert posted_once(office, 200)


def test_a_claim_that_grew_old_in_its_lane_is_not_sent() -> None:
    class SlowPool(DeferredPool):
        def one_of(self, flying: Sequence[Waiting]) -> Waiting:
            office.clock.sleep(21)
            return super().one_of(flying)

    office = faulty(number=40)
    assert fly(office, SlowPool()).counts == {"late": 40}
    assert office.books.requests == []
    office.settle(3)
    assert posted_once(office, 40)


def test_an_own_request_in_flight_is_not_probed_however_short_the_settle_time() -> None:
    class SlowPool(DeferredPool):
        def one_of(self, flying: Sequence[Waiting]) -> Waiting:
            office.clock.sleep(3)
            return super().one_of(flying)

    office = faulty(number=400)
    office.books.failing_probes = 1_000
    tools = replace(office.poster(), pool=SlowPool(), settle_seconds=2)
    assert drain(REALM, (), tools).counts == {"posted": 400}


def test_a_newer_version_that_comes_while_the_older_flies_is_judged_when_it_has_landed() -> None:
    class InterruptedPool(DeferredPool):
        def one_of(self, flying: Sequence[Waiting]) -> Waiting:
            if not self.flown:
                office.deliver(sale("1", "12.00", version="2"))
            return super().one_of(flying)

    office = faulty(number=150)
    fly(office, InterruptedPool())
    assert office.row("1", version="2").status == "posted"
    assert office.row("1", version="1", purpose="post").status == "reversed"
    assert balance(office) == 149 * 10825 + 1200


def test_time_running_out_lets_those_in_flight_land_and_rings_again() -> None:
    class LongPool(DeferredPool):
        def one_of(self, flying: Sequence[Waiting]) -> Waiting:
            office.remaining = 100
            return super().one_of(flying)

    office = faulty(number=200)
    office.doorbell.rung.clear()
    drained = fly(office, LongPool())
    assert (drained.stopped, drained.counts) == ("time", {"posted": 120})
    assert office.doorbell.rung == [(REALM, ())]


def test_no_request_begins_when_the_wait_for_its_turn_used_up_the_time() -> None:
    office = faulty(number=1)

    def wait(_realm: object, items: int) -> int:
        office.remaining = 100
        return items

    drained = drain(REALM, (), replace(office.poster(), wait_for_turn=wait))
    assert drained.stopped == "time"
    assert office.row("1").status == "ready"
    assert office.books.requests == []


def test_answers_that_come_while_the_turn_is_waited_for_are_heeded() -> None:
    class PromptPool(DeferredPool):
        """Answers are there as soon as somebody looks again."""

        def submit(self, call):  # type: ignore[no-untyped-def]
            self.begun = getattr(self, "begun", [])
            self.begun.append(super().submit(call))
            return self.begun[-1]

    office, pool = faulty("throttle", number=200), PromptPool()

    def wait(_realm: object, items: int) -> int:
        for one in getattr(pool, "begun", []):
            if not one.done():
                one.reply.append(one.call())
        return items

    drained = drain(REALM, (), replace(office.poster(), wait_for_turn=wait, pool=pool))
    assert drained.stopped == "parked"
    assert len(office.books.requests) == 1
    assert sorted(set(office.statuses().values())) == ["ready"]


def test_each_row_is_judged_once_and_written_twice() -> None:
    class CountingLedger(FakeLedger):
        judged = 0
        at_once: list[int]
        alone = 0
        inside = False

        def of_objects(self, objects):  # type: ignore[no-untyped-def]
            self.judged += len(objects)
            return super().of_objects(objects)

        def change_all(self, changes):  # type: ignore[no-untyped-def]
            self.at_once.append(len(changes))
            self.inside = True
            done = super().change_all(changes)
            self.inside = False
            return done

        def change(self, before, after):  # type: ignore[no-untyped-def]
            self.alone += not self.inside
            return super().change(before, after)

    ledger = CountingLedger()
    ledger.at_once = []
    office = Office.opened(ledger=ledger)
    office.deliver([sale(str(number)) for number in range(75)])
    office.drain()
    assert ledger.judged == 75
    assert sorted(ledger.at_once) == [15, 15, 30, 30, 30, 30]
    assert ledger.alone == 0


def test_what_is_left_of_a_throttled_group_goes_when_the_company_is_open_again() -> None:
    office = faulty("throttle", "throttle", "throttle", number=100)
    for _ in range(4):
        fly(office, DeferredPool(lanes=2))
        office.clock.sleep(SETTLE)
    assert posted_once(office, 100)
