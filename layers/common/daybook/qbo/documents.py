"""The JSON of a journal entry and of a batch, built from integer minor units.

Amounts are JSON numbers with exactly the currency's digits: no float is made on the way.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/journalentry
"""

import hashlib
import json
import re
from collections.abc import Sequence
from decimal import Decimal

from daybook.domain.identity import marker
from daybook.domain.journal import JournalEntry, Line
from daybook.domain.money import to_text
from daybook.domain.new_customer import NewCustomer
from daybook.domain.outcome import BatchItem
from daybook.domain.posting import Document

# Both fields take 4,000 characters; Java counts a character beyond U+FFFF as two.
MAX_TEXT = 4_000
# A customer's notes and address.
MAX_NOTES = 2_000
MAX_ADDRESS = 100
# https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles
MAX_ITEMS = 30
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")

# Control characters, lone surrogates and non-characters are not allowed in XML, which QuickBooks
# speaks inside.
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_POSTING_TYPE = {"debit": "Debit", "credit": "Credit"}
_PARTY_TYPE = {"customer": "Customer", "vendor": "Vendor"}
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def journal_body(entry: JournalEntry, generation: int) -> bytes:
    """The body of a create: compact UTF-8 JSON, the same bytes for the same arguments.

    PrivateNote is the entry's note, cut to fit, and the marker, which is never cut.
    """
    content = _content(entry)
    ending = marker(entry.entry_id, generation, _sha(content))
    note = cut(entry.note, MAX_TEXT - len(ending) - 1)
    private_note = f"{note} {ending}" if note else ending
    return f'{content[:-1]},"PrivateNote":{_quoted(private_note)}}}'.encode()


def body_of(document: Document, generation: int) -> bytes:
    """The body of a create, whatever is created."""
    if isinstance(document, NewCustomer):
        return customer_body(document, generation)
    return journal_body(document, generation)


def customer_body(customer: NewCustomer, generation: int) -> bytes:
    """The body of a customer's create; its Notes end in the marker, by which it is known again.

    https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer
    """
    content = f'{{"DisplayName":{_quoted(customer.display_name)}'
    if _is_address(customer.email):
        content += f',"PrimaryEmailAddr":{{"Address":{_quoted(customer.email)}}}'
    ending = marker(customer.entry_id, generation, _sha(content))
    note = cut(customer.note, MAX_NOTES - len(ending) - 1)
    return f'{content},"Notes":{_quoted(f"{note} {ending}")}}}'.encode()


def _is_address(email: str) -> bool:
    """QuickBooks refuses a whole customer for an address that it does not like (2210)."""
    return len(email) <= MAX_ADDRESS and _ADDRESS.fullmatch(email) is not None


def content_sha(entry: JournalEntry) -> str:
    """Hex sha256 of the entry's body without its PrivateNote; the marker has its first eight."""
    return _sha(_content(entry))


def batch_body(items: Sequence[BatchItem]) -> bytes:
    """The body of a batch of creates. Raises ValueError beyond 30 items or with a b_id twice."""
    if not 1 <= len(items) <= MAX_ITEMS or len({item.b_id for item in items}) != len(items):
        raise ValueError(f"a batch has 1 to {MAX_ITEMS} items, each with a b_id of its own")
    rows = (
        b'{"bId":%b,"operation":"create",%b:%b}'
        % (_quoted(item.b_id).encode(), _quoted(item.entity).encode(), item.body)
        for item in items
    )
    return b'{"BatchItemRequest":[' + b",".join(rows) + b"]}"


def cut(text: str, limit: int) -> str:
    """The text without characters that QuickBooks refuses, at most `limit` UTF-16 units long."""
    clean = _NOT_TEXT.sub(_replacement, text)
    if 2 * len(clean) <= limit:
        return clean
    return clean.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", errors="ignore")


def _replacement(found: re.Match[str]) -> str:
    return "\ufffd" if found[0] >= "\ud800" else " "


def _content(entry: JournalEntry) -> str:
    lines = ",".join(_line(line, entry.currency) for line in entry.lines)
    rate = f',"ExchangeRate":{Decimal(entry.exchange_rate):f}' if entry.exchange_rate else ""
    return (
        f'{{"TxnDate":"{entry.txn_date.isoformat()}","DocNumber":{_quoted(entry.doc_number)},'
        f'"CurrencyRef":{{"value":{_quoted(entry.currency)}}}{rate},"Line":[{lines}]}}'
    )


def _line(line: Line, currency: str) -> str:
    detail = [
        f'"PostingType":"{_POSTING_TYPE[line.side]}"',
        f'"AccountRef":{{"value":{_quoted(line.account)}}}',
    ]
    if line.class_:
        detail.append(f'"ClassRef":{{"value":{_quoted(line.class_)}}}')
    if line.department:
        detail.append(f'"DepartmentRef":{{"value":{_quoted(line.department)}}}')
    if line.name:
        detail.append(
            f'"Entity":{{"Type":"{_PARTY_TYPE[line.name.kind]}",'
            f'"EntityRef":{{"value":{_quoted(line.name.id)}}}}}'
        )
    description = cut(line.description, MAX_TEXT)
    said = f'"Description":{_quoted(description)},' if description else ""
    return (
        f'{{{said}"Amount":{to_text(line.amount, currency)},"DetailType":"JournalEntryLineDetail",'
        f'"JournalEntryLineDetail":{{{",".join(detail)}}}}}'
    )


def _sha(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
