"""After an unclear answer: wait, ask QuickBooks what it has, adopt what is ours, send the rest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from daybook.domain.errors import Problem
from daybook.domain.found import (
    FoundBySought,
    FoundPurchase,
    FoundSale,
    There,
    described,
    is_ours,
    sought,
)
from daybook.domain.outcome import FoundParty, Outcome, ProbeFailed
from daybook.domain.posting import Posting
from daybook.workflows import order, record
from daybook.workflows.plan import Batch, Planned
from daybook.workflows.ports import Realm
from daybook.workflows.poster import Drained, Poster

GIVE_UP_AFTER = timedelta(hours=24)
# The same fault twice under one request id, and nothing in the books: Intuit may be repeating a
# stored fault, so the next try goes under a new id (https://docs.stripe.com/api/idempotent_requests
# describes the same of Stripe; Intuit publishes neither answer).
FAULTS_UNTIL_NEW_ID = 2


def probe(group: Batch, realm: Realm, tools: Poster, drained: Drained) -> Batch | None:
    """Adopt what is in the books; the batch to send again, or None where none is left.

    group: the rows of one request. Raises ProbeFailed, which proves nothing either way.
    """
    found = _found([planned.row for planned in group.members], realm, tools)
    again = []
    for planned in group.members:
        row = planned.row
        there = found.get(sought(row.document()), ())
        ours = _ours(there, row)
        if ours:
            _adopt(row, ours, tools, drained)
        elif row.reason in record.NAMES_TAKEN:
            if tools.ledger.change(row, _taken(row, there, tools.clock())):
                drained.woken += order.wake(row, tools)
        elif _waited_too_long(row):
            _give_up(row, tools, drained)
        else:
            again.append(planned)
    return _resend(group, again, tools, drained)


def _taken(row: Posting, there: Sequence[There], now: datetime) -> Posting:
    """The row held for a number or name that is another's, with who has it."""
    assert row.reason is not None, f"{row.id} has no reason"
    own = sought(row.document()).own
    others = [one for one in there if one.qbo_id != own]
    text = " ".join([row.reason_text, *map(described, others)])
    holders = tuple((one.kind, one.qbo_id) for one in others if isinstance(one, FoundParty))
    return replace(row.held(Problem(row.reason, text), now), taken_by=holders)


def _found(rows: Sequence[Posting], realm: Realm, tools: Poster) -> FoundBySought:
    wanted = list(dict.fromkeys(sought(row.document()) for row in rows))
    try:
        return tools.books(realm).find(wanted)
    except ProbeFailed as failure:
        if failure.outcome.kind != "unauthorised":
            raise
        return tools.renew(realm).find(wanted)


def _ours(candidates: Sequence[There], row: Posting) -> list[There]:
    """Those that are this posting, of whatever generation."""
    document = row.document()
    return [there for there in candidates if is_ours(there, document)]


def _adopt(row: Posting, ours: Sequence[There], tools: Poster, drained: Drained) -> None:
    if len(ours) == 1 and tools.is_same(ours[0], row.document(), row.generation):
        drained.add("recovered")
        total = ours[0].total if isinstance(ours[0], FoundSale | FoundPurchase) else ""
        known = Outcome("posted", ours[0].qbo_id, intuit_tid=row.intuit_tid, total=total)
        record.posted(row, known, tools, drained)
        return
    ids = ", ".join(entry.qbo_id for entry in ours)
    text = f"QuickBooks holds entries of this posting that differ from it: {ids}."
    drained.add("double")
    tools.ledger.change(row, row.held(Problem("double_in_qbo", text), tools.clock()))
    tools.alarm("double_in_qbo", row)


def _waited_too_long(row: Posting) -> bool:
    """Whether its last request, too, went unanswered a day after the first: where the company was
    parked meanwhile, it is sent again before a person is asked."""
    sent = datetime.fromisoformat(row.sent_at)
    return sent - datetime.fromisoformat(row.first_sent_at) >= GIVE_UP_AFTER


def _give_up(row: Posting, tools: Poster, drained: Drained) -> None:
    text = f"Sent first at {row.first_sent_at}; QuickBooks never answered clearly and has no entry."
    drained.add("outcome_unknown")
    tools.ledger.change(row, row.held(Problem("outcome_unknown", text), tools.clock()))


def _resend(
    group: Batch, again: Sequence[Planned], tools: Poster, drained: Drained
) -> Batch | None:
    stuck = [planned for planned in again if planned.row.faults >= FAULTS_UNTIL_NEW_ID]
    for planned in stuck:
        _renew(planned.row, tools, drained)
    same = tuple(planned for planned in again if planned not in stuck)
    drained.add("resent", len(same))
    return Batch(group.request_id, same) if same else None


def _renew(row: Posting, tools: Poster, drained: Drained) -> None:
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
    if tools.ledger.change(row, fresh):
        drained.woken.append(fresh)
