"""What an answer of QuickBooks makes of each row that was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from daybook.domain.document_flags import flag_of_total
from daybook.domain.document_kinds import DOCUMENT_FORMS
from daybook.domain.errors import Problem
from daybook.domain.outcome import Outcome
from daybook.domain.posting import Posting, instant_text
from daybook.domain.status import DUE, MOVES
from daybook.workflows import order
from daybook.workflows.ports import Realm
from daybook.workflows.poster import Drained, Poster
from daybook.workflows.rest import REFUSED_COMPANY_SECONDS, REST_SECONDS, park, throttled

MAX_TRIES = 5
# Alarms: a person has to look into QuickBooks.
TWO_IDS = "two QuickBooks ids for one posting"
OUT_OF_TURN = "posted although it was settled otherwise"
# A number or a name of QuickBooks' is another's already.
NAMES_TAKEN = frozenset({"docnum_taken", "display_name_taken"})
# https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/error-codes
STALE = "5010"
_NO_REPLY = Outcome("uncertain", text="The reply does not speak of this item.")
_NOTHING_DONE = frozenset({"throttled", "unauthorised", "disconnected"})

# Whether a request was answered: some of it was decided, nothing is known of any of it, or the
# company wants nothing for now.
type Verdict = Literal["clear", "unclear", "refused"]


def outcomes(
    sent: Sequence[Posting],
    answers: Mapping[str, Outcome],
    realm: Realm,
    tools: Poster,
    drained: Drained,
) -> Verdict:
    """Record each row's outcome; whether the request as a whole was answered. realm: as it was
    when the request was sent."""
    got = [(row, answers.get(row.b_id, _NO_REPLY)) for row in sent]
    if _is_refused_whole([outcome for _, outcome in got]):
        _part(sent, tools, drained)
        return "clear"
    _record(got, tools, drained)
    kinds = {outcome.kind for _, outcome in got}
    if "throttled" in kinds:
        asked = max(outcome.retry_after_seconds for _, outcome in got)
        throttled(realm, asked, tools)
    if kinds & {"disconnected", "unauthorised"}:
        lost = next(o for _, o in got if o.kind in ("disconnected", "unauthorised"))
        _lost(realm, lost, tools)
    if kinds & _NOTHING_DONE:
        return "refused"
    return "clear" if kinds - {"uncertain"} else "unclear"


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
    drained.again = True


def _record(got: Sequence[tuple[Posting, Outcome]], tools: Poster, drained: Drained) -> None:
    for row, outcome in got:
        if outcome.kind == "posted" and row.key.purpose == "reverse":
            order.mark_reversed(row, tools, drained)
    now = tools.clock()
    changes = [(row, _after(row, outcome, now)) for row, outcome in got]
    written = tools.ledger.change_all(changes)
    drained.seconds += _slowest([row for row, outcome in got if outcome.kind == "posted"], now)
    for (row, outcome), (_, after), done in zip(got, changes, written, strict=True):
        drained.add(outcome.kind)
        drained.again |= not done or after.status in DUE
        if outcome.kind == "posted":
            # Sent once and answered at once: nobody has come to wait for it, unless it is a
            # reversal or a party.
            wake = row.fence > 1 or row.key.purpose != "post"
            if not done:
                posted(row, outcome, tools, drained, wake=wake)
                continue
            tools.posted.add(row.id)
            _tell_of_total(row, after, tools)
            if wake:
                order.after_posted(after, tools, drained)
        elif done and after.status == "held" and row.fence > 1:
            drained.woken += order.wake(after, tools)


def _slowest(posted: Sequence[Posting], now: datetime) -> list[int]:
    """The seconds that the slowest of a request took since it was made; none of those that were
    held or sent before: their time says nothing of ours."""
    straight = [
        row.created_at
        for row in posted
        if row.fence == 1 and not any(move.endswith(">held") for move in row.moves)
    ]
    return [int((now - datetime.fromisoformat(min(straight))).total_seconds())] if straight else []


def _after(row: Posting, outcome: Outcome, now: datetime) -> Posting:
    match outcome.kind:
        case "posted":
            return _as_posted(row, outcome, now)
        case "refused" if outcome.reason in NAMES_TAKEN:
            # Who has the name may be this very posting: QuickBooks is asked before it is held.
            return row.moved("uncertain", now, reason=outcome.reason, reason_text=outcome.text)
        case "refused" if STALE in outcome.codes and row.key.purpose == "update" and not row.faults:
            # Somebody changed the party since it was read: it is read again, and sent once more.
            return row.moved(
                "ready", now, generation=row.generation + 1, request_id="", b_id="", sent_at="",
                first_sent_at="", faults=1,
            )  # fmt: skip
        case "refused":
            problem = Problem(outcome.reason or "qbo_refused", outcome.text or "No text was given.")
            held = row.held(problem, now, row.counter)
            return replace(held, intuit_tid=outcome.intuit_tid)
        case "uncertain":
            return row.moved(
                "uncertain",
                now,
                reason_text=outcome.text,
                faults=row.faults + (1 if outcome.codes else 0),
                intuit_tid=outcome.intuit_tid,
            )
    # Nothing was processed: the same bytes go again under the same request id.
    return unprocessed(row, now)


def _as_posted(row: Posting, known: Outcome, now: datetime) -> Posting:
    """The row as posted, with a flag where QuickBooks' total is not the source's."""
    flag = (
        flag_of_total(row.document(), known.qbo_id, known.total, instant_text(now))
        if row.entity in DOCUMENT_FORMS
        else None
    )
    flags = (*row.flags, flag) if flag else row.flags
    return row.moved("posted", now, qbo_id=known.qbo_id, intuit_tid=known.intuit_tid, flags=flags)


def _tell_of_total(before: Posting, after: Posting, tools: Poster) -> None:
    """Raise the alarm where posting a document put a flag on it: its total is not the source's."""
    for flag in after.flags[len(before.flags) :]:
        tools.alarm(flag.name, after)


