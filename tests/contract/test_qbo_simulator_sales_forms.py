"""Invoice, CreditMemo and SalesReceipt: their rules, numbers, tax and postings."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from local.qbo_simulator.client import Answer, Company
from local.qbo_simulator.server import RunningSimulator, running

FORMS = {"invoice": "Invoice", "creditmemo": "CreditMemo", "salesreceipt": "SalesReceipt"}
NEED_CUSTOMER = ("invoice", "creditmemo")


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


@pytest.fixture
def company(simulator: RunningSimulator) -> Company:
    return simulator.company()


def item(company: Company, account: str) -> str:
    body = {"Name": f"On {account}", "Type": "Service", "IncomeAccountRef": {"value": account}}
    return str(company.post("item", body).body["Item"]["Id"])


def sale(amount: Any, item_id: str = "1", **detail: Any) -> dict[str, Any]:
    kind = "SalesItemLineDetail"
    return {"Amount": amount, "DetailType": kind, kind: {"ItemRef": {"value": item_id}, **detail}}


def body_of(*lines: Any, **fields: Any) -> dict[str, Any]:
    return {
        "CustomerRef": {"value": "1"},
        "TxnDate": "2026-11-20",
        "Line": list(lines) or [sale(100)],
        **fields,
    }


def made(answer: Answer) -> dict[str, Any]:
    row: dict[str, Any] = next(value for name, value in answer.body.items() if name in _NAMES)
    return row


_NAMES = frozenset(FORMS.values())


def balance(company: Company, account: str) -> Decimal:
    return Decimal(str(company.get(f"account/{account}").body["Account"]["CurrentBalance"]))


def trial_balance(company: Company) -> dict[str, Decimal]:
    """Debits less credits by account Id."""
    rows = company.get("reports/TrialBalance", end_date="2026-12-31").body["Rows"]["Row"][:-1]
    cells = ([cell["value"] for cell in row["ColData"]] for row in rows)
    ids = (row["ColData"][0]["id"] for row in rows)
    sums = (Decimal(debit or 0) - Decimal(credit or 0) for _, debit, credit in cells)
    return dict(zip(ids, sums, strict=True))


def test_credit_memo_lowers_the_receivable_and_its_items_account(company: Company) -> None:
    company.post("invoice", body_of(sale(100)))
    memo = made(company.post("creditmemo", body_of(sale(30, item(company, "4")))))
    assert (memo["TotalAmt"], memo["RemainingCredit"], memo["Balance"]) == (30, 30, 30)
    assert balance(company, "7") == 70
    assert balance(company, "4") == 30
    assert company.get("customer/1").body["Customer"]["Balance"] == 70
    assert trial_balance(company) == {"4": 30, "7": 70, "50": -100}


def test_sales_receipt_puts_its_total_where_it_is_deposited(company: Company) -> None:
    row = made(company.post("salesreceipt", body_of(sale(100), CustomerRef=None)))
    assert row["DepositToAccountRef"] == {"value": "6", "name": "Undeposited Funds"}
    assert "CustomerRef" not in row
    named = body_of(sale(50), DepositToAccountRef={"value": "5"})
    assert made(company.post("salesreceipt", named))["CustomerRef"]["value"] == "1"
    assert trial_balance(company) == {"5": 50, "6": 100, "50": -150}


def test_sales_receipt_of_a_day_totals_nothing_and_moves_each_account(company: Company) -> None:
    visa, gift = item(company, "4"), item(company, "24")
    lines = [
        sale(100, Qty=1, UnitPrice=100),
        sale(25, gift),
        sale(-125, visa, Qty=-1, UnitPrice=125),
    ]
    fields = {"CustomerRef": None, "DepositToAccountRef": {"value": "5"}}
    row = made(company.post("salesreceipt", body_of(*lines, **fields)))
    assert row["TotalAmt"] == 0
    assert row["Line"][-1] == {
        "Amount": 0,
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    assert trial_balance(company) == {"4": 125, "24": -25, "50": -100}


@pytest.mark.parametrize("form", FORMS)
def test_total_below_zero_is_refused(company: Company, form: str) -> None:
    answer = company.post(form, body_of(sale(10), sale(-10.01)))
    assert answer.codes == ["6000"]
    assert "must be 0 or greater" in answer.text


@pytest.mark.parametrize("form", FORMS)
def test_closed_books_refuse(company: Company, form: str) -> None:
    company.post("preferences", {"AccountingInfoPrefs": {"BookCloseDate": "2026-11-20"}})
    assert company.post(form, body_of()).codes == ["6210"]
    assert company.post(form, body_of(TxnDate="2026-11-21")).status == 200


@pytest.mark.parametrize("form", FORMS)
def test_customer_is_needed_but_for_a_receipt(company: Company, form: str) -> None:
    codes = company.post(form, body_of(CustomerRef=None)).codes
    assert codes == (["2020"] if form in NEED_CUSTOMER else [])
    assert company.post(form, body_of(CustomerRef={"value": "999"})).codes == ["2500"]


@pytest.mark.parametrize("form", FORMS)
def test_inactive_items_and_customers_are_refused(company: Company, form: str) -> None:
    thing = item(company, "52")
    person = company.post("customer", {"DisplayName": "Ada"}).body["Customer"]["Id"]
    for path, identity in (("item", thing), ("customer", person)):
        off = {"Id": identity, "SyncToken": "0", "sparse": True, "Active": False}
        assert company.post(path, off).status == 200
    assert company.post(form, body_of(sale(1, thing))).codes == ["610"]
    assert company.post(form, body_of(CustomerRef={"value": person})).codes == ["610"]


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"Line": []}, ["2020"]),
        ({"Line": [sale(1, "999")]}, ["2500"]),
        ({"Line": [sale(10, Qty=3, UnitPrice=3)]}, ["6070"]),
        ({"Line": [sale(10, TaxCodeRef={"value": "2"})]}, ["6100"]),
        ({"Line": [sale(10, ClassRef={"value": "99"})]}, ["2500"]),
        ({"TxnTaxDetail": {"TotalTax": -1}}, ["2290"]),
        ({"TxnTaxDetail": {"TotalTax": 1, "TxnTaxCodeRef": {"value": "99"}}}, ["2500"]),
        ({"CurrencyRef": {"value": "EUR"}}, ["6000"]),
        ({"DocNumber": "x" * 22}, ["2050"]),
        ({"PrivateNotes": "misspelt"}, ["2010"]),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_bad_forms_are_refused(
    company: Company, form: str, fields: dict[str, Any], codes: list[str]
) -> None:
    assert company.post(form, body_of(**fields)).codes == codes


def test_receipt_is_deposited_to_a_bank_or_current_asset_account(company: Company) -> None:
    wrong = body_of(DepositToAccountRef={"value": "50"})
    assert company.post("salesreceipt", wrong).codes == ["6430"]
    unknown = body_of(DepositToAccountRef={"value": "999"})
    assert company.post("salesreceipt", unknown).codes == ["2500"]


def test_forms_are_numbered_from_one_sequence_and_our_numbers_are_ignored(
    company: Company,
) -> None:
    numbers = [made(company.post(form, body_of(DocNumber="X1")))["DocNumber"] for form in FORMS]
    assert numbers == ["1001", "1002", "1003"]


def test_custom_numbers_are_kept_and_refused_twice(
    company: Company, simulator: RunningSimulator
) -> None:
    company.post("preferences", {"SalesFormsPrefs": {"CustomTxnNumbers": True}})
    first = made(company.post("invoice", body_of(DocNumber="X1")))
    assert first["DocNumber"] == "X1"
    assert "DocNumber" not in made(company.post("creditmemo", body_of()))
    again = company.post("creditmemo", body_of(DocNumber="X1"))
    assert again.codes == ["6140"]
    assert f"TxnId={first['Id']}" in again.text
    assert company.post("invoice", {**first, "PrivateNote": "its own number"}).status == 200
    waived = company.post("creditmemo", body_of(DocNumber="X1"), include="allowduplicatedocnum")
    assert waived.status == 200
    simulator.set_faults(enforce_limits=False, duplicate_numbers="taken")
    assert company.post("salesreceipt", body_of(DocNumber="X1")).status == 200


def test_stated_tax_is_kept_and_owed(company: Company) -> None:
    tax = {
        "TxnTaxCodeRef": {"value": "2"},
        "TotalTax": 8.25,
        "TaxLine": [
            {
                "Amount": 8.25,
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {"TaxRateRef": {"value": "1"}, "NetAmountTaxable": 100},
            }
        ],
    }
    line = sale(100, TaxCodeRef={"value": "TAX"})
    row = made(company.post("invoice", body_of(line, TxnTaxDetail=tax)))
    assert row["TotalAmt"] == Decimal("108.25")
    assert row["TxnTaxDetail"]["TxnTaxCodeRef"] == {"value": "2", "name": "State"}
    company.post("creditmemo", body_of(line, TxnTaxDetail=tax))
    assert trial_balance(company) == {}
    off = {**tax, "TotalTax": 9}
    assert company.post("invoice", body_of(line, TxnTaxDetail=off)).codes == ["6000"]


def test_tax_of_a_code_alone_is_computed_on_taxed_lines(company: Company) -> None:
    lines = [sale(100, TaxCodeRef={"value": "TAX"}), sale(50)]
    tax = {"TxnTaxCodeRef": {"value": "2"}}
    row = made(company.post("invoice", body_of(*lines, TxnTaxDetail=tax)))
    assert (row["TxnTaxDetail"]["TotalTax"], row["TotalAmt"]) == (
        Decimal("8.25"),
        Decimal("158.25"),
    )


def test_automated_sales_tax_overrides_what_was_stated(company: Company) -> None:
    company.post("preferences", {"TaxPrefs": {"PartnerTaxEnabled": True}})
    line = sale(100, TaxCodeRef={"value": "TAX"})
    row = made(company.post("invoice", body_of(line, TxnTaxDetail={"TotalTax": 8})))
    assert row["TotalAmt"] == Decimal("108.25")


def test_tax_is_ignored_while_sales_tax_is_off(company: Company) -> None:
    company.post("preferences", {"TaxPrefs": {"UsingSalesTax": False}})
    row = made(company.post("invoice", body_of(TxnTaxDetail={"TotalTax": 8})))
    assert (row["TxnTaxDetail"], row["TotalAmt"]) == ({"TotalTax": 0}, 100)


def test_form_is_in_its_customers_currency(company: Company) -> None:
    company.post("preferences", {"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    euros = {"CurrencyRef": {"value": "EUR"}}
    assert company.post("invoice", body_of(**euros, ExchangeRate=1.1)).codes == ["6000"]
    abroad = company.post("customer", {"DisplayName": "Elise", **euros}).body["Customer"]["Id"]
    fields = {**euros, "ExchangeRate": 1.1, "CustomerRef": {"value": abroad}}
    assert made(company.post("invoice", body_of(**fields)))["CurrencyRef"]["value"] == "EUR"
    assert company.post("invoice", body_of(CustomerRef={"value": abroad})).codes == ["6000"]


@pytest.mark.parametrize(("form", "name"), FORMS.items())
def test_forms_are_found_by_date_customer_and_number_and_not_by_note(
    company: Company, form: str, name: str
) -> None:
    other = company.post("customer", {"DisplayName": "Ada"}).body["Customer"]["Id"]
    first = made(company.post(form, body_of(PrivateNote="a")))
    company.post(form, body_of(CustomerRef={"value": other}))
    company.post(form, body_of(TxnDate="2026-11-21"))

    def found(where: str) -> list[str]:
        answer = company.query(f"SELECT * FROM {name} WHERE {where} ORDERBY Id").body
        return [row["Id"] for row in answer["QueryResponse"].get(name, [])]

    assert found("TxnDate = '2026-11-20' AND CustomerRef = '1'") == [first["Id"]]
    assert (
        len(found(f"TxnDate IN ('2026-11-20', '2026-11-21') AND CustomerRef IN ('1', '{other}')"))
        == 3
    )
    assert found(f"DocNumber = '{first['DocNumber']}'") == [first["Id"]]
    assert company.query(f"SELECT * FROM {name} WHERE PrivateNote = 'a'").codes == ["4001"]


@pytest.mark.parametrize(("form", "name"), FORMS.items())
def test_forms_go_through_batches_updates_deletes_and_change_capture(
    company: Company, form: str, name: str
) -> None:
    answer = company.batch(
        {"bId": "1", "operation": "create", name: body_of()},
        {"bId": "2", "operation": "create", name: body_of(Line=[])},
        requestid="r1",
    )
    good, bad = answer.body["BatchItemResponse"]
    assert good[name]["TotalAmt"] == 100
    assert bad["Fault"]["Error"][0]["code"] == "2020"
    row = good[name]
    sparse = {"Id": row["Id"], "SyncToken": "0", "sparse": True, "Line": [sale(20)]}
    changed = made(company.post(form, sparse))
    assert (changed["TotalAmt"], changed["DocNumber"]) == (20, row["DocNumber"])
    gone = made(company.post(form, changed, operation="delete"))
    assert gone["status"] == "Deleted"
    assert trial_balance(company) == {}
    since = datetime.now().astimezone() - timedelta(hours=1)
    told = company.get("cdc", entities=name, changedSince=since.isoformat()).body
    (seen,) = told["CDCResponse"][0]["QueryResponse"][0][name]
    assert (seen["Id"], seen["status"]) == (row["Id"], "Deleted")


def test_creations_are_not_seen_by_the_forms_of_their_batch(company: Company) -> None:
    thing = {"Name": "New", "Type": "Service", "IncomeAccountRef": {"value": "52"}}
    items = [
        {"bId": "1", "operation": "create", "Item": thing},
        {"bId": "2", "operation": "create", "Invoice": body_of(sale(1, "101"))},
    ]
    first, second = company.batch(*items).body["BatchItemResponse"]
    assert first["Item"]["Id"] == "101"
    assert second["Fault"]["Error"][0]["code"] == "2500"
    assert company.post("invoice", body_of(sale(1, "101"))).status == 200
