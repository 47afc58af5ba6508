"""The real functions through replies that get lost, throttling, errors and tokens that rotate.

QuickBooks fails as its simulator is told to; the sweeper ticks as the schedule would have it.
"""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from local.qbo_simulator.client import Company
from local.ticks import sweeping
from local.trial_balance import trial_balance
from tests.e2e.shop import Shop, opened, sale, sides, tokens

EVENTS = 48
# A third of them come twice: by the same delivery again, or by another delivery.
AGAIN = range(0, EVENTS, 3)
# Generous: the rate after a 429 is the poster's own matter.
SECONDS = 90
# How the first batches of each half end, in this order; all that follow are answered.
FAULTS = (
    ("commit_then_drop", "http_429"),
    ("http_500", "commit_then_drop", "http_429"),
)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with opened(settle_seconds=2) as running:
        yield running


def name(number: int) -> str:
    return f"fault-{number:03}"


def amount(number: int) -> Decimal:
    return Decimal(100 + number) + Decimal("0.25")


def deliver(shop: Shop, numbers: range, message: str) -> None:
    """Each event in a delivery of its own, eight senders at once."""

    def send(number: int) -> int:
        return shop.send(sale(name(number), str(amount(number))), f"{message}-{number}").status_code

    with ThreadPoolExecutor(8) as senders:
        assert set(senders.map(send, numbers)) == {202}


def fail(shop: Shop, *kinds: str) -> None:
    """The next batches end so, and each refresh ends the refresh token before."""
    rules = [{"on": "batch", "kind": kind, "times": 1} for kind in kinds]
    shop.world.qbo.set_faults(rules=rules, rotate_refresh_token="always")


def posted(shop: Shop) -> int:
    counts = shop.world.parts.ledger.counts()
    return counts.get("posted", 0)


def wait_until_posted(shop: Shop, wanted: int) -> None:
    deadline = time.monotonic() + SECONDS
    while posted(shop) < wanted:
        assert time.monotonic() < deadline, shop.world.parts.ledger.counts()
        time.sleep(0.3)


def in_books(shop: Shop) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.world.qbo.books()["objects"].get("JournalEntry", [])
    return found


@dataclass(frozen=True)
class Course:
    """A shop through which everything has come, and what QuickBooks was asked for that."""

    shop: Shop
    asked: Counter[str]


@pytest.fixture(scope="module")
def course(shop: Shop) -> Course:
    before = Counter(shop.requests())
    half = EVENTS // 2
    with sweeping(shop.world.stack, 1):
        fail(shop, *FAULTS[0])
        deliver(shop, range(half), "m")
        deliver(shop, AGAIN, "m")
        wait_until_posted(shop, half + sum(number >= half for number in AGAIN))
        # The access token ends in mid-course: a 401, a new pair, and the same request again.
        shop.world.qbo.advance(3_700)
        fail(shop, *FAULTS[1])
        deliver(shop, range(half, EVENTS), "m")
        deliver(shop, AGAIN, "other")
        wait_until_posted(shop, EVENTS)
    shop.settle()
    asked = Counter(shop.requests())
    asked.subtract(before)
    return Course(shop, asked)


def test_every_event_is_in_the_books_once_with_its_amount(course: Course) -> None:
    found = Counter(entry["DocNumber"].rpartition("-")[0] for entry in in_books(course.shop))
    assert found == Counter(name(number).upper() for number in range(EVENTS))
    for number in range(EVENTS):
        (entry,) = course.shop.entries(name(number))
        assert set(sides(entry).values()) == {amount(number)}
        assert course.shop.row(name(number)).qbo_id == entry["Id"]
    assert trial_balance(course.shop.world.qbo).difference == 0


def test_nothing_waits_and_nothing_is_a_dead_letter(course: Course) -> None:
    assert course.shop.world.parts.ledger.counts() == {"posted": EVENTS}
    assert course.shop.world.parts.queue_depths() == {
        name: {"waiting": 0, "dead": 0} for name in ("deliveries", "postings", "jobs")
    }


def test_what_came_twice_is_counted(course: Course) -> None:
    assert course.shop.world.parts.ledger.repeats() == 2 * len(AGAIN)


def test_quickbooks_is_asked_no_more_than_the_faults_make_necessary(course: Course) -> None:
    asked = course.asked
    kinds = Counter(kind for half in FAULTS for kind in half)
    assert asked["injected"] == kinds.total()
    assert asked["throttled"] == kinds["http_429"]
    # Only an unclear answer is asked after, in one query for all its entries; a query may find a
    # park in its way and come again.
    unclear = kinds.total() - kinds["http_429"]
    assert 1 <= asked["query"] <= 4 * unclear
    assert asked["read"] == asked["create"] == 0
    # One new pair for the token that ended; a second where two requests meet it at once.
    assert 1 <= asked["token"] <= 2


def test_the_tokens_that_are_kept_are_the_ones_that_live(course: Course) -> None:
    kept = tokens(course.shop)
    company = Company(course.shop.world.qbo.url, course.shop.world.qbo.realm, kept["refresh_token"])
    assert company.get(f"companyinfo/{course.shop.world.qbo.realm}").status == 200
