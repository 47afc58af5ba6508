"""Each workflow once, on a calm day, in a world of its own: where it may be cut short at each call.

A stage prepares what it needs, then acts; only the calls of its own workflow count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from daybook.domain.posting import Posting
from tests.simulation import functions
from tests.simulation.boundary import Fate, Moment, NoFate, Worker
from tests.simulation.checker import LEFT, Checker
from tests.simulation.faults import Faults, Mix
from tests.simulation.person import Person
from tests.simulation.scenario import Delivery, Event
from tests.simulation.senders import Senders
from tests.simulation.shop import NO_NEW_CUSTOMERS, NO_SHOES, REALMS, WHOLE
from tests.simulation.watcher import Watcher
from tests.simulation.world import World

type Point = tuple[int, Moment]
# Longer than three waits for a message that nobody deleted, and what a tick does behind that.
HEALED_SECONDS, REPAIRED_SECONDS = 3_900, 2_100


class Deaths:
    """`Fates`: cuts short the calls with these numbers, one after the other; the count of the
    second begins behind the first."""

    def __init__(self, workflow: str, points: tuple[Point, ...]) -> None:
        self.workflow = workflow
        self.points = list(points)
        self.calls = 0
        self.named: list[str] = []

    def next(self, worker: Worker, point: str) -> Fate | None:
        """What befalls a call."""
        if worker.workflow != self.workflow:
            return None
        self.calls += 1
        self.named.append(point)
        if not self.points or self.calls != self.points[0][0]:
            return None
        _, moment = self.points.pop(0)
        self.calls = 0
        return Fate(moment)


@dataclass
class Play:
    """A world with whoever acts in it."""

    world: World
    senders: Senders
    person: Person
    watcher: Watcher
    sent: int = 0

    @staticmethod
    def of(name: str, *, keep_trace: bool = False) -> "Play":
        """Before anything happened."""
        world = World(name, keep_trace=keep_trace)
        world.open()
        faults = Faults(world, Mix())
        world.boundary.fates = NoFate()
        person = Person(world, faults, 1)
        return Play(world, Senders(world), person, Watcher(world))

    def send(self, *fields: dict[str, Any], connection: str = "south", padding: int = 0) -> None:
        """One delivery; the sender sends it again until it is acknowledged."""
        self.sent += 1
        events = tuple(Event(connection, _place(one), one) for one in fields)
        now = self.world.clock()
        self.senders.plan([Delivery(now, connection, f"msg-{self.sent}", events, padding)])

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.world.clock.run_until(self.world.clock() + timedelta(seconds=seconds))


def _place(fields: dict[str, Any]) -> int:
    return int(fields["object_version"])


def sale(number: int = 1, version: int = 1, amount: str = "10.50", **more: Any) -> dict[str, Any]:
    """A sale of hats. More fields of the event may be given; key, tender: of its lines."""
    key, tender = more.pop("key", "Hats"), more.pop("tender", "card")
    line = {"kind": "item", "key": key, "gross": amount, "discount": "0.00"}
    return {
        "object_type": "ticket",
        "object_id": str(number),
        "object_version": str(version),
        "effect": "post",
        "occurred_at": "2026-11-20T12:00:00.000Z",
        "location": "1",
        "currency": "USD",
        "reference": f"T-{number}",
        "body": {
            "kind": "sale",
            "lines": [line],
            "taxes": [],
            "tenders": [{"kind": tender, "key": "Visa", "amount": amount}],
        },
        **more,
    }


def on_account(number: int) -> dict[str, Any]:
    """A sale on the account of a customer whom QuickBooks does not know."""
    who = {"id": "7", "display_name": "Canary Customer 7"}
    return sale(number, tender="on_account", customer=who)


@dataclass(frozen=True, slots=True)
class Stage:
    """One workflow's calm run. prepare: what is there before; act: what makes it run."""

    name: str
    workflow: str
    act: Callable[[Play], None]
    prepare: Callable[[Play], None] = lambda _play: None


def _weather(play: Play, *kinds: str) -> None:
    """What befalls the next batches of the southern company."""
    coming = list(kinds)

    def next_one(_company: Any, kind: str) -> str:
        return coming.pop(0) if coming and kind == "batch" else ""

    play.world.companies[REALMS[1]].weather = next_one


def _posted(play: Play) -> None:
    play.send(sale(1), sale(2))
    play.wait(30)


def _held(play: Play) -> None:
    play.person.map("south", NO_SHOES)
    play.send(sale(1, key="Shoes"), sale(2, key="Shoes"))
    play.wait(30)


def _without_bells(play: Play) -> None:
    """What was to be rung for is lost, and what wakes a waiting row too."""
    play.world.queues["postings"].handler = lambda _bodies, _tries: []
    play.send(sale(1), sale(2))
    play.wait(30)
    play.world.restore_queues()


def _retired(play: Play) -> None:
    company = play.world.companies[REALMS[1]]
    company.inactive.add("50")
    play.send(sale(1))
    play.wait(30)
    company.inactive.clear()


def _disconnected(play: Play) -> None:
    play.world.intuit.revoke(REALMS[1])
    play.send(sale(1), sale(2))
    play.wait(200)


def _uncertain(play: Play) -> None:
    _weather(play, "lose_reply")
    play.send(sale(1))
    play.wait(10)
    _weather(play, "drop")
    play.send(sale(2))
    play.wait(290)


