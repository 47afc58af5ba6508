"""Closed books: held with the date, or moved by the setting; released when the date moves."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from daybook.domain.connection import Connection
from daybook.domain.outcome import Outcome
from daybook.domain.posting import Posting
from daybook.workflows.map_accounts import activate
from daybook.workflows.order import reversal_row
from daybook.workflows.release import Released, release
from tests.unit.workflows.office import (
    REALM,
    SHOP,
    Office,
    balance,
    chart,
    mapping,
    sale,
    void_of,
)

CONNECTION = Connection(SHOP, "canonical", REALM)
MOVES = {"closed_books": "next_open_day"}
REFUSED = Outcome("refused", reason="period_closed", text="6210 Account period closed")


def closed(office: Office, through: str | None, version: int = 2, **fields: Any) -> Office:
    """The company's books are closed through that day, as an import tells."""
    day = date.fromisoformat(through) if through else None
    office.mappings.put_chart(replace(chart(version), close_date=day, **fields))
    return office


def opened(through: str | None = None, **settings: Any) -> Office:
    office = Office.opened()
    activate(CONNECTION, mapping(**settings), "me", office.releaser())
    return closed(office, through) if through else office


def imported(office: Office, through: str | None, version: int) -> Released:
    """A refresh that brings a closing date."""
    closed(office, through, version)
    return release(CONNECTION, "chart", office.releaser())


def dates(office: Office) -> list[str]:
    """Of each entry in the books, in their order."""
    return [entry.body["TxnDate"] for entry in office.books.entries]


def refuse(office: Office, row: Posting) -> None:
    office.books.refusals[row.journal().doc_number] = REFUSED


def test_an_event_of_a_closed_day_is_held_before_anything_is_sent_with_the_date() -> None:
    office = opened("2026-11-20")
    office.deliver([sale("1"), sale("2", business_date="2026-11-21")])
    row = office.row("1")
    assert (row.status, row.reason, row.business_date) == ("held", "period_closed", "2026-11-20")
    assert "2026-11-20" in row.reason_text
    office.drain()
    assert dates(office) == ["2026-11-21"]
    assert len(office.books.requests) == 1


def test_a_refresh_that_opens_the_day_releases_what_was_never_sent() -> None:
    office = opened("2026-11-20")
    office.deliver(sale())
    assert imported(office, "2026-11-30", 3).released == 0
    assert "2026-11-30" in office.row().reason_text
    assert imported(office, "2026-10-31", 4).released == 1
    office.drain()
    row = office.row()
    assert (row.status, row.generation, dates(office)) == ("posted", 1, ["2026-11-20"])


def test_by_setting_it_goes_on_the_first_open_day_and_says_its_own() -> None:
    office = opened("2026-11-24", **MOVES)
    office.deliver(sale())
    office.drain()
    row = office.row()
    assert (row.status, row.business_date) == ("posted", "2026-11-20")
    (entry,) = office.books.entries
    assert entry.body["TxnDate"] == "2026-11-25"
    assert entry.body["PrivateNote"].startswith("business date 2026-11-20 | ")
    assert all("business date 2026-11-20" in line["Description"] for line in entry.body["Line"])


def test_it_never_goes_into_another_fiscal_year() -> None:
    office = closed(opened(**MOVES), "2026-11-30", fiscal_month=12)
    office.deliver(sale())
    assert office.row().reason == "period_closed"
    assert "fiscal year" in office.row().reason_text
    closed(office, "2026-11-30", 3, fiscal_month=11)
    assert release(CONNECTION, "chart", office.releaser()).released == 1
    assert office.row().journal().txn_date == date(2026, 12, 1)


def test_choosing_the_next_open_day_releases_what_was_held() -> None:
    office = opened("2026-11-20")
    office.deliver(sale())
    done = activate(CONNECTION, mapping(**MOVES), "me", office.releaser())
    assert done.released.released == 1
    office.drain()
    assert dates(office) == ["2026-11-21"]


