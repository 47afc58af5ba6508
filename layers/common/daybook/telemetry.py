"""Structured logs: one line per invocation, only fields that are on the list.

No amount, name, memo, body, token or secret is on it. Text from outside (Intuit's words) stays in
the ledger, where the people who may see it look.
"""

from typing import Any, Final

from aws_lambda_powertools import Logger

ALLOWED: Final = frozenset(
    {
        "accepted",
        "batches",
        "closed",
        "codes",
        "connection",
        "count",
        "duplicates",
        "error_class",
        "event_kind",
        "failed",
        "held",
        "intuit_tid",
        "left",
        "milliseconds",
        "parked",
        "posted",
        "posting",
        "ready",
        "realm",
        "reason",
        "recovered",
        "remaining",
        "resent",
        "source",
        "status",
        "uncertain",
        "unreadable",
    }
)


class FieldNotAllowed(ValueError):  # noqa: N818 -- says what it is
    """A log line with a field that is not on the list: a defect of ours, never of the data."""


def logger(service: str) -> Logger:
    """The function's logger; level and stage come from Powertools' own variables."""
    return Logger(service=service, log_uncaught_exceptions=False, utc=True)


def line(log: Logger, message: str, **values: Any) -> None:
    """Write one line. Raises FieldNotAllowed for a field that is not on the list."""
    _check(values)
    log.info(message, extra=values)


def trouble(log: Logger, message: str, error: BaseException, **values: Any) -> None:
    """Write what went wrong by the error's class: its text may hold data of a customer."""
    _check(values)
    log.error(message, extra=values | {"error_class": type(error).__name__})


def _check(values: dict[str, Any]) -> None:
    strange = set(values) - ALLOWED
    if strange:
        raise FieldNotAllowed(f"not on the list of log fields: {', '.join(sorted(strange))}")
