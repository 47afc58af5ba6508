"""Importing a company's books: whole lists and changes, over a transport written by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest

from daybook.domain.chart import Account, Chart, TaxRate
from daybook.domain.directory import Directory, Listed
from daybook.domain.imported import Imported
from daybook.qbo.chart import import_books
from daybook.qbo.client import books
from daybook.qbo.company import Company
from daybook.qbo.exceptions import DisconnectedError, ThrottledError, UncertainError
from daybook.qbo.lists import Reader
from daybook.qbo.transport import HttpReply, HttpRequest
from tests.unit.qbo.samples import REALM, fault, reply

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LISTS = (
    "Account", "Class", "Department", "TaxCode", "TaxRate", "Customer", "Vendor", "Item",
    "Employee",
)  # fmt: skip
THROTTLED = reply(fault("3001", "message=ThrottleExceeded"), 429)
PREFERENCES = {
    "AccountingInfoPrefs": {
        "TrackDepartments": True,
        "ClassTrackingPerTxnLine": True,
        "BookCloseDate": "2025-12-31",
        "FirstMonthOfFiscalYear": "July",
    },
    "CurrencyPrefs": {"HomeCurrency": {"value": "CAD"}, "MultiCurrencyEnabled": True},
}


@dataclass
class Books:
    """A company's lists by name, and the answer to change data capture; `throttles` come first."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    changes: HttpReply | None = None
    throttles: int = 0
    preferences: Mapping[str, Any] = field(default_factory=lambda: PREFERENCES)
    asked: list[HttpRequest] = field(default_factory=list)
    slept: list[int] = field(default_factory=list)
    told: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, request: HttpRequest, /) -> HttpReply:
        self.asked.append(request)
        if self.throttles:
            self.throttles -= 1
            return THROTTLED
        if request.url.endswith("/preferences"):
            return reply({"Preferences": self.preferences})
        if "/companyinfo/" in request.url.lower():
            return reply({"CompanyInfo": {"CompanyName": "Shoes Ltd", "Id": "1"}})
        if request.url.endswith("/cdc"):
            assert self.changes is not None, "nobody should ask for changes"
            return self.changes
        return self._page(unquote(request.body.decode()))

    def _page(self, statement: str) -> HttpReply:
        words = statement.split()
        name = words[words.index("FROM") + 1]
        start = int(words[words.index("STARTPOSITION") + 1]) - 1
        assert "Active IN (true, false)" in statement
        assert "ORDERBY Id" in statement
        page = self.rows.get(name, ())[start : start + 1_000]
        return reply({"QueryResponse": {name: list(page)} if page else {}})

    def imported(self, version: int = 4, before: Imported | None = None) -> Imported:
        """An import of these."""
        company = Company(books(REALM, "https://quickbooks.test", self, lambda: "token"))
        reader = Reader(company, self.slept.append, lambda *now: self.told.append(now))
        return import_books(reader, version, NOW, before)

    @property
    def lists_asked(self) -> list[str]:
        """The lists that were queried, page by page."""
        texts = [request.body.decode() for request in self.asked if request.body]
        return [text.split()[text.split().index("FROM") + 1] for text in texts]


def account(number: int, **fields: Any) -> dict[str, Any]:
    return {"Id": str(number), "Name": f"Till {number}", "AccountType": "Bank", "Active": True} | (
        fields
    )


