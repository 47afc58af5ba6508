"""What befalls a world: classes of faults, each drawn call by call from the seed.

Every fault that is drawn has a number, so that a failing seed can be run again with some of them
left out (`shrink`).
"""

import random
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tests.simulation.boundary import Fate, Moment, Worker
from tests.simulation.clock import START
from tests.simulation.company import Company, Kept
from tests.simulation.intuit import Rotation
from tests.simulation.shop import EAST, REALMS, WEST

if TYPE_CHECKING:
    from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Mix:
    """How often what happens. deaths: by moment, at each call. weather: at each request to the
    company; stopped: seconds a worker stands still (a zombie), with `stops` at each call.

    kept, rotation: of which one is drawn for a seed. late: the seconds within which a late commit
    surfaces. harsh: doubles may happen, and must be found. outages, changes, tokens: whether the
    day has some.
    """

    deaths: Mapping[Moment, float] = field(default_factory=dict)
    weather: Mapping[str, float] = field(default_factory=dict)
    stops: float = 0
    stopped: tuple[float, float] = (30, 400)
    twice: float = 0
    lag: float = 0
    kept: tuple[Kept, ...] = ("kept",)
    rotation: tuple[Rotation, ...] = ("daily",)
    late: tuple[float, float] = (1, 120)
    secrets: float = 0
    hours: float = 30
    harsh: bool = False
    outages: bool = False
    apart: bool = False
    changes: bool = False
    tokens: bool = False
    people: bool = False


_DEATHS: Final[dict[Moment, float]] = {
    "before": 0.004,
    "refused": 0.004,
    "unanswered": 0.004,
    "half": 0.002,
    "after": 0.004,
}
_FEW_DEATHS: Final[dict[Moment, float]] = {name: rate / 3 for name, rate in _DEATHS.items()}
_STORMY: Final = {
    "drop": 0.05,
    "lose_reply": 0.08,
    "late": 0.08,
    "http_500_after": 0.03,
    "http_503_html": 0.03,
    "empty_200": 0.02,
    "truncated": 0.02,
    "item_missing": 0.03,
    "deadlock": 0.03,
    "http_429": 0.01,
    "unauthorised": 0.02,
}
# What befalls a read as well.
_ANY_KIND: Final = frozenset({"drop", "http_503_html", "http_429", "unauthorised"})
_CRASHES = Mix(_DEATHS, {"lose_reply": 0.03}, stops=0.001, twice=0.05, lag=2)
_KEPT10 = Mix(_FEW_DEATHS, _STORMY, twice=0.03, lag=2, kept=("10min",))

CLASSES: Final[dict[str, Mix]] = {
    "calm": Mix(),
    "crashes": _CRASHES,
    "kept10": _KEPT10,
    "harsh": replace(_KEPT10, kept=("10min", "ignored"), late=(1, 4 * 3600), harsh=True),
    "tokens": Mix(
        _FEW_DEATHS, {"unauthorised": 0.05}, rotation=("always", "daily"), secrets=0.15, tokens=True
    ),
    "outages": Mix(_FEW_DEATHS, {"lose_reply": 0.02}, lag=2, outages=True, hours=10),
    "apart": Mix(weather=_STORMY, apart=True, hours=10),
    "changes": Mix(_FEW_DEATHS, {"lose_reply": 0.02}, twice=0.03, lag=2, changes=True),
    "people": Mix(_FEW_DEATHS, {"lose_reply": 0.02}, twice=0.03, lag=2, people=True),
    "all": replace(
        _KEPT10,
        rotation=("always", "daily"),
        secrets=0.05,
        stops=0.0005,
        outages=True,
        changes=True,
        tokens=True,
        people=True,
    ),
}


@dataclass
class Window:
    """A company's bad hours: every request to it ends like this."""

    realm: str
    begins: datetime
    ends: datetime
    weather: str


