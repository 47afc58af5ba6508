"""Webhooks stay away, rows change while they are read, workers die: a pull brings all, once.

A virtual clock, seeded chance; the vendor is Heartland's shop of the simulator, in process.
"""

import random
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from daybook.domain.pos_errors import Unavailable
from daybook.domain.pulls import PullCursor
from daybook.sources import heartland
from daybook.sources.contract import ListClient, Page, Resource
from daybook.workflows import jobs
from tests.fakes.pulls import FakePulls
from tests.unit.workflows.deaths import Fragile, Fuse, Killed, Moment
from tests.unit.workflows.office import amounts
from tests.unit.workflows.pulling import TICKETS, Branch, text

HOURS, OFF = 9, range(2, 8)
MAX_CALLS = 200


def cents(branch: Branch) -> int:
    return sum(amount if side == "debit" else -amount for side, amount in amounts(branch))


def in_shop(branch: Branch) -> int:
    rows = branch.vendor.shop.lists[TICKETS]
    return sum(round(float(row["total"]) * 100) for row in rows if not row.get("voided?"))


def day(branch: Branch, chance: random.Random) -> set[str]:
    """Nine hours of sales, changes and voids; from the third to the eighth no webhook comes. Pulls
    every hour but while they are off. The names of the versions that were sold."""
    sold: dict[int, str] = {}
    for minute in range(0, HOURS * 60, 7):
        branch.clock.sleep(7 * 60)
        body = _act(branch, chance, sold)
        if minute // 60 not in OFF and chance.random() < 0.9:
            branch.webhook(body)
        if minute // 60 not in OFF and minute % 60 < 7:
            branch.pull()
    branch.clock.sleep(3_600)
    return {f"{number}/{version}" for number, version in sold.items()}


def _act(branch: Branch, chance: random.Random, sold: dict[int, str]) -> dict[str, Any]:
    """One thing that happens at the till."""
    body: dict[str, Any]
    number, what = len(sold) + 1, chance.random()
    amount = f"{chance.randrange(1, 90)}.{chance.randrange(100):02}"
    if sold and what < 0.15:
        number = chance.choice(sorted(sold))
        body = branch.vendor.void(number)
    else:
        number = chance.choice(sorted(sold)) if sold and what < 0.3 else number
        body = branch.vendor.sell(number, amount)
    sold[number] = body["updated_at"]
    return body


@pytest.mark.parametrize("seed", range(6))
def test_webhooks_off_for_six_hours_the_pull_brings_every_event_and_none_twice(seed: int) -> None:
    branch = Branch.at_heartland()
    newest = day(branch, random.Random(seed))
    assert branch.pull().state == "done"
    there = {f"{key.object_id}/{key.version}" for key, _ in branch.ledger.rows}
    assert newest <= there
    assert sum(row.origin == "pull" for row in branch.ledger.rows.values()) > 30
    branch.settle()
    assert cents(branch) == in_shop(branch)
    assert not [row for row in branch.ledger.rows.values() if row.status in ("held", "failed")]
    again = branch.pull()
    assert set(again.counts) == {"unchanged"}


def lost_sales() -> Branch:
    branch = Branch.at_heartland()
    branch.vendor.per_page = 2
    for number in range(1, 5):
        branch.clock.sleep(60)
        branch.vendor.sell(number, f"{number}.00")
    branch.webhook(branch.vendor.sell(2, "7.00"))
    branch.vendor.void(3)
    branch.clock.sleep(60)
    return branch


def course(fuse: Fuse) -> Branch:
    """A pull whose worker dies once; SQS gives the message out again, later the tick does."""
    branch = lost_sales()
    for name in ("ledger", "doorbell", "pulls", "store", "vendor", "connections", "mappings"):
        setattr(branch, name, Fragile(getattr(branch, name), fuse))
    try:
        branch.begin()
    except Killed:
        branch.begin()
    for _ in range(60):
        _deliver(branch)
        branch.clock.sleep(901)
        try:
            jobs.heal(branch.worker())
        except Killed:
            jobs.heal(branch.worker())
        if not branch.messages:
            break
    fuse.at = 0
    branch.settle()
    return branch


