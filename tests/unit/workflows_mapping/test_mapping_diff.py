"""Two mappings over the same stored events: what changes, line by line, and which keys."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from daybook.domain.connection import Connection
from daybook.domain.directory import Directory, Listed
from daybook.domain.mapping import Mapping
from daybook.domain.seen_key import SeenKey
from daybook.workflows.mapping_diff import (
    BadRange,
    Difference,
    compared,
    days_between,
    difference,
)
from daybook.workflows.mapping_report import difference_json
from tests.unit.workflows.office import MAPPING, REALM, SHOP, Office, chart, mapping, sale, void_of

CONNECTION = Connection(SHOP, "canonical", REALM)
DAYS = [date(2026, 11, 20)]
SHOES = {"role": "sales", "key": "Shoes", "account": "51"}
HATS = SeenKey("sales", "Hats", "1")


def remapped(account: str = "51", **settings: Any) -> Mapping:
    """Hats go to another account."""
    return mapping(
        {"role": "sales", "key": "Hats", "location": "1", "account": account}, **settings
    )


def without_hats() -> Mapping:
    """The shop's mapping without a row for hats sold."""
    return mapping(without=["sales"])


def diff(
    office: Office,
    after: Mapping,
    before: Mapping | None = None,
    days: Sequence[date] = DAYS,
    seen: Sequence[SeenKey] = (),
    **options: Any,
) -> Difference:
    pair = compared(CONNECTION, before or mapping(), after, office.releaser(), office.clock())
    return difference(pair, days, seen, **options)


def test_the_same_mapping_changes_nothing() -> None:
    office = Office.opened()
    office.deliver([sale("1"), sale("2"), sale("3", key="Shoes")])
    found = diff(office, mapping())
    assert (found.read, found.same, found.changes, found.complete) == (3, 3, [], True)
    assert not found.uncovered
    assert not found.covered


def test_an_entry_that_changes_is_shown_by_its_unlike_lines_only() -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    (change,) = diff(office, remapped()).changes
    assert (change.event, change.status, change.business_date) == (
        "ticket/1/1/post", "ready", "2026-11-20",
    )  # fmt: skip
    (removed,), (added,) = change.removed, change.added
    assert (removed.role, removed.account, removed.amount) == ("sales", "50", 10825)
    assert (added.role, added.account, added.amount) == ("sales", "51", 10825)


def test_what_becomes_held_names_the_key_and_how_many_events_have_it() -> None:
    office = Office.opened()
    office.deliver([sale("1"), sale("2")])
    found = diff(office, without_hats())
    assert len(found.becomes_held) == 2
    assert found.uncovered == {HATS: 2}
    problem = found.changes[0].after.problem
    assert problem
    assert problem.code == "unmapped_account"


def test_what_is_held_and_would_be_covered_is_shown_with_its_key() -> None:
    office = Office.opened()
    office.deliver(sale("1", key="Shoes"))
    assert office.row("1").status == "held"
    found = diff(office, mapping(SHOES))
    assert found.covered == {SeenKey("sales", "Shoes", "1"): 1}
    (change,) = found.changes
    assert (change.before.outcome, change.after.outcome) == ("held", "posts")
    assert len(change.added) == 2
    assert not found.becomes_held


def test_what_stays_held_for_another_reason_is_shown_and_does_not_become_held() -> None:
    office = Office.opened()
    office.deliver(sale("1", key="Shoes"))
    found = diff(office, mapping(SHOES, without=["payment_type"]))
    (change,) = found.changes
    assert (change.before.outcome, change.after.outcome) == ("held", "held")
    assert not found.becomes_held
    assert found.covered == {SeenKey("sales", "Shoes", "1"): 1}
    assert found.uncovered == {SeenKey("payment_type", "Visa", "1"): 1}


def test_a_key_seen_on_other_days_is_named_too() -> None:
    found = diff(Office.opened(), without_hats(), seen=[HATS, SeenKey("sales", "Shoes", "1")])
    assert found.uncovered == {HATS: 0}
    assert not diff(Office.opened(), mapping(), seen=[HATS]).covered
    assert diff(Office.opened(), mapping(), without_hats(), seen=[HATS]).covered == {HATS: 0}


def test_only_events_of_the_days_are_read() -> None:
    office = Office.opened()
    office.deliver([sale("1"), sale("2", occurred_at="2026-11-22T18:00:00Z")])
    assert diff(office, remapped()).read == 1
    assert diff(office, remapped(), days=days_between(DAYS[0], date(2026, 11, 22))).read == 2


def test_a_held_event_without_a_business_date_is_read_by_the_mapping_that_knows_its_location() -> (
    None
):
    office = Office.opened()
    office.deliver(sale("1", location="2"))
    assert office.row("1").business_date == ""
    there = Mapping.model_validate(
        {**MAPPING, "locations": {"1": {}, "2": {"time_zone": "Asia/Tokyo"}}}
    )
    found = diff(office, there, days=[date(2026, 11, 21)])
    assert [one.after.outcome for one in found.changes] == ["posts"]


