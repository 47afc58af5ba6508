"""The journal entry of a sale's stock, which stands beside its document: it follows the document.

It is a row of the event's own, part 1, judged and released by itself. It is sent only once the
document is posted, is taken back with it, and never sent where the document is not.
"""

from collections.abc import Sequence
from dataclasses import replace

from daybook.domain.errors import Held
from daybook.domain.posting import Posting
from daybook.domain.reversal import same_in_books
from daybook.domain.status import Status
from daybook.workflows.families import STOCK_PART, Family

# A document that will never be posted: what stands beside it goes the same way.
_LEFT_OUT: dict[Status, Status] = {
    "void": "void",
    "superseded": "superseded",
    "reversed": "void",
    "ignored": "void",
}


def is_stock(row: Posting) -> bool:
    """Whether a row is the stock entry of an event (and not a part of a day)."""
    return row.key.part == STOCK_PART and row.key.purpose == "post" and bool(row.event)


def ending(row: Posting, rows: Sequence[Posting]) -> Status | None:
    """What becomes of a stock entry that will not be sent; None where it may be sent now.

    rows: all rows of its object. Raises Held `waits_for_prior` while its document is not posted.
    """
    document = _document_of(row, rows)
    if document is None or document.status not in {"posted", *_LEFT_OUT}:
        raise Held("waits_for_prior", "The document that it stands beside must be posted first.")
    if document.status == "posted":
        return "void" if _is_taken_back(document, rows) else None
    return _LEFT_OUT[document.status]


def can_go_on(row: Posting, rows: Sequence[Posting]) -> bool:
    """Whether the document that a stock entry waits for is settled."""
    document = _document_of(row, rows)
    return document is not None and document.status in {"posted", *_LEFT_OUT}


def same_stock(family: Family, older: Posting) -> bool:
    """Whether a row's stock entry would post just what an older version's posted."""
    key = replace(older.key, part=STOCK_PART)
    theirs = next((one for one in family.besides if one.key == key), None)
    ours = family.beside
    if ours is None or theirs is None:
        return ours is theirs
    if theirs.status != "posted" or not ours.entry:
        return False
    same_day = theirs.business_date == ours.business_date
    return same_in_books(theirs.transaction(), ours.transaction(), same_day=same_day)


def _document_of(row: Posting, rows: Sequence[Posting]) -> Posting | None:
    key = replace(row.key, part=0)
    return next((one for one in rows if one.key == key and not one.beside), None)


def _is_taken_back(document: Posting, rows: Sequence[Posting]) -> bool:
    return any(one.key == document.key.reversal() for one in rows)
