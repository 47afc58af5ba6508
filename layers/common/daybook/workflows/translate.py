"""A delivery becomes events, and each event a row of the ledger with its frozen entry.

Written in an order that any crash survives: the delivery's row first, before parsing; then each
event if absent; then the doorbell. Doing it again changes nothing and rings again what is ready.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from daybook.domain.errors import Held, Problem, Unreadable
from daybook.domain.event import FinancialEvent
from daybook.domain.posting import Posting, instant_text
from daybook.domain.seen_key import SeenKey
from daybook.domain.status import TROUBLE
from daybook.sources.contract import (
    Client,
    ClosesDays,
    Context,
    Delivery,
    Ignored,
    Location,
    Source,
)
from daybook.workflows.circumstances import (
    Circumstances,
    circumstances_of,
    judged_by,
    versions_now,
)
from daybook.workflows.first_rows import delivery_row, event_row, whole_row
from daybook.workflows.judge import judge
from daybook.workflows.known import Known, connection_of
from daybook.workflows.ports import (
    Connection,
    Connections,
    Days,
    Doorbell,
    Ledger,
    Mappings,
)
from daybook.workflows.release import may_fix, settled

MAX_EVENTS = 1_000
MAX_REJUDGED = 3
RING_HINTS = 30
# A process forgets what it has noted beyond this many keys, and notes it once more.
MAX_KNOWN_KEYS = 50_000


@dataclass(frozen=True, slots=True)
class Translator:
    """What translating needs. client: a REST client for a connection whose webhook is thin.

    known_keys: what this process has noted already, so that a key costs one write, once.
    companies: the connections of which this process has read a company (`known.connection_of`).
    days: where it is noted that a point of sale says a day is over.
    """

    ledger: Ledger
    connections: Connections
    mappings: Mappings
    doorbell: Doorbell
    source: Callable[[str], Source]
    client: Callable[[Connection], Client]
    clock: Callable[[], datetime]
    known_keys: set[tuple[str, SeenKey]] = field(default_factory=set)
    companies: dict[str, Connection] = field(default_factory=dict)
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class Translated:
    """What became of a delivery: its rows as they are now, and how many were there before.

    ready: the ids to ring for, by company.
    """

    rows: tuple[Posting, ...]
    duplicates: int
    ready: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def translate(delivery: Delivery, tools: Translator, archive_key: str = "") -> Translated:
    """Keep a delivery and all its events; ring for what is ready.

    A business problem is held, never raised. Raises only for faults of our own (the ledger does
    not answer): then the message comes again and everything here is repeated safely.
    """
    done = take_in(delivery, tools, Known(tools), archive_key)
    for realm, ids in done.ready.items():
        tools.doorbell(realm, ids[:RING_HINTS])
    return done


def take_in(
    delivery: Delivery, tools: Translator, known: Known, archive_key: str = ""
) -> Translated:
    """As `translate`, for whoever rings: for what is `ready`, after this returned."""
    source = tools.source(delivery.source)
    row = delivery_row(delivery, source.delivery_id(delivery), archive_key)
    outcome = tools.ledger.put_delivery(row)
    if outcome == "conflict":
        problem = Problem("conflict", "Another content came under the same delivery id before.")
        beside = whole_row(delivery, row, tools.clock(), row.sha256[:16])
        return _keep(beside, problem, tools)
    circumstances = known.of(delivery.connection, delivery.source)
    whole = whole_row(delivery, row, tools.clock())
    try:
        found = _read(delivery, source, circumstances, tools)
    except Unreadable as unreadable:
        return _keep(whole, Problem("unreadable", str(unreadable)), tools)
    except Held as held:
        return _keep(whole, held.problem, tools)
    says_all = source.refuses_unreadable
    fresh = [
        event_row(event, delivery, row.delivery_id, tools.clock(), says_all=says_all)
        for event in found
    ]
    rows, duplicates = _accept(zip(found, fresh, strict=True), circumstances, tools)
    _tell_days(delivery, source, tools)
    if outcome == "same":
        # Last, for a row that moved on would no longer show a delivery that then fails.
        _settle_whole(whole, tools)
    if duplicates == len(rows) and duplicates:
        tools.ledger.count_repeat(row, duplicates)
    return Translated(tuple(rows), duplicates, _ready([*circumstances.parties.created, *rows]))


def _read(
    delivery: Delivery,
    source: Source,
    circumstances: Circumstances,
    tools: Translator,
) -> list[FinancialEvent | Ignored]:
    if source.needs_fetch(delivery):
        # As it is now: the shop's account may have been named anew.
        connection = tools.connections.get(delivery.connection) or circumstances.connection
        delivery = source.fetch(delivery, tools.client(connection))
    found = list(source.parse(delivery, context_of(circumstances, source)))
    if len(found) > MAX_EVENTS:
        raise Unreadable("", f"{len(found)} events in one delivery; send at most {MAX_EVENTS}.")
    return found


def _tell_days(delivery: Delivery, source: Source, tools: Translator) -> None:
    """The days that the delivery says are over, after all its events have their rows: the next tick
    closes them."""
    if tools.days is None or not isinstance(source, ClosesDays):
        return
    for over in source.closes(delivery):
        now, day = instant_text(tools.clock()), over.business_date.isoformat()
        tools.days.told(delivery.connection, over.location, day, now)


def context_of(circumstances: Circumstances, source: Source) -> Context:
    """What a source needs to know of the shop: its currency and locations.

    Raises Held `setting_needed` where nothing says the currency of a vendor's bare amounts yet:
    an event would be frozen in a guess. Canonical events name their own.
    """
    if circumstances.active is None:
        if circumstances.chart is not None:
            return Context(currency=circumstances.chart.home_currency)
        if source.refuses_unreadable:
            return Context()
        raise Held(
            "setting_needed",
            "No mapping and no chart of accounts says this shop's currency yet, so its amounts "
            "cannot be read.",
        )
    mapping = circumstances.active.mapping
    places = {
        place: Location(place, row.name, row.time_zone, row.day_close)
        for place, row in mapping.locations.items()
    }
    return Context(mapping.settings.currency, places, documents=mapping.posts_documents)


def _note_keys(circumstances: Circumstances, tools: Translator) -> None:
    """Remember the keys of what was judged, before its row is there, held ones too."""
    connection = circumstances.connection.id
    fresh = sorted(key for key in circumstances.seen if (connection, key) not in tools.known_keys)
    circumstances.seen.clear()
    if not fresh:
        return
    tools.mappings.note_keys(connection, fresh)
    if len(tools.known_keys) > MAX_KNOWN_KEYS:
        tools.known_keys.clear()
    tools.known_keys.update((connection, key) for key in fresh)


def _accept(
    found: Iterable[tuple[FinancialEvent | Ignored, Posting]],
    circumstances: Circumstances,
    tools: Translator,
) -> tuple[list[Posting], int]:
    rows: list[Posting] = []
    ready: list[Posting] = []
    duplicates = 0
    for event, row in found:
        first = _judged(event, row, circumstances, tools)
        _note_keys(circumstances, tools)
        outcome = tools.ledger.put(first)
        if outcome == "created":
            rows.append(_not_overtaken(first, circumstances, tools))
        elif outcome == "same":
            duplicates += 1
            there = tools.ledger.get(row.key) or first
            rows.append(_not_overtaken(there, circumstances, tools))
        else:
            rows.append(_beside(row, tools))
            continue
        # Also where it was there before: whoever put it may have died before this.
        ready += settled(rows[-1], circumstances, tools)
    circumstances.parties.created.extend(ready)
    return rows, duplicates


def _judged(
    event: FinancialEvent | Ignored, row: Posting, circumstances: Circumstances, tools: Translator
) -> Posting:
    if isinstance(event, Ignored):
        return row.moved("ignored", tools.clock(), reason_text=row.reason_text)
    return judge(row, event, circumstances, tools.clock(), tools.ledger)


def _not_overtaken(row: Posting, circumstances: Circumstances, tools: Translator) -> Posting:
    """A held row whose cause was fixed while it was written is judged again, so that no wake-up
    is lost between reading the mapping and writing `held`."""
    for _ in range(MAX_REJUDGED):
        if row.status != "held" or row.sent_at or not may_fix("mapping", row):
            return row
        connection = circumstances.connection
        latest = connection_of(connection.id, connection.source, tools)
        changed = versions_now(latest, tools.mappings) != judged_by(row)
        if not changed and not circumstances.parties.any_found(row):
            return row
        now_so = circumstances_of(latest, tools)
        again = judge(row, row.financial_event(), now_so, tools.clock(), tools.ledger)
        circumstances.parties.created.extend(now_so.parties.created)
        if not tools.ledger.change(row, again):
            return tools.ledger.get(row.key) or row
        row = again
    return row


def _beside(row: Posting, tools: Translator) -> Posting:
    """Other content under a key that is taken stands beside the first, held."""
    text = "Another content came under the same id and version before; the first one stands."
    problem = Problem("conflict", text)
    beside = replace(row, beside=row.event_sha[:16]).held(problem, tools.clock())
    tools.ledger.put(beside)
    return tools.ledger.get(row.key, beside.beside) or beside


def _settle_whole(whole: Posting, tools: Translator) -> None:
    """A delivery that was held as a whole, or failed, and is read now gives way to its events."""
    stuck = tools.ledger.get(whole.key)
    if stuck and stuck.status in TROUBLE:
        tools.ledger.change(stuck, stuck.moved("superseded", tools.clock()))


def _keep(row: Posting, problem: Problem, tools: Translator) -> Translated:
    held = row.held(problem, tools.clock())
    outcome = tools.ledger.put(held)
    if outcome == "created":
        return Translated((held,), 0)
    kept = tools.ledger.get(row.key, row.beside) or held
    if kept.status in TROUBLE and kept.reason != problem.code:
        # Asked again, the point of sale answered, and now something else is in the way.
        now_held = kept.held(problem, tools.clock())
        kept = now_held if tools.ledger.change(kept, now_held) else kept
    return Translated((kept,), 1)


def _ready(rows: Iterable[Posting]) -> dict[str, tuple[str, ...]]:
    # Each once: a customer that many events ask for would leave no room in a ring for others.
    by_realm: dict[str, dict[str, None]] = {}
    for row in rows:
        if row.status == "ready":
            by_realm.setdefault(row.realm, {})[row.id] = None
    return {realm: tuple(ids) for realm, ids in by_realm.items()}
