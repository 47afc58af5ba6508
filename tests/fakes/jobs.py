"""Jobs and actions in dicts, with the same answers as the real stores."""

from daybook.domain.action import Action
from daybook.domain.job import Job


class FakeJobStore:
    """`ports.Jobs`."""

    def __init__(self) -> None:
        self.rows: dict[str, Job] = {}

    def put(self, job: Job) -> bool:
        """Keep a job if its id is new."""
        if job.id in self.rows:
            return False
        self.rows[job.id] = job
        return True

    def get(self, job_id: str) -> Job | None:
        """The job as it is now."""
        return self.rows.get(job_id)

    def change(self, before: Job, after: Job) -> bool:
        """Write `after` if the row has the number of `before`."""
        assert before.id == after.id
        assert after.number > before.number
        there = self.rows.get(before.id)
        if there is None or there.number != before.number:
            return False
        self.rows[after.id] = after
        return True

    def open(self) -> list[Job]:
        """Jobs that are queued or running, oldest first."""
        return sorted((job for job in self.rows.values() if job.is_open), key=_order)

    def of_month(self, month: str) -> list[Job]:
        """Jobs made in a month, oldest first."""
        found = (job for job in self.rows.values() if job.created_at[:7] == month)
        return sorted(found, key=_order)

    def latest(self, month: str, before: str, limit: int) -> list[tuple[str, Job]]:
        """Up to so many jobs of a month before a place, newest first."""
        found = [(" ".join(_order(job)), job) for job in reversed(self.of_month(month))]
        return [one for one in found if not before or one[0] < before][:limit]


class FakeActions:
    """`ports.Actions`."""

    def __init__(self) -> None:
        self.kept: list[Action] = []

    def put(self, action: Action) -> bool:
        """Keep an action if its id is new."""
        same = [one for one in self.kept if _name(one) == _name(action)]
        self.kept += [] if same else [action]
        return not same

    def of_month(self, connection: str, month: str) -> list[Action]:
        """What was done to a connection in a month, oldest first."""
        found = [one for one in self.kept if one.connection == connection and one.at[:7] == month]
        return sorted(found, key=lambda one: (one.at, one.id))

    def latest(self, connection: str, month: str, before: str, limit: int) -> list[Action]:
        """Up to so many actions of a month before a place, newest first."""
        found = reversed(self.of_month(connection, month))
        return [one for one in found if not before or one.place < before][:limit]


def _order(job: Job) -> tuple[str, str]:
    return job.created_at, job.id


def _name(action: Action) -> tuple[str, str, str]:
    return action.connection, action.at, action.id
