"""What every ledger promises of its shelves: those on DynamoDB and the fake alike."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from daybook.domain.day_legs import DayLegs
from daybook.domain.errors import Problem
from daybook.domain.flags import Flag
from daybook.domain.posting import Posting
from daybook.domain.shelf import Pile, Place, Shelf, is_place
from daybook.store.shelves import Shelves as ShelvesOfTable
from daybook.store.table import Table
from daybook.workflows.ports import Ledger, Shelves
from tests.fakes.aws import in_process
from tests.fakes.ledger import FakeLedger
from tests.fakes.postings import AT, REALM, SHOP, short_posting
from tests.fakes.shelves import FakeShelves

DAY = Shelf("day", SHOP, date="2026-11-20")


@dataclass
class Stores:
    """Both views of one ledger."""

    ledger: Ledger
    shelves: Shelves

    def put(self, *rows: Posting) -> None:
        for row in rows:
            assert self.ledger.put(row) == "created"

    def held(self, number: int, reason: str, since: str = "2026-11-20T19:00:00.000Z") -> Posting:
        row = short_posting(number, status="held", reason=reason, since=since)
        self.put(row)
        return row

    def all(self, shelf: Shelf, limit: int = 2) -> list[Posting]:
        """Page by page."""
        found: list[Place] = []
        before = ""
        for _ in range(20):
            page = self.shelves.places(shelf, before, limit)
            assert len(page) <= limit
            if not page:
                break
            found += page
            before = page[-1].at
        assert all(is_place(place.at) for place in found)
        return [row for row in self.shelves.rows(found) if row]


@pytest.fixture(params=["fake", "dynamodb"])
def stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    if request.param == "fake":
        ledger = FakeLedger()
        yield Stores(ledger, FakeShelves(ledger))
        return
    with in_process(monkeypatch) as aws:
        shelves = ShelvesOfTable(Table(aws.dynamodb, "ledger"), aws.archive())
        yield Stores(aws.ledger(), shelves)


def test_a_date_is_read_page_by_page_the_newest_first(stores: Stores) -> None:
    rows = [short_posting(number) for number in (3, 1, 5, 2, 4)]
    stores.put(*rows, short_posting(9, business_date="2026-11-21"))
    assert [row.key.object_id for row in stores.all(DAY)] == ["5", "4", "3", "2", "1"]
    assert stores.all(Shelf("day", "other", date="2026-11-20")) == []
    assert stores.shelves.count(DAY) == 5


def test_what_is_due_is_read_by_its_company(stores: Stores) -> None:
    stores.put(short_posting(1), short_posting(2), short_posting(3, status="void"))
    assert [row.key.object_id for row in stores.all(Shelf("due", REALM))] == ["2", "1"]


def test_what_is_held_for_a_reason_is_read_and_counted_by_it(stores: Stores) -> None:
    old = stores.held(1, "qbo_refused", "2026-11-20T10:00:00.000Z")
    stores.held(2, "qbo_refused", "2026-11-20T12:00:00.000Z")
    stores.held(3, "conflict")
    stores.put(short_posting(4, status="failed"))
    shelf = Shelf("held", SHOP, "qbo_refused")
    assert [row.key.object_id for row in stores.all(shelf, 1)] == ["2", "1"]
    assert stores.shelves.piles(SHOP, "held") == [
        Pile(SHOP, "held", "conflict", 1, "2026-11-20T19:00:00.000Z"),
        Pile(SHOP, "held", "qbo_refused", 2, old.since),
    ]
    assert [pile.count for pile in stores.shelves.piles(SHOP, "failed")] == [1]
    assert [row.key.object_id for row in stores.all(Shelf("failed", SHOP))] == ["4"]
    assert stores.shelves.piles("other", "held") == []
    assert stores.shelves.reasons(SHOP, "held") == ["conflict", "qbo_refused"]


def test_what_has_moved_on_is_none(stores: Stores) -> None:
    row = stores.held(1, "qbo_refused")
    places = stores.shelves.places(Shelf("held", SHOP, "qbo_refused"), "", 5)
    assert stores.ledger.change(row, row.moved("void", AT))
    assert stores.shelves.rows(places) == [None]


def test_a_reason_that_changed_is_read_under_the_new_one(stores: Stores) -> None:
    row = stores.held(1, "qbo_refused")
    assert stores.ledger.change(row, row.held(Problem("conflict", "Two."), AT))
    assert stores.all(Shelf("held", SHOP, "qbo_refused")) == []
    assert [pile.reason for pile in stores.shelves.piles(SHOP, "held")] == ["conflict"]


def test_flagged_rows_stand_by_their_flag(stores: Stores) -> None:
    row = short_posting(1, status="posted", qbo_id="7")
    stores.put(row)
    flag = Flag("edited_in_qbo", "2026-11-21T03:00:00.000Z", "It was changed.", "7")
    assert stores.ledger.change(row, row.flagged((flag,)))
    assert stores.shelves.piles(SHOP, "flagged") == [
        Pile(SHOP, "flagged", "edited_in_qbo", 1, flag.at)
    ]
    assert len(stores.all(Shelf("flagged", SHOP, "edited_in_qbo"))) == 1


def test_accumulated_rows_stand_by_location_and_date(stores: Stores) -> None:
    legs = DayLegs("USD", "1").to_json()
    row = short_posting(
        1,
        status="accumulated",
        mode="day_summary",
        legs=legs,
        written_at="2026-11-20T19:00:00.000Z",
    )
    stores.put(row, replace(short_posting(2), location="2"))
    (shelf,) = stores.shelves.accumulated(SHOP, "2026-11-19", "2026-11-20")
    assert shelf == Shelf("accumulated", SHOP, date="2026-11-20", location="1")
    assert [one.key.object_id for one in stores.all(shelf)] == ["1"]
    assert [one.key.object_id for one in stores.all(DAY)] == ["2"]
    assert stores.shelves.accumulated(SHOP, "2026-11-21", "2026-11-30") == []
