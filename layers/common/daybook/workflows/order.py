"""Versions and reversals: what may be sent now, and what has to come first.

Decided for each due row over all rows of its object, before anything is claimed. A newer version
takes the place of an older one; what was posted is reversed by an entry of its own first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from daybook.domain.errors import Held
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.domain.reversal import reversal_of, same_in_books
from daybook.domain.status import Status
from daybook.domain.versions import compare
from daybook.workflows.poster import Drained, Poster

# Held rows of which QuickBooks may already have something.
_UNCLEAR_REASONS = frozenset({"outcome_unknown", "double_in_qbo"})
_DONE = frozenset({"void", "ignored", "superseded", "not_started"})


@dataclass(frozen=True, slots=True)
class Family:
    """A row and the other rows of its object that still matter, sorted by what they are to it."""

    older: tuple[Posting, ...]
    newer: tuple[Posting, ...]
    reverses: tuple[Posting, ...]


def in_order(rows: Sequence[Posting], tools: Poster, drained: Drained) -> list[Posting]:
    """Those of the ready rows that may be sent now; the others are settled or held here."""
    return [row for row in rows if _may_go(row, tools, drained)]


def _may_go(row: Posting, tools: Poster, drained: Drained) -> bool:
    if row.key.purpose == "reverse":
        return True
    try:
        family = _family(row, tools)
        if row.key.effect == "reverse":
            return _reverse(row, family, tools, drained)
        return _post(row, family, tools, drained)
    except Held as held:
        tools.ledger.change(row, row.held(held.problem, tools.clock()))
        drained.add("held")
        return False


def _family(row: Posting, tools: Poster) -> Family:
    key = row.key
    others = [
        other
        for other in tools.ledger.of_object(key.connection, key.object_type, key.object_id)
        if other.key != key
        and not other.beside
        and other.key.purpose == "post"
        and other.status not in _DONE
    ]
    posts = [other for other in others if other.key.effect != "reverse"]
    return Family(
        older=tuple(other for other in posts if _before(other, row)),
        newer=tuple(other for other in posts if not _before(other, row)),
        reverses=tuple(
            other
            for other in others
            if other.key.effect == "reverse" and compare(other.key.version, key.version) >= 0
        ),
    )


def _before(other: Posting, row: Posting) -> bool:
    """Whether the other is the older: by version; of two effects of one version, by arrival."""
    by_version = compare(other.key.version, row.key.version)
    if row.key.effect == "reverse":
        return by_version <= 0
    return by_version < 0 or (by_version == 0 and other.created_at <= row.created_at)


def _post(row: Posting, family: Family, tools: Poster, drained: Drained) -> bool:
    waiting = [other for other in family.reverses if other.status in ("held", "ready")]
    if waiting:
        # Reversed before anything was sent: neither leaves a trace in the books.
        _finish([row, *waiting], "void", tools, drained)
        return False
    same_version = any(
        compare(other.key.version, row.key.version) == 0 and other.status != "reversed"
        for other in family.older
    )
    if family.newer or same_version:
        _finish([row], "superseded", tools, drained)
        return False
    return _after_older(row, family.older, tools, drained)


def _after_older(row: Posting, older: Sequence[Posting], tools: Poster, drained: Drained) -> bool:
    posted = [other for other in older if other.status == "posted"]
    if any(_same_content(other, row) for other in posted):
        _finish([row], "superseded", tools, drained)
        return False
    _finish([other for other in older if _unsent(other)], "superseded", tools, drained)
    if posted or any(_unclear(other) for other in older):
        for other in posted:
            reverse_posted(other, tools, drained)
        raise Held("waits_for_prior", "An earlier version must be settled in QuickBooks first.")
    return True


def _reverse(row: Posting, family: Family, tools: Poster, drained: Drained) -> bool:
    older = family.older
    if not older:
        raise Held("original_unknown", "Nothing of this object has arrived to be reversed.")
    posted = [other for other in older if other.status == "posted"]
    if posted or any(_unclear(other) for other in older):
        for other in posted:
            reverse_posted(other, tools, drained, date.fromisoformat(row.business_date))
        raise Held("waits_for_prior", "What it reverses must be settled in QuickBooks first.")
    _finish([other for other in older if _unsent(other)], "void", tools, drained)
    taken_back = [other for other in older if other.status == "reversed"]
    if taken_back:
        reversal = tools.ledger.get(taken_back[-1].key.reversal())
        qbo_id = reversal.qbo_id if reversal else ""
        after = row.moved("posted", tools.clock(), qbo_id=qbo_id)
        tools.ledger.change(row, after)
        drained.add("reversed")
    else:
        _finish([row], "void", tools, drained)
    return False


def reverse_posted(
    original: Posting, tools: Poster, drained: Drained, txn_date: date | None = None
) -> None:
    """Put the posting that takes a posted one back, if it is not there: mirrored, never remapped.

    txn_date: the date of a reversing event; a replaced entry is reversed on its own date.
    """
    key = original.key.reversal()
    mirrored = reversal_of(original.journal(), original.realm, original.key, txn_date)
    now = tools.clock()
    body = mirrored.to_json()
    text = instant_text(now)
    row = Posting(
        key, "received", original.source, original.kind, original.location, original.delivery,
        text, text, realm=original.realm, business_date=mirrored.txn_date.isoformat(),
        occurred_at=original.occurred_at, event_sha=content_sha(body), entry=body,
        entry_id=mirrored.entry_id, mapping_version=original.mapping_version,
    )  # fmt: skip
    tools.ledger.put(row.moved("ready", now))
    drained.add("reversals")


def after_posted(row: Posting, tools: Poster, drained: Drained) -> None:
    """What waited for this row may go on: its original is reversed, its successors are ready."""
    if row.key.purpose == "reverse":
        original = tools.ledger.get(_original_key(row))
        if original and original.status == "posted":
            tools.ledger.change(original, original.moved("reversed", tools.clock()))
            drained.add("originals_reversed")
    elif row.fence <= 1:
        # Sent once and answered at once: nobody can have come to wait for it.
        return
    wake(row, tools)


def wake(row: Posting, tools: Poster) -> None:
    """The rows of the same object that waited for this one are judged again."""
    key = row.key
    for other in tools.ledger.of_object(key.connection, key.object_type, key.object_id):
        if other.status == "held" and other.reason == "waits_for_prior":
            tools.ledger.change(other, other.moved("ready", tools.clock()))


def _original_key(row: Posting) -> PostingKey:
    return replace(row.key, purpose="post")


def _unsent(row: Posting) -> bool:
    return row.status in ("ready", "held", "failed") and not _unclear(row)


def _unclear(row: Posting) -> bool:
    if row.status == "held":
        return row.reason in _UNCLEAR_REASONS
    return row.status in ("sending", "uncertain")


def _same_content(posted: Posting, row: Posting) -> bool:
    """Whether a newer version would post just what is posted: then there is nothing to do."""
    return bool(posted.entry and row.entry) and same_in_books(posted.journal(), row.journal())


def _finish(rows: Sequence[Posting], status: Status, tools: Poster, drained: Drained) -> None:
    now = tools.clock()
    for row in rows:
        if tools.ledger.change(row, row.moved(status, now)):
            drained.add(status)
