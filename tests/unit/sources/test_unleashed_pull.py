"""What is pulled from Unleashed is what its webhooks would have brought."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from daybook.domain.errors import Unreadable
from daybook.domain.pos_list import Listed
from daybook.sources import unleashed
from daybook.sources.contract import Context, Pulled, Row
from tests.unit.sources.senders import NOW
from tests.unit.sources.unleashed_bodies import FakeClient, data_of, delivery_of

SINCE = datetime(2026, 11, 20, 8, 30, 1, tzinfo=UTC)


class Lists(FakeClient):
    """A client whose lists have one page; keeps what it was asked."""

    def listed(self, path: str, params: Mapping[str, str], page: int) -> Listed:
        """The page."""
        rows = self.list_all(path, {**params, "page": str(page)})
        return Listed(rows, 1, len(rows))


def _page(resource: str, rows: Sequence[Any]) -> tuple[Sequence[Row], Lists]:
    kinds = {"invoices": "Invoices", "adjustments": "StockAdjustments", "customers": "Customers"}
    client = Lists({kinds[resource]: list(rows)})
    return unleashed.page(client, resource, SINCE, 1).rows, client


def test_unleashed_is_a_source_that_is_pulled_parties_first() -> None:
    assert isinstance(unleashed, Pulled)
    names = [one.name for one in unleashed.resources]
    assert names[:3] == ["customers", "suppliers", "invoices"]
    assert len(names) == 9
    assert not any(one.ordered for one in unleashed.resources)


def test_a_list_is_asked_for_what_changed_since_in_utc() -> None:
    _, client = _page("invoices", [])
    assert client.asked == ["Invoices?modifiedSince=2026-11-20T08:30:00&page=1"]
    _, client = _page("adjustments", [])
    assert client.asked == ["StockAdjustments?modifiedSince=2026-11-20&page=1"]


@pytest.mark.parametrize(
    ("resource", "name", "event"),
    [
        ("invoices", "invoice__completed", "invoice.completed"),
        ("adjustments", "stock_adjustment__lost", "stockadjustment.completed"),
        ("customers", "customer__created", "customer.created"),
    ],
)
def test_a_pulled_object_is_the_event_of_its_webhook(resource: str, name: str, event: str) -> None:
    ((row,), client) = _page(resource, [data_of(name)])
    (found,) = unleashed.objects(client, resource, row)
    pulled = unleashed.delivery_of("shop", found, NOW)
    (wanted,) = unleashed.parse(delivery_of(data_of(name), event), Context())
    (read,) = unleashed.parse(pulled, Context())
    assert read == wanted
    assert pulled.origin == "pull"
    stated = (read.object_type, read.object_id, read.object_version)
    assert stated == (found.object_type, found.object_id, found.version)
    again = unleashed.delivery_of("shop", found, NOW.replace(hour=1))
    assert unleashed.delivery_id(again) == unleashed.delivery_id(pulled)


def test_what_is_not_completed_holds_nothing_for_the_books() -> None:
    ((row,), client) = _page("invoices", [data_of("invoice__parked")])
    assert unleashed.objects(client, "invoices", row) == ()


def test_an_object_states_its_totals_for_the_proof() -> None:
    ((row,), client) = _page("invoices", [data_of("invoice__completed")])
    (found,) = unleashed.objects(client, "invoices", row)
    assert found.stated == {"total": "208.38", "tax": "15.88", "home_total": "208.38"}


@pytest.mark.parametrize("row", [{}, {"Guid": "x"}, 7, {"LastModifiedOn": "/Date(1)/"}])
def test_a_row_without_a_name_or_an_instant_is_unreadable(row: Any) -> None:
    with pytest.raises(Unreadable):
        _page("customers", [row])
