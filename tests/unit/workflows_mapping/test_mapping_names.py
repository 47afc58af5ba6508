"""Names of keys: asked from the point of sale, kept, and shown beside ids."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests

from daybook.domain.errors import Held, Unreadable
from daybook.domain.seen_key import SeenKey
from daybook.pos.heartland import BearerToken, HeartlandClient, api_url
from daybook.sources.registry import find
from daybook.workflows.mapping_names import NoNames, fetch_names, in_words
from local.pos_simulator.server import Running, running
from tests.fakes.mappings import FakeMappings

SHOP = "shop"
LISTS: dict[str, Any] = {
    "payment_types": [{"id": 2, "name": "Visa"}],
    "shipping_methods": [{"id": 21, "name": "Ground"}],
    "tax_rules": [{"id": 11, "name": "State"}],
    "inventory/adjustment_reasons": [{"id": 31, "name": "Lost"}],
    "gift_card_adjustment_reasons": [{"id": 41, "name": "Goodwill"}],
    "locations": [{"id": 100006, "name": None, "public_id": "STORE-1"}],
}


class Lists:
    """A point of sale that has only lists."""

    def __init__(self, **lists: Any) -> None:
        self.lists = LISTS | lists

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """No single resource."""
        raise Held("source_unavailable", path)

    def list_all(self, path: str, params: Mapping[str, str] | None = None) -> list[Any]:
        """A list."""
        found: list[Any] = self.lists[path]
        if found is None:
            raise Held("source_unavailable", f"{path} does not answer")
        return found


@pytest.fixture(scope="module")
def pos() -> Iterator[Running]:
    with running() as simulator:
        yield simulator


def test_every_list_names_the_keys_of_its_roles() -> None:
    mappings = FakeMappings()
    names = fetch_names(SHOP, find("heartland"), Lists(), mappings)
    assert names == {
        ("payment_type", "2"): "Visa",
        ("shipping_income", "21"): "Ground",
        ("tax_liability", "11"): "State",
        ("tax_override", "11"): "State",
        ("adjustment_offset", "31"): "Lost",
        ("gift_card_adjustment_offset", "41"): "Goodwill",
        ("location", "100006"): "STORE-1",
    }
    assert mappings.key_names(SHOP) == names


def test_a_row_without_a_name_has_none() -> None:
    lists = Lists(payment_types=[{"id": 5, "name": None}, {"id": 6, "name": "Cash"}])
    names = fetch_names(SHOP, find("heartland"), lists, FakeMappings())
    assert ("payment_type", "5") not in names
    assert names["payment_type", "6"] == "Cash"


@pytest.mark.parametrize("rows", [[{"name": "no id"}], ["text"], [{"id": 1, "name": 5}]])
def test_a_row_that_cannot_be_read_is_named_by_its_place(rows: list[Any]) -> None:
    with pytest.raises(Unreadable, match=r"payment_types\.0"):
        fetch_names(SHOP, find("heartland"), Lists(payment_types=rows), FakeMappings())


def test_names_known_before_stay_while_the_point_of_sale_does_not_answer() -> None:
    mappings = FakeMappings()
    mappings.name_keys(SHOP, {("payment_type", "2"): "Visa"})
    with pytest.raises(Held, match="tax_rules"):
        fetch_names(SHOP, find("heartland"), Lists(tax_rules=None), mappings)
    assert mappings.key_names(SHOP) == {("payment_type", "2"): "Visa"}


def test_a_source_that_names_its_own_keys_has_nothing_to_ask() -> None:
    with pytest.raises(NoNames, match="canonical"):
        fetch_names(SHOP, find("canonical"), Lists(), FakeMappings())


def test_the_shop_of_the_simulator_is_named_over_http(pos: Running) -> None:
    with requests.Session() as session:
        client = HeartlandClient(api_url("", pos.url), BearerToken(pos.token), session)
        names = fetch_names(SHOP, find("heartland"), client, FakeMappings())
    assert names["payment_type", "2"] == "Visa"
    assert names["location", "100006"] == "Store 1"
    assert names["adjustment_offset", "31"] == "Lost"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (SeenKey("sales", "7", "1"), "sales '7' (Hats) at 1 (Burbank)"),
        (SeenKey("sales", "8", "2"), "sales '8' at 2"),
        (SeenKey("rounding", "", ""), "rounding ''"),
    ],
)
def test_a_key_in_words_has_the_names_that_are_known(key: SeenKey, words: str) -> None:
    names = {("sales", "7"): "Hats", ("location", "1"): "Burbank"}
    assert in_words(key, names) == words
