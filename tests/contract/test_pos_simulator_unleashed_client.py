"""Unleashed's client against the simulator over HTTP: what it reads, signs, waits for, refuses."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import requests

from daybook.domain.errors import Unreadable
from daybook.domain.event import FinancialEvent, Sale, StockMove
from daybook.domain.pos_errors import NoSuchThing, NotAllowed, Refused, Unavailable
from daybook.pos.rest import MAX_ATTEMPTS
from daybook.pos.unleashed import PAGE_SIZE, SignedQuery, UnleashedClient, api_url
from daybook.sources import unleashed
from daybook.sources.contract import Context
from local.pos_simulator.faults import Rule
from local.pos_simulator.server import Running, running
from local.pos_simulator.unleashed_api import API_ID
from tests.contract.test_pos_simulator_heartland_client import VirtualTime
from tests.unit.sources.senders import sample

LAMP = "Products/00000090-0000-4000-8000-000000000002"


@pytest.fixture
def pos() -> Iterator[Running]:
    with running() as here:
        yield here


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def client(pos: Running, time: VirtualTime) -> Iterator[UnleashedClient]:
    with requests.Session() as session:
        auth = SignedQuery(API_ID, pos.token)
        yield UnleashedClient(
            api_url(pos.url), auth, session, sleep=time.sleep, clock=time.clock
        )  # fmt: skip


def test_an_object_is_read_by_its_guid_with_exact_numbers(client: UnleashedClient) -> None:
    price = client.get(LAMP.upper().replace("PRODUCTS", "Products"))["AverageLandPrice"]
    assert (type(price), price) == (Decimal, Decimal("40.4294"))


def test_a_list_is_read_over_all_its_pages(pos: Running, client: UnleashedClient) -> None:
    for number in range(2 * PAGE_SIZE + 1):
        guid = f"{number:08x}-0000-4000-8000-000000000000"
        pos.simulator.unleashed.put("SupplierReturns", guid, {"Guid": guid})
    rows = client.list_all("SupplierReturns", {"modifiedSince": "2026-11-20T08:00:00"})
    assert len({row["Guid"] for row in rows}) == 2 * PAGE_SIZE + 1
    assert pos.simulator.requests["GET unleashed/SupplierReturns/3"] == 1
    assert client.list_all("WarehouseStockTransfers") == []


def test_modified_since_leaves_out_what_is_older(client: UnleashedClient) -> None:
    every = client.list_all("Customers")
    newer = client.list_all("Customers", {"modifiedSince": "2026-11-20T00:00:00"})
    assert {row["CustomerCode"] for row in newer} == {"HARBOUR", "CORNER"}
    assert {row["CustomerCode"] for row in every} == {"HARBOUR", "CORNER", "NORDLICHT"}


def test_stock_on_hand_is_as_at_the_end_of_a_day(client: UnleashedClient) -> None:
    shade = "00000090-0000-4000-8000-000000000003"
    asked = {"warehouseCode": "MAIN", "productId": shade}

    def stock(day: str) -> list[tuple[int, int | Decimal]]:
        rows = client.list_all("StockOnHand", asked | {"asAtDate": day})
        return [(row["QtyOnHand"], row["TotalCost"]) for row in rows]

    assert stock("2026-11-01") == []
    assert stock("2026-11-19") == [(40, 496)]
    assert stock("2026-11-20") == [(38, Decimal("471.2"))]


def _completed(name: str, client: UnleashedClient) -> FinancialEvent:
    thin = sample("unleashed", name)
    assert unleashed.needs_fetch(thin)
    (event,) = unleashed.parse(unleashed.fetch(thin, client), Context())
    assert isinstance(event, FinancialEvent)
    return event


def test_a_thin_invoice_is_completed_to_the_cent(client: UnleashedClient) -> None:
    event = _completed("invoice__completed_thin", client)
    assert isinstance(event.body, Sale)
    assert (event.reference, event.location) == ("INV-00120", "MAIN")
    assert [(line.key, line.gross, line.cost) for line in event.body.lines] == [
        ("Clothing", Decimal(72), Decimal("31.50")),
        ("", Decimal(5), Decimal(0)),
    ]


def test_a_thin_adjustment_is_completed_with_what_was_there_before(client: UnleashedClient) -> None:
    event = _completed("stock_adjustment__completed_thin", client)
    assert isinstance(event.body, StockMove)
    assert [(line.quantity, line.cost) for line in event.body.lines] == [
        (Decimal(-2), Decimal("-24.8"))
    ]


def test_two_adjustments_of_a_product_on_one_day_are_told_apart_by_nobody(
    client: UnleashedClient,
) -> None:
    thin = sample("unleashed", "stock_adjustment__two_on_one_day_is_held_thin")
    with pytest.raises(Unreadable, match="SA-00622 moved the product"):
        unleashed.parse(unleashed.fetch(thin, client), Context())


def test_each_list_that_is_pulled_is_there(client: UnleashedClient) -> None:
    since = datetime(2026, 11, 20, tzinfo=UTC)
    counts = {
        one.name: len(unleashed.page(client, one.name, since, 1).rows)
        for one in unleashed.resources
    }
    assert counts["customers"] == 2
    assert counts["adjustments"] == 3
    assert counts["invoices"] == counts["shipments"] == 1


def test_warehouses_and_product_groups_have_names(client: UnleashedClient) -> None:
    names = unleashed.names(client)
    assert names["location", "OUTLET"] == "Outlet"
    assert names["inventory_on_hand", "Homeware"] == "Homeware"
    assert len(names) == 2 + 2 * 5


@pytest.mark.parametrize("kind", ["http_500", "http_503_html", "empty_200", "half_body", "drop"])
def test_a_passing_fault_is_asked_again(
    pos: Running, client: UnleashedClient, time: VirtualTime, kind: str
) -> None:
    pos.simulator.faults.rules = [Rule(kind, on="Products", times=2)]
    assert client.get(LAMP)["ProductCode"] == "LAMP"
    assert time.slept == [0.5, 1.0]


def test_throttling_waits_as_long_as_told(
    pos: Running, client: UnleashedClient, time: VirtualTime
) -> None:
    pos.simulator.faults.rules = [Rule("http_429", times=1, retry_after_seconds=2)]
    client.get(LAMP)
    assert time.slept == [2.0]


def test_an_outage_ends_in_unavailable_after_few_attempts(
    pos: Running, client: UnleashedClient
) -> None:
    pos.simulator.faults.outage = True
    with pytest.raises(Unavailable, match="503"):
        client.get(LAMP)
    assert pos.simulator.requests[f"GET unleashed/{LAMP}"] == MAX_ATTEMPTS


@pytest.mark.parametrize(
    "auth", [SignedQuery("another-id", "x"), SignedQuery(API_ID, "hush-hush"), SignedQuery("", "")]
)
def test_a_wrong_signature_is_not_tried_again_nor_shown(
    pos: Running, client: UnleashedClient, auth: SignedQuery
) -> None:
    stranger = replace(client, auth=auth)
    with pytest.raises(NotAllowed, match="API id and key") as caught:
        stranger.list_all("Customers", {"modifiedSince": "2026-11-20T08:00:00"})
    assert pos.simulator.requests["GET unleashed/Customers/1"] == 1
    assert "hush" not in f"{caught.value!r} {caught.value.problem} {stranger!r}"


def test_an_encoded_colon_breaks_the_signature(pos: Running) -> None:
    session = requests.Session()
    url = f"{api_url(pos.url)}Customers/1?modifiedSince=2026-11-20T08%3A00%3A00"
    request = requests.Request("GET", url, auth=SignedQuery(API_ID, pos.token))
    headers = {"client-type": "a/b", "Accept": "application/json"}
    request.headers.update(headers)
    answer = session.send(session.prepare_request(request), timeout=5)
    assert answer.status_code == 403


def test_what_is_not_there_is_told_apart(client: UnleashedClient) -> None:
    with pytest.raises(NoSuchThing):
        client.get("Invoices/00000010-0000-4000-8000-000000000999")
    with pytest.raises(NoSuchThing):
        client.get("Payments/1")
    with pytest.raises(Refused, match="400"):
        client.list_all("Customers", {"modifiedSince": "yesterday"})


def test_a_redirect_is_not_followed(pos: Running, client: UnleashedClient) -> None:
    pos.simulator.faults.rules = [Rule("redirect")]
    with pytest.raises(Refused, match="302"):
        client.get(LAMP)


@pytest.mark.parametrize("path", ["", "/Items", "../x", "Invoices/..", "Invoices?x=1", "http://x"])
def test_a_path_that_leaves_the_api_is_never_asked(client: UnleashedClient, path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        client.get(path)


def test_the_key_goes_to_unleasheds_own_host() -> None:
    assert api_url() == "https://api.unleashedsoftware.com/"
    assert api_url("http://127.0.0.1:8/") == "http://127.0.0.1:8/unleashed/"
