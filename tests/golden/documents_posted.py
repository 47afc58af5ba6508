"""The bodies of documents that the golden files show: each kind of form, each way of tax.

    tests/golden/documents/<case>.json     the body of a create, as it goes to QuickBooks

Written by `make golden` with the others; read the difference before you commit it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from daybook.domain.books import Decision
from daybook.domain.day_receipt import receipt_of
from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import Document
from daybook.domain.event import FinancialEvent
from daybook.domain.identity import PostingKey
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer
from daybook.domain.new_item import NewItem
from daybook.domain.purchase_document import PurchaseDocument
from daybook.domain.purchase_documents import purchase_document
from daybook.domain.reversal import reversal_of
from daybook.qbo.documents import body_of
from daybook.sources.registry import find
from daybook.workflows.mapping_file import mapping_of
from daybook.workflows.preview import preview
from tests.unit.domain.builders import (
    ACME,
    ADA,
    PARTIES,
    STORE,
    books,
    entry_of,
    event,
    item,
    mapping,
    sale,
    tender,
)
from tests.unit.domain.sales import STATE, by_code, document_of, invoice

FOLDER: Final = Path(__file__).resolve().parent / "documents"
_ROOT = FOLDER.parents[2]
_KEY = PostingKey("shop", "ticket", "100245", "1")
_PLACE = {STORE: {"name": "Burbank", "class": "200", "department": "1"}}
_ITEMS = {"sales": "11", "markdowns": "12", "shipping_income": "13", "tax_liability": "14"}
_MORE = {"payment_type": "15", "returns": "16", "cogs": "17", "inventory_on_hand": "18"}
_KNOWN = Decision(parties=PARTIES.parties, items=_ITEMS | _MORE)
_ORDERS = {"purchase_orders": "purchase_order"}
_SOLD = [
    item("100", discount="20", description='Straw hat, 7" brim', quantity="2"),
    {"kind": "shipping", "key": "Ground", "gross": "12"},
]


def _invoice(by: str = "line") -> Document:
    rules = by_code(State="2") if by == "code" else mapping(locations=_PLACE)
    found = invoice(*_SOLD, taxes=[STATE], reference="I-7", memo="call first")
    return document_of(found, rules, decision=_KNOWN)


def _credit_memo() -> Document:
    lines = [item("-33.33", discount="-0.01", quantity="3", description="Cap")]
    note = sale(document="credit_note", customer=ADA, lines=lines, reference="C-1")
    return document_of(note, decision=_KNOWN)


def _payment() -> Document:
    tenders = [tender("25.5", "other", "card"), tender("-25.5", "on_account", "")]
    found = sale(document="credit_note", customer=ADA, tenders=tenders, reference="P-9")
    return document_of(found, decision=_KNOWN)


def _receipt() -> Document:
    found = sale(lines=[item("100", "40")], taxes=[STATE], tenders=[tender("108.25")])
    entry = entry_of(found, mapping(locations=_PLACE))
    assert entry
    return receipt_of(entry, STORE, books(mapping(locations=_PLACE)), _KNOWN)


def _purchase(sign: str = "", document: str = "bill", **fields: str) -> FinancialEvent:
    """Hats of Acme, freight and recoverable tax; with a sign of minus what goes back."""
    lines = [
        {"kind": "item", "key": "Hats", "quantity": f"{sign}10", "amount": f"{sign}400",
         "description": 'Straw hat, 7" brim'},
        {"kind": "freight", "key": "UPS", "amount": f"{sign}12.5"},
    ]  # fmt: skip
    taxes = [{"rule": "GST", "computed": f"{sign}33"}]
    body = {"kind": "purchase", "document": document, "lines": lines, "taxes": taxes}
    body |= {} if sign else {"due_date": "2026-12-20"}
    return event(
        body,
        **{
            "object_type": "bill",
            "object_id": "B-7",
            "supplier": ACME,
            "reference": "B-7",
            **fields,
        },
    )


def _owed(found: FinancialEvent, **settings: str) -> Document:
    where = books(mapping(locations=_PLACE, settings=settings))
    document = purchase_document(found, where, _KNOWN)
    assert document is not None
    return document


def _closed() -> Document:
    order = _owed(_purchase(document="purchase_order"), **_ORDERS)
    mirrored = _reversed(order)
    assert isinstance(mirrored, PurchaseDocument)
    return mirrored.closing("77")


def _of_rental(name: str) -> Document:
    """What a delivery of Point of Rental posts in transaction mode, as a preview shows it."""
    return _previewed("point_of_rental", name)


def _of_unleashed(name: str) -> Document:
    """The document that a delivery of Unleashed's becomes, as a preview shows it."""
    return _previewed("unleashed", name)


