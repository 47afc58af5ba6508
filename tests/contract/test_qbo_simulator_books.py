"""The books: control interface, trial balance, change data capture, command line."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.qbo_simulator.client import Company, entry, line, send
from local.qbo_simulator.server import RunningSimulator, running


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


@pytest.fixture
def company(simulator: RunningSimulator) -> Company:
    return simulator.company()


def rows(report: Any) -> dict[str, tuple[str, str]]:
    found = {}
    for row in report["Rows"]["Row"]:
        cells = [cell["value"] for cell in row.get("Summary", row)["ColData"]]
        found[cells[0]] = (cells[1], cells[2])
    return found


def test_books_hold_what_was_posted_and_count_the_requests(
    simulator: RunningSimulator, company: Company
) -> None:
    assert simulator.books("42")["objects"]["JournalEntry"] == []
    company.post("journalentry", entry("108.25", DocNumber="A"))
    company.batch({"bId": "1", "operation": "create", "JournalEntry": entry()})
    company.query("select * from Class")
    company.get("account/1")
    books = simulator.books()
    first = books["objects"]["JournalEntry"][0]
    assert (first["DocNumber"], first["Line"][0]["Amount"]) == ("A", Decimal("108.25"))
    assert books["objects"]["Invoice"] == []
    assert len(books["objects"]["Account"]) == 51
    assert books["requests"] == {
        "create": 1,
        "batch": 1,
        "batch_items": 1,
        "query": 1,
        "read": 1,
        "token": 1,
        "throttled": 0,
    }


def test_reset_empties_transactions_and_keeps_the_rest(
    simulator: RunningSimulator, company: Company
) -> None:
    company.post("journalentry", entry(), requestid="r")
    company.post("customer", {"DisplayName": "Kept"})
    simulator.reset()
    books = simulator.books()
    assert books["objects"]["JournalEntry"] == []
    assert set(books["requests"].values()) == {0}
    assert "Kept" in [row["DisplayName"] for row in books["objects"]["Customer"]]
    assert company.get("account/1").body["Account"]["CurrentBalance"] == 0
    assert company.post("journalentry", entry(), requestid="r").body["JournalEntry"]["Id"] == "2"


def test_clock_moves_forward_only(simulator: RunningSimulator) -> None:
    first, second = simulator.advance(0)["now"], simulator.advance(3600)["now"]
    assert second > first
    bodies: list[Any] = [{"advance_seconds": -1}, {}, {"advance_seconds": "soon"}, []]
    for body in bodies:
        answer = send("POST", f"{simulator.url}/_simulator/clock", body)
        assert answer.status == 400


def test_trial_balance_ties_and_has_the_recorded_shape(company: Company) -> None:
    company.post("journalentry", entry("108.25", TxnDate="2026-11-02"))
    company.post(
        "journalentry",
        entry(
            TxnDate="2026-11-03",
            Line=[line("Debit", "60", "40.00"), line("Credit", "8", "40.00")],
        ),
    )
    report = company.get("reports/TrialBalance", end_date="2026-11-30").body
    assert set(report) == {"Header", "Columns", "Rows"}
    assert report["Header"]["ReportName"] == "TrialBalance"
    titles = [column["ColTitle"] for column in report["Columns"]["Column"]]
    assert titles == ["", "Debit", "Credit"]
    assert rows(report) == {
        "Checking": ("108.25", ""),
        "Inventory Asset": ("", "40.00"),
        "Sales": ("", "108.25"),
        "Cost of Goods Sold": ("40.00", ""),
        "TOTAL": ("148.25", "148.25"),
    }
    assert report["Rows"]["Row"][0]["ColData"][0] == {"value": "Checking", "id": "1"}
    assert report["Rows"]["Row"][-1]["group"] == "GrandTotal"


def test_trial_balance_stops_at_its_end_and_follows_changes(company: Company) -> None:
    row = company.post("journalentry", entry(TxnDate="2026-11-20")).body["JournalEntry"]
    before = company.get("reports/trialbalance", end_date="2026-11-19").body
    assert before["Header"]["Option"] == [{"Name": "NoReportData", "Value": "true"}]
    lines = [line("Debit", "3", 7), line("Credit", "50", 7)]
    row = company.post("journalentry", {**row, "Line": lines}).body["JournalEntry"]
    after = rows(company.get("reports/TrialBalance", end_date="2026-11-20").body)
    assert after["Cash Drawer"] == ("7.00", "")
    assert "Checking" not in after
    company.post("journalentry", row, operation="delete")
    assert list(rows(company.get("reports/TrialBalance", end_date="2026-11-20").body)) == ["TOTAL"]


def test_last_years_income_stands_in_retained_earnings(company: Company) -> None:
    company.post("journalentry", entry("10.00", TxnDate="2025-12-31"))
    found = rows(company.get("reports/TrialBalance", end_date="2026-01-01").body)
    assert found["Retained Earnings"] == ("", "10.00")
    assert "Sales" not in found


def test_other_reports_and_bad_dates_are_refused(company: Company) -> None:
    assert company.get("reports/BalanceSheet").codes == ["500"]
    assert company.get("reports/TrialBalance", end_date="soon").codes == ["2060"]


def test_change_capture_has_one_answer_for_each_entity(company: Company) -> None:
    row = company.post("journalentry", entry()).body["JournalEntry"]
    company.post("journalentry", row, operation="delete")
    kept = company.post("journalentry", entry()).body["JournalEntry"]
    since = kept["MetaData"]["CreateTime"][:10]
    body = company.get("cdc", entities="JournalEntry,Invoice", changedSince=since).body
    answers = body["CDCResponse"][0]["QueryResponse"]
    assert answers[1] == {}
    assert [one["Id"] for one in answers[0]["JournalEntry"]] == [kept["Id"], row["Id"]]
    assert answers[0]["JournalEntry"][1]["status"] == "Deleted"
    assert (answers[0]["startPosition"], answers[0]["maxResults"]) == (1, 2)


def test_change_capture_sees_only_what_changed_since(
    simulator: RunningSimulator, company: Company
) -> None:
    company.post("journalentry", entry())
    since = simulator.advance(100)["now"]
    assert company.get("cdc", entities="JournalEntry", changedSince=since).body["CDCResponse"] == [
        {"QueryResponse": [{}]}
    ]


def test_change_capture_shares_1000_objects_among_its_entities(company: Company) -> None:
    items = [{"bId": str(n), "operation": "create", "JournalEntry": entry()} for n in range(30)]
    for _ in range(34):
        company.batch(*items)
    made = company.get("journalentry/1").body["JournalEntry"]["MetaData"]["CreateTime"]
    asked = company.get("cdc", entities="JournalEntry,Customer", changedSince=made)
    answers = asked.body["CDCResponse"][0]["QueryResponse"]
    assert (answers[0]["maxResults"], answers[1]) == (1000, {})


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"entities": "JournalEntry"}, "2020"),
        ({"changedSince": "2026-11-01"}, "2020"),
        ({"entities": "JournalEntry", "changedSince": "2020-01-01"}, "4001"),
        ({"entities": "JournalEntry", "changedSince": "2026-99-99"}, "4001"),
        ({"entities": "Nonsense", "changedSince": "2100-01-01"}, "4001"),
    ],
)
def test_bad_change_captures_are_refused(
    company: Company, params: dict[str, str], code: str
) -> None:
    assert company.get("cdc", **params).codes == [code]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_only_get_and_post_exist(company: Company, method: str) -> None:
    answer = company.request(method, "journalentry", entry())
    assert (answer.status, answer.codes) == (405, ["500"])


def test_it_is_as_forgiving_as_intuit(company: Company) -> None:
    made = company.post("JournalEntry", entry(), format="json", minorversion="4")
    row = made.body["JournalEntry"]
    read = company.get(f"JOURNALENTRY/{row['Id']}", format="json").body["JournalEntry"]
    assert read == row
    changed = company.post("journalEntry", {**row, "PrivateNote": "x"}, operation="Update")
    assert changed.body["JournalEntry"]["SyncToken"] == "1"
    whole = changed.body["JournalEntry"]
    assert company.post("JournalEntry", whole, Operation="delete").status == 200


@pytest.mark.parametrize(
    ("text", "code"), [("{", "2010"), ("[]", "2010"), ('{"TxnDate": NaN}', "2010")]
)
def test_what_is_no_json_object_is_refused(company: Company, text: str, code: str) -> None:
    assert company.post("journalentry", text).codes == [code]
    assert company.post("batch", text).codes == [code]


def test_unknown_urls_and_ids(company: Company) -> None:
    assert company.get("nonsense/1").codes == ["500"]
    assert company.get("account/999").codes == ["610"]
    assert company.get("account/1.5").codes == ["2030"]
    page = company.get("account/1/2/3")
    assert (page.status, page.text.startswith("<html>")) == (404, True)


def test_command_line_announces_itself_and_stops_on_a_signal(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    command = [sys.executable, "-m", "local.qbo_simulator", "--realm", "77", "--state", str(state)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 15
        while not state.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        told = json.loads(state.read_text())
        company = Company(told["url"], told["realm"], told["refresh_token"])
        assert company.get("account/1").status == 200
    finally:
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=15)
    assert process.returncode == 0
    assert f"QBO simulator listening on {told['url']}" in printed
    assert f"initial refresh token: {told['refresh_token']} (realm 77)" in printed


def test_a_taken_port_is_an_error(simulator: RunningSimulator) -> None:
    port = int(simulator.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"), running(port=port):
        raise AssertionError("two servers on one port")


def test_it_starts_within_a_second() -> None:
    begun = time.monotonic()
    with running() as simulator:
        assert simulator.books()["requests"]["create"] == 0
        assert time.monotonic() - begun < 1
