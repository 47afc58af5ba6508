"""What a refresh of a chart found, for programs and for people."""

from collections import Counter
from dataclasses import asdict
from typing import Any, Final

from cli.output import counts_text, say, table
from daybook.domain.imported import Change, Imported
from daybook.workflows.connect import Refreshed

# A company may have renamed thousands of customers: these are counted, not listed.
_COUNTED: Final = ("customer", "vendor", "item")
_MAX_LINES: Final = 50


def sizes(imported: Imported) -> dict[str, int]:
    """How many rows each list has."""
    chart, directory = imported.chart, imported.directory
    return {
        "accounts": len(chart.accounts),
        "classes": len(chart.classes),
        "departments": len(chart.departments),
        "tax_codes": len(chart.tax_codes),
        "tax_rates": len(chart.tax_rates),
        "customers": len(directory.customers),
        "vendors": len(directory.vendors),
        "items": len(directory.items),
    }


def answer_of(done: Refreshed) -> dict[str, Any]:
    """The refresh as JSON."""
    chart = done.imported.chart
    listed, counted = _split(done.changes)
    return {
        "realm": chart.realm,
        "version": chart.version,
        **sizes(done.imported),
        "whole": done.imported.whole,
        "note": done.imported.note,
        "changes": [asdict(change) for change in listed],
        "counted": counted,
        "broken": [{"connection": name, **asdict(row)} for name, row in done.broken],
        "released": done.released.released,
        "still_held": done.released.still_held,
    }


def report(done: Refreshed) -> None:
    """The refresh in sentences and tables."""
    chart = done.imported.chart
    say(
        f"Company {chart.realm} {chart.company}: {counts_text(sizes(done.imported))}; "
        f"version {chart.version}."
    )
    if done.imported.note:
        say(f"Everything was read: {done.imported.note}.")
    _report_changes(done)
    if done.broken:
        rows = [[name, broken.row, broken.text] for name, broken in done.broken]
        table("Rows of active mappings to change", ["connection", "row", "what is wrong"], rows)
    say(f"{done.released.released} events released, {done.released.still_held} still held.")


def _report_changes(done: Refreshed) -> None:
    if not done.changes:
        say("It is the first import." if done.first else "Nothing changed.")
        return
    listed, counted = _split(done.changes)
    if listed:
        shown = [
            [one.what, one.id, one.name, one.change, one.before, one.after]
            for one in listed[:_MAX_LINES]
        ]
        table("What changed", ["kind", "id", "name", "change", "before", "after"], shown)
    if len(listed) > _MAX_LINES:
        say(f"and {len(listed) - _MAX_LINES} more; --json has them all")
    if counted:
        say(f"Besides: {counts_text(counted)}.")


def _split(changes: tuple[Change, ...]) -> tuple[list[Change], dict[str, int]]:
    listed = [change for change in changes if change.what not in _COUNTED]
    rest = Counter(f"{one.what} {one.change}" for one in changes if one.what in _COUNTED)
    return listed, dict(rest)
