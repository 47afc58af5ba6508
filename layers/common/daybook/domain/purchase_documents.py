"""From a purchase, a mapping and a decision to its document: a pure function.

What is owed to a supplier becomes a bill, what the supplier owes a vendor credit, whatever the
source calls it; an order becomes a purchase order, by the setting `purchase_orders`.
"""

from collections.abc import Sequence

from daybook.domain.books import Books, Decision
from daybook.domain.closed_books import moved
from daybook.domain.document_checks import check_company
from daybook.domain.document_items import mapped_account, one_department
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent, Party, Purchase
from daybook.domain.identity import doc_number, entry_id
from daybook.domain.legs import Leg, LegWriter
from daybook.domain.mapping import AccountRow
from daybook.domain.needs import Needs, NeedsFirst
from daybook.domain.netting import dimensions
from daybook.domain.purchase_document import (
    MAX_PURCHASE_LINES,
    CostLine,
    PurchaseDocument,
    PurchaseForm,
)
from daybook.domain.purchase_orders import is_order
from daybook.domain.roles import PAYABLE, RECEIVABLE, in_words
from daybook.domain.row_names import row_name
from daybook.domain.stock_legs import of_purchase
from daybook.domain.translation import date_of, note_of, posting_key, rows_of


def purchase_document(
    event: FinancialEvent, books: Books, decision: Decision | None = None
) -> PurchaseDocument | None:
    """The bill, vendor credit or order of a purchase, or None where there is nothing to post.

    Raises NeedsFirst (a Held) for a vendor that can be created; Held for what a person has to
    settle; TypeError for an event that is no purchase.
    """
    body = event.body
    if not isinstance(body, Purchase):
        raise TypeError(f"{event.name} is no purchase")
    decision = decision or Decision()
    check_company(event, books)
    told = [(leg, text) for leg, text in _told(event, body, books) if leg.amount]
    if not told:
        return None
    if len(told) > MAX_PURCHASE_LINES:
        raise Held("too_many_lines", f"{len(told)} lines; a document takes {MAX_PURCHASE_LINES}.")
    total = sum(leg.amount for leg, _ in told)
    form = _form(event, body, total, books)
    owed = Leg("accounts_payable", "", event.location, -total)
    *rows, control = rows_of([*(leg for leg, _ in told), owed], books)
    lines, department = _lines(told, rows, books, -1 if form == "VendorCredit" else 1)
    payable = mapped_account(control, books)
    vendor, unknown = _vendor(event, control, decision)
    if unknown:
        raise NeedsFirst(Needs(vendors=(unknown,)))
    of = (vendor, payable, lines, department)
    return _document(form, of, abs(total), event, (books, decision))


def as_bill(event: FinancialEvent) -> FinancialEvent:
    """A purchase whatever it is called, as the bill that its rows of docs/accounting.md speak
    of."""
    assert isinstance(event.body, Purchase)
    return event.model_copy(update={"body": event.body.model_copy(update={"document": "bill"})})


def _document(
    form: PurchaseForm,
    of: tuple[str, str, tuple[CostLine, ...], str | None],
    total: int,
    event: FinancialEvent,
    by: tuple[Books, Decision],
) -> PurchaseDocument:
    (vendor, payable, lines, department), (books, decision) = of, by
    assert isinstance(event.body, Purchase)
    day = date_of(event, books.mapping)
    identity = entry_id(books.realm, posting_key(event, books.connection, decision.revision))
    foreign = event.currency != books.home_currency
    document = PurchaseDocument(
        form=form,
        entry_id=identity,
        event=event.name,
        kind=event.body.kind,
        txn_date=day,
        doc_number=doc_number(event.reference or event.object_id, identity),
        currency=event.currency,
        vendor=vendor,
        payable=payable,
        lines=lines,
        total=total,
        due_date=None if form == "VendorCredit" else event.body.due_date,
        department=department,
        note=note_of(event, books),
        exchange_rate=format(event.exchange_rate, "f") if foreign else None,
        mapping_version=books.mapping_version,
    )
    return moved(document, decision.txn_date or day)


def _told(event: FinancialEvent, body: Purchase, books: Books) -> list[tuple[Leg, str]]:
    """The legs of the lines, then of the taxes, each with what a person reads of it. A company of
    the United States keeps no tax code on purchases: recoverable tax is a line like any other."""
    write = LegWriter(event.currency, event.location)
    bill = body.model_copy(update={"document": "bill"})
    *legs, _ = of_purchase(bill, write, books.mapping.settings.purchases_to)
    texts = [line.description for line in body.lines] + [""] * len(body.taxes)
    return [
        (leg, text or " ".join(part for part in (in_words(leg.role), leg.key) if part))
        for leg, text in zip(legs, texts, strict=True)
    ]


def _form(event: FinancialEvent, body: Purchase, total: int, books: Books) -> PurchaseForm:
    if is_order(event, books.mapping.settings.purchase_orders):
        if total < 0:
            raise Held(
                "setting_needed",
                "A purchase order cannot be below zero. Send it as a vendor credit, or set "
                "purchase_orders to bill.",
            )
        return "PurchaseOrder"
    gives_back = total < 0 or (total == 0 and body.document == "vendor_credit")
    return "VendorCredit" if gives_back else "Bill"


def _lines(
    told: Sequence[tuple[Leg, str]], rows: Sequence[AccountRow], books: Books, sign: int
) -> tuple[tuple[CostLine, ...], str | None]:
    """The lines and the one department that they share. Raises Held."""
    places = [dimensions(leg, row, books) for (leg, _), row in zip(told, rows, strict=True)]
    lines = tuple(
        CostLine(leg.role, leg.key, _cost_account(row, books), sign * leg.amount, text, class_)
        for (leg, text), row, (class_, _) in zip(told, rows, places, strict=True)
    )
    return lines, one_department(department for _, department in places)


def _cost_account(row: AccountRow, books: Books) -> str:
    account = mapped_account(row, books)
    known = books.chart.accounts.get(account) if books.chart else None
    if known is not None and known.type in (PAYABLE, RECEIVABLE):
        raise Held(
            "setting_needed",
            f"Account {account} ({known.name}) is {known.type}, which no line of a bill can stand "
            f"on. Change {row_name(row)} of the mapping.",
        )
    return account


def _vendor(
    event: FinancialEvent, control: AccountRow, decision: Decision
) -> tuple[str, Party | None]:
    """The vendor's QBO id, or who is not known yet. Raises Held `vendor_needed`."""
    party = event.supplier
    if party is not None:
        found = decision.parties.get(f"vendor:{party.id}")
        return (found, None) if found else ("", party)
    if control.vendor is None:
        raise Held(
            "vendor_needed",
            "A bill needs a vendor; the event names no supplier and the mapping has no standing "
            "one on accounts_payable.",
        )
    return control.vendor, None
