"""What the close of a day is posted as: its entry, or the sales receipt that stands for it.

The items of a receipt are made once for each account, in a batch before it; until then the part of
the day waits, held, and goes on by itself once they are there. A part that a receipt cannot take
waits until the settings, or a person's send, ask for a journal entry. What a person chose is kept
with the close and with each of its parts, so that whoever goes on does so in that form.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from daybook.domain.books import Books, Decision
from daybook.domain.closed_books import closing_of, moved_transaction
from daybook.domain.day_receipt import receipt_of
from daybook.domain.day_report import Chosen
from daybook.domain.day_summary import KIND, Day
from daybook.domain.document_kinds import Transaction, entity_of
from daybook.domain.errors import Held, ReasonCode
from daybook.domain.journal import JournalEntry
from daybook.domain.needs import NeedsFirst
from daybook.domain.posting import Posting, instant_text
from daybook.workflows.circumstances import Circumstances
from daybook.workflows.creations import anew
from daybook.workflows.judge import books_of
from daybook.workflows.list_objects import ItemLookup
from daybook.workflows.ports import Doorbell, Ledger

# Before it is sent, a part is held for these by its form alone.
_BY_FORM: Final[frozenset[ReasonCode | None]] = frozenset(
    {"item_needed", "setting_needed", "unmapped_account", "inactive_account", "too_many_lines"}
)
# QuickBooks said a clear no to a receipt: it has none of it.
_REFUSED: Final[frozenset[ReasonCode | None]] = _BY_FORM | {"qbo_refused", "period_closed"}


@dataclass(frozen=True, slots=True)
class DayForm:
    """Makes of a day's entry what is posted."""

    doorbell: Doorbell
    clock: Callable[[], datetime]

    def __call__(
        self,
        entry: JournalEntry,
        day: Day,
        books: Books,
        circumstances: Circumstances,
        chosen: Chosen,
    ) -> Transaction:
        """The entry, or its receipt, whose items are asked for where they are missing. chosen: by
        a person, "" as the settings say. Raises Held."""
        if (chosen or books.mapping.settings.day_form) == "journal":
            return entry
        objects = circumstances.parties.objects
        try:
            items = ItemLookup(objects)
            return receipt_of(entry, day.location, books, Decision(items=items))
        except NeedsFirst as needed:
            objects = replace(objects, created=[])
            now = self.clock()
            said = objects.create_items(needed.needs.items, _asking(day, books, now), now)
            if objects.created:
                self.doorbell(books.realm, [row.id for row in objects.created][:30])
            raise Held(needed.problem.code, f"{needed.problem.text} {said}") from needed


def _asking(day: Day, books: Books, now: datetime) -> Posting:
    """Who asks for an item: the day, as the item's row tells where it comes from."""
    text = instant_text(now)
    return Posting(
        day.key(1), "received", books.source, KIND, day.location, "", text, text, occurred_at=text
    )


def waits_by_form(row: Posting) -> bool:
    """Whether a row is a part of a day that is held for its form, and was never sent."""
    is_part = row.key.purpose == "close" and row.entity == "JournalEntry"
    return is_part and row.status == "held" and row.reason in _BY_FORM and not row.sent_at


def parts_again(
    rows: Iterable[Posting],
    circumstances: Circumstances,
    form: DayForm,
    ledger: Ledger,
    chosen: Chosen = "",
) -> list[Posting]:
    """Parts that were held for their form, tried again; those that are ready now. chosen: another
    form than what was chosen for them before."""
    ready = []
    for row in rows:
        if waits_by_form(row):
            after = _again(row, row.journal(), chosen or row.form, circumstances, form)
            if ledger.change(row, after) and after.status == "ready":
                ready.append(after)
    return ready


def was_refused(row: Posting) -> bool:
    """Whether a row is a part of a day that QuickBooks refused as a receipt."""
    is_part = row.key.purpose == "close" and row.entity == "SalesReceipt"
    return is_part and row.status == "held" and row.reason in _REFUSED


def as_journal_again(
    row: Posting, entry: JournalEntry, circumstances: Circumstances, form: DayForm
) -> Posting:
    """A refused receipt's part as its journal entry, under a request of its own. entry: what the
    close has of it."""
    after = _again(row, entry, "journal", circumstances, form)
    if after.status != "ready":
        return after
    fresh = anew(row, form.clock())
    return replace(fresh, entry=after.entry, entity=after.entity, form=after.form)


def _again(
    row: Posting,
    entry: JournalEntry,
    chosen: Chosen,
    circumstances: Circumstances,
    form: DayForm,
) -> Posting:
    now = form.clock()
    day = Day(row.key.connection, row.location, row.business_date, entry.currency)
    counter = row.mapping_version + circumstances.counter - circumstances.mapping_version
    try:
        books, _ = books_of(circumstances)
        closing = closing_of(circumstances.chart, books.mapping.settings)
        made = form(entry, day, books, circumstances, chosen)
        made = moved_transaction(made, closing.day_for(entry.txn_date))
    except Held as held:
        return replace(row.held(held.problem, now, counter), form=chosen)
    return row.moved("ready", now, entry=made.to_json(), entity=entity_of(made), form=chosen)