def _previewed(source: str, name: str) -> Document:
    rules = mapping_of((_ROOT / "local" / "mappings" / f"{source}.json").read_bytes())
    file = _ROOT / "events" / "webhooks" / source / f"{name}.json"
    files = [(file.name, file.read_bytes())]
    (document,) = preview(files, find(source), rules, mode="document").documents
    return document


def _reversed(document: Document) -> Document:
    assert isinstance(document, SalesDocument | PurchaseDocument)
    return reversal_of(document, "realm", _KEY)


CASES: Final[dict[str, Callable[[], Document]]] = {
    "invoice__of_point_of_rental": lambda: _of_rental("invoice__lines_on_account"),
    "credit_memo__of_point_of_rental": lambda: _of_rental("portal_payment__by_card"),
    "invoice__of_unleashed": lambda: _of_unleashed("invoice__completed"),
    "credit_memo__of_unleashed": lambda: _of_unleashed("credit_note__completed"),
    "bill__of_unleashed": lambda: _of_unleashed("purchase_order__with_freight"),
    "vendor_credit__of_unleashed": lambda: _of_unleashed("supplier_return__completed"),
    "invoice__tax_as_a_line": _invoice,
    "invoice__tax_by_code": lambda: _invoice("code"),
    "invoice__taken_back": lambda: _reversed(_invoice("code")),
    "credit_memo__return": _credit_memo,
    "credit_memo__portal_payment": _payment,
    "sales_receipt__day": _receipt,
    "sales_receipt__day_taken_back": lambda: _reversed(_receipt()),
    "bill": lambda: _owed(_purchase()),
    "bill__into_goods_received": lambda: _owed(_purchase(), purchases_to="purchases_received"),
    "bill__taken_back": lambda: _reversed(_owed(_purchase())),
    "bill__of_a_purchase_order": lambda: _owed(_purchase(document="purchase_order")),
    "vendor_credit": lambda: _owed(_purchase("-", "vendor_credit")),
    "purchase_order": lambda: _owed(_purchase(document="purchase_order"), **_ORDERS),
    "purchase_order__closed": _closed,
    "customer": lambda: NewCustomer("ab" * 32, "Ada Brown", "ada@example.com", "canonical c-1"),
    "item": lambda: NewItem("ab" * 32, "Clothing Sales (51)", "51"),
    "class__at_the_top": lambda: NewClass("ab" * 32, "Store 1"),
    "class__below_another": lambda: NewClass("ab" * 32, "Store 1:Burbank", "7"),
}


def golden_bodies() -> dict[str, str]:
    """The body of each case, as it goes but for line breaks, by the name of its file."""
    return {f"{name}.json": _shown(body_of(made(), 1)) for name, made in CASES.items()}


def present_bodies() -> dict[str, str]:
    """The golden bodies as they are."""
    return {file.name: file.read_text() for file in FOLDER.glob("*.json")}


def write_bodies() -> list[str]:
    """Write what differs and remove what is no case any more; what was done."""
    wanted, before = golden_bodies(), present_bodies()
    FOLDER.mkdir(exist_ok=True)
    for name in sorted(before.keys() - wanted.keys()):
        (FOLDER / name).unlink()
    changed = [name for name, text in sorted(wanted.items()) if before.get(name) != text]
    for name in changed:
        (FOLDER / name).write_text(wanted[name])
    gone = [f"removed documents/{name}" for name in sorted(before.keys() - wanted.keys())]
    return [*gone, *(f"wrote documents/{name}" for name in changed)]


def _shown(body: bytes) -> str:
    """The bytes as sent, but for the line breaks: a member or a line of the document each."""
    return body.decode().replace(',"', ',\n"').replace("},{", "},\n{") + "\n"