SHOP = {
    "Account": [
        account(1, FullyQualifiedName="Cash:Till 1", AcctNum="1010", AccountSubType="CashOnHand"),
        account(2, Active=False),
    ],
    "Class": [{"Id": "5", "Name": "Hats", "FullyQualifiedName": "Retail:Hats", "Active": True}],
    "Department": [
        {"Id": "7", "Name": "Burbank", "FullyQualifiedName": "Store 1:Burbank", "Active": False}
    ],
    "TaxCode": [{"Id": "TAX", "Name": "TAX", "Active": True}],
    "TaxRate": [{"Id": "3", "Name": "State", "RateValue": 8.25, "Active": True}],
    "Customer": [{"Id": "58", "DisplayName": "Ada Brown", "Active": True}],
    "Vendor": [{"Id": "41", "DisplayName": "Acme", "Active": False}],
    "Item": [
        {"Id": "9", "Name": "Cap", "FullyQualifiedName": "Hats:Cap", "Active": True,
         "AssetAccountRef": {"value": "8"}},
        {"Id": "10", "Name": "Fitting", "FullyQualifiedName": "Fitting", "Active": True},
    ],
    "Employee": [{"Id": "70", "DisplayName": "Bea", "Active": True}],
}  # fmt: skip
IMPORTED = Imported(
    Chart(
        realm=REALM,
        version=4,
        accounts={
            "1": Account("1", "Cash:Till 1", "Bank", "CashOnHand", "1010"),
            "2": Account("2", "Till 2", "Bank", active=False),
        },
        home_currency="CAD",
        multicurrency=True,
        close_date=datetime(2025, 12, 31, tzinfo=UTC).date(),
        company="Shoes Ltd",
        classes={"5": Listed("5", "Retail:Hats")},
        departments={"7": Listed("7", "Store 1:Burbank", active=False)},
        tax_codes={"TAX": Listed("TAX", "TAX")},
        tax_rates={"3": TaxRate("3", "State", "8.25")},
        class_tracking=True,
        departments_on=True,
        imported_at="2026-11-20T12:00:00.000Z",
        fiscal_month=7,
    ),
    Directory(
        realm=REALM,
        version=4,
        customers={"58": Listed("58", "Ada Brown")},
        vendors={"41": Listed("41", "Acme", active=False)},
        items={
            "9": Listed("9", "Hats:Cap", asset_account="8"),
            "10": Listed("10", "Fitting"),
        },
        employees={"70": Listed("70", "Bea")},
    ),
)


def captured(**lists: Sequence[Mapping[str, Any]]) -> HttpReply:
    """An answer of change data capture, {} for each list without a change."""
    pages = [{name: list(rows), "startPosition": 1} for name, rows in lists.items()]
    return reply({"CDCResponse": [{"QueryResponse": [{}, *pages, {}]}], "time": "x"})


def earlier(**ago: int) -> Imported:
    at = (NOW - timedelta(**ago)).isoformat().replace("+00:00", "Z")
    return replace(IMPORTED, chart=replace(IMPORTED.chart, version=3, imported_at=at))


def test_every_list_is_imported_with_full_names_and_inactive_rows() -> None:
    company = Books(SHOP)
    assert company.imported() == IMPORTED
    assert sorted(company.lists_asked) == sorted(LISTS)


def test_a_list_is_read_to_its_last_page() -> None:
    rows = [account(number, Active=number % 2 == 0) for number in range(1, 2_004)]
    company = Books({"Account": rows})
    chart = company.imported().chart
    assert len(chart.accounts) == 2_003
    assert (chart.accounts["1"].active, chart.accounts["2002"].active) == (False, True)
    assert company.lists_asked.count("Account") == 3


def test_a_page_that_is_just_full_is_followed_by_another() -> None:
    company = Books({"Customer": [{"Id": str(n), "DisplayName": f"C {n}"} for n in range(1_000)]})
    assert len(company.imported().directory.customers) == 1_000
    assert company.lists_asked.count("Customer") == 2


def test_a_list_without_an_end_stops_at_a_bound() -> None:
    class Endless(Books):
        def _page(self, statement: str) -> HttpReply:
            return reply({"QueryResponse": {"Account": [account(n) for n in range(1_000)]}})

    company = Endless()
    with pytest.raises(UncertainError, match="more than"):
        company.imported()
    assert len(company.asked) == 200


def test_a_list_that_cannot_be_read_is_never_guessed() -> None:
    with pytest.raises(UncertainError, match="Item"):
        Books({"Item": [{"Id": "1", "AssetAccountRef": "8"}]}).imported()


def test_progress_is_told_and_ends_full() -> None:
    company = Books({**SHOP, "Account": [account(number) for number in range(1_500)]})
    company.imported()
    assert [done for done, _ in company.told] == list(range(1, 13))
    assert company.told[0] == (1, 11)
    assert company.told[-1] == (12, 12)


def test_requests_come_in_bursts_that_leave_room_for_the_poster() -> None:
    company = Books({"Account": [account(number) for number in range(15_500)]})
    company.imported()
    assert len(company.asked) == 26
    assert company.slept == [1, 1, 1]


def test_a_throttled_request_is_asked_again_after_a_while() -> None:
    company = Books(SHOP, throttles=3)
    assert company.imported() == IMPORTED
    assert len(company.slept) == 3 + 1
    assert all(0 < seconds <= 60 for seconds in company.slept)


