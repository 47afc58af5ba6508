"""`jobs` -> an errand of the schedule (the tick), or one slice of a job."""

import json
from typing import Any

from daybook.telemetry import line, logger, measured
from daybook.wiring import Wiring
from daybook.workflows import jobs

_LOG = logger("sweeper")
_WIRING = Wiring.of(
    "ledger_table",
    "connections_table",
    "mappings_table",
    "postings_queue_url",
    "jobs_queue_url",
    "archive_bucket",
)


def handler(event: dict[str, Any], context: object) -> None:  # noqa: ARG001 -- Lambda's
    """One message at a time. Raises on a kind that nobody knows: that is poison."""
    for record in event["Records"]:
        message = json.loads(record["body"])
        kind, scope = message["kind"], message.get("scope", {})
        errands = _WIRING.jobs.errands()
        if kind in errands:
            counts = errands[kind]()
            seen = _WIRING.jobs.watched().metrics() if kind == "tick" else {}
            measured(_LOG, _WIRING.settings.stack, "swept", seen, event_kind=kind, **counts)
            continue
        tries = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
        job = jobs.run(kind, scope, _WIRING.jobs.worker, tries=tries)
        line(_LOG, "job", event_kind=kind, status=job.state if job else "nothing to do")
