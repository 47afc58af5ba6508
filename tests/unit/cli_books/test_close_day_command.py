"""`daybook close-day` against a stack in this process and the simulator."""

import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import Result

from tests.unit.cli_books.books import Books, answer, daybook, said
from tests.unit.workflows.office import REALM, SHOP, mapping, sale

DAY = ("--location", "1", "--date", "2026-11-20")
RANGE = ("--from", "2026-11-20", "--to", "2026-11-20")
CLEARING = {"role": "receipt_clearing", "key": "*", "account": "3"}


@pytest.fixture
def shop(books: Books) -> Books:
    put_in_force(books)
    books.connect()
    return books


def put_in_force(books: Books, *more: dict[str, Any], **settings: Any) -> None:
    store = books.stack.parts.mappings
    rules = mapping(*more, mode="day_summary", **settings)
    store.activate(SHOP, store.put(SHOP, rules, "test", "2026-11-20"))


def closed_while_the_poster_runs(books: Books, *arguments: str) -> Result:
    """The command waits; meanwhile the poster does what its bells ask for."""
    with ThreadPoolExecutor(1) as background:
        command = background.submit(daybook, "close-day", SHOP, *DAY, *arguments)
        for _ in range(400):
            books.post()
            if command.done():
                break
            time.sleep(0.05)
    return command.result()


def test_a_day_is_closed_and_the_command_ends_with_its_id(shop: Books) -> None:
    shop.deliver(sale("1", "100.00"), sale("2", "20.00"))
    (before,) = answer("days", SHOP, *RANGE)["days"]
    assert (before["accumulated"], before["waiting"], before["closes"]) == (2, 2, [])
    done = closed_while_the_poster_runs(shop)
    assert done.exit_code == 0, done.output
    (entry,) = shop.entries()
    assert f"1 of 1 parts in QuickBooks ({entry['Id']})" in said(done)
    (after,) = answer("days", SHOP, *RANGE)["days"]
    assert (after["waiting"], after["tenders"][0]["debit"]) == (0, "120.00")
    (close,) = after["closes"]
    assert (close["sequence"], close["events"], close["posted"]) == (1, 2, 1)
    assert close["qbo_ids"] == [entry["Id"]]


def test_in_the_status_an_event_counts_as_its_day_does(shop: Books) -> None:
    shop.deliver(sale("1", "100.00"), sale("2", "20.00"))
    assert answer("status")["events"] == {"accumulated": 2}
    daybook("close-day", SHOP, *DAY, "--no-wait")
    assert answer("status")["events"] == {"sending": 2}
    shop.post()
    assert answer("status")["events"] == {"posted": 2}


def test_closing_twice_says_so_and_makes_nothing_twice(shop: Books) -> None:
    shop.deliver(sale("1", "100.00"))
    assert closed_while_the_poster_runs(shop).exit_code == 0
    again = closed_while_the_poster_runs(shop)
    assert again.exit_code == 0
    assert "closed before, nothing came since" in said(again)
    assert len(shop.entries()) == 1
    assert answer("close-day", SHOP, *DAY)["closed_now"] == []


def test_what_comes_after_the_close_makes_a_second_one(shop: Books) -> None:
    shop.deliver(sale("1", "100.00"))
    assert closed_while_the_poster_runs(shop).exit_code == 0
    shop.deliver(sale("late", "7.00"), message_id="late")
    assert closed_while_the_poster_runs(shop).exit_code == 0
    (day,) = answer("days", SHOP, *RANGE)["days"]
    assert [one["sequence"] for one in day["closes"]] == [1, 2]
    assert len(shop.entries()) == 2


def test_without_waiting_the_posting_is_on_its_way(shop: Books) -> None:
    shop.deliver(sale("1", "100.00"))
    found = answer("close-day", SHOP, *DAY, "--no-wait")
    assert found["closed_now"] == [1]
    assert found["closes"][0]["posted"] == 0
    shop.post()
    assert len(shop.entries()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--location", "9", "--date", "2026-11-20"),
        ("--location", "1", "--date", "2026-11-19"),
        (*DAY, "--currency", "EUR"),
        ("--location", "1"),
    ],
)
def test_a_day_of_nothing_ends_with_exit_code_1(shop: Books, arguments: tuple[str, ...]) -> None:
    shop.deliver(sale("1"))
    assert daybook("close-day", SHOP, *arguments).exit_code == 1


# --- in the form of a sales receipt --------------------------------------------------------------


def receipts(books: Books) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = books.qbo.books(REALM)["objects"].get("SalesReceipt", [])
    return found


def test_a_day_becomes_a_sales_receipt_whose_items_are_made_first(shop: Books) -> None:
    put_in_force(shop, CLEARING, day_form="sales_receipt")
    shop.deliver(sale("1", "100.00"), sale("2", "20.00"))
    done = closed_while_the_poster_runs(shop)
    assert done.exit_code == 0, done.output
    (receipt,) = receipts(shop)
    assert f"1 of 1 parts in QuickBooks ({receipt['Id']})" in said(done)
    assert shop.entries() == []
    amounts = {Decimal(str(line["Amount"])) for line in receipt["Line"] if "Amount" in line}
    assert amounts >= {Decimal(120), Decimal(-120)}


def test_a_receipt_that_cannot_be_goes_as_an_entry_once_the_settings_say_so(shop: Books) -> None:
    put_in_force(shop, day_form="sales_receipt")
    shop.deliver(sale("1", "100.00"))
    held = closed_while_the_poster_runs(shop)
    assert held.exit_code == 2
    assert "receipt_clearing" in said(held)
    put_in_force(shop)
    done = closed_while_the_poster_runs(shop)
    assert done.exit_code == 0, done.output
    assert len(shop.entries()) == 1
    assert receipts(shop) == []


def test_the_form_can_be_chosen_for_a_close_and_who_chose_is_kept(shop: Books) -> None:
    put_in_force(shop, CLEARING, day_form="sales_receipt")
    shop.deliver(sale("1", "100.00"))
    found = answer("close-day", SHOP, *DAY, "--type", "journal", "--no-wait")
    assert found["closed_now"] == [1]
    shop.post()
    assert (len(shop.entries()), receipts(shop)) == (1, [])
    (action,) = answer("actions")["actions"]
    assert (action["action"], action["scope"]) == ("close_day", "journal")
