"""Pulling: what a webhook lost is found, what it brought is known, and the cursor never skips."""

from datetime import timedelta
from typing import Any

import pytest

from daybook.domain.pos_errors import NotAllowed, Unavailable
from daybook.domain.posting import instant_text
from daybook.domain.pulls import PullCursor
from daybook.workflows.pull import BEFORE_CONNECTED, LONGEST_REST
from tests.fakes.clock import START
from tests.unit.workflows.office import SHOP, amounts
from tests.unit.workflows.pulling import Branch


@pytest.fixture
def branch() -> Branch:
    return Branch.at_heartland()


def cursor(branch: Branch, resource: str = "tickets") -> PullCursor:
    found = branch.pulls.cursor(SHOP, resource)
    assert found is not None
    return found


def test_what_no_webhook_brought_is_found_and_posted_once(branch: Branch) -> None:
    for number in range(1, 6):
        branch.clock.sleep(60)
        branch.vendor.sell(number)
    job = branch.pull()
    assert (job.state, job.counts, job.done, job.total) == ("done", {"found": 5}, 5, 5)
    assert {row.origin for row in branch.ledger.rows.values()} == {"pull"}
    assert {row.origin for row in branch.ledger.deliveries.values()} == {"pull"}
    branch.settle()
    assert amounts(branch) == [("debit", 1000)] * 5


def test_webhook_and_pull_of_one_version_are_one_event(branch: Branch) -> None:
    full, thin = branch.vendor.sell(1), branch.vendor.sell(2, "20.00")
    branch.webhook(full)
    branch.webhook(
        {name: value for name, value in thin.items() if name not in ("lines", "payments")}
    )
    branch.vendor.sell(3, "30.00")
    job = branch.pull()
    assert job.counts == {"known": 2, "found": 1}
    assert branch.objects() == ["1", "2", "3"]
    branch.settle()
    assert sorted(amounts(branch)) == [("debit", 1000), ("debit", 2000), ("debit", 3000)]
    origins = [row.origin for row in branch.ledger.rows.values()]
    assert origins == ["", "", "pull"]


@pytest.mark.parametrize("thin", [False, True])
def test_a_webhook_that_comes_after_the_pull_brings_nothing_new(branch: Branch, thin: bool) -> None:
    body = branch.vendor.sell(1)
    branch.pull()
    if thin:
        body = {name: body[name] for name in body if name not in ("lines", "payments")}
    done = branch.webhook(body)
    assert (done.duplicates, branch.statuses()) == (
        1,
        {f"1/{body['updated_at']}/post/post": "ready"},
    )


def test_what_was_seen_is_not_asked_for_again(branch: Branch) -> None:
    branch.vendor.sell(1)
    branch.pull()
    asked = len(branch.vendor.asked)
    job = branch.pull()
    assert job.counts == {"unchanged": 1}
    assert branch.vendor.asked[asked:] == ["sales/tickets"]


def test_the_cursor_begins_an_overlap_behind_what_was_seen(branch: Branch) -> None:
    branch.clock.sleep(3_600)
    branch.vendor.sell(1)
    sold = branch.clock()
    branch.clock.sleep(60)
    branch.pull()
    assert cursor(branch).seen == instant_text(sold)
    assert cursor(branch).read_at == instant_text(branch.clock())
    # Committed late, under an instant before the last one seen.
    branch.vendor.sell(2, updated_at=instant_text(sold - timedelta(minutes=9)))
    branch.pull()
    assert branch.objects() == ["1", "2"]
    assert cursor(branch).seen == instant_text(sold)


def test_an_empty_list_keeps_a_cursor_that_does_not_creep(branch: Branch) -> None:
    branch.pull()
    first = cursor(branch)
    assert first.seen == instant_text(START - BEFORE_CONNECTED)
    branch.clock.sleep(3_600)
    branch.pull()
    assert cursor(branch).seen == first.seen
    assert cursor(branch).read_at > first.read_at


def test_a_row_dated_in_the_future_skips_nothing(branch: Branch) -> None:
    branch.vendor.sell(1, updated_at="2099-01-01T00:00:00Z")
    branch.clock.sleep(60)
    branch.pull()
    branch.vendor.sell(2)
    branch.pull()
    assert branch.objects() == ["1", "2"]


@pytest.mark.parametrize("minutes", [-300, -20, 20, 300])
def test_a_vendors_clock_that_is_wrong_skips_nothing(branch: Branch, minutes: int) -> None:
    off = timedelta(minutes=minutes)
    branch.clock.sleep(36_000)
    for number in range(1, 30):
        branch.clock.sleep(400)
        branch.vendor.sell(number, updated_at=instant_text(branch.clock() + off))
        if number % 4 == 0:
            branch.pull()
    branch.pull()
    assert len(branch.objects()) == 29


def test_since_a_later_instant_than_the_cursor_leaves_the_cursor(branch: Branch) -> None:
    branch.vendor.sell(1)
    branch.clock.sleep(60)
    branch.pull()
    before = cursor(branch)
    branch.clock.sleep(7_200)
    branch.vendor.sell(2)
    branch.clock.sleep(7_200)
    branch.vendor.sell(3)
    branch.clock.sleep(60)
    job = branch.pull(branch.clock() - timedelta(hours=1))
    assert job.counts == {"found": 1}
    assert cursor(branch).seen == before.seen
    assert branch.pull().counts["found"] == 1
    assert branch.objects() == ["1", "2", "3"]


