"""A day's report as it is printed: which side each row stands on, and what a second send does.

A printed report says how much, not which side: "Discounts 20.00" lowers what came in. The side of
a positive amount is a setting for each label, and is never guessed.
"""

import copy
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, Literal

from daybook.domain.errors import Missing
from daybook.domain.legs import Leg

if TYPE_CHECKING:
    from daybook.domain.books import Books, Decision
    from daybook.domain.document import SalesDocument
    from daybook.domain.event import FinancialEvent
    from daybook.domain.journal import JournalEntry
    from daybook.domain.mapping import Mapping, Settings

# "": takes its place. hold: waits for a person. refuse: is not sent a second time.
type OnNewer = Literal["", "hold", "refuse"]
type Form = Literal["journal", "sales_receipt"]
# What a person chose; "" as the settings say.
type Chosen = Literal["", "journal", "sales_receipt"]

ALREADY_SENT: Final = (
    "This report of the day was posted before, and the setting second_send refuses another."
)


def is_printed(event: "FinancialEvent") -> bool:
    """Whether the event is a report whose amounts stand as printed."""
    return event.body.kind == "gl_batch" and event.body.amounts == "printed"


def form_of(event: "FinancialEvent", settings: "Settings") -> Form:
    """What an event of its own is made into: as its sender chose, else as the settings say of
    reports."""
    chosen = event.body.form if event.body.kind == "gl_batch" else ""
    if chosen:
        return chosen
    return settings.day_form if is_printed(event) else "journal"


def in_its_form(
    entry: "JournalEntry", event: "FinancialEvent", books: "Books", decision: "Decision"
) -> "JournalEntry | SalesDocument":
    """An event's entry as its sender or the settings want it: itself, or the receipt for it. Raises
    as `day_receipt.receipt_of`."""
    if form_of(event, books.mapping.settings) == "journal":
        return entry
    from daybook.domain.day_receipt import receipt_of  # noqa: PLC0415 -- most are entries

    return receipt_of(entry, event.location, books, decision)


def without_side(legs: Iterable[Leg], mapping: "Mapping") -> tuple[Missing, ...]:
    """The labels that count in a report and have no side; a row mapped to None needs none."""
    return tuple(
        sorted(
            {
                Missing(leg.role, leg.key, leg.location)
                for leg in legs
                if leg.key not in mapping.settings.rows and not _left_out(leg, mapping)
            }
        )
    )


def _left_out(leg: Leg, mapping: "Mapping") -> bool:
    row = mapping.resolve(leg.role, leg.key, leg.location)
    return row is not None and row.account is None


def on_their_sides(legs: Sequence[Leg], settings: "Settings") -> list[Leg]:
    """The legs of a printed report, signed: a positive amount on its label's side, a negative one
    on the other. Every label that counts has a side (`without_side`)."""
    on_credit = {label for label, row in settings.rows.items() if row.side == "credit"}
    return [copy.replace(leg, amount=-leg.amount) if leg.key in on_credit else leg for leg in legs]


def on_newer(event: "FinancialEvent", settings: "Settings") -> OnNewer:
    """What happens where an older version of the same object is posted already."""
    if is_printed(event):
        return "refuse" if settings.second_send == "refuse" else ""
    return "hold" if settings.newer_version == "hold" else ""
