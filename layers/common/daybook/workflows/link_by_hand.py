"""Who waits to be linked, whom QuickBooks has by that name, and the link that a person makes."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Final, cast

from daybook.domain.connection import Connection
from daybook.domain.directory import Directory, Listed, PartyKind
from daybook.domain.event import Party, PartyChange
from daybook.domain.posting import Posting
from daybook.domain.shelf import Shelf
from daybook.workflows.link import link
from daybook.workflows.operator import Operator, Who, keep_action
from daybook.workflows.ports import Shelves
from daybook.workflows.release import Released, Releaser

NEEDS: Final = ("customer_needed", "vendor_needed", "display_name_taken")
MAX_ROWS: Final = 100
MAX_LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Wanting:
    """A party of the point of sale that events wait for. row: the newest of those events."""

    kind: PartyKind
    pos_id: str
    name: str
    email: str
    row: Posting
    events: int


def wanting(connection: str, shelves: Shelves) -> list[Wanting]:
    """The parties that the newest held events lack, each once."""
    found: dict[tuple[PartyKind, str], Wanting] = {}
    for reason in NEEDS:
        places = shelves.places(Shelf("held", connection, reason), "", MAX_ROWS)
        for row in shelves.rows(places):
            for kind, pos_id in _lacked(row) if row else ():
                assert row is not None
                known = found.get((kind, pos_id))
                party = _party(row, kind)
                found[kind, pos_id] = known or Wanting(
                    kind,
                    pos_id,
                    party.display_name if party else "",
                    (party.email if party else "") or "",
                    row,
                    0,
                )
                _count(found, (kind, pos_id))
    return sorted(found.values(), key=lambda one: (one.kind, one.name.casefold(), one.pos_id))


def _count(found: dict[tuple[PartyKind, str], Wanting], key: tuple[PartyKind, str]) -> None:
    one = found[key]
    found[key] = Wanting(one.kind, one.pos_id, one.name, one.email, one.row, one.events + 1)


def _lacked(row: Posting) -> list[tuple[PartyKind, str]]:
    """The parties of a row that have no id in QuickBooks; a creation's own party."""
    if row.key.purpose == "create":
        kind = row.key.object_type
        return [(cast("PartyKind", kind), row.key.object_id)] if kind in _KINDS else []
    if row.kind == "party" and row.event:
        body = row.financial_event().body
        assert isinstance(body, PartyChange), row.id
        return [("customer" if body.role == "customer" else "vendor", body.id)]
    pairs = [(name.partition(":"), qbo_id) for name, qbo_id in row.parties]
    return [
        (cast("PartyKind", kind), pos_id)
        for (kind, _, pos_id), qbo_id in pairs
        if not qbo_id and kind in _KINDS and pos_id
    ]


_KINDS: Final = frozenset({"customer", "vendor"})


def _party(row: Posting, kind: PartyKind) -> Party | PartyChange | None:
    if not row.event:
        return None
    event = row.financial_event()
    if isinstance(event.body, PartyChange):
        return event.body
    return event.customer if kind == "customer" else event.supplier


def listed(directory: Directory | None, kind: PartyKind, text: str) -> list[Listed]:
    """Active parties of the company whose names have the text, or one of its words, the best
    first."""
    if directory is None or not text.strip():
        return []
    rows = directory.customers if kind == "customer" else directory.vendors
    wanted = text.casefold().strip()
    words = [word for word in wanted.split() if len(word) > 2]
    whole = [row for row in rows.values() if row.active and wanted in row.name.casefold()]
    some = (
        row
        for row in rows.values()
        if row.active and any(word in row.name.casefold() for word in words)
    )
    found = {row.id: row for row in [*whole, *islice(some, MAX_LISTED)]}
    return list(found.values())[:MAX_LISTED]


def link_by_hand(  # noqa: PLR0913, PLR0917 -- who is linked to whom, by whom
    connection: Connection,
    kind: PartyKind,
    pos_id: str,
    qbo_id: str,
    who: Who,
    operator: Operator,
    releaser: Releaser,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Released:
    """Link a party and release what waited for it; kept as an action once it is linked. Raises
    NotLinked."""
    done = link(connection, kind, pos_id, qbo_id, releaser, progress=progress)
    keep_action(
        connection.id, "link", who, operator,
        target=f"{kind}:{pos_id}", scope=f"{kind} {pos_id} is {qbo_id}",
    )  # fmt: skip
    return done
