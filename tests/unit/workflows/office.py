"""A whole daybook over in-memory fakes: one shop, one company, a clock that moves when told."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from daybook.domain.chart import Account, Chart
from daybook.domain.connection import Connection, Realm
from daybook.domain.mapping import Mapping
from daybook.domain.outcome import FoundEntry
from daybook.domain.posting import Posting
from daybook.domain.status import DUE
from daybook.qbo.comparison import content_of, is_same
from daybook.qbo.documents import body_of
from daybook.sources.contract import Delivery, Source
from daybook.sources.registry import find
from daybook.workflows.closed_books import remembered
from daybook.workflows.link import created
from daybook.workflows.operator import Operator
from daybook.workflows.post import drain
from daybook.workflows.poster import Drained, Poster
from daybook.workflows.release import Releaser
from daybook.workflows.sweep import Sweeper, Swept, sweep
from daybook.workflows.translate import Translated, Translator, translate
from tests.fakes.books import FakeBooks
from tests.fakes.clock import FakeClock
from tests.fakes.connections import FakeConnections
from tests.fakes.jobs import FakeActions
from tests.fakes.ledger import FakeLedger
from tests.fakes.mappings import FakeMappings
from tests.fakes.queues import FakeDoorbell

REALM, SHOP = "9341450000000001", "shop"
SETTLE = 150
_TYPES = {
    "3": "Bank",
    "4": "Other Current Asset",
    "50": "Income",
    "51": "Income",
    "7": "Expense",
    "8": "Accounts Receivable",
    "9": "Accounts Payable",
}
MAPPING: dict[str, Any] = {
    "accounts": [
        {"role": "payment_type", "key": "*", "account": "4"},
        {"role": "sales", "key": "Hats", "account": "50"},
        {"role": "returns", "key": "Hats", "account": "50"},
    ],
    "locations": {"1": {"time_zone": "America/Chicago", "day_close": "03:00"}},
}


def sale(object_id: str = "1001", amount: str = "108.25", **changes: Any) -> dict[str, Any]:
    """A sale of hats paid by card. key: another item class; version, effect and fields of the
    event may be given."""
    key, version = changes.pop("key", "Hats"), changes.pop("version", "1")
    return {
        "object_type": "ticket",
        "object_id": object_id,
        "object_version": version,
        "occurred_at": "2026-11-20T18:00:00Z",
        "location": "1",
        "currency": "USD",
        "reference": f"T-{object_id}",
        "body": {
            "kind": "sale",
            "lines": [{"kind": "item", "key": key, "gross": amount}] if amount != "0" else [],
            "tenders": [{"kind": "card", "key": "Visa", "amount": amount}],
        },
        **changes,
    }


def void_of(object_id: str = "1001", version: str = "2", **changes: Any) -> dict[str, Any]:
    """What takes a sale back."""
    return sale(object_id, version=version, effect="reverse", **changes)


def chart(version: int = 1, **inactive: bool) -> Chart:
    """The company's accounts; `_50=True` makes account 50 inactive."""
    accounts = {
        name: Account(name, f"Account {name}", kind, active=not inactive.get(f"_{name}", False))
        for name, kind in _TYPES.items()
    }
    return Chart(REALM, version, accounts)


def mapping(*more: dict[str, Any], without: Sequence[str] = (), **settings: Any) -> Mapping:
    """The shop's mapping with more rows, without some roles."""
    rows = [row for row in MAPPING["accounts"] if row["role"] not in without]
    return Mapping.model_validate({**MAPPING, "accounts": [*rows, *more], "settings": settings})


def read_entry(qbo_id: str, body: dict[str, Any]) -> FoundEntry:
    """An entry of the fake company as a probe finds it."""
    lines = [{**line, "Amount": Decimal(line["Amount"])} for line in body["Line"]]
    return content_of({**body, "Id": qbo_id, "Line": lines})


