"""From log lines to metrics to alarms, by the template's own filters and alarms.

Metric filters count lines of a log group; a line in the embedded format carries its metrics.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from local.transform import read_template
from tests.unit.alarms.filter_pattern import matches, selected

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
STACK = "daybook-test"

type Dimensions = tuple[tuple[str, str], ...]
# (namespace, name, dimensions) -> the values of each period, None where there was none.
type Series = Mapping[tuple[str, str, Dimensions], Sequence[Sequence[float] | None]]


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric."""

    namespace: str
    name: str
    dimensions: Dimensions
    value: float

    @property
    def metric(self) -> tuple[str, str, Dimensions]:
        """Which metric it is of."""
        return self.namespace, self.name, self.dimensions


@cache
def _template() -> dict[str, Any]:
    return read_template(TEMPLATE)


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the template's resources of a kind, by name."""
    return {
        name: one["Properties"]
        for name, one in _template()["Resources"].items()
        if one["Type"] == kind
    }


def points_of(function: str, text: str) -> list[Point]:
    """The metrics that a function's log makes. function: `webhook`, `end_of_day`, ..."""
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    group = f"{function.title().replace('_', '')}Log"
    filters = [
        one
        for one in resources("AWS::Logs::MetricFilter").values()
        if one["LogGroupName"] == {"Ref": group}
    ]
    return [point for line in lines for point in (*_embedded(line), *_filtered(line, filters))]


def _embedded(line: Mapping[str, Any]) -> Iterable[Point]:
    for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
        (names,) = directive["Dimensions"]
        dimensions = tuple((name, line[name]) for name in names)
        for metric in directive["Metrics"]:
            found = line[metric["Name"]]
            for value in found if isinstance(found, list) else [found]:
                yield Point(directive["Namespace"], metric["Name"], dimensions, value)


def _filtered(line: dict[str, Any], filters: Iterable[dict[str, Any]]) -> Iterable[Point]:
    for one in filters:
        if not matches(one["FilterPattern"], line):
            continue
        (made,) = one["MetricTransformations"]
        dimensions = tuple(
            (each["Key"], str(selected(each["Value"], line))) for each in made.get("Dimensions", [])
        )
        namespace = _resolved(made["MetricNamespace"])
        yield Point(namespace, made["MetricName"], dimensions, float(made["MetricValue"]))


def rings(alarm: Mapping[str, Any], series: Series) -> bool:
    """Whether an alarm of the template rings at the end of a series of its periods, the last ones
    first missing where the series is shorter."""
    values = _values(alarm, series)
    missing = alarm["TreatMissingData"] == "breaching"
    return all(
        missing if value is None else _breaches(alarm, value)
        for value in values[-alarm["EvaluationPeriods"] :]
    )


def rings_for(alarm: Mapping[str, Any], points: Iterable[Point]) -> bool:
    """Whether these points, all of one period, make an alarm of one period ring."""
    gathered: dict[tuple[str, str, Dimensions], list[float]] = {}
    for point in points:
        gathered.setdefault(point.metric, []).append(point.value)
    return rings(alarm, {metric: [values] for metric, values in gathered.items()})


def _values(alarm: Mapping[str, Any], series: Series) -> list[float | None]:
    wanted = alarm["EvaluationPeriods"]
    if "Metrics" in alarm:
        return _by_expression(alarm["Metrics"], series, wanted)
    return _statistic(alarm, alarm["Statistic"], series, wanted)


def _statistic(
    metric: Mapping[str, Any], statistic: str, series: Series, wanted: int
) -> list[float | None]:
    dimensions = tuple(
        (one["Name"], _resolved(one["Value"])) for one in metric.get("Dimensions", ())
    )
    key = (_resolved(metric["Namespace"]), metric["MetricName"], dimensions)
    periods = list(series.get(key, ()))
    padded = [*([None] * (wanted - len(periods))), *periods]
    return [_reduced(statistic, values) if values else None for values in padded]


def _reduced(statistic: str, values: Sequence[float]) -> float:
    assert statistic in ("Sum", "Maximum"), f"this reader does not know {statistic}"
    return float(sum(values) if statistic == "Sum" else max(values))


def _by_expression(
    metrics: Sequence[Mapping[str, Any]], series: Series, wanted: int
) -> list[float | None]:
    """The only form that the template uses: 100 * FILL(a, 0) / b."""
    found = {
        one["Id"]: _statistic(
            one["MetricStat"]["Metric"], one["MetricStat"]["Stat"], series, wanted
        )
        for one in metrics
        if "MetricStat" in one
    }
    (expression,) = [one["Expression"] for one in metrics if one.get("ReturnData", True)]
    form = re.fullmatch(r"100 \* FILL\((\w+), 0\) / (\w+)", expression)
    assert form, f"this reader does not know {expression}"
    return [
        100 * (part or 0.0) / whole if whole else None
        for part, whole in zip(found[form[1]], found[form[2]], strict=True)
    ]


def _breaches(alarm: Mapping[str, Any], value: float) -> bool:
    threshold = float(alarm["Threshold"])
    compared = {
        "GreaterThanOrEqualToThreshold": value >= threshold,
        "GreaterThanThreshold": value > threshold,
        "LessThanThreshold": value < threshold,
    }
    return compared[alarm["ComparisonOperator"]]


def _resolved(value: Any) -> str:
    """A name of the template as it is once deployed; what refers to a resource is its name."""
    if isinstance(value, str):
        return value
    target = value.get("Ref") or value["Fn::GetAtt"][0]
    return STACK if target == "AWS::StackName" else str(target)
