"""The simulator's replies have the keys, types and nesting of recorded ones.

QBO_REPLIES names a folder of replies recorded from the real API, in sub-folders by entity.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from local.qbo_simulator.client import Company, entry, line, send
from local.qbo_simulator.server import RunningSimulator, running

# Members that come and go in recorded replies, by age and settings of the company.
COMES_AND_GOES = frozenset(
    {
        *("time", "element", "LastUpdatedTime", "LastModifiedByRef", "id_token", "DateMacro"),
        *("BillAddr", "ShipAddr", "ShipFromAddr", "FreeFormAddress", "V4IDPseudonym", "Notes"),
        *("DefaultTaxCodeRef", "GivenName", "FamilyName", "CompanyName", "PrimaryPhone"),
        *("PrimaryEmailAddr", "Bill", "DocNumber", "ParentRef", "UnitPrice", "Qty"),
    }
)


def differences(recorded: Any, made: Any, path: str = "") -> list[str]:
    """Where two replies differ in keys, types or nesting; a list is compared by its first item."""
    if isinstance(recorded, dict) and isinstance(made, dict):
        keys = (set(recorded) ^ set(made)) - COMES_AND_GOES
        found = [f"{path}.{key} only {'recorded' if key in recorded else 'made'}" for key in keys]
        for key in recorded.keys() & made.keys():
            found += differences(recorded[key], made[key], f"{path}.{key}")
        return found
    if isinstance(recorded, list) and isinstance(made, list):
        if recorded and made:
            return differences(recorded[0], made[0], f"{path}[0]")
        return [] if bool(recorded) == bool(made) else [f"{path} is empty in one of them"]
    kinds = [_kind(value) for value in (recorded, made)]
    return [] if kinds[0] == kinds[1] else [f"{path} is {kinds[0]}, made {kinds[1]}"]


def _kind(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(type(value))
    return "number" if isinstance(value, int | float) else str(type(value))


def described(**fields: Any) -> dict[str, Any]:
    body = entry(100, PrivateNote="note", **fields)
    for one in body["Line"]:
        one["Description"] = "text"
    return body


def post(company: Company, **fields: Any) -> str:
    return company.post("journalentry", entry(**fields)).text


def gone(company: Company) -> dict[str, Any]:
    row: dict[str, Any] = company.post("journalentry", entry()).body["JournalEntry"]
    company.post("journalentry", row, operation="delete")
    return row


def warned(company: Company) -> None:
    pair = {"Name": "WarnDuplicateJournalNumber", "Value": "true"}
    company.post("preferences", {"OtherPrefs": {"NameValue": [pair]}})


def read_entry(company: Company) -> str:
    company.post("journalentry", described())
    return company.get("journalentry/1").text


def list_entries(company: Company) -> str:
    company.post("journalentry", described(DocNumber="A"))
    return company.query("select * from JournalEntry").text


def duplicate(company: Company) -> str:
    warned(company)
    post(company, DocNumber="A")
    return post(company, DocNumber="A")


def several_errors(company: Company) -> str:
    warned(company)
    post(company, DocNumber="A")
    bad = entry(DocNumber="A", Line=[line("Debit", "", 1), line("Credit", "", 1)])
    item = {"operation": "create", "JournalEntry": bad}
    return company.batch({"bId": "1", **item}, {"bId": "2", **item}).text


def delete_batch(company: Company) -> str:
    rows = [gone(company), company.post("journalentry", entry()).body["JournalEntry"]]
    items = [
        {"bId": str(n), "operation": "delete", "JournalEntry": row} for n, row in enumerate(rows)
    ]
    return company.batch(*items).text


def stale(company: Company) -> str:
    row = company.post("journalentry", entry()).body["JournalEntry"]
    company.post("journalentry", row)
    return company.post("journalentry", row).text


def another_realm(company: Company) -> str:
    company.realm = "42"
    return company.get("account/1").text


def bad_token(company: Company) -> str:
    company.access_token = "x" * 60
    return company.get("account/1").text


def refreshed(company: Company, token: str) -> str:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "any"}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return send("POST", f"{company.url}/oauth2/v1/tokens/bearer", urlencode(form), kind).text


def superseded(company: Company) -> str:
    first = company.refresh_token
    send("POST", f"{company.url}/_simulator/faults", {"rotate_refresh_token": "always"})
    company.refresh()
    return refreshed(company, first)


def invoice(company: Company) -> str:
    kind = "SalesItemLineDetail"
    sale = {"Amount": 100, "DetailType": kind, kind: {"ItemRef": {"value": "1"}}}
    return company.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [sale]}).text


def credit_memo(company: Company) -> str:
    kind = "SalesItemLineDetail"
    sale = {"Amount": 100, "DetailType": kind, kind: {"ItemRef": {"value": "1"}}}
    return company.post("creditmemo", {"CustomerRef": {"value": "1"}, "Line": [sale]}).text


def trial_balance(company: Company) -> str:
    post(company)
    return company.get("reports/TrialBalance", end_date="2026-12-31").text


def account(company: Company) -> str:
    return company.post("account", {"Name": "A", "AccountType": "Bank"}).text


CASES: dict[str, Callable[[Company], str]] = {
    "journalentry/create_2026.json": lambda c: (
        c.post("journalentry", described(DocNumber="A")).text
    ),
    "journalentry/read_2026.json": read_entry,
    "journalentry/query_list_2026.json": list_entries,
    "faults/2500_account_element_not_found_400.json": lambda c: post(
        c, Line=[line("Debit", "999", 1), line("Credit", "50", 1)]
    ),
    "faults/6000_two_detail_lines.json": lambda c: post(c, Line=[]),
    "faults/6000_accounts_receivable_needs_customer.json": lambda c: post(
        c, Line=[line("Debit", "7", 1), line("Credit", "50", 1)]
    ),
    "faults/6000_request_id_too_long.json": lambda c: (
        c.post("journalentry", entry(), requestid="x" * 68).text
    ),
    "faults/6140_duplicate_docnumber.json": duplicate,
    "faults/5010_stale_non_ascii_400.json": stale,
    "faults/610_another_user_has_deleted.json": lambda c: c.post("journalentry", gone(c)).text,
    "faults/2030_invalid_id_400.json": lambda c: c.get("customer/1.5").text,
    "faults/2020_required_name_400.json": lambda c: c.post("class", {}).text,
    "faults/4000_query_parser_400.json": lambda c: c.query("select * from").text,
    "faults/6240_duplicate_name_400.json": lambda c: c.post("class", {"Name": "Retail"}).text,
    "faults/3200_token_expired_401.json": bad_token,
    "faults/3100_application_authorization_failed_403.json": another_realm,
    "batch/two_items_6140_and_2020_several_errors_each.json": several_errors,
    "batch/delete_one_already_deleted_one_deleted.json": delete_batch,
    "tokens/bearer_token_200.json": lambda c: refreshed(c, c.refresh_token),
    "tokens/refresh_invalid_grant_400.json": superseded,
    "tokens/refresh_invalid_grant_description_400.json": lambda c: refreshed(c, "nonsense"),
    "sales/customer_create_2026.json": lambda c: c.post("customer", {"DisplayName": "A"}).text,
    "sales/vendor_create_2026.json": lambda c: c.post("vendor", {"DisplayName": "A"}).text,
    "sales/invoice_create_2026.json": invoice,
    "sales/credit_memo_create_2026.json": credit_memo,
    "account/create_2026.json": account,
    "reports/trial_balance_2016.json": trial_balance,
}


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


@pytest.mark.parametrize("name", CASES)
def test_reply_has_the_shape_of_the_recorded_one(simulator: RunningSimulator, name: str) -> None:
    folder = os.environ.get("QBO_REPLIES")
    if folder is None:
        pytest.skip("QBO_REPLIES names no folder of recorded replies")
    recorded = json.loads((Path(folder) / name).read_text(encoding="utf-8"))
    made = json.loads(CASES[name](simulator.company()))
    assert differences(recorded, made) == []


def test_a_difference_of_key_type_or_nesting_is_found() -> None:
    recorded = {"a": 1, "b": [{"c": "x"}], "d": {}}
    assert differences(recorded, {"a": 2.5, "b": [{"c": "y"}, {}], "d": {}}) == []
    assert differences(recorded, {"a": "1", "b": [{"c": "x"}], "d": {}})
    assert differences(recorded, {"a": 1, "b": [{}], "d": {}})
    assert differences(recorded, {"a": 1, "b": [], "d": {}})
    assert differences(recorded, {"a": 1, "b": [{"c": "x"}], "d": {}, "e": None})
