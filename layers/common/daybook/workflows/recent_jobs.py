"""The latest jobs, a page at a time: of this month, then of the months before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from daybook.domain.job import Job
from daybook.workflows.ports import Jobs

# Jobs are not looked for further back: what they did stands in the ledger.
MAX_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class SomeJobs:
    """A page of jobs, the latest first; month and place where the next begins, "" at the end."""

    jobs: Sequence[Job]
    month: str = ""
    place: str = ""


def recent_jobs(
    store: Jobs, today: date, limit: int, month: str = "", before: str = ""
) -> SomeJobs:
    """Up to so many jobs; month, before: as the page before said."""
    found: list[Job] = []
    last = ("", "")
    months = months_back(today, MAX_MONTHS)
    if month:
        months = [one for one in months if one <= month]
    for one in months:
        for place, job in store.latest(one, before, limit + 1 - len(found)):
            if len(found) == limit:
                return SomeJobs(found, *last)
            found.append(job)
            last = (one, place)
        before = ""
    return SomeJobs(found)


def months_back(today: date, count: int) -> list[str]:
    """This month (`2026-11`) and those before it."""
    months, day = [], today.replace(day=1)
    for _ in range(count):
        months.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    return months
