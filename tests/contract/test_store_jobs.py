"""What every store of jobs and actions promises: those on DynamoDB and the fakes alike."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from daybook.domain.action import Action
from daybook.domain.job import Job
from daybook.store.actions import Actions as ActionTable
from daybook.store.jobs import Jobs as JobTable
from daybook.store.table import Table
from daybook.workflows.ports import Actions, Jobs
from tests.fakes.aws import in_process
from tests.fakes.jobs import FakeActions, FakeJobStore

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EARLY, LATE = "2026-11-20T11:00:00.000Z", "2026-11-20T11:30:00.000Z"
JOB = Job(
    "undo-1", "undo", {"connection": "shop", "days": [1, 2]}, EARLY, EARLY, "ann", "wrong account",
    total=7,
)  # fmt: skip
ACTION = Action("shop#1", EARLY, "ann", "undo", "wrong account", "2026-11", "undo-1", "undo-1")


@dataclass
class Stores:
    """Both stores."""

    jobs: Jobs
    actions: Actions


@pytest.fixture(params=["fake", "dynamodb"])
def stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    if request.param == "fake":
        yield Stores(FakeJobStore(), FakeActions())
        return
    with in_process(monkeypatch) as aws:
        table = Table(aws.dynamodb, "ledger")
        yield Stores(JobTable(table), ActionTable(table))


def test_a_job_comes_back_as_it_was_put(stores: Stores) -> None:
    assert stores.jobs.put(JOB)
    assert stores.jobs.get("undo-1") == JOB
    assert stores.jobs.get("undo-2") is None


def test_a_job_of_a_known_id_is_not_put_again(stores: Stores) -> None:
    stores.jobs.put(JOB)
    assert not stores.jobs.put(replace(JOB, actor="bob"))
    assert stores.jobs.get("undo-1") == JOB


def test_a_write_counts_only_for_the_row_that_it_read(stores: Stores) -> None:
    stores.jobs.put(JOB)
    running = JOB.moved(NOW, state="running", cursor={"day": "2026-11-01"}, counts={"a b": 1})
    assert stores.jobs.change(JOB, running)
    assert not stores.jobs.change(JOB, JOB.moved(NOW, state="stopped"))
    assert stores.jobs.get("undo-1") == running
    done = running.moved(NOW, state="done", cursor={}, error="")
    assert stores.jobs.change(running, done)
    assert stores.jobs.get("undo-1") == done


def test_a_change_of_a_job_that_was_never_put_is_refused(stores: Stores) -> None:
    assert not stores.jobs.change(JOB, JOB.moved(NOW, state="running"))


def test_open_jobs_are_listed_oldest_first_until_they_are_over(stores: Stores) -> None:
    later = replace(JOB, id="undo-2", created_at=LATE)
    for job in (later, JOB):
        stores.jobs.put(job)
    assert stores.jobs.open() == [JOB, later]
    stores.jobs.change(JOB, JOB.moved(NOW, state="failed", error="No."))
    assert stores.jobs.open() == [later]


def test_the_jobs_of_a_month_are_listed_whatever_became_of_them(stores: Stores) -> None:
    last_month = replace(JOB, id="undo-0", created_at="2026-10-31T23:59:59.999Z")
    for job in (JOB, last_month):
        stores.jobs.put(job)
    done = JOB.moved(NOW, state="done")
    stores.jobs.change(JOB, done)
    assert stores.jobs.of_month("2026-11") == [done]
    assert stores.jobs.of_month("2026-10") == [last_month]
    assert stores.jobs.of_month("2026-09") == []


def test_an_action_is_kept_once_and_listed_in_order(stores: Stores) -> None:
    later = replace(ACTION, at=LATE, id="void-1", reason="")
    assert stores.actions.put(later)
    assert stores.actions.put(ACTION)
    assert not stores.actions.put(replace(ACTION, actor="bob"))
    assert stores.actions.of_month("shop#1", "2026-11") == [ACTION, later]
    assert stores.actions.of_month("shop#1", "2026-10") == []
    assert stores.actions.of_month("shop", "2026-11") == []


def test_jobs_and_actions_are_no_events(monkeypatch: pytest.MonkeyPatch) -> None:
    with in_process(monkeypatch) as aws:
        JobTable(Table(aws.dynamodb, "ledger")).put(JOB)
        ActionTable(Table(aws.dynamodb, "ledger")).put(ACTION)
        assert aws.ledger().counts() == {}
        assert list(aws.ledger().all_postings()) == []


def test_the_latest_jobs_of_a_month_are_read_page_by_page(stores: Stores) -> None:
    later = replace(JOB, id="undo-2", created_at=LATE)
    for job in (JOB, later):
        stores.jobs.put(job)
    ((place, first),) = stores.jobs.latest("2026-11", "", 1)
    assert first == later
    ((last, second),) = stores.jobs.latest("2026-11", place, 5)
    assert second == JOB
    assert stores.jobs.latest("2026-11", last, 5) == []
    assert stores.jobs.latest("2026-10", "", 5) == []


def test_the_latest_actions_of_a_month_are_read_page_by_page(stores: Stores) -> None:
    later = replace(ACTION, at=LATE, id="undo-2")
    for action in (ACTION, later):
        stores.actions.put(action)
    assert stores.actions.latest("shop#1", "2026-11", "", 1) == [later]
    assert stores.actions.latest("shop#1", "2026-11", later.place, 5) == [ACTION]
    assert stores.actions.latest("shop#1", "2026-11", ACTION.place, 5) == []
