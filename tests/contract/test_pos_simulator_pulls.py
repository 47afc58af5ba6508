"""What is pulled, over HTTP: each list of Heartland and Point of Rental, and what they refuse."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from daybook.domain.event import FinancialEvent
from daybook.domain.pos_errors import NoSuchThing, NotAllowed, Refused, Unavailable
from daybook.pos import point_of_rental as rental_api
from daybook.pos.heartland import BearerToken, HeartlandClient, api_url
from daybook.pos.point_of_rental import PAGE_SIZE, ApiKey, PointOfRentalClient
from daybook.sources import heartland, point_of_rental
from daybook.sources.contract import Context, PulledObject
from daybook.sources.strict_json import read_json
from local.pos_simulator.faults import Rule
from local.pos_simulator.server import Running, running
from tests.unit.sources.senders import sample

SINCE = datetime(2026, 11, 20, tzinfo=UTC)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with running() as here:
        yield here


@pytest.fixture
def pos(simulator: Running) -> Running:
    requests.post(f"{simulator.url}/_simulator/reset", timeout=5).raise_for_status()
    return simulator


@pytest.fixture
def shop(pos: Running) -> Iterator[HeartlandClient]:
    with requests.Session() as session:
        yield HeartlandClient(
            api_url("shop", pos.url), BearerToken(pos.token), session, sleep=lambda _: None
        )


@pytest.fixture
def rental(pos: Running) -> Iterator[PointOfRentalClient]:
    with requests.Session() as session:
        key = pos.simulator.point_of_rental.key
        yield PointOfRentalClient(
            rental_api.api_url(pos.url), ApiKey(key), session, sleep=lambda _: None
        )


def put(pos: Running, path: str, row: Any) -> None:
    requests.put(f"{pos.url}/_simulator/{path}", json=row, timeout=5).raise_for_status()


def body(source: str, name: str) -> Any:
    return read_json(sample(source, name).body)


def pulled(client: Any, source: Any, resource: str) -> list[PulledObject]:
    page = source.page(client, resource, SINCE, 1)
    return [one for row in page.rows for one in source.objects(client, resource, row)]


def event_of(client: Any, source: Any, found: PulledObject) -> FinancialEvent:
    delivery = source.delivery_of("shop", found, NOW)
    assert delivery.origin == "pull"
    if source.needs_fetch(delivery):
        delivery = source.fetch(delivery, client)
    (event,) = source.parse(delivery, Context())
    assert isinstance(event, FinancialEvent)
    assert event.object_type == found.object_type
    assert event.object_type in {one for each in source.resources for one in each.object_types}
    assert (event.object_id, event.object_version) == (found.object_id, found.version)
    return event


LISTS = {
    "tickets": ("sales/tickets", "sales_transaction_completed__h01_ticket"),
    "invoices": ("sales/invoices", "invoice_completed__h20_deposit_applied"),
    "deposits": ("payments", "deposit_taken__h08_deposit"),
    "receipts": ("purchasing/receipts", "purchasing_receipt_completed__h09_receipt"),
    "returns": ("purchasing/returns", "purchasing_return_completed__h10_return"),
    "adjustments": ("inventory/adjustment_sets", "inventory_adjusted__h13_found"),
    "gift_card_adjustments": ("gift_card_adjustments", "gift_card_adjusted__h15_added"),
}


@pytest.mark.parametrize("resource", LISTS)
def test_a_pulled_row_is_the_very_event_that_its_webhook_brings(
    pos: Running, shop: HeartlandClient, resource: str
) -> None:
    path, name = LISTS[resource]
    sent = sample("heartland", name)
    row = read_json(sent.body)
    pos.simulator.shop.lists.pop(path, None)
    pos.simulator.shop.put(f"{path}/{row['id']}", row)
    (found,) = pulled(shop, heartland, resource)
    (event,) = heartland.parse(sent, Context())
    assert event_of(shop, heartland, found) == event


def test_payments_of_tickets_are_no_deposits(pos: Running, shop: HeartlandClient) -> None:
    pos.simulator.shop.put("payments/1", {"deposit": False, "updated_at": "2026-11-20T12:00:00Z"})
    assert pulled(shop, heartland, "deposits") == []


def test_a_transfer_is_its_shipment_and_its_receipt(pos: Running, shop: HeartlandClient) -> None:
    out, arrived = (body("heartland", name) for name in
                    ("transfer_shipped__h11_out", "transfer_received__h12_in"))  # fmt: skip
    put(pos, f"objects/inventory/transfers/{out['transfer_id']}", {
        "from_location_id": out["from_location_id"], "to_location_id": out["to_location_id"],
        "status": "complete", "updated_at": "2026-11-20T18:12:00Z",
        "events": [_moved(out, "Shipment"), _moved(arrived, "Receipt")],
        "event_lines": [_line(out), _line(arrived)],
    })  # fmt: skip
    found = pulled(shop, heartland, "transfers")
    events = [event_of(shop, heartland, one) for one in found]
    sent = [sample("heartland", name) for name in
            ("transfer_shipped__h11_out", "transfer_received__h12_in")]  # fmt: skip
    assert events == [event for one in sent for event in heartland.parse(one, Context())]


def _moved(event: dict[str, Any], word: str) -> dict[str, Any]:
    fields = ("id", "status", "completed_at", "local_completed_at")
    return {name: event[name] for name in fields} | {"type": word}


def _line(event: dict[str, Any]) -> dict[str, Any]:
    (line,) = event["lines"]
    plain = {name: int(line[name]) for name in ("id", "item_id", "qty", "unit_cost")}
    return plain | {"transfer_event_id": event["id"]}


def test_rows_come_by_rising_change_from_an_instant_on(pos: Running, shop: HeartlandClient) -> None:
    pos.simulator.shop.lists.pop("sales/tickets", None)
    for number, at in enumerate(("T09:00:02Z", "T08:00:00Z", "T10:00:00+02:00", "T09:00:00Z")):
        row = {"type": "Ticket", "updated_at": f"2026-11-20{at}"}
        pos.simulator.shop.put(f"sales/tickets/{number}", row)
    since = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    page = heartland.page(shop, "tickets", since, 1)
    assert [row.id for row in page.rows] == ["1", "2", "3", "0"]
    assert (page.pages, page.total) == (1, 4)
    later = heartland.page(shop, "tickets", since.replace(hour=9, second=1), 1)
    assert [row.id for row in later.rows] == ["0"]


def export(pos: Running, rows: int, stated: int | None = None) -> dict[str, Any]:
    """An export of one account's worth of rows, as pulled; the body that its webhook has."""
    lines = [{"family": "invoice", "account": "1020", "debit": 10}, {"family": "invoice",
             "account": "4000", "credit": 10}] * (rows // 2)  # fmt: skip
    for number, line in enumerate(lines):
        fields = {name.capitalize(): value for name, value in line.items()}
        row = {"ModelType": "AccountingRow", "ExportId": "EX-1", **fields}
        pos.simulator.point_of_rental.put(f"accounting/rows/R-{number}", row)
    head = {"Period": "day_export", "ExportedAt": "2026-11-20T23:50:12-08:00",
            "Date": "2026-11-20", "File": "PR261120", "Stores": [{"number": "1"}]}  # fmt: skip
    put(pos, "point_of_rental/accounting/exports/EX-1", {
        "ModelType": "AccountingExport", "ModifiedOn": "2026-11-21T07:50:12Z",
        "RowCount": rows if stated is None else stated, **head,
    })  # fmt: skip
    return {"type": "day_export", "exported_at": head["ExportedAt"], "date": "2026-11-20",
            "file": "PR261120", "stores": [{"number": "1"}], "rows": lines}  # fmt: skip


def test_an_export_is_pulled_with_all_its_rows(pos: Running, rental: PointOfRentalClient) -> None:
    sent = export(pos, PAGE_SIZE + 20)
    (found,) = pulled(rental, point_of_rental, "exports")
    delivery = point_of_rental.delivery_of("shop", found, NOW)
    assert found.body == sent
    assert found.stated == {"debit": "600", "credit": "600"}
    (event,) = point_of_rental.parse(delivery, Context())
    assert isinstance(event, FinancialEvent)
    assert (event.object_id, event.object_version) == ("1-2026-11-20-invoice", sent["exported_at"])
    assert point_of_rental.delivery_id(delivery) == point_of_rental.delivery_id(
        point_of_rental.delivery_of("shop", found, NOW)
    )


def test_an_export_that_lacks_rows_is_asked_for_again(
    pos: Running, rental: PointOfRentalClient
) -> None:
    export(pos, 4, stated=6)
    with pytest.raises(Unavailable, match="changed while it was read"):
        pulled(rental, point_of_rental, "exports")


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Invoice", "invoice__lines_on_account"),
        ("Invoice", "invoice__voided"),
        ("Payment", "payment__by_check"),
        ("PortalPayment", "portal_payment__by_card"),
    ],
)
def test_a_document_is_the_very_event_that_its_webhook_brings(
    pos: Running, rental: PointOfRentalClient, word: str, name: str
) -> None:
    sent = body("point_of_rental", name)
    document = sent["invoice" if word == "Invoice" else "payment"]
    row = {"ModelType": word, "ModifiedOn": document["modified_at"], "Store": sent["store"]}
    rows = pos.simulator.point_of_rental
    rows.put(f"accounting/documents/{document['id']}", {**row, "Document": document})
    (found,) = pulled(rental, point_of_rental, "documents")
    (event,) = point_of_rental.parse(sample("point_of_rental", name), Context())
    assert event_of(rental, point_of_rental, found) == event


