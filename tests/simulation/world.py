"""Everything there is: AWS, Intuit, the shops, and what daybook's functions find of them."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from daybook.domain.connection import Connection, Realm
from daybook.domain.directory import Directory, Listed
from daybook.domain.imported import Imported
from daybook.domain.posting import Posting
from daybook.qbo.tokens import AppKeys, TokenPair
from daybook.qbo.transport import HttpReply, HttpRequest
from daybook.settings import Settings
from daybook.sources.registry import find
from daybook.store.secrets import WebhookSecret
from daybook.workflows.release import Releaser
from daybook.workflows.translate import Translator
from tests.fakes.archive import FakeArchive
from tests.fakes.connections import FakeConnections
from tests.fakes.jobs import FakeActions, FakeJobStore
from tests.fakes.mappings import FakeMappings
from tests.fakes.proofs import FakeProofs
from tests.fakes.secrets import FakeSecrets, FakeTokenSecrets
from tests.simulation import functions
from tests.simulation.boundary import Boundary, Part
from tests.simulation.clock import START, Clock
from tests.simulation.company import Company, kind_of
from tests.simulation.containers import Containers
from tests.simulation.intuit import Intuit
from tests.simulation.queues import Queue
from tests.simulation.shop import REALM_OF, REALMS, SECRETS, USUAL, Rules, chart
from tests.simulation.stack import KEYS, Letters, Stack
from tests.simulation.tables import LaggingLedger
from tests.simulation.trace import Trace

SETTLE = 150
TICK_SECONDS, HOUR_SECONDS, DAY_SECONDS = 300, 3_600, 86_400
# The schedule's hour of the night's work, as template.yaml has it.
NIGHT_HOUR = 3
LEASE = timedelta(seconds=119)


class RemembersTokens(FakeTokenSecrets):
    """The companies' secrets. durable: every access token that was ever kept."""

    def __init__(self) -> None:
        super().__init__()
        self.durable: set[str] = set()

    def write_pending(self, realm: str, text: str) -> None:
        """Keep a text as pending."""
        super().write_pending(realm, text)
        self.durable.add(TokenPair.from_json(text).access_token)

    def create(self, realm: str, text: str) -> None:
        """The first text, or the next one when connected again."""
        self.durable.add(TokenPair.from_json(text).access_token)
        super().create(realm, text)

    def kept(self, realm: str) -> set[str]:
        """The refresh tokens that are kept now."""
        texts = (self.current.get(realm), self.pending.get(realm))
        return {TokenPair.from_json(text).refresh_token for text in texts if text}


@dataclass
class Raw:
    """The fakes themselves, for whoever looks on."""

    ledger: LaggingLedger
    connections: FakeConnections = field(default_factory=FakeConnections)
    mappings: FakeMappings = field(default_factory=FakeMappings)
    archive: FakeArchive = field(default_factory=FakeArchive)
    secrets: FakeSecrets = field(default_factory=FakeSecrets)
    tokens: RemembersTokens = field(default_factory=RemembersTokens)
    jobs: FakeJobStore = field(default_factory=FakeJobStore)
    actions: FakeActions = field(default_factory=FakeActions)
    proofs: FakeProofs = field(default_factory=FakeProofs)


