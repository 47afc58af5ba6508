"""A delivery becomes events, and each event a row of the ledger with its frozen entry.

Written in an order that any crash survives: the delivery's row first, before parsing; then each
event if absent; then the doorbell. Doing it again changes nothing and rings again what is ready.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from daybook.domain.errors import Held, Problem, Unreadable
from daybook.domain.event import FinancialEvent
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.domain.translation import posting_key
from daybook.sources.contract import (
    Client,
    Context,
    Delivery,
    Ignored,
    Location,
    Source,
)
from daybook.workflows.judge import Circumstances, judge
from daybook.workflows.ports import (
    Connection,
    Connections,
    DeliveryRow,
    Doorbell,
    Ledger,
    Mappings,
)

MAX_EVENTS = 1_000
MAX_REJUDGED = 3
RING_HINTS = 30


@dataclass(frozen=True, slots=True)
class Translator:
    """What translating needs. client: a REST client for a connection whose webhook is thin."""

    ledger: Ledger
    connections: Connections
    mappings: Mappings
    doorbell: Doorbell
    source: Callable[[str], Source]
    client: Callable[[Connection], Client]
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Translated:
    """What became of a delivery: its rows as they are now, and how many were there before."""

    rows: tuple[Posting, ...]
    duplicates: int


def translate(delivery: Delivery, tools: Translator, archive_key: str = "") -> Translated:
    """Keep a delivery and all its events; ring for what is ready.

    A business problem is held, never raised. Raises only for faults of our own (the ledger does
    not answer): then the message comes again and everything here is repeated safely.
    """
    source = tools.source(delivery.source)
    row = _delivery_row(delivery, source.delivery_id(delivery), archive_key)
    outcome = tools.ledger.put_delivery(row)
    connection = tools.connections.get(delivery.connection) or Connection(
        delivery.connection, delivery.source
    )
    if outcome == "conflict":
        problem = Problem("conflict", "Another content came under the same delivery id before.")
        return _keep(_whole(delivery, row, tools, row.sha256[:16]), problem, tools)
    circumstances = _circumstances(connection, tools)
    try:
        found = _read(delivery, source, connection, circumstances, tools)
    except Unreadable as unreadable:
        problem = Problem("unreadable", str(unreadable))
        return _keep(_whole(delivery, row, tools), problem, tools)
    except Held as held:
        return _keep(_whole(delivery, row, tools), held.problem, tools)
    if outcome == "same":
        _settle_whole(_whole(delivery, row, tools), tools)
    fresh = [_first_row(event, delivery, row.delivery_id, tools) for event in found]
    rows, duplicates = _accept(fresh, circumstances, tools)
    if duplicates == len(rows) and duplicates:
        tools.ledger.count_repeat(row, duplicates)
    _ring(rows, tools.doorbell)
    return Translated(tuple(rows), duplicates)


def _delivery_row(delivery: Delivery, delivery_id: str, archive_key: str) -> DeliveryRow:
    return DeliveryRow(
        connection=delivery.connection,
        delivery_id=delivery_id,
        sha256=hashlib.sha256(delivery.body).hexdigest(),
        source=delivery.source,
        received_at=instant_text(delivery.received_at),
        event=delivery.event,
        body=b"" if archive_key else delivery.body,
        archive_key=archive_key,
    )


def _circumstances(connection: Connection, tools: Translator) -> Circumstances:
    return Circumstances(
        connection=connection,
        active=tools.mappings.active(connection.id),
        chart=tools.mappings.chart(connection.realm) if connection.realm else None,
    )


def _read(
    delivery: Delivery,
    source: Source,
    connection: Connection,
    circumstances: Circumstances,
    tools: Translator,
) -> list[FinancialEvent | Ignored]:
    if source.needs_fetch(delivery):
        delivery = source.fetch(delivery, tools.client(connection))
    found = list(source.parse(delivery, context_of(circumstances)))
    if len(found) > MAX_EVENTS:
        raise Unreadable("", f"{len(found)} events in one delivery; send at most {MAX_EVENTS}.")
    return found


def context_of(circumstances: Circumstances) -> Context:
    """What a source needs to know of the mapping: currency and locations."""
    if circumstances.active is None:
        return Context()
    mapping = circumstances.active.mapping
    places = {
        place: Location(place, row.name, row.time_zone, row.day_close)
        for place, row in mapping.locations.items()
    }
    return Context(currency=mapping.settings.currency, locations=places)


def _first_row(
    found: FinancialEvent | Ignored, delivery: Delivery, delivery_id: str, tools: Translator
) -> Posting:
    now = instant_text(tools.clock())
    received = instant_text(delivery.received_at)
    if isinstance(found, Ignored):
        key = PostingKey(
            delivery.connection, found.object_type, found.object_id, found.object_version
        )
        return Posting(
            key,
            "received",
            delivery.source,
            "",
            found.location,
            delivery_id,
            now,
            now,
            occurred_at=received,
            event_sha=hashlib.sha256(delivery.body).hexdigest(),
            reason_text=found.reason,
        )
    body = found.to_json()
    return Posting(
        posting_key(found, delivery.connection),
        "received",
        delivery.source,
        found.body.kind,
        found.location,
        delivery_id,
        now,
        now,
        occurred_at=instant_text(found.occurred_at) if found.occurred_at else received,
        event=body,
        event_sha=content_sha(body),
    )


def _accept(
    fresh: Iterable[Posting], circumstances: Circumstances, tools: Translator
) -> tuple[list[Posting], int]:
    rows: list[Posting] = []
    duplicates = 0
    for row in fresh:
        first = _judged(row, circumstances, tools)
        outcome = tools.ledger.put(first)
        if outcome == "created":
            rows.append(_not_overtaken(first, circumstances.connection, tools))
        elif outcome == "same":
            duplicates += 1
            rows.append(tools.ledger.get(row.key) or first)
        else:
            rows.append(_beside(row, tools))
    return rows, duplicates


def _judged(row: Posting, circumstances: Circumstances, tools: Translator) -> Posting:
    if not row.event:
        return row.moved("ignored", tools.clock(), reason_text=row.reason_text)
    return judge(row, row.financial_event(), circumstances, tools.clock(), tools.ledger)


def _not_overtaken(row: Posting, connection: Connection, tools: Translator) -> Posting:
    """A held row whose cause was fixed while it was written is judged again, so that no wake-up
    is lost between reading the mapping and writing `held`."""
    for _ in range(MAX_REJUDGED):
        if row.status != "held":
            return row
        latest = tools.connections.get(connection.id) or connection
        chart = tools.mappings.chart_version(latest.realm) if latest.realm else 0
        if tools.mappings.active_version(connection.id) + chart <= row.counter:
            return row
        now_so = _circumstances(latest, tools)
        again = judge(row, row.financial_event(), now_so, tools.clock(), tools.ledger)
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


def _whole(delivery: Delivery, row: DeliveryRow, tools: Translator, beside: str = "") -> Posting:
    """A row for a delivery as a whole, where no event can be told."""
    now = instant_text(tools.clock())
    return Posting(
        PostingKey(delivery.connection, "delivery", _bounded(row.delivery_id), "1"),
        "received",
        delivery.source,
        "",
        "",
        row.delivery_id,
        now,
        now,
        occurred_at=row.received_at,
        event_sha=row.sha256,
        beside=beside,
    )


def _settle_whole(whole: Posting, tools: Translator) -> None:
    """A delivery that was held as a whole and can be read now gives way to its events."""
    held = tools.ledger.get(whole.key)
    if held and held.status == "held":
        tools.ledger.change(held, held.moved("superseded", tools.clock()))


def _bounded(delivery_id: str) -> str:
    return (
        delivery_id if len(delivery_id) <= 200 else hashlib.sha256(delivery_id.encode()).hexdigest()
    )


def _keep(row: Posting, problem: Problem, tools: Translator) -> Translated:
    held = row.held(problem, tools.clock())
    outcome = tools.ledger.put(held)
    if outcome == "created":
        return Translated((held,), 0)
    kept = tools.ledger.get(row.key, row.beside) or held
    if kept.status == "held" and kept.reason != problem.code:
        # Asked again, the point of sale answered, and now something else is in the way.
        now_held = kept.held(problem, tools.clock())
        kept = now_held if tools.ledger.change(kept, now_held) else kept
    return Translated((kept,), 1)


def _ring(rows: Iterable[Posting], doorbell: Doorbell) -> None:
    by_realm: dict[str, list[str]] = {}
    for row in rows:
        if row.status == "ready":
            by_realm.setdefault(row.realm, []).append(row.id)
    for realm, ids in by_realm.items():
        doorbell(realm, ids[:RING_HINTS])
