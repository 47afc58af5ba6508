"""Jobs: done in slices, whatever happens to their messages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from daybook.domain.job import Job, Step
from daybook.workflows import jobs
from daybook.workflows.jobs import SecondsLeft, Worker
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import FakeJobStore


@dataclass
class Room:
    """A worker whose one kind of job, `count`, counts to its scope's `to`, some seconds each."""

    clock: FakeClock = field(default_factory=FakeClock)
    store: FakeJobStore = field(default_factory=FakeJobStore)
    messages: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    counted: list[int] = field(default_factory=list)
    seconds: float = 1
    trouble: list[Exception] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def worker(self) -> Worker:
        """For `start`, `run`, `heal`."""
        return Worker(
            jobs=self.store,
            send=lambda kind, scope: self.messages.append((kind, scope)),
            slices={"count": self._count},
            clock=self.clock,
            new_id=lambda: "abcdef0123",
        )

    def _count(self, job: Job, seconds_left: SecondsLeft) -> Step:
        if self.trouble:
            raise self.trouble.pop(0)
        number, to = job.cursor.get("number", 0), job.scope.get("to", 3)
        if to < 0:
            return Step({}, 0, 0, {}, failed="Nobody counts below zero.")
        while number < to:
            number += 1
            self.counted.append(number)
            self.clock.sleep(self.seconds)
            if seconds_left() <= 0:
                break
        self.meanwhile()
        return Step({"number": number}, number, to, {"counted": number}, finished=number == to)

    def start(self, to: int = 3) -> Job:
        """A job that somebody asked for."""
        return jobs.start(
            "count", {"to": to}, self.worker(), actor="ann", reason="to see", total=to
        )

    def take(self, tries: int = 1) -> Job | None:
        """The next message is worked on."""
        kind, scope = self.messages.pop(0)
        return jobs.run(kind, scope, self.worker(), tries=tries)

    def job(self) -> Job:
        """The only job."""
        (job,) = self.store.rows.values()
        return job


def test_a_job_is_queued_with_its_first_message() -> None:
    room = Room()
    job = room.start()
    assert (job.state, job.actor, job.reason, job.total) == ("queued", "ann", "to see", 3)
    assert job.id == "count-20261120-120000-abcdef"
    assert room.messages == [("count", {"job": job.id, "number": 1})]


def test_a_short_job_is_done_by_its_first_message() -> None:
    room = Room()
    room.start()
    assert room.take() == room.job()
    assert (room.job().state, room.job().done, room.job().counts) == ("done", 3, {"counted": 3})
    assert room.messages == []


def test_a_long_job_goes_on_by_messages_of_a_minute_each() -> None:
    room = Room()
    room.start(to=150)
    taken = 0
    while room.messages:
        taken += 1
        room.take()
    assert taken == 3
    assert room.counted == list(range(1, 151))
    assert room.job().state == "done"


def test_progress_is_kept_every_few_seconds() -> None:
    room = Room()
    seen: list[int] = []
    room.meanwhile = lambda: seen.append(room.job().done)
    room.start(to=20)
    room.take()
    assert seen == [0, 5, 10, 15]


def test_a_message_that_comes_twice_does_nothing_the_second_time() -> None:
    room = Room()
    room.start(to=100)
    first = room.messages[0]
    room.take()
    counted = list(room.counted)
    assert jobs.run(*first, room.worker()) is None
    assert room.counted == counted
    assert len(room.messages) == 1


def test_two_workers_at_once_keep_one_account() -> None:
    room = Room()
    room.start(to=4)
    double = room.messages[0]

    def other() -> None:
        room.meanwhile = lambda: None
        jobs.run(*double, room.worker())

    room.meanwhile = other
    assert room.take() is None
    assert (room.job().state, room.job().counts) == ("done", {"counted": 4})