def test_the_business_date_stays_whatever_the_other_mapping_says_of_the_zone() -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    tokyo = Mapping.model_validate({**MAPPING, "locations": {"1": {"time_zone": "Asia/Tokyo"}}})
    assert diff(office, tokyo).same == 1


def test_a_voids_row_and_the_entry_that_takes_back_are_no_changes_of_a_mapping() -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    office.drain()
    office.deliver(void_of("1", business_date="2026-11-20"))
    office.drain()
    assert office.row("1", purpose="reverse").status == "posted"
    found = diff(office, remapped())
    assert found.read == 2
    assert [one.event for one in found.changes] == ["ticket/1/1/post"]


def test_superseded_versions_and_conflicts_are_not_read() -> None:
    office = Office.opened()
    office.deliver(sale("1"), message="a")
    office.deliver(sale("1", amount="5"), message="b")
    office.deliver(sale("1", version="2", amount="7"), message="c")
    office.drain()
    assert sorted(office.ledger.counts()) == ["held", "posted", "superseded"]
    assert diff(office, remapped()).read == 1


def test_a_bound_ends_the_reading_and_says_how_far_it_came() -> None:
    office = Office.opened()
    office.deliver([sale(str(number)) for number in range(5)])
    found = diff(office, remapped(), max_events=3)
    assert (found.read, len(found.changes), found.complete) == (3, 3, False)
    assert found.until == "2026-11-20"
    assert diff(office, remapped(), max_events=5).complete


def test_progress_is_told_day_by_day() -> None:
    told: list[tuple[int, int]] = []
    days = days_between(date(2026, 11, 19), date(2026, 11, 21))
    diff(
        Office.opened(), mapping(), days=days, progress=lambda done, all_: told.append((done, all_))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_comparing_writes_nothing() -> None:
    office = Office.opened()
    office.deliver([sale("1"), sale("2", key="Shoes")])
    rows, seen = dict(office.ledger.rows), office.mappings.seen_keys(SHOP)
    diff(office, remapped(create_customers=True), mapping(create_customers=True))
    assert office.ledger.rows == rows
    assert office.mappings.seen_keys(SHOP) == seen
    assert office.mappings.versions(SHOP) == [1]


def test_a_customer_that_the_directory_has_is_found_as_in_a_release() -> None:
    office = Office.opened()
    accounts = dict(chart().accounts)
    accounts["9"] = accounts["3"]._replace(id="9", type="Accounts Receivable")
    office.mappings.put_chart(replace(chart(2), accounts=accounts))
    office.mappings.put_directory(Directory(REALM, 2, {"58": Listed("58", "Ada Brown")}))
    event = sale("1", customer={"id": "17", "display_name": "Ada Brown"})
    event["body"]["tenders"] = [{"kind": "on_account", "amount": "108.25"}]
    office.deliver(event)
    receivable = {"role": "accounts_receivable", "key": "*", "account": "9"}
    (change,) = diff(office, mapping(receivable)).changes
    assert change.after.outcome == "posts"
    names = [line.name.id for line in change.added if line.name]
    assert names == ["58"]


@pytest.mark.parametrize(
    ("settings", "outcome"),
    [
        ({"exports": ["deposit"]}, "ignored"),
        ({"do_not_post": [{"kind": "sale"}]}, "ignored"),
        ({"start_date": "2026-12-01"}, "not_started"),
    ],
)
def test_settings_change_what_becomes_of_an_event(settings: dict[str, Any], outcome: str) -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    (change,) = diff(office, mapping(**settings)).changes
    assert change.after.outcome == outcome
    assert len(change.removed) == 2
    assert not change.added


def test_the_report_has_every_line_with_its_amount_as_text() -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    report = difference_json(diff(office, remapped()), {("sales", "Hats"): "Hats and caps"})
    (change,) = report["changes"]
    assert change["lines"] == [
        {
            "change": word, "side": "credit", "role": "sales", "key": "Hats", "account": account,
            "class": None, "department": None, "name": None, "amount": "108.25",
        }
        for word, account in (("removed", "50"), ("added", "51"))
    ]  # fmt: skip
    assert change["before"] == {
        "outcome": "posts", "txn_date": "2026-11-20", "code": None, "text": None, "missing": [],
    }  # fmt: skip


def test_keys_in_the_report_have_their_names() -> None:
    office = Office.opened()
    office.deliver(sale("1"))
    names = {("sales", "Hats"): "Hats and caps", ("location", "1"): "Burbank"}
    report = difference_json(diff(office, without_hats()), names)
    assert report["uncovered"] == [
        {
            "role": "sales", "key": "Hats", "name": "Hats and caps", "location": "1",
            "location_name": "Burbank", "events": 1,
        }
    ]  # fmt: skip
    assert report["becomes_held"] == 1


@pytest.mark.parametrize(
    ("first", "last"), [("2026-11-21", "2026-11-20"), ("2025-01-01", "2026-11-20")]
)
def test_a_range_that_is_empty_or_too_long_is_refused(first: str, last: str) -> None:
    with pytest.raises(BadRange, match="366"):
        days_between(date.fromisoformat(first), date.fromisoformat(last))
