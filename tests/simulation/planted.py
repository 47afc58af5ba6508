"""Defects of daybook, planted one at a time: each has to be caught by the checker, else the checker
is worth nothing. A defect takes the place of a function or a method while a course runs."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from daybook.domain import translation
from daybook.domain.connection import Connection, LeaseGrant
from daybook.domain.identity import PostingKey
from daybook.domain.journal import JournalEntry
from daybook.domain.outcome import Outcome
from daybook.domain.posting import Posting, instant_text
from daybook.qbo import company as qbo_company
from daybook.qbo import documents, token_protocol
from daybook.store.token_secrets import TokenLease
from daybook.workflows import (
    first_rows,
    flight,
    judge,
    order,
    plan,
    post,
    record,
    release,
    settle,
    sweep,
    translate,
    translate_round,
    window,
)
from daybook.workflows.plan import Batch, Planned
from daybook.workflows.receive import Unavailable
from tests.fakes.connections import FakeConnections
from tests.fakes.ledger import FakeLedger
from tests.simulation import functions
from tests.simulation.shop import WEST


@contextmanager
def swapped(*places: tuple[Any, str, Any]) -> Iterator[None]:
    """Each (owner, name, value) while the block runs."""
    with ExitStack() as back:
        for owner, name, value in places:
            back.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, value)
        yield


@dataclass(frozen=True, slots=True)
class Defect:
    """kind: the class of courses that shows it. breaches: the invariants, any of which does."""

    name: str
    kind: str
    breaches: str
    places: Callable[[], Sequence[tuple[Any, str, Any]]]

    @contextmanager
    def planted(self) -> Iterator[None]:
        """The defect while the block runs."""
        with swapped(*self.places()):
            yield


def _random_request_id() -> Sequence[tuple[Any, str, Any]]:
    numbers, regroup = itertools.count(), plan.regroup

    def again(sent: Sequence[Posting]) -> list[Batch]:
        return [replace(batch, request_id=f"R{next(numbers)}") for batch in regroup(sent)]

    users = [one for one in (plan, post, settle) if hasattr(one, "regroup")]
    return [(one, "regroup", again) for one in users]


def _acknowledged_before_queued() -> Sequence[tuple[Any, str, Any]]:
    keep = functions._keep

    def kept(*args: Any) -> None:
        try:
            keep(*args)
        except Unavailable:
            return

    return [(functions, "_keep", kept)]


def _no_claim() -> Sequence[tuple[Any, str, Any]]:
    change_all = FakeLedger.change_all

    def changed(self: FakeLedger, changes: Sequence[tuple[Posting, Posting]]) -> list[bool]:
        if changes and changes[0][1].status == "sending":
            return [True] * len(changes)
        return change_all(self, changes)

    return [(FakeLedger, "change_all", changed)]


def _no_condition() -> Sequence[tuple[Any, str, Any]]:
    def changed(self: FakeLedger, before: Posting, after: Posting) -> bool:
        self.rows[after.key, after.beside] = after
        return True

    return [(FakeLedger, "change", changed)]


def _one_item_dropped() -> Sequence[tuple[Any, str, Any]]:
    send = flight.Flight.send

    def sent(self: flight.Flight, books: Any, tools: Any) -> Any:
        if len(self.items) < 2:
            return send(self, books, tools)
        reply = send(replace(self, items=self.items[:-1]), books, tools)
        if reply is not None:
            reply[self.items[-1].b_id] = reply[self.items[0].b_id]
        return reply

    return [(flight.Flight, "send", sent)]


def _not_mirrored() -> Sequence[tuple[Any, str, Any]]:
    names = ("entry_id", "event", "doc_number", "note", "txn_date")

    def copied(self: JournalEntry, *values: Any) -> JournalEntry:
        return replace(self, **dict(zip(names, values, strict=True)))

    return [(JournalEntry, "mirrored", copied)]


def _date_of_utc() -> Sequence[tuple[Any, str, Any]]:
    def date_of(at: datetime, _zone: str, _close: str) -> date:
        return at.date()

    return [(translation, "business_date", date_of)]


def _delivery_id_is_enough() -> Sequence[tuple[Any, str, Any]]:
    whole = translate.take_in

    def first_only(delivery: Any, tools: Any, known: Any, archive_key: str = "") -> Any:
        if tools.ledger.delivery(delivery.connection, delivery.headers["webhook-id"]):
            return translate.Translated((), 0)
        return whole(delivery, tools, known, archive_key)

    return [(translate_round, "take_in", first_only)]


def _token_not_kept() -> Sequence[tuple[Any, str, Any]]:
    return [(token_protocol._Refresher, "_kept", lambda _self, pair, _before: pair)]


def _no_lease() -> Sequence[tuple[Any, str, Any]]:
    return [(TokenLease, "acquire", lambda _self, _realm, _seconds: LeaseGrant(0))]


def _never_released() -> Sequence[tuple[Any, str, Any]]:
    return [(one, "may_fix", lambda _cause, _row: False) for one in (release, sweep, translate)]


def _reversed_twice() -> Sequence[tuple[Any, str, Any]]:
    numbers = itertools.count()

    def reversal(self: PostingKey) -> PostingKey:
        return replace(self, purpose="reverse", revision=next(numbers) % 2)

    return [(PostingKey, "reversal", reversal)]


def _not_reversed() -> Sequence[tuple[Any, str, Any]]:
    return [(order, "_after_older", lambda *_args, **_words: True)]


def _new_rows_join() -> Sequence[tuple[Any, str, Any]]:
    whole = plan.next_batch

    def joined(ready: Sequence[Posting], *most: int) -> Batch | None:
        batch = whole(ready, *most)
        fresh = [row for row in ready if not row.request_id][:5]
        if batch is None or not batch.members[0].row.request_id or not fresh:
            return batch
        last = max(int(planned.b_id) for planned in batch.members)
        more = (Planned(row, str(last + place)) for place, row in enumerate(fresh, 1))
        return replace(batch, members=(*batch.members, *more))

    return [(post, "next_batch", joined)]


def _float_amounts() -> Sequence[tuple[Any, str, Any]]:
    return [(documents, "to_text", lambda minor, _currency: str(minor / 100 * 1.1 / 1.1))]


def _no_rest() -> Sequence[tuple[Any, str, Any]]:
    return [(FakeConnections, "park", lambda *_args: None)]


def _wrong_company() -> Sequence[tuple[Any, str, Any]]:
    get = FakeConnections.get

    def other(self: FakeConnections, connection: str) -> Connection | None:
        found = get(self, connection)
        return replace(found, realm=WEST) if found and connection == "harbour" else found

    return [(FakeConnections, "get", other)]


def _nobody_rings_again() -> Sequence[tuple[Any, str, Any]]:
    return [(sweep, "_ring", lambda _tools: 0)]


def _version_ignored() -> Sequence[tuple[Any, str, Any]]:
    key_of = translation.posting_key

    def first(event: Any, connection: str) -> PostingKey:
        return replace(key_of(event, connection), version="1")

    return [(first_rows, "posting_key", first)]


def _unclear_is_a_no() -> Sequence[tuple[Any, str, Any]]:
    after = record._after

    def moved(row: Posting, outcome: Outcome, now: datetime) -> Posting:
        return (
            after(row, replace(outcome, kind="throttled"), now)
            if (outcome.kind == "uncertain")
            else after(row, outcome, now)
        )

    return [(record, "_after", moved)]


def _same_generation() -> Sequence[tuple[Any, str, Any]]:
    ready = judge._ready

    def same(row: Posting, *more: Any) -> Posting:
        return replace(ready(row, *more), generation=row.generation)

    return [(judge, "_ready", same)]


def _answers_by_order() -> Sequence[tuple[Any, str, Any]]:
    outcomes_of = qbo_company.outcomes_of

    def by_order(reply: Any, items: Sequence[Any], tid: str = "") -> Any:
        found = outcomes_of(reply, items, tid)
        names = [str(row.get("bId")) for row in reply.get("BatchItemResponse", [])]
        if set(names) != set(found):
            return found
        pairs = zip(found, names, strict=True)
        return {own: found[given] for own, given in pairs}

    return [(qbo_company, "outcomes_of", by_order)]


def _conflict_replaces() -> Sequence[tuple[Any, str, Any]]:
    put = FakeLedger.put

    def last_wins(self: FakeLedger, posting: Posting) -> Any:
        outcome = put(self, posting)
        return "same" if outcome == "conflict" else outcome

    return [(FakeLedger, "put", last_wins)]


DEFECTS: Final[tuple[Defect, ...]] = (
    Defect("a random request id at each try", "kept10", "I14", _random_request_id),
    Defect("acknowledged before it is queued", "crashes", "I1", _acknowledged_before_queued),
    Defect("no claim before the request", "calm", "I13", _no_claim),
    Defect("a write without its condition", "crashes", "I12 I3 I15", _no_condition),
    Defect("no look before it goes again", "changes", "I15", lambda: [
        (settle, "_found", lambda *_args: {})]),
    Defect("no settle time", "kept10", "I15", lambda: [
        (window, "_settled_before", lambda tools: instant_text(tools.clock()))]),
    Defect("one item of a batch dropped", "calm", "I3", _one_item_dropped),
    Defect("a reversal with the sides as they were", "calm", "I8", _not_mirrored),
    Defect("the date of UTC", "calm", "I10", _date_of_utc),
    Defect("a delivery id decides alone", "crashes", "I1", _delivery_id_is_enough),
    Defect("a token is used before it is kept", "tokens", "I18", _token_not_kept),
    Defect("a second refresher without a lease", "tokens", "I17", _no_lease),
    Defect("what was held is not released", "changes", "I25", _never_released),
    Defect("a reversal is posted twice", "crashes", "I8 I12", _reversed_twice),
    Defect("a newer version without a reversal", "calm", "I5 I8", _not_reversed),
    Defect("new rows join a request that goes again", "outages", "I5", _new_rows_join),
    Defect("amounts pass through floats", "calm", "I6", _float_amounts),
    Defect("no rest after a 429", "outages", "I19", _no_rest),
    Defect("another company's books", "calm", "I9", _wrong_company),
    Defect("nobody rings again", "outages", "I25", _nobody_rings_again),
    Defect("versions are ignored", "calm", "I1", _version_ignored),
    Defect("an unclear answer counts as a no", "changes", "I15", _unclear_is_a_no),
    Defect("a refused entry goes again as it was", "changes", "I14 I25", _same_generation),
    Defect("answers are matched by order", "calm", "I7 I8", _answers_by_order),
    Defect("another content is dropped in silence", "calm", "I1", _conflict_replaces),
)  # fmt: skip


def seeds_until_caught(defect: Defect, first: int = 0, most: int = 200, events: int = 60) -> int:
    """How many seeds it takes until the checker sees one of the defect's breaches; 0 if none of
    `most` does."""
    from tests.simulation.course import course  # noqa: PLC0415 -- it may import this module

    for turn in range(1, most + 1):
        found = course(first + turn, defect.kind, events, planted=defect.planted)
        if any(number in defect.breaches.split() for number, _ in found.findings.breaches):
            return turn
    return 0