def test_what_a_dead_worker_left_is_taken_up_by_its_message() -> None:
    room = Room()
    room.start(to=100)
    message = room.messages[0]
    room.trouble = []

    def die() -> None:
        if len(room.counted) >= 20:
            raise KeyboardInterrupt

    room.meanwhile = die
    with pytest.raises(KeyboardInterrupt):
        room.take()
    room.meanwhile = lambda: None
    room.clock.sleep(330)
    assert jobs.run(*message, room.worker()) is not None
    assert room.job().done > 20


def test_a_failing_step_is_tried_again_and_says_so() -> None:
    room = Room()
    room.start()
    message = room.messages[0]
    room.trouble = [ValueError("card of Ms Smith")]
    with pytest.raises(ValueError, match="Smith"):
        room.take()
    assert (room.job().state, room.job().error) == (
        "running", "ValueError in try 1 of 5; it is tried again.",
    )  # fmt: skip
    room.clock.sleep(330)
    jobs.run(*message, room.worker(), tries=2)
    assert (room.job().state, room.job().error) == ("done", "")


def test_the_last_try_makes_the_job_failed() -> None:
    room = Room()
    room.start()
    room.trouble = [ValueError("no")]
    with pytest.raises(ValueError, match="no"):
        room.take(tries=5)
    assert room.job().state == "failed"
    assert room.job().error.startswith("ValueError in try 5 of 5; given up")


def test_a_job_that_cannot_go_on_says_why_and_is_not_tried_again() -> None:
    room = Room()
    room.start(to=-1)
    room.take()
    assert (room.job().state, room.job().error) == ("failed", "Nobody counts below zero.")
    assert room.messages == []


def test_a_stopped_job_stays_where_it_is() -> None:
    room = Room()
    job = room.start(to=100)
    room.take()
    stopped = jobs.stop(job.id, room.worker())
    assert stopped is not None
    counted = list(room.counted)
    assert room.take() is None
    assert (room.counted, room.job().state) == (counted, "stopped")
    assert jobs.stop(job.id, room.worker()) is None


def test_a_job_stopped_while_it_runs_ends_with_that_step() -> None:
    room = Room()
    job = room.start(to=100)
    room.meanwhile = lambda: jobs.stop(job.id, room.worker())
    assert room.take() is None
    assert (len(room.counted), room.job().state, room.messages) == (5, "stopped", [])


def test_a_lost_message_is_sent_again_by_the_tick() -> None:
    room = Room()
    room.start()
    room.messages.clear()
    room.clock.sleep(14 * 60)
    assert jobs.heal(room.worker()) == 0
    room.clock.sleep(2 * 60)
    assert jobs.heal(room.worker()) == 1
    room.take()
    assert room.job().state == "done"


def test_a_job_without_progress_for_two_hours_is_called_failed() -> None:
    room = Room()
    room.start()
    room.clock.sleep(2 * 3600)
    assert jobs.heal(room.worker()) == 0
    assert room.job().state == "failed"
    assert "No progress since" in room.job().error


def test_a_schedule_starts_its_job_once_a_day() -> None:
    room = Room()
    jobs.run("count", {}, room.worker())
    jobs.run("count", {}, room.worker())
    assert (room.job().id, room.job().actor) == ("count-2026-11-20", "schedule")
    assert room.counted == [1, 2, 3]
    room.clock.sleep(86_400)
    jobs.run("count", {}, room.worker())
    assert sorted(room.store.rows) == ["count-2026-11-20", "count-2026-11-21"]


def test_an_unheard_of_kind_is_poison_and_leaves_no_row() -> None:
    room = Room()
    with pytest.raises(jobs.UnknownJob):
        jobs.run("sing", {}, room.worker())
    with pytest.raises(jobs.UnknownJob):
        jobs.start("sing", {}, room.worker(), actor="ann", reason="")
    assert room.store.rows == {}


def test_a_message_for_a_job_that_is_not_there_is_let_go() -> None:
    room = Room()
    assert jobs.run("count", {"job": "gone", "number": 1}, room.worker()) is None
