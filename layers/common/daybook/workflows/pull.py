"""Reading a point of sale's lists for what its webhooks lost or never send: as a job, in slices.

One cursor a connection and list, kept on a row of its own. It moves only after every object of a
page has its row, begins an overlap behind the last modification seen, and follows the vendor's
clock alone: a page whose cursor was not kept is read again, and its events are there already.
A point of sale that does not answer makes the job rest; one that refuses makes it fail, with what
to do on the cursor's row, until a later pull reads the list.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeIs

from daybook.domain.connection import Connection
from daybook.domain.errors import Held, Unreadable
from daybook.domain.job import Job, Step
from daybook.domain.pos_errors import Refused, Unavailable
from daybook.domain.posting import instant_text
from daybook.domain.pulls import PullCursor
from daybook.sources.contract import ListClient, Page, Pulled, Resource
from daybook.workflows.jobs import SecondsLeft
from daybook.workflows.ports import Archive, Connections, Pulls
from daybook.workflows.pull_row import PulledSource, RowKeeper
from daybook.workflows.pull_state import Reading, Restless, after_page, latest_of, name_of
from daybook.workflows.translate import Translator

MAX_TRIES: Final = 5
PAGES_A_STEP: Final = 200
# Before a first pull: what happened just before the connection was made, or a week.
BEFORE_CONNECTED: Final = timedelta(days=1)
FIRST_LOOK: Final = timedelta(days=7)
# A point of sale that is down: asked again after half a minute, then less often, for a day.
REST_SECONDS: Final = 30
LONGEST_REST: Final = 900
MAX_RESTS: Final = 100
RESTS_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Puller:
    """What pulling needs. source: by its name. client: a connection's REST client; raises Held.

    alarm: told that a connection (its id) cannot be pulled, and how often it was tried in a row.
    """

    pulls: Pulls
    connections: Connections
    source: Callable[[str], object]
    client: Callable[[Connection], ListClient]
    translator: Translator
    archive: Archive
    clock: Callable[[], datetime]
    alarm: Callable[[str, int], None]


@dataclass(slots=True)
class _Course:
    """A job's cursor while a step works on it. progress: rows done and total, by list."""

    left: list[str]
    at: Reading | None
    rests: int
    failed: list[str]
    counts: Counter[str]
    progress: dict[str, list[int]]

    def step(self, **end: Any) -> Step:
        if self.at:
            self.progress[self.at.resource] = [self.at.done, self.at.total]
        cursor = {
            "left": self.left,
            "at": self.at.to_json() if self.at else None,
            "rests": self.rests,
            "refused": self.failed,
            "progress": self.progress,
        }
        done, total = (sum(one[place] for one in self.progress.values()) for place in (0, 1))
        return Step(cursor, done, total, dict(self.counts), **end)


def pull_slice(job: Job, seconds_left: SecondsLeft, tools: Puller) -> Step:
    """Some rows of a connection's lists. scope: connection, resources (all), since (RFC 3339)."""
    connection = tools.connections.get(job.scope["connection"])
    source = tools.source(connection.source) if connection else None
    if connection is None or not is_pulled(source):
        text = f"There is no connection {job.scope['connection']} that can be pulled."
        return Step(job.cursor, job.done, job.total, job.counts, failed=text)
    course = _course(job, source)
    try:
        keeper = RowKeeper(
            connection, source, tools.client(connection), tools.pulls, tools.translator,
            tools.archive, tools.clock, again="since" in job.scope,
        )  # fmt: skip
        _go_on(course, job, keeper, seconds_left)
    except Unavailable as away:
        return _rested(course, away, connection, tools)
    except Held as held:
        tools.alarm(connection.id, 1)
        return course.step(failed=f"{held.problem.text}")
    if course.at or course.left:
        return course.step()
    if course.failed:
        tools.alarm(connection.id, len(course.failed))
    return course.step(finished=not course.failed, failed=" ".join(course.failed))


def is_pulled(source: object) -> TypeIs[PulledSource]:
    """Whether a source's API is read."""
    return isinstance(source, Pulled)


