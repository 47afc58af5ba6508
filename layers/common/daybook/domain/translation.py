"""From an event, a mapping and a decision to its journal entry: a pure function.

The same (event, mapping version, decision) gives the same bytes, today and in ten years.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date

from daybook.domain.balance import balanced
from daybook.domain.books import Books, Decision
from daybook.domain.business_date import business_date
from daybook.domain.closed_books import moved
from daybook.domain.cogs import CogsOwner, cogs_owner, owned
from daybook.domain.day_report import form_of, is_printed, on_their_sides, without_side
from daybook.domain.derivation import derive
from daybook.domain.errors import Held, Missing
from daybook.domain.event import FinancialEvent, LedgerBatch
from daybook.domain.families import family_of, owner_of
from daybook.domain.identity import PostingKey, doc_number, entry_id
from daybook.domain.journal import MAX_ENTRY_LINES, JournalEntry, Line
from daybook.domain.legs import Leg
from daybook.domain.mapping import AccountRow, Mapping
from daybook.domain.money import to_text
from daybook.domain.netting import known_lines, net_lines
from daybook.domain.roles import STOCK_ROLES
from daybook.domain.seen_key import SeenKey


def posting_key(event: FinancialEvent, connection: str, revision: int = 0) -> PostingKey:
    """The key of an event's own posting."""
    version = (event.object_type, event.object_id, event.object_version, event.effect)
    return PostingKey(connection, *version, revision=revision)


def date_of(event: FinancialEvent, mapping: Mapping) -> date:
    """The event's business date: as given, else by its location's zone and closing hour.

    Raises Held `setting_needed` where the mapping does not know the location.
    """
    if event.business_date is not None:
        return event.business_date
    place = mapping.locations.get(event.location)
    if place is None:
        raise Held(
            "setting_needed",
            f"Location {event.location} is not in the mapping, so its business date is unknown. "
            "Add its time zone and closing hour.",
        )
    assert event.occurred_at is not None
    return business_date(event.occurred_at, place.time_zone, place.day_close)


def journal_entry(
    event: FinancialEvent, books: Books, decision: Decision | None = None
) -> JournalEntry | None:
    """The entry of an event, or None where there is nothing to post.

    Raises Held with every missing row named, with both sums where it does not balance, and for
    whatever else a person has to settle.
    """
    decision = decision or Decision()
    day = date_of(event, books.mapping)
    legs = legs_to_post(event, books)
    if form_of(event, books.mapping.settings) == "sales_receipt" and legs:
        raise Held(
            "setting_needed",
            "It is to be a sales receipt, which no entry shows. Send it as a journal entry.",
        )
    entry = entry_of(legs, event, books, decision, day)
    return moved(entry, decision.txn_date) if entry and decision.txn_date else entry


def entry_of(
    legs: Sequence[Leg], event: FinancialEvent, books: Books, decision: Decision, day: date
) -> JournalEntry | None:
    """The entry of an event's legs (`legs_to_post`) on its business date, as `journal_entry`
    says."""
    if not legs:
        return None
    _check_own(event, books)
    return entry_of_member(legs, event, books, decision, day)


def entry_of_member(
    legs: Sequence[Leg], event: FinancialEvent, books: Books, decision: Decision, day: date
) -> JournalEntry | None:
    """As `entry_of`, of an event that is posted with its day: what it adds to it. Raises Held."""
    if not legs:
        return None
    lines = known_lines(legs, event, books)
    if lines is None:
        rows = rows_of(legs, books)
        lines = net_lines(_applicable(legs, rows, event), event, books, decision)
    if not lines:
        return None
    if len(lines) > MAX_ENTRY_LINES:
        raise Held("too_many_lines", f"{len(lines)} lines; an entry takes {MAX_ENTRY_LINES}.")
    return _entry(event, books, decision, day, lines)


def keys_of(
    event: FinancialEvent,
    purchases_to: str = "inventory_on_hand",
    owner: CogsOwner | None = None,
) -> set[SeenKey]:
    """The keys that an event needs accounts for, whatever it is held for; none for a reverse.

    owner: whose cost of goods sold is posted; None while nobody said."""
    if event.effect == "reverse":
        return set()
    legs: list[Leg] = []
    # What does not add up has its keys all the same, the rounding apart.
    with suppress(Held):
        legs = derive(event, purchases_to=purchases_to)
        legs = owned(legs, event, owner) if owner else legs
        if not isinstance(event.body, LedgerBatch):
            legs = balanced(legs, event.currency, event.location)
    return seen_in(legs)


def seen_in(legs: Iterable[Leg]) -> set[SeenKey]:
    """The keys of legs that are not zero."""
    return {SeenKey(leg.role, leg.key, leg.location) for leg in legs if leg.amount}


