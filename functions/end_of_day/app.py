"""The schedule's tick that closes the business days that are due."""

from typing import Any

from daybook.telemetry import line, logger
from daybook.wiring import Wiring

_LOG = logger("end_of_day")
_WIRING = Wiring.of("ledger_table", "connections_table", "mappings_table")


def handler(event: dict[str, Any], context: object) -> dict[str, int]:  # noqa: ARG001 -- Lambda's
    """Every 15 minutes. Connections that post per event have no day to close."""
    connections = _WIRING.connections.all()
    line(_LOG, "tick", count=len(connections))
    return {"connections": len(connections), "closed": 0}
