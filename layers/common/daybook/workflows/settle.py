"""After an unclear answer: wait, ask QuickBooks what it has, adopt what is ours, send the rest."""

from collections.abc import Sequence
from datetime import timedelta

from daybook.domain.errors import Problem
from daybook.domain.identity import read_marker
from daybook.domain.outcome import FoundEntry, FoundParty, ProbeFailed
from daybook.domain.posting import Entity, Posting, instant_text
from daybook.workflows import order, record
from daybook.workflows.plan import Batch, Planned
from daybook.workflows.ports import BooksOfRealm, Realm
from daybook.workflows.poster import Drained, Poster

GIVE_UP_AFTER = timedelta(hours=24)
# The same fault twice under one request id, and nothing in the books: Intuit may be repeating a
# stored fault, so the next try goes under a new id (https://docs.stripe.com/api/idempotent_requests
# describes the same of Stripe; Intuit publishes neither answer).
FAULTS_UNTIL_NEW_ID = 2

type There = FoundEntry | FoundParty
type Name = tuple[Entity, str]


def probe(group: Batch, realm: Realm, tools: Poster, drained: Drained) -> Batch | None:
    """Adopt what is in the books; the batch to send again, or None where none is left.

    group: the rows of one request. Raises ProbeFailed, which proves nothing either way.
    """
    found = _found([planned.row for planned in group.members], realm, tools)
    again = []
    for planned in group.members:
        row = planned.row
        there = found.get(_name(row), ())
        ours = _ours(there, row)
        if ours:
            _adopt(row, ours, tools, drained)
        elif row.reason in record.NAMES_TAKEN:
            text = " ".join([row.reason_text, *map(_other, there)])
            if tools.ledger.change(row, row.held(Problem(row.reason, text), tools.clock())):
                order.wake(row, tools)
        elif _waited_too_long(row, tools):
            _give_up(row, tools, drained)
        else:
            again.append(planned)
    return _resend(group, again, tools, drained)


def _found(rows: Sequence[Posting], realm: Realm, tools: Poster) -> dict[Name, Sequence[There]]:
    try:
        return _asked(rows, tools.books(realm))
    except ProbeFailed as failure:
        if failure.outcome.kind != "unauthorised":
            raise
        return _asked(rows, tools.renew(realm))


def _asked(rows: Sequence[Posting], books: BooksOfRealm) -> dict[Name, Sequence[There]]:
    names = [_name(row) for row in rows]
    numbers = [name for entity, name in names if entity == "JournalEntry"]
    parties = [name for entity, name in names if entity == "Customer"]
    found: dict[Name, Sequence[There]] = {}
    if numbers:
        for name, entries in books.find_journal_entries(numbers).items():
            found["JournalEntry", name] = entries
    if parties:
        for name, others in books.find_parties(parties).items():
            found["Customer", name] = others
    return found


def _name(row: Posting) -> Name:
    """Under which kind and name QuickBooks has a posting, if it has it."""
    if row.entity == "Customer":
        return row.entity, row.customer().display_name
    return row.entity, row.journal().doc_number


def _other(there: There) -> str:
    if not isinstance(there, FoundParty):
        return f"Entry {there.qbo_id} has it."
    state = "" if there.active else ", which is inactive,"
    return f"{there.kind} {there.qbo_id}{state} has the name {there.display_name!r}."


def _ours(candidates: Sequence[There], row: Posting) -> list[There]:
    """Those whose marker names this posting, of whatever generation."""
    marks = ((entry, read_marker(entry.private_note)) for entry in candidates)
    return [entry for entry, mark in marks if mark and mark.entry_id16 == row.entry_id[:16]]


def _adopt(row: Posting, ours: Sequence[There], tools: Poster, drained: Drained) -> None:
    if len(ours) == 1 and _is_same(ours[0], row, tools):
        drained.add("recovered")
        record.posted(row, ours[0].qbo_id, row.intuit_tid, tools, drained)
        return
    ids = ", ".join(entry.qbo_id for entry in ours)
    text = f"QuickBooks holds entries of this posting that differ from it: {ids}."
    drained.add("double")
    tools.ledger.change(row, row.held(Problem("double_in_qbo", text), tools.clock()))
    tools.alarm("double_in_qbo", row)


def _is_same(there: There, row: Posting, tools: Poster) -> bool:
    # A customer whose address a person has corrected since is still the one that was created.
    if isinstance(there, FoundParty):
        return row.entity == "Customer" and there.kind == "Customer"
    return tools.is_same(there, row.journal(), row.generation)


def _waited_too_long(row: Posting, tools: Poster) -> bool:
    return row.first_sent_at <= instant_text(tools.clock() - GIVE_UP_AFTER)


def _give_up(row: Posting, tools: Poster, drained: Drained) -> None:
    text = f"Sent first at {row.first_sent_at}; QuickBooks never answered clearly and has no entry."
    drained.add("outcome_unknown")
    tools.ledger.change(row, row.held(Problem("outcome_unknown", text), tools.clock()))


def _resend(
    group: Batch, again: Sequence[Planned], tools: Poster, drained: Drained
) -> Batch | None:
    stuck = [planned for planned in again if planned.row.faults >= FAULTS_UNTIL_NEW_ID]
    for planned in stuck:
        _renew(planned.row, tools)
    same = tuple(planned for planned in again if planned not in stuck)
    drained.add("resent", len(same))
    return Batch(group.request_id, same) if same else None


def _renew(row: Posting, tools: Poster) -> None:
    """Proven absent: the posting becomes a new generation, under a new request id."""
    now = tools.clock()
    held = row.held(Problem("outcome_unknown", "Proven absent; goes under a new request id."), now)
    # Both moves in one write: between two of them it would be left to a person.
    fresh = held.moved(
        "ready",
        now,
        generation=row.generation + 1,
        request_id="",
        b_id="",
        sent_at="",
        first_sent_at=row.first_sent_at,
        faults=0,
    )
    tools.ledger.change(row, fresh)
