"""How a proof's third side is shown: what the point of sale has, beside what the ledger has."""

from collections.abc import Iterable
from typing import Any

from cli.output import table
from daybook.domain.money import to_text
from daybook.domain.pos_side import STATE_WORDS, PosDay, PosTotal, Sum
from daybook.domain.proof import DayProof

_SIDES: dict[str, tuple[Sum, Sum]] = {
    "pos": ("pos_objects", "pos_total"),
    "ledger": ("ledger_objects", "ledger_total"),
    "explained": ("explained_objects", "explained_total"),
    "qbo": ("qbo_objects", "qbo_total"),
    "with_day": ("day_objects", "day_total"),
}


def as_rows(day: DayProof) -> list[dict[str, Any]]:
    """The third side of a date as JSON, by connection; amounts are strings."""
    return [
        {
            "connection": one.connection,
            "state": one.state,
            "note": one.text,
            "totals": [_row(total) for total in one.totals],
        }
        for one in day.pos
    ]


def _row(total: PosTotal) -> dict[str, Any]:
    sides = {
        name: {"objects": total.of(objects), "total": to_text(total.of(sum_), total.currency)}
        for name, (objects, sum_) in _SIDES.items()
    }
    named = {"location": total.location, "kind": total.kind, "currency": total.currency or None}
    return named | sides | {"agrees": total.agrees}


def cell(day: DayProof, location: str, currency: str) -> str:
    """One location's point of sale in a word or two: how many objects, and what they come to.

    Where the ledger has, or explains, less or more, that too.
    """
    found = [
        total for one in day.pos for total in one.at(location) if total.currency in {currency, ""}
    ]
    if not found:
        return ", ".join(sorted({_word(one) for one in day.pos}))
    there = _sum(found, "pos_objects"), _sum(found, "pos_total")
    if all(total.agrees for total in found):
        return _text(*there, currency)
    objects = _sum(found, "ledger_objects", "explained_objects")
    total = _sum(found, "ledger_total", "explained_total")
    return f"{_text(*there, currency)}, ledger {_text(objects, total, currency)}"


def _word(day: PosDay) -> str:
    return "nothing" if day.state == "read" else STATE_WORDS[day.state]


def _sum(totals: Iterable[PosTotal], *names: Sum) -> int:
    return sum(total.of(name) for total in totals for name in names)


def _text(objects: int, total: int, currency: str) -> str:
    return f"{objects}: {to_text(total, currency)}"


def places(day: DayProof) -> set[tuple[str, str]]:
    """The locations and currencies that only the point of sale may have."""
    found = {(total.location, total.currency) for one in day.pos for total in one.totals}
    known = {location for location, currency in found if currency}
    return {(place, currency) for place, currency in found if currency or place not in known}


def show_differing(days: Iterable[DayProof]) -> None:
    """A table of what does not agree, by kind."""
    rows: list[list[object]] = [
        [
            day.day,
            one.connection,
            total.location,
            total.kind,
            *(_text(total.of(number), total.of(sum_), total.currency)
              for number, sum_ in _SIDES.values()),
        ]
        for day in days
        for one in day.pos
        for total in one.totals
        if not total.agrees
    ]  # fmt: skip
    if rows:
        columns = ["date", "connection", "location", "kind", "point of sale", "ledger",
                   "explained", "QuickBooks", "with its day"]  # fmt: skip
        table("The point of sale differs (objects: total)", columns, rows)


def notes(days: Iterable[DayProof]) -> list[str]:
    """What could not be compared of dates that were, each once, with its dates."""
    found: dict[tuple[str, str], list[str]] = {}
    for day in days:
        for one in day.pos:
            if one.text and one.state != "not_read":
                found.setdefault((one.connection, one.text), []).append(day.day)
    return [f"{connection}, {_range(dates)}: {text}" for (connection, text), dates in found.items()]


def _range(dates: list[str]) -> str:
    return dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
