"""What the commands of a person share: finding the event that was named, keeping who did what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from daybook.domain.action import Action
from daybook.domain.posting import Posting, instant_text
from daybook.workflows.ports import Actions, Connections, Doorbell, Ledger, Mappings

# Ten years; what is older was read by nobody since.
MAX_MONTHS = 120


class NotPossible(ValueError):  # noqa: N818 -- what is told to a person
    """What was asked for cannot be done; the text says why, and what can."""


@dataclass(frozen=True, slots=True)
class Operator:
    """What a person's commands need. retry: puts a kept delivery on the queue again, by its id."""

    ledger: Ledger
    connections: Connections
    mappings: Mappings
    doorbell: Doorbell
    actions: Actions
    retry: Callable[[str, str], None]
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks, and why."""

    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class EventName:
    """An event as a person names it: `type/id/version[/effect[/content]]`, each part quoted as in
    a URL. effect: "" for whichever there is. content: the sha of what stands beside the first."""

    object_type: str
    object_id: str
    version: str
    effect: str = ""
    beside: str = ""

    @staticmethod
    def read(text: str) -> "EventName":
        """Raises NotPossible where it is no event's name."""
        parts = text.split("/")
        if not 3 <= len(parts) <= 5 or not all(parts[:3]):
            raise NotPossible(
                f"{text!r} names no event; it reads object_type/object_id/version[/effect], "
                "as `daybook events` prints it."
            )
        return EventName(*map(unquote, parts))


def name_of(row: Posting) -> str:
    """The name of a row's event, as `EventName` reads it."""
    key = row.key
    parts = [key.object_type, key.object_id, key.version, key.effect]
    if row.beside:
        parts.append(row.beside)
    return "/".join(quote(part, safe=" ") for part in parts)


def rows_of(connection: str, name: EventName, ledger: Ledger) -> list[Posting]:
    """Every row of an event: its postings by revision, their reversals, what stands beside it.

    Raises NotPossible where there is none.
    """
    family = ledger.of_object(connection, name.object_type, name.object_id)
    found = [
        row
        for row in family
        if row.key.version == name.version
        and name.effect in ("", row.key.effect)
        and name.beside in ("", row.beside)
    ]
    if not found:
        versions = sorted({f"{row.key.version}/{row.key.effect}" for row in family})
        known = f" Of this object there are: {', '.join(versions)}." if versions else ""
        raise NotPossible(f"There is no such event in connection {connection}.{known}")
    return sorted(found, key=lambda row: (row.beside, row.key.revision, row.key.purpose))


def one_of(rows: Sequence[Posting], name: EventName) -> Posting:
    """The row that a command is about: the latest revision of the event itself, or what stands
    beside it where the name says so. Raises NotPossible where the name fits several."""
    own = [row for row in rows if not row.beside and row.key.purpose != "reverse"]
    # Of an event's parts the first is the event's own: the others follow it.
    own = [row for row in own if row.key.part == 0] or own
    if name.beside or not own:
        # A delivery whose content came under a known id has no first row of its own.
        own = list(rows)
        if len(own) > 1:
            raise NotPossible("Name the content too: several came under this id.")
        return own[0]
    effects = {row.key.effect for row in own}
    if len(effects) > 1:
        raise NotPossible(f"Name the effect too: there are {', '.join(sorted(effects))}.")
    return max(own, key=lambda row: row.key.revision)


def reversal_in(rows: Sequence[Posting], row: Posting) -> Posting | None:
    """The posting among an event's rows that takes one of them back."""
    return next((one for one in rows if one.key == row.key.reversal()), None)


def actions_on(row: Posting, tools: Operator) -> list[Action]:
    """What people did to a row, oldest first."""
    return actions_on_all([row], tools)


def actions_on_all(rows: Sequence[Posting], tools: Operator) -> list[Action]:
    """What people did to rows of one connection, oldest first. rows: one at least."""
    first, last = min(row.created_at for row in rows)[:7], instant_text(tools.clock())[:7]
    targets = {row.id for row in rows}
    found: list[Action] = []
    for month in _months(first, last):
        found += tools.actions.of_month(rows[0].key.connection, month)
    return [one for one in found if one.target in targets]


def _months(first: str, last: str) -> list[str]:
    year, month = int(first[:4]), int(first[5:7])
    months: list[str] = []
    while f"{year:04}-{month:02}" <= last and len(months) < MAX_MONTHS:
        months.append(f"{year:04}-{month:02}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return months


def keep_action(  # noqa: PLR0913 -- an action's own words
    connection: str,
    action: str,
    who: Who,
    tools: Operator,
    *,
    target: str,
    scope: str = "",
    once: str = "",
) -> None:
    """Keep what is about to be done; before it is done, so that nothing is done unseen.

    once: makes it one action, however often it is kept.
    """
    at = instant_text(tools.clock())
    tools.actions.put(
        Action(connection, at, who.actor, action, who.reason, scope, target, once or target)
    )