def test_a_list_is_filtered_and_read_over_its_pages(
    pos: Running, rental: PointOfRentalClient
) -> None:
    for number in range(PAGE_SIZE + 1):
        day = "2026-11-19" if number == 5 else "2026-11-20"
        row = {"ModelType": "Invoice", "ModifiedOn": f"{day}T12:00:00Z"}
        pos.simulator.point_of_rental.put(f"accounting/documents/{number}", row)
    first = point_of_rental.page(rental, "documents", SINCE, 1)
    assert (len(first.rows), first.pages) == (PAGE_SIZE, 2)
    assert point_of_rental.page(rental, "documents", SINCE, 2).rows == []
    assert len(rental.list_all("accounting/documents")) == PAGE_SIZE + 1


def test_what_point_of_rental_refuses_is_told_apart(
    pos: Running, rental: PointOfRentalClient
) -> None:
    stranger = replace(rental, auth=ApiKey("hush-hush"))
    with pytest.raises(NotAllowed, match="401") as caught:
        stranger.listed("accounting/exports", {}, 1)
    assert "hush" not in f"{caught.value!r} {caught.value.problem} {stranger!r}"
    pos.simulator.point_of_rental.forbidden.add("accounting/exports")
    with pytest.raises(NotAllowed, match="403"):
        rental.listed("accounting/exports", {}, 1)
    with pytest.raises(NoSuchThing, match="404"):
        rental.get("accounting/rows/none")
    with pytest.raises(Refused, match="400"):
        rental.listed("accounting/rows", {"X-Filter": "no JSON"}, 1)
    with pytest.raises(ValueError, match="path"):
        rental.get("../accounting")


def test_a_429_says_how_long_to_rest(pos: Running, rental: PointOfRentalClient) -> None:
    pos.simulator.faults.rules = [Rule("http_429", retry_after_seconds=600)]
    with pytest.raises(Unavailable, match="429") as caught:
        rental.listed("accounting/rows", {}, 1)
    assert caught.value.wait_seconds == 600
    pos.simulator.faults.rules = []
    pos.simulator.faults.outage = True
    with pytest.raises(Unavailable, match="503"):
        rental.listed("accounting/rows", {}, 1)
