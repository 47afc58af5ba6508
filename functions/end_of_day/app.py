"""The schedule's tick that closes the business days that are due."""

from typing import Any

from daybook.telemetry import line, logger
from daybook.wiring import Wiring
from daybook.workflows.due_days import close_due

# Kept free of new closes, so that the one at work can end.
_RESERVE_SECONDS = 150
_LOG = logger("end_of_day")
_WIRING = Wiring.of(
    "ledger_table", "connections_table", "mappings_table", "postings_queue_url", "archive_bucket"
)


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 -- Lambda's
    """Every 15 minutes. What the time does not suffice for, the next tick does."""

    def seconds_left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000 - _RESERVE_SECONDS

    done = close_due(_WIRING.closer, seconds_left)
    line(_LOG, "tick", count=done.looked_at, closed=done.closed, held=done.held, left=done.left)
    return {"closed": done.closed, "held": done.held, "left": done.left, "waiting": done.waiting}
