"""What holds of the entries of any business day, and of the instant at which it is over."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.business_date import business_date, ends_at
from daybook.domain.day_legs import DayLegs, Places, lines_of
from daybook.domain.day_summary import Day, DayBook, entries_of
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent
from daybook.domain.journal import JournalEntry, Line
from daybook.domain.mapping import Mapping
from daybook.domain.translation import journal_entry
from tests.property.strategies import PROPERTY, events
from tests.property.test_entries_hold import RULES
from tests.property.test_names_dates_money import CLOSES, ZONES, transitions
from tests.unit.domain.builders import PARTIES, books

DAY = Day("shop", "100006", "2026-11-20", "USD")

type Sums = Counter[tuple[str, str, str]]


def own_entries(found: Iterable[FinancialEvent]) -> list[tuple[FinancialEvent, JournalEntry]]:
    """The events that would post by themselves, with their entries."""
    entries = []
    for event in found:
        try:
            entry = journal_entry(event, books(RULES["USD"]), PARTIES)
        except Held:
            continue
        if entry:
            entries.append((event, entry))
    return entries


def closed(
    found: Sequence[FinancialEvent], sequence: int = 1, **settings: int
) -> list[JournalEntry]:
    """The entries of a day of these events, each kept and read again as a row keeps it."""
    rules = Mapping.model_validate(
        {**RULES["USD"].model_dump(by_alias=True), "settings": {"currency": "USD", **settings}}
    )
    book, into = DayBook(), books(rules)
    places: Places = {}
    for number, event in enumerate(found):
        kept = DayLegs.of(event, into, PARTIES.parties)
        again = DayLegs.from_json(kept.to_json())
        assert again.to_json() == kept.to_json()
        book.add(f"{number:06d}", lines_of(again, into, places), again.rate)
    return [entry for _, entry in entries_of(DAY, sequence, book, into)]


def sums(entries: Iterable[JournalEntry]) -> Sums:
    """Debits and credits apart, by role and key."""
    found: Sums = Counter()
    for line in _lines(entries):
        found[line.side, line.role, line.key] += line.amount
    return found


def _lines(entries: Iterable[JournalEntry]) -> Iterable[Line]:
    return (line for entry in entries for line in entry.lines)


@PROPERTY
@given(st.lists(events("USD"), max_size=8))
def test_a_day_is_the_sum_of_its_events_debits_and_credits_apart(
    found: list[FinancialEvent],
) -> None:
    own = own_entries(found)
    assert sums(closed([event for event, _ in own])) == sums(entry for _, entry in own)


@PROPERTY
@given(st.lists(events("USD"), max_size=8), st.integers(0, 8))
def test_a_day_closed_in_pieces_sums_to_the_same(found: list[FinancialEvent], cut: int) -> None:
    posted = [event for event, _ in own_entries(found)]
    pieces = [*closed(posted[:cut]), *closed(posted[cut:], 2)]
    assert sums(pieces) == sums(closed(posted))


@PROPERTY
@given(st.lists(events("USD"), max_size=8), st.integers(2, 12))
def test_a_split_day_sums_to_the_same_in_entries_that_are_short_enough(
    found: list[FinancialEvent], most: int
) -> None:
    own = own_entries(found)
    parts = closed([event for event, _ in own], max_lines=most)
    assert sums(parts) == sums(entry for _, entry in own)
    longest = max((len(entry.lines) for _, entry in own), default=0)
    assert all(len(part.lines) <= max(most, longest) for part in parts)
    assert len({part.entry_id for part in parts}) == len(parts)
    assert len({part.doc_number for part in parts}) == len(parts)


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_is_over_when_no_more_of_it_can_happen_where_clocks_change(zone: str) -> None:
    for instant in transitions(zone):
        local = instant.astimezone(ZoneInfo(zone)).date()
        for close in CLOSES:
            for day in (local - timedelta(days=1), local):
                assert_over(day, zone, close)


def assert_over(day: date, zone: str, close: str) -> None:
    end = ends_at(day, zone, close)
    hours = [end + timedelta(minutes=10 * n) for n in range(36)]
    assert all(business_date(moment, zone, close) > day for moment in hours), (day, zone, close)
    # Never more than the hour by which the clock is moved too late.
    assert business_date(end - timedelta(hours=1, seconds=1), zone, close) <= day


@PROPERTY
@given(
    st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.sampled_from(ZONES), st.sampled_from(CLOSES)
)
def test_every_instant_is_before_the_end_of_its_business_date(
    day: date, zone: str, close: str
) -> None:
    for hour in range(24):
        moment = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
        assert moment < ends_at(business_date(moment, zone, close), zone, close)


def test_leap_days_are_days_like_any_other() -> None:
    for year in (2024, 2028):
        day = date(year, 2, 29)
        assert ends_at(day, "America/Chicago", "03:00") == datetime(year, 3, 1, 9, tzinfo=UTC)
        moment = datetime(year, 3, 1, 8, 59, tzinfo=UTC)
        assert business_date(moment, "America/Chicago", "03:00") == day


def test_a_store_that_moves_to_another_zone_loses_and_repeats_no_instant_of_a_date() -> None:
    moment = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    before, after = "America/Los_Angeles", "America/New_York"
    assert business_date(moment, before, "03:00") == date(2026, 11, 20)
    assert business_date(moment, after, "03:00") == date(2026, 11, 21)
    assert ends_at(date(2026, 11, 20), before, "03:00") > ends_at(
        date(2026, 11, 20), after, "03:00"
    )
