"""Bills, vendor credits, purchase orders, vendors and employees: the rules of each."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from quickbooks.objects.base import Ref
from quickbooks.objects.bill import Bill
from quickbooks.objects.detailline import AccountBasedExpenseLine, AccountBasedExpenseLineDetail
from quickbooks.objects.purchaseorder import PurchaseOrder
from quickbooks.objects.vendor import Vendor
from quickbooks.objects.vendorcredit import VendorCredit

from local.qbo_simulator.client import Answer, Company
from local.qbo_simulator.server import RunningSimulator, running
from tests.contract.test_qbo_simulator_python_quickbooks import connected

_BY_ACCOUNT, _BY_ITEM = "AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


@pytest.fixture
def company(simulator: RunningSimulator, request: pytest.FixtureRequest) -> Company:
    return simulator.company(str(zlib.crc32(request.node.name.encode())))


def cost(amount: Any, account: str = "8", **detail: Any) -> dict[str, Any]:
    detail = {"AccountRef": {"value": account}, **detail}
    return {"Amount": amount, "DetailType": _BY_ACCOUNT, _BY_ACCOUNT: detail}


def post(company: Company, kind: str, *lines: Any, **fields: Any) -> Answer:
    body = {"VendorRef": {"value": "2"}, "TxnDate": "2026-11-20", "Line": list(lines)}
    return company.post(kind, {**body, **fields})


def balance(company: Company, account: str) -> Any:
    return company.get(f"account/{account}").body["Account"]["CurrentBalance"]


def owed(company: Company) -> Any:
    return company.get("vendor/2").body["Vendor"]["Balance"]


def test_bill_credits_payables_and_is_owed_to_the_vendor(company: Company) -> None:
    made = post(company, "bill", cost(400), cost(12, "10"), DocNumber="INV-1").body["Bill"]
    assert (made["TotalAmt"], made["Balance"], made["DocNumber"]) == (412, 412, "INV-1")
    assert (made["DueDate"], made["APAccountRef"]["value"]) == ("2026-11-20", "20")
    assert (balance(company, "8"), balance(company, "10")) == (400, 12)
    assert (balance(company, "20"), owed(company)) == (-412, 412)
    report = company.get("reports/TrialBalance", end_date="2026-11-30").body["Rows"]["Row"]
    assert report[-1]["Summary"]["ColData"][1]["value"] == "412.00"


def test_vendor_credit_takes_off_what_is_owed(company: Company) -> None:
    post(company, "bill", cost(400))
    made = post(company, "vendorcredit", cost(40)).body["VendorCredit"]
    assert (made["TotalAmt"], balance(company, "20"), owed(company)) == (40, -360, 360)
    assert balance(company, "8") == 360


def test_purchase_order_moves_no_account_and_is_numbered_by_the_company(company: Company) -> None:
    made = post(company, "purchaseorder", cost(400), DocNumber="PO-9").body["PurchaseOrder"]
    assert (made["TotalAmt"], made["POStatus"], made["DocNumber"]) == (400, "Open", "1001")
    assert (balance(company, "8"), balance(company, "20"), owed(company)) == (0, 0, 0)
    other = {"Name": "VendorAndPurchasesPrefs.UseCustomTxnNumbers", "Value": "true"}
    prefs = {"Id": "1", "SyncToken": "0", "OtherPrefs": {"NameValue": [other]}}
    assert company.post("preferences", prefs).status == 200
    numbered = post(company, "purchaseorder", cost(1), DocNumber="PO-9").body["PurchaseOrder"]
    assert numbered["DocNumber"] == "PO-9"
    assert post(company, "purchaseorder", cost(1), DocNumber="PO-9").codes == ["6140"]


def test_purchase_order_is_closed_by_a_sparse_update(company: Company) -> None:
    made = post(company, "purchaseorder", cost(400)).body["PurchaseOrder"]
    sparse = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "POStatus": "Closed"}
    closed = company.post("purchaseorder", sparse).body["PurchaseOrder"]
    assert (closed["POStatus"], closed["TotalAmt"], closed["SyncToken"]) == ("Closed", 400, "1")
    assert company.post("purchaseorder", sparse).codes == ["5010"]
    assert post(company, "purchaseorder", cost(1), POStatus="Lost").codes == ["2170"]


@pytest.mark.parametrize("kind", ["bill", "vendorcredit", "purchaseorder"])
def test_a_purchase_needs_a_vendor_a_line_and_accounts_of_the_right_kind(
    company: Company, kind: str
) -> None:
    assert post(company, kind, cost(1), VendorRef=None).codes == ["2020"]
    assert post(company, kind, cost(1), VendorRef={"value": "1"}).codes == ["2500"]
    assert post(company, kind).codes == ["2020"]
    bare = {"Amount": 1, "DetailType": _BY_ACCOUNT, _BY_ACCOUNT: {}}
    assert post(company, kind, bare).codes == ["6440"]
    assert post(company, kind, cost(1, "20")).codes == ["6430"]
    assert post(company, kind, cost(1, "999")).codes == ["2500"]
    assert post(company, kind, cost(1), APAccountRef={"value": "22"}).codes == ["6430"]
    assert post(company, kind, cost(-1)).codes == ["6000"]
    assert post(company, kind, cost(1), DocNumber="x" * 22).codes == ["2050"]
    assert post(company, kind, cost(1), CustomerRef={"value": "1"}).codes == ["2010"]
    discounted = post(company, kind, cost(10), cost("-2.50", "62"))
    assert next(iter(discounted.body.values()))["TotalAmt"] == Decimal("7.50")


def test_an_inactive_vendor_is_refused(company: Company) -> None:
    company.post("vendor", {"Id": "2", "SyncToken": "0", "sparse": True, "Active": False})
    assert post(company, "bill", cost(1)).codes == ["610"]


def test_item_lines_cost_the_items_expense_account(company: Company) -> None:
    body = {"Name": "Hats", "Type": "Service", "IncomeAccountRef": {"value": "50"}}
    item = company.post("item", {**body, "ExpenseAccountRef": {"value": "60"}}).body["Item"]["Id"]
    detail = {"ItemRef": {"value": item}, "Qty": 4, "UnitPrice": "2.50"}
    line = {"Amount": 10, "DetailType": _BY_ITEM, _BY_ITEM: detail}
    assert post(company, "bill", line).status == 200
    assert owed(company) == 10
    assert post(company, "bill", {**line, "Amount": 11}).codes == ["6070"]
    sold_only = {**line, _BY_ITEM: {"ItemRef": {"value": "1"}}}
    assert post(company, "bill", sold_only).codes == ["6430"]


def test_a_bill_number_may_repeat_unless_the_company_warns_of_it(company: Company) -> None:
    assert post(company, "bill", cost(1), DocNumber="A").status == 200
    assert post(company, "bill", cost(1), DocNumber="A").status == 200
    warns = {"Name": "WarnDuplicateBillNumber", "Value": "true"}
    company.post("preferences", {"OtherPrefs": {"NameValue": [warns]}})
    refused = post(company, "bill", cost(1), DocNumber="A")
    assert refused.codes == ["6140"]
    assert "TxnType=Bill with TxnId=1" in refused.text
    assert post(company, "vendorcredit", cost(1), DocNumber="A").status == 200


def test_closed_books_refuse_a_bill(company: Company) -> None:
    company.post("preferences", {"AccountingInfoPrefs": {"BookCloseDate": "2026-11-30"}})
    assert post(company, "bill", cost(1)).codes == ["6210"]


def test_purchases_go_through_batch_query_read_and_change_capture(company: Company) -> None:
    body = {"VendorRef": {"value": "2"}, "TxnDate": "2026-11-20", "Line": [cost(5)]}
    kinds = ("Bill", "VendorCredit", "PurchaseOrder")
    items = [
        {"bId": str(n), "operation": "create", kind: {**body, "DocNumber": f"N{n}"}}
        for n, kind in enumerate(kinds)
    ]
    replies = company.batch(*items).body["BatchItemResponse"]
    made = {kind: reply[kind]["Id"] for kind, reply in zip(kinds, replies, strict=True)}
    found = company.query("SELECT * FROM Bill WHERE DocNumber IN ('N0', 'N1')").body
    assert found["QueryResponse"]["totalCount"] == 1
    found = company.query("SELECT * FROM VendorCredit WHERE VendorRef = '2'").body
    assert [row["DocNumber"] for row in found["QueryResponse"]["VendorCredit"]] == ["N1"]
    assert company.query("SELECT * FROM PurchaseOrder WHERE VendorRef = '2'").codes == ["4001"]
    for kind, identity in made.items():
        assert company.get(f"{kind.lower()}/{identity}").body[kind]["TotalAmt"] == 5
    gone = company.post("bill", {"Id": made["Bill"], "SyncToken": "0"}, operation="delete")
    assert gone.status == 200
    assert owed(company) == -5
    since = (datetime.now(UTC) - timedelta(days=2)).isoformat(timespec="seconds")
    changed = company.get("cdc", entities=",".join(kinds), changedSince=since).body
    pages = changed["CDCResponse"][0]["QueryResponse"]
    states = [page[kind][0].get("status", "Live") for kind, page in zip(kinds, pages, strict=True)]
    assert states == ["Deleted", "Live", "Live"]


@pytest.mark.parametrize(("kind", "own"), [("customer", "1"), ("vendor", "2")])
def test_names_are_updated_in_full_or_sparsely_with_a_fresh_token(
    company: Company, kind: str, own: str
) -> None:
    name = kind.capitalize()
    sparse = {"Id": own, "SyncToken": "0", "sparse": True}
    phone = {"FreeFormNumber": "555-0101"}
    changed = company.post(kind, {**sparse, "PrimaryPhone": phone}).body[name]
    assert (changed["SyncToken"], changed["PrimaryPhone"]) == ("1", phone)
    assert company.post(kind, {**sparse, "DisplayName": "Late"}).codes == ["5010"]
    full = {"Id": own, "SyncToken": "1", "DisplayName": "Renamed"}
    renamed = company.post(kind, full).body[name]
    assert renamed["DisplayName"] == "Renamed"
    assert "PrimaryPhone" not in renamed


def test_a_name_is_one_customers_vendors_or_employees(company: Company) -> None:
    for kind in ("customer", "vendor"):
        taken = company.post(kind, {"DisplayName": "pat doe"})
        assert taken.codes == ["6240"]
        assert "Another customer, vendor or employee is already using this name" in taken.text
    hired = company.post("employee", {"GivenName": "Ada", "FamilyName": "Lovelace"})
    assert hired.body["Employee"]["DisplayName"] == "Ada Lovelace"
    assert company.post("vendor", {"DisplayName": "Ada Lovelace"}).codes == ["6240"]
    assert company.post("employee", {"GivenName": "House Account"}).codes == ["6240"]
    assert company.post("employee", {"DisplayName": "Nobody"}).codes == ["2020"]
    sparse = {"Id": "2", "SyncToken": "0", "sparse": True, "DisplayName": "House Account"}
    assert company.post("vendor", sparse).codes == ["6240"]


def test_python_quickbooks_saves_vendors_bills_credits_and_orders(
    simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    qb: Any = connected(simulator)
    vendor = Vendor()
    vendor.DisplayName = "Hat Makers"
    vendor.save(qb=qb)
    vendor.CompanyName = "Hat Makers Ltd"
    assert vendor.save(qb=qb).SyncToken == "1"
    for kind in (Bill, VendorCredit, PurchaseOrder):
        form, line, detail = kind(), AccountBasedExpenseLine(), AccountBasedExpenseLineDetail()
        detail.AccountRef = Ref()
        detail.AccountRef.value = "8"
        line.Amount, line.AccountBasedExpenseLineDetail = 25.5, detail
        form.VendorRef, form.Line = vendor.to_ref(), [line]
        saved = form.save(qb=qb)
        read = kind.get(saved.Id, qb=qb)
        assert (read.TotalAmt, read.Line[0].Amount) == (25.5, 25.5)
        assert read.save(qb=qb).SyncToken == "1"
    assert Bill.filter(VendorRef=vendor.Id, qb=qb)[0].Balance == 25.5