def test_throttling_that_does_not_end_is_raised() -> None:
    company = Books(SHOP, throttles=4)
    with pytest.raises(ThrottledError):
        company.imported()
    assert len(company.asked) == 4


def test_changes_are_laid_over_the_import_before() -> None:
    changes = captured(
        Account=[account(2, Active=True), account(3, AccountType="Income")],
        Class=[{"Id": "5", "status": "Deleted"}],
        Customer=[{"Id": "59", "DisplayName": "Bo", "Active": True}],
        Item=[{"Id": "9", "Name": "Cap", "FullyQualifiedName": "Hats:Cap", "Active": False,
               "AssetAccountRef": {"value": "8"}}],
    )  # fmt: skip
    company = Books(SHOP, changes)
    found = company.imported(7, earlier(days=1))
    assert (found.whole, found.note) == (False, "")
    assert found.chart.accounts == {
        "1": IMPORTED.chart.accounts["1"],
        "2": Account("2", "Till 2", "Bank"),
        "3": Account("3", "Till 3", "Income"),
    }
    assert found.chart.classes == {}
    assert found.chart.departments == IMPORTED.chart.departments
    assert found.chart.tax_rates == IMPORTED.chart.tax_rates
    assert found.chart.imported_at == "2026-11-20T12:00:00.000Z"
    assert (found.chart.version, found.directory.version) == (7, 7)
    assert set(found.directory.customers) == {"58", "59"}
    assert found.directory.stock_accounts() == frozenset()
    assert sorted(company.lists_asked) == ["TaxCode", "TaxRate"]
    assert company.told[-1] == (5, 5)


def test_changes_are_asked_for_from_before_the_last_import() -> None:
    company = Books(SHOP, captured())
    company.imported(5, earlier(hours=2))
    asked = next(request for request in company.asked if request.url.endswith("/cdc"))
    assert asked.query["changedSince"] == "2026-11-20T09:50:00+00:00"
    assert asked.query["entities"] == "Account,Class,Department,Customer,Vendor,Item,Employee"


def test_whoever_renames_a_parent_renames_what_lies_below() -> None:
    names = {"1": "Cash", "2": "Cash:Till", "3": "Cash:Till:Coins", "4": "Cashier", "5": "Cash:Box"}
    known = earlier(hours=1)
    accounts = {one: Account(one, name, "Bank") for one, name in names.items()}
    before = replace(known, chart=replace(known.chart, accounts=accounts))
    changes = captured(
        Account=[account(1, FullyQualifiedName="Money"),
                 account(2, FullyQualifiedName="Money:Drawer")],
    )  # fmt: skip
    found = Books(SHOP, changes).imported(5, before).chart.accounts
    assert {one: row.name for one, row in found.items()} == {
        "1": "Money",
        "2": "Money:Drawer",
        "3": "Money:Drawer:Coins",
        "4": "Cashier",
        "5": "Money:Box",
    }


@pytest.mark.parametrize(
    ("before", "changes", "why"),
    [
        (earlier(days=29, seconds=1), None, "29 days"),
        (earlier(days=1), captured(Customer=[{"Id": str(n)} for n in range(1_000)]), "1000 rows"),
        (earlier(days=1), reply(fault("4001", "30 days ago"), 400), "does not tell"),
    ],
)
def test_where_changes_cannot_be_told_everything_is_read_and_it_says_so(
    before: Imported, changes: HttpReply | None, why: str
) -> None:
    company = Books(SHOP, changes)
    found = company.imported(4, before)
    assert found.whole
    assert why in found.note
    assert replace(found, note="") == IMPORTED


def test_changes_that_fit_are_taken() -> None:
    rows = [{"Id": str(n), "DisplayName": f"C {n}", "Active": True} for n in range(999)]
    found = Books(SHOP, captured(Customer=rows)).imported(4, earlier(days=29))
    assert not found.whole
    assert len(found.directory.customers) == 999


@pytest.mark.parametrize("answer", [{}, {"CDCResponse": [{}]}, {"CDCResponse": [1]}])
def test_changes_that_cannot_be_read_are_never_guessed(answer: Any) -> None:
    with pytest.raises(UncertainError, match="changes"):
        Books(SHOP, reply(answer)).imported(4, earlier(days=1))


def test_a_company_that_is_gone_is_not_taken_for_one_without_changes() -> None:
    gone = reply(fault("6190", "Invalid Company Status"), 400)
    with pytest.raises(DisconnectedError):
        Books(SHOP, gone).imported(4, earlier(days=1))
