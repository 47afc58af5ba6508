"""The JSON of invoices, credit memos and sales receipts, built from integer minor units.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/creditmemo
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/salesreceipt
"""

from decimal import Decimal

from daybook.domain.document import SalesDocument, SalesLine
from daybook.domain.money import minor_digits, to_text
from daybook.qbo.body_text import MAX_TEXT, cut, quoted_json, ref, sha_of, with_private_note

# Intuit documents amounts as 15 digits with 5 decimals.
_PRICE_DIGITS = 5
_MAX_QUANTITY = Decimal(10) ** 10


def sales_body(document: SalesDocument, generation: int) -> bytes:
    """The body of a create: compact UTF-8 JSON, the same bytes for the same arguments."""
    return with_private_note(_content(document), document.note, document.entry_id, generation)


def sales_sha(document: SalesDocument) -> str:
    """Hex sha256 of the document's body without its PrivateNote."""
    return sha_of(_content(document))


def _content(document: SalesDocument) -> str:
    currency = document.currency
    members = [
        f'"TxnDate":"{document.txn_date.isoformat()}"',
        f'"DocNumber":{quoted_json(document.doc_number)}',
        ref("CurrencyRef", currency),
    ]
    if document.exchange_rate:
        members.append(f'"ExchangeRate":{Decimal(document.exchange_rate):f}')
    if document.customer:
        members.append(ref("CustomerRef", document.customer))
    if document.department:
        members.append(ref("DepartmentRef", document.department))
    if document.deposit_to:
        members.append(ref("DepositToAccountRef", document.deposit_to))
    lines = ",".join(_line(line, currency) for line in document.lines)
    members.append(f'"Line":[{lines}]')
    tax = document.tax
    if tax:
        total = to_text(tax.amount, currency)
        members.append(f'"TxnTaxDetail":{{{ref("TxnTaxCodeRef", tax.code)},"TotalTax":{total}}}')
    return f"{{{','.join(members)}}}"


def _line(line: SalesLine, currency: str) -> str:
    detail = [ref("ItemRef", line.item)]
    if line.class_:
        detail.append(ref("ClassRef", line.class_))
    detail += _price(line, currency)
    detail.append(ref("TaxCodeRef", line.tax_code))
    description = cut(line.description, MAX_TEXT)
    said = f'"Description":{quoted_json(description)},' if description else ""
    return (
        f'{{{said}"Amount":{to_text(line.amount, currency)},"DetailType":"SalesItemLineDetail",'
        f'"SalesItemLineDetail":{{{",".join(detail)}}}}}'
    )


def _price(line: SalesLine, currency: str) -> list[str]:
    """Qty and UnitPrice, only where their product is exactly the amount (6070 else). The price is
    above zero; the quantity has the sign of the amount."""
    quantity = abs(Decimal(line.quantity or 0))
    if not 0 < quantity < _MAX_QUANTITY:
        return []
    plain = format(quantity, "f")
    places = len(plain.partition(".")[2])
    if places > _PRICE_DIGITS:
        return []
    digits = minor_digits(currency)
    shares = abs(line.amount) * 10 ** (_PRICE_DIGITS - digits) * 10**places
    price, rest = divmod(shares, int(quantity.scaleb(places)))
    if rest:
        return []
    sign = "-" if line.amount < 0 else ""
    return [f'"Qty":{sign}{plain}', f'"UnitPrice":{_decimals(price)}']


def _decimals(price: int) -> str:
    """A price in units of the fifth decimal, as a number without useless zeros: 2500000 is 25."""
    whole, rest = divmod(price, 10**_PRICE_DIGITS)
    fraction = f"{rest:0{_PRICE_DIGITS}d}".rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)
