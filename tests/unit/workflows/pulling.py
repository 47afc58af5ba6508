"""An office whose shop is Heartland's: a vendor in process that sells, and a pull that reads it."""

import json
from collections.abc import Callable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from daybook.domain.connection import Connection
from daybook.domain.job import Job
from daybook.domain.mapping import Mapping
from daybook.domain.pos_errors import NoSuchThing
from daybook.domain.pos_list import Listed
from daybook.sources.contract import Delivery
from daybook.sources.registry import find
from daybook.workflows import jobs
from daybook.workflows.jobs import Worker
from daybook.workflows.operator import Who
from daybook.workflows.pull import Puller, pull_slice
from daybook.workflows.pull_start import resources_of, start_pull
from daybook.workflows.translate import Translated, translate
from local.pos_simulator.shop import Shop, loads
from tests.fakes.archive import FakeArchive
from tests.fakes.clock import START
from tests.fakes.jobs import FakeJobStore
from tests.fakes.pulls import FakePulls
from tests.unit.workflows.office import SHOP, Office, mapping

TICKETS = "sales/tickets"
WHO = Who("ann", "to see")


def text(at: datetime) -> str:
    """An instant as Heartland writes it: whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Vendor:
    """Heartland's API in process, over the simulator's shop. per_page: of its lists.

    trouble: raised instead of an answer, in turn. meanwhile: what happens before each answer.
    ahead: seconds that its clock is ahead of ours.
    """

    clock: Callable[[], datetime]
    shop: Shop = field(default_factory=Shop)
    per_page: int = 100
    trouble: list[Exception] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    asked: list[str] = field(default_factory=list)

    def get(self, path: str, params: Dict[str, str] | None = None) -> Any:
        """One resource."""
        self._asked(path)
        row = self.shop.row(path)
        if row is None:
            raise NoSuchThing(path)
        return dict(row)

    def list_all(self, path: str, params: Dict[str, str] | None = None) -> list[Any]:
        """A whole list."""
        self._asked(path)
        return self._rows(path, params or {})

    def listed(self, path: str, params: Dict[str, str], page: int) -> Listed:
        """A page of a list."""
        self._asked(path)
        rows = self._rows(path, params)
        start = (page - 1) * self.per_page
        pages = -(-len(rows) // self.per_page)
        return Listed(rows[start : start + self.per_page], pages, len(rows))

    def _rows(self, path: str, params: Dict[str, str]) -> list[Any]:
        rows = self.shop.rows(path, params)
        if rows is None:
            raise NoSuchThing(path)
        return rows

    def _asked(self, path: str) -> None:
        self.asked.append(path)
        self.meanwhile()
        if self.trouble:
            raise self.trouble.pop(0)

    def sell(self, number: int, amount: str = "10.00", **changes: Any) -> dict[str, Any]:
        """A ticket, completed or changed now; the body that its webhook would have."""
        now = text(self.clock())
        before = self.shop.row(f"{TICKETS}/{number}") or {}
        line = {"type": "ItemLine", "item_id": 1, "qty": 1, "unit_cost": 0}
        ticket = {
            "id": number,
            "type": "Ticket",
            "status": "complete",
            "completed?": True,
            "source_location_id": 1,
            "completed_at": before.get("completed_at", now),
            "updated_at": now,
            "total": amount,
            "lines": [line | {"id": number, "original_unit_price": amount}],
            "payments": [
                {"id": number, "payment_type_id": 1, "amount": amount, "status": "complete"}
            ],
            **changes,
        }
        self.shop.put("items/1", {"public_id": "HAT", "financial_class_id": "Hats"})
        # Exact numbers, and no object shared with the body that is given back.
        self.shop.put(f"{TICKETS}/{number}", loads(json.dumps(ticket).encode()))
        item = {"public_id": "HAT", "financial_class_id": "Hats"}
        whole: dict[str, Any] = {**ticket, "lines": [{**ticket["lines"][0], "item": item}]}
        return whole

    def void(self, number: int) -> dict[str, Any]:
        """The ticket is undone now."""
        undone: dict[str, Any] = {"voided?": True, "status": "voided"}
        return self.sell(number, **undone)


@dataclass
class Branch(Office):
    """An office that also pulls. source: whose point of sale it is; kinds: its lists."""

    pulls: FakePulls = field(default_factory=FakePulls)
    store: FakeJobStore = field(default_factory=FakeJobStore)
    archive: FakeArchive = field(default_factory=FakeArchive)
    messages: list[tuple[str, dict[str, Any], int]] = field(default_factory=list)
    vendor: Any = field(default_factory=lambda: Vendor(lambda: START))
    source: str = "heartland"
    kinds: tuple[str, ...] = ("tickets",)
    told: list[tuple[str, int]] = field(default_factory=list)

    @staticmethod
    def at_heartland(**options: Any) -> "Branch":
        """Connected, with a chart and a mapping."""
        branch = Branch.at("heartland", mapping(), **options)
        branch.client = branch.vendor = Vendor(branch.clock)
        return branch

    @staticmethod
    def at(source: str, rules: Mapping, **options: Any) -> "Branch":
        """Connected to a point of sale, without a client of it."""
        opened = Office.opened()
        branch = Branch(
            clock=opened.clock, ledger=opened.ledger, connections=opened.connections,
            mappings=opened.mappings, doorbell=opened.doorbell, books=opened.books,
            source=source, **options,
        )  # fmt: skip
        branch.connections.put(
            Connection(SHOP, source, opened.connections.all()[0].realm, created_at=text(START))
        )
        branch.mappings.activate(SHOP, branch.mappings.put(SHOP, rules, "test", ""))
        return branch

    def worker(self) -> Worker:
        """For `jobs.run`."""
        return Worker(
            self.store,
            lambda kind, scope: self.messages.append((kind, dict(scope), 0)),
            {"pull": lambda job, left: pull_slice(job, left, self.puller())},
            self.clock,
            lambda: f"{len(self.store.rows):06}",
            lambda kind, scope, wait: self.messages.append((kind, dict(scope), wait)),
        )

    def puller(self) -> Puller:
        """For `pull_slice`."""
        return Puller(
            self.pulls, self.connections, self.find, lambda _: self.vendor, self.translator(),
            self.archive, self.clock, lambda *told: self.told.append(told),
        )  # fmt: skip

    def webhook(
        self, body: dict[str, Any], event: str = "sales_transaction_completed"
    ) -> Translated:
        """A delivery of the point of sale's arrives; event: as Heartland's names it."""
        raw = json.dumps(body).encode()
        delivery = Delivery(SHOP, self.source, raw, self.clock(), event=event)
        self.sent[SHOP, find(self.source).delivery_id(delivery)] = delivery
        return translate(delivery, self.translator())

    def begin(self, since: datetime | None = None) -> Job:
        """A pull is asked for."""
        connection = self.connections.get(SHOP)
        assert connection is not None
        wanted = resources_of(find(self.source), self.kinds)
        return start_pull(connection, wanted, since, WHO, self.worker())

    def work(self, most: int = 400) -> None:
        """Every message is worked on, each after its wait."""
        for _ in range(most):
            if not self.messages:
                return
            self.work_once()
        raise AssertionError("the job never ends")

    def work_once(self) -> None:
        """The next message is worked on, after its wait."""
        kind, scope, wait = self.messages.pop(0)
        self.clock.sleep(wait)
        jobs.run(kind, scope, self.worker())

    def pull(self, since: datetime | None = None) -> Job:
        """A pull from its beginning to its end."""
        job = self.begin(since)
        self.work()
        return self.store.rows[job.id]

    def objects(self) -> list[str]:
        """The ids of the objects that have rows, once for each version."""
        return sorted(row.key.object_id for row in self.ledger.rows.values())
