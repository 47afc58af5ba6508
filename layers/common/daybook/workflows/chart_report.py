"""What a refresh of a chart found, as JSON for programs, jobs and pages."""

from collections import Counter
from dataclasses import asdict
from typing import Any, Final

from daybook.domain.imported import Change, Imported
from daybook.workflows.connect import Refreshed

# A company may have renamed thousands of customers: these are counted, not listed.
_COUNTED: Final = ("customer", "vendor", "item", "employee")
# What a job's row keeps of either list; how many there are stands beside it.
KEPT_ROWS: Final = 200


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
        "employees": len(directory.employees),
    }


def answer_of(done: Refreshed) -> dict[str, Any]:
    """The refresh as JSON."""
    chart = done.imported.chart
    listed, counted = split(done.changes)
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


def kept(done: Refreshed) -> dict[str, Any]:
    """`answer_of`, short enough for a job's row: the first of each list, and how many more."""
    answer = {**answer_of(done), "first": done.first}
    for name in ("changes", "broken"):
        answer[f"more_{name}"] = max(0, len(answer[name]) - KEPT_ROWS)
        answer[name] = answer[name][:KEPT_ROWS]
    return answer


def split(changes: tuple[Change, ...]) -> tuple[list[Change], dict[str, int]]:
    """The changes to list one by one, and the numbers of the others by their words."""
    listed = [change for change in changes if change.what not in _COUNTED]
    rest = Counter(f"{one.what} {one.change}" for one in changes if one.what in _COUNTED)
    return listed, dict(rest)
