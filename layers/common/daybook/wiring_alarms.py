"""The stack's alarms as a person's command sees them: which there are, which ring, who is told."""

from collections.abc import Sequence
from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError, ClientError

_MAX_PAGES = 50


class AlarmsUnreadable(Exception):  # noqa: N818 -- says what it is
    """CloudWatch or SNS cannot be asked; the text says why."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """names: every alarm of the stack. ringing: those in state ALARM. told: how many confirmed
    subscriptions their topics have."""

    names: tuple[str, ...]
    ringing: tuple[str, ...]
    told: int


def alarms_of(stack: str) -> Alarms:
    """The alarms whose names begin with the stack's. Raises AlarmsUnreadable."""
    try:
        found = _alarms(stack)
        topics = sorted({topic for _, _, actions in found for topic in actions})
        told = sum(_confirmed(topic) for topic in topics)
    except (BotoCoreError, ClientError) as failure:
        raise AlarmsUnreadable(f"{failure}") from failure
    names = tuple(sorted(name for name, _, _ in found))
    return Alarms(names, tuple(sorted(n for n, state, _ in found if state == "ALARM")), told)


def _alarms(stack: str) -> list[tuple[str, str, Sequence[str]]]:
    client = boto3.client("cloudwatch")
    pages = client.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=f"{stack}-", PaginationConfig={"MaxItems": 100 * _MAX_PAGES}
    )
    return [
        (one["AlarmName"], one["StateValue"], one.get("AlarmActions", []))
        for page in pages
        for one in page.get("MetricAlarms", [])
    ]


def _confirmed(topic: str) -> int:
    listed = boto3.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return sum(one["SubscriptionArn"].startswith("arn:") for one in listed)
