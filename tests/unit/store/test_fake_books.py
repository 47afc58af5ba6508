"""The fake company does what the simulation relies on."""

import json
from typing import Any

import pytest

from daybook.domain.outcome import BatchItem, FoundEntry, Outcome, ProbeFailed
from tests.fakes.books import FakeBooks


def read(qbo_id: str, body: dict[str, Any]) -> FoundEntry:
    return FoundEntry(qbo_id, body["DocNumber"], "", "", ())


def item(b_id: str, number: str) -> BatchItem:
    return BatchItem(b_id, "JournalEntry", json.dumps({"DocNumber": number}).encode())


@pytest.fixture
def books() -> FakeBooks:
    return FakeBooks(read)


def test_the_same_request_again_commits_once(books: FakeBooks) -> None:
    first = books.post_batch([item("1", "A"), item("2", "B")], "R")
    again = books.post_batch([item("1", "A"), item("2", "B")], "R")
    assert first == again
    assert len(books.entries) == 2


def test_another_request_id_commits_again(books: FakeBooks) -> None:
    books.post_batch([item("1", "A")], "R")
    books.post_batch([item("1", "A")], "S")
    assert [entry.qbo_id for entry in books.find_journal_entries(["A"])["A"]] == ["1", "2"]


def test_a_lost_reply_leaves_the_entry_in_the_books(books: FakeBooks) -> None:
    books.faults.append("lose_reply")
    assert books.post_batch([item("1", "A")], "R")["1"].kind == "uncertain"
    assert len(books.find_journal_entries(["A"])["A"]) == 1
    assert books.post_batch([item("1", "A")], "R")["1"].kind == "posted"
    assert len(books.entries) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("drop", "uncertain"),
        ("throttle", "throttled"),
        ("unauthorised", "unauthorised"),
        ("disconnect", "disconnected"),
    ],
)
def test_a_request_that_never_arrived_leaves_nothing(
    books: FakeBooks, fault: Any, kind: str
) -> None:
    books.faults.append(fault)
    assert books.post_batch([item("1", "A")], "R")["1"].kind == kind
    assert books.find_journal_entries(["A"]) == {"A": []}


def test_a_refused_item_does_not_stop_its_siblings(books: FakeBooks) -> None:
    books.refusals["A"] = Outcome("refused", reason="period_closed")
    outcomes = books.post_batch([item("1", "A"), item("2", "B")], "R")
    assert [outcomes[b_id].kind for b_id in ("1", "2")] == ["refused", "posted"]


def test_a_probe_can_fail(books: FakeBooks) -> None:
    books.failing_probes = 1
    with pytest.raises(ProbeFailed):
        books.find_journal_entries(["A"])
    assert books.find_journal_entries(["A"]) == {"A": []}
