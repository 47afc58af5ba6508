"""Tables as CSV (RFC 4180) that a spreadsheet opens without running anything in it.

A cell of text that a spreadsheet would take for a formula begins with an apostrophe. A spreadsheet
whose list separator is the semicolon splits this file there, and at line breaks, whatever is
quoted: what would then begin a formula has its apostrophe too. Amounts and counts are numbers,
written by daybook itself, and stay numbers, below zero too.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from daybook.domain.money import to_text

# https://owasp.org/www-community/attacks/CSV_Injection: these begin a formula, or hide one; the
# wide forms are taken for the narrow ones by some spreadsheets.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
# A run of separators, white space and quotes before a formula; it begins where nothing of it stands
# before, so that a long one is read once.
_SPLIT: Final = re.compile(r'(?<![;\s"])[;\s"]++(?=[=+@＝＋－＠-])')
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
    short = _SPLIT.sub(_held_together, value[:MAX_CELL])
    # White space before a formula is skipped by some spreadsheets.
    return (
        f"'{short}" if short.startswith(_FORMULA) or short.lstrip().startswith(_FORMULA) else short
    )


def _held_together(run: re.Match[str]) -> str:
    """An apostrophe behind the last separator of the run, if there is one."""
    text = run[0]
    at = max(map(text.rfind, ";\t\r\n")) + 1
    return f"{text[:at]}'{text[at:]}" if at else text
