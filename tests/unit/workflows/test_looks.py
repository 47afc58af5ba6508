"""How often a drain looks: as often as it must, so that nothing is left, and not once more."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest

from daybook.domain.connection import Realm
from daybook.domain.due import Due
from daybook.domain.posting import Posting
from daybook.workflows.post import drain
from daybook.workflows.poster import Recent
from tests.fakes.connections import FakeConnections
from tests.fakes.ledger import FakeLedger
from tests.unit.workflows.office import REALM, Office, sale, void_of


class CountingLedger(FakeLedger):
    """Counts looks, and may hide rows from the index for the first of them."""

    looks = 0
    families_read = 0
    hidden: frozenset[str] = frozenset()

    def look(
        self, realm: str, limit: int, hint: Sequence[str], besides: Collection[str] = ()
    ) -> Due:
        self.looks += 1
        seen = super().look(realm, limit, hint, besides)
        self.hidden = frozenset()
        return seen

    def due(self, realm: str, limit: int) -> list[Posting]:
        return [row for row in super().due(realm, limit) if row.id not in self.hidden]

    def of_objects(self, objects: Sequence[tuple[str, str, str]]) -> list[list[Posting]]:
        self.families_read += len(objects)
        return super().of_objects(objects)


class CountingConnections(FakeConnections):
    """Counts how often the company's row is read."""

    reads = 0

    def realm(self, realm: str) -> Realm | None:
        self.reads += 1
        return super().realm(realm)


def opened() -> tuple[Office, CountingLedger, CountingConnections]:
    ledger, connections = CountingLedger(), CountingConnections()
    office = Office.opened(ledger=ledger, connections=connections)
    return office, ledger, connections


def test_a_sale_that_comes_alone_takes_one_look_one_family_and_one_company() -> None:
    office, ledger, connections = opened()
    office.deliver(sale())
    ledger.families_read = connections.reads = 0
    drained = office.drain([office.row().id])
    assert (drained.stopped, drained.counts) == ("empty", {"posted": 1})
    assert (ledger.looks, ledger.families_read, connections.reads) == (1, 1, 1)


def test_a_ring_for_what_this_process_posted_reads_nothing() -> None:
    office, ledger, connections = opened()
    office.deliver(sale("1"))
    office.deliver(sale("2"))
    tools = replace(office.poster(), posted=Recent())
    ids = [row.id for row in ledger.rows.values()]
    drain(REALM, ids[:1], tools)
    looks, connections.reads = ledger.looks, 0
    assert drain(REALM, ids, tools).counts == {}
    assert (ledger.looks, connections.reads) == (looks, 0)
    office.deliver(sale("3"))
    assert drain(REALM, [*ids, office.row("3").id], tools).counts == {"posted": 1}
    assert drain(REALM, (), tools).counts == {}
    assert ledger.looks == looks + 2


def test_a_full_hint_may_have_been_cut_and_is_looked_behind() -> None:
    office, ledger, _ = opened()
    office.deliver([sale(str(number)) for number in range(33)])
    ids = [row.id for row in ledger.rows.values()]
    ledger.hidden = frozenset(ids[30:])
    assert office.drain(ids[:30]).counts == {"posted": 33}
    assert ledger.looks == 2


def test_what_a_drain_made_ready_again_is_looked_for() -> None:
    office, ledger, _ = opened()
    office.deliver(sale("1"))
    office.deliver(sale("1", "12.00", version="2"))
    office.drain()
    office.deliver(sale("1", "13.00", version="3"))
    ledger.looks = 0
    assert office.drain().counts["posted"] == 2
    assert ledger.looks == 1, "a reversal and what waited for it stay in hand"


def test_only_the_last_ids_are_remembered() -> None:
    recent = Recent(most=2)
    for row_id in ("a", "b", "c"):
        recent.add(row_id)
    assert [row_id in recent for row_id in ("a", "b", "c")] == [False, True, True]


def test_a_version_that_comes_while_the_one_before_is_about_to_go_takes_it_back() -> None:
    office, _, _ = opened()
    office.deliver([sale(f"{number:03}") for number in range(1, 121)])
    turns: list[int] = []

    def slow_turn(_realm: Realm, items: int) -> int:
        turns.append(items)
        if len(turns) == 7:
            # The first version is judged by now, and goes with the request after this one.
            office.clock.sleep(1)
            office.deliver(sale("120", "99.00", version="2"))
        return min(items, 15)

    drain(REALM, (), replace(office.poster(), wait_for_turn=slow_turn))
    found = {name: is_ for name, is_ in office.statuses().items() if name.startswith("120/")}
    assert found == {
        "120/1/post/post": "reversed",
        "120/1/post/reverse": "posted",
        "120/2/post/post": "posted",
    }


@pytest.mark.parametrize("newer", [sale("1", "12.00", version="2"), void_of("1", "2")])
def test_what_another_worker_claims_meanwhile_makes_the_newer_one_wait(newer: object) -> None:
    class ClaimedMeanwhile(CountingLedger):
        """Another worker claims the first version right before it would be ended."""

        def change(self, before: Posting, after: Posting) -> bool:
            if before.key.version == "1" and after.status in ("superseded", "void"):
                there = self.get(before.key)
                if there == before:
                    sent = replace(before.moved("sending", office.clock()), fence=1)
                    self.rows[before.key, ""] = sent
            return super().change(before, after)

    office = Office.opened(ledger=ClaimedMeanwhile())
    # The newer one alone is picked: the older one's entry is of a later day.
    office.deliver(sale("1", occurred_at="2026-11-21T18:00:00Z"))
    office.deliver(newer)
    office.drain([office.row("1", version="2").id])
    assert office.statuses()["1/1/post/post"] == "sending"
    assert office.row("1", version="2").reason == "waits_for_prior"
    assert office.books.entries == []


def test_a_drain_that_failed_is_done_again_by_the_same_ring() -> None:
    class Failing(CountingConnections):
        fails = False

        def realm(self, realm: str) -> Realm | None:
            if self.fails:
                raise ConnectionError
            return super().realm(realm)

    connections = Failing()
    office = Office.opened(connections=connections, most_items=1)
    office.deliver(sale("1"))
    office.deliver(sale("2"))
    tools = replace(office.poster(), posted=Recent())

    def failing_turn(_realm: Realm, _items: int) -> int:
        connections.fails = True
        return 1

    ring = [office.row("1").id]
    with pytest.raises(ConnectionError):
        drain(REALM, ring, replace(tools, wait_for_turn=failing_turn))
    connections.fails = False
    assert office.row("1").status == "posted"
    assert drain(REALM, ring, tools).counts == {"posted": 1}
    assert office.due() == 0
