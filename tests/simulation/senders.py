"""The points of sale: each sends its deliveries, and sends again what was not acknowledged."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.simulation import functions
from tests.simulation.scenario import Delivery, Event

if TYPE_CHECKING:
    from tests.simulation.world import World

# After how many seconds a sender tries again; then it gives up.
AGAIN = (300, 600, 900, 1800, 3600, 7200)


@dataclass
class Senders:
    """acknowledged: what was answered with 2xx, so what daybook answers for. tried: what may have
    reached it."""

    world: "World"
    acknowledged: list[Delivery] = field(default_factory=list)
    tried: list[Delivery] = field(default_factory=list)

    def plan(self, deliveries: list[Delivery]) -> None:
        """Each at its instant."""
        for delivery in deliveries:
            self.world.clock.at(delivery.at, lambda one=delivery: self._send(one, 0))  # type: ignore[misc]

    def _send(self, delivery: Delivery, turn: int) -> None:
        if self.send(delivery) or turn >= len(AGAIN):
            return
        self.world.clock.after(AGAIN[turn], lambda: self._send(delivery, turn + 1))

    def send(self, delivery: Delivery) -> bool:
        """One request; whether the sender knows that it arrived."""
        body = body_of(delivery)
        request = functions.signed(self.world, delivery.connection, delivery.message, body)
        self.world.trace.note(f"{delivery.connection} sends {delivery.message}")
        answer = functions.webhook(self.world, request)
        self.tried.append(delivery)
        assert answer.status in (202, 502, 503), (answer, delivery)
        if answer.status != 202:
            return False
        self.acknowledged.append(delivery)
        return True

    def events(self) -> list[Event]:
        """Every event of what was acknowledged."""
        return [event for delivery in self.acknowledged for event in delivery.events]


def body_of(delivery: Delivery) -> bytes:
    """The bytes of a request."""
    fields = [event.fields for event in delivery.events]
    if delivery.padding:
        fields = [{**fields[0], "memo": "x" * 4000}, *fields[1:]]
    text = json.dumps(fields[0] if len(fields) == 1 else fields, separators=(",", ":"))
    # White space counts for nothing but makes a body too large for a message.
    return (text + " " * delivery.padding).encode()
