"""Work on mappings that takes longer than a page may: done by jobs, told on their rows.

    mapping_diff       {connection, before, after, from, to}   the cursor keeps `report`
    mapping_activate   {connection, draft, force}              the cursor keeps what was released,
                                                               or `problems`
    mapping_names      {connection}                            counts the names

before, after: {"version": n} or {"draft": n}. Each step may be done again from an earlier cursor.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from daybook.domain.connection import Connection
from daybook.domain.draft import Draft
from daybook.domain.errors import Held, Unreadable
from daybook.domain.job import Job, Step
from daybook.domain.mapping import Mapping as Rules
from daybook.sources.contract import Client, Source
from daybook.workflows import drafts
from daybook.workflows.jobs import SecondsLeft
from daybook.workflows.map_accounts import MappingRefused, WouldHold, put_in_force
from daybook.workflows.mapping_diff import Compared, compared, coverage, difference
from daybook.workflows.mapping_names import NoNames, fetch_names
from daybook.workflows.mapping_report import difference_json
from daybook.workflows.release import Releaser, release

MAX_EVENTS: Final = 5_000
MAX_DAYS: Final = 31
# A row of DynamoDB holds 400 KB; what is listed is packed, and this is what it is before that.
MAX_LISTED: Final = 300
MAX_LISTED_BYTES: Final = 600_000
MAX_PROBLEMS: Final = 100


@dataclass(frozen=True, slots=True)
class Cartographer:
    """What work on mappings needs. client: the REST client of a connection's point of sale."""

    releaser: Releaser
    source: Callable[[str], Source]
    client: Callable[[Connection], Client]


def diff_slice(job: Job, seconds_left: SecondsLeft, tools: Cartographer) -> Step:
    """Business days run under both mappings, one after the other; each day is whole or not done."""
    connection = tools.releaser.connections.get(job.scope["connection"])
    rules = [_rules(job, job.scope[side], tools) for side in ("before", "after")]
    if connection is None or rules[0] is None or rules[1] is None:
        return Step({}, 0, 1, {}, failed="The connection or one of the mappings is not there.")
    days = _days(job.scope["from"], job.scope["to"])
    at, report = job.cursor.get("day", 0), dict(job.cursor.get("report", _NOTHING))
    pair = compared(connection, rules[0], rules[1], tools.releaser, tools.releaser.clock())
    while at < len(days) and report["complete"] and seconds_left() > 0:
        report = _with_day(report, pair, days[at], tools)
        at += 1
    finished = at == len(days) or not report["complete"]
    if finished:
        report = _with_keys(report, pair, tools)
    counts = {name: report[name] for name in ("read", "same", "changed", "becomes_held")}
    return Step({"day": at, "report": report}, at, len(days), counts, finished=finished)


_NOTHING: Final[Mapping[str, Any]] = {
    "read": 0, "same": 0, "changed": 0, "becomes_held": 0, "complete": True, "until": None,
    "changes": [], "unlisted": 0, "uncovered": [], "covered": [],
}  # fmt: skip


def _with_day(
    report: dict[str, Any], pair: Compared, day: date, tools: Cartographer
) -> dict[str, Any]:
    room = MAX_EVENTS - report["read"]
    found = difference(pair, [day], max_events=room)
    names = tools.releaser.mappings.key_names(pair.before.connection.id)
    return _added(report, difference_json(found, names))


def _with_keys(report: dict[str, Any], pair: Compared, tools: Cartographer) -> dict[str, Any]:
    """Keys that ever came are named though no event of the days has them."""
    connection = pair.before.connection.id
    keys = coverage(tools.releaser.mappings.seen_keys(connection), pair)
    names = tools.releaser.mappings.key_names(connection)
    complete, until = report["complete"], report["until"]
    return _added(report, difference_json(keys, names)) | {"complete": complete, "until": until}


