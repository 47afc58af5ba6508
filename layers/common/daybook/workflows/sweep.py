"""The tick that heals: what a lost message, a crash or a closed door left behind goes on.

Rings each realm that has something due, once; judges again held rows whose cause was fixed while
they were written; asks again for deliveries whose point of sale did not answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from daybook.domain.posting import instant_text
from daybook.workflows.ports import Connections, Doorbell, Ledger, Mappings
from daybook.workflows.release import Cause, Releaser, release


@dataclass(frozen=True, slots=True)
class Sweeper:
    """What sweeping needs. retry: puts a kept delivery on the queue again, by its id."""

    ledger: Ledger
    connections: Connections
    mappings: Mappings
    doorbell: Doorbell
    retry: Callable[[str, str], None]
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Swept:
    """What one tick did: realms rung, rows released, deliveries asked for again."""

    rung: int = 0
    released: int = 0
    retried: int = 0


def sweep(tools: Sweeper) -> Swept:
    """One tick. Safe to run at any time and at once with everything else."""
    released = retried = 0
    for connection in tools.connections.all():
        counter = tools.mappings.active_version(connection.id)
        if connection.realm:
            counter += tools.mappings.chart_version(connection.realm)
        stale: set[Cause] = set()
        for row in tools.ledger.held(connection.id):
            if row.reason == "source_unavailable":
                tools.retry(connection.id, row.delivery)
                retried += 1
            elif row.counter and row.counter < counter:
                stale.add("mapping")
        releaser = Releaser(
            tools.ledger, tools.connections, tools.mappings, tools.doorbell, tools.clock
        )
        for cause in stale:
            released += release(connection, cause, releaser).released
    return Swept(_ring(tools), released, retried)


def _ring(tools: Sweeper) -> int:
    now = instant_text(tools.clock())
    awake = [
        realm.realm
        for realm in tools.connections.realms()
        if realm.state == "connected" and realm.parked_until <= now
    ]
    due = tools.ledger.realms_due(awake)
    for realm in due:
        tools.doorbell(realm, ())
    return len(due)
