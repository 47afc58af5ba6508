"""Whatever a body holds, the simulator answers in one of Intuit's shapes and keeps its books."""

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from local.qbo_simulator.client import Company, entry, line
from local.qbo_simulator.server import running

SALE = "SalesItemLineDetail"
OFF = "DiscountLineDetail"
NAMED: dict[str, Any] = {
    "Entity": {"Type": "Customer", "EntityRef": {"value": "1"}},
    "ClassRef": {"value": "1"},
    "DepartmentRef": {"value": "1"},
}
JOURNAL = entry(
    DocNumber="A", Line=[line("Debit", "7", 5, **NAMED), line("Credit", "50", 5)], PrivateNote="n"
)
BODIES: dict[str, dict[str, Any]] = {
    "journalentry": JOURNAL,
    "invoice": {
        "CustomerRef": {"value": "1"},
        "TxnDate": "2026-11-20",
        "TxnTaxDetail": {"TotalTax": 1},
        "Line": [
            {
                "Amount": 4,
                "DetailType": SALE,
                SALE: {"ItemRef": {"value": "1"}, "Qty": 2, "UnitPrice": 2},
            },
            {"DetailType": OFF, OFF: {"PercentBased": True, "DiscountPercent": 5}},
        ],
    },
    "customer": {
        "DisplayName": "A",
        "PrimaryEmailAddr": {"Address": "a@b.c"},
        "PrimaryPhone": {"FreeFormNumber": "1"},
        "ParentRef": {"value": "1"},
        "Active": True,
    },
    "account": {"Name": "N", "AccountType": "Bank", "AcctNum": "1", "ParentRef": {"value": "1"}},
    "preferences": {
        "AccountingInfoPrefs": {"BookCloseDate": "2020-01-01"},
        "OtherPrefs": {"NameValue": [{"Name": "WarnDuplicateJournalNumber", "Value": "true"}]},
    },
    "batch": {"BatchItemRequest": [{"bId": "1", "operation": "create", "JournalEntry": JOURNAL}]},
}
JUNK: list[Any] = [None, "", [], {}, "x", 7, -1.5, True, ["a"], {"value": []}, [[1]], "9" * 400]


@pytest.fixture
def company() -> Iterator[Company]:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        yield simulator.company()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict | list):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from places(value[key], (*path, key))


def spoiled(body: dict[str, Any], path: tuple[Any, ...], junk: Any) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    target: Any = changed
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = copy.deepcopy(junk)
    return changed


@pytest.mark.parametrize("path", BODIES)
def test_junk_anywhere_is_answered_in_shape(company: Company, path: str) -> None:
    chosen = random.Random(path)
    cases = [(place, junk) for place in places(BODIES[path]) for junk in JUNK]
    for place, junk in chosen.sample(cases, min(len(cases), 120)):
        answer = company.post(path, spoiled(BODIES[path], place, junk))
        assert answer.status in (200, 400), (place, junk, answer.text)
        assert "time" in answer.body, (place, junk)
    report = company.get("reports/TrialBalance", end_date="2026-12-31").body
    total = report["Rows"]["Row"][-1]["Summary"]["ColData"]
    assert total[1] == total[2]


def test_a_body_nested_too_deeply_is_refused(company: Company) -> None:
    deep = "[" * 200 + "]" * 200
    assert company.post("journalentry", f'{{"CustomField": {deep}}}').codes == ["2010"]
    deeper = "[" * 200_000
    assert company.post("journalentry", deeper).codes == ["2010"]


def test_bytes_that_are_not_utf8_are_code_500(company: Company) -> None:
    assert company.post("journalentry", b'{"PrivateNote": "\xff"}').codes == ["500"]
    assert company.post("journalentry", entry(PrivateNote="na\u00efve")).status == 200


def test_a_body_above_the_limit_is_413_in_html(company: Company) -> None:
    answer = company.post("journalentry", entry(PrivateNote="x" * 9_000_000))
    assert (answer.status, answer.text.startswith("<html>")) == (413, True)
