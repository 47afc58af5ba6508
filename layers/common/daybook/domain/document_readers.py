"""What a posting can be beside a journal entry: read again, named, and told apart.

A start that meets entries alone never loads these: `document_kinds` imports this module when it
meets another kind.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from daybook.domain.changed_party import ChangedParty
from daybook.domain.document import SalesDocument
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer, NewVendor
from daybook.domain.new_item import NewItem
from daybook.domain.purchase_document import PurchaseDocument

if TYPE_CHECKING:
    from daybook.domain.document_kinds import Creation, Entity, Operation

type Other = "SalesDocument | PurchaseDocument | Creation | ChangedParty"

_READERS: Final["dict[Entity, Callable[[bytes], Other]]"] = {
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
TRANSACTIONS: Final = (SalesDocument, PurchaseDocument)
_CREATED: Final["dict[type[Creation], Entity]"] = {
    NewCustomer: "Customer",
    NewVendor: "Vendor",
    NewItem: "Item",
    NewClass: "Class",
}


CREATIONS: Final = tuple(_CREATED)


def read(entity: "Entity", data: bytes) -> "Other":
    """A document again from its `to_json`."""
    return _READERS[entity](data)


def entity_of(document: "Other") -> "Entity":
    """The name of its object in QuickBooks."""
    match document:
        case SalesDocument() | PurchaseDocument():
            return document.form
        case ChangedParty():
            return "Customer" if document.kind == "customer" else "Vendor"
        case _:
            return _CREATED[type(document)]


def operation_of(document: "Other") -> "Operation":
    """What a batch does with it."""
    match document:
        case ChangedParty():
            return "update"
        case PurchaseDocument() if document.closes:
            return "update"
        case _:
            return "create"


def _party(data: bytes, kind: type[NewCustomer] | type[NewVendor]) -> "Other":
    fields = json.loads(data, parse_float=Decimal)
    return ChangedParty.of(fields) if "sync_token" in fields else kind.of(fields)
