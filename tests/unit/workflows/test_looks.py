"""How often a drain looks: as often as it must, so that nothing is left, and not once more."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from daybook.domain.connection import Realm
from daybook.domain.due import Due
from daybook.domain.posting import Posting
from daybook.workflows.post import drain
from daybook.workflows.poster import Recent
from tests.fakes.connections import FakeConnections
from tests.fakes.ledger import FakeLedger
from tests.unit.workflows.office import REALM, Office, sale


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
