"""Random courses of deliveries, faults, deaths and ticks: in the end the books are right.

A failing course prints its seed; `course(seed)` runs it again, the same.
"""

import contextlib
import random
from collections import Counter
from typing import Any

import pytest

from daybook.domain.identity import read_marker
from daybook.domain.mapping import Mapping
from daybook.domain.status import DUE
from daybook.workflows.map_accounts import MappingRefused, activate
from daybook.workflows.release import release
from tests.fakes.books import Fault
from tests.unit.workflows.deaths import Fuse, Killed, fragile
from tests.unit.workflows.office import (
    REALM,
    SHOP,
    Office,
    chart,
    mapping,
    read_entry,
    sale,
    void_of,
)

SEEDS = 100
STEPS = 60
FAULTS: tuple[Fault | None, ...] = ("lose_reply", "drop", "throttle", "unauthorised", None)
type Truth = dict[str, int]


ON_ACCOUNT = {"role": "accounts_receivable", "key": "", "account": "8"}
SHOES = {"role": "sales", "key": "Shoes", "account": "51"}
OTHER = {"role": "sales", "key": "Shoes", "account": "50"}
EVERYTHING = mapping(SHOES, ON_ACCOUNT, create_customers=True)
MAPPINGS = (
    EVERYTHING,
    mapping(OTHER, ON_ACCOUNT),
    mapping(OTHER, newer_version="hold"),
    mapping(SHOES, without=("sales",)),
    mapping(newer_version="hold"),
)


