"""Mode `document`: what an event becomes where QuickBooks itself keeps invoices and receivables.

sale                    an invoice or credit memo; beside it, as part 1, a journal entry of what
                        it took from stock, where the sale owns its cost
payment of a portal     a credit memo, for a person to apply
customer                a customer of QuickBooks, if it has none of them yet
deposit, payout, bill   held: what QuickBooks' own payments and bills record is not guessed
anything else           a journal entry, as in mode `per_event`
"""

from dataclasses import replace
from datetime import datetime

from daybook.domain.books import Books, Decision
from daybook.domain.day_receipt import own_posting
from daybook.domain.document_kinds import Transaction
from daybook.domain.errors import Held
from daybook.domain.event import (
    Deposit,
    FinancialEvent,
    Party,
    PartyChange,
    Payout,
    Purchase,
    Sale,
)
from daybook.domain.mapping import Settings
from daybook.domain.posting import Posting, instant_text
from daybook.domain.sales_documents import sales_document, stock_beside
from daybook.domain.seen_key import SeenKey
from daybook.domain.translation import keys_of
from daybook.workflows.families import STOCK_PART
from daybook.workflows.parties import Parties, party_key

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
            make = stock_beside if part == STOCK_PART else sales_document
            return make(event, books, decision)
        case Deposit() | Payout():
            raise Held(
                "setting_needed",
                f"A {event.body.kind} is money that QuickBooks' own payments record where it keeps "
                "the receivables. Leave the kind out with settings.do_not_post, or post this "
                "location per event.",
            )
        case Purchase():
            raise Held(
                "setting_needed",
                "Bills are not posted as documents. Leave the kind out with settings.do_not_post, "
                "or post this location per event.",
            )
    return own_posting(event, books, decision)


def keys_in(event: FinancialEvent, settings: Settings) -> set[SeenKey]:
    """The keys that an event needs accounts for: of a document none for its tenders."""
    keys = keys_of(event, settings.purchases_to)
    if not isinstance(event.body, Sale) or not event.body.lines:
        return keys
    return {key for key in keys if key.role not in _TENDERS}


def has_stock(event: FinancialEvent, settings: Settings) -> bool:
    """Whether a journal entry of its stock stands beside an event's document."""
    return (
        isinstance(event.body, Sale)
        and settings.cogs_owner == "sale"
        and any(line.cost for line in event.body.lines)
    )


def stock_row(row: Posting, now: datetime) -> Posting:
    """The row of the journal entry beside a document's row, to be judged."""
    text = instant_text(now)
    return Posting(
        replace(row.key, part=STOCK_PART), "received", row.source, row.kind, row.location,
        row.delivery, text, text, business_date=row.business_date, occurred_at=row.occurred_at,
        event=row.event, event_sha=row.event_sha, mode=row.mode, asked_at=row.asked_at,
    )  # fmt: skip


def create_party(body: PartyChange, row: Posting, parties: Parties, now: datetime) -> Posting:
    """A customer that is new becomes a posting of its own; the event has nothing more to post."""
    said = ""
    if body.role == "customer" and body.active:
        found = parties.find(party_key("customer", body.id), body.display_name)
        customer = Party(id=body.id, display_name=body.display_name, email=body.email)
        said = "" if found else parties.create_customer(customer, row, now)
    return row.moved("void", now, entry=b"", entry_id="", reason_text=said)
