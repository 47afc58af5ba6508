"""The JSON of whatever is posted, and of a batch of it, built from integer minor units.

Amounts are JSON numbers with exactly the currency's digits: no float is made on the way.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/journalentry
"""

from collections.abc import Sequence
from decimal import Decimal

from daybook.domain.changed_party import ChangedParty
from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import Document
from daybook.domain.journal import JournalEntry, Line
from daybook.domain.money import to_text
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer, NewVendor
from daybook.domain.new_item import NewItem
from daybook.domain.outcome import BatchItem
from daybook.domain.purchase_document import PurchaseDocument
from daybook.qbo.body_text import MAX_TEXT, cut, quoted_json, sha_of, with_private_note
from daybook.qbo.list_bodies import class_body, item_body
from daybook.qbo.party_bodies import change_body, customer_body, vendor_body
from daybook.qbo.purchase_bodies import purchase_body
from daybook.qbo.sales_bodies import sales_body

# https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles
MAX_ITEMS = 30

_POSTING_TYPE = {"debit": "Debit", "credit": "Credit"}
_PARTY_TYPE = {"customer": "Customer", "vendor": "Vendor"}


def journal_body(entry: JournalEntry, generation: int) -> bytes:
    """The body of a create: compact UTF-8 JSON, the same bytes for the same arguments.

    PrivateNote is the entry's note, cut to fit, and the marker, which is never cut.
    """
    return with_private_note(_content(entry), entry.note, entry.entry_id, generation)


def body_of(document: Document, generation: int) -> bytes:
    """The body of a create, or of a party's sparse update, whatever it is of."""
    match document:
        case JournalEntry():
            body = journal_body(document, generation)
        case SalesDocument():
            body = sales_body(document, generation)
        case PurchaseDocument():
            body = purchase_body(document, generation)
        case NewCustomer():
            body = customer_body(document, generation)
        case NewVendor():
            body = vendor_body(document)
        case ChangedParty():
            body = change_body(document)
        case NewItem():
            body = item_body(document)
        case NewClass():
            body = class_body(document)
    return body


def content_sha(entry: JournalEntry) -> str:
    """Hex sha256 of the entry's body without its PrivateNote; the marker has its first eight."""
    return sha_of(_content(entry))


def batch_body(items: Sequence[BatchItem]) -> bytes:
    """The body of a batch. Raises ValueError beyond 30 items or with a b_id twice."""
    if not 1 <= len(items) <= MAX_ITEMS or len({item.b_id for item in items}) != len(items):
        raise ValueError(f"a batch has 1 to {MAX_ITEMS} items, each with a b_id of its own")
    rows = (
        b'{"bId":%b,"operation":%b,%b:%b}'
        % (
            *(quoted_json(word).encode() for word in (item.b_id, item.operation, item.entity)),
            item.body,
        )
        for item in items
    )
    return b'{"BatchItemRequest":[' + b",".join(rows) + b"]}"


def _content(entry: JournalEntry) -> str:
    lines = ",".join(_line(line, entry.currency) for line in entry.lines)
    rate = f',"ExchangeRate":{Decimal(entry.exchange_rate):f}' if entry.exchange_rate else ""
    return (
        f'{{"TxnDate":"{entry.txn_date.isoformat()}","DocNumber":{quoted_json(entry.doc_number)},'
        f'"CurrencyRef":{{"value":{quoted_json(entry.currency)}}}{rate},"Line":[{lines}]}}'
    )


def _line(line: Line, currency: str) -> str:
    refs = ""
    if line.class_:
        refs = f',"ClassRef":{{"value":{quoted_json(line.class_)}}}'
    if line.department:
        refs += f',"DepartmentRef":{{"value":{quoted_json(line.department)}}}'
    if line.name:
        refs += (
            f',"Entity":{{"Type":"{_PARTY_TYPE[line.name.kind]}",'
            f'"EntityRef":{{"value":{quoted_json(line.name.id)}}}}}'
        )
    description = cut(line.description, MAX_TEXT)
    said = f'"Description":{quoted_json(description)},' if description else ""
    return (
        f'{{{said}"Amount":{to_text(line.amount, currency)},"DetailType":"JournalEntryLineDetail",'
        f'"JournalEntryLineDetail":{{"PostingType":"{_POSTING_TYPE[line.side]}",'
        f'"AccountRef":{{"value":{quoted_json(line.account)}}}{refs}}}}}'
    )
