"""A doorbell rang for a realm: send what is due until nothing is left or time runs short.

The protocol that makes it exactly once is in docs/architecture.md. In short: a row is claimed in
the ledger (with the id of the request it will be part of) before the request goes out; an unclear
answer is never repeated before QuickBooks was asked; whatever is found there is adopted.

Several requests may be in flight. This thread plans, waits for the company's turn, claims and
records; nothing but the requests themselves runs elsewhere (`poster.Pool`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from daybook.domain.outcome import ProbeFailed
from daybook.domain.posting import Posting, instant_text
from daybook.workflows import flight as flights
from daybook.workflows import order, party_reads, record, rest, settle
from daybook.workflows.families import object_of
from daybook.workflows.flight import Flight
from daybook.workflows.plan import MAX_ITEMS, Batch, next_batch
from daybook.workflows.ports import BooksOfRealm, Realm
from daybook.workflows.poster import (
    Answer,
    Drained,
    Poster,
    Reconnect,
    Reply,
    TokenUnavailable,
)
from daybook.workflows.record import Verdict
from daybook.workflows.window import Window

# One request may take the 125 s after which we stop waiting, and some seconds to record it.
RESERVE_SECONDS = 140
# So long a turn may be waited for in a drain; one that comes too late to be used is lost.
TURN_SECONDS = 8
MAX_STEPS = 40_000
MAX_PASSES = 1_000
UNCLEAR_UNTIL_REST = 2


@dataclass(slots=True)
class Course:
    """One drain: what was read, what is in flight, and how the last answers were.

    renewals: how often a token was renewed after a 401.
    """

    realm: str
    tools: Poster
    drained: Drained
    window: Window
    flying: dict[Answer, Flight] = field(default_factory=dict)
    unclear_in_a_row: int = 0
    renewals: int = 0

    @property
    def is_done(self) -> bool:
        """Whether all that was found is settled, and whatever became ready since its last look at
        the ledger has a ring of its own behind (docs/decisions/0041-a-pace-with-an-owner.md)."""
        return not self.flying and self.window.is_spent and not self.drained.woken

    def rows(self) -> list[Posting]:
        """The rows that are in flight."""
        return [row for flight in self.flying.values() for row in flight.rows]


def drain(realm_id: str, hint: Sequence[str], tools: Poster) -> Drained:
    """Send what is due in a realm. Raises only where the ledger cannot be read or written.

    hint: ids that rang; the index of what is due may be a moment behind, so these are also read
    by key.
    """
    drained = Drained({})
    # One that is full may have been cut: what it leaves out rings nowhere else.
    drained.again = len(hint) >= MAX_ITEMS
    if hint and not drained.again and all(one in tools.posted for one in hint):
        # An earlier drain of this process found them by the index.
        return drained
    try:
        _run(Course(realm_id, tools, drained, Window(realm_id, tuple(hint))))
    except Exception:
        # The ring comes again, and has more to do by then than what it names.
        tools.posted.forget()
        raise
    if drained.created:
        # Once for all of them: each look at what is held costs as much as there is of it.
        tools.parties_known(drained.created)
    return drained


def _run(course: Course) -> None:
    for _ in range(MAX_STEPS):
        if _wants_answer(course):
            _land_one(course)
            continue
        if course.is_done:
            return
        realm = course.tools.connections.realm(course.realm)
        stopped = _why_stopped(realm, course.tools)
        if realm is not None and not stopped and _launch(course, realm):
            continue
        if course.flying:
            _land_one(course)
            continue
        if stopped == "time":
            course.tools.doorbell(course.realm, ())
        course.drained.stopped = stopped or "empty"
        return
    course.drained.stopped = "steps"


def _wants_answer(course: Course) -> bool:
    """Whether an answer is there, or nothing can be sent before one is."""
    alone = any(not rest.is_proven(flight.realm) for flight in course.flying.values())
    full = len(course.flying) >= course.tools.pool.lanes
    return bool(course.flying) and (
        full or alone or course.window.is_spent or any(answer.done() for answer in course.flying)
    )


def _why_stopped(realm: Realm | None, tools: Poster) -> Literal["", "parked", "time"]:
    if realm is None or realm.state != "connected":
        return "parked"
    if realm.parked_until > instant_text(tools.clock()):
        return "parked"
    return "time" if tools.remaining_seconds() < RESERVE_SECONDS + TURN_SECONDS else ""


def _launch(course: Course, realm: Realm) -> bool:
    """Send the next request, or find out that there is none; whether there may be more to do now.

    After a rest one request goes alone, and no other before it was answered clearly.
    """
    if course.flying and not rest.is_proven(realm):
        return False
    try:
        batch, found_any = _next(course, realm)
        if batch is None:
            return found_any
        sent = _send(course, realm, batch)
    except (Reconnect, ProbeFailed, TokenUnavailable) as failure:
        _give_in(realm, failure, course.tools)
        sent = False
    if not sent:
        # What was in hand may be no more.
        course.window.more = True
    return True


def _give_in(
    realm: Realm, failure: Reconnect | ProbeFailed | TokenUnavailable, tools: Poster
) -> None:
    if isinstance(failure, Reconnect):
        record.disconnect(realm, str(failure), tools, failure.pair)
    else:
        rest.park(realm, rest.REST_SECONDS, str(failure), tools)


def _next(course: Course, realm: Realm) -> tuple[Batch | None, bool]:
    """What is sent next: what is proven absent after an unclear answer first, then what is ready;
    or None, and whether it is worth looking again. Raises ProbeFailed, Reconnect and
    TokenUnavailable."""
    window, tools, drained = course.window, course.tools, course.drained
    flying = course.rows()
    if window.is_low():
        window.read({row.id for row in flying}, tools)
    found_any = bool(window.groups)
    for _ in range(len(window.groups)):
        again = settle.probe(window.groups.pop(0), realm, tools, drained)
        if again is not None:
            return again, True
    busy = {object_of(row) for row in flying}
    for _ in range(MAX_PASSES):
        window.take_in(drained.woken)
        picked = window.pick(busy)
        # Taken also where nothing is picked: what is sent next makes them old.
        known = window.known()
        if not picked:
            break
        found_any = True
        window.decide(order.in_order(picked, tools, drained, known))
    batch = next_batch(list(window.decided.values()))
    return batch, found_any and window.more


def _send(course: Course, realm: Realm, batch: Batch) -> bool:
    """Wait for the company's turn, claim and send; whether all of it went."""
    tools, window = course.tools, course.window
    most = tools.wait_for_turn(realm, len(batch.members))
    if _stopped_meanwhile(course):
        return False
    if batch.members[0].row.id in window.decided:
        batch = next_batch(list(window.decided.values()), most) or batch
    # The token is had before the claim: a claim that is not sent has to settle first.
    books = tools.books(realm)
    fresh = _as_read(course, realm, batch)
    if fresh is None:
        return False
    batch = fresh
    window.remove(batch.members)
    if tools.remaining_seconds() < RESERVE_SECONDS:
        return False
    flight = flights.claimed(batch, realm, course.renewals, tools)
    if flight is not None:
        _fly(course, flight, books)
    return flight is not None and len(flight.rows) == len(batch.members)


