"""Versions of a day's event in any order of arrival, and what was held in between."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from daybook.domain.connection import Connection
from daybook.workflows.known import Known
from daybook.workflows.release import release
from daybook.workflows.translate import take_in
from tests.unit.workflows.closing import DayOffice
from tests.unit.workflows.office import REALM, SHOP, balance, sale, void_of

_WITHOUT_HATS = ("sales", "returns")


def _posted(office: DayOffice) -> int:
    office.clock.sleep(60)
    office.close(whole=True)
    office.drain()
    return balance(office)


def test_an_older_version_after_an_empty_newer_one_adds_nothing() -> None:
    office = DayOffice.in_days()
    office.deliver(sale(amount="0", version="2"))
    office.deliver(sale(amount="10.00"))
    assert office.row(version="1").status == "superseded"
    assert list(office.days.open_days(SHOP)) == []


def test_a_reverse_older_than_a_version_that_says_the_same_takes_nothing_back() -> None:
    office = DayOffice.in_days()
    office.deliver(sale(amount="10.00"))
    office.deliver(sale(amount="10.00", version="3"))
    office.deliver(void_of(version="2"))
    assert office.row(version="2").status == "superseded"
    assert _posted(office) == 1000


def test_what_stands_for_a_newer_version_stands_again_after_it_was_held() -> None:
    office = DayOffice.in_days()
    office.deliver(sale(amount="10.00"))
    office.deliver(sale(amount="10.00", version="2"))
    office.activated(without=_WITHOUT_HATS, mode="day_summary")
    office.close()
    assert office.row(version="1").status == "held"
    office.activated(mode="day_summary")
    release(Connection(SHOP, "canonical", REALM), "mapping", office.releaser())
    assert _posted(office) == 1000


def test_a_reverse_whose_original_is_superseded_already_waits_for_nothing() -> None:
    office = DayOffice.in_days()
    office.deliver(void_of(version="2"))
    office.deliver(void_of(version="3"))
    office.deliver(sale())
    office.settle()
    waiting = [row.id for row in office.ledger.rows.values() if row.status == "held"]
    assert waiting == []
    assert _posted(office) == 0


def test_what_was_taken_back_and_then_held_is_in_a_list_with_its_reversal() -> None:
    office = DayOffice.in_days()
    office.deliver(sale())
    office.deliver(void_of())
    original = office.row(purpose="post", effect="post")
    held = original.moved("held", office.clock(), reason="unmapped_account", reason_text="No.")
    assert office.ledger.change(original, held)
    release(Connection(SHOP, "canonical", REALM), "mapping", office.releaser())
    closed = office.close(whole=True)
    assert closed.close is not None
    assert closed.close.count == 3


class _Meanwhile:
    """A ledger beside which others work, just before one of its calls."""

    def __init__(self, ledger: Any, at: int, act: Callable[[], object]) -> None:
        self._ledger, self._left, self._act = ledger, at, act

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._ledger, name)
        if not callable(call):
            return call

        def counted(*args: Any, **named: Any) -> Any:
            self._left -= 1
            if self._left == 0:
                self._act()
            return call(*args, **named)

        return counted


_TICKET_AGAIN = sale(amount="10.00", version="3")


@pytest.mark.parametrize("at", range(1, 14))
@pytest.mark.parametrize(
    ("first", "inside"),
    [(void_of(version="2"), _TICKET_AGAIN), (_TICKET_AGAIN, void_of(version="2"))],
)
def test_a_ticket_sent_again_stands_whenever_its_taking_back_comes(
    first: dict[str, Any], inside: dict[str, Any], at: int
) -> None:
    office = DayOffice.in_days()
    office.deliver(sale(amount="10.00"), "first")
    plain = office.ledger
    other = replace(office)
    beside: Any = _Meanwhile(plain, at, lambda: other.deliver(inside, "inside"))
    office.ledger = beside
    office.deliver(first, "outside")
    office.ledger = plain
    office.deliver(inside, "inside")
    assert _posted(office) == 1000


def test_a_version_judged_by_the_mode_of_just_before_takes_the_place_of_one_in_its_day() -> None:
    """One invocation has read the mapping, another one begins after days are in force."""
    office = DayOffice.in_days(mode="per_event")
    tools = office.translator()
    known = Known(tools)
    known.of(SHOP, "canonical")
    office.activated(mode="day_summary")
    office.deliver(sale(amount="10.00"), "first")
    newer = take_in(office.delivery(sale(amount="7.00", version="2"), "second"), tools, known)
    assert [(row.status, row.mode) for row in newer.rows] == [("ready", "")]
    office.drain(newer.ready[REALM])
    assert _posted(office) == 700
