"""What template.yaml says that costs: memory, alarms, metrics, secrets, schedules, log lines."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from local.transform import read_template

TEMPLATE: Final = Path("template.yaml")
# As long as what API Gateway puts in for these names.
_CONTEXT: Final = {
    "requestId": "JKJaXmPLvHcESHA=", "requestTimeEpoch": "1795343189894", "status": "202",
    "routeKey": "POST /webhooks/{connection}", "responseLatency": "25", "integrationLatency": "23",
    "identity.sourceIp": "203.0.113.111",
}  # fmt: skip
_EVERY: Final = {"minute": 60, "hour": 3_600, "day": 86_400}


@cache
def _template() -> dict[str, Any]:
    return read_template(TEMPLATE)


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the resources of a kind, by name."""
    return {
        name: one["Properties"]
        for name, one in _template()["Resources"].items()
        if one["Type"] == kind and "Condition" not in one
    }


def memory() -> dict[str, int]:
    """Megabytes of each function, by its name."""
    functions = of_type("AWS::Serverless::Function").values()
    return {one["CodeUri"].split("/")[1]: int(one["MemorySize"]) for one in functions}


@cache
def access_log_line() -> str:
    """The line that the API writes of a delivery."""
    (api,) = of_type("AWS::Serverless::HttpApi").values()
    form = api["AccessLogSettings"]["Format"]
    return re.sub(r"\$context\.([A-Za-z.]+)", lambda name: _CONTEXT[name[1]], form)


def watched_metrics() -> int:
    """How many metrics the alarms look at, each of which is charged."""
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    queries = [one for alarm in alarms for one in alarm.get("Metrics", [{"MetricStat": {}}])]
    return len([one for one in queries if "MetricStat" in one])


def schedules() -> dict[str, int]:
    """How often each schedule goes off in a month of 30 days, by the function that it wakes."""
    counts = {"sweeper": 0, "end_of_day": 0}
    for one in of_type("AWS::Scheduler::Schedule").values():
        counts["sweeper"] += _in_a_month(one["ScheduleExpression"])
    for function in of_type("AWS::Serverless::Function").values():
        for event in function.get("Events", {}).values():
            if event["Type"] == "ScheduleV2":
                counts["end_of_day"] += _in_a_month(event["Properties"]["ScheduleExpression"])
    return counts


def _in_a_month(expression: str) -> int:
    month = 30 * _EVERY["day"]
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if rate:
        return month // (int(rate[1]) * _EVERY[rate[2]])
    assert expression.startswith("cron(0 "), f"{expression} is not once a day"
    return 30
