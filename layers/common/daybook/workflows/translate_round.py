"""The deliveries of one invocation, translated one after the other; each company is rung for once.

A ring follows the rows that it names. Where it fails, the deliveries whose rows it named have to
come again: translating them again finds the rows and rings once more.
"""

from dataclasses import dataclass, field

from daybook.sources.contract import Delivery
from daybook.workflows.known import Known
from daybook.workflows.translate import RING_HINTS, Translated, Translator, take_in


@dataclass(slots=True)
class _Waiting:
    """What waits to be rung for: the ids, in order, and the messages that brought them."""

    ids: dict[str, None] = field(default_factory=dict)
    messages: set[str] = field(default_factory=set)


class Round:
    """One invocation's deliveries.

    unrung: the messages that have to come again, because their ring failed. failures: why, by
    company.
    """

    def __init__(self, tools: Translator) -> None:
        self._tools = tools
        self._known = Known(tools)
        self._waiting: dict[str, _Waiting] = {}
        self.unrung: set[str] = set()
        self.failures: dict[str, Exception] = {}

    def translate(self, message: str, delivery: Delivery, archive_key: str = "") -> Translated:
        """As `translate.translate`, but the ring waits for `ring`, or for thirty ids.

        message: the name by which `unrung` knows the delivery."""
        done = take_in(delivery, self._tools, self._known, archive_key)
        for realm, ids in done.ready.items():
            self._add(realm, ids[:RING_HINTS], message)
        return done

    def _add(self, realm: str, ids: tuple[str, ...], message: str) -> None:
        waiting = self._waiting.get(realm)
        if waiting and len({*waiting.ids, *ids}) > RING_HINTS:
            self._ring(realm)
        waiting = self._waiting.setdefault(realm, _Waiting())
        waiting.ids.update(dict.fromkeys(ids))
        waiting.messages.add(message)

    def ring(self) -> None:
        """Ring for all that waits. What fails is in `unrung` and `failures`."""
        for realm in tuple(self._waiting):
            self._ring(realm)

    def _ring(self, realm: str) -> None:
        waiting = self._waiting.pop(realm)
        try:
            self._tools.doorbell(realm, tuple(waiting.ids))
        except Exception as failure:  # noqa: BLE001 -- kept, and told by whoever asks
            self.failures[realm] = failure
            self.unrung |= waiting.messages
