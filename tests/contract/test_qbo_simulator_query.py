"""Intuit's query language: what it takes, what it refuses, how it pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.qbo_simulator.client import Company, entry
from local.qbo_simulator.server import running


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    """Seven entries, D-1 to D-7 on 1 to 7 November, and one customer with an apostrophe."""
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        company = simulator.company()
        for day in range(1, 8):
            company.post("journalentry", entry(DocNumber=f"D-{day}", TxnDate=f"2026-11-0{day}"))
        company.post("customer", {"DisplayName": "O'Neil"})
        company.post("customer", {"DisplayName": "100% Wool"})
        yield company


def numbers(company: Company, tail: str) -> list[str]:
    answer = company.query(f"SELECT * FROM JournalEntry {tail}")
    assert answer.status == 200, answer.text
    rows = answer.body["QueryResponse"].get("JournalEntry", [])
    return [row["DocNumber"] for row in rows]


def names(company: Company, tail: str) -> list[str]:
    rows = company.query(f"SELECT * FROM Customer {tail}").body["QueryResponse"].get("Customer", [])
    return [row["DisplayName"] for row in rows]


@pytest.mark.parametrize(
    ("tail", "found"),
    [
        ("WHERE DocNumber = 'D-3'", "3"),
        ("WHERE DocNumber IN ('D-2', 'D-5', 'X')", "52"),
        ("WHERE TxnDate >= '2026-11-06'", "76"),
        ("WHERE TxnDate > '2026-11-02' AND TxnDate < '2026-11-05'", "43"),
        ("WHERE TxnDate <= '2026-11-02'", "21"),
        ("WHERE DocNumber LIKE 'D-%' AND TxnDate = '2026-11-04'", "4"),
        ("WHERE DocNumber LIKE '%-4'", "4"),
        ("WHERE DocNumber = 'd-3'", ""),
        ("ORDERBY TxnDate MAXRESULTS 2", "12"),
        ("ORDER BY TxnDate DESC MAXRESULTS 2", "76"),
        ("ORDERBY DocNumber ASC STARTPOSITION 6", "67"),
        ("orderby DocNumber maxresults 2 startposition 3", "34"),
        ("ORDERBY DocNumber STARTPOSITION 3 MAXRESULTS 2", "34"),
        ("STARTPOSITION 8", ""),
        ("where Id in ('1', '2')", "21"),
        ("WHERE MetaData.LastUpdatedTime > '2020-01-01T00:00:00-08:00' MAXRESULTS 1", "7"),
        ("WHERE MetaData.CreateTime > '2100-01-01'", ""),
    ],
)
def test_what_the_grammar_finds(company: Company, tail: str, found: str) -> None:
    assert numbers(company, tail) == [f"D-{digit}" for digit in found]


@pytest.mark.parametrize(
    ("tail", "found"),
    [
        (r"WHERE DisplayName = 'O\'Neil'", ["O'Neil"]),
        ("WHERE DisplayName LIKE '100%'", ["100% Wool"]),
        ("WHERE DisplayName LIKE '%neil'", ["O'Neil"]),
        ("WHERE Active = true AND Balance = 0 ORDERBY DisplayName MAXRESULTS 1", ["100% Wool"]),
        ("", ["100% Wool", "House Account", "O'Neil"]),
        ("WHERE Active = false", []),
        ("WHERE Active IN (true, false) MAXRESULTS 1", ["100% Wool"]),
    ],
)
def test_lists_are_found_by_name_and_activity(
    company: Company, tail: str, found: list[str]
) -> None:
    assert names(company, tail) == found


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELECT * FROM JournalEntry WHERE DocNumber = 'A' OR DocNumber = 'B'", "4000"),
        ("SELECT * FROM JournalEntry WHERE DocNumber != 'A'", "4000"),
        ("SELECT * FROM JournalEntry WHERE DocNumber = A", "4000"),
        ("SELECT * FROM JournalEntry WHERE DocNumber = 'O'Neil'", "4000"),
        ("SELECT * FROM JournalEntry GROUP BY TxnDate", "4000"),
        ("SELECT * FROM JournalEntry MAXRESULTS 10 MAXRESULTS", "4000"),
        ("SELECT * FROM", "4000"),
        ("DELETE FROM JournalEntry", "4000"),
        ("", "4000"),
        ("SELECT * FROM Nonsense", "4001"),
        ("SELECT * FROM JournalEntry WHERE PrivateNote = 'x'", "4001"),
        ("SELECT * FROM JournalEntry WHERE Nonsense = 'x'", "4001"),
        ("SELECT * FROM JournalEntry ORDERBY PrivateNote", "4001"),
        ("SELECT * FROM JournalEntry STARTPOSITION 0", "4001"),
        ("SELECT * FROM JournalEntry MAXRESULTS 1001", "4001"),
        ("SELECT * FROM JournalEntry WHERE MetaData.CreateTime > 'yesterday'", "4001"),
        ("SELECT * FROM JournalEntry WHERE Id = ''", "2030"),
        ("SELECT * FROM JournalEntry WHERE Id = '1.5'", "2030"),
    ],
)
def test_what_the_grammar_refuses(company: Company, statement: str, code: str) -> None:
    answer = company.query(statement)
    assert (answer.status, answer.codes) == (400, [code])


def test_too_small_a_start_names_the_smallest(company: Company) -> None:
    answer = company.query("SELECT * FROM JournalEntry STARTPOSITION 0")
    detail = "QueryValidationError: value 0 is too small. Min allowed value is 1"
    assert answer.body["Fault"]["Error"][0]["Detail"] == detail


def test_get_takes_the_statement_in_the_url(company: Company) -> None:
    answer = company.get("query", query="select * from JournalEntry where DocNumber = 'D-1'")
    assert len(answer.body["QueryResponse"]["JournalEntry"]) == 1


def test_an_unescaped_plus_in_a_url_spoils_the_time_zone(company: Company) -> None:
    where = "WHERE%20MetaData.CreateTime%20%3E%20'2026-01-01T00:00:00+00:00'"
    answer = company.request("GET", f"query?query=SELECT%20*%20FROM%20JournalEntry%20{where}", None)
    assert answer.codes == ["4001"]


def test_count_has_only_the_total(company: Company) -> None:
    answer = company.query("SELECT COUNT(*) FROM JournalEntry WHERE TxnDate > '2026-11-05'")
    assert answer.body["QueryResponse"] == {"totalCount": 2}


def test_transactions_have_a_total_and_lists_have_none(company: Company) -> None:
    page = company.query("SELECT * FROM JournalEntry MAXRESULTS 2").body["QueryResponse"]
    assert (page["startPosition"], page["maxResults"], page["totalCount"]) == (1, 2, 7)
    page = company.query("SELECT * FROM Customer").body["QueryResponse"]
    assert set(page) == {"Customer", "startPosition", "maxResults"}


def test_nothing_found_has_no_entity_key(company: Company) -> None:
    answer = company.query("SELECT * FROM JournalEntry WHERE DocNumber = 'none'")
    assert answer.body["QueryResponse"] == {}


def test_page_is_100_unless_asked() -> None:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        company = simulator.company()
        for start in range(0, 120, 30):
            items: list[Any] = [
                {"bId": str(n), "operation": "create", "JournalEntry": entry()} for n in range(30)
            ]
            assert company.batch(*items, requestid=f"r{start}").status == 200
        rows = company.query("SELECT * FROM JournalEntry").body["QueryResponse"]
        assert (len(rows["JournalEntry"]), rows["totalCount"]) == (100, 120)
        rest = company.query("SELECT * FROM JournalEntry STARTPOSITION 101").body["QueryResponse"]
        assert rest["maxResults"] == 20


def test_named_fields_are_read_and_whole_objects_come_back(company: Company) -> None:
    row = company.query("SELECT *, Sku FROM Item").body["QueryResponse"]["Item"][0]
    assert row["IncomeAccountRef"]["value"] == "50"
    row = company.query("select Id, DocNumber from journalentry maxresults 1").body
    assert "Line" in row["QueryResponse"]["JournalEntry"][0]
