"""`jobs` -> one slice of work: the tick rings realms that have something due and are not parked."""

import json
from typing import Any

from daybook.telemetry import line, logger
from daybook.wiring import Wiring
from daybook.workflows.sweep import sweep

_LOG = logger("sweeper")
_WIRING = Wiring.of(
    "ledger_table", "connections_table", "mappings_table", "postings_queue_url", "archive_bucket"
)


def handler(event: dict[str, Any], context: object) -> None:  # noqa: ARG001 -- Lambda's
    """One job message at a time. Raises on a kind that nobody knows: that is poison."""
    for record in event["Records"]:
        kind = json.loads(record["body"])["kind"]
        if kind != "tick":
            raise ValueError(f"no job of kind {kind!r}")
        swept = sweep(_WIRING.sweeper)
        line(_LOG, "swept", count=swept.rung, recovered=swept.released)
