"""The draft of a mapping: begun from what is in force, saved by anybody, lost by nobody.

Whoever saves says which save they had before them. Was there another since, they are told
(`DraftMoved`) and nothing is written; every save stays and can be had again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from daybook.domain.draft import Draft, Unfinished
from daybook.domain.mapping import Mapping
from daybook.domain.posting import instant_text
from daybook.workflows.ports import Mappings


class DraftMoved(Exception):  # noqa: N818 -- what happened
    """Somebody else saved, discarded or activated since; latest: what there is now."""

    def __init__(self, latest: "Working") -> None:
        super().__init__("the draft was changed meanwhile")
        self.latest = latest


class NothingOpen(ValueError):  # noqa: N818 -- the fact
    """There is no open draft."""


@dataclass(frozen=True, slots=True)
class Working:
    """What a person goes on with: the open draft, else what is in force.

    number: of the last save, 0 where there was none. draft: the open one. in_force: the number of
    the version in force now, 0 if none; `mapping` is that version where no draft is open.
    """

    connection: str
    number: int
    in_force: int
    mapping: Mapping
    unfinished: tuple[Unfinished, ...] = ()
    draft: Draft | None = None

    @property
    def stamp(self) -> str:
        """What a form brings back, to tell what its writer had before them."""
        return f"{self.number}.{self.in_force}"

    @property
    def overtaken(self) -> bool:
        """Whether another version came into force since the draft was begun."""
        return self.draft is not None and self.draft.based_on != self.in_force


def working(connection: str, mappings: Mappings) -> Working:
    """What there is to work on now."""
    active, last = mappings.active(connection), mappings.draft(connection)
    in_force = active.version if active else 0
    number = last.number if last else 0
    if last and last.is_open:
        return Working(connection, number, in_force, last.mapping, last.unfinished, last)
    return Working(connection, number, in_force, active.mapping if active else Mapping())


def as_it_was(connection: str, stamp: str, mappings: Mappings) -> Working:
    """What somebody had before them; an empty mapping where the stamp names nothing."""
    number, _, version = stamp.partition(".")
    if not (number.isdigit() and version.isdigit()):
        return Working(connection, 0, 0, Mapping())
    draft = mappings.draft_saved(connection, int(number)) if int(number) else None
    if draft and draft.is_open:
        mapping, unfinished = draft.mapping, draft.unfinished
        return Working(connection, int(number), int(version), mapping, unfinished, draft)
    known = mappings.version(connection, int(version)) or Mapping()
    return Working(connection, int(number), int(version), known)


def save(  # noqa: PLR0913 -- what a save consists of
    before: Working,
    mapping: Mapping,
    unfinished: Iterable[Unfinished],
    mappings: Mappings,
    *,
    actor: str,
    at: datetime,
    note: str = "",
) -> Draft:
    """Keep the next save. before: what the writer had before them. Raises DraftMoved."""
    latest = working(before.connection, mappings)
    if latest.stamp != before.stamp:
        raise DraftMoved(latest)
    draft = Draft(
        before.connection,
        latest.number + 1,
        mapping,
        tuple(sorted(unfinished)),
        latest.draft.based_on if latest.draft else latest.in_force,
        "open",
        actor,
        instant_text(at),
        note,
    )
    if not mappings.put_draft(draft):
        raise DraftMoved(working(before.connection, mappings))
    return draft


def discard(before: Working, mappings: Mappings, *, actor: str, at: datetime) -> Draft:
    """End a draft without putting it in force; its saves stay. Raises DraftMoved, NothingOpen."""
    latest = working(before.connection, mappings)
    if latest.draft is None:
        raise NothingOpen("there is no open draft")
    if latest.stamp != before.stamp:
        raise DraftMoved(latest)
    return _ended(latest, replace(latest.draft, state="discarded", note=""), mappings, actor, at)


def _ended(latest: Working, draft: Draft, mappings: Mappings, actor: str, at: datetime) -> Draft:
    ended = replace(draft, number=latest.number + 1, actor=actor, at=instant_text(at))
    if not mappings.put_draft(ended):
        raise DraftMoved(working(latest.connection, mappings))
    return ended


def activated(  # noqa: PLR0913, PLR0917 -- who did what to which
    connection: str, number: int, version: int, mappings: Mappings, actor: str, at: datetime
) -> None:
    """Close the draft that became a version, unless somebody went on with it meanwhile."""
    latest = working(connection, mappings)
    if latest.draft and latest.number == number:
        became = replace(latest.draft, state="activated", note=f"version {version}")
        _ended(latest, became, mappings, actor, at)
