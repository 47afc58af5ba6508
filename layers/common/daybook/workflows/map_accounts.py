"""Putting a mapping in force: checked as a whole, kept as a version, then what it covers goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from daybook.domain.connection import Connection
from daybook.domain.mapping import Mapping
from daybook.domain.posting import instant_text
from daybook.workflows.mapping_diff import Change, Difference, compared, difference
from daybook.workflows.mapping_names import in_words
from daybook.workflows.mapping_problems import problems_of
from daybook.workflows.mapping_run import Progress, silent
from daybook.workflows.mode_switch import refusals
from daybook.workflows.release import Released, Releaser, release

__all__ = ["Activated", "MappingRefused", "WouldHold", "activate", "problems_of"]

# How far back events are run under both mappings before a new one may be in force.
LOOK_BACK_DAYS = 7
LOOK_BACK_EVENTS = 2_000
MAX_EVENTS_NAMED = 20
_POSTS_TODAY = frozenset({"posts", "reverses", "void"})


class MappingRefused(ValueError):  # noqa: N818 -- what happened
    """The mapping cannot be used; `problems` names every reason at once."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class WouldHold(MappingRefused):
    """What posts under the mapping in force would be held under the new one."""


@dataclass(frozen=True, slots=True)
class Activated:
    """The version that is in force now, and what it released."""

    version: int
    released: Released


def activate(  # noqa: PLR0913 -- progress and force are for the caller
    connection: Connection,
    mapping: Mapping,
    actor: str,
    releaser: Releaser,
    progress: Progress = silent,
    *,
    force: bool = False,
) -> Activated:
    """Keep a mapping as a new version, put it in force, release the held events it covers.

    Raises MappingRefused with every problem, and for a change of mode on a date that has events
    already, or of a location's hours while it is open; WouldHold, unless forced, where something
    that posts today would be held.
    """
    version = put_in_force(connection, mapping, actor, releaser, force=force)
    return Activated(version, release(connection, "mapping", releaser, progress))


def put_in_force(
    connection: Connection,
    mapping: Mapping,
    actor: str,
    releaser: Releaser,
    *,
    force: bool = False,
) -> int:
    """As `activate`, without releasing; the number of the new version."""
    mappings = releaser.mappings
    refused = refusals_of(connection, mapping, releaser)
    if refused:
        raise MappingRefused(refused)
    lost = () if force else _lost(connection, mapping, releaser)
    if lost:
        raise WouldHold(lost)
    version = mappings.put(connection.id, mapping, actor, instant_text(releaser.clock()))
    mappings.activate(connection.id, version)
    return version


def refusals_of(connection: Connection, mapping: Mapping, releaser: Releaser) -> tuple[str, ...]:
    """Everything for which a mapping cannot be put in force, whoever insists."""
    mappings = releaser.mappings
    chart = mappings.chart(connection.realm) if connection.realm else None
    directory = mappings.directory(connection.realm) if connection.realm else None
    problems = problems_of(mapping, chart, directory)
    active = mappings.active(connection.id)
    if problems or active is None:
        return problems
    return refusals(connection.id, active.mapping, mapping, releaser.clock(), releaser.ledger)


def _lost(connection: Connection, mapping: Mapping, releaser: Releaser) -> tuple[str, ...]:
    """Every key and event that the mapping in force lets post and this one would not."""
    mappings = releaser.mappings
    active = mappings.active(connection.id)
    if active is None:
        return ()
    now = releaser.clock()
    pair = compared(connection, active.mapping, mapping, releaser, now)
    seen = mappings.seen_keys(connection.id)
    found = difference(pair, _last_days(now.date()), seen, max_events=LOOK_BACK_EVENTS)
    names = mappings.key_names(connection.id)
    keys = (
        f"{in_words(key, names)}: mapped now and not in the new mapping{_stands_in(events)}"
        for key, events in sorted(found.uncovered.items())
    )
    return (*keys, *_held_otherwise(found))


def _last_days(today: date) -> list[date]:
    """The newest first, so that a bound leaves out the oldest. A day ahead of UTC's counts too."""
    return [today + timedelta(days=1 - back) for back in range(LOOK_BACK_DAYS + 2)]


def _stands_in(events: int) -> str:
    return f"; {events} of the last events have it" if events else ""


def _held_otherwise(found: Difference) -> Sequence[str]:
    """Events that would be held for another reason than a missing row."""
    events = [
        one
        for one in found.becomes_held
        if one.before.outcome in _POSTS_TODAY and not _names_keys(one)
    ]
    said = [_sentence(one) for one in events[:MAX_EVENTS_NAMED]]
    rest = len(events) - len(said)
    return [*said, f"and {rest} more events"] if rest else said


def _names_keys(change: Change) -> bool:
    return bool(change.after.problem and change.after.problem.missing)


def _sentence(change: Change) -> str:
    problem = change.after.problem
    assert problem is not None
    return f"{change.event} would be held {problem.code}: {problem.text}"
