"""The JSON of whatever is posted, and of a batch of it, built from integer minor units.

Amounts are JSON numbers with exactly the currency's digits: no float is made on the way.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/journalentry
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from daybook.domain.changed_party import ChangedParty
from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import Document
from daybook.domain.journal import JournalEntry, Name, Side
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

# A printable text of this length has nothing to be cut.
_SHORT = MAX_TEXT // 2
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
    lines = ",".join(_lines(entry))
    rate = f',"ExchangeRate":{Decimal(entry.exchange_rate):f}' if entry.exchange_rate else ""
    return (
        f'{{"TxnDate":"{entry.txn_date.isoformat()}","DocNumber":{quoted_json(entry.doc_number)},'
        f'"CurrencyRef":{{"value":{quoted_json(entry.currency)}}}{rate},"Line":[{lines}]}}'
    )


def _lines(entry: JournalEntry) -> list[str]:
    currency = entry.currency
    lines = []
    for side, _, _, account, amount, class_, department, name, description in entry.lines:
        short = len(description) <= _SHORT and description.isprintable()
        text = description if short else cut(description, MAX_TEXT)
        said = f'"Description":{quoted_json(text)},' if text else ""
        detail = _detail(side, account, class_, department, name)
        lines.append(f'{{{said}"Amount":{to_text(amount, currency)},{detail}}}')
    return lines


# A company has few accounts and many lines.
@lru_cache(maxsize=4_096)
def _detail(
    side: Side, account: str, class_: str | None, department: str | None, name: Name | None
) -> str:
    refs = ""
    if class_:
        refs = f',"ClassRef":{{"value":{quoted_json(class_)}}}'
    if department:
        refs += f',"DepartmentRef":{{"value":{quoted_json(department)}}}'
    if name:
        refs += (
            f',"Entity":{{"Type":"{_PARTY_TYPE[name.kind]}",'
            f'"EntityRef":{{"value":{quoted_json(name.id)}}}}}'
        )
    return (
        f'"DetailType":"JournalEntryLineDetail","JournalEntryLineDetail":{{"PostingType":'
        f'"{_POSTING_TYPE[side]}","AccountRef":{{"value":{quoted_json(account)}}}{refs}}}'
    )
