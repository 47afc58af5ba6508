"""Replay: what a person had to mend is tried again, by the one way that is safe for its state.

    posted                          nothing: it is in the books already
    ready, sending, uncertain       nothing but a ring: it is on its way
    reversed                        posted again under the next revision (`repost`)
    held outcome_unknown            `uncertain` under its request id: QuickBooks is asked first
    held, never sent or refused     judged anew by what is in force; a refused one goes as a new
                                    generation, under a new request id
    held reversal or new customer   as it was, as a new generation: they are never remapped
    held or failed as a delivery    the delivery goes on the queue again

Each is safe to repeat: every write is conditional on the row as it was read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from daybook.domain.connection import Connection
from daybook.domain.errors import Held
from daybook.domain.posting import Posting, instant_text
from daybook.workflows.circumstances import Circumstances, circumstances_of
from daybook.workflows.closed_books import closing_now, reversal_again
from daybook.workflows.creations import anew
from daybook.workflows.families import STOCK_PART
from daybook.workflows.judge import judge
from daybook.workflows.operator import (
    EventName,
    NotPossible,
    Operator,
    Who,
    keep_action,
    name_of,
    one_of,
    reversal_in,
    rows_of,
)
from daybook.workflows.release import settled, waits_by_setting
from daybook.workflows.repost import choose, may_be_posted_again, post_again

# What became of a row: it is in the books already, it is on its way, its delivery was put on the
# queue again, it moved on (see its status), or another worker moved it meanwhile.
type Word = Literal["posted before", "on its way", "asked again", "moved on", "changed meanwhile"]

_WAITS_FOR_ANOTHER = frozenset({"waits_for_prior", "original_unknown"})
_RING_HINTS = 30


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay made of a row, as it is then."""

    word: Word
    row: Posting


@dataclass(slots=True)
class Case:
    """A connection's replays: by what is judged, and whom to ring for at the end."""

    circumstances: Circumstances
    ready: list[str] = field(default_factory=list)

    @staticmethod
    def of(connection: Connection, tools: Operator) -> "Case":
        """With the circumstances as they are now."""
        return Case(circumstances_of(connection, tools))

    def ring(self, tools: Operator) -> None:
        """Ring for what is ready, the customers that are to be created first."""
        created = [row.id for row in self.circumstances.parties.created]
        hint = [*created, *self.ready][:_RING_HINTS]
        if hint:
            tools.doorbell(self.circumstances.connection.realm, hint)


def replay_event(connection: Connection, name: EventName, who: Who, tools: Operator) -> Replayed:
    """Try one event again. Raises NotPossible, with what can be done instead."""
    rows = rows_of(connection.id, name, tools.ledger)
    row, case = one_of(rows, name), Case.of(connection, tools)
    reversal = reversal_in(rows, row)
    for other in (reversal, _stock_of(rows, row)):
        if other is not None and other.status in ("held", "failed"):
            row = other
            break
    done = _replayed(row, case, who, tools)
    if done.row.status in ("ready", "uncertain"):
        case.ready.append(done.row.id)
    case.ring(tools)
    return done


def _replayed(row: Posting, case: Case, who: Who, tools: Operator) -> Replayed:
    match row.status:
        case "posted":
            return Replayed("posted before", row)
        case "ready" | "sending" | "uncertain":
            return Replayed("on its way", row)
        case "held" | "failed" if row.beside:
            taken = choose(row, _family(row, tools), case.circumstances, who, tools)
            return Replayed("moved on", taken)
        case "held" | "failed":
            check(row)
            keep_action(row.key.connection, "replay", who, tools, target=row.id)
            return try_again(row, case, tools)
        case _ if may_be_posted_again(row):
            return Replayed(
                "moved on", post_again(row, _family(row, tools), case.circumstances, who, tools)
            )
    raise NotPossible(_REFUSALS.get(row.status, f"{name_of(row)} is {row.status}."))


_REFUSALS = {
    "not_started": "It is older than the start date: `daybook send` sends past events.",
    "superseded": "A newer version stands in its place: replay that one.",
    "void": "It leaves nothing to post.",
    "ignored": "It is no matter for the books by the mapping's settings.",
}


def _stock_of(rows: Sequence[Posting], row: Posting) -> Posting | None:
    """The stock entry beside a document that is in the books itself."""
    key = replace(row.key, part=STOCK_PART)
    posted = row.status == "posted" and row.key.part == 0
    return next((one for one in rows if posted and one.key == key and not one.beside), None)


def _family(row: Posting, tools: Operator) -> Sequence[Posting]:
    key = row.key
    return tools.ledger.of_object(key.connection, key.object_type, key.object_id)


def check(row: Posting) -> None:
    """That a held or failed row can be tried again. Raises NotPossible."""
    if row.reason == "double_in_qbo":
        raise NotPossible(
            "QuickBooks holds entries of this posting already; nothing is sent again. Reverse the "
            "one too many there, and prove the day."
        )
    if row.beside:
        raise NotPossible("Two contents came under one id: choose one, by naming it.")


def try_again(row: Posting, case: Case, tools: Operator) -> Replayed:
    """Try a held or failed row again that `check` lets pass."""
    if not row.event and row.key.purpose == "post":
        if tools.ledger.delivery(row.key.connection, row.delivery) is None:
            raise NotPossible("Its delivery is not in the ledger: `daybook dlq replay` has it.")
        tools.retry(row.key.connection, row.delivery)
        return Replayed("asked again", row)
    after = _after(row, case, tools)
    if not tools.ledger.change(row, after):
        return Replayed("changed meanwhile", tools.ledger.get(row.key, row.beside) or row)
    case.ready += [one.id for one in settled(after, case.circumstances, tools)]
    return Replayed("moved on", after)


def _after(row: Posting, case: Case, tools: Operator) -> Posting:
    now = tools.clock()
    if row.reason == "outcome_unknown":
        # Its day of asking begins anew; request id and place stay, and nothing goes unasked.
        return row.moved("uncertain", now, first_sent_at=instant_text(now))
    if row.key.purpose != "post":
        return _as_it_was(row, tools)
    if row.reason in _WAITS_FOR_ANOTHER and row.mode != "day_summary":
        return row.moved("ready", now)
    by_person = row.status == "failed" or (row.mode == "day_summary" and waits_by_setting(row))
    asked = replace(row, asked_at=instant_text(now)) if by_person else row
    after = judge(asked, row.financial_event(), case.circumstances, now, tools.ledger)
    if waits_by_setting(row):
        # A person lets this version take the older one's place.
        return replace(after, newer_version="")
    return after


def _as_it_was(row: Posting, tools: Operator) -> Posting:
    """A reversal or a new customer, never remapped; a reversal on a day that is open by now."""
    now = tools.clock()
    if row.key.purpose == "create" or row.reason != "period_closed":
        return anew(row, now)
    closing = closing_now(row.key.connection, tools.connections, tools.mappings)
    try:
        entry = reversal_again(row, tools.ledger, closing)
    except Held as held:
        return row.held(held.problem, now, row.counter)
    return anew(replace(row, entry=entry.to_json()), now)
