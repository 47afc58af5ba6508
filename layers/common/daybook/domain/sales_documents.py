"""From an event, a mapping and a decision to its sales document: a pure function.

A sale becomes an invoice, or a credit memo where the shop owes the customer; a payment that came in
by a portal becomes a credit memo, for a person to apply. Tenders are not posted.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from daybook.domain.balance import balanced
from daybook.domain.books import Books, Decision
from daybook.domain.closed_books import moved
from daybook.domain.cogs import cogs_owner, owned
from daybook.domain.derivation import derive
from daybook.domain.document import SalesDocument, SalesForm, SalesTax
from daybook.domain.document_checks import check_company
from daybook.domain.document_items import Itemised, itemised
from daybook.domain.document_parts import Part, charged_tax, parts_of
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent, Sale, TaxLine
from daybook.domain.identity import doc_number, entry_id
from daybook.domain.journal import JournalEntry
from daybook.domain.money import to_minor, to_text
from daybook.domain.roles import STOCK_ROLES, in_words
from daybook.domain.translation import date_of, entry_of, note_of, posting_key

# What a payment settles: a credit memo credits the receivable by itself.
_SETTLED = frozenset({"accounts_receivable", "customer_deposits"})
# Documents that give back: with a total of zero they are credit memos all the same.
_GIVES_BACK = frozenset({"refund", "credit_note"})


def sales_document(
    event: FinancialEvent, books: Books, decision: Decision | None = None
) -> SalesDocument | None:
    """The invoice or credit memo of a sale, or None where there is nothing to post. A sale of
    nothing but tenders is a payment (`payment_credit`).

    Raises NeedsFirst (a Held) with what has to be created first; Held for what a person has to
    settle; TypeError for an event that is no sale.
    """
    body = event.body
    if not isinstance(body, Sale):
        raise TypeError(f"{event.name} is no sale")
    if _is_payment(body):
        return payment_credit(event, books, decision)
    decision = decision or Decision()
    check_company(event, books)
    by_code = books.mapping.settings.document_tax == "code"
    parts = parts_of(event, body, with_tax=not by_code)
    tax = charged_tax(event, body) if by_code else 0
    total = sum(part.amount for part in parts) + tax
    if body.tenders:
        paid = sum(to_minor(tender.amount, event.currency) for tender in body.tenders)
        assert total == paid, f"{event.name}: {total} is not what was paid, {paid}"
    if not parts:
        _check_no_tax(event, tax)
        return None
    gives_back = total < 0 or (total == 0 and body.document in _GIVES_BACK)
    form: SalesForm = "CreditMemo" if gives_back else "Invoice"
    sign = -1 if gives_back else 1
    taxed = _tax(body.taxes, sign * tax, event, books) if tax else None
    lines = itemised(_signed(parts, sign), event, books, decision, taxed=taxed is not None)
    return _document(form, lines, sign * total, taxed, (event, books, decision))


def payment_credit(
    event: FinancialEvent, books: Books, decision: Decision | None = None
) -> SalesDocument | None:
    """The credit memo of a payment that came in by a portal: one line for each means of payment,
    on an item that sells into its account; an invoice where the money goes back.

    None where there is nothing to post. Raises as `sales_document`.
    """
    decision = decision or Decision()
    check_company(event, books)
    legs = balanced(derive(event), event.currency, event.location)
    words = event.reference or event.object_id
    parts = [
        Part(
            leg.role,
            leg.key,
            leg.location,
            leg.amount,
            " ".join(part for part in (in_words(leg.role), leg.key, words) if part),
        )
        for leg in legs
        if leg.role not in _SETTLED
    ]
    if not parts:
        return None
    total = sum(part.amount for part in parts)
    form: SalesForm = "CreditMemo" if total >= 0 else "Invoice"
    sign = 1 if total >= 0 else -1
    lines = itemised(_signed(parts, sign), event, books, decision)
    return _document(form, lines, sign * total, None, (event, books, decision))


def shows_something(event: FinancialEvent, books: Books) -> bool:
    """Whether a sale has a document at all: of goods given away there is only what they cost.
    Raises Held `unbalanced`."""
    body = event.body
    if not isinstance(body, Sale):
        return False
    by_code = books.mapping.settings.document_tax == "code"
    return _is_payment(body) or bool(parts_of(event, body, with_tax=not by_code))


def stock_beside(
    event: FinancialEvent, books: Books, decision: Decision | None = None
) -> JournalEntry | None:
    """The journal entry that stands beside a sale's document: what it took from stock, where the
    sale owns its cost, or put back. It is part 1 of the event's posting. None where there is
    none."""
    return _stock_entry(event, books, decision, 1)


def stock_alone(
    event: FinancialEvent, books: Books, decision: Decision | None = None
) -> JournalEntry | None:
    """The same entry as the event's own posting, where a document has nothing to show."""
    return _stock_entry(event, books, decision, 0)


