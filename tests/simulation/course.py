"""One seeded course from beginning to end: a day with faults, then repair, then the checks."""

import time
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta

from daybook.workflows.prove import Proof, prove
from tests.simulation.checker import LEFT, LEFT_HARSH, Checker, Findings
from tests.simulation.clock import START
from tests.simulation.faults import CLASSES, Faults, Mix
from tests.simulation.person import Person
from tests.simulation.scenario import Scenario, scenario
from tests.simulation.senders import Senders
from tests.simulation.shop import EAST, REALMS
from tests.simulation.stack import Stack
from tests.simulation.watcher import Caught, Watcher
from tests.simulation.world import World

# The longest sender's retry, and the longest late commit, come within this after the last event.
AFTER_HOURS = 6
LIVELY_HOURS, REPAIRS = 2, 3
# A company without trouble of its own posts at once; its turn may come a moment later.
ISOLATED = timedelta(seconds=60)
REPLAY_EVERY = 8


@dataclass
class Result:
    """What a course came to. drawn: how many faults; digest: of its trace."""

    seed: int
    kind: str
    events: int
    digest: str
    findings: Findings
    faults: Counter[str] = field(default_factory=Counter)
    drawn: int = 0
    calls: int = 0
    seconds: float = 0
    trace: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings.breaches


@dataclass
class Day:
    """One world with whoever acts in it."""

    world: World
    mix: Mix
    faults: Faults
    watcher: Watcher
    senders: Senders
    person: Person
    plan: Scenario

    @staticmethod
    def of(world: World, mix: Mix, events: int, only: Collection[int] | None, stops: bool) -> "Day":
        """Before its first second."""
        world.open()
        faults = Faults(world, mix, only)
        watcher = Watcher(world, zombies=mix.stops > 0, harsh=mix.harsh, stops=stops)
        person = Person(world, faults, mix.hours)
        plan = scenario(world.seed, events, hours=mix.hours)
        return Day(world, mix, faults, watcher, Senders(world), person, plan)

    def pass_(self) -> None:
        """Events and faults, then repair, then two hours in which everything has to come right."""
        clock = self.world.clock
        self.senders.plan(self.plan.deliveries)
        self.person.plan()
        clock.run_until(START + timedelta(hours=self.mix.hours + AFTER_HOURS))
        self.faults.stop()
        # What was sent since may need a list that is read anew, as it is each night; and what a
        # person tried without tokens is tried again.
        for _ in range(REPAIRS):
            self.person.repair()
            clock.run_until(clock() + timedelta(hours=LIVELY_HOURS / REPAIRS))

    def findings(self, *, again: bool) -> Findings:
        """What the checker says. again: all that was acknowledged is sent once more (I22)."""
        left = LEFT_HARSH if self.mix.harsh else LEFT
        touched = self.person.touched
        checker = Checker(self.world, self.senders, self.watcher, left, touched)
        found = checker.check()
        checker.proof(self._proofs())
        if self.mix.apart:
            checker.slow(EAST, ISOLATED)
        if again:
            self._again(found)
        return found

    def _proofs(self) -> list[Proof]:
        """The comparison of each company's books with the ledger."""
        prover = Stack(self.world).prover
        ended = [
            self.world.boundary.run("prove", 900, lambda one=realm: prove(one, None, prover))  # type: ignore[misc]
            for realm in REALMS
        ]
        return [one.answer for one in ended if one.answer]

    def _again(self, findings: Findings) -> None:
        before = self._state()
        for delivery in list(self.senders.acknowledged):
            self.senders.send(delivery)
        self.world.clock.run_until(self.world.clock() + timedelta(minutes=30))
        if self._state() != before:
            findings.add("I22", f"sent again, {self._state() ^ before} changed")

    def _state(self) -> set[tuple[str, ...]]:
        rows = {(row.id, row.status, row.qbo_id) for row in self.world.raw.ledger.rows.values()}
        books = {
            (realm, entry.qbo_id, str(entry.raw))
            for realm, company in self.world.companies.items()
            for entry in company.entries
        }
        return rows | books


def course(
    seed: int,
    kind: str,
    events: int = 100,
    *,
    keep_trace: bool = False,
    only: Collection[int] | None = None,
    planted: Callable[[], AbstractContextManager[None]] | None = None,
) -> Result:
    """Run one seed of a class. only: the faults that happen, by number. planted: a defect; the
    first breach that is seen on the way ends the course."""
    began = time.process_time()
    with planted() if planted else nullcontext():
        world = World(f"{kind}/{seed}", keep_trace=keep_trace)
        day = Day.of(world, CLASSES[kind], events, only, planted is not None)
        try:
            day.pass_()
            findings = day.findings(again=seed % REPLAY_EVERY == 0)
        except Caught:
            findings = Findings(day.watcher.breaches)
    return Result(
        seed, kind, len(day.plan.events), world.trace.digest(), findings, day.faults.counts(),
        len(day.faults.drawn), sum(world.boundary.counts.values()), time.process_time() - began,
        world.trace.lines,
    )  # fmt: skip
