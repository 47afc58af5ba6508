"""What a refresh of a chart found, for people."""

from typing import Final

from cli.output import counts_text, say, table
from daybook.workflows.chart_report import sizes, split
from daybook.workflows.connect import Refreshed

_MAX_LINES: Final = 50


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
    listed, counted = split(done.changes)
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
