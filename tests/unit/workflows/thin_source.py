"""A point of sale whose webhooks are only hints."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from daybook.sources import canonical
from daybook.sources.contract import Client, Context, Delivery, Ignored, Parsed


@dataclass
class ThinSource:
    """A source whose webhook is only a hint; `answers` is what its API says, in turn."""

    answers: list[Exception | bytes] = field(default_factory=list)
    name: str = "thin"
    refuses_unreadable: bool = False

    def verify(self, delivery: Delivery, secrets: Sequence[str], now: datetime) -> None:
        """Anything goes."""

    def delivery_id(self, delivery: Delivery) -> str:
        return canonical.delivery_id(delivery)

    def needs_fetch(self, delivery: Delivery) -> bool:
        return True

    def fetch(self, delivery: Delivery, client: Client) -> Delivery:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return replace(delivery, body=answer)

    def parse(self, delivery: Delivery, context: Context) -> Parsed:
        if delivery.body == b"ignored":
            return [Ignored("ticket", "1001", "1", "not completed")]
        if delivery.body == b"many":
            return [Ignored("ticket", str(number), "1", "") for number in range(1_001)]
        return canonical.parse(delivery, context)
