"""How an imported chart and the directory beside it are written as text, and read again."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from daybook.domain.chart import Account, Chart, TaxRate
from daybook.domain.directory import Directory, Listed

_LISTED = ("classes", "departments", "tax_codes")


def text_of_chart(chart: Chart) -> bytes:
    """The chart as JSON; equal charts give equal text."""
    row = {field.name: getattr(chart, field.name) for field in fields(Chart)}
    row["close_date"] = chart.close_date.isoformat() if chart.close_date else None
    for name in ("accounts", "tax_rates"):
        row[name] = [row[name][one]._asdict() for one in sorted(row[name])]
    for name in _LISTED:
        row[name] = _listed(row[name])
    return _text(row)


def chart_of(text: bytes) -> Chart:
    """The chart again. A text of before classes and taxes were imported has none."""
    row = json.loads(text)
    closed = row.pop("close_date")
    row["accounts"] = {one["id"]: Account(**one) for one in row["accounts"]}
    row["tax_rates"] = {one["id"]: TaxRate(**one) for one in row.get("tax_rates", ())}
    for name in _LISTED:
        row[name] = _by_id(row.get(name, []))
    return Chart(close_date=date.fromisoformat(closed) if closed else None, **row)


def text_of_directory(directory: Directory) -> bytes:
    """The directory as JSON; equal directories give equal text."""
    return _text(
        {
            "realm": directory.realm,
            "version": directory.version,
            "customers": _listed(directory.customers),
            "vendors": _listed(directory.vendors),
            "items": _listed(directory.items),
            "employees": _listed(directory.employees),
        }
    )


def directory_of(text: bytes) -> Directory:
    """The directory again. A text of before employees were imported has none."""
    row = json.loads(text)
    names = ("customers", "vendors", "items", "employees")
    lists = {name: _by_id(row.get(name, [])) for name in names}
    return Directory(row["realm"], row["version"], **lists)


def _listed(rows: Mapping[str, Listed]) -> list[list[Any]]:
    """Arrays, not objects: a company may have a hundred thousand customers."""
    return [list(rows[name]) for name in sorted(rows)]


def _by_id(rows: list[list[Any]]) -> dict[str, Listed]:
    return {row[0]: Listed(*row) for row in rows}


def _text(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode()
