"""Importing a company from the QuickBooks simulator over HTTP: all of it, and what changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daybook.domain.imported import Imported, changes_between
from daybook.qbo.chart import import_books
from daybook.qbo.client import books
from daybook.qbo.company import Company
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.lists import Reader
from daybook.qbo.transport import HttpsSender
from local.qbo_simulator import client
from local.qbo_simulator.server import RunningSimulator, running


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


@pytest.fixture
def bookkeeper(simulator: RunningSimulator) -> client.Company:
    return simulator.company()


def imported(
    simulator: RunningSimulator,
    bookkeeper: client.Company,
    version: int = 1,
    before: Imported | None = None,
    now: datetime | None = None,
) -> Imported:
    company = Company(
        books(
            bookkeeper.realm,
            Endpoints.at(simulator.url).api,
            HttpsSender(),
            lambda: bookkeeper.access_token,
        )
    )
    reader = Reader(company, lambda _seconds: None)
    return import_books(reader, version, now or datetime.now(UTC), before)


def made(bookkeeper: client.Company, kind: str, **body: Any) -> dict[str, Any]:
    answer = bookkeeper.post(kind.lower(), body)
    assert answer.status == 200, answer.text
    row: dict[str, Any] = answer.body[kind]
    return row


def changed(bookkeeper: client.Company, kind: str, identity: str, **fields: Any) -> dict[str, Any]:
    row = bookkeeper.get(f"{kind.lower()}/{identity}").body[kind]
    return made(bookkeeper, kind, Id=identity, SyncToken=row["SyncToken"], sparse=True, **fields)


def test_the_whole_company_is_imported(
    simulator: RunningSimulator, bookkeeper: client.Company
) -> None:
    store = made(bookkeeper, "Department", Name="Store 1")
    made(
        bookkeeper,
        "Department",
        Name="Burbank",
        SubDepartment=True,
        ParentRef={"value": store["Id"]},
    )
    made(
        bookkeeper,
        "Item",
        Name="Cap",
        Type="Inventory",
        IncomeAccountRef={"value": "50"},
        AssetAccountRef={"value": "8"},
        ExpenseAccountRef={"value": "60"},
        QtyOnHand=0,
        InvStartDate="2026-01-01",
    )
    changed(bookkeeper, "Class", "3", Active=False)
    found = imported(simulator, bookkeeper, 5)
    chart, directory = found.chart, found.directory
    assert (chart.realm, chart.version, directory.version) == (bookkeeper.realm, 5, 5)
    assert chart.accounts["51"].name == "Sales:Clothing Sales"
    assert "Store 1:Burbank" in {row.name for row in chart.departments.values()}
    assert chart.classes["2"].name == "Retail:Clothing"
    assert not chart.classes["3"].active
    assert set(chart.tax_codes) == {"TAX", "NON", "2"}
    assert chart.tax_rates["1"].percent == "8.25"
    assert (chart.class_tracking, chart.departments_on, chart.home_currency) == (True, True, "USD")
    assert chart.company == "Main Street Outfitters"
    assert [row.name for row in directory.customers.values()] == ["House Account"]
    assert [row.name for row in directory.vendors.values()] == ["Main Supplier"]
    assert directory.stock_accounts() == {"8"}


def test_more_rows_than_a_page_are_imported(
    simulator: RunningSimulator, bookkeeper: client.Company
) -> None:
    names = [f"Customer {number}" for number in range(1_020)]
    for start in range(0, len(names), 30):
        items = [
            {"bId": name, "operation": "create", "Customer": {"DisplayName": name}}
            for name in names[start : start + 30]
        ]
        assert bookkeeper.batch(*items, requestid=f"batch-{start}").status == 200
    directory = imported(simulator, bookkeeper).directory
    assert {row.name for row in directory.customers.values()} == {*names, "House Account"}


def test_changes_give_what_reading_everything_gives(
    simulator: RunningSimulator, bookkeeper: client.Company
) -> None:
    before = imported(simulator, bookkeeper)
    simulator.advance(1_800)
    made(bookkeeper, "Account", Name="Gift Shop", AccountType="Income")
    made(bookkeeper, "Customer", DisplayName="Ada Brown")
    changed(bookkeeper, "Account", "53", Name="Freight Income")
    changed(bookkeeper, "Class", "3", Active=False)
    changed(bookkeeper, "Vendor", "2", DisplayName="Hat Makers")
    now = datetime.now(UTC) + timedelta(minutes=30)
    whole = imported(simulator, bookkeeper, 2, now=now)
    by_changes = imported(simulator, bookkeeper, 2, before, now)
    assert not by_changes.whole
    assert replace(by_changes, whole=True) == whole
    found = {(one.what, one.name, one.change) for one in changes_between(before, by_changes)}
    assert found == {
        ("account", "Gift Shop", "added"),
        ("account", "Freight Income", "renamed"),
        ("class", "Rental", "made inactive"),
        ("customer", "Ada Brown", "added"),
        ("vendor", "Hat Makers", "renamed"),
    }


def test_without_changes_nothing_but_preferences_and_taxes_is_read(
    simulator: RunningSimulator, bookkeeper: client.Company
) -> None:
    before = imported(simulator, bookkeeper)
    simulator.advance(1_800)
    now = datetime.now(UTC) + timedelta(minutes=30)
    asked = simulator.books()["requests"]["query"]
    again = imported(simulator, bookkeeper, 2, before, now)
    assert changes_between(before, again) == []
    assert simulator.books()["requests"]["query"] == asked + 2


def test_a_closing_date_is_a_change(
    simulator: RunningSimulator, bookkeeper: client.Company
) -> None:
    before = imported(simulator, bookkeeper)
    row = bookkeeper.get("preferences").body["Preferences"]
    closing = {"AccountingInfoPrefs": {"BookCloseDate": "2025-12-31"}}
    made(bookkeeper, "Preferences", SyncToken=row["SyncToken"], sparse=True, **closing)
    (change,) = changes_between(before, imported(simulator, bookkeeper, 2, before))
    assert (change.what, change.name, change.before, change.after) == (
        "setting", "close_date", "none", "2025-12-31",
    )  # fmt: skip


def test_an_import_that_is_too_old_is_made_anew(
    simulator: RunningSimulator, bookkeeper: client.Company
) -> None:
    before = imported(simulator, bookkeeper)
    simulator.advance(40 * 86_400)
    bookkeeper.refresh()
    late = datetime.now(UTC) + timedelta(days=40)
    again = imported(simulator, bookkeeper, 2, before, late)
    assert again.whole
    assert "29 days" in again.note


def test_the_limits_of_requests_are_kept(
    simulator: RunningSimulator, bookkeeper: client.Company
) -> None:
    simulator.set_faults(enforce_limits=True)
    company = Company(
        books(
            bookkeeper.realm,
            Endpoints.at(simulator.url).api,
            HttpsSender(),
            lambda: bookkeeper.access_token,
        )
    )

    def wait(seconds: float) -> None:
        simulator.advance(seconds)

    reader = Reader(company, wait)
    import_books(reader, 1, datetime.now(UTC))
    assert simulator.books()["requests"]["throttled"] == 0
