"""What holds of closed books, whatever the closing date, the day and the fiscal year."""

import copy
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from daybook.domain.closed_books import Closing, moved
from daybook.domain.errors import Held, Problem
from daybook.domain.event import FinancialEvent
from daybook.domain.reversal import reversal_of
from daybook.domain.translation import journal_entry, posting_key
from tests.property.strategies import PROPERTY, events
from tests.unit.domain.builders import PARTIES, books, mapping

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
closings = st.builds(
    Closing, through=st.none() | days, moves=st.booleans(), fiscal_month=st.integers(1, 12)
)


def judged(decide: Callable[[], date]) -> date | Problem:
    """The day, or why there is none."""
    try:
        return decide()
    except Held as held:
        return held.problem


def first_day_of_year(day: date, month: int) -> date:
    """The first day of a day's fiscal year: by counting back, an oracle of its own."""
    while (day.month, day.day) != (month, 1):
        day -= timedelta(days=1)
    return day


@PROPERTY
@given(closings, days)
@example(Closing(date(2026, 12, 31), moves=True), date(2026, 12, 31))
def test_the_posted_day_is_open_in_the_same_year_and_its_own_where_that_is_open(
    closing: Closing, day: date
) -> None:
    on = judged(lambda: closing.day_for(day))
    if isinstance(on, Problem):
        assert closing.through is not None
        assert (on.code, day <= closing.through) == ("period_closed", True)
        opens = closing.through + timedelta(days=1)
        crosses = first_day_of_year(opens, closing.fiscal_month) > day
        assert not closing.moves or crosses
        return
    assert closing.is_open(on)
    assert (on == day) == closing.is_open(day)
    assert on - timedelta(days=1) in (day - timedelta(days=1), closing.through)
    assert first_day_of_year(on, closing.fiscal_month) <= day


@PROPERTY
@given(closings, days, days)
def test_a_reversal_and_its_replacement_are_both_open_and_move_together(
    closing: Closing, original: date, own: date
) -> None:
    on = judged(lambda: closing.day_for(own))
    if isinstance(on, Problem):
        return
    back = judged(lambda: closing.day_of_reversal(original, on, moved=on != own))
    if isinstance(back, Problem):
        assert back.code == "period_closed"
        return
    assert closing.is_open(on)
    assert closing.is_open(back)
    assert back == on or (back, on) == (original, own)


@PROPERTY
@given(events(), closings)
def test_a_moved_entry_and_its_reversal_have_the_amounts_of_the_entry(
    event: FinancialEvent, closing: Closing
) -> None:
    try:
        entry = journal_entry(event, books(mapping(settings={"currency": "USD"})), PARTIES)
        if entry is None:
            return
        after = moved(entry, closing.day_for(entry.txn_date))
    except Held:
        return
    untold = [copy.replace(line, description="") for line in after.lines]
    assert untold == [copy.replace(line, description="") for line in entry.lines]
    assert (after.doc_number, after.currency, after.entry_id) == (
        entry.doc_number, entry.currency, entry.entry_id,
    )  # fmt: skip
    back = reversal_of(after, "realm", posting_key(event, "shop"))
    assert back.txn_date == after.txn_date
