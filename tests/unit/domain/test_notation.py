"""Entries in beancount notation, read back by beancount itself."""

import copy
from dataclasses import replace
from decimal import Decimal

from beancount import loader
from beancount.core.data import Transaction

from daybook.domain.chart import Account, Chart
from daybook.domain.journal import JournalEntry
from daybook.domain.notation import AccountNames, journal, notation, opens
from tests.unit.domain.builders import ADA, entry_of, item, mapping, sale, tender

TICKET = sale(
    lines=[item("100.00", "40.00")],
    taxes=[{"rule": "State", "computed": "8.25"}],
    tenders=[tender("108.25")],
    reference="T-100245",
)


def ticket_entry(**changes: str) -> JournalEntry:
    rules = mapping({"role": "payment_type", "key": "Visa", "account": "35"})
    entry = entry_of(TICKET, rules)
    assert entry
    return replace(entry, **changes)  # type: ignore[arg-type]


def read_back(text: str) -> list[Transaction]:
    entries, errors, _ = loader.load_string(text)
    assert not errors, errors
    return [entry for entry in entries if isinstance(entry, Transaction)]


def details(found: Transaction, place: int) -> dict[str, object]:
    """The metadata of one posting."""
    return dict(found.postings[place].meta or {})


def test_entry_reads_as_a_bookkeeper_writes_it() -> None:
    rows = notation(ticket_entry()).splitlines()
    assert rows[0].startswith('2026-11-20 * "T-100245-')
    assert "ticket/100245/1/post" in rows[0]
    assert rows[1].split() == ["Assets:A35", "108.25", "USD"]
    assert rows[2:4] == ['    role: "payment_type"', '    key: "Visa"']
    assert rows[4].split() == ["Expenses:Cogs", "40.00", "USD"]


def test_beancount_reads_back_the_same_amounts_and_details() -> None:
    (found,) = read_back(journal([ticket_entry()]))
    assert [(one.account, one.units.number if one.units else None) for one in found.postings] == [
        ("Assets:A35", Decimal("108.25")),
        ("Expenses:Cogs", Decimal("40.00")),
        ("Income:Sales", Decimal("-100.00")),
        ("Assets:Inventory-on-hand", Decimal("-40.00")),
        ("Liabilities:Tax-liability", Decimal("-8.25")),
    ]
    assert details(found, 4)["key"] == "State"
    assert found.payee == ticket_entry().doc_number


def test_amounts_line_up() -> None:
    ends = {
        row.index(" USD") for row in notation(ticket_entry()).splitlines() if row.endswith("USD")
    }
    assert len(ends) == 1


def test_class_department_and_name_stand_beside_the_line() -> None:
    owed = sale(lines=[item("5")], tenders=[tender("5", "on_account", "")], customer=ADA)
    place = {"100006": {"class": "Retail", "department": "Burbank"}}
    entry = entry_of(owed, mapping(locations=place))
    assert entry
    (found,) = read_back(journal([entry]))
    meta = details(found, 0)
    assert (meta["class"], meta["department"], meta["customer"]) == ("Retail", "Burbank", "58")


def test_names_come_from_the_chart_where_there_is_one() -> None:
    chart = Chart(
        "realm",
        1,
        {
            "35": Account("35", "Visa Clearing", "Bank"),
            "tax_liability": Account(
                "tax_liability", "Sales tax (State)", "Other Current Liability"
            ),
            "cogs": Account("cogs", "Wareneinsatz für Hüte", "Cost of Goods Sold"),
        },
    )
    text = journal([ticket_entry()], chart)
    assert "Assets:Visa-Clearing " in text
    assert "Liabilities:Sales-tax-State " in text
    assert "Expenses:Wareneinsatz-f-r-H-te " in text
    assert read_back(text)


def test_two_accounts_of_a_chart_never_share_a_name() -> None:
    names = ["Visa", "Visa", "Visa-A1", "visa", "", "", "7", "A7"]
    chart = Chart(
        "realm", 1, {str(n): Account(str(n), name, "Bank") for n, name in enumerate(names)}
    )
    known = AccountNames(chart)
    line = ticket_entry().lines[0]
    assert len({known.of(copy.replace(line, account=str(n))) for n in range(len(names))}) == len(
        names
    )


def test_accounts_are_opened_once_on_the_day_of_the_first_entry() -> None:
    entry = ticket_entry()
    earlier = replace(entry, txn_date=entry.txn_date.replace(day=2))
    rows = opens([entry, earlier]).splitlines()
    assert len(rows) == 5
    assert all(row.startswith("2026-11-02 open ") for row in rows)
    assert len(read_back(journal([entry, earlier]))) == 2


def test_quotes_backslashes_and_line_ends_in_a_note_do_no_harm() -> None:
    note = 'He said "no" \\ and\nleft; \x00 2026-11-20 * "x"\r\n  Assets:X 1 USD'
    (found,) = read_back(journal([ticket_entry(note=note)]))
    assert 'He said "no" \\ and left' in (found.narration or "")
    assert len(found.postings) == 5


def test_yen_have_no_digits_after_the_point() -> None:
    yen = sale(lines=[item("100")], tenders=[tender("100")], currency="JPY")
    entry = entry_of(yen, mapping(settings={"currency": "JPY"}))
    assert entry
    assert " 100 JPY" in notation(entry)
    assert read_back(journal([entry]))


def test_no_entries_give_no_text() -> None:
    assert journal([]) == ""
