"""On which day an entry stands whose own day is closed."""

import copy
from dataclasses import replace
from datetime import date, timedelta

import pytest

from daybook.domain.books import Decision
from daybook.domain.chart import Chart
from daybook.domain.closed_books import OPEN, Closing, closing_of, moved
from daybook.domain.errors import Held
from daybook.domain.mapping import Settings
from daybook.domain.reversal import same_in_books
from daybook.domain.translation import journal_entry
from tests.unit.domain.builders import books, item, mapping, sale, tender

CLOSED = date(2026, 10, 31)
DAY = date(2026, 10, 30)
FIRST_OPEN = date(2026, 11, 1)
LATER = date(2026, 11, 20)
HOLDS, MOVES = Closing(CLOSED), Closing(CLOSED, moves=True)
TICKET = sale(lines=[item("5")], tenders=[tender("5")], business_date="2026-10-30")


def held(closing: Closing, day: date, beside: date | None = None) -> str:
    """Why nothing is posted: the event of a day, or its reversal beside what replaces it."""
    with pytest.raises(Held) as raised:
        closing.day_of_reversal(day, beside) if beside else closing.day_for(day)
    assert raised.value.problem.code == "period_closed"
    return raised.value.problem.text


def test_an_open_day_stays_whatever_the_setting() -> None:
    for closing in (OPEN, HOLDS, MOVES):
        assert closing.day_for(FIRST_OPEN) == FIRST_OPEN
        assert closing.day_of_reversal(LATER) == LATER


def test_the_closing_date_itself_is_closed() -> None:
    assert not HOLDS.is_open(CLOSED)
    assert HOLDS.is_open(CLOSED + timedelta(days=1))
    assert MOVES.day_for(CLOSED) == FIRST_OPEN


def test_a_closed_day_is_held_with_both_dates_in_the_text() -> None:
    text = held(HOLDS, DAY)
    assert "2026-10-31" in text
    assert "2026-10-30" in text


@pytest.mark.parametrize(
    ("month", "closed", "day", "opens"),
    [
        (1, "2026-12-30", "2026-01-02", "2026-12-31"),
        (1, "2026-12-31", "2026-12-31", None),
        (7, "2026-12-31", "2026-12-31", "2027-01-01"),
        (7, "2026-06-30", "2026-06-30", None),
        (7, "2026-06-29", "2025-07-01", "2026-06-30"),
        (12, "2026-11-30", "2026-11-30", None),
        (12, "2026-12-01", "2026-12-01", "2026-12-02"),
    ],
)
def test_an_entry_never_moves_into_another_fiscal_year(
    month: int, closed: str, day: str, opens: str | None
) -> None:
    closing = Closing(date.fromisoformat(closed), moves=True, fiscal_month=month)
    if opens is None:
        assert "another fiscal year" in held(closing, date.fromisoformat(day))
    else:
        assert closing.day_for(date.fromisoformat(day)) == date.fromisoformat(opens)


def test_a_reversal_on_a_closed_day_stands_where_its_replacement_does() -> None:
    assert MOVES.day_of_reversal(DAY, LATER) == LATER
    assert MOVES.day_of_reversal(DAY, FIRST_OPEN, moved=True) == FIRST_OPEN
    assert MOVES.day_of_reversal(DAY) == FIRST_OPEN


def test_a_reversal_on_an_open_day_moves_with_a_replacement_that_moved() -> None:
    assert MOVES.day_of_reversal(LATER, FIRST_OPEN, moved=True) == FIRST_OPEN
    assert MOVES.day_of_reversal(LATER, FIRST_OPEN) == LATER


def test_where_one_of_the_two_cannot_stand_neither_does() -> None:
    assert "2026-10-30" in held(HOLDS, DAY, LATER)
    next_year = date(2027, 1, 5)
    assert "another fiscal year" in held(MOVES, DAY, next_year)


def test_a_replacement_on_a_day_that_closed_meanwhile_draws_no_reversal_there() -> None:
    assert MOVES.day_of_reversal(DAY, DAY) == FIRST_OPEN


def test_what_is_known_of_the_closing_date_comes_from_the_chart_and_the_setting() -> None:
    chart = Chart("1", 4, close_date=CLOSED, fiscal_month=7)
    assert closing_of(None, Settings()) == OPEN
    assert closing_of(chart, None) == Closing(CLOSED, moves=False, fiscal_month=7, version=4)
    settings = Settings(closed_books="next_open_day")
    assert closing_of(chart, settings) == Closing(CLOSED, True, 7, 4)


def test_a_moved_entry_keeps_its_amounts_and_says_its_own_date_in_note_and_lines() -> None:
    entry = journal_entry(TICKET, books(mapping()))
    assert entry
    after = moved(entry, FIRST_OPEN)
    assert (entry.txn_date, after.txn_date) == (DAY, FIRST_OPEN)
    assert after.note == f"business date 2026-10-30 | {entry.note}"
    for before, line in zip(entry.lines, after.lines, strict=True):
        assert line == copy.replace(
            before, description=f"{before.description}; business date 2026-10-30"
        )
    assert moved(entry, DAY) is entry


def test_the_entry_of_a_decision_is_the_moved_one_to_the_byte() -> None:
    entry = journal_entry(TICKET, books(mapping()))
    again = journal_entry(TICKET, books(mapping()), Decision(txn_date=FIRST_OPEN))
    assert entry
    assert again
    assert again.to_json() == moved(entry, FIRST_OPEN).to_json()


@pytest.mark.parametrize("letter", ["x", "\N{SLICE OF PIZZA}"])
def test_the_date_fits_behind_the_longest_description(letter: str) -> None:
    entry = journal_entry(TICKET, books(mapping()))
    assert entry
    long = replace(
        entry, lines=tuple(copy.replace(line, description=letter * 4_000) for line in entry.lines)
    )
    for line in moved(long, FIRST_OPEN).lines:
        assert line.description.endswith("; business date 2026-10-30")
        assert len(line.description.encode("utf-16-le")) <= 2 * 4_000


def test_closed_books_alone_make_no_newer_version_of_an_entry() -> None:
    entry = journal_entry(TICKET, books(mapping()))
    assert entry
    there = moved(entry, FIRST_OPEN)
    assert not same_in_books(entry, there)
    assert same_in_books(entry, there, same_day=True)
    other = replace(there, currency="EUR")
    assert not same_in_books(entry, other, same_day=True)
