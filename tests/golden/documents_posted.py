"""The bodies of sales documents that the golden files show: each kind of form, each way of tax.

    tests/golden/documents/<case>.json     the body of a create, as it goes to QuickBooks

Written by `make golden` with the others; read the difference before you commit it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from daybook.domain.books import Decision
from daybook.domain.day_receipt import receipt_of
from daybook.domain.document_kinds import Document
from daybook.domain.identity import PostingKey
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer
from daybook.domain.new_item import NewItem
from daybook.domain.reversal import reversal_of
from daybook.qbo.documents import body_of
from daybook.sources.registry import find
from daybook.workflows.mapping_file import mapping_of
from daybook.workflows.preview import preview
from tests.unit.domain.builders import (
    ADA,
    PARTIES,
    STORE,
    books,
    entry_of,
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


def _of_rental(name: str) -> Document:
    """What a delivery of Point of Rental posts in transaction mode, as a preview shows it."""
    rules = mapping_of((_ROOT / "local" / "mappings" / "point_of_rental.json").read_bytes())
    file = _ROOT / "events" / "webhooks" / "point_of_rental" / f"{name}.json"
    files = [(file.name, file.read_bytes())]
    (document,) = preview(files, find("point_of_rental"), rules, mode="document").documents
    return document


def _reversed(document: Document) -> Document:
    assert not isinstance(document, NewCustomer | NewItem | NewClass)
    return reversal_of(document, "realm", _KEY)


CASES: Final[dict[str, Callable[[], Document]]] = {
    "invoice__of_point_of_rental": lambda: _of_rental("invoice__lines_on_account"),
    "credit_memo__of_point_of_rental": lambda: _of_rental("portal_payment__by_card"),
    "invoice__tax_as_a_line": _invoice,
    "invoice__tax_by_code": lambda: _invoice("code"),
    "invoice__taken_back": lambda: _reversed(_invoice("code")),
    "credit_memo__return": _credit_memo,
    "credit_memo__portal_payment": _payment,
    "sales_receipt__day": _receipt,
    "sales_receipt__day_taken_back": lambda: _reversed(_receipt()),
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
