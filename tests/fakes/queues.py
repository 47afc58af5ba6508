"""The queues as lists of what was sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from daybook.queues import DeliveryMessage


class FakeDoorbell:
    """`ports.Doorbell`: remembers each ring as (realm, hint)."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, tuple[str, ...]]] = []

    def __call__(self, realm: str, hint: Sequence[str]) -> None:
        assert len(hint) <= 30
        self.rung.append((realm, tuple(hint)))


class FakeDeliveries:
    """`queues.Deliveries`; every message goes through its wire form."""

    def __init__(self) -> None:
        self.sent: list[DeliveryMessage] = []

    def send(self, message: DeliveryMessage) -> None:
        """Queue a delivery."""
        self.sent.append(DeliveryMessage.decode(message.encode()))


class FakeJobs:
    """`queues.Jobs`."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send(self, kind: str, scope: Mapping[str, Any]) -> None:
        """Queue a job."""
        self.sent.append({"kind": kind, "scope": dict(scope)})
