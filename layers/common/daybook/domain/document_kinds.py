"""What a posting can be in QuickBooks: the name of its object there, and how it is read again."""

from typing import TYPE_CHECKING, Final, Literal, TypeIs

from daybook.domain.journal import JournalEntry

if TYPE_CHECKING:
    from daybook.domain.changed_party import ChangedParty
    from daybook.domain.document import SalesDocument
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
type Operation = Literal["create", "update"]
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


def read_document(entity: Entity, data: bytes) -> Document:
    """A document again from its `to_json`; what must add up is checked once more."""
    if entity == "JournalEntry":
        return JournalEntry.from_json(data)
    from daybook.domain import document_readers  # noqa: PLC0415 -- most starts meet entries alone

    document = document_readers.read(entity, data)
    assert entity_of(document) == entity, f"a {entity_of(document)} is kept as a {entity}"
    return document


def entity_of(document: Document) -> Entity:
    """The name of its object in QuickBooks."""
    if isinstance(document, JournalEntry):
        return "JournalEntry"
    from daybook.domain import document_readers  # noqa: PLC0415

    return document_readers.entity_of(document)


def operation_of(document: Document) -> Operation:
    """What a batch does with it: a change to a party, and the closing of an order, are updates."""
    if isinstance(document, JournalEntry):
        return "create"
    from daybook.domain import document_readers  # noqa: PLC0415

    return document_readers.operation_of(document)


def is_transaction(document: Document) -> TypeIs[Transaction]:
    """Whether it moves the books."""
    if isinstance(document, JournalEntry):
        return True
    from daybook.domain import document_readers  # noqa: PLC0415

    return isinstance(document, document_readers.TRANSACTIONS)


def is_creation(document: Document) -> TypeIs[Creation]:
    """Whether it is a party, item or class that does not exist yet."""
    if isinstance(document, JournalEntry):
        return False
    from daybook.domain import document_readers  # noqa: PLC0415

    return isinstance(document, document_readers.CREATIONS)


def departments_of(entry: Transaction) -> list[str]:
    """The departments that an entry's lines have, or a document in its head."""
    if not isinstance(entry, JournalEntry):
        return [entry.department] if entry.department else []
    return [line.department for line in entry.lines if line.department]
