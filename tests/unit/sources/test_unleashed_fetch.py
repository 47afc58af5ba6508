"""A thin event of Unleashed's is completed over its API, and what is not known stays unknown."""

from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.errors import Held, Unreadable
from daybook.domain.event import FinancialEvent, Purchase, Sale, StockMove
from daybook.sources import unleashed
from daybook.sources.contract import Context
from tests.unit.sources.unleashed_bodies import FakeClient, data_of, delivery_of

SOCK = "00000090-0000-4000-8000-000000000001"
LAMP = "00000090-0000-4000-8000-000000000002"
INVOICE = "00000010-0000-4000-8000-000000000101"
ORDERS = "SalesOrders?orderNumber=SO-00101"


def _bare(data: dict[str, Any], lines: str, *names: str) -> dict[str, Any]:
    """The object as the API has it: products without their group, lines without what is named."""
    for line in data[lines]:
        for name in ("ProductGroup", "NeverDiminishing"):
            del line["Product"][name]
        for name in names:
            del line[name]
    return data


def _products() -> dict[str, Any]:
    return {
        f"Products/{SOCK}": {"Guid": SOCK, "ProductGroup": {"GroupName": "Clothing"}},
        f"Products/{LAMP}": {"Guid": LAMP, "ProductGroup": {"GroupName": "Homeware"}},
    }


def _order() -> dict[str, Any]:
    def line(number: int, guid: str, cost: Decimal) -> dict[str, Any]:
        landed = {"AverageLandedPriceAtTimeOfSale": cost}
        return {"LineNumber": number, "Product": {"Guid": guid}, **landed}

    lines = [line(1, SOCK.upper(), Decimal("5.25")), line(2, LAMP, Decimal("40.4294"))]
    return {"Warehouse": {"WarehouseCode": "MAIN"}, "SalesOrderLines": lines}


def _invoice() -> dict[str, Any]:
    data = data_of("invoice__completed")
    del data["Warehouse"]
    return _bare(data, "InvoiceLines", "AverageLandedPriceAtTimeOfSale")


def _completed(delivery_data: Any, event: str, answers: dict[str, Any]) -> FinancialEvent:
    delivery = delivery_of(delivery_data, event)
    assert unleashed.needs_fetch(delivery)
    completed = unleashed.fetch(delivery, FakeClient(answers))
    assert not unleashed.needs_fetch(completed)
    (found,) = unleashed.parse(completed, Context())
    assert isinstance(found, FinancialEvent)
    return found


@pytest.mark.parametrize("name", ["invoiceGuid", "SalesInvoiceGuid", "guid", "Id", "InvoiceID"])
def test_a_thin_invoice_gets_its_object_groups_warehouse_and_costs(name: str) -> None:
    answers = {f"Invoices/{INVOICE}": _invoice(), ORDERS: [_order()], **_products()}
    found = _completed({name: INVOICE.upper()}, "invoice.completed", answers)
    (whole,) = unleashed.parse(delivery_of(data_of("invoice__completed")), Context())
    assert found == whole


def test_each_product_and_order_is_asked_for_once() -> None:
    data = _invoice()
    data["InvoiceLines"].append(data["InvoiceLines"][0] | {"LineNumber": 3})
    client = FakeClient({ORDERS: [_order()], **_products()})
    unleashed.fetch(delivery_of(data), client)
    assert client.asked == [f"Products/{SOCK}", f"Products/{LAMP}", ORDERS]


def test_an_object_that_is_whole_asks_nothing() -> None:
    for name in ("invoice__completed", "shipment__dispatched", "stock_adjustment__found"):
        event = f"{name.partition('__')[0]}.completed"
        assert not unleashed.needs_fetch(delivery_of(data_of(name), event))


def test_a_cost_that_no_order_states_is_unreadable() -> None:
    delivery = delivery_of(_invoice())
    completed = unleashed.fetch(delivery, FakeClient({ORDERS: [], **_products()}))
    with pytest.raises(Unreadable, match="AverageLandedPriceAtTimeOfSale"):
        unleashed.parse(completed, Context())


def test_two_order_lines_of_one_product_are_told_apart_by_their_number() -> None:
    order = _order()
    other = order["SalesOrderLines"][0] | {"LineNumber": 9, "AverageLandedPriceAtTimeOfSale": 7}
    order["SalesOrderLines"].append(other)
    found = _completed(_invoice(), "invoice.completed", {ORDERS: [order], **_products()})
    assert isinstance(found.body, Sale)
    assert found.body.lines[0].cost == Decimal("52.50")


def test_a_shipment_takes_its_cost_from_the_line_of_its_order() -> None:
    data = _bare(data_of("shipment__dispatched"), "SalesShipmentLines")
    for line in data["SalesShipmentLines"]:
        del line["AverageLandedPriceAtTimeOfSale"]
    answers = {f"SalesOrders/{data['OrderGuid']}": _order(), **_products()}
    found = _completed(data, "salesshipment.updated", answers)
    assert isinstance(found.body, StockMove)
    assert [line.cost for line in found.body.lines] == [Decimal("52.50"), Decimal("40.4294")]


