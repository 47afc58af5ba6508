"""The part of the wiring that looks after dead letters."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from daybook.domain.dead_letter import DeadLetter, DeadLetterQueueName
from daybook.queues import DeliveryMessage
from daybook.queues_dead_letters import DeadLetterQueue
from daybook.sources.contract import Delivery
from daybook.sources.registry import find
from daybook.store import clients
from daybook.workflows.failed_deliveries import FailedDeliveries

if TYPE_CHECKING:
    from daybook.settings import Settings
    from daybook.store.ledger import Ledger


class Parts(Protocol):
    """The other parts of the stack that this one is made from; `wiring.Wiring` has them."""

    @property
    def settings(self) -> "Settings": ...
    @property
    def ledger(self) -> "Ledger": ...
    def delivery_of(self, message: DeliveryMessage) -> Delivery: ...


class DeadLetterParts:
    """The dead letters of each queue, and what keeps those of deliveries in sight."""

    def __init__(
        self, parts: Parts, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._parts = parts
        self._now = now
        self._new_id = new_id

    @cached_property
    def queues(self) -> dict[DeadLetterQueueName, DeadLetterQueue]:
        """By name."""
        names = self._parts.settings
        urls: dict[DeadLetterQueueName, tuple[str, str]] = {
            "deliveries": (names.deliveries_dead_letters_url, names.deliveries_queue_url),
            "postings": (names.postings_dead_letters_url, names.postings_queue_url),
            "jobs": (names.jobs_dead_letters_url, names.jobs_queue_url),
        }
        return {
            name: DeadLetterQueue(clients.sqs(), name, dead, home, self._new_id)
            for name, (dead, home) in urls.items()
        }

    @cached_property
    def recorder(self) -> FailedDeliveries:
        """For `failed_deliveries.record`."""
        return FailedDeliveries(
            self.queues["deliveries"], self._parts.ledger, self._delivery, find, self._now
        )

    def _delivery(self, letter: DeadLetter) -> tuple[Delivery, str]:
        """What a letter carries. Raises BadMessage, LookupError."""
        message = DeliveryMessage.decode(letter.body)
        return self._parts.delivery_of(message), message.archive_key
