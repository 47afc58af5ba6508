"""daybook's own wiring, as one process has it, over the world's parts in place of AWS."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from daybook.domain.connection import Realm
from daybook.domain.dead_letter import DeadLetter, DeadLetterQueueName, Depth, Move
from daybook.domain.imported import Imported
from daybook.domain.proof import Finding
from daybook.qbo.tokens import AppKeys
from daybook.queues import DeliveryMessage
from daybook.queues_dead_letters import letter_of
from daybook.sources.contract import Delivery
from daybook.wiring_dead_letters import DeadLetterParts
from daybook.wiring_jobs import JobParts
from daybook.wiring_proof import ProofParts
from daybook.wiring_qbo import QuickBooks
from daybook.workflows.connect import Connector
from daybook.workflows.poster import Poster
from daybook.workflows.token_care import refresh_idle
from tests.fakes.pulls import FakePulls
from tests.simulation.pool import SeededPool
from tests.simulation.queues import Message, Queue

if TYPE_CHECKING:
    from tests.simulation.world import World

KEYS = AppKeys("client-id", "canary-client-secret")


class Simulated(QuickBooks):
    """Clients of companies, with tokens kept in the world's secrets."""

    def __init__(self, world: "World", parts: Any) -> None:
        super().__init__(
            parts, world.clock, world.boundary.sleep, world.sender, world.refresh, world.new_id()
        )
        self._world = world
        # In place of what would be made of AWS on first use.
        vars(self.tokens).update(secrets=world.tokens, keys=KEYS)

    def importing(
        self, realm: Realm, version: int, _before: Imported | None, _progress: Any
    ) -> Imported:
        """A company's lists, in one call behind a token that is had as any other."""
        self.company(realm)
        return self._world.imported(realm.realm, version)

    def importer(self) -> Connector:
        """For `connect`."""
        return replace(self.connector, import_books=self.importing)


class Letters:
    """`workflows.dead_letters.DeadLetters` of one queue of the world. SQS's own move is not there:
    letters go home one by one, which is where a process may die."""

    def __init__(self, name: DeadLetterQueueName, queue: Queue) -> None:
        self.name: DeadLetterQueueName = name
        self._queue = queue
        self._hidden: dict[int, datetime] = {}
        self._sent = 0

    def depth(self) -> Depth:
        """How many there are."""
        return Depth(len(self._queue.dead), 0)

    def receive(self, hidden_seconds: int) -> list[DeadLetter]:
        """Those that are not in hand."""
        now = self._queue.clock()
        free = [one for one in self._queue.dead if self._hidden.get(one.number, now) <= now][:10]
        self._hidden |= {one.number: now + timedelta(seconds=hidden_seconds) for one in free}
        return [self._letter(one) for one in free]

    def _letter(self, one: Message) -> DeadLetter:
        told = {
            "SentTimestamp": str(int(one.sent_at.timestamp() * 1000)),
            "ApproximateReceiveCount": str(one.receipt),
        }
        message: Any = {
            "MessageId": str(one.number),
            "Body": one.body,
            "ReceiptHandle": str(one.number),
            "Attributes": told | ({"MessageGroupId": one.group} if one.group else {}),
        }
        return letter_of(self.name, message)

    def give_back(self, letters: Sequence[DeadLetter]) -> None:
        """Show them again."""
        for letter in letters:
            self._hidden.pop(int(letter.handle), None)

    def send_back(self, letter: DeadLetter) -> None:
        """A copy goes home."""
        self._sent += 1
        self._queue.send(letter.body, letter.group, f"{letter.id}-{self._queue.sent}-{self._sent}")

    def delete(self, letter: DeadLetter) -> None:
        """Gone."""
        self._queue.dead = [one for one in self._queue.dead if str(one.number) != letter.id]

    def start_move(self) -> bool:
        """There is none."""
        return False

    def move(self) -> Move | None:
        """There is none."""
        return None


class Jobs(JobParts):
    """The real parts of jobs; alarms are the world's."""

    def __init__(self, world: "World", parts: Any) -> None:
        super().__init__(parts, world.clock, world.new_id)
        self._world = world
        vars(self).update(store=world.jobs, queue=world.job_queue, actions=world.actions)

    def _care(self) -> Counter[str]:
        tokens = self._parts.quickbooks.tokens
        return refresh_idle(
            connections=self._parts.connections,
            renew=tokens.renew_idle,
            look=tokens.look,
            alarm=self._world.alarm_of_company,
            clock=self._now,
        ).counts()


class Stack:
    """The parts of one process: a container, or a person's command."""

    def __init__(self, world: "World") -> None:
        self.world = world
        parts: Any = SimpleNamespace(
            settings=world.settings,
            vault=None,
            secrets=world.secrets,
            archive=world.archive,
            ledger=world.ledger,
            connections=world.connections,
            mappings=world.mappings,
            doorbell=world.doorbell,
            deliveries=world.deliveries,
            releaser=world.releaser,
            delivery_of=self.delivery_of,
            poster=self.poster,
            # No point of sale here has an API.
            pos_client=None,
            pulls=SimpleNamespace(store=FakePulls()),
        )
        self.quickbooks = Simulated(world, parts)
        parts.quickbooks = SimpleNamespace(
            tokens=self.quickbooks.tokens,
            audit=self.quickbooks.audit,
            connector=self.quickbooks.importer(),
            poster=self.poster,
        )
        self.dead_letters = DeadLetterParts(parts, world.clock, world.new_id)
        vars(self.dead_letters)["queues"] = world.letters
        self.proof = ProofParts(parts, world.clock)
        vars(self.proof)["store"] = world.proofs
        self.prover = replace(self.proof.prover, tell=self._tell)
        vars(self.proof)["prover"] = self.prover
        parts.dead_letters, parts.proof = self.dead_letters, self.proof
        self.jobs = Jobs(world, parts)

    def _tell(self, kind: str, finding: Finding) -> None:
        self.world.trace.note(f"ALARM {kind}: {finding.posting} {finding.text}")
        self.world.alarms.append((kind, finding.posting))

    def poster(self, remaining: Callable[[], float]) -> Poster:
        """For `drain`, with requests in flight that end in any order."""
        world = self.world
        return replace(
            self.quickbooks.poster(remaining, SeededPool(world.chance)),
            alarm=world.alarm,
            alarm_of_company=world.alarm_of_company,
        )

    def delivery_of(self, message: DeliveryMessage) -> Delivery:
        """The delivery that a message carries, its body from the archive where it is there."""
        body = message.body
        data = self.world.archive.get(message.archive_key) if body is None else body.encode()
        return Delivery(
            message.connection,
            message.source,
            data,
            message.received_at,
            message.headers,
            message.query,
            message.event,
        )