def _course(job: Job, source: PulledSource) -> _Course:
    cursor: Mapping[str, Any] = job.cursor
    if not cursor:
        names = [one.name for one in source.resources]
        wanted = job.scope.get("resources") or names
        left = [name for name in names if name in wanted]
        return _Course(left, None, 0, [], Counter(job.counts), {})
    at = Reading.from_json(cursor["at"]) if cursor["at"] else None
    progress = {name: list(pair) for name, pair in cursor["progress"].items()}
    return _Course(
        list(cursor["left"]), at, cursor["rests"], list(cursor["refused"]), Counter(job.counts),
        progress,
    )  # fmt: skip


def _go_on(course: _Course, job: Job, keeper: RowKeeper, seconds_left: SecondsLeft) -> None:
    by_name = {one.name: one for one in keeper.source.resources}
    for _ in range(PAGES_A_STEP):
        if not course.at and not course.left:
            return
        course.at = course.at or _begun(by_name[course.left[0]], job, keeper)
        if course.at.resource in course.left:
            course.left.remove(course.at.resource)
        try:
            _read_page(course, by_name[course.at.resource], keeper, seconds_left)
        except (Refused, Unreadable, Restless) as trouble:
            text = f"{course.at.resource}: {trouble}."
            _keep_trouble(keeper, course.at.resource, text)
            course.failed.append(text)
            course.at = None
        course.rests = 0
        if seconds_left() <= 0:
            return


def _begun(resource: Resource, job: Job, keeper: RowKeeper) -> Reading:
    """Where the reading of a list begins. It moves the cursor only if nothing lies between."""
    now = keeper.clock()
    due = _due(resource, keeper, now)
    asked = job.scope.get("since")
    start = datetime.fromisoformat(asked) if asked else due
    text = instant_text(start)
    return Reading(resource.name, text, text, instant_text(now), advances=start <= due)


def _due(resource: Resource, keeper: RowKeeper, now: datetime) -> datetime:
    kept = keeper.pulls.cursor(keeper.connection.id, resource.name)
    if kept and kept.seen:
        return datetime.fromisoformat(kept.seen) - resource.overlap
    made = keeper.connection.created_at
    return datetime.fromisoformat(made) - BEFORE_CONNECTED if made else now - FIRST_LOOK


def _read_page(
    course: _Course, resource: Resource, keeper: RowKeeper, seconds_left: SecondsLeft
) -> None:
    reading = course.at
    assert reading is not None, "a list is read"
    page = keeper.source.page(keeper.client, resource.name, reading.asked, reading.number)
    course.at = reading = reading.counted(page)
    known = set(reading.kept)
    for row in page.rows:
        if name_of(row) in known:
            continue
        if not reading.is_older(row):
            course.counts.update(keeper.keep(resource, row))
        course.at = reading = reading.did(row)
        if seconds_left() <= 0 and len(reading.kept) < len(page.rows):
            return
    course.at = after_page(reading, page, resource)
    _keep_cursor(reading, page, course, keeper)


def _keep_cursor(reading: Reading, page: Page, course: _Course, keeper: RowKeeper) -> None:
    """After all rows of a page have theirs. Within passes, only after the last."""
    done = course.at is None
    if done:
        course.progress[reading.resource] = [reading.done, reading.done]
    elif course.at and course.at.passing:
        return
    seen = (latest_of(reading, page) or reading.start) if reading.advances else ""
    read_at = reading.began if done and reading.advances else ""
    _change(keeper, reading.resource, lambda cursor: cursor.moved(seen, read_at))


def _keep_trouble(keeper: RowKeeper, resource: str, text: str) -> None:
    _change(keeper, resource, lambda cursor: cursor.in_trouble(text, keeper.clock()))


def _change(keeper: RowKeeper, resource: str, change: Callable[[PullCursor], PullCursor]) -> None:
    for _ in range(MAX_TRIES):
        before = keeper.pulls.cursor(keeper.connection.id, resource)
        after = change(before or PullCursor(keeper.connection.id, resource))
        if keeper.pulls.move(before, after):
            return
    raise TimeoutError(f"the cursor of {resource} changed {MAX_TRIES} times while it was written")


def _rested(course: _Course, away: Unavailable, connection: Connection, tools: Puller) -> Step:
    course.rests += 1
    if course.rests >= RESTS_TOLD:
        tools.alarm(connection.id, course.rests)
    if course.rests > MAX_RESTS:
        return course.step(failed=f"{away.problem.text}; it did not answer for a day.")
    wait = max(int(away.wait_seconds), REST_SECONDS * 2 ** min(course.rests - 1, 5))
    return course.step(rest_seconds=min(wait, LONGEST_REST))
