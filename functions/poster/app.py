"""`postings` (a doorbell per realm) -> QuickBooks, until nothing is due or time runs short."""

from collections.abc import Sequence
from typing import Any

from daybook.queues import Ring
from daybook.telemetry import logger, measured
from daybook.wiring import Wiring
from daybook.workflows.post import drain
from daybook.workflows.poster import Drained

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
        stack, said = _WIRING.settings.stack, {"status": drained.stopped, **counts}
        measured(_LOG, stack, "drained", _metrics(drained), realm=ring.realm, **said)


_LOGGED = frozenset({"posted", "held", "uncertain", "recovered", "resent"})


def _metrics(drained: Drained) -> dict[str, int | Sequence[int]]:
    """What the dashboard shows of a drain; a drain that found nothing measures nothing."""
    done = drained.counts
    counted = {
        "Posted": done.get("posted", 0) + done.get("recovered", 0),
        "Held": done.get("refused", 0),
        "Uncertain": done.get("uncertain", 0),
        "Throttled": done.get("throttled", 0),
    }
    found: dict[str, int | Sequence[int]] = {name: n for name, n in counted.items() if n}
    return found | ({"SecondsToPosted": drained.seconds} if drained.seconds else {})
