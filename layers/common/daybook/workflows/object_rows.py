"""The rows of one object as days see them: which are posts, and in which order they came."""

from collections.abc import Sequence
from functools import cmp_to_key

from daybook.domain.posting import Posting
from daybook.domain.versions import compare
from daybook.workflows.ports import Ledger

# What counts for the books, or will.
LIVE = frozenset({"accumulated", "ready", "sending", "uncertain", "posted"})
# No matter for the books, whatever its version.
KEPT_OUT = frozenset({"ignored", "not_started"})
SPENT = KEPT_OUT | {"void", "superseded"}


def has_reversal(row: Posting, rows: Sequence[Posting]) -> bool:
    """Whether a row was taken back and then held: both have to be in lists, or neither is."""
    return any(one.key == row.key.reversal() and one.status == "accumulated" for one in rows)


def is_post(row: Posting) -> bool:
    """Whether a row is what an event posts: no reversal, and not beside another content."""
    return row.key.purpose == "post" and row.key.effect != "reverse" and not row.beside


def of_object(row: Posting, ledger: Ledger) -> list[Posting]:
    """Every row of a row's object, strongly consistent."""
    key = row.key
    return ledger.of_object(key.connection, key.object_type, key.object_id)


def others_of(row: Posting, ledger: Ledger) -> list[Posting]:
    """The other rows of the object that events made, the oldest version first. Raises Held."""
    found = [
        one
        for one in of_object(row, ledger)
        if one.key != row.key and not one.beside and one.key.purpose in ("post", "reverse")
    ]
    return by_version(found)


def by_version(rows: Sequence[Posting]) -> list[Posting]:
    """The oldest version first; of one version by arrival. Raises Held where none is the older."""
    by_arrival = sorted(rows, key=lambda one: (one.created_at, one.id))
    return sorted(by_arrival, key=cmp_to_key(_compared))


def _compared(one: Posting, other: Posting) -> int:
    return compare(one.key.version, other.key.version)


def is_newer(other: Posting, row: Posting) -> bool:
    """Whether the other is the newer: by version; of two effects of one version, by arrival."""
    by_version = compare(other.key.version, row.key.version)
    arrival = (other.created_at, other.id) > (row.created_at, row.id)
    return by_version > 0 or (by_version == 0 and other.key != row.key and arrival)
