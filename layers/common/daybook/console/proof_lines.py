"""A date's proof as lines: what the ledger, QuickBooks and the point of sale each say, and what was
found."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from daybook.console.web import href
from daybook.domain.control_totals import SIDES, Side, Total
from daybook.domain.pos_side import PosDay
from daybook.domain.proof import FINDINGS, DayProof
from daybook.domain.roles import in_words
from daybook.workflows.operator import EventName, NotPossible


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One total. sums: by side, in minor units; of a count (`is_count`) numbers of entries."""

    what: str
    key: str
    currency: str
    sums: Mapping[Side, int]
    agrees: bool
    is_count: bool


def totals_at(proof: DayProof, location: str) -> list[TotalLine]:
    """The totals of one location, those that differ first."""
    lines = [_line(total) for total in proof.totals if total.place.location == location]
    return sorted(lines, key=lambda line: line.agrees)


def _line(total: Total) -> TotalLine:
    place = total.place
    what = "Entries"
    if place.role:
        what = "No role" if place.role == "unknown" else in_words(place.role)
    sums = {side: total.sums.get(side, 0) for side in SIDES}
    return TotalLine(what, place.key, place.currency, sums, total.agrees, not place.role)


def pos_at(proof: DayProof, connection: str, location: str) -> PosDay | None:
    """What the point of sale has at one location; None in a proof that had no third side."""
    for one in proof.pos:
        if one.connection == connection:
            return replace(one, totals=one.at(location))
    return None


def findings_at(proof: DayProof, connection: str, location: str) -> list[dict[str, Any]]:
    """What the proof found there, and what it found of nobody."""
    found = []
    for one in proof.findings:
        if one.connection in ("", connection) and one.location in ("", location):
            url = ""
            try:
                # What the ledger lacks has no page.
                name = EventName.read("" if one.kind == "missing_in_ledger" else one.event)
                url = href("/events/<connection>/<type>/<id>", connection=one.connection,
                           type=name.object_type, id=name.object_id)  # fmt: skip
            except NotPossible:
                # An orphan has no event.
                url = ""
            found.append({"finding": one, "meaning": FINDINGS[one.kind], "url": url})
    return found
