"""Whether an entry found in QuickBooks is the one that was to be posted.

QuickBooks adds names, ids and time stamps, changes what it likes (TotalAmt is 0 or absent), and
people edit entries. What counts is the marker, the date and the lines.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/journalentry
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from daybook.domain.identity import Marker, read_marker
from daybook.domain.journal import JournalEntry
from daybook.domain.money import to_minor, to_text
from daybook.domain.outcome import FoundEntry
from daybook.qbo.documents import content_sha

type FoundLine = tuple[str, str, int, str, str]
# No entry of ours has such a line: its amounts are positive and whole in minor units.
_NOT_WHOLE = 0


def content_of(row: Mapping[str, Any], home_currency: str = "USD") -> FoundEntry:
    """A JournalEntry object of QuickBooks as a FoundEntry. Numbers must be int or Decimal.

    home_currency: where the entry names none. An amount that is not whole in minor units is 0.
    Raises ValueError if it has no id or its lines cannot be read.
    """
    lines = row.get("Line")
    if not isinstance(row.get("Id"), str) or not isinstance(lines, list):
        raise ValueError("a journal entry without Id or Line")
    currency = _reference(row, "CurrencyRef") or home_currency
    return FoundEntry(
        qbo_id=row["Id"],
        doc_number=_text(row, "DocNumber"),
        txn_date=_text(row, "TxnDate"),
        private_note=_text(row, "PrivateNote"),
        lines=tuple(_line(line, currency) for line in lines if not _is_description(line)),
    )


def is_same(found: FoundEntry, entry: JournalEntry, generation: int) -> bool:
    """Whether what was found is this entry as sent in this generation, unchanged since."""
    expected = Marker(entry.entry_id[:16], generation, content_sha(entry)[:8])
    return (
        read_marker(found.private_note) == expected
        and found.txn_date == entry.txn_date.isoformat()
        and sorted(found.lines) == sorted(_lines_of(entry))
    )


def _lines_of(entry: JournalEntry) -> list[FoundLine]:
    return [
        (line.side, line.account, line.amount, line.class_ or "", line.department or "")
        for line in entry.lines
    ]


def _is_description(line: object) -> bool:
    """A person may add a line of text to an entry; it has no amount and moves nothing."""
    return isinstance(line, Mapping) and line.get("DetailType") == "DescriptionOnly"


def _line(line: object, currency: str) -> FoundLine:
    detail = line.get("JournalEntryLineDetail") if isinstance(line, Mapping) else None
    if not isinstance(line, Mapping) or not isinstance(detail, Mapping):
        raise ValueError("a line without JournalEntryLineDetail")
    return (
        _text(detail, "PostingType").lower(),
        _reference(detail, "AccountRef"),
        _minor(line.get("Amount"), currency),
        _reference(detail, "ClassRef"),
        _reference(detail, "DepartmentRef"),
    )


def _minor(amount: object, currency: str) -> int:
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        raise ValueError("a line whose amount is no number")
    exact = Decimal(amount)
    if not exact.is_finite() or abs(exact.adjusted()) > 20:
        return _NOT_WHOLE
    minor = to_minor(exact, currency)
    return minor if Decimal(to_text(minor, currency)) == exact else _NOT_WHOLE


def _reference(row: Mapping[str, Any], name: str) -> str:
    reference = row.get(name)
    return _text(reference, "value") if isinstance(reference, Mapping) else ""


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""