def unprocessed(row: Posting, now: datetime) -> Posting:
    """A row of which nothing came of its last request: if that was its first, it has yet to be
    sent for the first time."""
    first = "" if row.first_sent_at == row.sent_at else row.first_sent_at
    return row.moved("ready", now, first_sent_at=first)


def posted(
    row: Posting, known: Outcome, tools: Poster, drained: Drained, *, wake: bool = True
) -> None:
    """Record the truth about QuickBooks, whoever has the row now; two ids raise an alarm.

    wake: whether other rows may have come to wait for this one."""
    current: Posting | None = row
    for _ in range(MAX_TRIES):
        if current is None:
            break
        if current.qbo_id:
            if current.qbo_id != known.qbo_id:
                tools.alarm(TWO_IDS, current)
            return
        if current.key.purpose == "reverse":
            order.mark_reversed(current, tools, drained)
        after = _with_id(current, known, tools.clock())
        if tools.ledger.change(current, after):
            _tell_of_total(current, after, tools)
            if after.status != "posted":
                tools.alarm(OUT_OF_TURN, after)
            elif wake:
                order.after_posted(after, tools, drained)
            return
        current = tools.ledger.get(row.key, row.beside)
    raise RuntimeError(f"{row.id} could not be recorded as posted in {MAX_TRIES} tries")


def _with_id(row: Posting, known: Outcome, now: datetime) -> Posting:
    """The row as posted; one that is settled in another way keeps its status, and tells the id."""
    if "posted" in MOVES[row.status]:
        return _as_posted(row, known, now)
    return replace(row, number=row.number + 1, qbo_id=known.qbo_id, intuit_tid=known.intuit_tid)


def back_to_ready(rows: Sequence[Posting], tools: Poster) -> None:
    """Nothing was processed: the rows wait under the request id that they have."""
    now = tools.clock()
    tools.ledger.change_all([(row, unprocessed(row, now)) for row in rows])


def _lost(realm: Realm, outcome: Outcome, tools: Poster) -> None:
    if outcome.kind == "disconnected" and outcome.reason != "reconnect_needed":
        park(realm, REFUSED_COMPANY_SECONDS, outcome.text, tools)
    else:
        latest = tools.connections.realm(realm.realm) or realm
        # Renewals of the same consent are no newer word of a person.
        same = latest.connected_at == realm.connected_at
        disconnect(realm, outcome.text, tools, latest.pair if same else realm.pair)


def disconnect(realm: Realm, text: str, tools: Poster, pair: str = "") -> None:
    """The connection is lost: nothing is sent until a person connects again.

    pair: the tokens that were refused. Where newer ones are there by now, that they are refused
    has still to be seen.
    """
    known = pair or realm.pair
    if tools.connections.set_state(realm.realm, "reconnect_needed", text, known):
        tools.alarm_of_company("reconnect_needed", realm.realm)
    else:
        park(realm, REST_SECONDS, "the company was connected again meanwhile", tools)
