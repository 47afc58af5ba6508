"""Structured logs: one line per invocation, only fields that are on the list.

No amount, name, memo, body, token or secret is on it. Text from outside (Intuit's words) stays in
the ledger, where the people who may see it look.

A line may carry metrics in CloudWatch's embedded format, so that a metric costs no line of its own
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
"""

from collections.abc import Mapping, Sequence
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

# What is measured, and in which unit; the alarms and the dashboard of template.yaml name these.
METRICS: Final = {
    "Tick": "Count",
    "HeldSeconds": "Seconds",
    "UncertainSeconds": "Seconds",
    "ReconnectNeeded": "Count",
    "TokensNearDeath": "Count",
    "Posted": "Count",
    "Held": "Count",
    "Uncertain": "Count",
    "Throttled": "Count",
    "SecondsToPosted": "Seconds",
}
# CloudWatch takes so many values of one metric in a line.
_MOST_VALUES: Final = 100


class FieldNotAllowed(ValueError):  # noqa: N818 -- says what it is
    """A log line with a field that is not on the list: a defect of ours, never of the data."""


def logger(service: str) -> Logger:
    """The function's logger; level and stage come from Powertools' own variables."""
    # A log group has one function, written in one place, and nothing is traced: nobody reads where
    # a line was written and under which trace. Lambda takes a line's own time only by RFC 3339.
    unread: dict[str, Any] = {"location": None, "xray_trace_id": None}
    return Logger(
        service=service, log_uncaught_exceptions=False, utc=True, use_rfc3339=True, **unread
    )


def line(log: Logger, message: str, **values: Any) -> None:
    """Write one line. Raises FieldNotAllowed for a field that is not on the list."""
    _check(values)
    log.info(message, extra=values)


def measured(
    log: Logger,
    stack: str,
    message: str,
    metrics: Mapping[str, int | Sequence[int]],
    **values: Any,
) -> None:
    """Write one line that is also these metrics, by name; of many values the last 100 are kept.

    stack: the namespace, so that two stacks of one account are told apart; the dimension is the
    function. Raises FieldNotAllowed as `line` does, and KeyError for a metric that is not listed.
    """
    from aws_lambda_powertools.metrics import EphemeralMetrics  # noqa: PLC0415 -- few need it

    _check(values)
    blob = EphemeralMetrics(namespace=stack, service=log.service)
    for name, found in metrics.items():
        many = [found] if isinstance(found, int) else list(found)[-_MOST_VALUES:]
        for value in many:
            blob.add_metric(name=name, unit=METRICS[name], value=value)
    log.info(message, extra={**blob.serialize_metric_set(), **values} if metrics else values)


def trouble(log: Logger, message: str, error: BaseException, **values: Any) -> None:
    """Write what went wrong by the error's class: its text may hold data of a customer."""
    _check(values)
    log.error(message, extra=values | {"error_class": type(error).__name__})


def _check(values: dict[str, Any]) -> None:
    strange = set(values) - ALLOWED
    if strange:
        raise FieldNotAllowed(f"not on the list of log fields: {', '.join(sorted(strange))}")
