"""The work of every night: each task once, and one company's trouble is its own."""

from collections import Counter
from dataclasses import dataclass, field

from daybook.domain.connection import Realm
from daybook.domain.job import Job
from daybook.workflows.daily import Night, daily_slice
from tests.fakes.clock import FakeClock
from tests.fakes.connections import FakeConnections


class Silent(Exception):  # noqa: N818 -- a state of theirs
    """The company does not answer."""


@dataclass
class House:
    """Companies, and what was done for them."""

    silent: set[str] = field(default_factory=set)
    connections: FakeConnections = field(default_factory=FakeConnections)
    done: list[str] = field(default_factory=list)

    def night(self) -> Night:
        """For `daily_slice`."""
        return Night(
            self.connections, self._care, self._refresh,
            lambda realm, job: self.done.append(f"proof {realm} {job.id}"), (Silent,),
        )  # fmt: skip

    def _care(self) -> Counter[str]:
        self.done.append("tokens")
        return Counter({"tokens renewed": 2})

    def _refresh(self, realm: str) -> None:
        if realm in self.silent:
            raise Silent
        self.done.append(f"chart {realm}")

    def run(self, seconds: float = 5) -> Job:
        """A night's job, step by step."""
        job = Job("daily-1", "daily", {}, "", "")
        for _ in range(20):
            step = daily_slice(job, lambda: seconds, self.night())
            job = job.moved(
                FakeClock()(), cursor=step.cursor, done=step.done, total=step.total,
                counts=step.counts,
            )  # fmt: skip
            if step.finished:
                break
        return job


def house(*silent: str) -> House:
    made = House(set(silent))
    for name in ("a", "b"):
        made.connections.put_realm(Realm(name))
    made.connections.put_realm(Realm("c", state="reconnect_needed"))
    return made


def test_tokens_come_first_then_charts_then_proofs_of_connected_companies() -> None:
    made = house()
    job = made.run()
    assert made.done == ["tokens", "chart a", "chart b", "proof a daily-1", "proof b daily-1"]
    assert (job.done, job.total) == (5, 5)
    assert job.counts == {"tokens renewed": 2, "charts": 2, "proofs begun": 2}


def test_a_night_in_many_steps_does_each_task_once() -> None:
    in_steps, at_once = house(), house()
    assert in_steps.run(seconds=0).counts == at_once.run().counts
    assert in_steps.done == at_once.done


def test_a_company_that_does_not_answer_stops_no_other() -> None:
    made = house("a")
    job = made.run()
    assert "chart b" in made.done
    assert "proof a daily-1" in made.done
    assert job.counts["chart failed"] == 1
    assert job.cursor["failed"] == ["chart a: Silent"]
