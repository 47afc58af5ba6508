"""What every store of pulls promises: the one on DynamoDB and the fake alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daybook.domain.pulls import PullCursor, SeenAtPos
from daybook.store.pulls import Pulls as PullTable
from daybook.store.table import Table
from daybook.workflows.ports import Pulls
from tests.fakes.aws import in_process
from tests.fakes.pulls import FakePulls

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EARLY, LATE = "2026-11-20T11:00:00.000Z", "2026-11-20T11:30:00.000Z"
FIRST = PullCursor("shop#1", "tickets").moved(EARLY, LATE)
SEEN = SeenAtPos(
    "shop#1", "ticket", "1#2", "v1", "post", EARLY, LATE, "sale", "store 1", "2026-11-20",
    {"total": "10.00"},
)  # fmt: skip


@pytest.fixture(params=["fake", "dynamodb"])
def pulls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulls]:
    if request.param == "fake":
        yield FakePulls()
        return
    with in_process(monkeypatch) as aws:
        yield PullTable(Table(aws.dynamodb, "ledger"))


def test_a_cursor_is_there_once_it_is_moved(pulls: Pulls) -> None:
    assert pulls.cursor("shop#1", "tickets") is None
    assert pulls.move(None, FIRST)
    assert pulls.cursor("shop#1", "tickets") == FIRST
    assert not pulls.move(None, FIRST.moved(LATE))


def test_a_cursor_is_written_only_as_it_was_read(pulls: Pulls) -> None:
    pulls.move(None, FIRST)
    troubled = FIRST.in_trouble("tickets: renew the token.", NOW)
    assert pulls.move(FIRST, troubled)
    assert not pulls.move(FIRST, FIRST.moved(LATE))
    assert pulls.cursor("shop#1", "tickets") == troubled
    assert pulls.move(troubled, troubled.moved(LATE))
    there = pulls.cursor("shop#1", "tickets")
    assert there is not None
    assert (there.seen, there.trouble, there.since) == (LATE, "", "")


def test_a_cursor_never_goes_back() -> None:
    assert FIRST.moved(LATE).moved(EARLY).seen == LATE


def test_cursors_are_those_of_one_connection_by_list(pulls: Pulls) -> None:
    pulls.move(None, replace(FIRST, resource="returns"))
    pulls.move(None, FIRST)
    pulls.move(None, replace(FIRST, connection="shop"))
    assert [one.resource for one in pulls.cursors("shop#1")] == ["returns", "tickets"]
    assert pulls.cursors("nobody") == []


def test_what_was_seen_comes_back(pulls: Pulls) -> None:
    assert pulls.seen("shop#1", "ticket", "1#2") is None
    pulls.see(SEEN)
    assert pulls.seen("shop#1", "ticket", "1#2") == SEEN
    bare = SeenAtPos("shop#1", "list:transfers", "9", EARLY, "", EARLY, LATE)
    pulls.see(bare)
    assert pulls.seen("shop#1", "list:transfers", "9") == bare


def test_the_later_version_stays_whichever_is_seen_last(pulls: Pulls) -> None:
    newer = replace(SEEN, version="v2", effect="reverse", modified=LATE, stated={})
    pulls.see(SEEN)
    pulls.see(newer)
    pulls.see(SEEN)
    assert pulls.seen("shop#1", "ticket", "1#2") == newer


def test_what_was_seen_is_found_by_its_business_date(pulls: Pulls) -> None:
    other = replace(SEEN, object_id="3", location="store 0")
    pulls.see(SEEN)
    pulls.see(other)
    pulls.see(replace(SEEN, object_id="4", business_date="2026-11-21"))
    pulls.see(replace(SEEN, object_id="5", business_date=""))
    assert list(pulls.seen_of_day("shop#1", "2026-11-20")) == [other, SEEN]
    pulls.see(replace(SEEN, business_date="2026-11-22", modified=LATE))
    assert list(pulls.seen_of_day("shop#1", "2026-11-20")) == [other]
