"""An entry found in QuickBooks is adopted only if marker, date and lines are those sent."""

import json
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.journal import JournalEntry
from daybook.qbo.comparison import content_of, is_same
from daybook.qbo.documents import journal_body
from tests.unit.qbo.samples import credit, debit, entry

POSTED = entry(debit(10000, class_="5"), debit(825, department="2"), credit(10825), note="till 1")


def as_quickbooks_has_it(posted: JournalEntry = POSTED, generation: int = 1) -> dict[str, Any]:
    """What a query gives back: ids, names and time stamps added, TotalAmt 0."""
    row: dict[str, Any] = json.loads(journal_body(posted, generation), parse_float=Decimal)
    for number, line in enumerate(row["Line"]):
        line["Id"] = str(number)
        line["CustomExtensions"] = []
        line["JournalEntryLineDetail"]["AccountRef"]["name"] = "Renamed since"
    row["MetaData"] = {"CreateTime": "2026-11-20T03:20:37-07:00"}
    return row | {"Id": "192", "SyncToken": "0", "TotalAmt": 0, "Adjustment": False}


def test_entry_as_sent_is_ours_in_any_order_of_lines() -> None:
    row = as_quickbooks_has_it()
    row["Line"].reverse()
    found = content_of(row)
    assert (found.qbo_id, found.doc_number) == ("192", "1-ABCDEF")
    assert is_same(found, POSTED, 1)


def test_whole_amounts_and_more_zeros_are_the_same_amount() -> None:
    row = as_quickbooks_has_it()
    row["Line"][0]["Amount"] = 100
    row["Line"][1]["Amount"] = Decimal("8.25000")
    assert is_same(content_of(row), POSTED, 1)


def test_line_of_mere_text_changes_nothing() -> None:
    row = as_quickbooks_has_it()
    row["Line"].append({"Id": "9", "DetailType": "DescriptionOnly", "Description": "checked"})
    assert is_same(content_of(row), POSTED, 1)


def changed(path: str, value: Any) -> dict[str, Any]:
    row = as_quickbooks_has_it()
    *way, last = path.split(".")
    place: Any = row
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    place[last] = value
    return row


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("TxnDate", "2026-11-21"),
        ("PrivateNote", "till 1"),
        ("PrivateNote", f"daybook:{POSTED.entry_id[:16]}:1:00000000"),
        ("Line.0.Amount", Decimal("100.01")),
        ("Line.0.Amount", Decimal("100.001")),
        ("Line.0.Amount", Decimal("1E+999")),
        ("Line.0.Amount", Decimal("NaN")),
        ("Line.0.JournalEntryLineDetail.PostingType", "Credit"),
        ("Line.0.JournalEntryLineDetail.AccountRef", {"value": "36"}),
        ("Line.0.JournalEntryLineDetail.ClassRef", {"value": "6"}),
        ("Line.1.JournalEntryLineDetail.DepartmentRef", None),
        ("CurrencyRef", {"value": "KWD"}),
    ],
)
def test_entry_that_differs_is_not_ours(path: str, value: Any) -> None:
    assert not is_same(content_of(changed(path, value)), POSTED, 1)


def test_another_generation_or_entry_is_not_ours() -> None:
    found = content_of(as_quickbooks_has_it())
    assert not is_same(found, POSTED, 2)
    assert not is_same(found, entry(*POSTED.lines, object_id="2"), 1)


def test_missing_currency_is_the_companys_own() -> None:
    row = as_quickbooks_has_it(entry(debit(500), credit(500), currency="JPY"))
    del row["CurrencyRef"]
    assert content_of(row, "JPY").lines[0][2] == 500
    assert content_of(row).lines[0][2] == 50_000


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"Id": "1"},
        {"Id": 1, "Line": []},
        {"Id": "1", "Line": ["x"]},
        {"Id": "1", "Line": [{"Amount": 1}]},
        {"Id": "1", "Line": [{"Amount": "1", "JournalEntryLineDetail": {}}]},
        {"Id": "1", "Line": [{"Amount": True, "JournalEntryLineDetail": {}}]},
    ],
)
def test_what_is_no_entry_is_never_compared(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"a (journal entry|line)"):
        content_of(row)
