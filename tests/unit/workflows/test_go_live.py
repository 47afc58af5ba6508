"""Start dates, sending past events, and what a connection's settings keep out of the books."""

from datetime import date
from typing import Any

import pytest

from daybook.workflows.go_live import BadRange, Sent, days_between, send_past
from daybook.workflows.map_accounts import activate
from tests.unit.workflows.office import SHOP, Office, mapping, sale, void_of

SHOES = {"role": "sales", "key": "Shoes", "account": "51"}
CASH = (
    {"role": "cash_drawer", "key": "", "account": "3"},
    {"role": "cash_paid_offset", "key": "*", "account": "7"},
)
LAST_DAY = date(2026, 11, 30)


def live(*more: dict[str, Any], **settings: Any) -> Office:
    """Live since 1 December; everything of the tests happens before, if not told otherwise."""
    office = Office.opened()
    rules = mapping(*more, **{"start_date": "2026-12-01", **settings})
    office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))
    return office


def send(office: Office, first: date = date(2026, 11, 18), **options: Any) -> Sent:
    connection = office.connections.get(SHOP)
    assert connection
    return send_past(connection, days_between(first, LAST_DAY), office.releaser(), **options)


def on(day: str, object_id: str, **changes: Any) -> dict[str, Any]:
    return sale(object_id, business_date=f"2026-{day}", **changes)


def test_past_events_are_sent_by_their_dates_in_order_and_the_rest_is_left() -> None:
    office = live()
    office.deliver([on("11-20", "b"), on("11-19", "a"), on("11-01", "old"), on("12-01", "new")])
    assert office.row("a").status == "not_started"
    told: list[tuple[int, int]] = []
    sent = send(office, progress=lambda done, total: told.append((done, total)))
    assert (sent.events, sent.skipped) == ({"ready": 2}, 0)
    assert told[-1] == (13, 13)
    office.drain()
    assert [entry.body["DocNumber"][:3] for entry in office.books.entries] == ["T-A", "T-B", "T-N"]
    assert office.row("old").status == "not_started"
    assert {entry.body["TxnDate"] for entry in office.books.entries} == {
        "2026-11-19",
        "2026-11-20",
        "2026-12-01",
    }


def test_sending_twice_posts_once() -> None:
    office = live()
    office.deliver(on("11-20", "a"))
    send(office)
    office.drain()
    again = send(office)
    assert (again.events, again.skipped) == ({}, 1)
    office.settle(2)
    assert len(office.books.entries) == 1


def test_a_dry_run_says_what_would_be_and_writes_nothing() -> None:
    office = live()
    office.deliver([on("11-20", "a"), on("11-20", "b", key="Shoes")])
    rows = dict(office.ledger.rows)
    sent = send(office, dry_run=True)
    assert sent.events == {"ready": 1, "held": 1}
    assert sent.reasons == {"unmapped_account": 1}
    assert office.ledger.rows == rows
    assert office.doorbell.rung == []


def test_a_past_event_that_is_held_goes_on_when_its_cause_is_fixed() -> None:
    office = live()
    office.deliver(on("11-20", "a", key="Shoes"))
    send(office)
    assert office.row("a").status == "held"
    connection = office.connections.get(SHOP)
    assert connection
    activate(connection, mapping(SHOES, start_date="2026-12-01"), "me", office.releaser())
    office.drain()
    assert office.row("a").status == "posted"


def test_a_held_event_that_nobody_asked_for_is_not_started_when_released() -> None:
    office = Office.opened()
    office.deliver(on("11-20", "a", key="Shoes"))
    connection = office.connections.get(SHOP)
    assert connection
    activate(connection, mapping(SHOES, start_date="2026-12-01"), "me", office.releaser())
    assert office.row("a").status == "not_started"


def test_a_past_version_does_not_undo_a_newer_one_that_is_posted() -> None:
    office = live()
    office.deliver([on("11-30", "a", amount="9.00"), on("12-01", "a", version="2", amount="7.00")])
    office.drain()
    send(office)
    office.settle(2)
    assert office.row("a", version="1").status == "superseded"
    assert len(office.books.entries) == 1


def test_a_past_sale_and_its_reverse_leave_nothing() -> None:
    office = live()
    office.deliver([on("11-20", "a"), void_of("a", "1", business_date="2026-11-21")])
    send(office)
    office.settle(2)
    assert set(office.statuses().values()) == {"void"}
    assert office.books.entries == []


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (date(2026, 11, 2), date(2026, 11, 1), "is after"),
        (date(2000, 1, 1), date(2026, 1, 1), "in parts"),
    ],
)
def test_a_range_is_bounded_and_forward(first: date, last: date, why: str) -> None:
    with pytest.raises(BadRange, match=why):
        days_between(first, last)


def cash(object_id: str, reason: str) -> dict[str, Any]:
    body = {"kind": "cash_movement", "reason": reason, "delta": "-5.00"}
    return {**sale(object_id, business_date="2026-12-01"), "body": body}


def test_only_the_kinds_that_are_exported_are_posted() -> None:
    office = live(*CASH, exports=["sale"])
    office.deliver([on("12-01", "a"), cash("b", "bank")])
    office.drain()
    assert (office.row("a").status, office.row("b").status) == ("posted", "ignored")


def test_what_is_not_to_be_posted_is_recorded_by_kind_and_reason() -> None:
    office = live(*CASH, do_not_post=[{"kind": "cash_movement", "reason": "opening"}])
    office.deliver([cash("a", "opening"), cash("b", "bank")])
    office.drain()
    assert (office.row("a").status, office.row("b").status) == ("ignored", "posted")


def test_a_past_event_of_a_kind_that_is_not_exported_is_ignored_when_sent() -> None:
    office = live(*CASH, exports=["sale"])
    office.deliver({**cash("a", "bank"), "business_date": "2026-11-20"})
    assert office.row("a").status == "not_started"
    assert send(office).events == {"ignored": 1}


def test_a_business_date_once_given_stays_though_the_zone_is_corrected() -> None:
    office = Office.opened()
    office.deliver(sale("a", key="Shoes", occurred_at="2026-11-21T06:30:00Z"))
    assert office.row("a").business_date == "2026-11-20"
    rules = mapping(SHOES).model_dump(mode="json", by_alias=True)
    rules["locations"]["1"]["time_zone"] = "Asia/Tokyo"
    connection = office.connections.get(SHOP)
    assert connection
    activate(connection, type(mapping()).model_validate(rules), "me", office.releaser())
    assert office.row("a").journal().txn_date == date(2026, 11, 20)
