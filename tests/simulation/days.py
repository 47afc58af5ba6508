"""A shop whose events are posted with their days: one course of all that can go wrong, by a seed.

Two shops of one company, one where clocks are put back; ticks that are missed, doubled or run
inside one another; people who close; writers that are slow and an index that lags; workers that
die at any call; replies that QuickBooks loses. Then faults stop, and days go by.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from daybook.domain.connection import Connection
from daybook.domain.day_close import Close, Content, Member
from daybook.domain.day_summary import Day
from daybook.domain.delivery import Put
from daybook.domain.mapping import Mapping
from daybook.domain.posting import Posting
from daybook.workflows.close_day import close_day
from daybook.workflows.release import release
from tests.fakes.clock import FakeClock
from tests.fakes.days import FakeDays
from tests.fakes.ledger import FakeLedger
from tests.unit.workflows.closing import DayOffice
from tests.unit.workflows.deaths import Fragile, Fuse, Killed, Moment
from tests.unit.workflows.office import REALM, SETTLE, SHOP, Office, sale

# In New York the clock is put back on 1 November 2026, and 01:30 comes twice.
START = datetime(2026, 10, 31, 12, 0, tzinfo=UTC)
PLACES: Final = {"1": ("America/Phoenix", "03:00"), "2": ("America/New_York", "01:30")}
CARDS = "4"
# Accounts by item class. What is not named is not mapped.
FIRST, FULL = {"Hats": "50"}, {"Hats": "50", "Coats": "51"}
RULES: Final = (FULL, {"Hats": "51", "Coats": "51"}, {"Coats": "50"}, FIRST)
# Slower than this, and later than the rest in the index, nobody is in a course.
SLOWEST, LONGEST_LAG = 60, 8 * 60
STEPS = 34
_RISK = 0.45
_CALLS_AT_RISK = 24
_FAULTS: Final = ("lose_reply", "drop", "throttle", "lose_reply")


@dataclass(frozen=True, slots=True)
class Sent:
    """An event as sent. cents: of the sale, below zero for a refund; day: its business date."""

    object_id: str
    version: int
    location: str
    day: date
    key: str
    cents: int
    takes_back: bool
    body: dict[str, Any]


class SlowLedger(FakeLedger):
    """A ledger whose writers may be slow, and whose index shows a row later than it is written."""

    def __init__(self, clock: FakeClock, rng: Random) -> None:
        super().__init__()
        self.clock, self.rng, self.calm = clock, rng, False
        self.shown_at: dict[str, datetime] = {}

    def put(self, posting: Posting) -> Put:
        """Keep a posting if its key is new."""
        self._take_time()
        answer = super().put(posting)
        if answer == "created":
            self._lag(posting)
        return answer

    def change(self, before: Posting, after: Posting) -> bool:
        """Write `after` if the row has the number of `before`."""
        self._take_time()
        done = super().change(before, after)
        if done and before.status != "accumulated":
            self._lag(after)
        return done

    def _take_time(self) -> None:
        if not self.calm and self.rng.random() < 0.2:
            self.clock.sleep(self.rng.randint(1, SLOWEST))

    def _lag(self, row: Posting) -> None:
        if not self.calm and self.rng.random() < 0.3:
            lag = self.rng.randint(0, LONGEST_LAG)
            self.shown_at[row.id] = self.clock() + timedelta(seconds=lag)


class LateDays(FakeDays):
    """Days over a slow ledger."""

    def __init__(self, ledger: SlowLedger) -> None:
        super().__init__(ledger)
        self.slow, self.dies_frozen = ledger, False
        self.before_freeze: Callable[[], None] | None = None

    def freeze(self, close: Close, content: Content) -> bool:
        """Keep a close if its sequence is new; others may come first, and whoever
        did may die of it."""
        act, self.before_freeze = self.before_freeze, None
        if act:
            act()
        answer = super().freeze(close, content)
        if self.dies_frozen:
            self.dies_frozen = False
            die()
        return answer

    def members(self, day: Day, since: str = "") -> Iterator[Member]:
        """The accumulated rows that the index shows by now."""
        now = self.slow.clock()
        for member in super().members(day, since):
            if self.slow.shown_at.get(member.id, now) <= now:
                yield member


class Danger(Fuse):
    """What befalls a worker at one of its calls: it dies, or others do something meanwhile."""

    def __init__(self) -> None:
        super().__init__(0, "before")
        self.act: Callable[[], None] | None = None

    def arm(self, at: int, moment: Moment, act: Callable[[], None]) -> None:
        """Let it happen at the call of this number, once."""
        self.at, self.calls, self.moment, self.act = at, 0, moment, act

    def disarm(self) -> None:
        """Nothing happens any more."""
        self.act = None

    def burn(self, moment: Moment) -> None:
        """A call begins or ends."""
        self.calls += moment == "before"
        if self.act and self.calls == self.at and self.moment == moment:
            act, self.act = self.act, None
            act()


def die() -> None:
    """The process is gone."""
    raise Killed


def rules_of(accounts: dict[str, str]) -> Mapping:
    """A mapping of both shops in mode day_summary with these accounts by item class."""
    rows = [{"role": "payment_type", "key": "*", "account": CARDS}] + [
        {"role": role, "key": key, "account": account}
        for key, account in accounts.items()
        for role in ("sales", "returns")
    ]
    places = {name: {"time_zone": zone, "day_close": at} for name, (zone, at) in PLACES.items()}
    return Mapping.model_validate(
        {"accounts": rows, "locations": places, "settings": {"mode": "day_summary"}}
    )


@dataclass
class Course:
    """One course. rules: accounts by the number of their mapping; waiting: deliveries not yet
    taken; kept, ledger: what the office has without its dangers; trace: what happened."""

    seed: int
    days: type[LateDays] = LateDays
    rng: Random = field(init=False)
    office: DayOffice = field(init=False)
    ledger: SlowLedger = field(init=False)
    kept: LateDays = field(init=False)
    danger: Danger = field(default_factory=Danger)
    rules: dict[int, dict[str, str]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    waiting: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    deliveries: int = 0

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.locations = ("1", "2") if self.seed % 3 else (self.rng.choice("12"),)
        clock = FakeClock(START)
        self.office = DayOffice(clock=clock)
        opened = Office.opened()
        self.office.connections, self.office.mappings = opened.connections, opened.mappings
        self.ledger = SlowLedger(clock, self.rng)
        self.kept = self.days(self.ledger)
        self.office.ledger, self.office.days = self.ledger, self.kept
        self.activate(FIRST)
        for name in ("ledger", "days", "connections", "mappings", "doorbell", "books"):
            setattr(self.office, name, Fragile(getattr(self.office, name), self.danger))

    def run(self) -> None:
        """All of it."""
        for _ in range(STEPS):
            self.step()
        self.finish()

    def step(self) -> None:
        """One thing happens, maybe with a death or with another thing inside it."""
        does = self.rng.choices(list(self._steps()), [7, 8, 2, 4, 2, 3, 3, 1, 1])[0]
        if self.rng.random() < _RISK:
            at = self.rng.randint(1, _CALLS_AT_RISK)
            if self.rng.random() < 0.5:
                self._arm(at, self.rng.choice(["before", "after"]), "dies", die)
            else:
                self._arm(at, "before", "others", self._others)
        elif self.rng.random() < 0.3:
            self.kept.before_freeze = self._others
        try:
            self._steps()[does]()
        except Killed:
            self.say(f"{does}: dead")
        self.danger.disarm()
        self.kept.before_freeze = None

    def _arm(self, at: int, moment: Moment, what: str, act: Callable[[], None]) -> None:
        def told() -> None:
            self.say(f"  {what} {moment} call {at}")
            act()

        self.danger.arm(at, moment, told)

    def _steps(self) -> dict[str, Callable[[], object]]:
        return {
            "send": self.send,
            "deliver": self.deliver,
            "again": self.again,
            "tick": self.tick,
            "close": self.close,
            "drain": self.drain,
            "wait": self.wait,
            "activate": self.change_rules,
            "told": self.tell,
        }

    def _others(self) -> None:
        """What others do while a worker is in the middle of its work."""
        self.danger.disarm()
        for _ in range(self.rng.randint(0, 3)):
            self.send()
            self.deliver()
        self.kept.dies_frozen = self.rng.random() < 0.3
        try:
            self.rng.choice([self.tick, self.close_all, self.close_all])()
        except Killed:
            self.say("  another froze a list, and is dead")
        self.kept.dies_frozen = False

    def say(self, what: str) -> None:
        """A line of the trace."""
        self.trace.append(f"{self.office.clock():%d %H:%M:%S} {what}")

    def send(self) -> None:
        """The point of sale sends a new ticket, a newer version, or takes one back."""
        old = self.rng.choice(self.sent) if self.sent and self.rng.random() < 0.45 else None
        event = self._newer(old) if old else self._ticket(str(1001 + len(self.sent)))
        self.sent.append(event)
        self.queue([event.body])
        self.say(f"send {event.object_id} v{event.version} {event.location} {event.day}"
                 f" {event.key} {event.cents}{' back' if event.takes_back else ''}")  # fmt: skip

    def queue(self, bodies: list[dict[str, Any]]) -> None:
        """A delivery is on its way."""
        self.deliveries += 1
        self.waiting.append((f"msg-{self.deliveries}", bodies))

    def _newer(self, old: Sent) -> Sent:
        version = 1 + max(one.version for one in self.sent if one.object_id == old.object_id)
        if self.rng.random() < 0.4:
            return self.event(old.object_id, version, old.location, old.day, old.key, old.cents, 1)
        if self.rng.random() < 0.2:
            return self._ticket(old.object_id, version)
        cents = self.rng.choice([old.cents, old.cents + 700, 0])
        return self.event(old.object_id, version, old.location, old.day, old.key, cents)

    def _ticket(self, object_id: str, version: int = 1) -> Sent:
        back = self.rng.choices([0, 1, 2, 12], [4, 4, 2, 1])[0]
        day = (self.office.clock() - timedelta(days=back, hours=9)).date()
        cents = self.rng.choice([1, 1, 1, -1]) * self.rng.randint(1, 99_999)
        place, key = self.rng.choice(self.locations), self.rng.choice(["Hats", "Hats", "Coats"])
        return self.event(object_id, version, place, day, key, cents)

    def event(  # noqa: PLR0917 -- the fields of an event
        self, object_id: str, version: int, location: str, day: date, key: str, cents: int,
        takes_back: int = 0,
    ) -> Sent:  # fmt: skip
        """An event of a business day at one of its edges or in it."""
        zone, close = PLACES[location]
        opens = datetime.combine(day, time.fromisoformat(close))
        wall = opens + timedelta(minutes=self.rng.choice([0, 1, 600, 1439]))
        at = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        amount = f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"
        body = sale(
            object_id, amount if cents else "0", key=key, version=str(version), location=location,
            occurred_at=at.isoformat().replace("+00:00", "Z"),
            **{"effect": "reverse"} if takes_back else {},
        )  # fmt: skip
        return Sent(object_id, version, location, day, key, cents, bool(takes_back), body)

    def deliver(self) -> None:
        """One of the deliveries that wait, in no order, is translated; it waits on if we die."""
        if self.waiting:
            one = self.rng.choice(self.waiting)
            self.say(f"deliver {one[0]}")
            self.office.deliver(one[1], one[0])
            if one in self.waiting:
                self.waiting.remove(one)

    def again(self) -> None:
        """Events come once more, in one new delivery."""
        if self.sent:
            events = self.rng.choices(self.sent, k=self.rng.randint(1, 3))
            by_key = {(one.object_id, one.version): one.body for one in events}
            self.queue(list(by_key.values()))

    def tick(self) -> None:
        """The schedule ticks."""
        self.say(f"tick {self.office.tick()}")

    def close(self, **options: bool) -> None:
        """A person closes one of the days."""
        days = [one.day for one in self.kept.open_days(SHOP)]
        if days:
            self.close_one(self.rng.choice(days), **options or {"whole": self.rng.random() < 0.5})

    def close_one(self, day: Day, **options: Any) -> Close | None:
        """A person closes this day."""
        closed = close_day(day, self.office.closer(), "ann", **options)
        if closed.close:
            self.say(f"closed {day.name(closed.close.sequence)} of {closed.close.count}")
        return closed.close

    def close_all(self) -> list[Close]:
        """A person closes every day there is, from its beginning; the closes made."""
        days = [one.day for one in self.kept.open_days(SHOP)]
        found = [self.close_one(day, whole=True) for day in days]
        return [one for one in found if one]

    def drain(self) -> None:
        """The poster works; QuickBooks may fail it."""
        if self.rng.random() < 0.5:
            self.office.books.faults.append(self.rng.choice(_FAULTS))
        self.say(f"drain {self.office.drain()}")

    def wait(self) -> None:
        """Time passes: minutes, or a missed tick, or most of a day."""
        self.office.clock.sleep(self.rng.choice([30, 200, 1000, 3600, 7 * 3600, 20 * 3600]))

    def change_rules(self) -> None:
        """A person activates other accounts; what waited for them is released."""
        self.activate(self.rng.choice(RULES))

    def activate(self, accounts: dict[str, str]) -> None:
        """These accounts are in force, and what they cover is released."""
        version = self.office.mappings.put(SHOP, rules_of(accounts), "ann", "")
        self.rules[version] = accounts
        self.office.mappings.activate(SHOP, version)
        self.say(f"mapping {version} {accounts}")
        release(Connection(SHOP, "canonical", REALM), "mapping", self.office.releaser())

    def tell(self) -> None:
        """The point of sale says that a day is over."""
        for one in list(self.kept.open_days(SHOP))[:1]:
            day, at = one.day, f"{self.office.clock().isoformat(timespec='milliseconds')[:-6]}Z"
            self.office.days.told(SHOP, day.location, day.business_date, at)

    def finish(self) -> None:
        """Faults are over: all comes in, everything is mapped, and days go by."""
        self.danger.disarm()
        self.office.books.faults.clear()
        self.say("faults are over")
        for one in self.waiting:
            self.office.deliver(one[1], one[0])
        self.waiting.clear()
        self.activate(FULL)
        self.ledger.calm = True
        self.catch_up()

    def catch_up(self, ticks: int = 6) -> None:
        """Ticks, half a day apart, and what they leave to be posted."""
        for _ in range(ticks):
            self.office.clock.sleep(12 * 3600)
            self.tick()
            self.office.settle(2)
        self.office.clock.sleep(SETTLE)
