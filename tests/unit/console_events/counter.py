"""A person at the pages of events, days, jobs and trouble: routes called over fakes."""

from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any, cast

from daybook.console import every_page  # noqa: F401 -- enters all routes
from daybook.console.web import Download, Visitor
from daybook.domain.dead_letter import QUEUE_NAMES, DeadLetterQueueName
from daybook.domain.job import Job
from daybook.wiring import Wiring
from daybook.workflows import jobs
from daybook.workflows.backfill import backfill_slice
from daybook.workflows.replay_many import replay_slice
from daybook.workflows.undo import undo_slice
from daybook.workflows.void_many import void_slice
from tests.fakes.days import FakeDays
from tests.fakes.dead_letters import FakeDeadLetters
from tests.fakes.ledger import FakeLedger
from tests.fakes.proofs import FakeProofs
from tests.fakes.shelves import FakeShelves
from tests.unit.console_mapping.desk import Answered, Desk
from tests.unit.workflows.closing import DayOffice
from tests.unit.workflows.office import Office

BEN = Visitor("ben@shop.example", "Ben", "operator", csrf="token")
EVE = Visitor("eve@shop.example", "Eve", "viewer", csrf="token")
WHY = {"reason": "mended"}


class CountingLedger(FakeLedger):
    """A ledger that a page may not read whole."""

    def counts(self) -> Any:
        raise AssertionError("a page reads the whole ledger")

    def all_postings(self) -> Any:
        raise AssertionError("a page reads the whole ledger")

    def repeats(self) -> Any:
        raise AssertionError("a page reads the whole ledger")


@dataclass
class Counter(Desk):
    """The pages over fakes; a pause lets the poster work."""

    proofs: FakeProofs = field(default_factory=FakeProofs)
    letters: dict[DeadLetterQueueName, FakeDeadLetters] = field(default_factory=dict)
    visitor: Visitor = BEN
    paused: int = 0

    @staticmethod
    def open(*rows: dict[str, Any], **options: Any) -> "Counter":
        """A shop that posts each event."""
        office = Office.opened(*rows, **options)
        office.ledger = CountingLedger()
        return Counter(office)

    @staticmethod
    def in_days(**settings: Any) -> "Counter":
        """A shop that posts its days."""
        return Counter(DayOffice.in_days(**settings))

    @property
    def worker(self) -> jobs.Worker:
        operator = self.office.operator()
        slices: dict[str, jobs.Slice] = {
            "undo": partial(undo_slice, tools=operator),
            "replay": partial(replay_slice, tools=operator),
            "void": partial(void_slice, tools=operator),
            "send": partial(backfill_slice, tools=self.office.releaser()),
        }
        send = lambda kind, scope: self.messages.append((kind, scope))  # noqa: E731
        ids = iter(f"{number:06x}" for number in range(len(self.store.rows) + 1, 10_000))
        return jobs.Worker(self.store, send, slices, self.office.clock, lambda: next(ids))

    def pause(self, _seconds: float) -> None:
        """What is due is posted while a person waits."""
        self.paused += 1
        self.office.drain()

    def queue(self, name: DeadLetterQueueName = "deliveries") -> FakeDeadLetters:
        """A queue's dead letters."""
        return self.letters.setdefault(name, FakeDeadLetters(self.office.clock, name))

    def parts(self) -> Wiring:
        office, ledger = self.office, self.office.ledger
        for name in QUEUE_NAMES:
            self.queue(name)
        days = getattr(office, "days", None) or FakeDays(ledger)
        closer = office.closer() if isinstance(office, DayOffice) else None
        made = SimpleNamespace(
            settings=SimpleNamespace(qbo_url="", stack="test"),
            connections=office.connections,
            mappings=office.mappings,
            ledger=ledger,
            shelves=FakeShelves(ledger),
            days=days,
            closer=closer,
            releaser=office.releaser(),
            pause=self.pause,
            proof=SimpleNamespace(store=self.proofs),
            dead_letters=SimpleNamespace(queues=self.letters),
            queue_depths=lambda: {
                name: {"waiting": 0, "dead": queue.depth().total}
                for name, queue in self.letters.items()
            },
            jobs=SimpleNamespace(
                store=self.store,
                worker=self.worker,
                actions=office.actions,
                operator=office.operator(),
            ),
        )
        return cast("Wiring", made)

    def work(self) -> Job:
        """Do the jobs that were started, and what they made ready; the last job."""
        done = super().work()
        self.office.drain()
        return done

    def csv(self, path: str, **query: str) -> str:
        """A download's text."""
        answer = self.get(path, **query).answer
        assert isinstance(answer, Download), answer
        return answer.body.decode("utf-8-sig")


class _Reader(HTMLParser):
    """What a browser makes of a page: its elements, and text apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read_page(html: str) -> _Reader:
    """The page as a browser reads it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def hidden(answered: Answered) -> dict[str, list[str]]:
    """The hidden fields of the form that begins a job."""
    forms: list[dict[str, list[str]]] = []
    for tag, attributes in read_page(answered.html).tags:
        if tag == "form":
            forms.append({})
        if tag == "input" and attributes.get("type") == "hidden":
            forms[-1].setdefault(attributes["name"], []).append(attributes["value"])
    (found,) = [form for form in forms if "job" in form]
    return found