class World:
    """One seed's world. `raw` is behind the gate: everything daybook touches goes through it."""

    def __init__(self, seed: str, *, keep_trace: bool = False) -> None:
        self.seed = seed
        self.chance = random.Random(f"{seed}/world")
        self.clock = Clock()
        self.trace = Trace(self.clock, keep=keep_trace)
        self.boundary = Boundary(self.clock, self.trace)
        self.raw = Raw(LaggingLedger(self.clock))
        self.intuit = Intuit(self.clock)
        self.companies = {realm: Company(realm, self.clock, self.intuit.opens) for realm in REALMS}
        self.alarms: list[tuple[str, str]] = []
        self.rules: dict[tuple[str, int], Rules] = {}
        self.ids = 0
        self.refreshing: Counter[str] = Counter()
        self.refreshing_since: dict[str, datetime] = {}
        self.crowded = 0
        self.settings = Settings(settle_seconds=SETTLE)
        self._wire()

    def _wire(self) -> None:
        gate = self._gate
        raw = self.raw
        self.ledger = gate("ledger", raw.ledger)
        self.connections = gate("connections", raw.connections)
        self.mappings = gate("mappings", raw.mappings)
        self.archive = gate("archive", raw.archive)
        self.secrets = gate("secrets", raw.secrets)
        self.tokens = gate("tokens", raw.tokens)
        self.jobs = gate("jobs", raw.jobs)
        self.actions = gate("actions", raw.actions)
        self.proofs = gate("proofs", raw.proofs)
        self.doorbell = gate("doorbell", self._ring)
        self.deliveries = gate("deliveries", SimpleNamespace(send=self._queue_delivery))
        # Nothing here rests: no point of sale is pulled.
        queue = SimpleNamespace(send=self._queue_job, send_later=None)
        self.job_queue = gate("job_queue", queue)
        self.queues = self._queues()
        self.letters = {
            name: gate("dead_letters", Letters(name, queue))  # type: ignore[arg-type]
            for name, queue in self.queues.items()
        }
        self.releaser = Releaser(
            self.ledger, self.connections, self.mappings, self.doorbell, self.clock
        )
        self.stacks = Containers(lambda: Stack(self))
        self.translators = Containers(self._translator)

    def _gate(self, name: str, target: Any) -> Any:
        return Part(name, target, self.boundary)

    def _queues(self) -> dict[str, Queue]:
        """As template.yaml has them."""
        return {
            "deliveries": Queue(
                "deliveries", self.clock, self.trace,
                lambda bodies, _tries: functions.translator(self, bodies), 360, 10, batch=10,
                concurrency=4,
            ),
            "postings": Queue(
                "postings", self.clock, self.trace,
                lambda bodies, _tries: functions.poster(self, bodies), 330, 10, fifo=True,
            ),
            "jobs": Queue(
                "jobs", self.clock, self.trace,
                lambda bodies, tries: functions.sweeper(self, bodies, tries), 330, 5,
            ),
        }  # fmt: skip

    def restore_queues(self) -> None:
        """The functions behind the queues are themselves again."""
        for name, queue in self._queues().items():
            self.queues[name].handler = queue.handler

    def _translator(self) -> Translator:
        return Translator(
            self.ledger, self.connections, self.mappings, self.doorbell, find,
            lambda _connection: None, self.clock,  # type: ignore[arg-type, return-value]
        )  # fmt: skip

    def new_id(self) -> str:
        """An id that was not used before."""
        self.ids += 1
        return f"{self.ids:06d}"

    def _ring(self, realm: str, hint: Sequence[str]) -> None:
        self.queues["postings"].send(functions.ring(realm, hint), realm, self.new_id())

    def _queue_delivery(self, message: Any) -> None:
        self.queues["deliveries"].send(message.encode())

    def _queue_job(self, kind: str, scope: Any) -> None:
        self.queues["jobs"].send(functions.job(kind, scope))

    def sender(self) -> Callable[[HttpRequest], HttpReply]:
        """What carries requests to Intuit."""

        def send(request: HttpRequest) -> HttpReply:
            realm = request.url.split("/company/")[1].split("/")[0]
            company, at = self.companies[realm], self.clock()
            reply: HttpReply = self.boundary.call(
                "qbo", kind_of(request), lambda: company.answer(request, at)
            )
            return reply

        return send

    def refresh(self, endpoints: Any, keys: AppKeys, pair: TokenPair, now: datetime) -> TokenPair:
        """One request to Intuit's token server; two of a company at once are noted."""
        worker = self.boundary.worker
        self.refreshing[pair.realm] += 1
        # Another consent is exchanged beside whatever goes on with the one before.
        alone = worker is None or worker.workflow == "connect"
        since = self.refreshing_since.get(pair.realm, START)
        recent = self.clock() - since < LEASE
        if self.refreshing[pair.realm] > 1 and recent and not alone:
            self.trace.note(f"two refreshers of {pair.realm}")
            self.crowded += 1
        self.refreshing_since[pair.realm] = self.clock()
        try:
            fresh: TokenPair = self.boundary.call(
                "intuit", "refresh", lambda: self.intuit.refresh(endpoints, keys, pair, now)
            )
        finally:
            self.refreshing[pair.realm] -= 1
        return fresh

    def alarm(self, word: str, row: Posting) -> None:
        """What a person must see at once."""
        self.trace.note(f"ALARM {word}: {row.id}")
        self.alarms.append((word, row.id))

    def alarm_of_company(self, word: str, realm: str) -> None:
        """What a person must see at once, of a company as a whole."""
        self.trace.note(f"ALARM {word}: {realm}")
        self.alarms.append((word, realm))

    def imported(self, realm: str, version: int) -> Imported:
        """A company's lists as they are now; one call, whatever it takes in truth."""
        company = self.companies[realm]

        def read() -> Imported:
            customers = {
                one.qbo_id: Listed(one.qbo_id, one.body["DisplayName"])
                for one in company.of("Customer")
            }
            lists = chart(realm, version, company.inactive, company.closed_to, self.clock())
            return Imported(lists, Directory(realm, version, customers), whole=True)

        found: Imported = self.boundary.call("qbo", "import", read)
        return found

    def open(self, rules: Rules = USUAL) -> None:
        """Everything connected, mapped and charted, before the first second."""
        for realm in REALMS:
            self.raw.connections.put_realm(Realm(realm, company=f"Company {realm[-1]}"))
            self.raw.mappings.put_chart(chart(realm, 1, set(), None, START))
            self.raw.mappings.put_directory(Directory(realm, 1))
            given = TokenPair("", self.intuit.consent(realm), START, START, realm, None, START)
            pair = self.intuit.refresh(None, KEYS, given, START)  # type: ignore[arg-type]
            self.raw.tokens.create(realm, pair.to_json())
        for name, realm in REALM_OF.items():
            self.raw.connections.put(Connection(name, "canonical", realm))
            self.raw.secrets.put_webhook_secret(name, WebhookSecret("canonical", (SECRETS[name],)))
            version = self.raw.mappings.put(name, rules.mapping(), "test", "")
            self.raw.mappings.activate(name, version)
            self.rules[name, version] = rules
        self.clock.after(TICK_SECONDS, lambda: self._schedule("tick", TICK_SECONDS))
        self.clock.after(HOUR_SECONDS, lambda: self._schedule("dead_letters", HOUR_SECONDS))
        night = datetime(START.year, START.month, START.day + 1, NIGHT_HOUR, tzinfo=UTC)
        self.clock.at(night, lambda: self._schedule("daily", DAY_SECONDS))

    def _schedule(self, kind: str, seconds: float) -> None:
        self.queues["jobs"].send(functions.job(kind, {}))
        self.clock.after(seconds, lambda: self._schedule(kind, seconds))
