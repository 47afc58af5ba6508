"""What a posting can be in QuickBooks: the name of its object there, and how it is read again."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Final, Literal

from daybook.domain.changed_party import ChangedParty
from daybook.domain.document import SalesDocument
from daybook.domain.journal import JournalEntry
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer, NewVendor
from daybook.domain.new_item import NewItem
from daybook.domain.purchase_document import PurchaseDocument

type Entity = Literal[
    "JournalEntry",
    "Invoice",
    "CreditMemo",
    "SalesReceipt",
    "Customer",
    "Vendor",
    "Item",
    "Class",
    "Bill",
    "VendorCredit",
    "PurchaseOrder",
]
# What moves the books, and is taken back by one of its kind.
type Transaction = JournalEntry | SalesDocument | PurchaseDocument
# What a document needs before it can be posted: one object of a list, never taken back.
type Creation = NewCustomer | NewVendor | NewItem | NewClass
type Document = Transaction | Creation | ChangedParty

# An object of a list: created, or (a party) changed.
CREATIONS: Final = frozenset({"Customer", "Vendor", "Item", "Class"})
SALES_FORMS: Final = frozenset({"Invoice", "CreditMemo", "SalesReceipt"})
PURCHASE_FORMS: Final = frozenset({"Bill", "VendorCredit", "PurchaseOrder"})
# What has a total of its own, which is compared with the source's.
DOCUMENT_FORMS: Final = SALES_FORMS | PURCHASE_FORMS
_READERS: Final[dict[Entity, Callable[[bytes], Document]]] = {
    "JournalEntry": JournalEntry.from_json,
    "Invoice": SalesDocument.from_json,
    "CreditMemo": SalesDocument.from_json,
    "SalesReceipt": SalesDocument.from_json,
    "Bill": PurchaseDocument.from_json,
    "VendorCredit": PurchaseDocument.from_json,
    "PurchaseOrder": PurchaseDocument.from_json,
    "Customer": lambda data: _party(data, NewCustomer),
    "Vendor": lambda data: _party(data, NewVendor),
    "Item": NewItem.from_json,
    "Class": NewClass.from_json,
}


_CREATED: Final[dict[type[Creation], Entity]] = {
    NewCustomer: "Customer",
    NewVendor: "Vendor",
    NewItem: "Item",
    NewClass: "Class",
}


def _party(data: bytes, kind: type[NewCustomer] | type[NewVendor]) -> Document:
    fields = json.loads(data, parse_float=Decimal)
    return ChangedParty.of(fields) if "sync_token" in fields else kind.of(fields)


def read_document(entity: Entity, data: bytes) -> Document:
    """A document again from its `to_json`; what must add up is checked once more."""
    document = _READERS[entity](data)
    assert entity_of(document) == entity, f"a {entity_of(document)} is kept as a {entity}"
    return document


def entity_of(document: Document) -> Entity:
    """The name of its object in QuickBooks."""
    match document:
        case JournalEntry():
            return "JournalEntry"
        case SalesDocument() | PurchaseDocument():
            return document.form
        case ChangedParty():
            return "Customer" if document.kind == "customer" else "Vendor"
        case _:
            return _CREATED[type(document)]


def operation_of(document: Document) -> Literal["create", "update"]:
    """What a batch does with it: a change to a party, and the closing of an order, are updates."""
    match document:
        case ChangedParty():
            return "update"
        case PurchaseDocument() if document.closes:
            return "update"
        case _:
            return "create"


def departments_of(entry: Transaction) -> list[str]:
    """The departments that an entry's lines have, or a document in its head."""
    if not isinstance(entry, JournalEntry):
        return [entry.department] if entry.department else []
    return [line.department for line in entry.lines if line.department]