def legs_to_post(event: FinancialEvent, books: Books) -> list[Leg]:
    """The legs of an event that need accounts: balanced, without zeros. Raises Held."""
    settings = books.mapping.settings
    legs = derive(
        event, purchases_to=settings.purchases_to, purchase_orders=settings.purchase_orders
    )
    if isinstance(event.body, LedgerBatch):
        legs = rows_that_count(legs, books, printed=is_printed(event))
    legs = owned(legs, event, cogs_owner(settings, books.source))
    legs = balanced(legs, event.currency, event.location)
    _check_currency(event, books, legs)
    return legs


def rows_that_count(legs: Sequence[Leg], books: Books, *, printed: bool) -> list[Leg]:
    """A batch's legs on their sides, without the rows mapped to None: those are no part of the
    entry, and leave before it must balance. A row of zero needs neither account nor side."""
    counted = [leg for leg in legs if leg.amount]
    sideless = without_side(counted, books.mapping) if printed else ()
    rows_of(counted, books, sideless)
    if sideless:
        raise Held("setting_needed", _no_side(sideless))
    rows = (books.mapping.resolve(leg.role, leg.key, leg.location) for leg in legs)
    kept = [
        leg for leg, row in zip(legs, rows, strict=True) if row is None or row.account is not None
    ]
    return on_their_sides(kept, books.mapping.settings) if printed else kept


def _no_side(sideless: Sequence[Missing]) -> str:
    labels = ", ".join(repr(one.key) for one in sideless)
    return f"The setting rows gives no side for {labels}; a printed amount's side is not guessed."


def _check_own(event: FinancialEvent, books: Books) -> None:
    """An entry of an event's own is not made of what must be posted otherwise."""
    family = family_of(event, books.source)
    if family and owner_of(family, "per_event") == "day":
        raise Held(
            "setting_needed",
            f"Rows of family {family} are posted by the close of their day, whatever the mode.",
        )


def _check_currency(event: FinancialEvent, books: Books, legs: Sequence[Leg]) -> None:
    home = books.home_currency
    if event.currency == home or not legs:
        return
    allowed = books.chart is not None and books.chart.multicurrency
    if allowed and event.exchange_rate != 1 and not any(leg.role in STOCK_ROLES for leg in legs):
        return
    raise Held(
        "currency",
        f"The event is in {event.currency}, the company's books are in {home}. Another currency "
        "needs multicurrency in the company, an exchange rate, and no stock in the event.",
    )


def rows_of(
    legs: Sequence[Leg], books: Books, sideless: Sequence[Missing] = ()
) -> list[AccountRow]:
    """The mapping's row of each leg. sideless: what else a report lacks, to be said at once.

    Raises Held `unmapped_account` with all that is missing."""
    places = [leg[:3] for leg in legs]
    found = books.mapping.resolve_all(places)
    rows = [row for row in found if row is not None]
    if len(rows) < len(places):
        missing = {Missing(*place) for place, row in zip(places, found, strict=True) if row is None}
        raise Held(
            "unmapped_account",
            "No account is mapped for "
            + "; ".join(f"{m.role} {m.key!r} at {m.location}" for m in sorted(missing))
            + (f". {_no_side(sideless)}" if sideless else "."),
            tuple(sorted(missing)),
        )
    return rows


def _applicable(
    legs: Sequence[Leg], rows: Sequence[AccountRow], event: FinancialEvent
) -> list[tuple[Leg, AccountRow]]:
    """The legs that have an account; what is mapped to None must sum to zero by itself."""
    pairs = list(zip(legs, rows, strict=True))
    if None not in {row.account for row in rows}:
        return pairs
    dropped = sum(leg.amount for leg, row in pairs if row.account is None)
    if dropped:
        roles = sorted({leg.role for leg, row in pairs if row.account is None})
        raise Held(
            "none_unbalances",
            f"The rows mapped to None ({', '.join(roles)}) leave "
            f"{to_text(dropped, event.currency)} {event.currency} without its other side.",
        )
    return [(leg, row) for leg, row in pairs if row.account is not None]


def _entry(
    event: FinancialEvent, books: Books, decision: Decision, day: date, lines: Sequence[Line]
) -> JournalEntry:
    identity = entry_id(books.realm, posting_key(event, books.connection, decision.revision))
    foreign = event.currency != books.home_currency
    return JournalEntry(
        entry_id=identity,
        event=event.name,
        kind=event.body.kind,
        txn_date=day,
        doc_number=doc_number(event.reference or event.object_id, identity),
        currency=event.currency,
        lines=tuple(lines),
        note=note_of(event, books),
        exchange_rate=format(event.exchange_rate, "f") if foreign else None,
        mapping_version=books.mapping_version,
    )


def note_of(event: FinancialEvent, books: Books) -> str:
    """Where an entry or document comes from, for a person: source, location, object, memo."""
    place = books.mapping.locations.get(event.location)
    where = f"{place.name} ({event.location})" if place and place.name else event.location
    parts = [
        f"{books.source} {where}",
        f"{event.object_type} {event.object_id} version {event.object_version}",
        event.reference,
        event.memo,
    ]
    return " | ".join(part for part in parts if part)