def _stock_entry(
    event: FinancialEvent, books: Books, decision: Decision | None, part: int
) -> JournalEntry | None:
    decision = decision or Decision()
    event = _cost_at_home(event, books)
    owner = cogs_owner(books.mapping.settings, books.source)
    legs = owned(derive(event), event, owner)
    legs = [leg for leg in legs if leg.role in STOCK_ROLES and leg.amount]
    entry = entry_of(legs, event, books, decision, date_of(event, books.mapping))
    if entry is None:
        return None
    key = replace(posting_key(event, books.connection, decision.revision), part=part)
    identity = entry_id(books.realm, key)
    number = doc_number(event.reference or event.object_id, identity)
    entry = replace(entry, entry_id=identity, doc_number=number)
    return moved(entry, decision.txn_date) if decision.txn_date else entry


def _cost_at_home(event: FinancialEvent, books: Books) -> FinancialEvent:
    """A sale whose costs are in the home currency: stock is kept in no other, whatever currency the
    document is in."""
    home, body = books.home_currency, event.body
    if event.currency == home or not isinstance(body, Sale):
        return event
    costs = (line.cost * event.exchange_rate for line in body.lines)
    lines = tuple(
        line.model_copy(update={"cost": cost}) for line, cost in zip(body.lines, costs, strict=True)
    )
    told = {"body": body.model_copy(update={"lines": lines}), "exchange_rate": Decimal(1)}
    return event.model_copy(update={**told, "currency": home})


def _is_payment(body: Sale) -> bool:
    stated = body.lines or body.taxes or body.rounding or body.refund_difference
    return bool(body.tenders) and not stated


def _signed(parts: Sequence[Part], sign: int) -> list[Part]:
    return [replace(part, amount=sign * part.amount) for part in parts]


def _check_no_tax(event: FinancialEvent, tax: int) -> None:
    """A tax alone has no line to stand on: raises Held."""
    if tax:
        raise Held(
            "setting_needed",
            f"Tax of {to_text(tax, event.currency)} {event.currency} and nothing that is taxed; "
            "set document_tax to line.",
        )


def _tax(taxes: Sequence[TaxLine], amount: int, event: FinancialEvent, books: Books) -> SalesTax:
    """The document's tax by its one code."""
    known = books.mapping.settings.tax_codes
    rules = sorted({tax.rule for tax in taxes if tax.charged and tax.collected_by == "merchant"})
    unknown = [rule for rule in rules if rule not in known]
    if unknown:
        raise Held(
            "setting_needed",
            f"Tax rules {', '.join(map(repr, unknown))} have no code in settings.tax_codes.",
        )
    codes = sorted({known[rule] for rule in rules})
    if len(codes) != 1 or amount < 0:
        raise Held(
            "setting_needed",
            f"A document has one tax code and no tax below zero; this one has {len(codes)} codes "
            f"and {to_text(amount, event.currency)} {event.currency}. Set document_tax to line.",
        )
    return SalesTax(codes[0], amount)


def _document(
    form: SalesForm,
    made: Itemised,
    total: int,
    tax: SalesTax | None,
    of: tuple[FinancialEvent, Books, Decision],
) -> SalesDocument:
    event, books, decision = of
    day = date_of(event, books.mapping)
    key = replace(posting_key(event, books.connection), revision=decision.revision)
    identity = entry_id(books.realm, key)
    foreign = event.currency != books.home_currency
    document = SalesDocument(
        form=form,
        entry_id=identity,
        event=event.name,
        kind=event.body.kind,
        txn_date=day,
        doc_number=doc_number(event.reference or event.object_id, identity),
        currency=event.currency,
        customer=made.customer,
        lines=made.lines,
        total=total,
        tax=tax,
        department=made.department,
        note=note_of(event, books),
        exchange_rate=format(event.exchange_rate, "f") if foreign else None,
        mapping_version=books.mapping_version,
    )
    return moved(document, decision.txn_date or day)
