"""What a proof reads of documents: the real client over the simulator, for each kind."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import DOCUMENT_FORMS, Entity, entity_of
from daybook.domain.found import FoundTransaction, kind_of
from daybook.domain.purchase_document import PurchaseDocument
from daybook.qbo.audit import Audit
from daybook.qbo.client import books
from daybook.qbo.company import Company
from daybook.qbo.comparison import is_same
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.transport import HttpsSender
from local.qbo_simulator.client import Company as Person
from local.qbo_simulator.server import RunningSimulator, running
from tests.contract.test_books_with_documents import FORMS as SALES
from tests.contract.test_books_with_documents import of_form as sale_of
from tests.contract.test_books_with_documents import post, services
from tests.contract.test_books_with_purchases import of_form as purchase_of
from tests.fakes.purchase_books import PURCHASE_FORMS as PURCHASES

KINDS: tuple[Entity, ...] = (*SALES, *PURCHASES)
DAY = "2026-11-20"
type Sent = SalesDocument | PurchaseDocument


@dataclass
class World:
    """A company with one document of each kind, as a proof reads it and as a person changes it."""

    person: Person
    audit: Audit
    sent: dict[Entity, Sent]
    ids: dict[Entity, str]

    def dated(self, kind: Entity) -> list[FoundTransaction]:
        """What a proof finds of a kind on the date."""
        return self.audit.entries_dated(DAY, DAY, [kind])

    def there(self, kind: Entity) -> dict[str, object]:
        """The object as it is."""
        found: dict[str, object] = self.person.get(f"{kind.lower()}/{self.ids[kind]}").body[kind]
        return found

    def edit(self, kind: Entity, **fields: object) -> None:
        """A person changes fields of it."""
        body = {**self.there(kind), **fields}
        assert self.person.post(kind.lower(), body).status == 200

    def delete(self, kind: Entity) -> None:
        """A person deletes it."""
        answer = self.person.post(kind.lower(), self.there(kind), operation="delete")
        assert answer.status == 200


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


@pytest.fixture
def world(request: pytest.FixtureRequest, simulator: RunningSimulator) -> World:
    # A company of its own for each test: items stay where entries are swept away.
    realm = str(zlib.crc32(request.node.name.encode()))
    person = simulator.company(realm)
    api = Endpoints.at(simulator.url).api
    company = Company(books(realm, api, HttpsSender(), lambda: person.access_token))
    items = services(company, "50", "56")
    sent: list[Sent] = [
        *(sale_of(form, items) for form in SALES),
        *(purchase_of(form) for form in PURCHASES),
    ]
    made = [post(company, one, request=f"r{place}")[0] for place, one in enumerate(sent)]
    assert {one.kind for one in made} == {"posted"}, made
    return World(
        person,
        Audit(company, lambda _seconds: None, lambda: None),
        {entity_of(one): one for one in sent},
        {entity_of(one): outcome.qbo_id for one, outcome in zip(sent, made, strict=True)},
    )


def test_every_kind_of_document_is_here() -> None:
    assert set(KINDS) == DOCUMENT_FORMS


def test_each_kind_is_read_whole_by_date_and_by_id(world: World) -> None:
    for number, kind in enumerate(KINDS, 1):
        (found,) = world.dated(kind)
        assert (found.qbo_id, kind_of(found)) == (world.ids[kind], kind)
        assert is_same(found, world.sent[kind], 1)
        assert world.audit.reads == number
    for kind in KINDS:
        mine = world.ids[kind]
        (found,) = world.audit.entries_by_id([mine, "999999"], kind)
        assert is_same(found, world.sent[kind], 1)
        there = world.audit.entry(mine, kind)
        assert there
        assert is_same(there, world.sent[kind], 1)
        assert world.audit.entry("999999", kind) is None


def test_other_dates_and_kinds_are_not_told(world: World) -> None:
    assert world.audit.entries_dated("2026-11-21", "2026-11-30", KINDS) == []
    assert world.audit.entries_dated(DAY, DAY) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_edited_document_differs_and_a_deleted_one_is_gone(world: World, kind: Entity) -> None:
    since = datetime.now(UTC) - timedelta(days=1)
    world.edit(kind, TxnDate="2026-11-02")
    changes = world.audit.changed_since(since, KINDS)
    (found,) = [one for one in changes.entries if kind_of(one) == kind]
    assert (found.qbo_id, found.txn_date) == (world.ids[kind], "2026-11-02")
    assert not is_same(found, world.sent[kind], 1)
    assert len(changes.entries) == len(KINDS)
    reads = world.audit.reads
    world.delete(kind)
    changes = world.audit.changed_since(since, KINDS)
    assert changes.deleted == {world.ids[kind]}
    assert world.audit.reads == reads + 1
    assert world.audit.entry(world.ids[kind], kind) is None
    assert world.dated(kind) == []


def test_what_was_touched_is_told_by_kind(world: World) -> None:
    since = datetime.now(UTC) - timedelta(days=1)
    found = world.audit.touched_since(since, ("Invoice", "Bill"))
    assert [kind_of(one) for one in found] == ["Invoice", "Bill"]
