"""I23: in whichever order events arrive, each date's accounts say the same in the end."""

import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.simulation import truth
from tests.simulation.clock import START
from tests.simulation.scenario import Delivery, Event, scenario
from tests.simulation.senders import Senders
from tests.simulation.shop import WHOLE
from tests.simulation.world import World

type Totals = dict[tuple[str, str, str], int]


def versions(seed: int) -> list[Event]:
    """Every version of some objects, none of which takes one back: what was never there when its
    reverse came has no day on which it was taken back."""
    events = scenario(f"order/{seed}", 80).events
    reversed_ = {event.thing for event in events if event.fields["effect"] == "reverse"}
    return [event for event in events if event.thing not in reversed_]


def totals(events: list[Event], name: str) -> Totals:
    """By company, date and account, when each event came in a delivery of its own, in turn."""
    world = World(name)
    world.open(WHOLE)
    senders = Senders(world)
    for place, event in enumerate(events):
        at = START + timedelta(seconds=20 * place)
        senders.plan([Delivery(at, event.connection, f"msg-{place}", (event,))])
    world.clock.run_until(START + timedelta(hours=3))
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for realm, company in world.companies.items():
        for entry in company.of("JournalEntry"):
            for account, cents in truth.nets_in(entry.body).items():
                sums[realm, entry.body["TxnDate"], account] += cents
    return {place: cents for place, cents in sums.items() if cents}


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_arrival_gives_the_same_totals_of_each_date(seed: int) -> None:
    events = versions(seed)
    assert any(number > 1 for number in Counter(event.thing for event in events).values())
    chance = random.Random(seed)
    first = totals(events, f"order/{seed}/sent")
    assert first
    for turn in range(2):
        shuffled = [replace(event) for event in events]
        chance.shuffle(shuffled)
        assert totals(shuffled, f"order/{seed}/{turn}") == first
