"""What a drain has read of a company's due rows and not sent yet.

The rows are read a window at a time, and each is judged once, just before it is sent.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from daybook.domain.due import Due, ObjectName
from daybook.domain.posting import Posting, instant_text
from daybook.workflows.families import object_of
from daybook.workflows.plan import MAX_ITEMS, Batch, Planned, regroup
from daybook.workflows.poster import Poster

DUE_AT_ONCE = 120
# How far to look where all that was found has to settle first: a window full of unclear rows does
# not keep those behind it waiting.
_WINDOWS = (DUE_AT_ONCE, 4 * DUE_AT_ONCE, 16 * DUE_AT_ONCE)


@dataclass(slots=True)
class Window:
    """ready: rows to be judged, decided: judged and free to go, both by id. groups: what was
    unclear and has settled, by the request it was sent in. more: whether the ledger may have more.
    families: of objects that were read just now, and of which nothing was written since.
    """

    realm: str
    hint: tuple[str, ...] = ()
    ready: dict[str, Posting] = field(default_factory=dict)
    decided: dict[str, Posting] = field(default_factory=dict)
    groups: list[Batch] = field(default_factory=list)
    more: bool = True
    families: dict[ObjectName, list[Posting]] = field(default_factory=dict)

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left to be done with it, and no more to be read."""
        return not (self.more or self.ready or self.decided or self.groups)

    def is_low(self) -> bool:
        """Whether it does not fill the next request, and there may be more."""
        return self.more and len(self.ready) + len(self.decided) < MAX_ITEMS

    def read(self, flying: Collection[str], tools: Poster) -> None:
        """Read what is due and not in flight (ids), by the index and by what rang."""
        seen = _look(self.realm, self.hint, flying, tools)
        due, self.more = seen.rows, seen.more
        self.hint = ()
        for row in due:
            self._take(row)
        settled = _settled_before(tools)
        unclear = [row for row in due if row.status != "ready" and row.sent_at <= settled]
        self.groups = regroup(unclear)
        self.families = {} if self.groups else seen.families

    def known(self) -> Mapping[ObjectName, list[Posting]]:
        """The families that need not be read again; only once, for deciding writes."""
        known, self.families = self.families, {}
        return known

    def take_in(self, woken: list[Posting]) -> None:
        """Rows that the drain itself made ready; the list is emptied."""
        for row in woken:
            if row.realm == self.realm:
                self._take(row)
        woken.clear()

    def _take(self, row: Posting) -> None:
        decided = self.decided.get(row.id)
        if decided and decided.number == row.number:
            return
        self.decided.pop(row.id, None)
        self.ready.pop(row.id, None)
        if row.status == "ready":
            self.ready[row.id] = row

    def pick(self, busy: Collection[ObjectName]) -> list[Posting]:
        """Rows to judge for the next request, each of another object than those that are busy or
        decided: what one request makes of an object decides what may follow."""
        taken = {*busy, *map(object_of, self.decided.values())}
        picked: list[Posting] = []
        for row in sorted(self.ready.values(), key=lambda row: (not row.request_id, row.order)):
            if len(picked) + len(self.decided) >= MAX_ITEMS:
                break
            if object_of(row) not in taken:
                taken.add(object_of(row))
                picked.append(row)
        for row in picked:
            del self.ready[row.id]
        return picked

    def decide(self, rows: Sequence[Posting]) -> None:
        """These were judged and may go."""
        self.decided.update((row.id, row) for row in rows)

    def remove(self, members: Sequence[Planned]) -> None:
        """These are being sent."""
        for planned in members:
            self.decided.pop(planned.row.id, None)


def _look(realm: str, hint: Sequence[str], flying: Collection[str], tools: Poster) -> Due:
    """What is due or hinted and not in flight, and whether there may be more of it."""
    settled = _settled_before(tools)
    due = Due([])
    for rows in _WINDOWS:
        due = tools.ledger.look(realm, rows, hint, flying)
        acts = (row.status == "ready" or row.sent_at <= settled for row in due.rows)
        if not due.more or any(acts):
            return due
    return replace(due, more=False)


def _settled_before(tools: Poster) -> str:
    return instant_text(tools.clock() - timedelta(seconds=tools.settle_seconds))
