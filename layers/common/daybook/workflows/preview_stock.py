"""The stock entries beside the documents of a preview: each goes with its document, as the poster
sends it."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from daybook.domain.books import Books, Decision
from daybook.domain.document_kinds import Transaction
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent
from daybook.domain.mapping import Mode
from daybook.domain.reversal import same_in_books
from daybook.workflows.families import STOCK_PART
from daybook.workflows.preview_documents import has_stock_beside, made
from daybook.workflows.standing import Entry, Fate, Same, Standing, never_same

# What posts nothing, and takes nothing back: neither does its stock.
_LEFT_ALONE = frozenset({"duplicate", "superseded", "ignored", "not_started"})


def stock_fates(
    event: FinancialEvent,
    day: date,
    document: Fate,
    beside: Standing,
    of: tuple[Books, Decision],
) -> Iterator[Fate]:
    """The fate of the stock entry of an event, where there is one to be posted or taken back.

    document: what became of its document. beside: what stands of the object's stock entries."""
    if document.problem or document.skipped in _LEFT_ALONE:
        return
    mode = of[0].mapping.mode_at(event.location, day)
    make = _stock_of(event, mode, of) if document.entries else None
    if make is None and beside.top is None:
        return
    fate = Fate(event.name, part=STOCK_PART)
    # A document that is replaced takes its stock entry with it, changed or not.
    beside.take(event, day, fate, make or _nothing, never_same)
    yield fate


def same_with_stock(
    event: FinancialEvent, mode: Mode, beside: Standing, of: tuple[Books, Decision]
) -> Same:
    """Says whether a newer version posts what is posted, document and stock entry alike."""

    def same(before: Transaction, entry: Transaction) -> bool:
        if not same_in_books(before, entry):
            return False
        make = _stock_of(event, mode, of)
        posted = beside.posted.entry if beside.posted else None
        if make is None or posted is None:
            return make is None and posted is None and not beside.unsent
        try:
            stock = make()
        except Held:
            return False
        return stock is not None and same_in_books(posted, stock)

    return same


def _stock_of(event: FinancialEvent, mode: Mode, of: tuple[Books, Decision]) -> Entry | None:
    books, decision = of
    if event.effect == "reverse" or not has_stock_beside(event, books, mode):
        return None
    return partial(made, event, books, decision, mode, STOCK_PART)


def _nothing() -> None:
    """Nothing stands beside the document any more."""
