"""Versions and reversals: what may be sent now, and what has to come first.

Decided for each due row over all rows of its object, before anything is claimed. A newer version
takes the place of an older one; what was posted is reversed by an entry of its own first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from daybook.domain.closed_books import OPEN, Closing
from daybook.domain.day_report import ALREADY_SENT
from daybook.domain.document_kinds import entity_of
from daybook.domain.due import ObjectName
from daybook.domain.errors import Held
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.domain.reversal import same_in_books
from daybook.domain.status import Status
from daybook.domain.versions import compare
from daybook.workflows import party_turn, stock_entry
from daybook.workflows.closed_books import must_be_open, reversal_entry
from daybook.workflows.families import (
    Family,
    family_of,
    is_latest,
    is_unclear,
    is_unsent,
    leave_days,
    object_of,
)
from daybook.workflows.poster import Drained, Poster


def in_order(
    rows: Sequence[Posting],
    tools: Poster,
    drained: Drained,
    known: Mapping[ObjectName, Sequence[Posting]],
) -> list[Posting]:
    """Those of the ready rows that may be sent now; the others are settled or held here.

    At most one row of an object, for deciding changes others of it, and 30 in all.
    known: families that were read just now."""
    judged = {row.id: object_of(row) for row in rows if row.key.purpose in ("post", "update")}
    wanted = [one for one in judged.values() if one not in known]
    found = tools.ledger.of_objects(wanted) if wanted else []
    families = {**known, **dict(zip(wanted, found, strict=True))}
    by_id = {row_id: families[name] for row_id, name in judged.items()}
    gone = (_to_go(row, by_id.get(row.id, ()), tools, drained) for row in rows)
    return [row for row in gone if row is not None]


def _to_go(
    row: Posting, rows: Sequence[Posting], tools: Poster, drained: Drained
) -> Posting | None:
    """The row as it may be sent now, or None."""
    if party_turn.is_change(row):
        return party_turn.to_go(row, rows, tools, drained)
    return row if _may_go(row, rows, tools, drained) else None


def _may_go(row: Posting, rows: Sequence[Posting], tools: Poster, drained: Drained) -> bool:
    if row.key.purpose != "post":
        return True
    if not is_latest(row, rows):
        return False
    try:
        if stock_entry.is_stock(row):
            return _stock(row, rows, tools, drained)
        family = family_of(row, rows)
        if row.key.effect == "reverse":
            return _reverse(row, family, tools, drained)
        return _post(row, family, tools, drained)
    except Held as held:
        tools.ledger.change(row, row.held(held.problem, tools.clock(), row.counter))
        drained.add("held")
        return False


def _post(row: Posting, family: Family, tools: Poster, drained: Drained) -> bool:
    waiting = [other for other in family.reverses if other.status in ("held", "ready")]
    if waiting:
        # Reversed before it was sent. If nothing else was, the reverse has no more to do either.
        posts = (*family.older, *family.newer)
        sent = any(other.status == "posted" or is_unclear(other) for other in posts)
        if _finish([row], "void", tools, drained) and not sent:
            _finish(waiting, "void", tools, drained)
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
    if not _after_older(row, family, tools, drained):
        return False
    if not row.entry:
        # A version with nothing in it: what an older one posted is taken back, and that is all.
        _finish([row], "void", tools, drained)
        return False
    if not family.alone:
        must_be_open(row, tools.closing(row.key.connection))
    return True


def _after_older(row: Posting, family: Family, tools: Poster, drained: Drained) -> bool:
    older = family.stands
    posted = [other for other in older if other.status == "posted"]
    if posted and row.newer_version == "refuse":
        raise Held("already_sent", ALREADY_SENT)
    if any(
        _same_content(other, row) and stock_entry.same_stock(family, other) and _stays(other, tools)
        for other in posted
        if other in family.older
    ):
        _finish([row], "superseded", tools, drained)
        return False
    if posted and row.newer_version == "hold":
        raise Held(
            "conflict",
            f"Version {row.key.version} came after version {posted[-1].key.version} was posted, "
            "and the setting newer_version holds it.",
        )
    leave_days(row, older, tools.ledger, tools.clock())
    ended = _finish([other for other in older if is_unsent(other)], "superseded", tools, drained)
    if posted:
        must_be_open(row, tools.closing(row.key.connection))
    taken_back = [reverse_posted(other, tools, drained, beside=row) for other in posted]
    if not ended or not all(taken_back) or any(is_unclear(other) for other in older):
        raise Held("waits_for_prior", "An earlier version must be settled in QuickBooks first.")
    return True


def _reverse(row: Posting, family: Family, tools: Poster, drained: Drained) -> bool:
    older = family.stands
    if family.newer:
        _finish([row], "superseded", tools, drained)
        return False
    if not family.known:
        raise Held("original_unknown", "Nothing of this object has arrived to be reversed.")
    day = date.fromisoformat(row.business_date)
    done = [reverse_posted(one, tools, drained, day) for one in older if one.status == "posted"]
    settled = all(done) and not any(is_unclear(other) for other in older)
    unsent = [other for other in older if is_unsent(other)]
    if not settled or not _finish(unsent, "void", tools, drained):
        raise Held("waits_for_prior", "What it reverses must be settled in QuickBooks first.")
    taken_back = [other for other in family.older if other.status in ("posted", "reversed")]
    if taken_back:
        reversal = tools.ledger.get(taken_back[-1].key.reversal())
        qbo_id = reversal.qbo_id if reversal else ""
        tools.ledger.change(row, row.moved("posted", tools.clock(), qbo_id=qbo_id))
        drained.add("reversed")
    else:
        _finish([row], "void", tools, drained)
    return False


def reverse_posted(
    original: Posting,
    tools: Poster,
    drained: Drained,
    txn_date: date | None = None,
    beside: Posting | None = None,
) -> bool:
    """Put the posting that takes a posted one back, if it is not there: mirrored, never remapped.

    txn_date: the date of a reversing event; a replaced entry is reversed on its own date.
    beside: the row that takes its place. Both only as far as the books are open: raises Held.
    Whether it is in the books already: then only the original was left to be marked.
    """
    there = tools.ledger.get(original.key.reversal())
    if there:
        if there.status == "posted":
            mark_reversed(there, tools, drained)
        return there.status == "posted"
    closing = tools.closing(original.key.connection)
    row = reversal_row(original, tools.clock(), closing, txn_date=txn_date, beside=beside)
    if tools.ledger.put(row) == "created":
        drained.woken.append(row)
    drained.add("reversals")
    return False


def reversal_row(
    original: Posting,
    now: datetime,
    closing: Closing = OPEN,
    *,
    txn_date: date | None = None,
    beside: Posting | None = None,
) -> Posting:
    """The posting that takes a posted one back, ready to be sent; txn_date: its own by default.

    Its business date stays that day where closed books move it. Raises Held `period_closed`.
    """
    mirrored = reversal_entry(original, closing, day=txn_date, beside=beside)
    day = txn_date or original.transaction().txn_date
    body = mirrored.to_json()
    text = instant_text(now)
    row = Posting(
        original.key.reversal(), "received", original.source, original.kind, original.location,
        original.delivery, text, text, realm=original.realm,
        business_date=day.isoformat(), occurred_at=original.occurred_at,
        event_sha=content_sha(body), entry=body, entry_id=mirrored.entry_id,
        entity=entity_of(mirrored),
        mapping_version=original.mapping_version,
        counter=original.mapping_version + closing.version,
    )  # fmt: skip
    return row.moved("ready", now)


def after_posted(row: Posting, tools: Poster, drained: Drained) -> None:
    """What waited for this row may go on: its successors are ready.

    Should the worker die before this is done, the sweeper makes what waits ready, and deciding
    its order does the rest."""
    if row.key.purpose == "create":
        drained.created.append(row)
        if not any("uncertain" in move for move in row.moves):
            # No change of it has come to wait: it was answered at once.
            return
    drained.woken += wake(row, tools)


def mark_reversed(reversal: Posting, tools: Poster, drained: Drained) -> None:
    """The original of a reversal that is in the books is reversed.

    Written before the reversal is called posted: should the worker die in between, the reversal
    settles like any that was sent, and this is done again. Else nothing would look at it again."""
    original = tools.ledger.get(replace(reversal.key, purpose="post"))
    if original and original.status == "posted":
        tools.ledger.change(original, original.moved("reversed", tools.clock()))
        drained.add("originals_reversed")


def wake(row: Posting, tools: Poster) -> list[Posting]:
    """The rows of the same object that waited for this one, which are judged again."""
    woken = []
    for other in tools.ledger.of_object(*object_of(row)):
        # What is posted with its day is judged again by the sweeper.
        waits = other.status == "held" and other.reason == "waits_for_prior"
        if waits and other.mode != "day_summary":
            after = other.moved("ready", tools.clock())
            if tools.ledger.change(other, after):
                woken.append(after)
    return woken


def _stock(row: Posting, rows: Sequence[Posting], tools: Poster, drained: Drained) -> bool:
    """Whether the stock entry beside a document may be sent. Raises Held."""
    if (ending := stock_entry.ending(row, rows)) is not None:
        _finish([row], ending, tools, drained)
        return False
    must_be_open(row, tools.closing(row.key.connection))
    return True


def can_go_on(row: Posting, family: Sequence[Posting]) -> bool:
    """Whether what a held row waits for among the rows of its object has come or is settled."""
    if stock_entry.is_stock(row):
        return row.reason == "waits_for_prior" and stock_entry.can_go_on(row, family)
    if party_turn.is_change(row):
        return row.reason == "waits_for_prior" and party_turn.can_go_on(row, family)
    others = [other for other in family if other.key != row.key and not other.beside]
    if row.reason == "original_unknown":
        return any(other.key.effect != "reverse" for other in others)
    if row.reason != "waits_for_prior":
        return False
    settled = {"posted", "reversed", "accumulated"}
    reversals = [other for other in others if other.key.purpose == "reverse"]
    return not any(is_unclear(other) for other in others) and all(
        other.status in settled for other in reversals
    )


def _stays(posted: Posting, tools: Poster) -> bool:
    """Whether no reversal is on its way that will take a posted row back."""
    return tools.ledger.get(posted.key.reversal()) is None


def _same_content(posted: Posting, row: Posting) -> bool:
    """Whether a newer version would post just what is posted: then there is nothing to do."""
    if not posted.entry or not row.entry:
        return False
    same_day = posted.business_date == row.business_date
    return same_in_books(posted.transaction(), row.transaction(), same_day=same_day)


def _finish(rows: Sequence[Posting], status: Status, tools: Poster, drained: Drained) -> bool:
    """Whether all of them ended so: none was moved on by another worker since it was read."""
    now = tools.clock()
    done = [tools.ledger.change(row, row.moved(status, now)) for row in rows]
    if any(done):
        drained.add(status, sum(done))
    return all(done)
