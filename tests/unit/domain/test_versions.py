"""Which of two versions is the newer."""

import pytest

from daybook.domain.errors import Held
from daybook.domain.versions import compare


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1", "2"),
        ("9", "10"),
        ("9007199254740993", "9007199254740994"),
        ("2026-11-20T23:41:07Z", "2026-11-20T23:41:08Z"),
        ("2026-11-20T23:41:07Z", "2026-11-20T23:41:07.1Z"),
        ("2026-11-20T23:41:07.1234561Z", "2026-11-20T23:41:07.1234562Z"),
        ("2026-11-21T00:00:00+01:00", "2026-11-20T23:30:00Z"),
    ],
)
def test_newer_is_above_older(older: str, newer: str) -> None:
    assert compare(older, newer) == -1
    assert compare(newer, older) == 1


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("1", "1"),
        ("1", "01"),
        ("abc", "abc"),
        ("2026-11-20T23:41:07Z", "2026-11-21T00:41:07+01:00"),
        ("2026-11-20T23:41:07.10Z", "2026-11-20t23:41:07.1z"),
    ],
)
def test_equal_versions_are_equal_however_written(one: str, same: str) -> None:
    assert compare(one, same) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "2026-11-20T23:41:07Z"),
        ("v1", "v2"),
        ("-1", "2"),
        ("1.0", "2"),
        ("١", "٢"),
        ("2026-11-20T23:41:07", "2026-11-20T23:41:08"),
        ("20261120T234107Z", "20261120T234108Z"),
        ("2026-13-20T23:41:07Z", "2026-11-20T23:41:08Z"),
        ("2026-11-20", "2026-11-21"),
    ],
)
def test_versions_that_cannot_be_put_in_order_are_held(one: str, other: str) -> None:
    with pytest.raises(Held) as held:
        compare(one, other)
    assert held.value.problem.code == "conflict"
