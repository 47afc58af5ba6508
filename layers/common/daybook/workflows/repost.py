"""Posting again what was taken back, or what came under a key that is spent: a new revision.

A second posting has a row, an entry id and a number of its own, so that nothing at QuickBooks can
take it for a repetition of the first. Its key is computed: asking twice posts once.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from daybook.domain.errors import Held
from daybook.domain.posting import Posting, instant_text
from daybook.domain.versions import compare
from daybook.workflows.circumstances import Circumstances
from daybook.workflows.judge import judge
from daybook.workflows.operator import NotPossible, Operator, Who, keep_action, name_of

# No matter for what stands in the books.
_ASIDE = frozenset({"ignored", "not_started", "superseded"})
_SPENT = frozenset({"reversed", "void"})


def may_be_posted_again(row: Posting) -> bool:
    """Whether a row was taken back by a person's undo, or is a later revision of one that was."""
    if not row.event or row.key.purpose != "post" or row.key.effect == "reverse":
        return False
    return row.status == "reversed" or (row.status == "void" and row.key.revision > 0)


def check_stands_alone(row: Posting, family: Sequence[Posting]) -> None:
    """That nothing else of the object stands in the row's place. Raises NotPossible.

    family: all rows of the object.
    """
    others = [
        other
        for other in family
        if other.key.purpose == "post" and not other.beside and other.status not in _ASIDE
    ]
    for other in others:
        if _is_same_event(other, row):
            continue
        if other.key.effect == "reverse":
            if other.status != "void" and _is_newer(other, row, or_equal=True):
                raise NotPossible(
                    f"{name_of(other)} took it back at the point of sale, and is {other.status}."
                )
        elif _is_newer(other, row, or_equal=other.status not in _SPENT):
            raise NotPossible(f"{name_of(other)} is newer, and is {other.status}: replay that one.")


def _is_same_event(other: Posting, row: Posting) -> bool:
    return replace(other.key, revision=0, part=0) == replace(row.key, revision=0, part=0)


def _is_newer(other: Posting, row: Posting, *, or_equal: bool) -> bool:
    try:
        above = compare(other.key.version, row.key.version)
    except Held as held:
        if other.status == "void":
            return False
        raise NotPossible(held.problem.text) from held
    return above > 0 or (or_equal and above == 0)


def post_again(
    row: Posting, family: Sequence[Posting], circumstances: Circumstances, who: Who, tools: Operator
) -> Posting:
    """The event's next revision, judged by what is in force now; ready or held. The row's own
    content is posted, which matters where it stood beside another. Raises NotPossible."""
    check_stands_alone(row, family)
    fresh = _next_revision(row, family, tools.clock())
    after = judge(fresh, fresh.financial_event(), circumstances, tools.clock(), tools.ledger)
    keep_action(row.key.connection, "replay", who, tools, target=after.id)
    if tools.ledger.put(after) == "conflict":
        raise NotPossible(f"{name_of(row)} was posted again with other content meanwhile.")
    return tools.ledger.get(after.key) or after


def _next_revision(row: Posting, family: Sequence[Posting], now: datetime) -> Posting:
    latest = max(
        other.key.revision
        for other in family
        if other.key.purpose == "post" and not other.beside and _is_same_event(other, row)
    )
    text = instant_text(now)
    return Posting(
        replace(row.key, revision=latest + 1), "received", row.source, row.kind, row.location,
        row.delivery, text, text, business_date=row.business_date, occurred_at=row.occurred_at,
        event=row.event, event_sha=row.event_sha, asked_at=text, mode=row.mode,
    )  # fmt: skip


def choose(
    row: Posting, family: Sequence[Posting], circumstances: Circumstances, who: Who, tools: Operator
) -> Posting:
    """Of two contents under one key, take the one that stood beside: the first must be void or
    taken back already. Raises NotPossible."""
    standing = [
        other
        for other in family
        if not other.beside and other.key.purpose == "post" and _is_same_event(other, row)
    ]
    first = max(standing, key=lambda other: other.key.revision, default=None)
    if first is None:
        raise NotPossible(
            "Another delivery came under this id before, and stands. Void this one, or have it "
            "sent again under an id of its own."
        )
    if first.status not in _SPENT:
        word = "undo" if first.status == "posted" else "void"
        raise NotPossible(f"The first content is {first.status}: {word} {name_of(first)} before.")
    after = post_again(row, family, circumstances, who, tools)
    tools.ledger.change(row, row.moved("superseded", tools.clock()))
    return after
