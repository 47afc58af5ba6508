"""Heartland's client against the simulator over HTTP: what it reads, waits for and refuses."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
import requests

from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent, Sale
from daybook.pos.heartland import (
    MAX_ATTEMPTS,
    PER_PAGE,
    BearerToken,
    HeartlandClient,
    Refused,
    Unavailable,
    api_url,
)
from daybook.sources import heartland
from daybook.sources.contract import Context
from local.pos_simulator.faults import Rule
from local.pos_simulator.server import Running, running
from tests.unit.sources.senders import sample


@dataclass
class VirtualTime:
    """A clock that only sleeping moves."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)

    def clock(self) -> float:
        return self.now


@pytest.fixture
def pos() -> Iterator[Running]:
    with running() as here:
        yield here


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def client(pos: Running, time: VirtualTime) -> Iterator[HeartlandClient]:
    with requests.Session() as session:
        yield HeartlandClient(
            api_url("shop", pos.url),
            BearerToken(pos.token),
            session,
            sleep=time.sleep,
            clock=time.clock,
        )


def test_a_resource_is_read_with_exact_numbers(client: HeartlandClient) -> None:
    rate = client.get("tax_rules/11")["rate"]
    assert (type(rate), rate) == (Decimal, Decimal("8.25"))


def test_a_list_is_read_over_all_its_pages(pos: Running, client: HeartlandClient) -> None:
    count = 2 * PER_PAGE + 1
    for number in range(1, count + 1):
        pos.simulator.shop.put(f"payments/{number}", {"amount": number})
    rows = client.list_all("payments", {"sort": "id,asc"})
    assert len({row["id"] for row in rows}) == count
    assert pos.simulator.requests["GET payments"] == 3
    assert client.list_all("gift_cards") == []


def test_a_thin_delivery_is_completed_to_the_cent(client: HeartlandClient) -> None:
    thin = sample("heartland", "sales_transaction_completed__thin")
    assert heartland.needs_fetch(thin)
    (event,) = heartland.parse(heartland.fetch(thin, client), Context())
    assert isinstance(event, FinancialEvent)
    assert isinstance(event.body, Sale)
    assert event.object_id == "200041"
    assert [(line.key, line.gross, line.cost) for line in event.body.lines] == [
        ("7", Decimal("50.0"), Decimal("20.0"))
    ]
    assert event.body.taxes[0].charged == Decimal("4.13")
    assert event.body.tenders[0].amount == Decimal("54.13")


@pytest.mark.parametrize("kind", ["http_500", "http_503_html", "empty_200", "half_body", "drop"])
def test_a_passing_fault_is_asked_again(
    pos: Running, client: HeartlandClient, time: VirtualTime, kind: str
) -> None:
    pos.simulator.faults.rules = [Rule(kind, times=2)]
    assert client.get("items/100201")["id"] == 100201
    assert time.slept == [0.5, 1.0]


def test_throttling_waits_as_long_as_told(
    pos: Running, client: HeartlandClient, time: VirtualTime
) -> None:
    pos.simulator.faults.rules = [Rule("http_429", times=1, retry_after_seconds=3)]
    client.get("items/100201")
    assert time.slept == [3.0]


def test_a_wait_beyond_the_budget_is_not_begun(
    pos: Running, client: HeartlandClient, time: VirtualTime
) -> None:
    pos.simulator.faults.rules = [Rule("http_429", retry_after_seconds=60)]
    with pytest.raises(Unavailable, match="429"):
        client.get("items/100201")
    assert time.slept == []


def test_an_outage_ends_in_unavailable_after_few_attempts(
    pos: Running, client: HeartlandClient
) -> None:
    pos.simulator.faults.outage = True
    with pytest.raises(Unavailable, match="503"):
        client.get("items/100201")
    assert pos.simulator.requests["GET items/100201"] == MAX_ATTEMPTS
    thin = sample("heartland", "sales_transaction_completed__thin")
    with pytest.raises(Held):
        heartland.fetch(thin, client)


def test_nobody_listening_is_unavailable(client: HeartlandClient) -> None:
    deaf = replace(client, base_url="http://127.0.0.1:9/api/")
    with pytest.raises(Unavailable, match="no answer"):
        deaf.get("items/100201")


def test_a_refused_token_is_not_tried_again_nor_shown(
    pos: Running, client: HeartlandClient
) -> None:
    stranger = replace(client, token=BearerToken("hush-hush"))
    with pytest.raises(Refused, match="token") as caught:
        stranger.get("items/100201")
    assert pos.simulator.requests["GET items/100201"] == 1
    assert "hush" not in f"{caught.value!r} {caught.value.problem} {stranger!r}"


def test_a_redirect_is_not_followed(pos: Running, client: HeartlandClient) -> None:
    pos.simulator.faults.rules = [Rule("redirect")]
    with pytest.raises(Refused, match="302"):
        client.get("items/100201")


def test_what_is_not_there_is_refused(client: HeartlandClient) -> None:
    with pytest.raises(Refused, match="404"):
        client.get("sales/tickets/1")
    with pytest.raises(Refused, match="no list"):
        client.list_all("items/100201")


@pytest.mark.parametrize("path", ["", "/items", "../oauth", "items/..", "items?x=1", "http://x/y"])
def test_a_path_that_leaves_the_api_is_never_asked(client: HeartlandClient, path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        client.get(path)


def test_the_token_goes_to_heartlands_own_host() -> None:
    assert api_url("shop-1") == "https://shop-1.retail.heartland.us/api/"
    assert api_url("", "http://127.0.0.1:8/") == "http://127.0.0.1:8/api/"


@pytest.mark.parametrize("subdomain", ["", "evil.example/", "a.b", "x@y", "-a", "A", "a" * 64, "é"])
def test_a_subdomain_is_one_label(subdomain: str) -> None:
    with pytest.raises(ValueError, match="subdomain"):
        api_url(subdomain)
