"""The rules that QuickBooks Online enforces on journal entries, each by its code and text."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from local.qbo_simulator.client import Company, entry, line
from local.qbo_simulator.server import running


@pytest.fixture
def company() -> Iterator[Company]:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        yield simulator.company()


def posted(company: Company, **fields: Any) -> dict[str, Any]:
    answer = company.post("journalentry", entry(**fields))
    assert answer.status == 200, answer.text
    row: dict[str, Any] = answer.body["JournalEntry"]
    return row


def details(answer: Any) -> list[str]:
    return [error["Detail"] for error in answer.body["Fault"]["Error"]]


def test_created_entry_has_the_shape_of_a_recorded_one(company: Company) -> None:
    answer = company.post("journalentry", entry("108.25", DocNumber="A-1", PrivateNote="note"))
    assert set(answer.body) == {"JournalEntry", "time"}
    row = answer.body["JournalEntry"]
    assert (row["Id"], row["SyncToken"], row["sparse"], row["domain"]) == ("1", "0", False, "QBO")
    assert (row["TotalAmt"], row["Adjustment"], row["TxnTaxDetail"]) == (0, False, {})
    assert row["MetaData"]["CreateTime"] == row["MetaData"]["LastUpdatedTime"]
    assert [one["Id"] for one in row["Line"]] == ["0", "1"]
    first = row["Line"][0]
    assert first["JournalEntryLineDetail"]["AccountRef"] == {"value": "1", "name": "Checking"}
    assert first["CustomExtensions"] == []


@pytest.mark.parametrize(
    ("sent", "written"),
    [("108.25", "108.25"), (108.25, "108.25"), (100, "100"), ("0.30", "0.3"), ("0.1", "0.1")],
)
def test_amounts_come_back_as_exact_json_numbers(company: Company, sent: Any, written: str) -> None:
    answer = company.post("journalentry", entry(sent))
    assert answer.text.count(f'"Amount":{written},') == 2


def test_three_times_ten_cents_is_thirty_cents(company: Company) -> None:
    lines = [line("Debit", "1", Decimal("0.1")) for _ in range(3)] + [
        line("Credit", "50", Decimal("0.3"))
    ]
    assert company.post("journalentry", entry(Line=lines)).status == 200


def test_a_wrong_account_name_and_sent_line_ids_are_corrected(company: Company) -> None:
    lines = entry()["Line"]
    lines[0]["Id"] = "77"
    lines[0]["JournalEntryLineDetail"]["AccountRef"]["name"] = "Wrong"
    row = posted(company, Line=lines)
    assert row["Line"][0]["Id"] == "0"
    assert row["Line"][0]["JournalEntryLineDetail"]["AccountRef"]["name"] == "Checking"


def test_unbalanced_by_one_cent_is_2300(company: Company) -> None:
    lines = [line("Debit", "1", "10.00"), line("Credit", "50", "9.99")]
    answer = company.post("journalentry", entry(Line=lines))
    assert (answer.status, answer.codes) == (400, ["2300"])
    assert answer.body["Fault"]["type"] == "ValidationFault"
    assert "time" in answer.body


def test_unbalanced_can_be_6000_instead() -> None:
    with running() as simulator:
        simulator.set_faults(unbalanced_code="6000")
        lines = [line("Debit", "1", 10), line("Credit", "50", 9)]
        answer = simulator.company().post("journalentry", entry(Line=lines))
    assert answer.codes == ["6000"]


@pytest.mark.parametrize("lines", [[], [line("Debit", "1", 10)]])
def test_fewer_than_two_lines_is_6000(company: Company, lines: list[Any]) -> None:
    answer = company.post("journalentry", entry(Line=lines))
    assert answer.codes == ["6000"]
    assert details(answer) == [
        "Business Validation Error: Fill out at least two detail lines to continue."
    ]


def test_each_line_without_account_is_an_error_of_its_own(company: Company) -> None:
    lines = [line("Debit", "", 10), line("Credit", "", 5), line("Credit", "", 5)]
    answer = company.post("journalentry", entry(Line=lines))
    assert answer.codes == ["2020", "2020", "2020"]
    assert {error["element"] for error in answer.body["Fault"]["Error"]} == {"AccountRef"}


def test_errors_of_different_codes_come_in_one_reply(company: Company) -> None:
    lines = [line("", "1", 10), line("Credit", "999", -10)]
    answer = company.post("journalentry", entry(Line=lines, DocNumber="x" * 22))
    assert answer.codes == ["2050", "2260", "2290", "2500"]


@pytest.mark.parametrize(("field", "longest"), [("DocNumber", 21), ("PrivateNote", 4000)])
def test_header_texts_have_their_longest_length(company: Company, field: str, longest: int) -> None:
    assert posted(company, **{field: "x" * longest})[field] == "x" * longest
    answer = company.post("journalentry", entry(**{field: "x" * (longest + 1)}))
    assert answer.codes == ["2050"]
    assert f"Max:{longest:,} supported. Supplied length:{longest + 1:,}" in details(answer)[0]
    assert answer.body["Fault"]["Error"][0]["element"] == field


def test_line_description_is_at_most_4000(company: Company) -> None:
    lines = entry()["Line"]
    lines[0]["Description"] = "x" * 4001
    assert company.post("journalentry", entry(Line=lines)).codes == ["2050"]


def test_unknown_references_name_their_table(company: Company) -> None:
    lines = [
        line("Debit", "999", 10, ClassRef={"value": "998"}, DepartmentRef={"value": "997"}),
        line("Credit", "50", 10, Entity={"Type": "Customer", "EntityRef": {"value": "996"}}),
    ]
    answer = company.post("journalentry", entry(Line=lines))
    assert answer.codes == ["2500"] * 4
    found = " ".join(details(answer))
    for word in ("Accounts element id 999", "Klasses element id 998", "Depts element id 997"):
        assert f"Invalid Reference Id : {word} not found" in found
    assert "Names element id 996 not found" in found


def test_inactive_account_is_610(company: Company) -> None:
    row = company.get("account/2").body["Account"]
    company.post("account", {**row, "Active": False})
    answer = company.post(
        "journalentry", entry(Line=[line("Debit", "2", 1), line("Credit", "50", 1)])
    )
    assert answer.codes == ["610"]
    assert "has been made inactive" in details(answer)[0]


@pytest.mark.parametrize(
    ("account", "name_id", "words"),
    [
        ("7", None, "Accounts Receivable, you must choose a customer"),
        ("7", "2", "Accounts Receivable, you must choose a customer"),
        ("20", None, "Accounts Payable, you must choose a vendor"),
        ("20", "1", "Accounts Payable, you must choose a vendor"),
    ],
)
def test_receivable_needs_a_customer_and_payable_a_vendor(
    company: Company, account: str, name_id: str | None, words: str
) -> None:
    named = {"Entity": {"EntityRef": {"value": name_id}}} if name_id else {}
    lines = [line("Debit", account, 10, **named), line("Credit", "50", 10)]
    answer = company.post("journalentry", entry(Line=lines))
    assert answer.codes == ["6000"]
    assert words in details(answer)[0]


def test_named_receivable_is_owed_by_the_customer(company: Company) -> None:
    named = {"Entity": {"Type": "Customer", "EntityRef": {"value": "1"}}}
    row = posted(company, Line=[line("Debit", "7", 10, **named), line("Credit", "50", 10)])
    assert row["Line"][0]["JournalEntryLineDetail"]["Entity"] == {
        "Type": "Customer",
        "EntityRef": {"value": "1", "name": "House Account"},
    }
    assert company.get("customer/1").body["Customer"]["Balance"] == 10


def test_a_repeated_number_is_taken_while_the_warning_is_off(company: Company) -> None:
    assert posted(company, DocNumber="A")["Id"] != posted(company, DocNumber="A")["Id"]


def test_a_repeated_number_is_6140_when_the_company_warns(company: Company) -> None:
    warn = {"NameValue": [{"Name": "WarnDuplicateJournalNumber", "Value": "true"}]}
    assert company.post("preferences", {"OtherPrefs": warn}).status == 200
    first = posted(company, DocNumber="A")
    answer = company.post("journalentry", entry(DocNumber="A"))
    assert answer.codes == ["6140"]
    told = f"DocNumber=A is assigned to TxnType=Journal Entry with TxnId={first['Id']}"
    assert details(answer)[0].endswith(told)
    waived = company.post("journalentry", entry(DocNumber="A"), include="allowduplicatedocnum")
    assert waived.status == 200


def test_a_missing_number_stays_missing_unless_asked_for(company: Company) -> None:
    assert "DocNumber" not in posted(company)
    answer = company.post("journalentry", entry(), include="allowautodocnum")
    assert answer.body["JournalEntry"]["DocNumber"] == "1"


def test_books_closed_is_6210_for_create_update_and_delete(company: Company) -> None:
    row = posted(company, TxnDate="2026-11-20")
    company.post("preferences", {"AccountingInfoPrefs": {"BookCloseDate": "2026-11-20"}})
    assert company.post("journalentry", entry(TxnDate="2026-11-20")).codes == ["6210"]
    assert company.post("journalentry", entry(TxnDate="2026-11-21")).status == 200
    assert company.post("journalentry", {**row, "PrivateNote": "x"}).codes == ["6210"]
    assert company.post("journalentry", row, operation="delete").codes == ["6210"]
    company.post("preferences", {"AccountingInfoPrefs": {"BookCloseDate": None}})
    assert company.post("journalentry", entry(TxnDate="2026-11-20")).status == 200


def test_full_update_nulls_what_it_omits_and_sparse_keeps_it(company: Company) -> None:
    row = posted(company, DocNumber="A", PrivateNote="note")
    sparse = {"Id": row["Id"], "SyncToken": "0", "sparse": True, "DocNumber": "B"}
    changed = company.post("journalentry", sparse).body["JournalEntry"]
    assert (changed["DocNumber"], changed["PrivateNote"]) == ("B", "note")
    assert (changed["SyncToken"], len(changed["Line"])) == ("1", 2)
    full = {"Id": row["Id"], "SyncToken": "1", "Line": changed["Line"], "TxnDate": "2026-11-20"}
    changed = company.post("journalentry", full, operation="update").body["JournalEntry"]
    assert "DocNumber" not in changed
    assert "PrivateNote" not in changed


def test_lines_with_known_ids_are_updated_and_others_added(company: Company) -> None:
    row = posted(company)
    lines = [row["Line"][1], line("Debit", "3", 10)]
    changed = company.post("journalentry", {**row, "Line": lines}).body["JournalEntry"]
    assert [one["Id"] for one in changed["Line"]] == ["1", "2"]


def test_a_stale_token_is_5010_and_a_missing_one_2020(company: Company) -> None:
    row = posted(company)
    company.post("journalentry", {**row, "PrivateNote": "first"})
    assert company.post("journalentry", {**row, "PrivateNote": "second"}).codes == ["5010"]
    assert company.post("journalentry", row, operation="delete").codes == ["5010"]
    assert company.post("journalentry", {**row, "SyncToken": None}).codes == ["2020"]


def test_deleting_twice_says_that_it_is_gone(company: Company) -> None:
    row = posted(company)
    first = company.post("journalentry", row, operation="delete").body["JournalEntry"]
    assert first == {"domain": "QBO", "status": "Deleted", "Id": row["Id"]}
    second = company.post("journalentry", row, operation="delete")
    assert second.codes == ["610"]
    assert "Another user has deleted this transaction." in details(second)[0]
    assert company.get(f"journalentry/{row['Id']}").codes == ["610"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"TxnDate": "20.11.2026"}, "2060"),
        ({"TxnDate": "2026-02-30"}, "2060"),
        ({"Lines": []}, "2010"),
        ({"CurrencyRef": {"value": "EUR"}}, "6000"),
    ],
)
def test_other_bad_fields_have_their_codes(
    company: Company, fields: dict[str, Any], code: str
) -> None:
    assert company.post("journalentry", entry(**fields)).codes == [code]


@pytest.mark.parametrize(
    ("amount", "code"), [("ten", "2100"), (True, "2100"), ("NaN", "2100"), (None, "2020")]
)
def test_what_is_no_amount_is_refused(company: Company, amount: Any, code: str) -> None:
    assert company.post("journalentry", entry(amount)).codes == [code, code]


def test_class_and_location_stand_on_the_line(company: Company) -> None:
    where = {"ClassRef": {"value": "2"}, "DepartmentRef": {"value": "1"}}
    row = posted(company, Line=[line("Debit", "1", 5, **where), line("Credit", "50", 5)])
    detail = row["Line"][0]["JournalEntryLineDetail"]
    assert detail["ClassRef"] == {"value": "2", "name": "Retail:Clothing"}
    assert detail["DepartmentRef"] == {"value": "1", "name": "Main Street"}


def test_void_is_not_for_journal_entries(company: Company) -> None:
    row = posted(company)
    assert company.post("journalentry", row, operation="void").codes == ["500"]
