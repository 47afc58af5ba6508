"""`daybook days` and `daybook send --date` against a stack in this process and the simulator."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from typer.testing import Result

from tests.unit.cli_books.books import Books, answer, daybook, said
from tests.unit.workflows.office import REALM, SHOP, mapping, sale

RANGE = ("--from", "2026-11-19", "--to", "2026-11-21")
DATE = ("--date", "2026-11-20")
ROWS = (
    {"role": "source_account", "key": "Food", "account": "50"},
    {"role": "source_account", "key": "Cash", "account": "3"},
    {"role": "receipt_clearing", "key": "*", "account": "3"},
)
SIDES = {"Food": {"side": "credit"}, "Cash": {"side": "debit"}}


def refund(object_id: str, amount: str) -> dict[str, Any]:
    event = sale(object_id, amount)
    event["body"]["lines"][0]["gross"] = f"-{amount}"
    event["body"]["tenders"][0]["amount"] = f"-{amount}"
    return event


def report(label: str = "Food") -> dict[str, Any]:
    rows = [{"key": label, "amount": "80.00"}, {"key": "Cash", "amount": "80.00"}]
    return {
        "object_type": "day_report",
        "object_id": "1-2026-11-20-day",
        "occurred_at": "2026-11-21T01:00:00Z",
        "business_date": "2026-11-20",
        "location": "1",
        "currency": "USD",
        "body": {"kind": "gl_batch", "amounts": "printed", "label": "day", "entries": rows},
    }


def put_in_force(books: Books, **settings: Any) -> None:
    store = books.stack.parts.mappings
    rules = mapping(*ROWS, rows=SIDES, **settings)
    store.activate(SHOP, store.put(SHOP, rules, "test", "2026-11-20"))


def sent_while_the_poster_runs(books: Books, *arguments: str) -> Result:
    """The command waits; meanwhile the poster does what its bells ask for."""
    books.connect()
    with ThreadPoolExecutor(1) as background:
        command = background.submit(daybook, "send", SHOP, *DATE, *arguments)
        for _ in range(400):
            books.post()
            if command.done():
                break
            time.sleep(0.05)
    return command.result()


# --- days ---------------------------------------------------------------------------------------


def test_a_day_shows_its_events_its_tenders_on_both_sides_and_what_is_held(books: Books) -> None:
    books.deliver(
        sale("1", "100.00"),
        refund("2", "30.00"),
        sale("3", "7.00", key="Boots"),
        sale("4", "5.00", location="2", business_date="2026-11-21"),
    )
    books.post()
    first, second = answer("days", SHOP, *RANGE, code=2)["days"]
    assert (first["location"], first["date"]) == ("1", "2026-11-20")
    assert first["events"] == {"posted": 2, "held": 1}
    assert first["held"] == {"unmapped_account": 1}
    assert first["tenders"] == [
        {"key": "Visa", "currency": "USD", "debit": "100.00", "credit": "30.00"}
    ]
    assert len(first["qbo_ids"]) == 2
    assert (second["location"], second["date"], second["closes"]) == ("2", "2026-11-21", [])
    shown = daybook("days", SHOP, *RANGE)
    assert shown.exit_code == 2
    assert "Visa 100.00" in said(shown)


def test_only_the_location_and_the_dates_asked_for_are_shown(books: Books) -> None:
    books.deliver(sale("1"), sale("2", location="2", business_date="2026-11-21"))
    found = answer("days", SHOP, *RANGE, "--location", "2")["days"]
    assert [(one["date"], one["location"]) for one in found] == [("2026-11-21", "2")]
    assert answer("days", SHOP, "--from", "2026-11-01", "--to", "2026-11-02")["days"] == []


def test_what_was_taken_back_counts_in_no_tender(books: Books) -> None:
    books.deliver(sale("1"))
    books.post()
    assert daybook("undo", SHOP, "ticket/1/1", "--reason", "wrong").exit_code == 0
    books.post()
    (day,) = answer("days", SHOP, *RANGE)["days"]
    assert (day["events"], day["tenders"]) == ({"reversed": 1}, [])


@pytest.mark.parametrize("dates", [("--from", "2026-11-02", "--to", "2026-11-01"), ("--to", "x")])
def test_a_wrong_range_of_days_ends_with_exit_code_1(books: Books, dates: tuple[str, ...]) -> None:
    assert daybook("days", SHOP, *dates).exit_code == 1


# --- send --date --------------------------------------------------------------------------------


def test_a_report_is_sent_and_the_success_message_names_its_id(books: Books) -> None:
    put_in_force(books, start_date="2027-01-01")
    books.deliver(report())
    result = sent_while_the_poster_runs(books, "--type", "journal", "--location", "1")
    assert result.exit_code == 0, result.output
    (entry,) = books.entries()
    assert f"is in QuickBooks: JournalEntry {entry['Id']}." in said(result)


def test_a_report_becomes_a_sales_receipt_whose_items_are_made_first(books: Books) -> None:
    put_in_force(books, start_date="2027-01-01")
    books.deliver(report())
    result = sent_while_the_poster_runs(books, "--type", "sales-receipt")
    assert result.exit_code == 0, result.output
    assert books.entries() == []
    (receipt,) = books.qbo.books(REALM)["objects"]["SalesReceipt"]
    assert f"is in QuickBooks: SalesReceipt {receipt['Id']}." in said(result)
    assert len(books.qbo.books(REALM)["objects"]["Item"]) >= 2


def test_a_report_of_a_day_summary_is_sent_by_the_close_of_its_day(books: Books) -> None:
    put_in_force(books, mode="day_summary")
    books.deliver(report())
    result = sent_while_the_poster_runs(books, "--type", "journal")
    assert result.exit_code == 0, result.output
    (entry,) = books.entries()
    assert f"1 of 1 parts in QuickBooks ({entry['Id']})" in said(result)
    again = sent_while_the_poster_runs(books, "--type", "journal")
    assert again.exit_code == 1
    assert "already_sent" in said(again)
    assert len(books.entries()) == 1


def test_a_second_send_is_refused_and_names_the_id(books: Books) -> None:
    put_in_force(books)
    books.deliver(report())
    books.post()
    (entry,) = books.entries()
    again = daybook("send", SHOP, *DATE, "--type", "journal")
    assert again.exit_code == 1
    assert "already_sent: day_report/1-2026-11-20-day/1/post is in QuickBooks" in said(again)
    assert f"as JournalEntry {entry['Id']}" in said(again)
    books.post()
    assert len(books.entries()) == 1


def test_by_the_setting_a_second_send_reverses_and_posts_again(books: Books) -> None:
    put_in_force(books, second_send="replace")
    books.deliver(report())
    books.post()
    result = sent_while_the_poster_runs(books, "--type", "journal")
    assert result.exit_code == 0, result.output
    assert len(books.entries()) == 3
    assert books.row("1-2026-11-20-day", purpose="post", revision=1).status == "posted"


def test_a_report_with_an_unmapped_row_is_not_sent_and_says_which(books: Books) -> None:
    put_in_force(books, start_date="2027-01-01")
    books.deliver(report("Ice cream"))
    found = answer("send", SHOP, *DATE, code=2)
    (one,) = found["reports"]
    assert one["missing"] == [{"role": "source_account", "key": "Ice cream", "location": "1"}]
    assert "was not sent: unmapped_account" in one["text"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--date", "2026-11-19"),
        (*DATE, "--location", "9"),
        (*DATE, "--to", "2026-11-20"),
        ("--type", "journal"),
        (*DATE, "--type", "invoice"),
    ],
)
def test_a_send_of_nothing_ends_with_exit_code_1(books: Books, arguments: tuple[str, ...]) -> None:
    books.deliver(report())
    assert daybook("send", SHOP, *arguments).exit_code == 1
