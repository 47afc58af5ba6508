"""`daybook undo` against a stack in this process and the simulator."""

import pytest

from tests.unit.cli_books.books import Books, answer, daybook, said
from tests.unit.workflows.office import SHOP, sale

DATES = ("--from", "2026-11-20", "--to", "2026-11-21")
WHY = ("--reason", "wrong account", "--actor", "ann")
TICKET = "ticket/1001/1"


def three(books: Books) -> None:
    books.deliver(
        sale("1", "10.00"),
        sale("2", "20.00", location="2", business_date="2026-11-20"),
        sale("3", "40.00", business_date="2026-11-21"),
    )
    books.post()
    assert len(books.entries()) == 3


def test_one_event_is_taken_back_and_shown_so(books: Books) -> None:
    books.deliver(sale())
    books.post()
    done = answer("undo", SHOP, TICKET, *WHY)
    assert (done["event"], done["status"]) == ("ticket/1001/1/post", "ready")
    books.post()
    assert len(books.entries()) == 2
    assert books.row(purpose="post").status == "reversed"
    again = daybook("undo", SHOP, TICKET, *WHY)
    assert again.exit_code == 0
    assert "taken back already, by entry" in said(again)
    shown = daybook("events", SHOP, TICKET)
    assert "undo by ann: wrong account" in said(shown)


def test_a_dry_run_counts_and_sums_and_takes_nothing_back(books: Books) -> None:
    three(books)
    found = answer("undo", SHOP, *DATES, "--dry-run")
    assert found["events"] == 3
    assert found["sums"] == [
        {"location": "1", "currency": "USD", "events": 2, "amount": "50.00"},
        {"location": "2", "currency": "USD", "events": 1, "amount": "20.00"},
    ]
    assert books.stack.waiting("jobs") == []
    table = daybook("undo", SHOP, *DATES, "--dry-run")
    assert "3 events would be taken back" in said(table)


def test_many_are_taken_back_by_a_job_after_a_yes(books: Books) -> None:
    three(books)
    begun = daybook("undo", SHOP, *DATES, *WHY, "--no-wait", typed="y\n")
    assert begun.exit_code == 0
    assert "is queued, 0/3" in said(begun)
    books.sweep()
    books.post()
    (job,) = answer("jobs")["jobs"]
    assert (job["state"], job["done"], job["actor"]) == ("done", 3, "ann")
    assert job["counts"] == {"taken back": 3}
    assert len(books.entries()) == 6


def test_a_no_takes_nothing_back(books: Books) -> None:
    three(books)
    ended = daybook("undo", SHOP, *DATES, *WHY, "--no-wait", typed="n\n")
    assert ended.exit_code == 1
    assert books.stack.waiting("jobs") == []


@pytest.mark.parametrize(
    ("which", "count"),
    [
        (("--mapping-version", "1"), 3),
        (("--mapping-version", "2", *DATES), 0),
        (("--location", "2", *DATES), 1),
        (("--from", "2026-11-21", "--to", "2026-11-22"), 1),
        (("--from", "2026-11-20", "--to", "2026-11-20", "--location", "1"), 1),
    ],
)
def test_filters_can_be_combined(books: Books, which: tuple[str, ...], count: int) -> None:
    three(books)
    assert answer("undo", SHOP, *which, "--dry-run")["events"] == count


def test_nothing_to_take_back_starts_no_job(books: Books) -> None:
    found = answer("undo", SHOP, *DATES, *WHY, "--yes")
    assert found == {"job": None, "events": 0}
    assert books.stack.waiting("jobs") == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((SHOP, *WHY), "Name one event, or say which"),
        ((SHOP, TICKET, *DATES, *WHY), "Name one event, or say which"),
        ((SHOP, TICKET), "Say why"),
        ((SHOP, TICKET, "--dry-run"), "needs no dry run"),
        ((SHOP, "ticket/1001", *WHY), "names no event"),
        ((SHOP, TICKET, *WHY), "There is no such event"),
        (("elsewhere", TICKET, *WHY), "There is no connection"),
        ((SHOP, "--from", "2000-01-01", *WHY), "is no range"),
    ],
)
def test_wrong_use_ends_with_1_and_says_why(
    books: Books, arguments: tuple[str, ...], says: str
) -> None:
    ended = daybook("undo", *arguments)
    assert ended.exit_code == 1
    assert says in said(ended)
    assert books.rows() == []