def test_an_event_with_nothing_to_post_is_void_however_closed_the_day() -> None:
    office = opened("2026-11-20")
    office.deliver(sale(amount="0"))
    assert office.row().status == "void"


def test_what_quickbooks_refused_goes_as_a_new_generation_once_the_date_is_known() -> None:
    office = opened(**MOVES)
    office.deliver(sale())
    refuse(office, office.row())
    office.drain()
    assert (office.row().status, office.row().reason) == ("held", "period_closed")
    office.books.refusals.clear()
    assert imported(office, "2026-11-20", 2).released == 1
    office.drain()
    row = office.row()
    assert (row.status, row.generation, dates(office)) == ("posted", 2, ["2026-11-21"])
    assert len({request for request, _ in office.books.requests}) == 2


def test_a_refusal_that_our_import_did_not_foresee_asks_for_a_new_import_less_and_less() -> None:
    office = opened()
    office.deliver([sale("1"), sale("2")])
    for one in "12":
        refuse(office, office.row(one))
    office.drain()
    office.sweep()
    office.sweep()
    assert office.charts_asked == [REALM]
    texts = [office.row(one).reason_text for one in "12"]
    assert sum("again after 2026-11-20T12:05:00.000Z" in text for text in texts) == 1
    assert all(text.startswith("6210") for text in texts)
    asked_after: list[int] = []
    for minute in range(1, 40):
        office.clock.sleep(60)
        office.sweep()
        if len(office.charts_asked) > len(asked_after) + 1:
            asked_after.append(minute)
    assert asked_after == [5, 15, 35]


def test_the_sweeper_releases_what_a_lost_refresh_left() -> None:
    office = opened(**MOVES)
    office.deliver(sale())
    refuse(office, office.row())
    office.drain()
    office.books.refusals.clear()
    closed(office, "2026-11-20")
    assert office.sweep().released == 1
    office.drain()
    assert dates(office) == ["2026-11-21"]
    assert office.charts_asked == []


def test_a_refusal_that_no_import_explains_is_sent_once_for_each_import() -> None:
    office = opened()
    office.deliver(sale())
    refuse(office, office.row())
    office.drain()
    for version in (2, 3):
        assert imported(office, None, version).released == 1
        office.drain()
        for _ in range(3):
            release(CONNECTION, "chart", office.releaser())
            activate(CONNECTION, mapping(), "me", office.releaser())
            office.sweep()
            office.drain()
        assert (office.row().status, len(office.books.requests)) == ("held", version)


def test_a_newer_version_of_a_closed_day_and_its_reversal_stand_on_one_open_day() -> None:
    office = opened(**MOVES)
    office.deliver(sale(amount="10.00"))
    office.drain()
    closed(office, "2026-11-22")
    office.deliver(sale(version="2", amount="12.00"))
    office.settle(3)
    assert dates(office) == ["2026-11-20", "2026-11-23", "2026-11-23"]
    assert balance(office) == 1200
    reversal = office.row(purpose="reverse")
    assert reversal.business_date == "2026-11-20"
    assert "reverses an entry of 2026-11-20" in reversal.journal().note


def test_a_newer_version_on_an_open_day_takes_the_reversal_of_a_closed_one_with_it() -> None:
    office = opened(**MOVES)
    office.deliver(sale(amount="10.00"))
    office.drain()
    closed(office, "2026-11-22")
    office.deliver(sale(version="2", amount="12.00", business_date="2026-11-25"))
    office.settle(3)
    assert dates(office) == ["2026-11-20", "2026-11-25", "2026-11-25"]


