"""Point of Rental's invoices and payments, each sent as it is made.

In real-time detail they carry ledger rows; in transaction detail an invoice carries its lines, and
a payment taken by the customer portal or a card integration is a credit on account, which a person
applies in QuickBooks.
"""

from decimal import Context as Arithmetic
from decimal import Decimal
from typing import Any

from daybook.sources.point_of_rental_rows import ledger_row, party
from daybook.sources.point_of_rental_vocabulary import LINES, family_word
from daybook.sources.wild import Wild

type Fields = dict[str, Any]

_EXACT = Arithmetic(prec=120)
_ZERO = Decimal(0)


def document_event(body: Wild, kind: str, currency: str) -> Fields:
    """The fields of the event of an invoice or a payment. Raises Unreadable.

    kind: the delivery's type: invoice, payment or portal_payment.
    """
    document, store = body.get(kind if kind == "invoice" else "payment"), body.get("store")
    modified_at = document.instant("modified_at")
    voided = document.boolean("voided", False)
    fields: Fields = {
        # A portal payment is a payment: however it is sent, it is one object and posts once.
        "object_type": "invoice" if kind == "invoice" else "payment",
        "object_id": document.id_text("id"),
        "object_version": document.text("modified_at"),
        "effect": "reverse" if voided else "post",
        "occurred_at": modified_at,
        "location": store.id_text("number"),
        "currency": currency,
        "reference": document.id_text("number", ""),
        **party(document),
    }
    day = "voided_on" if voided else "date"
    if not voided or document.has(day):
        # A void without a date of its own happened when the document was last changed.
        fields["business_date"] = document.date(day)
    if voided:
        # It takes back what was posted, whatever the document says now.
        sold = kind == "portal_payment" or document.has("lines")
        nothing = {"kind": "sale"} if sold else {"kind": "gl_batch", "mode": "invoice"}
        return fields | {"body": nothing}
    return fields | {"body": _body(document, store, kind)}


def _body(document: Wild, store: Wild, kind: str) -> Fields:
    if kind == "portal_payment":
        return _credit(document)
    if document.has("rows") and document.has("lines"):
        raise document.unreadable("lines", "stand beside rows; send those of one detail")
    if kind == "invoice" and document.has("lines"):
        return _invoice(document)
    return {
        "kind": "gl_batch",
        "mode": "invoice",
        "label": kind,
        "entries": [_ledger_row(row, store, kind) for row in document.items("rows")],
    }


def _ledger_row(row: Wild, store: Wild, family: str) -> Fields:
    word = row.text("family", family)
    if family_word(word) != family:
        # Stock, cost and transfers come with the day: another family here would post twice.
        raise row.unreadable("family", f"{word[:60]!r} is no part of {family}")
    label = row.id_text("class", "") or store.id_text("class", "")
    return ledger_row(row, store.id_text("number"), label) | {"family": family}


def _credit(payment: Wild) -> Fields:
    """Money in its clearing account, and as much less owed by the customer; no revenue moves."""
    amount = payment.amount("amount")
    tenders = [
        {"kind": "other", "key": payment.id_text("tender"), "amount": amount},
        {"kind": "on_account", "amount": _EXACT.minus(amount)},
    ]
    invoice = payment.id_text("invoice", "")
    return {"kind": "sale", "document": "credit_note", "original": invoice, "tenders": tenders}


def _invoice(invoice: Wild) -> Fields:
    total, applied = invoice.amount("total"), invoice.amount("deposit_applied", _ZERO)
    tenders = [
        {"kind": "deposit", "amount": applied},
        {"kind": "on_account", "amount": _EXACT.subtract(total, applied)},
    ]
    taxes = invoice.items("taxes") if invoice.has("taxes") else []
    return {
        "kind": "sale",
        "document": "credit_note" if total < 0 else "sales_invoice",
        "original": invoice.id_text("original", ""),
        "lines": [_line(line) for line in invoice.items("lines")],
        "taxes": [{"rule": tax.id_text("code"), "computed": tax.amount("amount")} for tax in taxes],
        "tenders": [tender for tender in tenders if tender["amount"]],
    }


def _line(line: Wild) -> Fields:
    word = line.text("kind")
    if word not in LINES:
        raise line.unreadable("kind", f"{word[:60]!r} is no charge known here")
    kind, by_category = LINES[word]
    fields: Fields = {
        "kind": kind,
        "key": line.id_text("category", "") if by_category else word,
        "description": line.text("description", "")[:1000],
        "quantity": line.amount("quantity", Decimal(1)),
        "gross": line.amount("amount"),
        "discount": line.amount("discount", _ZERO),
    }
    return fields | ({"cost": line.amount("cost", _ZERO)} if by_category else {})
