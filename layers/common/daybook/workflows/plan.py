"""Which rows go together in one batch request, and under which request id.

A request id names its planned members in order, so a batch that goes again goes as it was: a row
that was sent stays in its group and its place, and a new row never joins.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from daybook.domain.document_kinds import CREATIONS
from daybook.domain.identity import request_id
from daybook.domain.posting import Posting

# Limits of one batch request: 30 items is Intuit's own advice
# (https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles); lines and bytes
# are ours, so that a request stays well below the 120 s at which Intuit cuts it off.
MAX_ITEMS = 30
MAX_LINES = 1_000
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Planned:
    """One row with its place in a request."""

    row: Posting
    b_id: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one realm that are sent in one request."""

    request_id: str
    members: tuple[Planned, ...]


def next_batch(ready: Sequence[Posting], most: int = MAX_ITEMS) -> Batch | None:
    """The next request: a group that was throttled first, else new rows in their order.

    A row that counts a fault without a request was in one that was refused as a whole: it goes
    alone, so that the one that is to blame is found.
    """
    again = [row for row in ready if row.request_id]
    if again:
        return regroup(again)[0]
    in_order = sorted(ready, key=lambda row: row.order)
    if in_order and in_order[0].faults:
        fresh = in_order[:1]
    else:
        together = [row for row in in_order if not row.faults]
        fresh = _within_limits(together, min(most, MAX_ITEMS))
    if not fresh:
        return None
    identity = request_id((row.entry_id, row.generation) for row in fresh)
    members = tuple(Planned(row, str(place)) for place, row in enumerate(fresh, 1))
    return Batch(identity, members)


def regroup(sent: Sequence[Posting]) -> list[Batch]:
    """Rows that were sent before, by the request they were sent in, with their places kept."""
    groups: dict[str, list[Posting]] = {}
    for row in sent:
        groups.setdefault(row.request_id, []).append(row)
    return [
        Batch(
            identity,
            tuple(Planned(row, row.b_id) for row in sorted(rows, key=lambda row: int(row.b_id))),
        )
        for identity, rows in groups.items()
    ]


def _within_limits(rows: Sequence[Posting], most: int) -> list[Posting]:
    chosen: list[Posting] = []
    lines = size = 0
    for row in rows:
        row_lines = 1 if row.entity in CREATIONS else len(row.transaction().lines)
        # A line is about as long in the ledger as on the wire; the rest of an entry is small.
        row_bytes = 2 * len(row.entry) + 1_000
        full = lines + row_lines > MAX_LINES or size + row_bytes > MAX_BYTES
        if len(chosen) == most or (chosen and full):
            break
        chosen.append(row)
        lines, size = lines + row_lines, size + row_bytes
    return chosen
