"""A party of the point of sale is known in QuickBooks from now on: what waited for it goes on."""

from collections.abc import Callable, Sequence

from daybook.domain.connection import Connection
from daybook.domain.directory import Directory, PartyKind
from daybook.domain.posting import Posting
from daybook.workflows.creations import changes_to, point_to
from daybook.workflows.parties import party_key
from daybook.workflows.party_postings import creation_key
from daybook.workflows.release import RING_HINTS, Released, Releaser, release

# A creation that is on its way, or done, is not stopped by a link: the link goes before it.
_STOPPED = frozenset({"ready", "held"})
_UNCLEAR = frozenset({"outcome_unknown", "double_in_qbo"})


class NotLinked(ValueError):  # noqa: N818 -- what happened
    """The company has no such customer or vendor, or an inactive one."""


def link(  # noqa: PLR0913 -- progress is for the caller
    connection: Connection,
    kind: PartyKind,
    pos_id: str,
    qbo_id: str,
    tools: Releaser,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Released:
    """Say which customer or vendor of the company a party is; release what waited for that.

    Raises NotLinked unless the company's imported lists have it, active.
    """
    directory = tools.mappings.directory(connection.realm) if connection.realm else None
    if directory is None:
        raise NotLinked("the company's lists were not imported yet: run `daybook chart refresh`")
    listed = (directory.customers if kind == "customer" else directory.vendors).get(qbo_id)
    if listed is None:
        raise NotLinked(_absent(kind, qbo_id, directory))
    if not listed.active:
        raise NotLinked(f"{kind} {qbo_id} ({listed.name}) is inactive in QuickBooks")
    tools.mappings.link(connection.id, kind, pos_id, qbo_id)
    told = _point_to(connection, kind, pos_id, qbo_id, tools)
    if told:
        tools.doorbell(connection.realm, [row.id for row in told][:RING_HINTS])
    known = {party_key(kind, pos_id)}
    done = release(connection, "party", tools, progress, parties=known)
    return done._replace(looked_at=done.looked_at + len(told), released=done.released + len(told))


def _absent(kind: PartyKind, qbo_id: str, directory: Directory) -> str:
    others = {"customer": directory.customers, "vendor": directory.vendors,
              "employee": directory.employees}  # fmt: skip
    for other, rows in others.items():
        if other != kind and qbo_id in rows:
            return (
                f"{qbo_id} is the {other} {rows[qbo_id].name}; a {kind} of the point of sale can "
                f"be a {kind} of QuickBooks alone"
            )
    return f"the company has no {kind} {qbo_id}; if it is new, run `daybook chart refresh` first"


def created(rows: Sequence[Posting], tools: Releaser) -> None:
    """Parties, items or classes were created in QuickBooks: release what waited for them."""
    by_connection: dict[str, set[str]] = {}
    for row in rows:
        # As the rows that wait name it: `customer:77`, `item:50`, `class:Store 1`.
        known = f"{row.key.object_type}:{row.key.object_id}"
        for name in _waiting(row, tools):
            by_connection.setdefault(name, set()).add(known)
    for name, parties in by_connection.items():
        connection = tools.connections.get(name)
        if connection:
            release(connection, "party", tools, parties=parties)


def _waiting(row: Posting, tools: Releaser) -> Sequence[str]:
    """The connections in which events may wait for what a row created: items and classes are the
    whole company's."""
    if row.entity not in ("Item", "Class"):
        return [row.key.connection]
    return [one.id for one in tools.connections.all() if one.realm == row.realm]


def _point_to(
    connection: Connection, kind: PartyKind, pos_id: str, qbo_id: str, tools: Releaser
) -> list[Posting]:
    """What was not sent of a party goes to the linked one: its creation as a change of that, and
    changes as they are. The rows that are ready."""
    now = tools.clock()
    creation = tools.ledger.get(creation_key(connection.id, pos_id, kind))
    if creation and creation.status in _STOPPED and creation.reason not in _UNCLEAR:
        return point_to(creation, qbo_id, tools.ledger, now)
    return changes_to((connection.id, kind, pos_id), qbo_id, tools.ledger, now)