class Faults:
    """`boundary.Fates`, and whatever else of a world has its chances. only: the numbers of the
    faults that happen, all if None."""

    def __init__(self, world: "World", mix: Mix, only: Collection[int] | None = None) -> None:
        self.world = world
        self.mix = mix
        self.only = only
        self.chance = random.Random(f"{world.seed}/faults")
        self.drawn: list[str] = []
        self.windows: list[Window] = []
        self.over = False
        self._set()

    def _set(self) -> None:
        world, mix, chance = self.world, self.mix, self.chance
        world.boundary.fates = self
        world.raw.ledger.lag = lambda: self._seconds("index lag", 0.2, mix.lag)
        world.intuit.rotation = chance.choice(mix.rotation)
        for queue in world.queues.values():
            queue.twice = lambda: self.happens("sent twice", self.mix.twice)
            queue.delay = lambda: self._seconds("late message", 0.1, 5 * mix.twice * 20)
        for company in world.companies.values():
            company.weather = self.weather
            company.late_seconds = lambda: self.chance.uniform(*self.mix.late)
            company.rules.kept = chance.choice(mix.kept)
            company.rules.scope = chance.choice(("item", "request"))
            company.rules.faults_kept = chance.random() < 0.5
            company.rules.lag_seconds = lambda: self._seconds("query lag", 0.2, 5 * self.mix.lag)
        if mix.outages:
            self._plan_outages()
        if mix.apart:
            self._six_hours(WEST)

    def _six_hours(self, realm: str) -> None:
        begins = START + timedelta(hours=self.chance.uniform(0, self.mix.hours))
        weather = self.chance.choice(("drop", "http_503_html"))
        self.windows.append(Window(realm, begins, begins + timedelta(hours=6), weather))
        self.drawn.append(f"outage {weather}")

    def _plan_outages(self) -> None:
        """Six hours of nothing at one company, an hour of 429 at the other, at any time."""
        self._six_hours(WEST)
        for realm, hours, weather in (
            (EAST, 1.0, "http_429"),
            (self.chance.choice(REALMS), 0.5, self.chance.choice(("maintenance", "ended"))),
        ):
            begins = START + timedelta(hours=self.chance.uniform(0, self.mix.hours))
            self.windows.append(Window(realm, begins, begins + timedelta(hours=hours), weather))
            self.drawn.append(f"outage {weather}")

    def happens(self, name: str, rate: float) -> bool:
        """Whether something of this rate happens now; it has a number if it was drawn."""
        if self.over or not rate or self.chance.random() >= rate:
            return False
        self.drawn.append(name)
        return self.only is None or len(self.drawn) - 1 in self.only

    def _seconds(self, name: str, rate: float, most: float) -> float:
        return self.chance.uniform(0, most) if most and self.happens(name, rate) else 0.0

    def next(self, worker: Worker, point: str) -> Fate | None:
        """What befalls a call. A person at the command line is spared: they try again anyway."""
        if self.over:
            return None
        if self.happens("stop", self.mix.stops):
            return Fate(pause=self.chance.uniform(*self.mix.stopped))
        moment = self._moment(point)
        if moment is None or not self.happens(f"{moment} at {point}", 1.0):
            return None
        return Fate(moment)

    def _moment(self, point: str) -> Moment | None:
        drawn = self.chance.random()
        if self.mix.secrets and point.startswith(("tokens.", "intuit.")):
            if drawn < self.mix.secrets:
                return self.chance.choice(("before", "refused", "unanswered", "after"))
            return None
        for moment, rate in self.mix.deaths.items():
            if drawn < rate:
                return moment
            drawn -= rate
        return None

    def weather(self, company: Company, kind: str) -> str:
        """What befalls a request to a company."""
        if self.over:
            return ""
        now = self.world.clock()
        for window in self.windows:
            if window.realm == company.realm and window.begins <= now < window.ends:
                return "" if window.weather == "ended" else window.weather
        if self.mix.apart and company.realm != WEST:
            return ""
        drawn = self.chance.random()
        for name, rate in self.mix.weather.items():
            if drawn < rate:
                fits = kind == "batch" or name in _ANY_KIND
                return name if fits and self.happens(name, 1.0) else ""
            drawn -= rate
        return ""

    def counts(self) -> Counter[str]:
        """How often each kind of fault was drawn."""
        return Counter(self.drawn)

    def stop(self) -> None:
        """No more of it."""
        self.over = True
        self.windows.clear()