@pytest.mark.parametrize("day", ["2026-11-20", "2026-11-25"])
def test_where_the_reversal_cannot_stand_the_newer_version_waits_and_nothing_is_taken_back(
    day: str,
) -> None:
    office = opened()
    office.deliver(sale(amount="10.00"))
    office.drain()
    closed(office, "2026-11-22")
    office.deliver(sale(version="2", amount="12.00", business_date=day))
    office.settle(3)
    row = office.row(version="2")
    assert (row.status, row.reason) == ("held", "period_closed")
    assert (dates(office), office.row(version="1").status) == (["2026-11-20"], "posted")
    assert imported(office, None, 3).released == 1
    office.settle(3)
    assert (balance(office), office.row(version="2").status) == (1200, "posted")


def test_the_same_content_again_needs_no_open_day() -> None:
    for settings in ({}, MOVES):
        office = opened(**settings)
        office.deliver(sale(amount="10.00"))
        office.drain()
        closed(office, "2026-11-22")
        office.deliver(sale(version="2", amount="10.00"))
        office.drain()
        assert office.row(version="2").status == "superseded"
        assert dates(office) == ["2026-11-20"]


def test_a_reversing_event_of_a_closed_day_moves_or_waits() -> None:
    office = opened()
    office.deliver(sale(amount="10.00"))
    office.drain()
    closed(office, "2026-11-22")
    office.deliver(void_of(business_date="2026-11-21"))
    office.drain()
    row = office.row(version="2")
    assert (row.status, row.reason) == ("held", "period_closed")
    assert "2026-11-21" in row.reason_text
    activate(CONNECTION, mapping(**MOVES), "me", office.releaser())
    office.settle(3)
    assert dates(office) == ["2026-11-20", "2026-11-23"]
    assert (balance(office), office.row(version="2").status) == (0, "posted")


def test_what_was_never_sent_and_is_taken_back_needs_no_open_day() -> None:
    office = opened("2026-11-22")
    office.deliver(sale())
    office.deliver(void_of())
    office.drain()
    assert set(office.statuses().values()) == {"void"}


def refused_reversal(day: str, **settings: Any) -> Office:
    """A newer version of this day waits for the reversal of the older one, which QuickBooks
    refused: the books were closed unseen."""
    office = opened(**settings)
    office.deliver(sale(amount="10.00"))
    office.drain()
    number = reversal_row(office.row(), office.clock()).journal().doc_number
    office.books.refusals[number] = REFUSED
    office.deliver(sale(version="2", amount="12.00", business_date=day))
    office.drain()
    reversal = office.row(purpose="reverse")
    assert (reversal.status, reversal.reason) == ("held", "period_closed")
    assert office.row(version="2").reason == "waits_for_prior"
    office.books.refusals.clear()
    return office


@pytest.mark.parametrize("day", ["2026-11-20", "2026-11-25"])
def test_a_reversal_that_quickbooks_refused_stands_where_its_replacement_will(day: str) -> None:
    office = refused_reversal(day, **MOVES)
    closed(office, "2026-11-22")
    office.settle(5)
    on = max(day, "2026-11-23")
    assert dates(office) == ["2026-11-20", on, on]
    assert (balance(office), office.row(purpose="reverse").generation) == (1200, 2)


def test_a_reversal_that_quickbooks_refused_waits_where_the_setting_holds() -> None:
    office = refused_reversal("2026-11-25")
    closed(office, "2026-11-22")
    office.settle(3)
    assert "closed through 2026-11-22" in office.row(purpose="reverse").reason_text
    assert dates(office) == ["2026-11-20"]
    closed(office, "2026-11-19", 3)
    office.settle(3)
    assert dates(office) == ["2026-11-20", "2026-11-20", "2026-11-25"]


def test_a_ready_row_that_waits_for_a_parked_company_is_moved_once_it_is_refused() -> None:
    office = opened(**MOVES)
    office.deliver(sale())
    closed(office, "2026-11-20")
    refuse(office, office.row())
    office.drain()
    office.books.refusals.clear()
    office.settle(2)
    assert (dates(office), office.row().generation) == (["2026-11-21"], 2)
