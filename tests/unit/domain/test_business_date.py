"""The business date of an instant: a day runs from its closing hour to the next."""

from datetime import UTC, date, datetime

import pytest

from daybook.domain.business_date import business_date


@pytest.mark.parametrize(
    ("instant", "zone", "close", "day"),
    [
        ("2026-11-20T10:59:59+00:00", "America/Los_Angeles", "03:00", date(2026, 11, 19)),
        ("2026-11-20T11:00:00+00:00", "America/Los_Angeles", "03:00", date(2026, 11, 20)),
        ("2026-11-21T07:30:00+00:00", "America/Los_Angeles", "03:00", date(2026, 11, 20)),
        ("2026-11-20T23:59:59+00:00", "UTC", "00:00", date(2026, 11, 20)),
        ("2026-11-21T00:00:00+00:00", "UTC", "00:00", date(2026, 11, 21)),
        ("2026-11-20T18:29:00+00:00", "Asia/Kolkata", "00:00", date(2026, 11, 20)),
        ("2026-11-20T18:30:00+00:00", "Asia/Kolkata", "00:00", date(2026, 11, 21)),
        ("2026-12-31T10:00:00+00:00", "Pacific/Kiritimati", "00:00", date(2027, 1, 1)),
        # 01:30 comes twice on the night the clocks go back: both are before a close of 02:00.
        ("2026-11-01T05:30:00+00:00", "America/New_York", "02:00", date(2026, 10, 31)),
        ("2026-11-01T06:30:00+00:00", "America/New_York", "02:00", date(2026, 10, 31)),
        # 02:30 never comes on the night they go forward: 03:00 is past it.
        ("2026-03-08T06:59:59+00:00", "America/New_York", "02:30", date(2026, 3, 7)),
        ("2026-03-08T07:00:00+00:00", "America/New_York", "02:30", date(2026, 3, 8)),
    ],
)
def test_instant_belongs_to_the_day_that_its_wall_clock_shows(
    instant: str, zone: str, close: str, day: date
) -> None:
    assert business_date(datetime.fromisoformat(instant), zone, close) == day


def test_offset_in_which_an_instant_is_written_does_not_matter() -> None:
    written = datetime.fromisoformat("2026-11-21T08:30:00+01:00")
    same = written.astimezone(UTC)
    zone = ("America/Los_Angeles", "03:00")
    assert business_date(written, *zone) == business_date(same, *zone) == date(2026, 11, 20)
