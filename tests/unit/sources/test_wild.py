"""Typed reads: each says where it stood and what it wanted."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.errors import Unreadable
from daybook.sources.wild import Wild

TICKET = Wild(
    {
        "id": 100245,
        "number": "T-7",
        "total": Decimal("108.25"),
        "text_total": "72.95",
        "big": "1e3",
        "count": 3,
        "voided?": False,
        "nothing": None,
        "at": "2026-11-20T15:41:07.123-08:00",
        "local": "2026-11-20T15:41:07",
        "customer": {"id": 7},
        "lines": [{"qty": 1}, {"qty": "two"}],
    }
)


def test_each_kind_is_read_as_itself() -> None:
    assert TICKET.id_text("id") == "100245"
    assert TICKET.id_text("number") == "T-7"
    assert TICKET.amount("total") == Decimal("108.25")
    assert TICKET.amount("text_total") == Decimal("72.95")
    assert TICKET.amount("big") == 1000
    assert TICKET.amount("count") == 3
    assert TICKET.boolean("voided?") is False
    assert TICKET.instant("at") == datetime(2026, 11, 20, 23, 41, 7, 123000, tzinfo=UTC)
    assert TICKET.date("local") == date(2026, 11, 20)
    assert TICKET.text("local").endswith("07")
    assert TICKET.get("customer").id_text("id") == "7"
    assert [line.path for line in TICKET.items("lines")] == ["lines.0", "lines.1"]


def test_null_and_absent_take_the_default() -> None:
    for field in ("nothing", "absent"):
        assert not TICKET.has(field)
        assert TICKET.id_text(field, "") == ""
        assert TICKET.text(field, "word") == "word"
        assert TICKET.amount(field, Decimal(0)) == 0
        assert TICKET.boolean(field, True) is True


READS: list[tuple[str, Callable[[Wild], Any]]] = [
    ("absent", lambda ticket: ticket.amount("absent")),
    ("nothing", lambda ticket: ticket.text("nothing")),
    ("id", lambda ticket: ticket.text("id")),
    ("total", lambda ticket: ticket.id_text("total")),
    ("voided?", lambda ticket: ticket.id_text("voided?")),
    ("voided?", lambda ticket: ticket.amount("voided?")),
    ("count", lambda ticket: ticket.boolean("count")),
    ("number", lambda ticket: ticket.amount("number")),
    ("local", lambda ticket: ticket.instant("local")),
    ("number", lambda ticket: ticket.date("number")),
    ("customer.name", lambda ticket: ticket.get("customer").text("name")),
    ("id", lambda ticket: ticket.get("id")),
    ("customer", lambda ticket: ticket.items("customer")),
    ("lines.1.qty", lambda ticket: ticket.items("lines")[1].amount("qty")),
]


@pytest.mark.parametrize(("path", "read"), READS)
def test_a_wrong_kind_is_named_by_its_path(path: str, read: Callable[[Wild], Any]) -> None:
    with pytest.raises(Unreadable) as caught:
        read(TICKET)
    assert caught.value.path == path


@pytest.mark.parametrize(
    "value",
    ["", " 1", "1_000", "+1", ".5", "1.", "0x1", "01", "١", "NaN", "1e21", "1" * 21, "1e15",
     "-1e15", 1e3, float("nan"), [1]],
)  # fmt: skip
def test_only_plain_exact_amounts_are_read(value: object) -> None:
    with pytest.raises(Unreadable):
        Wild({"amount": value}).amount("amount")


@pytest.mark.parametrize("value", ["", "a\x00b", "a\nb", "x" * 201, 1.5, {}])
def test_an_id_is_plain_and_short(value: object) -> None:
    with pytest.raises(Unreadable):
        Wild({"id": value}).id_text("id")


@pytest.mark.parametrize(
    "value",
    ["2026-11-20", "2026-13-20T00:00:00Z", "2026-11-20T25:00:00Z", "20261120T000000Z", "now",
     "2026-11-20T15:41:07", "2026-11-20T15:41:07+0800", "2026-W47-5T00:00:00Z"],
)  # fmt: skip
def test_an_instant_has_its_offset(value: str) -> None:
    with pytest.raises(Unreadable, match="offset"):
        Wild({"at": value}).instant("at")


def test_a_row_that_is_no_object_is_named() -> None:
    with pytest.raises(Unreadable, match=r"^lines\.1: must be an object, not a number"):
        Wild({"lines": [{}, 7]}).items("lines")
