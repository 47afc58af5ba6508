"""Versions and reversals: what may be sent now, and what has to come first.

Decided for each due row over all rows of its object, before anything is claimed. A newer version
takes the place of an older one; what was posted is reversed by an entry of its own first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from daybook.domain.errors import Held
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.domain.reversal import reversal_of, same_in_books
from daybook.domain.status import Status
from daybook.domain.versions import compare
from daybook.workflows.poster import Drained, Poster

# Held rows of which QuickBooks may already have something.
_UNCLEAR_REASONS = frozenset({"outcome_unknown", "double_in_qbo"})
# No matter for the books, whatever its version.
_KEPT_OUT = frozenset({"ignored", "not_started"})
_SPENT = _KEPT_OUT | {"void", "superseded"}


@dataclass(frozen=True, slots=True)
class Family:
    """A row and the other rows of its object, sorted by what they are to it.

    older: posts that still matter. known: whether any post is as old or older, of any status.
    newer: what overtakes the row. reverses: reversing events of its version or a newer one.
    """

    older: tuple[Posting, ...]
    known: bool
    newer: tuple[Posting, ...]
    reverses: tuple[Posting, ...]


def in_order(rows: Sequence[Posting], tools: Poster, drained: Drained) -> list[Posting]:
    """Those of the ready rows that may be sent now; the others are settled or held here."""
    return [row for row in rows if _may_go(row, tools, drained)]


def _may_go(row: Posting, tools: Poster, drained: Drained) -> bool:
    if row.key.purpose != "post":
        return True
    try:
        family = _family(row, tools)
        if row.key.effect == "reverse":
            return _reverse(row, family, tools, drained)
        return _post(row, family, tools, drained)
    except Held as held:
        tools.ledger.change(row, row.held(held.problem, tools.clock(), row.counter))
        drained.add("held")
        return False


def _family(row: Posting, tools: Poster) -> Family:
    key = row.key
    others = [
        other
        for other in tools.ledger.of_object(key.connection, key.object_type, key.object_id)
        if other.key != key and not other.beside and other.key.purpose == "post"
    ]
    posts = [other for other in others if other.key.effect != "reverse"]
    counted = [other for other in posts if other.status not in _KEPT_OUT]
    older = [other for other in posts if _before(other, row)]
    reverses = [other for other in others if other.key.effect == "reverse"]
    return Family(
        older=tuple(other for other in older if other.status not in _SPENT),
        known=bool(older),
        newer=tuple(other for other in counted if not _before(other, row)),
        reverses=tuple(one for one in reverses if compare(one.key.version, key.version) >= 0),
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
        # Reversed before it was sent. If nothing else was, the reverse has no more to do either.
        posts = (*family.older, *family.newer)
        sent = any(other.status == "posted" or _unclear(other) for other in posts)
        _finish([row] if sent else [row, *waiting], "void", tools, drained)
        return False
    same_version = any(
        compare(other.key.version, row.key.version) == 0 and other.status != "reversed"
        for other in family.older
    )
    taken_back_since = any(
        compare(other.key.version, row.key.version) > 0 for other in family.reverses
    )
    if family.newer or same_version or taken_back_since:
        _finish([row], "superseded", tools, drained)
        return False
    if not _after_older(row, family.older, tools, drained):
        return False
    if not row.entry:
        # A version with nothing in it: what an older one posted is taken back, and that is all.
        _finish([row], "void", tools, drained)
        return False
    return True


def _after_older(row: Posting, older: Sequence[Posting], tools: Poster, drained: Drained) -> bool:
    posted = [other for other in older if other.status == "posted"]
    if any(_same_content(other, row) and _stays(other, tools) for other in posted):
        _finish([row], "superseded", tools, drained)
        return False
    if posted and row.newer_version == "hold":
        raise Held(
            "conflict",
            f"Version {row.key.version} came after version {posted[-1].key.version} was posted, "
            "and the setting newer_version holds it.",
        )
    _finish([other for other in older if _unsent(other)], "superseded", tools, drained)
    taken_back = [reverse_posted(other, tools, drained) for other in posted]
    if not all(taken_back) or any(_unclear(other) for other in older):
        raise Held("waits_for_prior", "An earlier version must be settled in QuickBooks first.")
    return True


def _reverse(row: Posting, family: Family, tools: Poster, drained: Drained) -> bool:
    older = family.older
    if family.newer:
        _finish([row], "superseded", tools, drained)
        return False
    if not family.known:
        raise Held("original_unknown", "Nothing of this object has arrived to be reversed.")
    day = date.fromisoformat(row.business_date)
    posted = [other for other in older if other.status == "posted"]
    done = [reverse_posted(other, tools, drained, day) for other in posted]
    if not all(done) or any(_unclear(other) for other in older):
        raise Held("waits_for_prior", "What it reverses must be settled in QuickBooks first.")
    _finish([other for other in older if _unsent(other)], "void", tools, drained)
    taken_back = [other for other in older if other.status in ("posted", "reversed")]
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
) -> bool:
    """Put the posting that takes a posted one back, if it is not there: mirrored, never remapped.

    txn_date: the date of a reversing event; a replaced entry is reversed on its own date.
    Whether it is in the books already: then only the original was left to be marked.
    """
    key = original.key.reversal()
    there = tools.ledger.get(key)
    if there:
        if there.status == "posted":
            _mark_reversed(there, tools, drained)
        return there.status == "posted"
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
    return False


def after_posted(row: Posting, tools: Poster, drained: Drained) -> None:
    """What waited for this row may go on: its original is reversed, its successors are ready.

    Should the worker die before this is done, the sweeper makes what waits ready, and deciding
    its order does the rest."""
    if row.key.purpose == "create":
        drained.created.append(row)
        return
    if row.key.purpose == "reverse":
        _mark_reversed(row, tools, drained)
    wake(row, tools)


def _mark_reversed(reversal: Posting, tools: Poster, drained: Drained) -> None:
    original = tools.ledger.get(replace(reversal.key, purpose="post"))
    if original and original.status == "posted":
        tools.ledger.change(original, original.moved("reversed", tools.clock()))
        drained.add("originals_reversed")


def wake(row: Posting, tools: Poster) -> None:
    """The rows of the same object that waited for this one are judged again."""
    key = row.key
    for other in tools.ledger.of_object(key.connection, key.object_type, key.object_id):
        if other.status == "held" and other.reason == "waits_for_prior":
            tools.ledger.change(other, other.moved("ready", tools.clock()))


def can_go_on(row: Posting, family: Sequence[Posting]) -> bool:
    """Whether what a held row waits for among the rows of its object has come or is settled."""
    others = [other for other in family if other.key != row.key and not other.beside]
    if row.reason == "original_unknown":
        return any(other.key.effect != "reverse" for other in others)
    if row.reason != "waits_for_prior":
        return False
    settled = {"posted", "reversed"}
    reversals = [other for other in others if other.key.purpose == "reverse"]
    return not any(_unclear(other) for other in others) and all(
        other.status in settled for other in reversals
    )


def _unsent(row: Posting) -> bool:
    return row.status in ("ready", "held", "failed") and not _unclear(row)


def _unclear(row: Posting) -> bool:
    if row.status == "held":
        return row.reason in _UNCLEAR_REASONS
    return row.status in ("sending", "uncertain")


def _stays(posted: Posting, tools: Poster) -> bool:
    """Whether no reversal is on its way that will take a posted row back."""
    return tools.ledger.get(posted.key.reversal()) is None


def _same_content(posted: Posting, row: Posting) -> bool:
    """Whether a newer version would post just what is posted: then there is nothing to do."""
    return bool(posted.entry and row.entry) and same_in_books(posted.journal(), row.journal())


def _finish(rows: Sequence[Posting], status: Status, tools: Poster, drained: Drained) -> None:
    now = tools.clock()
    for row in rows:
        if tools.ledger.change(row, row.moved(status, now)):
            drained.add(status)
