"""The operators' pages: everything below `/console`, and whether the function lives."""

from typing import Any

from daybook.console.site import Site
from daybook.telemetry import line, logger, trouble
from daybook.wiring import Wiring, now

_LOG = logger("console")
_WIRING = Wiring.of(
    "ledger_table",
    "connections_table",
    "mappings_table",
    "archive_bucket",
    "deliveries_queue_url",
    "postings_queue_url",
    "jobs_queue_url",
    "secrets_prefix",
)
_APP = Site(_WIRING, now, lambda where, error: trouble(_LOG, where, error)).resolver()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One HTTP request."""
    answer = _APP.resolve(event, context)
    line(_LOG, "page", status=answer["statusCode"])
    return answer
