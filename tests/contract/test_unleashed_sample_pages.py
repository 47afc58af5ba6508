"""Recorded pages of Unleashed's API are served by the simulator and read unchanged.

The folder is named by POS_SAMPLES; below it unleashed/{customers,products,sales_orders}_page.json.
"""

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from daybook.domain.event import FinancialEvent, PartyChange
from daybook.pos.unleashed import SignedQuery, UnleashedClient, api_url
from daybook.sources import unleashed
from daybook.sources.contract import Context, Ignored
from local.pos_simulator.server import running
from local.pos_simulator.unleashed_api import API_ID
from local.pos_simulator.unleashed_shop import UnleashedShop
from tests.unit.sources.unleashed_bodies import delivery_of

FOLDER = Path(os.environ["POS_SAMPLES"]) / "unleashed" if os.environ.get("POS_SAMPLES") else None
PAGES = {
    "Customers": ("customers_page.json", "customer.updated"),
    "Products": ("products_page.json", "product.updated"),
    "SalesOrders": ("sales_orders_page.json", "salesorder.updated"),
}

pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="POS_SAMPLES names no folder of recorded pages"
)


def _items(resource: str) -> list[dict[str, Any]]:
    assert FOLDER is not None
    page = json.loads((FOLDER / PAGES[resource][0]).read_bytes(), parse_float=Decimal)
    items: list[dict[str, Any]] = page["Items"]
    return items


@pytest.fixture
def client() -> Iterator[UnleashedClient]:
    with running() as pos, requests.Session() as session:
        shop = pos.simulator.unleashed = UnleashedShop()
        for resource in PAGES:
            for item in _items(resource):
                shop.put(resource, item["Guid"], item)
        yield UnleashedClient(api_url(pos.url), SignedQuery(API_ID, pos.token), session)


@pytest.mark.parametrize("resource", PAGES)
def test_each_recorded_page_goes_over_the_wire_unchanged(
    client: UnleashedClient, resource: str
) -> None:
    def by_guid(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(rows, key=lambda row: str(row["Guid"]))

    assert by_guid(client.list_all(resource)) == by_guid(_items(resource))


def _parsed(resource: str, item: Any) -> FinancialEvent | Ignored:
    delivery = delivery_of(json.loads(json.dumps(item, default=str)), PAGES[resource][1])
    assert not unleashed.needs_fetch(delivery)
    (found,) = unleashed.parse(delivery, Context("NZD"))
    return found


@pytest.mark.parametrize("resource", ["Products", "SalesOrders"])
def test_products_and_orders_that_are_not_completed_end_ignored(
    client: UnleashedClient, resource: str
) -> None:
    found = [_parsed(resource, item) for item in client.list_all(resource)]
    assert found
    assert all(isinstance(one, Ignored) for one in found)
    assert {one.object_id for one in found} == {item["Guid"] for item in _items(resource)}


def test_each_recorded_customer_is_a_party(client: UnleashedClient) -> None:
    found = [_parsed("Customers", item) for item in client.list_all("Customers")]
    parties = [one.body for one in found if isinstance(one, FinancialEvent)]
    assert len(parties) == len(found) > 0
    for party, item in zip(parties, _items("Customers"), strict=True):
        assert isinstance(party, PartyChange)
        assert party.display_name == item["CustomerName"]
        assert party.currency == item["Currency"]["CurrencyCode"]
        assert party.billing_address is not None
