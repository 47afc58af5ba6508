"""What an event is judged by: its connection, the mapping in force, the company's lists."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from daybook.domain.chart import Chart
from daybook.domain.posting import Posting
from daybook.domain.seen_key import SeenKey
from daybook.workflows.list_objects import company_of
from daybook.workflows.parties import Parties
from daybook.workflows.ports import ActiveMapping, Connection, Connections, Ledger, Mappings


class Tools(Protocol):
    """What is asked to learn the circumstances."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def connections(self) -> Connections: ...
    @property
    def mappings(self) -> Mappings: ...


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an event is judged by.

    neighbour: the connection of another company that has a location, if there is one.
    seen: the keys of what was judged, for whoever notes them.
    """

    connection: Connection
    active: ActiveMapping | None
    chart: Chart | None
    parties: Parties
    neighbour: Callable[[str], Connection | None] = lambda _location: None
    seen: set[SeenKey] = field(default_factory=set)

    @property
    def mapping_version(self) -> int:
        """The active mapping's version, or 0."""
        return self.active.version if self.active else 0

    @property
    def counter(self) -> int:
        """The versions of mapping and chart, added up: a held row waits to see them change."""
        return self.mapping_version + (self.chart.version if self.chart else 0)


def circumstances_of(
    connection: Connection, tools: Tools, *, creating: bool = True
) -> Circumstances:
    """The circumstances as they are now. creating: False for a trial, which puts no customer or
    item, whatever the mapping's settings say."""
    active, chart = tools.mappings.active_and_chart(connection.id, connection.realm)
    may_create = creating and active is not None and active.mapping.settings.create_customers
    return Circumstances(
        connection=connection,
        active=active,
        chart=chart,
        parties=Parties(
            connection,
            tools.ledger,
            tools.mappings,
            may_create,
            chart=chart,
            trial=not creating,
            may_classify=active is not None and active.mapping.settings.create_classes,
            company=company_of(connection, tools.connections),
        ),
        neighbour=lambda location: _neighbour(location, connection, tools),
    )


def versions_now(connection: Connection, mappings: Mappings) -> tuple[int, int]:
    """The versions in force now, of mapping and chart, without reading what they are of."""
    return mappings.versions_in_force(connection.id, connection.realm)


def judged_by(row: Posting) -> tuple[int, int]:
    """The versions of mapping and chart by which a row was judged."""
    return row.mapping_version, row.counter - row.mapping_version


def _neighbour(location: str, connection: Connection, tools: Tools) -> Connection | None:
    """The connection of the same shop to another company whose mapping names the location.

    Read only for a transfer to or from a location that the event's own mapping does not name.
    """
    every = tools.connections.all()
    # The shop's account may have been named anew since the connection was read.
    own = next((one for one in every if one.id == connection.id), connection)
    for other in every:
        same_shop = (other.source, other.pos_account) == (own.source, own.pos_account)
        if not same_shop or other.realm in ("", connection.realm):
            continue
        active = tools.mappings.active(other.id)
        if active and location in active.mapping.locations:
            return other
    return None
