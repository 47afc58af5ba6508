"""A cause was fixed: exactly the held events that it held are judged again, in order.

The order is (business date, instant, id), so that a day's events reach the books as they happened.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from daybook.domain.errors import ReasonCode
from daybook.domain.posting import Posting
from daybook.workflows.judge import Circumstances, judge
from daybook.workflows.ports import Connection, Connections, Doorbell, Ledger, Mappings

type Cause = Literal["mapping", "chart", "connection"]

_SETTINGS: Final[frozenset[ReasonCode]] = frozenset(
    {
        "unmapped_account",
        "unmapped_class",
        "none_unbalances",
        "setting_needed",
        "customer_needed",
        "vendor_needed",
        "inactive_account",
        "class_inactive",
        "currency",
        "intercompany",
        "too_many_lines",
    }
)
# What a fix may release. `waits_for_prior` and the like are released by the poster's own outcomes.
RELEASED_BY: Final[dict[Cause, frozenset[ReasonCode]]] = {
    "mapping": _SETTINGS,
    "chart": frozenset({"inactive_account", "class_inactive", "setting_needed", "currency"}),
    "connection": frozenset({"setting_needed", "reconnect_needed"}),
}
RING_HINTS = 30


@dataclass(frozen=True, slots=True)
class Releaser:
    """What releasing needs."""

    ledger: Ledger
    connections: Connections
    mappings: Mappings
    doorbell: Doorbell
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Released:
    """How many were looked at, how many are no longer held, how many still are."""

    looked_at: int = 0
    released: int = 0
    still_held: int = 0


def release(
    connection: Connection,
    cause: Cause,
    tools: Releaser,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Released:
    """Judge again what this cause held on a connection; ring its company for what is ready.

    progress: called with (done, total) after each row.
    """
    rows = sorted(_candidates(connection, cause, tools.ledger), key=lambda row: row.order)
    circumstances = Circumstances(
        connection=connection,
        active=tools.mappings.active(connection.id),
        chart=tools.mappings.chart(connection.realm) if connection.realm else None,
    )
    ready: list[str] = []
    released = 0
    for done, row in enumerate(rows, 1):
        after = judge(row, row.financial_event(), circumstances, tools.clock(), tools.ledger)
        if not _repeats_a_refusal(row, after, cause) and tools.ledger.change(row, after):
            released += after.status != "held"
            if after.status == "ready":
                ready.append(after.id)
        progress(done, len(rows))
    if ready:
        tools.doorbell(connection.realm, ready[:RING_HINTS])
    return Released(len(rows), released, len(rows) - released)


def _candidates(connection: Connection, cause: Cause, ledger: Ledger) -> Iterable[Posting]:
    reasons = RELEASED_BY[cause]
    for row in ledger.held(connection.id):
        if row.reason in reasons and row.event and row.key.purpose == "post":
            yield row


def _repeats_a_refusal(row: Posting, after: Posting, cause: Cause) -> bool:
    """QuickBooks refused this very entry, and the new mapping leaves it as it was."""
    if cause != "mapping" or not row.sent_at or not after.entry:
        return False
    return row.journal().lines == after.journal().lines