def _deliver(branch: Branch) -> None:
    while branch.messages:
        message = branch.messages[0]
        try:
            branch.work_once()
        except Killed:
            # It comes again after its visibility.
            branch.clock.sleep(331)
            branch.messages.insert(0, message)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_dies_at_any_call_leaves_the_same_books(moment: Moment) -> None:
    calm = course(Fuse(0, "before"))
    wanted = (calm.statuses(), calm.in_books())
    assert cents(calm) == 1200
    for at in range(1, MAX_CALLS):
        fuse = Fuse(at, moment)
        branch = course(fuse)
        assert (branch.statuses(), branch.in_books()) == wanted, f"call {at}, {moment}"
        if not fuse.blown:
            assert at > 50
            return
    raise AssertionError(f"more than {MAX_CALLS} calls")


class Watched(FakePulls):
    """Cursors that are looked at as they move: what lies behind one has its row."""

    branch: Branch

    def move(self, before: PullCursor | None, after: PullCursor) -> bool:
        """Check, then write."""
        there = {(key.object_id, key.version) for key, _ in self.branch.ledger.rows}
        for row in self.branch.vendor.shop.lists.get(TICKETS, []):
            if datetime.fromisoformat(row["updated_at"]) < datetime.fromisoformat(after.seen):
                assert (str(row["id"]), row["updated_at"]) in there, (row, after)
        return super().move(before, after)


def unordered() -> Any:
    """Heartland's source, its lists by id, as a vendor without an order would give them."""

    def page(client: ListClient, resource: str, since: datetime, number: int) -> Page:
        class ById:
            def listed(self, path: str, params: dict[str, str], asked: int) -> Any:
                return client.listed(path, {"_filter": params["_filter"]}, asked)

        return heartland.page(ById(), resource, since, number)  # type: ignore[arg-type]

    parts = {name: getattr(heartland, name) for name in heartland.__all__}
    return SimpleNamespace(
        **parts | {"page": page, "resources": [Resource("tickets", ordered=False)]}
    )


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("seed", range(25))
def test_rows_that_change_while_they_are_read_are_never_skipped(seed: int, ordered: bool) -> None:
    chance = random.Random(f"{seed} {ordered}")
    branch = Branch.at_heartland(pulls=Watched())
    branch.pulls.branch = branch  # type: ignore[attr-defined]
    if not ordered:
        source = unordered()
        branch.find = lambda _name: source
    branch.vendor.per_page = chance.choice([1, 2, 3])
    sold: dict[int, str] = {}
    busy = {"left": chance.randrange(30)}

    def meanwhile() -> None:
        branch.clock.sleep(chance.choice([0, 0, 1, 2]))
        if busy["left"] and chance.random() < 0.5:
            busy["left"] -= 1
            _act(branch, chance, sold)
        if chance.random() < 0.05:
            raise Unavailable("throttled (429)")

    for _ in range(chance.randrange(1, 12)):
        # Often within one second: equal instants, more of them than a page holds.
        branch.clock.sleep(chance.choice([0, 0, 0, 1, 30]))
        _act(branch, chance, sold)
    branch.vendor.meanwhile = meanwhile
    for _ in range(4):
        branch.pull()
    branch.vendor.meanwhile = lambda: None
    branch.clock.sleep(1)
    assert branch.pull().state == "done"
    there = {(key.object_id, key.version) for key, _ in branch.ledger.rows}
    rows = branch.vendor.shop.lists[TICKETS]
    assert {(str(row["id"]), row["updated_at"]) for row in rows} <= there
    branch.clock.sleep(timedelta(hours=1).total_seconds())
    assert text(branch.clock()) > max(row["updated_at"] for row in rows)
