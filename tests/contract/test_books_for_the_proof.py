"""What a proof reads of a company's books: the real client over the simulator, and the fake."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from daybook.domain.journal import JournalEntry, Line
from daybook.qbo.audit import Audit
from daybook.qbo.client import books
from daybook.qbo.company import Company
from daybook.qbo.comparison import is_same
from daybook.qbo.documents import journal_body
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.transport import HttpsSender
from daybook.workflows.prover import AuditedBooks
from local.qbo_simulator.client import entry as foreign
from local.qbo_simulator.server import RunningSimulator, running
from tests.fakes.audit import FakeAudit
from tests.fakes.books import FakeBooks
from tests.unit.qbo.samples import entry
from tests.unit.workflows.office import read_entry


class Hands(Protocol):
    """What a person or another app does in the company."""

    def add(self, body: dict[str, Any]) -> str: ...
    def edit(self, qbo_id: str, **fields: Any) -> None: ...
    def delete(self, qbo_id: str) -> None: ...


@dataclass
class World:
    """A company: as a proof reads it, and as a person changes it."""

    audit: AuditedBooks
    hands: Hands

    def post(self, object_id: str = "1", generation: int = 1, **changes: Any) -> str:
        """An entry of ours is there; its id."""
        body = json.loads(journal_body(ours(object_id), generation))
        return self.hands.add({**body, **changes})


def ours(object_id: str = "1") -> JournalEntry:
    """Checking to Sales."""
    lines = (
        Line("debit", "payment_type", "cash", "1", 10825),
        Line("credit", "sales", "hats", "50", 10825),
    )
    return entry(*lines, object_id=object_id)


class OverHttp:
    """A person in the simulated company."""

    def __init__(self, simulator: RunningSimulator) -> None:
        self._company = simulator.company()

    def add(self, body: dict[str, Any]) -> str:
        """One more entry; its id."""
        return str(self._company.post("journalentry", body).body["JournalEntry"]["Id"])

    def edit(self, qbo_id: str, **fields: Any) -> None:
        """Change fields of an entry."""
        assert self._company.edit_entry(qbo_id, **fields).status == 200

    def delete(self, qbo_id: str) -> None:
        """Delete an entry."""
        assert self._company.delete_entry(qbo_id).status == 200


class InFake:
    """A person in the fake company."""

    def __init__(self, fake: FakeBooks) -> None:
        self._books = fake

    def add(self, body: dict[str, Any]) -> str:
        """One more entry; its id."""
        text = json.dumps(body, default=str)
        return self._books.surface(json.loads(text, parse_float=str, parse_int=str))

    def edit(self, qbo_id: str, **fields: Any) -> None:
        """Change fields of an entry."""
        self._books.edit(qbo_id, **fields)

    def delete(self, qbo_id: str) -> None:
        """Delete an entry."""
        self._books.delete(qbo_id)


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        yield started


@pytest.fixture(params=["fake", "client"])
def world(request: pytest.FixtureRequest) -> World:
    if request.param == "fake":
        fake = FakeBooks(read_entry, now)
        return World(FakeAudit(fake), InFake(fake))
    started: RunningSimulator = request.getfixturevalue("simulator")
    started.reset()
    started.set_faults(enforce_limits=False)
    return World(audit_of(started), OverHttp(started))


def now() -> datetime:
    return datetime.now(UTC)


def audit_of(simulator: RunningSimulator, renew: Callable[[], object] = lambda: None) -> Audit:
    token = simulator.company().access_token
    api = Endpoints.at(simulator.url).api
    company = Company(books(simulator.realm, api, HttpsSender(), lambda: token))
    return Audit(company, lambda _seconds: None, renew)


def test_our_entries_of_the_dates_are_found_whole(world: World) -> None:
    first = world.post("1")
    world.post("2", TxnDate="2026-11-19")
    world.post("3", TxnDate="2026-11-22")
    last = world.post("4", TxnDate="2026-11-21")
    found = world.audit.entries_dated("2026-11-20", "2026-11-21")
    assert [one.qbo_id for one in found] == [first, last]
    assert is_same(found[0], ours("1"), 1)
    assert world.audit.reads == 1


def test_the_entries_of_others_are_left_out_unless_asked_for_by_id(world: World) -> None:
    other = world.hands.add(foreign(PrivateNote="rent"))
    assert list(world.audit.entries_dated("2026-11-01", "2026-11-30")) == []
    assert list(world.audit.changed_since(now() - timedelta(days=1)).entries) == []
    assert [one.qbo_id for one in world.audit.entries_by_id([other, "999999"])] == [other]


def test_many_ids_are_asked_for_a_hundred_at_a_time(world: World) -> None:
    mine = world.post()
    ids = [str(number) for number in range(900_000, 900_150)]
    assert [one.qbo_id for one in world.audit.entries_by_id([*ids, mine])] == [mine]
    assert world.audit.reads == 2
    assert list(world.audit.entries_by_id([])) == []
    assert world.audit.reads == 2


def test_an_entry_is_read_by_its_id_or_is_none(world: World) -> None:
    mine = world.post()
    there = world.audit.entry(mine)
    assert there
    assert there.doc_number == ours().doc_number
    world.hands.delete(mine)
    assert world.audit.entry(mine) is None
    assert world.audit.entry("999999") is None


def test_what_was_made_edited_and_deleted_is_told(world: World) -> None:
    kept, gone = world.post("1"), world.post("2")
    world.hands.edit(kept, TxnDate="2026-11-02")
    world.hands.delete(gone)
    changes = world.audit.changed_since(now() - timedelta(days=29))
    assert [(one.qbo_id, one.txn_date) for one in changes.entries] == [(kept, "2026-11-02")]
    assert changes.deleted == {gone}
    assert changes.is_whole
    assert world.audit.changed_since(now() + timedelta(minutes=1)).entries == ()


def test_what_was_touched_is_told_however_much_it_is(world: World) -> None:
    mine = world.post()
    since = now() - timedelta(days=1)
    assert [one.qbo_id for one in world.audit.touched_since(since)] == [mine]
    assert list(world.audit.touched_since(now() + timedelta(minutes=1))) == []


def test_an_edited_entry_shows_as_it_is_now(world: World) -> None:
    mine = world.post()
    world.hands.edit(mine, PrivateNote="mine now")
    assert list(world.audit.entries_dated("2026-11-20", "2026-11-20")) == []
    (found,) = world.audit.entries_by_id([mine])
    assert found.private_note == "mine now"
    assert not is_same(found, ours(), 1)


def test_pages_are_read_to_the_end(simulator: RunningSimulator) -> None:
    simulator.reset()
    simulator.set_faults(enforce_limits=False)
    company = simulator.company()
    bodies = [json.loads(journal_body(ours(str(number)), 1)) for number in range(1_020)]
    for start in range(0, len(bodies), 30):
        items = [
            {"bId": str(place), "operation": "create", "JournalEntry": body}
            for place, body in enumerate(bodies[start : start + 30])
        ]
        assert company.batch(*items).status == 200
    audit = audit_of(simulator)
    assert len(audit.entries_dated("2026-11-20", "2026-11-20")) == 1_020
    assert audit.reads == 2
    changes = audit.changed_since(now() - timedelta(days=1))
    assert (len(changes.entries), changes.is_whole) == (1_000, False)


def test_a_token_that_is_not_taken_is_renewed_once(simulator: RunningSimulator) -> None:
    simulator.reset()
    simulator.set_faults(
        rules=[{"on": "query", "kind": "fault", "code": "3200", "times": 1}], enforce_limits=False
    )
    renewed: list[int] = []
    audit = audit_of(simulator, lambda: renewed.append(1))
    assert list(audit.entries_dated("2026-11-20", "2026-11-20")) == []
    assert renewed == [1]