def _as_read(course: Course, realm: Realm, batch: Batch) -> Batch | None:
    """The batch with the parties that it changes as they are now; None where some are not to be
    changed any more, and another batch has to be made."""
    rows = [planned.row for planned in batch.members]
    read, out = party_reads.as_read(rows, realm, course.tools)
    decided = course.window.decided
    decided.update((name, row) for name, row in read.items() if name in decided)
    for row in out:
        decided.pop(row.id, None)
        course.drained.add("held")
    if out:
        return None
    members = (replace(one, row=read.get(one.row.id, one.row)) for one in batch.members)
    return replace(batch, members=tuple(members))


def _stopped_meanwhile(course: Course) -> bool:
    """Whether an answer that came while the turn was waited for stops what was to be sent."""
    ended = any(answer.done() for answer in course.flying)
    if ended:
        _land_one(course)
    realm = course.tools.connections.realm(course.realm) if ended else None
    return ended and bool(_why_stopped(realm, course.tools))


def _fly(course: Course, flight: Flight, books: BooksOfRealm) -> None:
    call = partial(flight.send, books, course.tools)
    course.flying[course.tools.pool.submit(call)] = flight


def _land_one(course: Course) -> None:
    """Record an answer that is there, or wait for the first that comes."""
    ended = [answer for answer in course.flying if answer.done()]
    answer = ended[0] if ended else course.tools.pool.one_of(list(course.flying))
    flight = course.flying.pop(answer)
    try:
        verdict = _landed(course, flight, answer.result())
    except (Reconnect, TokenUnavailable) as failure:
        _give_in(flight.realm, failure, course.tools)
        verdict = "refused"
    if course.drained.again and not course.flying:
        course.drained.again, course.window.more = False, True
    if verdict is not None:
        _judge(course, flight, verdict)


def _judge(course: Course, flight: Flight, verdict: Verdict) -> None:
    tools = course.tools
    course.unclear_in_a_row = course.unclear_in_a_row + 1 if verdict == "unclear" else 0
    if course.unclear_in_a_row >= UNCLEAR_UNTIL_REST:
        reason = "two answers in a row were unclear"
        rest.park(flight.realm, rest.REST_SECONDS, reason, tools)
    elif verdict == "clear" and not rest.is_proven(flight.realm):
        rest.prove(flight.realm, tools)


def _landed(course: Course, flight: Flight, reply: Reply) -> Verdict | None:
    """Record what became of each row; None if it goes on in another flight, with another token.

    Raises Reconnect or TokenUnavailable, with all recorded that is known.
    """
    tools, drained = course.tools, course.drained
    locked_out = flight.unauthorised(reply) if reply is not None and not flight.again else []
    if reply is None or not locked_out:
        return flights.landed(flight, reply, tools, drained)
    try:
        books = _with_another_token(course, flight)
    except (Reconnect, TokenUnavailable):
        flights.left(flight, locked_out, reply, tools, drained)
        raise
    _fly(course, flight.repeated(locked_out, reply, course.renewals), books)
    return None


def _with_another_token(course: Course, flight: Flight) -> BooksOfRealm:
    """The token is renewed once for requests that were in flight together with the old one."""
    if flight.renewals < course.renewals:
        return course.tools.books(flight.realm)
    books = course.tools.renew(flight.realm)
    course.renewals += 1
    return books