def of_many_kinds(event: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The sale is of shoes, or on the account of one of two customers."""
    if event["body"]["lines"]:
        event["body"]["lines"][0]["key"] = chance.choice(("Hats", "Shoes"))
        if chance.random() < 0.4:
            event["body"]["tenders"][0]["kind"] = "on_account"
            number = chance.choice("12")
            event["customer"] = {"id": number, "display_name": f"Customer {number}"}
    return event


def script(chance: random.Random) -> tuple[list[dict[str, Any]], Truth]:
    """Every version of some objects, and what the newest of each leaves on the card account."""
    events, truth = [], {}
    for name in "abcd":
        cents = 0
        for version in range(1, chance.randint(1, 4) + 1):
            if chance.random() < 0.25:
                cents = 0
                events.append(void_of(name, str(version)))
            else:
                cents = chance.choice((0, 700, 700, 1050))
                amount = f"{cents / 100:.2f}" if cents else "0"
                events.append(sale(name, amount, version=str(version)))
        truth[name] = cents
    chance.shuffle(events)
    return events, truth


class Course:
    """One seeded course."""

    def __init__(self, seed: int, *, changing: bool) -> None:
        self.chance = random.Random(seed)
        self.fuse = Fuse(0, "before")
        self.office = fragile(self.fuse)
        self.waiting, self.truth = script(self.chance)
        if changing:
            self.waiting = [of_many_kinds(event, self.chance) for event in self.waiting]
        self.changing = changing
        self.events = list(self.waiting)
        self.unacknowledged: list[tuple[list[dict[str, Any]], str]] = []

    def step(self) -> None:
        """Something happens, and may be cut short."""
        self.fuse.calls, self.fuse.blown = 0, False
        dies = self.chance.random() < 0.3
        self.fuse.at = self.chance.randint(1, 25) if dies else 0
        self.fuse.moment = self.chance.choice(("before", "after"))
        changes = (self._map, self._import) if self.changing else ()
        happening = self.chance.choice(
            (*changes, self._deliver, self._deliver, self._again, self._fault, self._time,
             self.office.drain, self.office.drain, self.office.sweep)
        )  # fmt: skip
        with contextlib.suppress(Killed, MappingRefused):
            happening()

    def _deliver(self) -> None:
        size = self.chance.randint(1, 3)
        events, self.waiting = self.waiting[:size], self.waiting[size:]
        if events:
            self.unacknowledged.append((events, f"msg-{len(self.waiting)}"))
            self._again()

    def _again(self) -> None:
        """SQS brings a message that was not acknowledged, or was and comes all the same."""
        if self.unacknowledged:
            events, message = self.chance.choice(self.unacknowledged)
            self.office.deliver(events, message)

    def _fault(self) -> None:
        self.office.books.faults.append(self.chance.choice(FAULTS))
        if self.chance.random() < 0.2:
            self.office.books._part.failing_probes += 1  # type: ignore[attr-defined]

    def _map(self) -> None:
        self._put_in_force(self.chance.choice(MAPPINGS))

    def _put_in_force(self, rules: Mapping) -> None:
        connection = self.office.connections.get(SHOP)
        assert connection
        activate(connection, rules, "me", self.office.releaser(), force=True)

    def _import(self, *, whole: bool = False) -> None:
        """The accounts are imported, one of them inactive for a while."""
        version = self.office.mappings.chart_version(REALM) + 1
        gone = not whole and self.chance.random() < 0.5
        self.office.mappings.put_chart(chart(version, _8=gone, _51=gone))
        connection = self.office.connections.get(SHOP)
        assert connection
        release(connection, "chart", self.office.releaser())

    def _time(self) -> None:
        self.office.clock.sleep(self.chance.choice((1, 30, 151)))

    def end(self) -> Office:
        """Everything that was cut short comes again, and no more faults."""
        self.fuse.at = 0
        self.office.books.faults.clear()
        self.office.books._part.failing_probes = 0  # type: ignore[attr-defined]
        while self.waiting:
            self._deliver()
        for events, message in self.unacknowledged:
            self.office.deliver(events, message)
        if self.changing:
            self._import(whole=True)
            self._put_in_force(EVERYTHING)
        for _ in range(4):
            for realm in self.office.connections.realms():
                self.office.connections.set_state(realm.realm, "connected", "")
            self.office.settle(3)
        return self.office


def course(seed: int, *, changing: bool = False) -> Course:
    """changing: mappings and the chart change meanwhile."""
    run = Course(seed, changing=changing)
    for _ in range(STEPS):
        run.step()
    run.end()
    return run


def each_once(run: Course) -> None:
    """Ledger and books name the same entries, each once; every event is there and settled."""
    rows = list(run.office.ledger.rows.values())
    entries = [read_entry(entry.qbo_id, entry.body) for entry in run.office.books.entries]
    notes = [entry.private_note for entry in entries]
    notes += [party.private_note for party in run.office.books.parties.values()]
    marks = Counter(mark.entry_id16 for note in notes if (mark := read_marker(note)))
    assert set(marks.values()) <= {1}, "an entry stands twice"
    assert set(marks) == {row.entry_id[:16] for row in rows if row.entry and row.qbo_id}
    assert not [row.id for row in rows if row.status in DUE], "still on its way"
    events = [row for row in rows if row.event and not row.beside]
    named = {f"{row.key.object_id}/{row.key.version}" for row in events}
    sent = {f"{event['object_id']}/{event['object_version']}" for event in run.events}
    assert named == sent, "an event is lost"
    assert all(row.reason for row in rows if row.status == "held")
    assert run.office.alarms == []


def balances(run: Course) -> Truth:
    """What the books say of each object on the accounts of cards and customers, in cents."""
    balance: Truth = dict.fromkeys(run.truth, 0)
    for entry in run.office.books.entries:
        name = entry.body["PrivateNote"].split("| ticket ")[1].split()[0]
        for side, account, amount, _, _ in read_entry(entry.qbo_id, entry.body).lines:
            if account in ("4", "8"):
                balance[name] += amount if side == "debit" else -amount
    return balance


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_any_course_the_books_say_once_what_the_newest_versions_say(seed: int) -> None:
    run = course(seed)
    each_once(run)
    assert balances(run) == run.truth, f"seed {seed}: {run.office.statuses()}"


@pytest.mark.parametrize("seed", range(SEEDS))
def test_mappings_and_charts_that_change_on_the_way_change_nothing_of_that(seed: int) -> None:
    run = course(seed, changing=True)
    each_once(run)
    held = [row for row in run.office.ledger.rows.values() if row.status == "held"]
    # A reverse of something that never came waits for it, whatever the mapping says.
    assert {row.reason for row in held} <= {"original_unknown"}
    assert balances(run) == run.truth, f"seed {seed}: {run.office.statuses()}"
