"""A thin delivery of Heartland's is completed over its API, and only over its API."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.errors import Held, Unreadable
from daybook.domain.event import FinancialEvent, Sale
from daybook.sources import heartland
from daybook.sources.contract import Context
from tests.unit.sources.heartland_bodies import delivery_of, item_line, ticket


class FakeClient:
    """Answers from a dict; lists and resources alike. Keeps what it was asked."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """One resource, or the trouble that it stands for."""
        self.asked.append(path)
        answer = self.answers[path]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def list_all(self, path: str, params: Mapping[str, str] | None = None) -> list[Any]:
        """One list."""
        rows: list[Any] = self.get(path)
        return rows


def _full() -> dict[str, Any]:
    body = ticket()
    line = {name: value for name, value in body["lines"][0].items() if name != "item"}
    return {
        "sales/tickets/200001": body | {"lines": None, "payments": None},
        "sales/tickets/200001/lines": [line, line | {"unit_cost": Decimal("40.005")}],
        "sales/tickets/200001/payments": body["payments"],
        "items/100201": {"id": 100201, "financial_class_id": 7, "public_id": "HAT"},
    }


def test_a_thin_ticket_is_completed_over_the_api_with_each_item_once() -> None:
    thin = delivery_of(ticket() | {"lines": None, "payments": None})
    client = FakeClient(_full())
    assert heartland.needs_fetch(thin)
    completed = heartland.fetch(thin, client)
    assert not heartland.needs_fetch(completed)
    assert sorted(client.asked) == sorted(_full())
    (event,) = heartland.parse(completed, Context())
    assert isinstance(event, FinancialEvent)
    assert isinstance(event.body, Sale)
    assert [line.cost for line in event.body.lines] == [Decimal("40.0"), Decimal("40.005")]


def test_lines_without_items_ask_for_the_items_only() -> None:
    body = ticket()
    del body["lines"][0]["item"]
    client = FakeClient(_full())
    completed = heartland.fetch(delivery_of(body), client)
    assert client.asked == ["items/100201"]
    assert heartland.parse(completed, Context()) == heartland.parse(
        delivery_of(ticket()), Context()
    )


def test_a_ticket_that_is_whole_asks_nothing() -> None:
    assert not heartland.needs_fetch(delivery_of(ticket()))
    assert not heartland.needs_fetch(delivery_of({"id": 1}, "customer_created"))
    assert not heartland.needs_fetch(delivery_of(ticket() | {"completed?": False, "lines": None}))


@pytest.mark.parametrize("path", sorted(_full()))
def test_an_api_in_trouble_is_source_unavailable(path: str) -> None:
    client = FakeClient(_full() | {path: Held("source_unavailable", "Heartland rests")})
    with pytest.raises(Held, match="Heartland rests"):
        heartland.fetch(delivery_of({"id": 200001, "type": "Ticket"}), client)


@pytest.mark.parametrize("forged", ["../users/1", "1/../../x", "1?x=1", "1%2f", "", "-1", "1" * 21])
def test_a_forged_id_never_becomes_a_path(forged: str) -> None:
    client = FakeClient({})
    with pytest.raises(Unreadable):
        heartland.fetch(delivery_of({"id": forged, "type": "Ticket"}), client)
    assert client.asked == []


def test_items_without_end_are_not_looked_up_one_by_one() -> None:
    lines = [item_line(item=None, item_id=number) for number in range(201)]
    client = FakeClient({f"items/{number}": {"financial_class_id": 7} for number in range(201)})
    with pytest.raises(Unreadable, match="embed"):
        heartland.fetch(delivery_of(ticket() | {"lines": lines}), client)
