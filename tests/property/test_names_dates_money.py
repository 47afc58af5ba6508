"""What holds of money, dates, versions, names and mappings whatever is put in."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from daybook.domain.business_date import business_date
from daybook.domain.errors import Held
from daybook.domain.identity import doc_number, marker, read_marker
from daybook.domain.mapping import Mapping
from daybook.domain.money import is_exact, minor_digits, to_minor, to_text
from daybook.domain.versions import compare
from tests.property.strategies import PROPERTY, currencies, texts

ZONES = (
    "America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "America/Havana",
    "America/St_Johns", "America/Nuuk", "Europe/London", "Europe/Berlin", "Africa/Cairo",
    "Africa/Casablanca", "Asia/Beirut", "Asia/Kolkata", "Asia/Tokyo", "Australia/Lord_Howe",
    "Pacific/Chatham", "Pacific/Kiritimati", "UTC",
)  # fmt: skip
CLOSES = ("00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "04:00", "23:30")
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)

hexes = st.text("0123456789abcdef", min_size=64, max_size=64)


def transitions(zone: str) -> list[datetime]:
    """The hours from 2024 to 2030 in which a zone's offset changes."""
    place = ZoneInfo(zone)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    found = []
    for before, after in pairwise(days):
        if before.astimezone(place).utcoffset() != after.astimezone(place).utcoffset():
            hours = [before + timedelta(hours=n) for n in range(25)]
            found += [
                late
                for early, late in pairwise(hours)
                if early.astimezone(place).utcoffset() != late.astimezone(place).utcoffset()
            ]
    return found


def by_wall_clock(instant: datetime, zone: str, close: str) -> date:
    """The business date from the naive wall time alone: an oracle of its own."""
    hours, minutes = map(int, close.split(":"))
    wall = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (wall - timedelta(hours=hours, minutes=minutes)).date()


@pytest.mark.parametrize("zone", ZONES)
def test_business_date_follows_the_wall_clock_at_every_change_of_clocks(zone: str) -> None:
    for change in [*transitions(zone), datetime(2026, 11, 20, tzinfo=UTC)]:
        for quarter in range(-60, 120):
            instant = change + timedelta(minutes=15 * quarter)
            for moment in (instant - timedelta(microseconds=1), instant):
                for close in CLOSES:
                    assert business_date(moment, zone, close) == by_wall_clock(moment, zone, close)


def test_the_zones_tested_do_change_their_clocks() -> None:
    assert len(transitions("America/New_York")) == 14
    assert transitions("Asia/Tokyo") == []


@PROPERTY
@given(st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None)),
       st.sampled_from(ZONES), st.sampled_from(CLOSES))  # fmt: skip
def test_every_instant_has_one_business_date_near_its_own(
    naive: datetime, zone: str, close: str
) -> None:
    instant = naive.replace(tzinfo=UTC)
    day = business_date(instant, zone, close)
    assert day == by_wall_clock(instant, zone, close)
    assert abs((day - instant.date()).days) <= 2


@PROPERTY
@given(st.integers(-(10**17), 10**17), currencies)
def test_money_survives_text(minor: int, currency: str) -> None:
    text = to_text(minor, currency)
    assert to_minor(Decimal(text), currency) == minor
    assert is_exact(Decimal(text), currency)
    assert len(text.partition(".")[2]) == minor_digits(currency)


@PROPERTY
@given(
    st.decimals(-(10**14), 10**14, allow_nan=False, places=9)
    | st.integers(-(10**9), 10**9).map(lambda number: Decimal(number * 5).scaleb(-4)),
    currencies,
)
def test_rounding_moves_an_amount_half_a_unit_at_most_and_alike_on_both_sides(
    amount: Decimal, currency: str
) -> None:
    scaled = amount * 10 ** minor_digits(currency)
    assert abs(to_minor(amount, currency) - scaled) <= Decimal("0.5")
    assert to_minor(-amount, currency) == -to_minor(amount, currency)
    if abs(scaled) % 1 == Decimal("0.5"):
        assert abs(to_minor(amount, currency)) > abs(scaled)


@PROPERTY
@given(texts, hexes)
def test_doc_number_is_at_most_21_plain_characters_and_ends_in_the_entrys_own(
    readable: str, entry: str
) -> None:
    number = doc_number(readable, entry)
    assert 6 <= len(number) <= 21
    assert set(number) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert number.endswith(doc_number("", entry))
    assert number == doc_number(readable, entry)


@PROPERTY
@given(texts, hexes, hexes, st.integers(1, 10**6))
def test_marker_is_found_behind_any_note(note: str, entry: str, content: str, gen: int) -> None:
    found = read_marker(f"{note} {marker(entry, gen, content)}")
    assert found
    assert (found.entry_id16, found.generation, found.content_sha8) == (
        entry[:16], gen, content[:8],
    )  # fmt: skip


versions = st.one_of(
    st.integers(0, 10**25).map(str),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: f"{at.isoformat()}Z"),
    texts.filter(bool),
)


@PROPERTY
@given(versions, versions)
def test_versions_compare_the_same_from_both_ends_or_not_at_all(one: str, other: str) -> None:
    try:
        forth = compare(one, other)
    except Held:
        with pytest.raises(Held):
            compare(other, one)
        return
    assert compare(other, one) == -forth
    assert compare(one, one) == 0


@PROPERTY
@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),
       st.integers(-840, 840), st.integers(-(10**9), 10**9))  # fmt: skip
def test_versions_that_are_instants_compare_as_instants(
    at: datetime, offset: int, seconds: int
) -> None:
    first = at.replace(tzinfo=UTC)
    second = first + timedelta(seconds=seconds)
    assume(2000 < second.year < 2100)
    sign = "+" if offset >= 0 else "-"
    hours, minutes = divmod(abs(offset), 60)
    local = (second + timedelta(minutes=offset)).replace(tzinfo=None).isoformat()
    written = f"{local}{sign}{hours:02}:{minutes:02}"
    assert compare(first.isoformat(), written) == (first > second) - (first < second)


@PROPERTY
@given(
    st.sets(st.tuples(st.sampled_from(["*", "a", "b"]), st.sampled_from([None, "1", "2"]))),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["1", "2", "3"]),
)
def test_most_specific_row_of_a_mapping_wins(
    places: set[tuple[str, str | None]], key: str, location: str
) -> None:
    rows = [
        {"role": "sales", "key": name, "location": place, "account": f"{name} {place}"}
        for name, place in sorted(places, key=str)
    ]
    found = Mapping.model_validate({"accounts": rows}).resolve("sales", key, location)
    order = [(key, location), (key, None), ("*", location), ("*", None)]
    wanted = next((f"{name} {place}" for name, place in order if (name, place) in places), None)
    assert (found.account if found else None) == wanted
