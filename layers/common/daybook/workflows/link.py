"""A party of the point of sale is known in QuickBooks from now on: what waited for it goes on."""

from collections.abc import Callable, Sequence

from daybook.domain.connection import Connection
from daybook.domain.directory import PartyKind
from daybook.domain.posting import Posting
from daybook.workflows.parties import creation_key, party_key
from daybook.workflows.release import Released, Releaser, release

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
        raise NotLinked(
            f"the company has no {kind} {qbo_id}; if it is new, run `daybook chart refresh` first"
        )
    if not listed.active:
        raise NotLinked(f"{kind} {qbo_id} ({listed.name}) is inactive in QuickBooks")
    tools.mappings.link(connection.id, kind, pos_id, qbo_id)
    if kind == "customer":
        _stop_creation(connection, pos_id, tools)
    known = {party_key(kind, pos_id)}
    return release(connection, "party", tools, progress, parties=known)


def created(rows: Sequence[Posting], tools: Releaser) -> None:
    """Customers, items or classes were created in QuickBooks: release what waited for them."""
    by_connection: dict[str, set[str]] = {}
    for row in rows:
        # As the rows that wait name it: `customer:77`, `item:50`, `class:Store 1`.
        known = f"{row.key.object_type}:{row.key.object_id}"
        by_connection.setdefault(row.key.connection, set()).add(known)
    for name, parties in by_connection.items():
        connection = tools.connections.get(name)
        if connection:
            release(connection, "party", tools, parties=parties)


def _stop_creation(connection: Connection, pos_id: str, tools: Releaser) -> None:
    row = tools.ledger.get(creation_key(connection.id, pos_id))
    if row and row.status in _STOPPED and row.reason not in _UNCLEAR:
        tools.ledger.change(row, row.moved("superseded", tools.clock()))
