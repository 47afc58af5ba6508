"""`daybook events` and `daybook jobs` against a stack in this process."""

import re
from dataclasses import replace

import pytest

from cli.jobs import followed
from daybook.domain.flags import Flag
from daybook.workflows import jobs
from tests.unit.cli_books.books import Books, answer, daybook, said
from tests.unit.workflows.office import REALM, SHOP, sale

TICKET = "ticket/1001/1"


def test_what_waits_for_a_person_is_listed_and_ends_with_2(books: Books) -> None:
    books.deliver(sale("1"), sale("2", key="Shoes"))
    found = answer("events", SHOP, code=2)
    (event,) = found["events"]
    assert (event["event"], event["reason"]) == ("ticket/2/1/post", "unmapped_account")
    assert event["missing"] == [{"role": "sales", "key": "Shoes", "location": "1"}]
    assert event["next_action"].startswith("Map each missing")
    assert found["more"] is False


def test_the_events_of_a_date_are_listed_whatever_became_of_them(books: Books) -> None:
    books.deliver(sale("1"), sale("2", amount="0"), sale("3", business_date="2026-11-21"))
    books.post()
    of_day = answer("events", SHOP, "--date", "2026-11-20")["events"]
    assert [(one["event"], one["status"]) for one in of_day] == [
        ("ticket/2/1/post", "void"), ("ticket/1/1/post", "posted"),
    ]  # fmt: skip
    only = answer("events", SHOP, "--date", "2026-11-20", "--status", "void")["events"]
    assert [one["event"] for one in only] == ["ticket/2/1/post"]


def test_what_is_on_its_way_is_listed_without_a_date(books: Books) -> None:
    books.deliver(sale("1"), sale("2"))
    found = answer("events", SHOP, "--status", "ready", "--limit", "1")
    assert (len(found["events"]), found["more"]) == (1, True)


def test_a_table_says_that_there_are_more(books: Books) -> None:
    books.deliver(*[sale(str(number), key="Shoes") for number in range(3)])
    shown = daybook("events", SHOP, "--limit", "2")
    assert shown.exit_code == 2
    assert "The first 2" in said(shown)


def test_one_event_is_shown_with_its_lines_history_and_quickbooks_id(books: Books) -> None:
    books.deliver(sale())
    books.post()
    shown = said(daybook("events", SHOP, TICKET))
    assert f"In QuickBooks: JournalEntry {books.row().qbo_id}" in shown
    assert "received>ready" in shown
    assert "108.25" in shown
    (row,) = answer("events", SHOP, TICKET)["rows"]
    assert row["content"]["object_id"] == "1001"
    assert len(row["entry"]["lines"]) == 2
    assert row["delivery"] == "msg-1"


def test_what_a_proof_saw_is_shown_with_the_event(books: Books) -> None:
    books.deliver(sale(amount="0"))
    row = books.row()
    flag = Flag("edited_in_qbo", "2026-11-21T03:00:00.000Z", "Its date.", "5", "ann: right so")
    assert books.stack.parts.ledger.change(row, row.flagged((flag,)))
    (shown,) = answer("events", SHOP, TICKET)["rows"]
    assert [one["seen"] for one in shown["flags"]] == ["Its date."]
    assert "Its date. Cleared by ann: right so" in said(daybook("events", SHOP, TICKET))


def test_what_a_proof_flagged_is_listed_until_it_is_cleared(books: Books) -> None:
    books.deliver(sale("1", amount="0"), sale("2"))
    assert answer("events", SHOP, "--flagged")["events"] == []
    row = books.row("1")
    flag = Flag("edited_in_qbo", "2026-11-21T03:00:00.000Z", "Its date.", "5", "")
    assert books.stack.parts.ledger.change(row, row.flagged((flag,)))
    (shown,) = answer("events", SHOP, "--flagged", code=2)["events"]
    assert (shown["event"], shown["flags"][0]["seen"]) == ("ticket/1/1/post", "Its date.")
    ended = daybook("events", SHOP, "--flagged", "--status", "held")
    assert (ended.exit_code, "no other choice" in said(ended)) == (1, True)


