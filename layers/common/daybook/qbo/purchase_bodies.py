"""The JSON of bills, vendor credits and purchase orders, built from integer minor units.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/bill
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/vendorcredit
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/purchaseorder
"""

from decimal import Decimal

from daybook.domain.money import to_text
from daybook.domain.purchase_document import CostLine, PurchaseDocument
from daybook.qbo.body_text import MAX_TEXT, cut, quoted_json, ref, sha_of, with_private_note

# An order that nobody has touched since it was created. Where somebody has, the closing is refused
# (5010) and a person looks at it.
_FRESH = '"SyncToken":"0"'


def purchase_body(document: PurchaseDocument, generation: int) -> bytes:
    """The body of a create, or of the sparse update that closes an order: compact UTF-8 JSON, the
    same bytes for the same arguments."""
    return with_private_note(_content(document), document.note, document.entry_id, generation)


def purchase_sha(document: PurchaseDocument) -> str:
    """Hex sha256 of the document's body without its PrivateNote."""
    return sha_of(_content(document))


def _content(document: PurchaseDocument) -> str:
    return _closing(document) if document.closes else _creation(document)


def _creation(document: PurchaseDocument) -> str:
    currency = document.currency
    members = [
        f'"TxnDate":"{document.txn_date.isoformat()}"',
        f'"DocNumber":{quoted_json(document.doc_number)}',
        ref("CurrencyRef", currency),
    ]
    if document.exchange_rate:
        members.append(f'"ExchangeRate":{Decimal(document.exchange_rate):f}')
    members += [ref("VendorRef", document.vendor), ref("APAccountRef", document.payable)]
    if document.department:
        members.append(ref("DepartmentRef", document.department))
    if document.due_date:
        members.append(f'"DueDate":"{document.due_date.isoformat()}"')
    lines = ",".join(_line(line, currency) for line in document.lines)
    members.append(f'"Line":[{lines}]')
    return f"{{{','.join(members)}}}"


def _closing(document: PurchaseDocument) -> str:
    members = [
        f'"Id":{quoted_json(document.closes)}',
        _FRESH,
        '"sparse":true',
        ref("VendorRef", document.vendor),
        ref("APAccountRef", document.payable),
        '"POStatus":"Closed"',
    ]
    return f"{{{','.join(members)}}}"


def _line(line: CostLine, currency: str) -> str:
    detail = [ref("AccountRef", line.account)]
    if line.class_:
        detail.append(ref("ClassRef", line.class_))
    description = cut(line.description, MAX_TEXT)
    said = f'"Description":{quoted_json(description)},' if description else ""
    return (
        f'{{{said}"Amount":{to_text(line.amount, currency)},'
        '"DetailType":"AccountBasedExpenseLineDetail",'
        f'"AccountBasedExpenseLineDetail":{{{",".join(detail)}}}}}'
    )