def test_costs_of_an_order_are_read_where_the_lines_do_not_come_to_its_total() -> None:
    data = data_of("purchase_order__with_freight")
    costs = data.pop("PurchaseOrderCosts")
    answers = {f"PurchaseOrders/{data['Guid']}/Costs": {"Items": costs}}
    found = _completed(data, "purchaseorder.completed", answers)
    assert isinstance(found.body, Purchase)
    assert [line.amount for line in found.body.lines] == [255, 20]


def test_an_api_in_trouble_is_source_unavailable() -> None:
    thin = delivery_of({"invoiceGuid": INVOICE})
    client = FakeClient({f"Invoices/{INVOICE}": Held("source_unavailable", "Unleashed rests")})
    with pytest.raises(Held, match="Unleashed rests"):
        unleashed.fetch(thin, client)


def test_a_read_that_lags_behind_its_event_is_asked_again() -> None:
    parked = data_of("invoice__parked")
    client = FakeClient({f"Invoices/{INVOICE}": parked})
    with pytest.raises(Held) as caught:
        unleashed.fetch(delivery_of({"invoiceGuid": INVOICE}), client)
    assert caught.value.problem.code == "source_unavailable"
    updated = unleashed.fetch(delivery_of({"invoiceGuid": INVOICE}, "invoice.updated"), client)
    assert not unleashed.needs_fetch(updated)


@pytest.mark.parametrize("forged", ["../Users/1", "", 7, "1" * 36, f"{INVOICE}?x=1", f"{INVOICE}/"])
def test_a_forged_guid_never_becomes_a_path(forged: Any) -> None:
    client = FakeClient({})
    with pytest.raises(Unreadable):
        unleashed.fetch(delivery_of({"invoiceGuid": forged}), client)
    assert client.asked == []


def test_products_without_end_are_not_looked_up_one_by_one() -> None:
    data = _invoice()
    line = data["InvoiceLines"][0]
    guids = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(201)]
    data["InvoiceLines"] = [line | {"Product": {"Guid": guid}} for guid in guids]
    answers = {f"Products/{guid}": {"ProductGroup": None} for guid in guids}
    with pytest.raises(Unreadable, match="over 200"):
        unleashed.fetch(delivery_of(data), FakeClient(answers))


# --- what was in stock before an adjustment ---------------------------------------------------


def _adjustment() -> dict[str, Any]:
    data = data_of("stock_adjustment__found")
    del data["StockAdjustmentLines"][0]["Prior"]
    return data


def _stock(quantity: Any, value: Any) -> list[dict[str, Any]]:
    return [{"ProductGuid": SOCK, "QtyOnHand": quantity, "TotalCost": value}]


def _asked(day: str) -> str:
    return f"StockOnHand?asAtDate={day}&warehouseCode=MAIN&productId={SOCK}"


def _adjusted(**lists: Any) -> StockMove:
    stock = {_asked("2026-11-19"): _stock(100, 525), _asked("2026-11-20"): _stock(104, 546)}
    found = _completed(_adjustment(), "stockadjustment.completed", stock | lists)
    assert isinstance(found.body, StockMove)
    return found.body


def test_what_was_there_before_is_the_stock_of_the_day_before() -> None:
    (line,) = _adjusted().lines
    assert (line.quantity, line.cost) == (Decimal(4), Decimal(21))


def test_a_product_that_never_moved_was_not_there() -> None:
    (line,) = _adjusted(**{_asked("2026-11-19"): []}).lines
    assert (line.quantity, line.cost) == (Decimal(104), Decimal(546))


def _moved(**fields: Any) -> dict[str, Any]:
    shipment = data_of("shipment__dispatched")
    return shipment | fields


@pytest.mark.parametrize(
    ("resource", "row"),
    [
        ("SalesShipments", _moved()),
        ("SalesShipments", _moved(DispatchDate=None, Warehouse=None)),
        ("StockAdjustments", data_of("stock_adjustment__found") | {"Guid": INVOICE}),
        ("PurchaseOrders", data_of("purchase_order__completed")),
    ],
)
def test_another_move_of_the_day_leaves_the_change_unknown(resource: str, row: Any) -> None:
    with pytest.raises(Unreadable, match="moved the product in the same warehouse"):
        _adjusted(**{resource: [row]})


@pytest.mark.parametrize(
    "row",
    [
        _moved(DispatchDate="/Date(1795046400000)/"),
        _moved(Warehouse={"WarehouseCode": "OUTLET"}),
        _moved(SalesShipmentLines=[]),
        data_of("stock_adjustment__found"),
    ],
)
def test_what_moved_on_another_day_or_elsewhere_does_not_matter(row: Any) -> None:
    assert _adjusted(SalesShipments=[row]).lines[0].cost == Decimal(21)


def test_other_stock_at_the_days_end_leaves_the_change_unknown() -> None:
    with pytest.raises(Unreadable, match="other stock than the adjustment states"):
        _adjusted(**{_asked("2026-11-20"): _stock(103, 546)})


def test_a_product_that_stands_twice_leaves_the_change_unknown() -> None:
    data = _adjustment()
    data["StockAdjustmentLines"] *= 2
    delivery = delivery_of(data, "stockadjustment.completed")
    with pytest.raises(Unreadable, match="twice"):
        unleashed.parse(unleashed.fetch(delivery, FakeClient({})), Context())