def _expired(play: Play) -> None:
    play.wait(3700)


def _row(play: Play, number: str = "1") -> Posting:
    return next(
        row
        for row in play.world.raw.ledger.rows.values()
        if row.key.object_id == number and row.key.purpose == "post"
    )


def _undone(play: Play) -> None:
    _posted(play)
    play.person.undo(_row(play))
    play.wait(30)


def _closed(play: Play) -> None:
    company = play.world.companies[REALMS[1]]
    company.closed_to = date(2026, 11, 20)
    play.send(sale(1), sale(2))
    play.wait(30)
    company.closed_to = None


def _past(play: Play) -> None:
    old = "2026-10-20T12:00:00.000Z"
    play.send(sale(1, occurred_at=old), sale(2, occurred_at=old))
    play.wait(30)


def _unlinked(play: Play) -> None:
    """A customer's sales wait: the company has the customer under another name."""
    play.person.map("south", NO_NEW_CUSTOMERS)
    play.send(on_account(1), on_account(2))
    play.world.companies[REALMS[1]].add_customer("Seventh Canary")
    play.person.import_charts()
    play.wait(30)


def _dead(play: Play) -> None:
    """The translator failed on each try, and is well now."""
    play.world.queues["deliveries"].handler = lambda _bodies, _tries: None
    play.send(sale(1))
    play.send(sale(2), padding=130_000)
    play.wait(4000)
    play.world.restore_queues()


def _alone(play: Play) -> None:
    """One company is enough: the night asks the other nothing."""
    play.world.raw.connections.set_state(REALMS[0], "disconnected", "")
    _posted(play)


def _schedule(kind: str) -> Callable[[Play], None]:
    return lambda play: play.world.queues["jobs"].send(functions.job(kind, {}))


STAGES: tuple[Stage, ...] = (
    Stage("receive", "receive", lambda play: play.send(sale(1))),
    Stage("receive_large", "receive", lambda play: play.send(sale(1), padding=130_000)),
    Stage("translate", "translate", lambda play: play.send(sale(1), on_account(2))),
    Stage("translate_again", "translate", lambda play: play.send(sale(1), sale(3)), _posted),
    Stage("translate_held", "translate", lambda play: play.send(sale(3, key="Shoes")), _held),
    Stage("post", "post", _posted),
    Stage("post_newer", "post", lambda play: play.send(sale(1, 2, "7.00")), _posted),
    Stage("post_reverse", "post", lambda play: play.send(sale(1, 2, effect="reverse")), _posted),
    Stage("post_customer", "post", lambda play: play.send(on_account(1))),
    Stage("post_unclear", "post", lambda play: play.wait(300), _uncertain),
    Stage("post_tokens", "post", _posted, _expired),
    Stage("sweep", "sweep", lambda play: play.wait(300), _without_bells),
    Stage("activate", "activate", lambda play: play.person.map("south", WHOLE), _held),
    Stage("chart", "chart", lambda play: play.person.import_charts(), _retired),
    Stage("connect", "connect", lambda play: play.person.reconnect(), _disconnected),
    Stage("undo_one", "undo_one", lambda play: play.person.undo(_row(play)), _posted),
    Stage("post_undone", "post", lambda play: play.person.undo(_row(play)), _posted),
    Stage(
        "start_undo",
        "start_undo",
        lambda play: play.person.undo_a_day("south", "2026-11-20"),
        _posted,
    ),
    Stage("undo", "undo", lambda play: play.person.undo_a_day("south", "2026-11-20"), _posted),
    Stage("replay_one", "replay_one", lambda play: play.person.replay(_row(play)), _undone),
    Stage("replay", "replay", lambda play: play.person.replay_held(), _closed),
    Stage(
        "send",
        "send",
        lambda play: play.person.send_past("south", date(2026, 10, 19), date(2026, 10, 21)),
        _past,
    ),
    Stage("link", "link", lambda play: play.person.link("south", "7", "1"), _unlinked),
    Stage("void", "void", lambda play: play.person.void(_row(play)), _held),
    Stage("prove", "prove_now", lambda play: play.person.prove(REALMS[1]), _posted),
    Stage("dlq", "dlq", lambda play: play.person.replay_dead_letters(), _dead),
    Stage("dead_letters", "dead_letters", _schedule("dead_letters"), _dead),
    Stage("daily", "daily", _schedule("daily"), _alone),
    Stage("prove_job", "prove", _schedule("daily"), _alone),
)


def run(
    stage: Stage, *points: Point, tell: Callable[[str], None] | None = None
) -> tuple[list[str], list[tuple[str, str]], int]:
    """One run with deaths at these points: the calls of its workflow until it rests, the breaches,
    and how many of the points were reached. tell: gets the trace."""
    play = Play.of(f"stage/{stage.name}", keep_trace=tell is not None)
    stage.prepare(play)
    deaths = Deaths(stage.workflow, points)
    play.world.boundary.fates = deaths
    stage.act(play)
    play.wait(60)
    calm = list(deaths.named)
    play.wait(HEALED_SECONDS)
    play.world.boundary.fates = NoFate()
    play.person.repair()
    play.wait(REPAIRED_SECONDS)
    checker = Checker(play.world, play.senders, play.watcher, LEFT, play.person.touched)
    findings = checker.check()
    if tell:
        tell("\n".join(play.world.trace.lines))
    return calm, findings.breaches, len(points) - len(deaths.points)
