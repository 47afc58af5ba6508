"""What a probe asks QuickBooks for, and what it found: enough to tell whether it is ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from daybook.domain.changed_party import ChangedParty
from daybook.domain.document import SalesDocument, SalesForm
from daybook.domain.document_kinds import Document, Entity, entity_of
from daybook.domain.identity import read_marker
from daybook.domain.journal import JournalEntry
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer, NewParty, NewVendor
from daybook.domain.new_item import NewItem
from daybook.domain.outcome import FoundEntry, FoundParty
from daybook.domain.purchase_document import PurchaseDocument, PurchaseForm

# QuickBooks renames what is made inactive, which frees the name.
_DELETED = " (deleted)"


class Sought(NamedTuple):
    """What a posting is looked for by: the number of an entry, bill or vendor credit; the date (and
    customer) of a sales document or purchase order, to which QuickBooks may give a number of its
    own; the name of what is created.

    customer: "" for a receipt without one. own: the QBO id of a party that is changed; its new
    name, if it gets one, stands beside it.
    """

    entity: Entity
    name: str
    customer: str = ""
    own: str = ""


@dataclass(frozen=True, slots=True)
class FoundSale:
    """A sales document found in QuickBooks. total: TotalAmt as text, "" where it has none.

    lines: (item, minor units, class), in no particular order.
    """

    qbo_id: str
    form: SalesForm
    doc_number: str
    txn_date: str
    customer: str
    private_note: str
    lines: tuple[tuple[str, int, str], ...]
    total: str = ""


@dataclass(frozen=True, slots=True)
class FoundPurchase:
    """A bill, vendor credit or purchase order found in QuickBooks. total: TotalAmt as text.

    lines: (account, minor units, class), in no particular order. closed: whether an order is.
    """

    qbo_id: str
    form: PurchaseForm
    doc_number: str
    txn_date: str
    vendor: str
    private_note: str
    lines: tuple[tuple[str, int, str], ...]
    total: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item found by its name; account: where it sells into."""

    qbo_id: str
    name: str
    account: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class FoundClass:
    """A class found by its name; full_name: with the names above it."""

    qbo_id: str
    full_name: str
    active: bool = True


# What moves the books, as it is found there.
type FoundTransaction = FoundEntry | FoundSale | FoundPurchase
type There = FoundEntry | FoundSale | FoundPurchase | FoundParty | FoundItem | FoundClass
type FoundBySought = Mapping[Sought, Sequence[There]]


def kind_of(found: FoundTransaction) -> Entity:
    """The name of its object in QuickBooks."""
    return "JournalEntry" if isinstance(found, FoundEntry) else found.form


def sought(document: Document) -> Sought:
    """What a document is looked for by."""
    entity = entity_of(document)
    match document:
        case SalesDocument():
            return Sought(entity, document.txn_date.isoformat(), document.customer)
        case PurchaseDocument() if document.form == "PurchaseOrder":
            return Sought(entity, document.txn_date.isoformat())
        case JournalEntry() | PurchaseDocument():
            return Sought(entity, document.doc_number)
        case NewCustomer() | NewVendor():
            return Sought(entity, document.display_name)
        case ChangedParty():
            name = document.display_name if document.rename else ""
            return Sought(entity, name, own=document.qbo_id)
        case NewItem() | NewClass():
            named = document.name if isinstance(document, NewItem) else document.full_name
            return Sought(entity, named)


def is_ours(there: There, document: Document) -> bool:
    """Whether what was found is this posting, of whatever generation and perhaps changed since.

    By the marker where there is room for one. An item, a class and a vendor have none: an active
    one of the name (and account) is as good as ours, whoever made it. So is an active customer of
    the name with a marker of daybook's, which another event, or another connection of the company,
    asked for. A change is there where the party says what it states.
    """
    match there:
        case FoundParty() if isinstance(document, ChangedParty):
            return there.qbo_id == document.qbo_id and _says(there, document)
        case FoundParty() if isinstance(document, NewVendor):
            return there.kind == "Vendor" and _is_named(there, document)
        case FoundParty() if isinstance(document, NewCustomer) and _is_named(there, document):
            return there.kind == "Customer" and read_marker(there.private_note) is not None
        case FoundItem():
            return (
                isinstance(document, NewItem)
                and there.active
                and there.account == document.account
                and there.name.casefold() == document.name.casefold()
            )
        case FoundClass():
            return (
                isinstance(document, NewClass)
                and there.active
                and there.full_name.casefold() == document.full_name.casefold()
            )
        case _:
            mark = read_marker(there.private_note)
            return mark is not None and mark.entry_id16 == document.entry_id[:16]


def _is_named(there: FoundParty, party: NewParty) -> bool:
    return there.active and there.display_name.casefold() == party.display_name.casefold()


def _says(there: FoundParty, change: ChangedParty) -> bool:
    named = not change.rename or there.display_name == change.display_name
    return named and set(change.details) <= set(there.details)


def described(there: There) -> str:
    """What a person is told of something that stands in the way."""
    kind: str
    match there:
        case FoundEntry():
            return f"Entry {there.qbo_id} has it."
        case FoundSale() | FoundPurchase():
            return f"{there.form} {there.qbo_id} has it."
        case FoundParty():
            kind, name = there.kind, there.display_name
        case FoundItem():
            kind, name = "Item", there.name
        case FoundClass():
            kind, name = "Class", there.full_name
    state = "" if there.active else ", which is inactive,"
    sells = f" and sells into account {there.account}" if isinstance(there, FoundItem) else ""
    return f"{kind} {there.qbo_id}{state} has the name {name!r}{sells}."


def names_of(name: str) -> tuple[str, str]:
    """Under which names a list has something: its own, and the one it has while inactive."""
    return name, f"{name}{_DELETED}"
