"""A day's report sent by hand: once, in the form chosen, and again only where that is allowed."""

from datetime import date
from typing import Any

import pytest

from daybook.domain.errors import Problem
from daybook.domain.event import LedgerBatch
from daybook.domain.posting import Posting
from daybook.workflows.operator import NotPossible, Who, actions_on
from daybook.workflows.send_day import AlreadySent, SentReport, is_over, reports_of, send_report
from tests.unit.workflows.office import SHOP, Office, mapping

WHO = Who("ann", "the day is over")
DAY = date(2026, 11, 20)
ROWS = (
    {"role": "source_account", "key": "Food", "account": "50"},
    {"role": "source_account", "key": "Cash", "account": "3"},
)
SIDES = {"Food": {"side": "credit"}, "Cash": {"side": "debit"}}


def opened(**settings: Any) -> Office:
    office = Office.opened()
    put_in_force(office, *ROWS, **settings)
    return office


def put_in_force(office: Office, *rows: dict[str, Any], **settings: Any) -> None:
    rules = mapping(*rows, rows=SIDES, **settings)
    office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))


def report(
    office: Office, store: str = "1", label: str = "Food", sent: str = "01", **more: Any
) -> None:
    body = {
        "store_id": store,
        "date": "2026-11-20",
        "sent_at": f"2026-11-21T{sent}:00:00Z",
        "rows": [{"label": label, "amount": "80.00"}, {"label": "Cash", "amount": "80.00"}],
        **more,
    }
    office.deliver(body, source="mobipos")


def standing(office: Office, location: str = "") -> list[Posting]:
    return reports_of(SHOP, DAY, location, office.operator())


def send(office: Office, form: Any = "") -> SentReport:
    connection = office.connections.get(SHOP)
    assert connection
    (row,) = standing(office)
    return send_report(connection, row, form, WHO, office.operator())


def live(**settings: Any) -> Office:
    """Nothing goes by itself: what comes is older than the start date."""
    return opened(start_date="2027-01-01", **settings)


def test_a_report_of_a_past_date_is_sent_when_a_person_asks_for_it() -> None:
    office = live()
    report(office)
    assert standing(office)[0].status == "not_started"
    done = send(office, "journal")
    assert (done.word, done.row.status) == ("sent", "ready")
    assert not is_over(done.row)
    office.drain()
    (row,) = standing(office)
    assert (row.status, is_over(row)) == ("posted", True)
    assert len(office.books.entries) == 1
    assert [one.actor for one in actions_on(row, office.operator())] == ["ann"]


def test_the_form_chosen_is_kept_and_the_delivery_again_is_a_duplicate() -> None:
    office = live()
    report(office, report_type="Sales Receipt")
    send(office, "journal")
    (row,) = standing(office)
    body = row.financial_event().body
    assert isinstance(body, LedgerBatch)
    assert body.form == "journal"
    report(office, report_type="Sales Receipt")
    assert len(office.ledger.rows) == 1
    office.drain()
    assert len(office.books.entries) == 1


def test_a_report_with_a_row_that_is_not_mapped_is_not_sent_and_says_which() -> None:
    office = live()
    report(office, label="Ice cream")
    done = send(office)
    assert (done.row.status, done.row.reason) == ("held", "unmapped_account")
    assert [one.key for one in done.row.missing] == ["Ice cream"]
    assert office.due() == 0


def test_what_was_held_is_sent_once_it_is_mapped() -> None:
    office = opened()
    report(office, label="Ice cream")
    ice = {"role": "source_account", "key": "Ice cream", "account": "51"}
    rules = mapping(*ROWS, ice, rows={**SIDES, "Ice cream": {"side": "credit"}})
    office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))
    assert send(office).row.status == "ready"


def test_a_second_send_is_refused_and_names_what_is_in_quickbooks() -> None:
    office = opened()
    report(office)
    office.drain()
    (row,) = standing(office)
    with pytest.raises(AlreadySent, match=f"already_sent: .* JournalEntry {row.qbo_id}"):
        send(office, "journal")
    assert len(office.books.entries) == 1


def test_by_the_setting_a_second_send_reverses_and_posts_again() -> None:
    office = opened(second_send="replace")
    report(office)
    office.drain()
    assert send(office).word == "taking back"
    office.drain()
    (row,) = standing(office)
    assert row.status == "reversed"
    again = send(office)
    assert (again.word, again.row.key.revision) == ("sent", 1)
    office.drain()
    assert [one.status for one in standing(office)] == ["posted"]
    assert len(office.books.entries) == 3


def test_asking_while_it_is_on_its_way_sends_it_once() -> None:
    office = opened()
    report(office)
    assert send(office).word == "sent"
    assert send(office).word == "sent"
    office.drain()
    assert len(office.books.entries) == 1


def test_only_the_reports_of_a_location_are_named_and_of_each_its_latest_version() -> None:
    office = live()
    report(office)
    report(office, sent="02")
    report(office, store="2")
    assert len(standing(office)) == 2
    (row,) = standing(office, "1")
    assert row.key.version == "2026-11-21T02:00:00Z"


def test_a_report_whose_outcome_is_unknown_is_not_sent_anew() -> None:
    office = opened()
    report(office)
    (row,) = standing(office)
    held = row.held(Problem("outcome_unknown", "Nobody knows."), office.clock())
    assert office.ledger.change(row, held)
    with pytest.raises(NotPossible, match="outcome_unknown"):
        send(office)
