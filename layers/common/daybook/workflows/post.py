"""A doorbell rang for a realm: send what is due until nothing is left or time runs short.

The protocol that makes it exactly once is in docs/architecture.md. In short: a row is claimed in
the ledger (with the id of the request it will be part of) before the request goes out; an unclear
answer is never repeated before QuickBooks was asked; whatever is found there is adopted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from daybook.domain.outcome import BatchItem, Outcomes, ProbeFailed
from daybook.domain.posting import Posting, instant_text
from daybook.workflows import order, record, settle
from daybook.workflows.plan import Batch, next_batch, regroup
from daybook.workflows.ports import Realm
from daybook.workflows.poster import Drained, Poster, Reconnect, TokenUnavailable

# One request may take the 125 s after which we stop waiting, and some seconds to record it.
RESERVE_SECONDS = 140
# A request that waited longer than this since its claim is not sent under that claim: it is left
# to settle, like any that may be on its way.
SEND_WITHIN = timedelta(seconds=20)
DUE_AT_ONCE = 120
# How far to look where all that was found has to settle first: a window full of unclear rows does
# not keep those behind it waiting.
_WINDOWS = (DUE_AT_ONCE, 4 * DUE_AT_ONCE, 16 * DUE_AT_ONCE)
MAX_ROUNDS = 10_000
# Deciding the order makes rows ready (what waited, then its reversal), which is decided again.
MAX_PASSES = 5


def drain(realm_id: str, hint: Sequence[str], tools: Poster) -> Drained:
    """Send what is due in a realm. Raises only where the ledger cannot be read or written.

    hint: ids that rang; the index of what is due may be a moment behind, so these are also read
    by key.
    """
    drained = Drained({})
    _drain(realm_id, hint, tools, drained)
    if drained.created:
        # Once for all of them: each look at what is held costs as much as there is of it.
        tools.parties_known(drained.created)
    return drained


def _drain(realm_id: str, hint: Sequence[str], tools: Poster, drained: Drained) -> None:
    unclear_in_a_row = 0
    for _ in range(MAX_ROUNDS):
        realm = tools.connections.realm(realm_id)
        if realm is None or not _open(realm, tools.clock()):
            drained.stopped = "parked"
            return
        if tools.remaining_seconds() < RESERVE_SECONDS:
            tools.doorbell(realm_id, ())
            drained.stopped = "time"
            return
        try:
            unclear = _round(realm, hint, tools, drained)
            hint = ()
        except Reconnect as lost:
            record.disconnect(realm, str(lost), tools)
            continue
        except (ProbeFailed, TokenUnavailable) as failure:
            record.park(realm, record.REST_SECONDS, f"{failure}", tools)
            continue
        if unclear is None:
            return
        unclear_in_a_row = unclear_in_a_row + 1 if unclear else 0
        if unclear_in_a_row >= 2:
            record.park(realm, record.REST_SECONDS, "two answers in a row were unclear", tools)
    drained.stopped = "rounds"


def _round(realm: Realm, hint: Sequence[str], tools: Poster, drained: Drained) -> bool | None:
    """Send one batch: whether its answer was unclear as a whole; None if nothing is left.

    Raises Reconnect, TokenUnavailable or ProbeFailed, with nothing claimed.
    """
    batch = _next(realm, hint, tools, drained)
    return None if batch is None else _send(batch, realm, tools, drained)


def _open(realm: Realm, now: datetime) -> bool:
    return realm.state == "connected" and realm.parked_until <= instant_text(now)


def _next(realm: Realm, hint: Sequence[str], tools: Poster, drained: Drained) -> Batch | None:
    """What is sent next: what is proven absent after an unclear answer first, then what is ready.

    Raises ProbeFailed.
    """
    due = _due(realm, hint, tools)
    settled_before = _settled_before(tools)
    unclear = [row for row in due if row.status in ("sending", "uncertain")]
    groups = regroup([row for row in unclear if row.sent_at <= settled_before])
    for group in groups:
        again = settle.probe(group, realm, tools, drained)
        if again is not None:
            tools.wait_for_turn(realm, len(again.members))
            return again
    ready = order.in_order([row for row in due if row.status == "ready"], tools, drained)
    if ready:
        return next_batch(ready, tools.wait_for_turn(realm, len(ready)))
    # Settling and deciding the order may have made rows ready: reversals, and what waited.
    if groups or any(row.status == "ready" for row in due):
        return _next_after_order(realm, tools, drained)
    return None


def _due(realm: Realm, hint: Sequence[str], tools: Poster) -> list[Posting]:
    settled_before = _settled_before(tools)
    due: list[Posting] = []
    for window in _WINDOWS:
        due = tools.ledger.due(realm.realm, window)
        if len(due) < window or any(_may_move(row, settled_before) for row in due):
            break
    known = {row.id for row in due}
    hinted = tools.ledger.hinted([one for one in hint if one not in known]) if hint else []
    return due + [row for row in hinted if row.realm == realm.realm]


def _settled_before(tools: Poster) -> str:
    return instant_text(tools.clock() - timedelta(seconds=tools.settle_seconds))


def _may_move(row: Posting, settled_before: str) -> bool:
    return row.status == "ready" or row.sent_at <= settled_before


def _next_after_order(realm: Realm, tools: Poster, drained: Drained) -> Batch | None:
    for _ in range(MAX_PASSES):
        due = tools.ledger.due(realm.realm, DUE_AT_ONCE)
        to_judge = [row for row in due if row.status == "ready"]
        ready = order.in_order(to_judge, tools, drained)
        if ready:
            return next_batch(ready, tools.wait_for_turn(realm, len(ready)))
        if not to_judge:
            return None
    return None


def _send(batch: Batch, realm: Realm, tools: Poster, drained: Drained) -> bool:
    """Claim, send, record; whether the answer was unclear as a whole."""
    # The token is had before the claim: a claim that is not sent has to settle first.
    books = tools.books(realm)
    claimed = _claim(batch, tools)
    if not claimed:
        return False
    items = [
        BatchItem(row.b_id, row.entity, tools.body(row.document(), row.generation))
        for row in claimed
    ]
    if _is_late(claimed, tools):
        drained.add("late", len(claimed))
        return True
    outcomes = books.post_batch(items, batch.request_id)
    locked_out = [row for row in claimed if _kind(outcomes, row) == "unauthorised"]
    if locked_out:
        try:
            books = tools.renew(realm)
        except (Reconnect, TokenUnavailable):
            record.back_to_ready(locked_out, tools)
            raise
        if _is_late(claimed, tools):
            # Nothing of these was processed: they are claimed anew.
            record.back_to_ready(locked_out, tools)
            claimed = [row for row in claimed if row not in locked_out]
        else:
            places = {row.b_id for row in locked_out}
            again = [item for item in items if item.b_id in places]
            outcomes = {**outcomes, **books.post_batch(again, batch.request_id)}
    return record.outcomes(claimed, outcomes, realm, tools, drained)


def _is_late(claimed: Sequence[Posting], tools: Poster) -> bool:
    return claimed[0].sent_at < instant_text(tools.clock() - SEND_WITHIN)


def _kind(outcomes: Outcomes, row: Posting) -> str:
    return outcomes[row.b_id].kind if row.b_id in outcomes else ""


def _claim(batch: Batch, tools: Poster) -> list[Posting]:
    now = tools.clock()
    text = instant_text(now)
    changes = [
        (
            planned.row,
            planned.row.moved(
                "sending",
                now,
                request_id=batch.request_id,
                b_id=planned.b_id,
                sent_at=text,
                first_sent_at=planned.row.first_sent_at or text,
                fence=planned.row.fence + 1,
            ),
        )
        for planned in batch.members
    ]
    done = tools.ledger.change_all(changes)
    return [after for (_, after), ok in zip(changes, done, strict=True) if ok]
