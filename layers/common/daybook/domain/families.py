"""Who posts a family of ledger rows: the event that brings them, the close of their day, or nobody.

A point of sale that exports its own general ledger groups rows into families, each of which
balances by itself. A family has one owner in each posting mode, so that no row posts twice: an
invoice that was posted as it was made is not posted again with its day.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from daybook.domain.event import FinancialEvent, LedgerBatch
from daybook.domain.mapping import Mapping as MappingFile
from daybook.domain.mapping import Mode

# event: an entry of its own. day: the close of its business date. document: an invoice or credit
# memo in QuickBooks. nobody: it posts nothing, for another posting holds the same money.
type Owner = Literal["event", "day", "document", "nobody"]

FAMILIES: Final = (
    "invoice",
    "payment",
    "card_deposit",
    "inventory_value",
    "transfer",
    "cogs",
    "depreciation",
    "other",
)
# In real time these are entries of their own; everything else waits for the end of the day:
# https://por.my.site.com/uLearn/s/article/QuickBooks-Online-Integration-Overview
_IN_REAL_TIME: Final = frozenset({"invoice", "payment", "card_deposit"})
# Where QuickBooks has the invoices, it manages the receivables, and payments with them.
_IN_DOCUMENTS: Final[Mapping[str, Owner]] = MappingProxyType(
    {"invoice": "document", "payment": "nobody"}
)
_OF_MODE: Final[Mapping[Mode, Owner]] = MappingProxyType(
    {"per_event": "event", "day_summary": "day", "document": "document"}
)
# The sources whose batches come family by family.
BY_FAMILY: Final = frozenset({"point_of_rental"})


def owner_of(family: str, mode: Mode) -> Owner:
    """Who posts the rows of a family in a mode. Asserts that the family is one of FAMILIES."""
    assert family in FAMILIES, f"{family!r} is no family"
    if mode == "per_event":
        return "event" if family in _IN_REAL_TIME else "day"
    if mode == "document":
        return _IN_DOCUMENTS.get(family, "day")
    return "day"


def may_accumulate(mapping: MappingFile, source: str) -> bool:
    """Whether any event of a connection may be posted with its day."""
    changes = mapping.settings.modes_by_location.values()
    modes = {mapping.settings.mode, *(one.mode for rows in changes for one in rows)}
    return source in BY_FAMILY or bool(modes - {"per_event"})


def family_of(event: FinancialEvent, source: str) -> str:
    """The family of a batch that a source sends family by family; "" for every other event."""
    if source not in BY_FAMILY or not isinstance(event.body, LedgerBatch):
        return ""
    families = {row.family for row in event.body.entries}
    return families.pop() if len(families) == 1 and families <= set(FAMILIES) else ""


def owner_in(event: FinancialEvent, source: str, mode: Mode) -> Owner:
    """Who posts an event of a source in a mode.

    Ledger rows never make a document: where their family's owner is the document, it is the
    invoice that came with its lines, and the rows of the same money are nobody's.
    """
    family = family_of(event, source)
    if not family:
        return _OF_MODE[mode]
    owner = owner_of(family, mode)
    return "nobody" if owner == "document" else owner