def test_since_an_earlier_instant_reads_again_and_moves_nothing_back(branch: Branch) -> None:
    branch.vendor.sell(1)
    branch.clock.sleep(60)
    branch.pull()
    before = cursor(branch)
    job = branch.pull(START - timedelta(days=30))
    assert job.counts == {"unchanged": 1}
    assert cursor(branch).seen == before.seen


def test_an_outage_makes_the_job_rest_and_go_on(branch: Branch) -> None:
    branch.vendor.sell(1)
    branch.vendor.trouble = [Unavailable("no answer") for _ in range(7)]
    branch.vendor.trouble.insert(1, Unavailable("throttled (429)", 77))
    job = branch.begin()
    waits = []
    for _ in range(40):
        if not branch.messages:
            break
        waits.append(branch.messages[0][2])
        branch.work_once()
    assert branch.store.rows[job.id].state == "done"
    assert waits == [0, 30, 77, 120, 240, 480, LONGEST_REST, LONGEST_REST, LONGEST_REST]
    assert branch.objects() == ["1"]
    assert not [row for row in branch.ledger.rows.values() if row.status == "held"]
    assert branch.told == [(SHOP, tries) for tries in range(3, 9)]


def test_a_point_of_sale_that_stays_away_for_a_day_fails_the_job(branch: Branch) -> None:
    branch.vendor.meanwhile = _away
    job = branch.pull()
    assert job.state == "failed"
    assert job.error == "Heartland is away; it did not answer for a day."


def _away() -> None:
    raise Unavailable("Heartland is away")


def test_refused_credentials_fail_the_job_and_stand_on_the_cursor(branch: Branch) -> None:
    branch.vendor.sell(1)
    text = "Heartland does not take the token (401); renew it for this connection"
    branch.vendor.trouble = [NotAllowed(text)]
    job = branch.pull()
    assert (job.state, job.error) == ("failed", f"tickets: {text}.")
    first = cursor(branch)
    assert branch.told == [(SHOP, 1)]
    assert (first.trouble, first.since) == (f"tickets: {text}.", instant_text(START))
    branch.clock.sleep(3_600)
    branch.vendor.trouble = [NotAllowed(text)]
    branch.pull()
    assert cursor(branch).since == first.since
    assert branch.pull().state == "done"
    assert (cursor(branch).trouble, cursor(branch).since) == ("", "")
    assert branch.objects() == ["1"]


def test_one_list_that_is_refused_stops_no_other(branch: Branch) -> None:
    branch.kinds = ("returns", "tickets")
    branch.vendor.sell(1)
    branch.vendor.meanwhile = lambda: _refuse(branch.vendor.asked[-1])
    job = branch.pull()
    assert job.state == "failed"
    assert "returns" in job.error
    assert branch.objects() == ["1"]


def _refuse(path: str) -> None:
    if path == "purchasing/returns":
        raise NotAllowed("not yours (403)")


def test_a_void_of_what_was_never_brought_leaves_nothing_behind(branch: Branch) -> None:
    branch.vendor.sell(1)
    branch.clock.sleep(600)
    branch.vendor.void(1)
    assert branch.pull().counts == {"found": 1}
    branch.settle()
    assert set(branch.statuses().values()) == {"void"}
    assert amounts(branch) == []
    # The webhook of the sale comes after all.
    late = branch.vendor.sell(1)
    branch.webhook(late | {"updated_at": instant_text(START + timedelta(seconds=2))})
    branch.settle()
    assert amounts(branch) == []
    assert not [row for row in branch.ledger.rows.values() if row.status == "held"]


def test_a_void_of_what_is_posted_takes_it_back(branch: Branch) -> None:
    branch.webhook(branch.vendor.sell(1))
    branch.settle()
    branch.clock.sleep(600)
    branch.vendor.void(1)
    branch.pull()
    branch.settle()
    assert amounts(branch) == [("debit", 1000), ("credit", 1000)]
    assert len(branch.ledger.rows) == 3


def test_what_is_not_completed_makes_no_row(branch: Branch) -> None:
    still_open: dict[str, Any] = {"completed?": False, "status": "open", "completed_at": None}
    undone: dict[str, Any] = {"voided?": True, "completed_at": None}
    branch.vendor.sell(1, **still_open)
    branch.vendor.sell(2, **undone)
    assert branch.pull().counts == {}
    assert branch.objects() == []


def test_a_row_that_cannot_be_read_is_held_once_and_stops_no_other(branch: Branch) -> None:
    branch.vendor.sell(1, lines=[{"type": "MysteryLine"}])
    branch.clock.sleep(5)
    branch.vendor.sell(2)
    branch.pull()
    branch.pull()
    held = [row for row in branch.ledger.rows.values() if row.status == "held"]
    assert [(row.reason, row.origin) for row in held] == [("unreadable", "pull")]
    assert "2" in branch.objects()


def test_what_was_seen_is_kept_by_business_date_with_the_totals_stated(branch: Branch) -> None:
    branch.webhook(branch.vendor.sell(1))
    branch.vendor.sell(2, "12.50")
    branch.pull()
    seen: list[Any] = list(branch.pulls.seen_of_day(SHOP, "2026-11-20"))
    assert [(one.object_id, one.location, one.kind, one.stated) for one in seen] == [
        ("1", "1", "sale", {"total": "10.00"}),
        ("2", "1", "sale", {"total": "12.50"}),
    ]


def test_a_large_body_goes_to_the_archive(branch: Branch) -> None:
    branch.vendor.sell(1, memo="x" * 200_000)
    branch.pull()
    (row,) = branch.ledger.deliveries.values()
    assert (row.body, row.archive_key[:16]) == (b"", "deliveries/shop/")
    assert len(branch.archive.get(row.archive_key)) > 200_000
