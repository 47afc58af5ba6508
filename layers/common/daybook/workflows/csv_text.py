"""Tables as CSV (RFC 4180) that a spreadsheet opens without running anything in it.

A cell of text that a spreadsheet would take for a formula begins with an apostrophe. Amounts and
counts are numbers, written by daybook itself, and stay numbers, below zero too.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from daybook.domain.money import to_text

# https://owasp.org/www-community/attacks/CSV_Injection: these begin a formula, or hide one; the
# wide forms are taken for the narrow ones by some spreadsheets.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
MAX_CELL: Final = 32_000


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in minor units, written with its currency's digits."""

    minor: int
    currency: str


type Cell = str | int | Amount | None


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table in UTF-8 with a byte order mark, by which spreadsheets know the encoding."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig", "replace")


def _cell(value: Cell) -> str:
    match value:
        case None:
            return ""
        case Amount():
            return to_text(value.minor, value.currency)
        case int():
            return str(value)
    short = value[:MAX_CELL]
    # White space before a formula is skipped by some spreadsheets.
    return (
        f"'{short}" if short.startswith(_FORMULA) or short.lstrip().startswith(_FORMULA) else short
    )
