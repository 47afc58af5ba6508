"""The business days of a connection as a calendar: in full as far as a bounded read reaches.

What a date has is counted by the index. Dates are added up, the last one first, until so many rows
were read; of those beyond, only the counts and the closes are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from daybook.domain.day_close import OpenDay
from daybook.domain.proof import DayProof
from daybook.domain.shelf import Shelf
from daybook.workflows.day_overview import DayAt, days_of
from daybook.workflows.operator import NotPossible
from daybook.workflows.ports import Connection, Days, Ledger, Shelves
from daybook.workflows.prover import Proofs

MAX_DAYS: Final = 31
MAX_ROWS: Final = 250
MAX_ROWS_OF_A_DAY: Final = 20_000


@dataclass(frozen=True, slots=True)
class DateLine:
    """One business date. rows: how many the index shows; at: its locations in full, () where they
    were not added up (`counted` is False then). open_days: of what is summed, by location."""

    date: str
    rows: int
    counted: bool
    at: Sequence[DayAt] = ()
    open_days: Sequence[OpenDay] = ()
    proof: DayProof | None = None


@dataclass(frozen=True, slots=True)
class DayTools:
    """What the days are read with."""

    ledger: Ledger
    days: Days
    shelves: Shelves
    proofs: Proofs


def dates_between(first: str, last: str) -> list[str]:
    """Every date, the last one first. Raises NotPossible for no range of 1 to 31 days."""
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise NotPossible("Give both dates, as 2026-11-20.") from None
    count = (end - start).days + 1
    if not 1 <= count <= MAX_DAYS:
        raise NotPossible(f"{first} to {last} is no range of 1 to {MAX_DAYS} days.")
    return [(end - timedelta(days=number)).isoformat() for number in range(count)]


def day_list(
    connection: Connection, dates: Sequence[str], location: str, tools: DayTools
) -> list[DateLine]:
    """The dates that have anything of them. dates: the last one first; location: "" for all."""
    summed = tools.shelves.accumulated(connection.id, dates[-1], dates[0])
    proofs = _proofs(connection.realm, dates, tools.proofs)
    found, read = [], 0
    for day in dates:
        shelves = [Shelf("day", connection.id, date=day), *(s for s in summed if s.date == day)]
        rows = sum(tools.shelves.count(shelf) for shelf in shelves)
        has_days = len(shelves) > 1
        if not rows and not has_days:
            continue
        opened = list(tools.days.open_days(connection.id, day)) if has_days else []
        counted = read + rows <= MAX_ROWS
        at: list[DayAt] = []
        if counted:
            read += rows
            at = list(days_of(connection.id, [day], tools.ledger, tools.days, location))
        found.append(DateLine(day, rows, counted, at, opened, proofs.get(day)))
    return found


def _proofs(realm: str, dates: Sequence[str], proofs: Proofs) -> dict[str, DayProof]:
    last = proofs.last(realm, len(dates)) if realm else []
    return {proof.day: proof for proof in last}


def rows_of_date(connection: str, day: str, shelves: Shelves) -> int:
    """How many rows the index shows of a date."""
    places = [Shelf("day", connection, date=day), *shelves.accumulated(connection, day, day)]
    return sum(shelves.count(place) for place in places)