def _added(report: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Two reports as one; of the changes only so many are kept as a row can hold."""
    total = {
        name: report[name] + more[name] for name in ("read", "same", "changed", "becomes_held")
    }
    worst_first = sorted(
        [*report["changes"], *more["changes"]], key=lambda one: one["after"]["outcome"] != "held"
    )
    listed = _that_fit(worst_first)
    return {
        **total,
        "complete": more["complete"],
        "until": more["until"] or report["until"],
        "changes": listed,
        "unlisted": total["changed"] - len(listed),
        "uncovered": _keys(report["uncovered"], more["uncovered"]),
        "covered": _keys(report["covered"], more["covered"]),
    }


def _that_fit(changes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    size = 0
    for one in changes[:MAX_LISTED]:
        size += len(json.dumps(one))
        if size > MAX_LISTED_BYTES:
            break
        kept.append(one)
    return kept


def _keys(*lists: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in (row for rows in lists for row in rows):
        place = (one["role"], one["key"], one["location"])
        events = one["events"] + (found[place]["events"] if place in found else 0)
        found[place] = {**one, "events": events}
    return [found[place] for place in sorted(found)]


def _rules(job: Job, which: Mapping[str, int], tools: Cartographer) -> Rules | None:
    connection, mappings = job.scope["connection"], tools.releaser.mappings
    if "draft" in which:
        draft = mappings.draft_saved(connection, which["draft"])
        return draft.mapping if draft else None
    return mappings.version(connection, which["version"]) if which["version"] else Rules()


def _days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    count = min((end - start).days + 1, MAX_DAYS)
    return [start + timedelta(days=place) for place in range(count)]


def activate_slice(job: Job, _seconds_left: SecondsLeft, tools: Cartographer) -> Step:
    """First the draft is put in force, then what it covers is released."""
    connection = tools.releaser.connections.get(job.scope["connection"])
    draft = tools.releaser.mappings.draft_saved(job.scope["connection"], job.scope["draft"])
    if connection is None or draft is None:
        return Step({}, 0, 1, {}, failed="The connection or the draft is not there.")
    if "version" not in job.cursor:
        return _in_force(job, connection, draft, tools)
    released = release(connection, "mapping", tools.releaser)
    counts = {"released": released.released, "still_held": released.still_held}
    return Step({**job.cursor, **counts}, 2, 2, counts, finished=True)


def _in_force(job: Job, connection: Connection, draft: Draft, tools: Cartographer) -> Step:
    mappings = tools.releaser.mappings
    active = mappings.active(connection.id)
    if active and active.mapping == draft.mapping and active.version > draft.based_on:
        # This step was done before, and died before it was noted.
        return Step({"version": active.version}, 1, 2, {})
    try:
        version = put_in_force(
            connection, draft.mapping, job.actor, tools.releaser, force=bool(job.scope.get("force"))
        )
    except MappingRefused as refused:
        problems = list(refused.problems)
        cursor = {
            "problems": problems[:MAX_PROBLEMS],
            "more": max(0, len(problems) - MAX_PROBLEMS),
            "would_hold": isinstance(refused, WouldHold),
        }
        text = f"Not put in force: {problems[0]}"
        more = f"; and {len(problems) - 1} more" if len(problems) > 1 else ""
        return Step(cursor, 0, 2, {"problems": len(problems)}, failed=f"{text}{more}.")
    now = tools.releaser.clock()
    drafts.activated(connection.id, draft.number, version, mappings, job.actor, now)
    return Step({"version": version}, 1, 2, {})


def names_slice(job: Job, _seconds_left: SecondsLeft, tools: Cartographer) -> Step:
    """What the point of sale calls its keys is asked for and kept."""
    connection = tools.releaser.connections.get(job.scope["connection"])
    if connection is None:
        return Step({}, 0, 1, {}, failed="The connection is not there.")
    try:
        names = fetch_names(
            connection.id, tools.source(connection.source), tools.client(connection),
            tools.releaser.mappings,
        )  # fmt: skip
    except (NoNames, Held, Unreadable) as problem:
        return Step({}, 0, 1, {}, failed=f"{problem}")
    return Step({}, 1, 1, {"names": len(names)}, finished=True)
