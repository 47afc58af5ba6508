"""Unleashed's objects for tests: a sample to change, a delivery of it, what one event becomes."""

import json
from collections.abc import Mapping
from typing import Any

from daybook.domain.event import FinancialEvent
from daybook.sources import unleashed
from daybook.sources.contract import Context, Delivery
from tests.unit.sources.senders import NOW, raw, sample


def data_of(name: str) -> dict[str, Any]:
    """The object in a sample."""
    data = json.loads(sample("unleashed", name).body)["data"]
    found: dict[str, Any] = json.loads(data) if isinstance(data, str) else data
    return found


def delivery_of(data: Any, event: str = "invoice.completed", **more: Any) -> Delivery:
    """A delivery of an object, or of what names it, without proof."""
    body = {"eventNotificationId": "n-1", "eventType": event, "data": data, **more}
    return Delivery("shop", "unleashed", raw(body), NOW)


def one(data: Any, event: str = "invoice.completed", **context: Any) -> FinancialEvent:
    """The one event of an object."""
    (found,) = unleashed.parse(delivery_of(data, event), Context(**context))
    assert isinstance(found, FinancialEvent)
    return found


class FakeClient:
    """Answers from a dict: an object or a list by path, a list with its parameters. Keeps what it
    was asked."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """One object, or the trouble that it stands for."""
        self.asked.append(path)
        answer = self.answers[path]
        if isinstance(answer, Exception):
            raise answer
        return json.loads(json.dumps(answer, default=str))

    def list_all(self, path: str, params: Mapping[str, str] | None = None) -> list[Any]:
        """One list; one that is not among the answers is empty."""
        asked = "&".join(f"{name}={value}" for name, value in (params or {}).items())
        self.asked.append(f"{path}?{asked}")
        found: list[Any] = self.answers.get(f"{path}?{asked}", self.answers.get(path, []))
        return json.loads(json.dumps(found, default=str))  # type: ignore[no-any-return]