@dataclass
class Office:
    """Everything that runs in the shop's daybook. Any part may be replaced before it is used."""

    clock: FakeClock = field(default_factory=FakeClock)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    connections: FakeConnections = field(default_factory=FakeConnections)
    mappings: FakeMappings = field(default_factory=FakeMappings)
    doorbell: FakeDoorbell = field(default_factory=FakeDoorbell)
    books: FakeBooks = field(default_factory=lambda: FakeBooks(read_entry))
    find: Callable[[str], Source] = find
    client: Any = None
    most_items: int = 30
    remaining: float = 300
    settle_seconds: int = SETTLE
    actions: FakeActions = field(default_factory=FakeActions)
    renewals: list[str] = field(default_factory=list)
    renew_raises: list[Exception] = field(default_factory=list)
    books_raise: list[Exception] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    slowed: list[int] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    company_alarms: list[str] = field(default_factory=list)
    retried: list[tuple[str, str]] = field(default_factory=list)
    charts_asked: list[str] = field(default_factory=list)
    sent: dict[tuple[str, str], Delivery] = field(default_factory=dict)

    @staticmethod
    def opened(*more: dict[str, Any], **options: Any) -> "Office":
        """Connected, with an imported chart and an active mapping (which may have more rows)."""
        office = Office(**options)
        office.connections.put(Connection(SHOP, "canonical", REALM))
        office.connections.put_realm(Realm(REALM, company="Main Street"))
        office.mappings.put_chart(chart())
        office.mappings.activate(SHOP, office.mappings.put(SHOP, mapping(*more), "test", ""))
        return office

    def translator(self) -> Translator:
        """For `translate`."""
        return Translator(
            self.ledger, self.connections, self.mappings, self.doorbell, self.find,
            lambda _connection: self.client, self.clock,
        )  # fmt: skip

    def delivery(self, body: Any, message: str = "msg-1", source: str = "canonical") -> Delivery:
        """A delivery as the translator gets it; body: an event, a list of events, or bytes."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Delivery(SHOP, source, data, self.clock(), {"webhook-id": message})

    def deliver(self, body: Any, message: str = "", source: str = "canonical") -> Translated:
        """A delivery is translated; each gets an id of its own unless one is given."""
        delivery = self.delivery(body, message or f"msg-{len(self.sent) + 1}", source)
        self.sent[SHOP, delivery.headers["webhook-id"]] = delivery
        return translate(delivery, self.translator())

    def poster(self) -> Poster:
        """For `drain`."""
        return Poster(
            ledger=self.ledger,
            connections=self.connections,
            doorbell=self.doorbell,
            books=self._open,
            renew=self._renew,
            body=body_of,
            is_same=is_same,
            wait_for_turn=self._wait,
            slow_down=lambda _realm, seconds: self.slowed.append(seconds),
            clock=self.clock,
            remaining_seconds=lambda: self.remaining,
            settle_seconds=self.settle_seconds,
            alarm=lambda word, _row: self.alarms.append(word),
            alarm_of_company=lambda word, _realm: self.company_alarms.append(word),
            closing=remembered(self.connections, self.mappings),
            parties_known=lambda rows: created(rows, self.releaser()),
        )

    def _open(self, _realm: Realm) -> FakeBooks:
        if self.books_raise:
            raise self.books_raise.pop(0)
        return self.books

    def _renew(self, realm: Realm) -> FakeBooks:
        self.renewals.append(realm.realm)
        if self.renew_raises:
            raise self.renew_raises.pop(0)
        return self.books

    def _wait(self, _realm: Realm, items: int) -> int:
        self.waits.append(items)
        return min(items, self.most_items)

    def drain(self, hint: Sequence[str] = ()) -> Drained:
        """The doorbell rang."""
        return drain(REALM, hint, self.poster())

    def releaser(self) -> Releaser:
        """For `release`."""
        return Releaser(self.ledger, self.connections, self.mappings, self.doorbell, self.clock)

    def operator(self) -> Operator:
        """For `undo`, `replay`, `void`."""
        return Operator(
            self.ledger, self.connections, self.mappings, self.doorbell, self.actions,
            self._retry, self.clock,
        )  # fmt: skip

    def sweep(self) -> Swept:
        """A tick; a delivery that is asked for again is translated at once."""
        tools = Sweeper(
            self.ledger, self.connections, self.mappings, self.doorbell, self._retry, self.clock,
            self.charts_asked.append, self.settle_seconds,
        )  # fmt: skip
        return sweep(tools)

    def _retry(self, connection: str, delivery_id: str) -> None:
        self.retried.append((connection, delivery_id))
        delivery = self.sent.get((connection, delivery_id))
        if delivery:
            translate(delivery, self.translator())

    def settle(self, ticks: int = 6) -> None:
        """Ticks and rings, each a settle time apart, until nothing is due and nothing waits."""
        for _ in range(ticks):
            self.clock.sleep(SETTLE + 1)
            self.sweep()
            self.drain()

    def row(self, object_id: str = "1001", **key: Any) -> Posting:
        """The only row of an object with these parts of a key."""
        found = [
            row
            for row in self.ledger.rows.values()
            if row.key.object_id == object_id
            and all(getattr(row.key, name) == value for name, value in key.items())
        ]
        assert len(found) == 1, [row.id for row in found]
        return found[0]

    def statuses(self) -> dict[str, str]:
        """By `object/version/effect/purpose`, each row's status."""
        return {
            f"{row.key.object_id}/{row.key.version}/{row.key.effect}/{row.key.purpose}": row.status
            for row in self.ledger.rows.values()
        }

    def due(self) -> int:
        """How many rows are on their way."""
        return sum(row.status in DUE for row in self.ledger.rows.values())

    def in_books(self) -> list[tuple[str, tuple[tuple[str, str, int, str, str], ...]]]:
        """Each entry of the company as (DocNumber, lines), sorted."""
        found = [read_entry(entry.qbo_id, entry.body) for entry in self.books.entries]
        return sorted((entry.doc_number, tuple(sorted(entry.lines))) for entry in found)


def amounts(office: Office) -> list[tuple[str, int]]:
    """Each entry in the books, in their order, by the side and amount of its card line."""
    found = [read_entry(entry.qbo_id, entry.body) for entry in office.books.entries]
    return [
        (side, amount)
        for entry in found
        for side, account, amount, _, _ in entry.lines
        if account == "4"
    ]


def balance(office: Office) -> int:
    """What the books say of the card account, in cents."""
    return sum(amount if side == "debit" else -amount for side, amount in amounts(office))
