"""Whether what was found in QuickBooks is the posting that was to be made.

QuickBooks adds names, ids and time stamps, changes what it likes (TotalAmt is 0 or absent), and
people edit entries. What counts is the marker, the date and the lines.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/journalentry
"""

from collections.abc import Mapping
from typing import Any

from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import Document
from daybook.domain.found import FoundPurchase, FoundSale, There, is_ours
from daybook.domain.identity import Marker, read_marker
from daybook.domain.journal import JournalEntry
from daybook.domain.new_customer import NewCustomer
from daybook.domain.outcome import FoundEntry, FoundParty
from daybook.domain.purchase_document import PurchaseDocument
from daybook.qbo.documents import content_sha
from daybook.qbo.found_fields import minor_of, reference, text
from daybook.qbo.purchase_comparison import is_same_purchase
from daybook.qbo.sales_comparison import is_same_sale

type FoundLine = tuple[str, str, int, str, str]


def content_of(row: Mapping[str, Any], home_currency: str = "USD") -> FoundEntry:
    """A JournalEntry object of QuickBooks as a FoundEntry. Numbers must be int or Decimal.

    home_currency: where the entry names none. An amount that is not whole in minor units is 0.
    Raises ValueError if it has no id or its lines cannot be read.
    """
    lines = row.get("Line")
    if not isinstance(row.get("Id"), str) or not isinstance(lines, list):
        raise ValueError("a journal entry without Id or Line")
    currency = reference(row, "CurrencyRef") or home_currency
    return FoundEntry(
        qbo_id=row["Id"],
        doc_number=text(row, "DocNumber"),
        txn_date=text(row, "TxnDate"),
        private_note=text(row, "PrivateNote"),
        lines=tuple(_line(line, currency) for line in lines if not _is_description(line)),
    )


def is_same(there: There, document: Document, generation: int) -> bool:
    """Whether what was found is this posting as sent in this generation, unchanged since.

    Of what documents need first, name and kind count: a customer whose address a person has
    corrected since is still the one that was created.
    """
    match document:
        case JournalEntry():
            return isinstance(there, FoundEntry) and _is_same_entry(there, document, generation)
        case SalesDocument():
            return isinstance(there, FoundSale) and is_same_sale(there, document, generation)
        case PurchaseDocument():
            return isinstance(there, FoundPurchase) and is_same_purchase(
                there, document, generation
            )
        case NewCustomer():
            return (
                isinstance(there, FoundParty)
                and there.kind == "Customer"
                and is_ours(there, document)
            )
        case _:
            return is_ours(there, document)


def _is_same_entry(found: FoundEntry, entry: JournalEntry, generation: int) -> bool:
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
        text(detail, "PostingType").lower(),
        reference(detail, "AccountRef"),
        minor_of(line.get("Amount"), currency),
        reference(detail, "ClassRef"),
        reference(detail, "DepartmentRef"),
    )
