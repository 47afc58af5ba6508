"""Versions and reversals: what the books hold is what the newest version says, once."""

from typing import Any

import pytest

from daybook.domain.outcome import Outcome
from tests.fakes.books import Fault
from tests.unit.workflows.office import Office, amounts, balance, sale, void_of


def test_a_newer_version_is_posted_after_the_reversal_of_the_older() -> None:
    office = Office.opened()
    office.deliver(sale(amount="10.00"))
    office.drain()
    office.deliver(sale(amount="12.00", version="2"))
    office.drain()
    assert amounts(office) == [("debit", 1000), ("credit", 1000), ("debit", 1200)]
    assert office.statuses() == {
        "1001/1/post/post": "reversed",
        "1001/1/post/reverse": "posted",
        "1001/2/post/post": "posted",
    }


def test_a_third_version_replaces_the_second() -> None:
    office = Office.opened()
    for version, amount in enumerate(("10.00", "12.00", "13.00"), 1):
        office.deliver(sale(amount=amount, version=str(version)))
        office.drain()
    assert balance(office) == 1300
    assert len(office.books.entries) == 5


def test_a_newer_version_of_the_same_content_is_superseded() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.drain()
    office.deliver(sale(version="2", memo="printed again"))
    office.drain()
    assert office.row(version="2").status == "superseded"
    assert len(office.books.entries) == 1


def test_an_unsent_older_version_is_superseded() -> None:
    office = Office.opened()
    office.deliver([sale(amount="10.00"), sale(amount="12.00", version="2")])
    office.drain()
    assert (office.row(version="1").status, office.row(version="2").status) == (
        "superseded",
        "posted",
    )
    assert balance(office) == 1200


def test_an_older_version_that_comes_late_is_superseded() -> None:
    office = Office.opened()
    office.deliver(sale(amount="12.00", version="10"))
    office.drain()
    office.deliver(sale(amount="10.00", version="9"))
    office.drain()
    assert office.row(version="9").status == "superseded"
    assert balance(office) == 1200


def test_an_older_version_that_comes_after_the_void_is_superseded() -> None:
    office = Office.opened()
    office.deliver(sale(version="1"))
    office.drain()
    office.deliver(void_of(version="3"))
    office.drain()
    office.deliver(sale(version="2", amount="99.00"))
    office.drain()
    assert office.row(version="2").status == "superseded"
    assert balance(office) == 0


def test_an_older_version_that_comes_after_a_void_without_trace_is_superseded() -> None:
    office = Office.opened()
    office.deliver([sale(version="1"), void_of(version="3")])
    office.drain()
    office.deliver(sale(version="2", amount="99.00"))
    office.drain()
    assert office.row(version="2").status == "superseded"
    assert office.books.requests == []


def test_an_older_version_does_not_undo_a_newer_one_that_changed_nothing() -> None:
    office = Office.opened()
    office.deliver(sale(version="1", amount="10.00"))
    office.drain()
    office.deliver(sale(version="3", amount="10.00"))
    office.drain()
    office.deliver(sale(version="2", amount="12.00"))
    office.drain()
    assert office.row(version="2").status == "superseded"
    assert balance(office) == 1000


def test_a_newer_version_with_nothing_in_it_takes_the_older_back() -> None:
    office = Office.opened()
    office.deliver(sale(amount="10.00"))
    office.drain()
    office.deliver(sale(amount="0", version="2"))
    office.drain()
    assert balance(office) == 0
    assert office.row(version="2").status == "void"
    assert office.row(version="1", purpose="post").status == "reversed"


def test_versions_that_cannot_be_put_in_order_conflict() -> None:
    office = Office.opened()
    office.deliver(sale(version="a", amount="10.00"))
    office.drain()
    office.deliver(sale(version="b", amount="12.00"))
    office.drain()
    assert (office.row(version="b").status, office.row(version="b").reason) == ("held", "conflict")
    assert balance(office) == 1000


def test_versions_are_instants_where_they_look_like_it() -> None:
    office = Office.opened()
    office.deliver(sale(version="2026-11-20T12:00:00+01:00", amount="10.00"))
    office.drain()
    office.deliver(sale(version="2026-11-20T11:00:00.5Z", amount="12.00"))
    office.drain()
    assert balance(office) == 1200


@pytest.mark.parametrize("fault", ["lose_reply", "drop"])
@pytest.mark.parametrize(
    ("second", "end"), [(sale(version="2", amount="12.00"), 1200), (void_of(), 0)]
)
def test_what_comes_while_the_older_is_unclear_waits_for_its_outcome(
    fault: Fault, second: dict[str, Any], end: int
) -> None:
    office = Office.opened()
    office.books.faults.append(fault)
    office.deliver(sale(version="1", amount="10.00"))
    office.drain()
    office.deliver(second)
    office.drain()
    assert office.row(version="2").reason == "waits_for_prior"
    assert len(office.books.requests) == 1
    office.settle(1)
    assert office.due() == 0
    assert balance(office) == end
    assert office.row(version="2").status == "posted"


def test_what_waits_goes_when_the_older_is_refused() -> None:
    office = Office.opened()
    office.books.faults.append("drop")
    office.deliver(sale(version="1", amount="10.00"))
    office.drain()
    office.deliver(sale(version="2", amount="12.00"))
    office.drain()
    office.books.refusals[office.row(version="1").journal().doc_number] = Outcome("refused")
    office.settle(1)
    assert office.row(version="1").status == "superseded"
    assert balance(office) == 1200


def test_what_waits_for_an_unknown_outcome_waits_for_a_person() -> None:
    office = Office.opened()
    office.books.faults.extend(["drop", "drop"])
    office.deliver(sale(version="1", amount="10.00"))
    office.drain()
    office.clock.sleep(24 * 3600)
    office.drain()
    office.deliver(sale(version="2", amount="12.00"))
    office.settle()
    assert office.row(version="1").reason == "outcome_unknown"
    assert office.row(version="2").reason == "waits_for_prior"
    assert office.books.entries == []


def test_what_is_about_to_be_taken_back_does_not_stand_for_a_newer_version() -> None:
    office = Office.opened()
    office.deliver(sale(version="1", amount="10.00"))
    office.drain()
    office.books.faults.append("throttle")
    office.deliver(void_of(version="2"))
    office.drain()
    assert office.row(purpose="reverse").status == "ready"
    office.deliver(sale(version="3", amount="10.00"))
    office.settle(2)
    assert balance(office) == 1000
    assert office.row(version="3").status == "posted"


def test_rows_of_other_objects_are_not_kept_waiting() -> None:
    office = Office.opened()
    office.deliver(void_of("1"))
    office.deliver(sale("2"))
    office.drain()
    assert office.row("2").status == "posted"
