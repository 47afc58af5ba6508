"""What the points of sale send: drawn from one seed, with the truth that the books must say."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.clock import START
from tests.simulation.shop import REALM_OF

# Ends of business days fall into this time in each of the zones.
HOURS = 30
_KINDS = ("Hats", "Shoes")


@dataclass(frozen=True, slots=True)
class Event:
    """One effect of one version of one object, as it goes over the wire. place: of the version
    among those of its object, from 0; the greatest stands in the end."""

    connection: str
    place: int
    fields: dict[str, Any]

    @property
    def thing(self) -> tuple[str, str, str]:
        """The object: connection, type, id."""
        return self.connection, self.fields["object_type"], self.fields["object_id"]

    @property
    def name(self) -> tuple[str, str, str, str, str]:
        """Connection, type, id, version, effect."""
        fields = self.fields
        return (*self.thing, fields["object_version"], fields["effect"])


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request of a sender, at an instant, under an id of its own."""

    at: datetime
    connection: str
    message: str
    events: tuple[Event, ...]
    padding: int = 0


@dataclass
class Scenario:
    """All that is sent. events: every version of every object, each once."""

    events: list[Event] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    hours: float = HOURS


def scenario(seed: str, events: int, *, hours: float = HOURS) -> Scenario:
    """About so many events within so many hours; versions, repeats, reorderings, conflicts."""
    chance = random.Random(f"{seed}/scenario")
    found = Scenario(hours=hours)
    number = 0
    while len(found.events) < events:
        number += 1
        found.events.extend(_object(chance, number, hours))
    del found.events[events:]
    found.deliveries = sorted(_deliveries(chance, found.events), key=lambda one: one.at)
    return found


def _object(chance: random.Random, number: int, hours: float) -> Iterator[Event]:
    """The versions of one object, 600 ms or some minutes apart."""
    connection = chance.choice(sorted(REALM_OF))
    at = START + timedelta(seconds=chance.uniform(0, hours * 3600))
    by_instant = chance.random() < 0.5
    versions = chance.choice((1, 1, 1, 2, 2, 3))
    object_id, location = f"{number:05d}", chance.choice("1122223" if number % 9 else "3")
    kind = chance.random()
    for place in range(versions):
        version = _text(at) if by_instant else str(place + 1)
        effect = "post"
        if place or chance.random() < 0.02:
            effect = chance.choice(("post", "replace", "reverse"))
        if place and chance.random() < 0.1:
            location = chance.choice("12")
        body = _deposit(chance) if kind < 0.1 else _sale(chance, kind)
        fields = {
            "object_type": "deposit" if kind < 0.1 else "ticket",
            "object_id": object_id,
            "object_version": version,
            "effect": effect,
            "occurred_at": _text(_happened(chance, at)),
            "location": location,
            "currency": "USD",
            "reference": f"T-{object_id}",
            "body": body,
        }
        if any(one["kind"] == "on_account" for one in body.get("tenders", ())):
            name = chance.choice("123")
            fields["customer"] = {"id": name, "display_name": f"Canary Customer {name}"}
        yield Event(connection, place, fields)
        at += timedelta(seconds=chance.choice((0.6, 0.6, 90, 1800)))


