"""What an answer of QuickBooks makes of each row that was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from daybook.domain.errors import Problem
from daybook.domain.outcome import Outcome
from daybook.domain.posting import Posting, instant_text
from daybook.workflows import order
from daybook.workflows.ports import Realm
from daybook.workflows.poster import Drained, Poster

THROTTLE_SECONDS = 60
# A company whose subscription ended: asked again each hour, for the shop may have paid.
REFUSED_COMPANY_SECONDS = 3_600
# After unclear answers, or where no token or probe can be had.
REST_SECONDS = 150
# Waits are meant for a settle time of 150 s and shrink with it, on a laptop that is in a hurry.
_SETTLE_SECONDS = 150
MAX_TRIES = 5
# A number or a name of QuickBooks' is another's already.
NAMES_TAKEN = frozenset({"docnum_taken", "display_name_taken"})
_NO_REPLY = Outcome("uncertain", text="The reply does not speak of this item.")


def outcomes(
    sent: Sequence[Posting],
    answers: Mapping[str, Outcome],
    realm: Realm,
    tools: Poster,
    drained: Drained,
) -> bool:
    """Record each row's outcome; whether the request as a whole was unclear."""
    got = [(row, answers.get(row.b_id, _NO_REPLY)) for row in sent]
    if _is_refused_whole([outcome for _, outcome in got]):
        _part(sent, tools, drained)
        return False
    for row, outcome in got:
        _record(row, outcome, tools, drained)
    kinds = {outcome.kind for _, outcome in got}
    if "throttled" in kinds:
        wait = max(outcome.retry_after_seconds for _, outcome in got) or THROTTLE_SECONDS
        tools.slow_down(realm, int(_shrunk(wait, tools)))
        park(realm, wait, "QuickBooks asked to slow down", tools)
    if kinds & {"disconnected", "unauthorised"}:
        lost = next(o for _, o in got if o.kind in ("disconnected", "unauthorised"))
        _lost(realm, lost, tools)
    return kinds == {"uncertain"}


def _is_refused_whole(outcomes: Sequence[Outcome]) -> bool:
    """Whether a request of several was refused by one answer: that is the same object for each,
    while items that are refused one by one have each their own."""
    first = outcomes[0] if len(outcomes) > 1 else None
    return (
        first is not None
        and first.kind == "refused"
        and first.reason not in NAMES_TAKEN
        and all(outcome is first for outcome in outcomes)
    )


def _part(sent: Sequence[Posting], tools: Poster, drained: Drained) -> None:
    """Nothing of a request was processed, and which of its items is to blame is not said: each
    goes again alone, marked by its count of faults, under a request id of its own."""
    now = tools.clock()
    anew = {"request_id": "", "b_id": "", "sent_at": "", "first_sent_at": "", "faults": 1}
    tools.ledger.change_all([(row, row.moved("ready", now, **anew)) for row in sent])
    drained.add("parted", len(sent))


def _record(row: Posting, outcome: Outcome, tools: Poster, drained: Drained) -> None:
    now = tools.clock()
    drained.add(outcome.kind)
    match outcome.kind:
        case "posted":
            # Sent once and answered at once: nobody has come to wait for it, unless it is a
            # reversal or a party.
            wake = row.fence > 1 or row.key.purpose != "post"
            posted(row, outcome.qbo_id, outcome.intuit_tid, tools, drained, wake=wake)
        case "refused" if outcome.reason in NAMES_TAKEN:
            # Who has the name may be this very posting: QuickBooks is asked before it is held.
            after = row.moved("uncertain", now, reason=outcome.reason, reason_text=outcome.text)
            tools.ledger.change(row, after)
        case "refused":
            problem = Problem(outcome.reason or "qbo_refused", outcome.text or "No text was given.")
            after = row.held(problem, now, row.counter)
            known = replace(after, intuit_tid=outcome.intuit_tid)
            if tools.ledger.change(row, known) and row.fence > 1:
                order.wake(known, tools)
        case "throttled" | "unauthorised" | "disconnected":
            # Nothing was processed: the same bytes go again under the same request id.
            tools.ledger.change(row, row.moved("ready", now))
        case "uncertain":
            faults = row.faults + (1 if outcome.codes else 0)
            after = row.moved(
                "uncertain",
                now,
                reason_text=outcome.text,
                faults=faults,
                intuit_tid=outcome.intuit_tid,
            )
            tools.ledger.change(row, after)


def posted(  # noqa: PLR0913 -- what is recorded, and where
    row: Posting,
    qbo_id: str,
    intuit_tid: str,
    tools: Poster,
    drained: Drained,
    *,
    wake: bool = True,
) -> None:
    """Record the truth about QuickBooks, whoever has the row now; two ids raise an alarm.

    wake: whether other rows may have come to wait for this one."""
    current: Posting | None = row
    for _ in range(MAX_TRIES):
        if current is None:
            break
        if current.status == "posted":
            if current.qbo_id != qbo_id:
                tools.alarm("two QuickBooks ids for one posting", current)
            return
        now = tools.clock()
        after = current.moved("posted", now, qbo_id=qbo_id, intuit_tid=intuit_tid)
        if tools.ledger.change(current, after):
            if wake:
                order.after_posted(after, tools, drained)
            return
        current = tools.ledger.get(row.key, row.beside)
    raise RuntimeError(f"{row.id} could not be recorded as posted in {MAX_TRIES} tries")


def back_to_ready(rows: Sequence[Posting], tools: Poster) -> None:
    """Nothing was processed: the rows wait under the request id that they have."""
    now = tools.clock()
    tools.ledger.change_all([(row, row.moved("ready", now)) for row in rows])


def park(realm: Realm, seconds: int, reason: str, tools: Poster) -> None:
    """Send nothing to the realm for a while; its rows stay as they are."""
    until = instant_text(tools.clock() + timedelta(seconds=_shrunk(seconds, tools)))
    tools.connections.park(realm.realm, until, reason)


def _shrunk(seconds: int, tools: Poster) -> float:
    return seconds * tools.settle_seconds / _SETTLE_SECONDS


def _lost(realm: Realm, outcome: Outcome, tools: Poster) -> None:
    if outcome.kind == "disconnected" and outcome.reason != "reconnect_needed":
        park(realm, REFUSED_COMPANY_SECONDS, outcome.text, tools)
    else:
        disconnect(realm, outcome.text, tools)


def disconnect(realm: Realm, text: str, tools: Poster) -> None:
    """The connection is lost: nothing is sent until a person connects again."""
    tools.connections.set_state(realm.realm, "reconnect_needed", text)
