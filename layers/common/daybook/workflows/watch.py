"""What the tick measures for the alarms: how long the oldest trouble waits, and for whom.

Read from index 1 alone, one look a reason, and from a bounded piece of what is due: it costs the
same however much is held, and nothing is counted by reading the ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from daybook.domain.posting import Posting
from daybook.domain.status import Status
from daybook.workflows.ports import Connections
from daybook.workflows.token_care import near_death

# What was sent without a clear answer is among the oldest of a company's due rows, because it was
# sent before those that still wait.
LOOKED_AT: Final = 120
_UNCLEAR: Final = frozenset({"sending", "uncertain"})


class Rows(Protocol):
    """What is asked of the ledger."""

    def oldest_stuck(self, connection: str, status: Status) -> Mapping[str, str]:
        """By reason, since when the oldest row of a connection is held (or failed)."""

    def due(self, realm: str, limit: int) -> Sequence[Posting]:
        """Rows of a company that are ready, sending or uncertain, oldest first."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Ages are whole seconds, 0 where there is none; the others count companies and tokens.

    held_seconds: of the oldest event that is held, for whatever reason. uncertain_seconds: since
    the oldest unclear request went out first.
    """

    held_seconds: int = 0
    uncertain_seconds: int = 0
    reconnect_needed: int = 0
    tokens_near_death: int = 0

    def metrics(self) -> dict[str, int]:
        """As the alarms know them; a tick is one more of them. What is zero is not sent: CloudWatch
        charges a metric by the hours in which it is sent, and the alarms take silence for zero."""
        found = {
            "HeldSeconds": self.held_seconds,
            "UncertainSeconds": self.uncertain_seconds,
            "ReconnectNeeded": self.reconnect_needed,
            "TokensNearDeath": self.tokens_near_death,
        }
        return {"Tick": 1} | {name: number for name, number in found.items() if number}


def watch(ledger: Rows, connections: Connections, now: datetime) -> Watched:
    """The state as it is now; the index may be a moment behind."""
    realms = connections.realms()
    return Watched(
        _oldest(_held_since(ledger, connections), now),
        _oldest(_unclear_since(ledger, [realm.realm for realm in realms]), now),
        sum(realm.state == "reconnect_needed" for realm in realms),
        len(near_death(realms, now)),
    )


def _held_since(ledger: Rows, connections: Connections) -> list[str]:
    return [
        since
        for connection in connections.all()
        for since in ledger.oldest_stuck(connection.id, "held").values()
    ]


def _unclear_since(ledger: Rows, realms: Sequence[str]) -> list[str]:
    return [
        row.first_sent_at or row.since
        for realm in realms
        for row in ledger.due(realm, LOOKED_AT)
        if row.status in _UNCLEAR
    ]


def _oldest(instants: Sequence[str], now: datetime) -> int:
    if not instants:
        return 0
    return max(0, int((now - datetime.fromisoformat(min(instants))).total_seconds()))