def _happened(chance: random.Random, at: datetime) -> datetime:
    """When it happened: mostly just now; a few long ago, before anything is sent."""
    return at - timedelta(days=40) if chance.random() < 0.02 else at


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _money(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _sale(chance: random.Random, kind: float) -> dict[str, Any]:
    """A sale or a return of one or two kinds of goods, perhaps with tax, discount, rounding."""
    sign = -1 if kind > 0.93 else 1
    lines, due = [], 0
    for _ in range(chance.choice((1, 1, 2))):
        gross = chance.choice((700, 1050, 1999, 1999, 33333, 1, 700, 0))
        discount = gross // 10 if chance.random() < 0.3 else 0
        lines.append(
            {
                "kind": "item",
                "key": chance.choice(_KINDS),
                "gross": _money(sign * gross),
                "discount": _money(sign * discount),
            }
        )
        due += gross - discount
    tax = due // 12 if chance.random() < 0.5 else 0
    computed = tax - 1 if tax > 1 and chance.random() < 0.1 else tax
    taxes = [{"rule": "9", "computed": _money(sign * computed), "charged": _money(sign * tax)}]
    rounding = chance.choice((0, 0, 0, 2, -2)) if due > 100 else 0
    total = due + tax + rounding
    body: dict[str, Any] = {
        "kind": "sale",
        "lines": lines,
        "taxes": taxes if tax else [],
        "tenders": list(_tenders(chance, sign, total)),
    }
    if rounding:
        body["rounding"] = _money(sign * rounding)
    return body


def _tenders(chance: random.Random, sign: int, total: int) -> Iterator[dict[str, Any]]:
    if sign > 0 and chance.random() < 0.12:
        yield {"kind": "on_account", "amount": _money(total)}
        return
    first = total // 2 if total > 1000 and chance.random() < 0.3 else total
    yield {"kind": "card", "key": "Visa", "amount": _money(sign * first)}
    if first != total:
        yield {"kind": "cash", "key": "cash", "amount": _money(sign * (total - first))}


def _deposit(chance: random.Random) -> dict[str, Any]:
    amount = chance.choice((500, 2500))
    tender = {"kind": "cash", "key": "cash", "amount": _money(amount)}
    direction = chance.choice(("taken", "taken", "refunded"))
    return {"kind": "deposit", "direction": direction, "order": "A1", "tender": tender}


def _deliveries(chance: random.Random, events: list[Event]) -> Iterator[Delivery]:
    """Each event goes out once at least; some late, some again, some with other content."""
    waiting: dict[str, list[Event]] = {}
    number = 0
    for event in events:
        waiting.setdefault(event.connection, []).append(event)
        batch = waiting[event.connection]
        if len(batch) < chance.choice((1, 1, 1, 2, 3)):
            continue
        number += 1
        yield from _sent(chance, tuple(batch), f"msg-{number}")
        batch.clear()
    for batch in waiting.values():
        if batch:
            number += 1
            yield from _sent(chance, tuple(batch), f"msg-{number}")


def _sent(chance: random.Random, batch: tuple[Event, ...], message: str) -> Iterator[Delivery]:
    at = max(_instant(event) for event in batch)
    late = chance.choice((0, 0, 1, 5, 900)) * chance.random()
    padding = 130_000 if chance.random() < 0.004 else 0
    first = Delivery(at + timedelta(seconds=late), batch[0].connection, message, batch, padding)
    yield first
    if chance.random() < 0.08:
        again = first.at + timedelta(seconds=chance.choice((0.001, 2, 400, 40_000)))
        same_id = chance.random() < 0.5
        yield Delivery(again, first.connection, message if same_id else f"{message}-b", batch)
    if chance.random() < 0.02:
        event = batch[0]
        if event.fields["body"]["kind"] == "sale" and event.fields["effect"] != "reverse":
            other = {name: one for name, one in event.fields.items() if name != "customer"}
            other["body"] = _sale(chance, 0.5)
            other["body"]["tenders"] = [
                {**one, "kind": "card", "key": "Visa"} for one in other["body"]["tenders"]
            ]
            changed = (Event(event.connection, event.place, other),)
            message = message if chance.random() < 0.5 else f"{message}-c"
            yield Delivery(first.at + timedelta(seconds=30), first.connection, message, changed)


def _instant(event: Event) -> datetime:
    """When the sender knows of a version: the instant it carries, or when it happened."""
    version = event.fields["object_version"]
    text = version if "T" in version else event.fields["occurred_at"]
    at = datetime.fromisoformat(text)
    return at if at >= START else START
