"""The rows of one object, sorted by what they are to one of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from daybook.domain.errors import Held
from daybook.domain.posting import Posting
from daybook.domain.versions import compare
from daybook.workflows.ports import Ledger

# Held rows of which QuickBooks may already have something.
_UNCLEAR_REASONS = frozenset({"outcome_unknown", "double_in_qbo"})
# No matter for the books, whatever its version.
_KEPT_OUT = frozenset({"ignored", "not_started"})
_SPENT = _KEPT_OUT | {"void", "superseded"}
# Of an event's posting, the journal entry of its stock, which stands beside its document.
STOCK_PART = 1


class Family(NamedTuple):
    """A row and the other rows of its object, sorted by what they are to it.

    older: posts that still matter. known: whether any post is as old or older, of any status.
    newer: what overtakes the row. reverses: reversing events of its version or a newer one.
    alone: no other row but of the parties that it needed.
    beside: the row's own stock entry; besides: those of older versions that still matter.
    """

    older: tuple[Posting, ...]
    known: bool
    newer: tuple[Posting, ...]
    reverses: tuple[Posting, ...]
    alone: bool = True
    beside: Posting | None = None
    besides: tuple[Posting, ...] = ()

    @property
    def stands(self) -> tuple[Posting, ...]:
        """All that older versions posted, or may still post."""
        return (*self.older, *self.besides)


def object_of(row: Posting) -> tuple[str, str, str]:
    """The object of the point of sale that a row belongs to: connection, type, id."""
    return row.key.connection, row.key.object_type, row.key.object_id


def family_of(row: Posting, rows: Sequence[Posting]) -> Family:
    """A row among all rows of its object. Raises Held for versions that have no order.

    Parts of one posting are no versions of each other: a row is compared with its own part.
    """
    key = row.key
    own = [other for other in rows if not other.beside and other.key.purpose == "post"]
    others = [other for other in own if other.key != key and other.key.part == key.part]
    stocks = [other for other in own if other.key.part == STOCK_PART != key.part]
    posts = [other for other in others if other.key.effect != "reverse"]
    # What is posted again was asked for by a person, who knows of versions that never stood.
    aside = _KEPT_OUT | {"superseded"} if key.revision else _KEPT_OUT
    counted = [other for other in posts if other.status not in aside]
    older = [other for other in posts if _before(other, row)]
    reverses = [other for other in others if other.key.effect == "reverse"]
    before = {other.key for other in older}
    return Family(
        older=tuple(other for other in older if other.status not in _SPENT),
        known=bool(older),
        newer=tuple(other for other in counted if not _before(other, row)),
        reverses=tuple(one for one in reverses if _compared(one, row) >= 0),
        alone=all(
            one.key == key
            for one in rows
            if one.key.purpose != "create" and one.key.part == key.part
        ),
        beside=next((one for one in stocks if one.key == replace(key, part=STOCK_PART)), None),
        besides=tuple(
            one
            for one in stocks
            if replace(one.key, part=key.part) in before and one.status not in _SPENT
        ),
    )


def _compared(other: Posting, row: Posting) -> int:
    """How their versions compare. What was voided counts as older where that cannot be told: so a
    person chooses between the two. Raises Held `conflict`."""
    try:
        return compare(other.key.version, row.key.version)
    except Held:
        if other.status != "void":
            raise
        return -1


def _before(other: Posting, row: Posting) -> bool:
    """Whether the other is the older: by version; of two effects of one version, by arrival."""
    by_version = _compared(other, row)
    if row.key.effect == "reverse":
        return by_version <= 0
    return by_version < 0 or (by_version == 0 and other.created_at <= row.created_at)


def is_latest(row: Posting, rows: Sequence[Posting]) -> bool:
    """Whether nobody has moved a row on since it was read: else it is not the one to be judged."""
    own = (row.key, row.beside, row.number)
    return any((one.key, one.beside, one.number) == own for one in rows)


def leave_days(row: Posting, older: Sequence[Posting], ledger: Ledger, now: datetime) -> None:
    """What older versions have in days is taken back. Who put the row did so, unless it went by the
    mapping of just before its location went over to days."""
    if any(other.status == "accumulated" for other in older):
        from daybook.workflows.take_back import settle  # noqa: PLC0415 -- of days alone

        settle(row, ledger, now)


def is_unsent(row: Posting) -> bool:
    """Whether QuickBooks has nothing of a row, which may still be sent."""
    return row.status in ("ready", "held", "failed") and not is_unclear(row)


def is_unclear(row: Posting) -> bool:
    """Whether QuickBooks may have something of a row, as far as the ledger knows."""
    if row.status == "held":
        return row.reason in _UNCLEAR_REASONS
    return row.status in ("sending", "uncertain")
