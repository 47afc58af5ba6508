"""Accounts, names, items, classes, invoices and settings: the rules of each."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.qbo_simulator.client import Answer, Company
from local.qbo_simulator.server import running


@pytest.fixture
def company() -> Iterator[Company]:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        yield simulator.company()


def sale(amount: Any, **detail: Any) -> dict[str, Any]:
    kind = "SalesItemLineDetail"
    return {"Amount": amount, "DetailType": kind, kind: {"ItemRef": {"value": "1"}, **detail}}


def invoice(company: Company, *lines: Any, **fields: Any) -> Answer:
    body = {"CustomerRef": {"value": "1"}, "TxnDate": "2026-11-20", "Line": list(lines)}
    return company.post("invoice", {**body, **fields})


def test_a_company_starts_with_every_type_of_account_a_retailer_maps(company: Company) -> None:
    rows = company.query("select * from Account maxresults 1000").body["QueryResponse"]["Account"]
    assert {row["AccountType"] for row in rows} >= {
        "Bank",
        "Other Current Asset",
        "Fixed Asset",
        "Accounts Receivable",
        "Accounts Payable",
        "Other Current Liability",
        "Equity",
        "Income",
        "Other Income",
        "Cost of Goods Sold",
        "Expense",
        "Other Expense",
    }
    subs = {row["AccountSubType"] for row in rows}
    assert {"UndepositedFunds", "RetainedEarnings", "OpeningBalanceEquity", "Inventory"} <= subs


def test_account_ids_are_the_same_in_every_new_realm() -> None:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        charts = [
            simulator.company(realm).query("select * from Account maxresults 1000").body
            for realm in ("11", "22")
        ]
    first, second = (
        {row["Id"]: row["Name"] for row in chart["QueryResponse"]["Account"]} for chart in charts
    )
    assert first == second
    assert first["1"] == "Checking"
    assert first["50"] == "Sales"


def test_account_needs_a_type_and_a_known_one(company: Company) -> None:
    assert company.post("account", {"Name": "A"}).codes == ["6010"]
    assert company.post("account", {"Name": "A", "AccountType": "Purse"}).codes == ["2170"]
    made = company.post("account", {"Name": "A", "AccountType": "Bank"}).body["Account"]
    assert made["Classification"] == "Asset"
    assert made["AccountSubType"] == "CashOnHand"
    assert made["CurrentBalance"] == 0


def test_account_name_is_unique_and_without_colon_or_quote(company: Company) -> None:
    assert company.post("account", {"Name": "checking", "AccountType": "Bank"}).codes == ["6240"]
    for name in ("a:b", 'a"b', "a\tb"):
        assert company.post("account", {"Name": name, "AccountType": "Bank"}).codes == ["2040"]
    assert company.post("account", {"AccountType": "Bank"}).codes == ["2020"]


def test_sub_account_is_named_after_its_parent(company: Company) -> None:
    body = {"Name": "Till 2", "AccountType": "Bank", "ParentRef": {"value": "3"}}
    made = company.post("account", body).body["Account"]
    assert (made["SubAccount"], made["FullyQualifiedName"]) == (True, "Cash Drawer:Till 2")


def test_deactivating_hides_and_renames_and_frees_the_name(company: Company) -> None:
    row = company.get("account/2").body["Account"]
    sparse = {"Id": "2", "SyncToken": row["SyncToken"], "sparse": True}
    gone = company.post("account", {**sparse, "Active": False}).body["Account"]
    assert (gone["Active"], gone["Name"]) == (False, "Savings (deleted)")
    assert company.query("select * from Account where Id = '2'").body["QueryResponse"] == {}
    assert company.post("account", {"Name": "Savings", "AccountType": "Bank"}).status == 200
    back = company.post("account", {**sparse, "SyncToken": "1", "Active": True})
    assert back.codes == ["6240"]


def test_list_objects_are_not_deleted(company: Company) -> None:
    row = company.get("customer/1").body["Customer"]
    assert company.post("customer", row, operation="delete").codes == ["500"]


@pytest.mark.parametrize("kind", ["customer", "vendor"])
def test_display_name_is_unique_across_customers_and_vendors(company: Company, kind: str) -> None:
    for taken in ("house account", "MAIN SUPPLIER"):
        answer = company.post(kind, {"DisplayName": taken})
        assert answer.codes == ["6240"]
        assert "Another customer, vendor or employee" in answer.text
    assert company.post(kind, {"DisplayName": "O'Neil & Sons"}).status == 200


def test_names_share_one_sequence_of_ids(company: Company) -> None:
    made = [
        company.post("customer", {"DisplayName": "A"}).body["Customer"]["Id"],
        company.post("vendor", {"DisplayName": "B"}).body["Vendor"]["Id"],
    ]
    assert made == ["101", "102"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "6080"),
        ({"DisplayName": "a:b"}, "2040"),
        ({"DisplayName": "a\nb"}, "2040"),
        ({"DisplayName": "x" * 501}, "2050"),
        ({"DisplayName": "A", "PrimaryEmailAddr": {"Address": "nobody"}}, "2210"),
        ({"DisplayName": "A", "PrimaryPhone": {"FreeFormNumber": "5" * 31}}, "2050"),
        ({"DisplayName": "A", "ParentRef": {"value": "999"}}, "2500"),
        ({"DisplayNam": "A", "GivenName": "A"}, "2010"),
    ],
)
def test_bad_customers_are_refused(company: Company, body: dict[str, Any], code: str) -> None:
    assert company.post("customer", body).codes == [code]


def test_display_name_is_made_of_the_parts_of_a_name(company: Company) -> None:
    made = company.post("customer", {"GivenName": "Ada", "FamilyName": "Byron"}).body["Customer"]
    assert made["DisplayName"] == made["FullyQualifiedName"] == "Ada Byron"


def service(account: str, name: str = "A") -> dict[str, Any]:
    return {"Name": name, "Type": "Service", "IncomeAccountRef": {"value": account}}


def test_item_needs_an_account_to_sell_into(company: Company) -> None:
    assert company.post("item", {"Name": "A", "Type": "Service"}).codes == ["2020"]
    made = company.post("item", service("52")).body["Item"]
    assert made["IncomeAccountRef"]["name"] == "Rental Income"
    assert made["FullyQualifiedName"] == "A"
    assert company.post("item", service("52", "a")).codes == ["6240"]
    assert company.post("item", service("52", "b:c")).codes == ["2040"]


@pytest.mark.parametrize("account", ["7", "20", "22"])
def test_item_never_sells_into_receivables_payables_or_the_tax_centre(
    company: Company, account: str
) -> None:
    assert company.post("item", service(account)).codes == ["6430"]


def test_service_sells_into_a_bank_account_unless_the_switch_says_income_only() -> None:
    with running() as simulator:
        company = simulator.company()
        assert company.post("item", service("1")).status == 200
        simulator.set_faults(item_accounts="income")
        assert company.post("item", service("1", "B")).codes == ["6430"]
        assert company.post("item", service("52", "C")).status == 200


def test_classes_and_locations_nest(company: Company) -> None:
    body = {"Name": "Shoes", "SubClass": True, "ParentRef": {"value": "1"}}
    made = company.post("class", body).body["Class"]
    assert made["FullyQualifiedName"] == "Retail:Shoes"
    assert company.post("department", {"Name": "Main Street"}).codes == ["6240"]


def test_tax_codes_are_read_and_not_written(company: Company) -> None:
    rows = company.query("select * from TaxCode").body["QueryResponse"]["TaxCode"]
    assert {"TAX", "NON"} <= {row["Name"] for row in rows}
    assert company.get("taxcode/NON").body["TaxCode"]["Taxable"] is False
    assert company.post("taxcode", {"Name": "X"}).codes == ["500"]


def test_invoice_has_number_totals_and_a_receivable(company: Company) -> None:
    answer = invoice(company, sale("100.00", Qty=4, UnitPrice=25), TxnTaxDetail={"TotalTax": 8.25})
    row = answer.body["Invoice"]
    assert (row["DocNumber"], row["DueDate"]) == ("1001", "2026-12-20")
    assert str(row["TotalAmt"]) == str(row["Balance"]) == "108.25"
    assert row["Line"][-1]["DetailType"] == "SubTotalLineDetail"
    assert str(company.get("customer/1").body["Customer"]["Balance"]) == "108.25"
    assert str(company.get("account/7").body["Account"]["CurrentBalance"]) == "108.25"
    assert str(company.get("account/22").body["Account"]["CurrentBalance"]) == "-8.25"


def test_invoice_number_is_ours_only_with_custom_numbers(company: Company) -> None:
    assert invoice(company, sale(1), DocNumber="X1").body["Invoice"]["DocNumber"] == "1001"
    company.post("preferences", {"SalesFormsPrefs": {"CustomTxnNumbers": True}})
    assert invoice(company, sale(1), DocNumber="X1").body["Invoice"]["DocNumber"] == "X1"
    assert "DocNumber" not in invoice(company, sale(1)).body["Invoice"]


@pytest.mark.parametrize(
    ("lines", "fields", "codes"),
    [
        ([sale(1)], {"CustomerRef": None}, ["2020"]),
        ([sale(1)], {"CustomerRef": {"value": "999"}}, ["2500"]),
        ([], {}, ["2020"]),
        ([sale(10, Qty=3, UnitPrice=3)], {}, ["6070"]),
        ([sale(10, TaxCodeRef={"value": "5"})], {}, ["6100"]),
        ([{**sale(1), "DetailType": None}], {}, ["2020"]),
        ([sale(1, ItemRef={"value": "999"})], {}, ["2500"]),
        ([sale(1)], {"PrivateNote": "x" * 4001}, ["2050"]),
    ],
)
def test_bad_invoices_are_refused(
    company: Company, lines: list[Any], fields: dict[str, Any], codes: list[str]
) -> None:
    assert invoice(company, *lines, **fields).codes == codes


def test_invoice_is_updated_in_full_and_sparsely_and_deleted(company: Company) -> None:
    row = invoice(company, sale(10), PrivateNote="note").body["Invoice"]
    sparse = {"Id": row["Id"], "SyncToken": "0", "sparse": True, "Line": [sale(20)]}
    changed = company.post("invoice", sparse).body["Invoice"]
    assert (changed["TotalAmt"], changed["PrivateNote"]) == (20, "note")
    full = {key: changed[key] for key in ("Id", "SyncToken", "CustomerRef", "Line")}
    changed = company.post("invoice", full).body["Invoice"]
    assert "PrivateNote" not in changed
    gone = company.post("invoice", changed, operation="delete").body["Invoice"]
    assert gone["status"] == "Deleted"
    assert company.get("customer/1").body["Customer"]["Balance"] == 0


def test_discount_lowers_the_total_and_goes_to_its_account(company: Company) -> None:
    kind = "DiscountLineDetail"
    off = {"DetailType": kind, kind: {"PercentBased": True, "DiscountPercent": 10}}
    row = invoice(company, sale(50), off).body["Invoice"]
    assert row["TotalAmt"] == 45
    report = company.get("reports/TrialBalance", end_date="2026-12-31").body
    names = {one["ColData"][0]["value"]: one for one in report["Rows"]["Row"][:-1]}
    assert names["Discounts and Markdowns"]["ColData"][1]["value"] == "5.00"


def test_preferences_say_what_a_poster_must_know(company: Company) -> None:
    prefs = company.get("preferences").body["Preferences"]
    assert prefs["CurrencyPrefs"] == {
        "MultiCurrencyEnabled": False,
        "HomeCurrency": {"value": "USD"},
    }
    assert "BookCloseDate" not in prefs["AccountingInfoPrefs"]
    pairs = prefs["OtherPrefs"]["NameValue"]
    assert {"Name": "WarnDuplicateJournalNumber", "Value": "false"} in pairs


def test_preferences_refuse_a_stale_token_and_unknown_groups(company: Company) -> None:
    change = {"SyncToken": "0", "AccountingInfoPrefs": {"BookCloseDate": "2026-01-31"}}
    assert company.post("preferences", change).body["Preferences"]["SyncToken"] == "1"
    assert company.post("preferences", change).codes == ["5010"]
    assert company.post("preferences", {"Nonsense": {}}).codes == ["2010"]


def test_company_info_names_the_company(company: Company) -> None:
    info = company.get(f"companyinfo/{company.realm}").body["CompanyInfo"]
    assert (info["Country"], bool(info["CompanyName"])) == ("USA", True)
    asked = company.query("select * from CompanyInfo").body["QueryResponse"]
    assert asked["CompanyInfo"][0] == info
