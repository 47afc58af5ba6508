"""Unleashed's webhooks stay away for six hours: its lists, newest first, bring all of it, once.

A virtual clock, seeded chance; the vendor is Unleashed's account of the simulator, in process.
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from daybook.domain.pos_errors import NoSuchThing, Unavailable
from daybook.domain.pos_list import Listed
from local.pos_simulator.shop import loads
from local.pos_simulator.unleashed_shop import UnleashedShop
from tests.unit.sources.unleashed_bodies import data_of
from tests.unit.workflows.office import mapping, read_entry
from tests.unit.workflows.pulling import Branch

HOURS, OFF = 9, range(2, 8)
SHIPMENTS, ADJUSTMENTS = "SalesShipments", "StockAdjustments"
RULES = mapping(
    {"role": "cogs", "key": "*", "account": "7"},
    {"role": "inventory_on_hand", "key": "*", "account": "4"},
    {"role": "adjustment_offset", "key": "*", "account": "7"},
    cogs_owner="shipment",
).model_copy(update={"locations": {}})


@dataclass
class Account:
    """Unleashed's API in process: pages of a few rows, which may change while they are read."""

    clock: Callable[[], datetime]
    shop: UnleashedShop = field(default_factory=UnleashedShop)
    per_page: int = 3
    meanwhile: Callable[[], object] = lambda: None

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """One object."""
        row = self.shop.get(*path.split("/"))
        if row is None:
            raise NoSuchThing(path)
        return _apart(row)

    def list_all(self, path: str, params: Mapping[str, str] | None = None) -> list[Any]:
        """A whole list."""
        return [_apart(row) for row in self.shop.rows(path, params or {})]

    def listed(self, path: str, params: Mapping[str, str], page: int) -> Listed:
        """A page of a list."""
        self.meanwhile()
        rows = self.list_all(path, params)
        start, pages = (page - 1) * self.per_page, -(-len(rows) // self.per_page)
        return Listed(rows[start : start + self.per_page], pages, len(rows))

    def ship(self, number: int, quantity: int, *, done: bool = True) -> dict[str, Any]:
        """A shipment of socks at 5.25 each, dispatched or packed now; its webhook's body."""
        data = data_of("shipment__dispatched")
        data["SalesShipmentLines"] = data["SalesShipmentLines"][:1]
        data["SalesShipmentLines"][0]["ShipmentQty"] = quantity
        data["ShipmentStatus"] = "Dispatched" if done else "Packed"
        return self._put(SHIPMENTS, "salesshipment.updated", f"SS-{number}", number, data)

    def count(self, number: int, value: int) -> dict[str, Any]:
        """A count by which socks are worth so much more."""
        data = data_of("stock_adjustment__found")
        line = data["StockAdjustmentLines"][0]
        line["NewActualValue"] = line["Prior"]["Value"] + value
        event = "stockadjustment.completed"
        return self._put(ADJUSTMENTS, event, f"SA-{number}", 5_000 + number, data)

    def _put(
        self, resource: str, event: str, name: str, number: int, data: dict[str, Any]
    ) -> dict[str, Any]:
        guid = f"00000000-0000-4000-8000-{number:012}"
        ticks = int(self.clock().timestamp() * 1000)
        word = "ShipmentNumber" if resource == SHIPMENTS else "AdjustmentNumber"
        row = {**data, "Guid": guid, word: name, "LastModifiedOn": f"/Date({ticks})/"}
        self.shop.put(resource, guid, loads(json.dumps(row).encode()))
        self.sent = f"{guid}/{ticks}"
        return {"eventNotificationId": f"n-{self.sent}", "eventType": event, "data": row}

    sent: str = ""

    def value(self) -> int:
        """What all of it adds to the stock, in cents."""
        shipped = sum(
            line["ShipmentQty"] * line["AverageLandedPriceAtTimeOfSale"]
            for row in self.shop.objects.get(SHIPMENTS, {}).values()
            if row["ShipmentStatus"] == "Dispatched"
            for line in row["SalesShipmentLines"]
        )
        counted = sum(
            line["NewActualValue"] - line["Prior"]["Value"]
            for row in self.shop.objects.get(ADJUSTMENTS, {}).values()
            for line in row["StockAdjustmentLines"]
        )
        return int(100 * (counted - shipped))


def _apart(row: Any) -> Any:
    """A copy with exact numbers, as JSON brings them."""
    return loads(json.dumps(row, default=str).encode())


def stock(branch: Branch) -> int:
    """What the books' stock account gained, in cents."""
    found = [read_entry(entry.qbo_id, entry.body) for entry in branch.books.entries]
    return sum(
        amount if side == "debit" else -amount
        for entry in found
        for side, account, amount, _, _ in entry.lines
        if account == "4"
    )


def opened(chance: random.Random) -> tuple[Branch, Account]:
    branch = Branch.at("unleashed", RULES, kinds=("shipments", "adjustments"))
    account = Account(branch.clock, per_page=chance.choice([1, 2, 3]))
    branch.client = branch.vendor = account
    return branch, account


def act(account: Account, chance: random.Random, known: dict[int, str]) -> dict[str, Any]:
    """Something is shipped, packed, counted or changed; `known` has the newest of what is done."""
    number, what = len(known) + 1, chance.random()
    if known and what < 0.25:
        number = chance.choice(sorted(known))
    if number % 3 == 0:
        body = account.count(number, chance.randrange(1, 40))
    else:
        done = bool(known.get(number)) or chance.random() < 0.8
        body = account.ship(number, chance.randrange(1, 20), done=done)
        if not done:
            known[number] = ""
            return body
    known[number] = account.sent
    return body


@pytest.mark.parametrize("seed", range(4))
def test_six_hours_without_webhooks_the_newest_first_lists_bring_all_and_none_twice(
    seed: int,
) -> None:
    chance = random.Random(seed)
    branch, account = opened(chance)
    known: dict[int, str] = {}
    for minute in range(0, HOURS * 60, 9):
        branch.clock.sleep(9 * 60)
        body = act(account, chance, known)
        if minute // 60 not in OFF and chance.random() < 0.9:
            if chance.random() < 0.3:
                body["data"] = {"guid": body["data"]["Guid"]}
            branch.webhook(body)
        if minute // 60 not in OFF and minute % 60 < 9:
            branch.pull()
    branch.clock.sleep(3_600)
    assert branch.pull().state == "done"
    there = {f"{key.object_id}/{key.version}" for key, _ in branch.ledger.rows}
    assert {name for name in known.values() if name} <= there
    assert sum(row.origin == "pull" for row in branch.ledger.rows.values()) > 15
    branch.settle()
    assert not [row for row in branch.ledger.rows.values() if row.status in ("held", "failed")]
    assert stock(branch) == account.value() != 0
    assert set(branch.pull().counts) <= {"unchanged"}


@pytest.mark.parametrize("seed", range(8))
def test_what_changes_while_the_lists_are_read_is_never_skipped(seed: int) -> None:
    chance = random.Random(seed)
    branch, account = opened(chance)
    known: dict[int, str] = {}
    busy = {"left": 25}

    def meanwhile() -> None:
        branch.clock.sleep(chance.choice([0, 0, 1, 2]))
        if busy["left"] and chance.random() < 0.5:
            busy["left"] -= 1
            act(account, chance, known)
        if chance.random() < 0.05:
            raise Unavailable("throttled (429)")

    for _ in range(chance.randrange(1, 10)):
        branch.clock.sleep(chance.choice([0, 0, 1, 30]))
        act(account, chance, known)
    account.meanwhile = meanwhile
    for _ in range(3):
        branch.pull()
    account.meanwhile = lambda: None
    branch.clock.sleep(timedelta(minutes=1).total_seconds())
    assert branch.pull().state == "done"
    there = {f"{key.object_id}/{key.version}" for key, _ in branch.ledger.rows}
    assert {name for name in known.values() if name} <= there
    branch.settle()
    assert stock(branch) == account.value()
