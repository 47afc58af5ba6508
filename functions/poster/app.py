"""`postings` (a doorbell per realm) -> QuickBooks, until nothing is due or time runs short."""

from typing import Any

from daybook.queues import Ring
from daybook.telemetry import line, logger
from daybook.wiring import Wiring
from daybook.workflows.post import drain

_LOG = logger("poster")
_WIRING = Wiring.of(
    "ledger_table",
    "connections_table",
    "mappings_table",
    "archive_bucket",
    "postings_queue_url",
    "secrets_prefix",
)


def handler(event: dict[str, Any], context: Any) -> None:
    """One ring. Raises only where the ledger does not answer: then the ring comes again."""
    for record in event["Records"]:
        ring = Ring.decode(record["body"])
        tools = _WIRING.poster(lambda: context.get_remaining_time_in_millis() / 1000)
        drained = drain(ring.realm, ring.hint, tools)
        counts = {word: number for word, number in drained.counts.items() if word in _LOGGED}
        line(_LOG, "drained", realm=ring.realm, status=drained.stopped, **counts)


_LOGGED = frozenset({"posted", "held", "uncertain", "recovered", "resent"})
