"""Mode `document`: what an event becomes where QuickBooks itself keeps invoices and receivables.

sale                    an invoice or credit memo; beside it, as part 1, a journal entry of what
                        it took from stock, where the sale owns its cost. Goods given away, of
                        which a document shows nothing, are that entry alone
payment of a portal     a credit memo, for a person to apply
party                   a customer or vendor of QuickBooks, created or changed
purchase                a bill or vendor credit; an order, where the setting says so
deposit, payout         held: what QuickBooks' own payments record is not guessed
anything else           a journal entry, as in mode `per_event`
"""

from dataclasses import replace
from datetime import datetime

from daybook.domain.books import Books, Decision
from daybook.domain.cogs import cogs_owner, states_cost
from daybook.domain.day_receipt import own_posting
from daybook.domain.document_kinds import Transaction
from daybook.domain.errors import Held
from daybook.domain.event import (
    Deposit,
    FinancialEvent,
    PartyChange,
    Payout,
    Purchase,
    Sale,
)
from daybook.domain.mapping import Settings
from daybook.domain.posting import Posting, instant_text
from daybook.domain.purchase_documents import as_bill, purchase_document
from daybook.domain.sales_documents import (
    sales_document,
    shows_something,
    stock_alone,
    stock_beside,
)
from daybook.domain.seen_key import SeenKey
from daybook.domain.translation import keys_of
from daybook.workflows.families import STOCK_PART
from daybook.workflows.parties import Parties

# What a document's tenders stand on; they are not posted, so that no account is needed.
_TENDERS = frozenset({"payment_type", "accounts_receivable", "customer_deposits"})


def transaction_of(
    event: FinancialEvent, books: Books, decision: Decision, part: int = 0
) -> Transaction | None:
    """What an event is posted as, or None where there is nothing to post. part: 1 is the journal
    entry beside its document.

    Raises NeedsFirst (a Held) for what has to be created first; Held for what a person has to
    settle.
    """
    match event.body:
        case Sale():
            make = stock_beside if part == STOCK_PART else _of_sale
            return make(event, books, decision)
        case Deposit() | Payout():
            raise Held(
                "setting_needed",
                f"A {event.body.kind} is money that QuickBooks' own payments record where it keeps "
                "the receivables. Leave the kind out with settings.do_not_post, or post this "
                "location per event.",
            )
        case Purchase():
            return purchase_document(event, books, decision)
    return own_posting(event, books, decision)


def _of_sale(event: FinancialEvent, books: Books, decision: Decision) -> Transaction | None:
    document = sales_document(event, books, decision)
    return document if document is not None else stock_alone(event, books, decision)


def keys_in(event: FinancialEvent, settings: Settings, source: str) -> set[SeenKey]:
    """The keys that an event needs accounts for: of a document none for its tenders."""
    if isinstance(event.body, Purchase):
        return keys_of(as_bill(event), settings.purchases_to)
    keys = keys_of(event, settings.purchases_to, cogs_owner(settings, source))
    if not isinstance(event.body, Sale) or not event.body.lines:
        return keys
    return {key for key in keys if key.role not in _TENDERS}


def has_stock(event: FinancialEvent, books: Books) -> bool:
    """Whether a journal entry of its stock stands beside an event's document. Raises Held for a
    sale that does not add up."""
    owner = cogs_owner(books.mapping.settings, books.source)
    if not isinstance(event.body, Sale) or not states_cost(event.body, owner):
        return False
    return shows_something(event, books)


def stock_row(row: Posting, now: datetime) -> Posting:
    """The row of the journal entry beside a document's row, to be judged."""
    text = instant_text(now)
    return Posting(
        replace(row.key, part=STOCK_PART), "received", row.source, row.kind, row.location,
        row.delivery, text, text, business_date=row.business_date, occurred_at=row.occurred_at,
        event=row.event, event_sha=row.event_sha, mode=row.mode, asked_at=row.asked_at,
        origin=row.origin,
    )  # fmt: skip


def tell_party(body: PartyChange, row: Posting, parties: Parties, now: datetime) -> Posting:
    """A party that is new, or changed, becomes a posting of its own; the event itself has nothing
    more to post."""
    said = parties.tell(body, row, now)
    return row.moved("void", now, entry=b"", entry_id="", reason_text=said)
