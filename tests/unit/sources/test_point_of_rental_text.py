"""The day export's CSV and IIF files: the same events as its JSON, whole or not at all."""

from typing import Any

import pytest

from daybook.domain.errors import Unreadable
from daybook.domain.event import FinancialEvent
from tests.unit.sources.rental import batch, events, export, parsed, row

HEAD = "Date,Store,Section,G/L Account,Description,Class,Debit Amount,Credit Amount"
TRNS = "!TRNS\tTRNSID\tTRNSTYPE\tDATE\tACCNT\tNAME\tCLASS\tAMOUNT\tDOCNUM\tMEMO"
IIF_HEAD = [TRNS, TRNS.replace("TRNS\t", "SPL\t", 1), "!ENDTRNS"]


def csv(*lines: str) -> str:
    return "\r\n".join((HEAD, *lines, ""))


def record(word: str, account: str, amount: str, memo: str = "", **cells: str) -> str:
    day, store_class = cells.get("day", "11/20/2026"), cells.get("of", "Store 1:Burbank")
    name = cells.get("name", "")
    return "\t".join(
        (word, "1", "GENERAL JOURNAL", day, account, name, store_class, amount, "PR261120", memo)
    )


def iif(*lines: str) -> str:
    return "\r\n".join((*IIF_HEAD, *lines, ""))


def inside(form: str, text: str, **fields: Any) -> dict[str, Any]:
    body = export(format=form, text=text, **fields)
    del body["rows"]
    return body


def amounts(event: FinancialEvent) -> list[tuple[str, str, str]]:
    return [(one.key, str(one.amount), one.class_) for one in batch(event).entries]


CSV = csv(
    '11/20/2026,1,Card Deposits,1000,"Settled, net",Store 1:Burbank,"1,204.10",',
    '11/20/26,1,Card Deposits,1020.#,Card payments,,,"1,204.10"',
    ",,,,,,,",
    "11/20/2026,1,COGS,5000,,,84.00,0.00",
    "11/20/2026,1,COGS,1300,,,,84.00",
)
IIF = iif(
    record("TRNS", "1000", "1204.10", "Card Deposits"),
    record("SPL", "1020.#", '"-1,204.10"', "Card payments"),
    "ENDTRNS",
    record("TRNS", "5000", "84.00", "Cost of goods sold"),
    record("SPL", "1300", "-84.00"),
    "ENDTRNS",
)


@pytest.mark.parametrize(("form", "text"), [("csv", CSV), ("iif", IIF), ("IIF", IIF)])
def test_a_file_inside_a_delivery_gives_the_events_of_its_rows(form: str, text: str) -> None:
    cards, cogs = events(inside(form, text))
    assert amounts(cards) == [
        ("1000", "1204.10", "Store 1:Burbank"),
        ("1020.1", "-1204.10", "Store 1:Burbank"),
    ]
    assert [entry[0] for entry in amounts(cogs)] == ["5000", "1300"]
    by_rows = events(export(*(row("cogs", "5000", "84"), row("cogs", "1300", "-84"))))
    assert cogs.object_id == by_rows[0].object_id
    assert cogs.object_version == by_rows[0].object_version


@pytest.mark.parametrize("text", [CSV, "\ufeff" + CSV, IIF, CSV.replace("\r\n", "\n")])
def test_a_bare_file_is_read_by_what_it_says_itself(text: str) -> None:
    cards, cogs = events(text.encode())
    assert (cards.object_id, cards.object_version) == ("1-2026-11-20-card_deposit", "1")
    assert cogs.reference == "PR261120"


def test_a_block_of_an_unknown_name_is_of_the_day() -> None:
    text = iif(record("TRNS", "1", "5", "Sundry"), record("SPL", "2", "-5"), "ENDTRNS")
    (event,) = events(inside("iif", text))
    assert event.object_id == "1-2026-11-20-other"


def test_a_name_in_iif_is_the_rows_customer() -> None:
    text = iif(
        record("TRNS", "1200", "5", "Invoices", name="Ridgeline Builders"),
        record("SPL", "4000", "-5"),
        "ENDTRNS",
    )
    (event,) = events(inside("iif", text))
    first, second = batch(event).entries
    assert first.customer
    assert (first.customer.id, first.customer.display_name) == ("Ridgeline Builders",) * 2
    assert second.customer is None


def test_the_exports_store_and_date_are_taken_where_the_file_has_no_column() -> None:
    text = "Account,Amount\n1000,5.00\n4000,-5.00\n"
    (event,) = events(inside("csv", text))
    assert event.object_id == "1-2026-11-20-other"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (csv("11/20/2026,1,COGS,5000,,,1,204.10,"), "text.line 2"),  # An unquoted comma.
        (csv("11/20/2026,1,COGS,,,,84.00,"), "text.line 2.account"),
        (csv("11/20/2026,1,COGS,5000,,,,"), "text.line 2.amount"),
        (csv("11/20/2026,1,COGS,5000,,,84.oo,"), "text.line 2.debit"),
        (csv("13/20/2026,1,COGS,5000,,,84.00,"), "text.line 2.date"),
        (csv("20.11.2026,1,COGS,5000,,,84.00,"), "text.line 2.date"),
        (csv("11/21/2026,1,COGS,5000,,,84.00,"), "text.line 2.date"),
        (csv("11/20/2026,2,COGS,5000,,,84.00,"), "text.line 2.store"),
        (csv("11/20/2026,1,Tips,5000,,,84.00,"), "text.line 2.family"),
        (csv('11/20/2026,1,COGS,"5000,,,84.00,'), "text.line 3"),
        ("Date,Amount\n11/20/2026,5\n", "text.line 1"),
        ("Account,G/L Account,Amount\n1,1,5\n", "text.line 1"),
    ],
)
def test_a_slip_in_a_csv_file_is_named_by_its_line(text: str, path: str) -> None:
    with pytest.raises(Unreadable) as problem:
        parsed(inside("csv", text))
    assert problem.value.path == path


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ([record("SPL", "1", "5")], "text.line 4"),
        (["ENDTRNS"], "text.line 4"),
        ([record("TRNS", "1", "5"), record("TRNS", "2", "-5")], "text.line 5"),
        ([record("TRNS", "1", "5"), record("SPL", "2", "-5")], "text.line 5"),  # Cut off.
        ([record("TRNS", "", "5"), "ENDTRNS"], "text.line 4.account"),
        ([record("TRNS", "1", "5") + "\tmore", "ENDTRNS"], "text.line 4"),
        (["TIMEACT\t1"], "text.line 4"),
    ],
)
def test_a_slip_in_an_iif_file_is_named_by_its_line(lines: list[str], path: str) -> None:
    with pytest.raises(Unreadable) as problem:
        parsed(inside("iif", iif(*lines)))
    assert problem.value.path == path


def test_iif_records_need_their_headings() -> None:
    with pytest.raises(Unreadable, match="no line of headings !TRNS"):
        parsed(inside("iif", record("TRNS", "1", "5") + "\nENDTRNS\n"))


@pytest.mark.parametrize(
    "body",
    [
        inside("xls", CSV),
        {**inside("csv", CSV), "rows": []},
        {**inside("csv", CSV), "text": 5},
        b"\x00Account,Amount\n1,5\n",
        b"Account,Amount,Store\n\xff,5,1\n",
    ],
)
def test_what_is_no_file_of_these_is_unreadable(body: Any) -> None:
    with pytest.raises(Unreadable):
        parsed(body)
