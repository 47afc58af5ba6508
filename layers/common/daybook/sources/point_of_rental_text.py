"""The day export as text: rows of fields out of its CSV and IIF files.

    csv_rows(text), iif_rows(text)  -> list of Wild, each naming its line ("text.line 7")

The fields are those of an export's JSON rows: account, amount or debit and credit, family, class,
store, date, memo, customer. Formats, and the file names PRyymmdd and PRyymmMONTHLYONLY:
https://por.my.site.com/uLearn/s/article/Exporting-and-Importing-Accounting-Files
IIF has tabs, headers that start with "!", and blocks TRNS, SPL..., ENDTRNS that sum to zero, above
zero a debit: https://www.postbooks.app/blog/import-journal-entries-quickbooks-desktop-iif
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from daybook.domain.errors import Unreadable
from daybook.sources.point_of_rental_vocabulary import family_word
from daybook.sources.wild import Wild

# A row's columns by their headings, in lower case and without punctuation.
_CSV: Mapping[str, str] = {
    "date": "date",
    "transaction date": "date",
    "store": "store",
    "store number": "store",
    "family": "family",
    "section": "family",
    "account": "account",
    "account number": "account",
    "g l account": "account",
    "gl account": "account",
    "class": "class",
    "debit": "debit",
    "debit amount": "debit",
    "credit": "credit",
    "credit amount": "credit",
    "amount": "amount",
    "description": "memo",
    "memo": "memo",
    "customer": "customer",
}
_IIF: Mapping[str, str] = {
    "DATE": "date",
    "ACCNT": "account",
    "CLASS": "class",
    "AMOUNT": "amount",
    "NAME": "customer",
    "MEMO": "memo",
    "DOCNUM": "number",
}
_PUNCTUATION = re.compile(r"[^0-9a-z]+")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", re.ASCII)
# The exports are American: month, day, year.
_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})", re.ASCII)

type Cells = list[str]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which field stands in which column, and how many columns there are.

    loose: whether a line may end in more delimiters than the headings.
    """

    fields: Mapping[int, str]
    width: int
    loose: bool


def csv_rows(text: str) -> list[Wild]:
    """The rows of a CSV export with a line of headings. Raises Unreadable with the line."""
    lines = _lines(text, ",")
    number, headings = next(lines, (1, []))
    plain = [_PUNCTUATION.sub(" ", one.lower()).strip() for one in headings]
    columns = _columns(plain, _CSV, number)
    _need(columns, ("account",), number)
    return [_row(cells, columns, line) for line, cells in lines]


def iif_rows(text: str) -> list[Wild]:
    """The rows of an IIF export: each TRNS and SPL, in the family that its block's memo or number
    names, else in "other". Raises Unreadable with the line."""
    rows: list[Wild] = []
    headings: dict[str, _Columns] = {}
    block: list[Wild] | None = None
    line = 1
    for line, cells in _lines(text, "\t"):
        word = cells[0].strip().upper()
        if word in ("!TRNS", "!SPL"):
            headings[word[1:]] = _iif_columns(cells, line)
        elif word == "TRNS" and block is None:
            block = [_iif_row(cells, headings, line)]
        elif word == "SPL" and block is not None:
            block.append(_iif_row(cells, headings, line))
        elif word == "ENDTRNS" and block is not None:
            rows += _in_family(block)
            block = None
        elif word not in ("!ENDTRNS", "!HDR", "HDR"):
            raise Unreadable(f"text.line {line}", f"{word[:20]!r} is out of place in an IIF export")
    if block is not None:
        raise Unreadable(f"text.line {line}", "the file ends inside a block; send all of it")
    return rows


def _in_family(block: Sequence[Wild]) -> Sequence[Wild]:
    first = block[0].value
    family = family_word(first.get("memo", "")) or family_word(first.get("number", "")) or "other"
    for row in block:
        row.value["family"] = family
    return block


def _iif_columns(cells: Cells, line: int) -> _Columns:
    columns = _columns([one.strip().upper() for one in cells], _IIF, line)
    _need(columns, ("account", "amount"), line)
    return columns


def _iif_row(cells: Cells, headings: Mapping[str, _Columns], line: int) -> Wild:
    word = cells[0].strip().upper()
    if word not in headings:
        raise Unreadable(f"text.line {line}", f"no line of headings !{word} stands before it")
    return _row(cells, headings[word], line)


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """The lines that hold anything, with their numbers."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(plain.split("\n"), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise Unreadable(f"text.line {reader.line_num}", f"cannot be read: {error}") from None


def _columns(headings: Sequence[str], known: Mapping[str, str], line: int) -> _Columns:
    columns = {place: known[one] for place, one in enumerate(headings) if one in known}
    if len(set(columns.values())) != len(columns):
        raise Unreadable(f"text.line {line}", "two columns mean the same; leave one out")
    return _Columns(columns, len(headings), loose=known is _IIF)


def _need(columns: _Columns, fields: Sequence[str], line: int) -> None:
    missing = [field for field in fields if field not in columns.fields.values()]
    if missing:
        raise Unreadable(f"text.line {line}", f"no column for {', '.join(missing)}")


def _row(cells: Cells, columns: _Columns, line: int) -> Wild:
    if any(cell.strip() or not columns.loose for cell in cells[columns.width :]):
        # An amount with an unquoted comma is two cells, and shifts all that follow.
        raise Unreadable(f"text.line {line}", f"more cells than the {columns.width} headings")
    fields = {
        columns.fields[place]: cell.strip()
        for place, cell in enumerate(cells)
        if place in columns.fields and cell.strip()
    }
    row = Wild(dict(fields), f"text.line {line}")
    for field in ("amount", "debit", "credit"):
        if _GROUPED.fullmatch(fields.get(field, "")):
            row.value[field] = fields[field].replace(",", "")
    if "date" in fields:
        row.value["date"] = _iso(fields["date"], row)
    if "customer" in fields:
        # A ledger file knows a customer by the name alone.
        row.value["customer"] = {"id": fields["customer"], "name": fields["customer"]}
    return row


def _iso(text: str, row: Wild) -> str:
    found = _DATE.fullmatch(text)
    if not found:
        return text
    month, day, year = (int(part) for part in found.groups())
    try:
        return date(year + 2000 if year < 100 else year, month, day).isoformat()
    except ValueError:
        raise row.unreadable("date", "is no date; write MM/DD/YYYY or YYYY-MM-DD") from None