def test_an_id_with_a_slash_can_be_typed_as_it_is_printed(books: Books) -> None:
    books.deliver(sale("A/1 é", key="Shoes"))
    (event,) = answer("events", SHOP, code=2)["events"]
    (row,) = answer("events", SHOP, event["event"], code=2)["rows"]
    assert row["content"]["object_id"] == "A/1 é"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--status", "posted"), "Name the business date too"),
        (("--status", "lost"), "No such status"),
        (("--reason", "bad_luck"), "No such reason"),
        ((TICKET,), "There is no such event"),
    ],
)
def test_wrong_use_ends_with_1_and_says_why(
    books: Books, arguments: tuple[str, ...], says: str
) -> None:
    ended = daybook("events", SHOP, *arguments)
    assert ended.exit_code == 1
    assert says in said(ended)


def started(books: Books) -> str:
    """A job of a replay, not worked on yet."""
    books.deliver(sale(key="Shoes"))
    which = ("--reason", "unmapped_account", "--yes", "--no-wait")
    job_id: str = answer("replay", SHOP, *which)["job"]["id"]
    return job_id


def test_a_job_is_listed_and_shown(books: Books) -> None:
    job_id = started(books)
    assert re.fullmatch(r"replay-\d{8}-\d{6}-[0-9a-f]{6}", job_id)
    assert [one["id"] for one in answer("jobs")["jobs"]] == [job_id]
    assert answer("jobs", job_id)["job"]["state"] == "queued"
    books.sweep()
    assert "is done, 1/1: 1 held" in said(daybook("jobs", job_id))


def test_a_job_is_stopped(books: Books) -> None:
    job_id = started(books)
    assert answer("jobs", job_id, "--stop")["job"]["state"] == "stopped"
    books.sweep()
    assert answer("jobs", job_id)["job"]["counts"] == {}


def test_a_failed_job_ends_with_2_and_says_why(books: Books) -> None:
    job_id = started(books)
    store = books.stack.parts.jobs.store
    job = store.get(job_id)
    assert job
    failed = replace(job, state="failed", error="No more.", number=2)
    assert store.change(job, failed)
    shown = daybook("jobs", job_id)
    assert shown.exit_code == 2
    assert "No more." in said(shown)
    assert daybook("jobs").exit_code == 2


def test_following_a_job_ends_with_it(books: Books) -> None:
    parts = books.stack.parts
    job = parts.jobs.store.get(started(books))
    assert job
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        books.sweep()

    assert followed(job, parts, pause).state == "done"
    assert len(pauses) == 1


def test_following_a_job_ends_though_nobody_works_on_it(books: Books) -> None:
    parts = books.stack.parts
    job = parts.jobs.store.get(started(books))
    assert job
    assert followed(job, parts, lambda _seconds: None, polls=3).state == "queued"


def test_a_night_refreshes_the_charts_and_begins_the_proofs(books: Books) -> None:
    books.connect()
    parts = books.stack.parts
    parts.jobs.queue.send("daily", {})
    version = parts.mappings.chart_version(REALM)
    books.sweep()
    found = {one["kind"]: one for one in answer("jobs")["jobs"]}
    assert (found["daily"]["state"], found["daily"]["counts"]["charts"]) == ("done", 1)
    assert (found["prove"]["state"], found["prove"]["actor"]) == ("done", "schedule")
    assert parts.mappings.chart_version(REALM) > version
    parts.jobs.queue.send("daily", {})
    books.sweep()
    assert len(answer("jobs")["jobs"]) == len(found)


@pytest.mark.parametrize("arguments", [("nobody",), ("--stop",), ("--follow",)])
def test_a_job_that_is_not_there_is_refused(books: Books, arguments: tuple[str, ...]) -> None:
    assert daybook("jobs", *arguments).exit_code == 1


def test_a_kind_that_nobody_knows_is_told_to_whoever_starts_it(books: Books) -> None:
    with pytest.raises(jobs.UnknownJob):
        jobs.start("sing", {}, books.stack.parts.jobs.worker, actor="ann", reason="")
