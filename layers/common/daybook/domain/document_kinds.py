"""What a posting can be in QuickBooks: the name of its object there, and how it is read again."""

from collections.abc import Callable
from typing import Final, Literal

from daybook.domain.document import SalesDocument
from daybook.domain.journal import JournalEntry
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer
from daybook.domain.new_item import NewItem

type Entity = Literal[
    "JournalEntry", "Invoice", "CreditMemo", "SalesReceipt", "Customer", "Item", "Class"
]
# What moves the books, and is taken back by one of its kind.
type Transaction = JournalEntry | SalesDocument
# What a document needs before it can be posted: one object of a list, never taken back.
type Creation = NewCustomer | NewItem | NewClass
type Document = Transaction | Creation

CREATIONS: Final = frozenset({"Customer", "Item", "Class"})
SALES_FORMS: Final = frozenset({"Invoice", "CreditMemo", "SalesReceipt"})
_READERS: Final[dict[Entity, Callable[[bytes], Document]]] = {
    "JournalEntry": JournalEntry.from_json,
    "Invoice": SalesDocument.from_json,
    "CreditMemo": SalesDocument.from_json,
    "SalesReceipt": SalesDocument.from_json,
    "Customer": NewCustomer.from_json,
    "Item": NewItem.from_json,
    "Class": NewClass.from_json,
}


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
        case SalesDocument():
            return document.form
        case NewCustomer():
            return "Customer"
        case NewItem():
            return "Item"
        case NewClass():
            return "Class"


def departments_of(entry: Transaction) -> list[str]:
    """The departments that an entry's lines have, or a sales document in its head."""
    if isinstance(entry, SalesDocument):
        return [entry.department] if entry.department else []
    return [line.department for line in entry.lines if line.department]
