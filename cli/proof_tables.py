"""How a proof is shown: findings, control totals by date and location, the point of sale, reads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from cli import proof_pos
from cli.output import say, table
from daybook.domain.control_totals import SIDES, Side, Total
from daybook.domain.money import to_text
from daybook.domain.proof import DayProof, Finding
from daybook.workflows.prove import Proof


def as_rows(day: DayProof) -> dict[str, Any]:
    """A day's proof as JSON; amounts are strings with the currency's digits."""
    return {
        "day": day.day,
        "proved_at": day.proved_at,
        "reads": day.reads,
        "findings": len(day.open_findings),
        "totals": [_total(one) for one in day.totals],
        "pos": proof_pos.as_rows(day),
        "note": day.note,
    }


def as_row(finding: Finding) -> dict[str, Any]:
    """A finding as JSON."""
    return {
        "kind": finding.kind,
        "connection": finding.connection or None,
        "event": finding.event or None,
        "location": finding.location or None,
        "day": finding.day,
        "qbo_ids": list(finding.ids),
        "text": finding.text,
        "new": finding.is_new,
        "cleared": finding.cleared or None,
    }


def _total(total: Total) -> dict[str, Any]:
    place = total.place
    row: dict[str, Any] = {
        "location": place.location,
        "currency": place.currency,
        "role": place.role or None,
        "key": place.key or None,
    }
    return row | {side: _sum(total, side) for side in SIDES}


def _sum(total: Total, side: Side) -> str | int:
    """Debits as text; of a count the number of entries."""
    number = total.sums.get(side, 0)
    return to_text(number, total.place.currency) if total.place.role else number


def show(proof: Proof) -> None:
    """Tables for a person."""
    _show_days(f"Company {proof.realm}: ledger and QuickBooks", proof.days, when=False)
    differing: list[list[object]] = [
        [
            day.day,
            one.place.location,
            one.place.role or "entries",
            one.place.key,
            *(_sum(one, side) for side in SIDES),
        ]
        for day in proof.days
        for one in day.totals
        if not one.agrees
    ]
    if differing:
        columns = ["date", "location", "role", "key", "ledger", "QuickBooks"]
        table("Debits that differ", columns, differing)
    proof_pos.show_differing(proof.days)
    _show_findings(proof.findings)
    days = f"{len(proof.days)} dates compared with {proof.reads} reads of QuickBooks"
    open_ = sum(not one.cleared for one in proof.findings)
    say(f"{days}; {open_ or 'nothing'} to look at.")
    notes = [proof.note, *(day.note for day in proof.days), *proof_pos.notes(proof.days)]
    for note in filter(None, notes):
        say(note)
    if proof.more:
        say(f"{proof.more} more findings are not shown.")


def show_last(kept: Proof) -> None:
    """The kept proofs of a company."""
    _show_days(f"Company {kept.realm}: the last proofs", kept.days, when=True)
    _show_findings(kept.findings)


def _show_days(title: str, days: Iterable[DayProof], *, when: bool) -> None:
    """One row a date, location and currency. when: with each proof's instant, empty dates too."""
    columns = ["date", "location", "currency", "entries", "debits", "point of sale", "to look at"]
    rows: list[list[object]] = []
    for day in days:
        cells = _cells(day)
        rows += [
            [day.day, *place, *values, proof_pos.cell(day, *place), _open(day, place[0])]
            for place, values in cells.items()
        ]
        if not cells and (when or day.open_findings):
            rows.append([day.day, "", "", "", "", "", len(day.open_findings) or ""])
        if when:
            rows[-1].append(f"proved {day.proved_at[:16]}")
    table(title, [*columns, ""] if when else columns, rows)


def _open(day: DayProof, location: str) -> int | str:
    return sum(one.location == location for one in day.open_findings) or ""


def _cells(day: DayProof) -> dict[tuple[str, str], list[object]]:
    """By location and currency: entries and debits on each side."""
    entries: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    debits: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for total in day.totals:
        place = (total.place.location, total.place.currency)
        sums = debits[place] if total.place.role else entries[place]
        for side, number in total.sums.items():
            sums[side] = sums.get(side, 0) + number
    return {
        place: [
            _both([str(entries[place].get(side, 0)) for side in SIDES]),
            _both([to_text(debits[place].get(side, 0), place[1]) for side in SIDES]),
        ]
        for place in sorted(entries.keys() | proof_pos.places(day))
    }


def _both(texts: Sequence[str]) -> str:
    """One text where the sides agree."""
    ledger, qbo = texts
    return ledger if ledger == qbo else f"{ledger}, QuickBooks {qbo}"


def _show_findings(findings: Sequence[Finding]) -> None:
    if findings:
        columns = ["date", "what", "event", "seen"]
        rows = [
            [
                one.day,
                f"cleared: {one.kind}" if one.cleared else one.kind,
                f"{one.connection} {one.event}",
                f"{one.text} Cleared by {one.cleared}." if one.cleared else one.text,
            ]
            for one in findings
        ]
        table("To look at", columns, rows)
