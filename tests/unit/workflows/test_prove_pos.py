"""The third side of the proof: what pulls saw at the point of sale against the ledger."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daybook.domain.identity import PostingKey
from daybook.domain.pos_side import PosDay, PosTotal
from daybook.workflows import prove_pos
from daybook.workflows.clear_flags import clear
from daybook.workflows.operator import EventName, Who
from tests.unit.workflows.office import SHOP, mapping
from tests.unit.workflows.pos_sides import A_DAY, Proved, opened, proved
from tests.unit.workflows.pulling import TICKETS, Branch


def test_three_sides_agree_by_location_and_kind() -> None:
    shop = proved()
    assert shop.found() == []
    side = shop.side()
    assert (side.state, side.connection) == ("read", SHOP)
    assert "tickets" not in side.text
    assert shop.total() == PosTotal(
        "1",
        "sale",
        "USD",
        {
            "pos_objects": 2, "pos_total": 3000, "ledger_objects": 2, "ledger_total": 3000,
            "qbo_objects": 2, "qbo_total": 3000, "slack": 0,
        },
    )  # fmt: skip
    assert shop.total().agrees
    assert shop.told == []


def test_what_the_ledger_lost_is_missing_until_its_range_is_pulled_again() -> None:
    shop = proved(post=False)
    for place in [one for one in shop.branch.ledger.rows if one[0].object_id == "2"]:
        del shop.branch.ledger.rows[place]
    (finding,) = shop.prove().findings
    assert finding.kind == "missing_in_ledger"
    assert finding.text.startswith("The point of sale has ticket 2, version ")
    assert finding.text.endswith("(total 20.00), and the ledger does not.")
    assert not all(one.agrees for one in shop.side().totals)
    shop.branch.pull()
    assert shop.found() == [("missing_in_ledger", "2")]
    job = shop.branch.pull(shop.branch.clock() - timedelta(days=3))
    assert job.counts == {"unchanged": 1, "found": 1}
    assert shop.found() == []
    assert shop.told == [("missing_in_ledger", "2")]


def test_an_object_that_was_seen_and_never_delivered_is_told_once() -> None:
    shop = proved()
    seen = shop.branch.pulls.objects[SHOP, "ticket", "1"]
    shop.branch.pulls.see(replace(seen, object_id="9", stated={"total": "99.00"}))
    assert shop.found() == [("missing_in_ledger", "9")]
    assert shop.found() == [("missing_in_ledger", "9")]
    assert shop.told == [("missing_in_ledger", "9")]


def test_a_newer_version_that_the_ledger_lacks_is_missing() -> None:
    shop = proved()
    seen = shop.branch.pulls.objects[SHOP, "ticket", "1"]
    shop.branch.pulls.see(replace(seen, version="2026-11-22T00:00:00Z"))
    assert shop.found() == [("missing_in_ledger", "1")]


def test_a_total_that_changed_under_the_same_version_is_flagged_and_goes_with_its_cause() -> None:
    shop = proved()
    row = shop.branch.vendor.shop.row(f"{TICKETS}/2")
    assert row is not None
    shop.branch.vendor.shop.put(f"{TICKETS}/2", {**row, "total": "25.00"})
    shop.branch.pull()
    (finding,) = shop.prove().findings
    assert (finding.kind, finding.location) == ("total_differs_at_pos", "1")
    assert finding.text == "The point of sale states 25.00 USD, and the event comes to 20.00."
    assert (shop.total().of("pos_total"), shop.total().of("ledger_total")) == (3500, 3000)
    assert shop.flags(2) == ["total_differs_at_pos"]
    shop.branch.vendor.shop.put(f"{TICKETS}/2", row)
    shop.branch.pull()
    assert shop.found() == []
    assert shop.flags(2) == []
    assert shop.told == [("total_differs_at_pos", "2")]


def test_what_the_poster_has_in_hand_is_told_once_and_not_touched() -> None:
    shop = proved(post=False)
    seen = shop.branch.pulls.objects[SHOP, "ticket", "1"]
    shop.branch.pulls.see(replace(seen, stated={"total": "11.00"}))
    before = dict(shop.branch.ledger.rows)
    assert shop.found() == shop.found() == [("total_differs_at_pos", "1")]
    assert shop.told == [("total_differs_at_pos", "1")]
    assert shop.branch.ledger.rows == before


def test_what_is_posted_with_its_day_is_on_every_side_but_its_own_entry() -> None:
    def by_day(branch: Branch) -> None:
        modes = {"1": [{"from": "2026-01-01", "mode": "day_summary"}]}
        rules = mapping(modes_by_location=modes)
        branch.mappings.activate(SHOP, branch.mappings.put(SHOP, rules, "test", ""))
        branch.webhook(branch.vendor.sell(3, "30.00"))

    shop = proved(by_day)
    assert shop.branch.row("3").status == "accumulated"
    assert shop.found() == []
    total = shop.total()
    assert (total.of("pos_total"), total.of("ledger_total")) == (6000, 6000)
    assert (total.of("qbo_total"), total.of("day_total")) == (3000, 3000)
    assert total.agrees


def test_a_cleared_difference_stays_cleared() -> None:
    shop = proved()
    seen = shop.branch.pulls.objects[SHOP, "ticket", "1"]
    shop.branch.pulls.see(replace(seen, stated={"total": "11.00"}))
    shop.prove()
    named = EventName("ticket", "1", seen.version)
    clear(SHOP, named, Who("ann", "the till was wrong"), shop.branch.operator())
    (finding,) = shop.prove().findings
    assert (finding.cleared, finding.is_new) == ("ann: the till was wrong", False)
    assert shop.flags() == []
    row = shop.branch.ledger.get(PostingKey(SHOP, "ticket", "1", seen.version))
    assert row
    assert row.status == "posted"


def test_an_object_of_ours_that_no_complete_read_had_is_flagged() -> None:
    def forged(branch: Branch) -> None:
        branch.webhook(branch.vendor.sell(3, "30.00"))
        branch.vendor.shop.lists[TICKETS] = [
            one for one in branch.vendor.shop.lists[TICKETS] if one["id"] != 3
        ]

    shop = proved(forged)
    assert shop.found() == [("missing_at_pos", "3")]
    assert shop.flags(3) == ["missing_at_pos"]
    assert shop.total().of("ledger_objects") == 3
    assert not shop.total().agrees
    assert [one.is_new for one in shop.prove().findings] == [False]


def test_what_came_after_the_read_is_not_missed() -> None:
    shop = proved()
    body = shop.branch.vendor.sell(4, "40.00", completed_at="2026-11-21T13:00:00Z")
    shop.branch.webhook(body)
    shop.branch.settle()
    assert shop.found() == []


def test_what_is_held_void_or_taken_back_is_explained() -> None:
    def more(branch: Branch) -> None:
        # An item class without an account is held; a ticket of nothing is void.
        held = branch.vendor.sell(3, "30.00")
        branch.mappings.activate(
            SHOP, branch.mappings.put(SHOP, mapping(without=("sales",)), "test", "")
        )
        branch.webhook(held)

    shop = proved(more)
    assert shop.branch.row("3").status == "held"
    assert shop.found() == []
    total = shop.total()
    assert (total.of("explained_objects"), total.of("explained_total")) == (1, 3000)
    assert (total.of("pos_objects"), total.of("pos_total")) == (3, 6000)
    assert total.agrees


def test_a_void_at_the_point_of_sale_is_nothing_on_every_side() -> None:
    def void(branch: Branch) -> None:
        branch.settle()
        branch.webhook(branch.vendor.void(2))

    shop = proved(void)
    assert shop.found() == []
    assert (shop.total().of("pos_objects"), shop.total().of("pos_total")) == (1, 1000)
    assert shop.total().agrees


def test_a_date_that_was_not_read_to_its_end_says_so() -> None:
    branch = opened()
    branch.webhook(branch.vendor.sell(1))
    branch.pull()
    branch.clock.sleep(A_DAY)
    side = Proved(branch).side()
    assert (side.state, side.totals) == ("not_read", ())
    assert side.text.startswith("Not read since the date ended: tickets, invoices")


def test_a_connection_that_is_never_pulled_says_so() -> None:
    branch = opened()
    branch.webhook(branch.vendor.sell(1))
    branch.clock.sleep(A_DAY)
    assert Proved(branch).side() == PosDay(SHOP, "not_pulled")


def test_an_index_that_lags_makes_no_difference() -> None:
    shop = proved()
    hidden = shop.branch.pulls.objects[SHOP, "ticket", "1"]
    shop.branch.pulls.objects[SHOP, "ticket", "1"] = replace(hidden, business_date="")
    assert shop.found() == []
    assert shop.total().of("pos_objects") == 2


def test_too_many_events_of_a_date_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove_pos, "MAX_OBJECTS", 1)
    side = proved().side()
    assert (side.state, side.text) == ("too_many", "More than 1 events of the date.")
