"""The reads of a proof over the fake company."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from daybook.domain.document_kinds import Entity
from daybook.domain.found import FoundTransaction, kind_of
from daybook.domain.identity import read_marker
from daybook.domain.outcome import Outcome, ProbeFailed
from daybook.domain.proof import Changes
from daybook.workflows.prover import JOURNALS
from tests.fakes.books import Committed, FakeBooks
from tests.fakes.clock import START


@dataclass(frozen=True, slots=True)
class Shown:
    """What a read may show: since when it is as it is, and the entry it comes from."""

    there: FoundTransaction
    at: datetime
    entry: Committed | None = None


class FakeAudit:
    """`prover.AuditedBooks`. most_changes: so many objects are told at once. failing: how many
    reads fail next. shown: what queries and change data capture show; reads by id show all."""

    def __init__(self, books: FakeBooks, most_changes: int = 1_000) -> None:
        self.reads = 0
        self.failing = 0
        self.most_changes = most_changes
        self.shown: Callable[[Committed], bool] = lambda _entry: True
        self._books = books

    def entries_dated(
        self, first: str, last: str, kinds: Sequence[Entity] = JOURNALS
    ) -> Sequence[FoundTransaction]:
        """Daybook's entries of these dates."""
        return self._own(self._query(lambda one: first <= one.there.txn_date <= last, kinds))

    def entries_by_id(
        self, ids: Sequence[str], kind: Entity = "JournalEntry"
    ) -> Sequence[FoundTransaction]:
        """Those of the entries that are there."""
        found: list[FoundTransaction] = []
        for start in range(0, len(ids), 100):
            several = set(ids[start : start + 100])
            rows = self._query(lambda one, ids=several: one.there.qbo_id in ids, [kind])  # type: ignore[misc]
            found += [one.there for one in rows]
        return found

    def entry(self, qbo_id: str, kind: Entity = "JournalEntry") -> FoundTransaction | None:
        """One entry as it is now."""
        self._read()
        there = (one.there for one in self._all(kind) if one.there.qbo_id == qbo_id)
        return next(there, None)

    def changed_since(self, since: datetime, kinds: Sequence[Entity] = JOURNALS) -> Changes:
        """What changed, as far as it is told at once."""
        live = self._query(lambda one: one.at >= since, kinds, reads=1)
        deleted = [one for one, at in self._books.deleted.items() if at >= since]
        left = max(0, self.most_changes - len(live))
        return Changes(
            tuple(self._own(live[: self.most_changes])),
            frozenset(deleted[:left]),
            len(live) + len(deleted) < self.most_changes,
        )

    def touched_since(
        self, since: datetime, kinds: Sequence[Entity] = JOURNALS
    ) -> Sequence[FoundTransaction]:
        """The entries made or changed since an instant."""
        return self._own(self._query(lambda one: one.at >= since, kinds))

    def _query(
        self, wanted: Callable[[Shown], bool], kinds: Sequence[Entity], reads: int = 0
    ) -> list[Shown]:
        for _ in range(reads or len(kinds)):
            self._read()
        return [
            one
            for kind in kinds
            for one in self._all(kind)
            if (one.entry is None or self.shown(one.entry)) and wanted(one)
        ]

    def _all(self, kind: Entity) -> list[Shown]:
        books = self._books
        if kind == "JournalEntry":
            return [Shown(books.found(one), one.at, one) for one in books.entries]
        forms: list[FoundTransaction] = [*books.sales.forms, *books.purchases.forms]
        return [Shown(one, START) for one in forms if kind_of(one) == kind]

    def _own(self, entries: Sequence[Shown]) -> list[FoundTransaction]:
        return [one.there for one in entries if read_marker(one.there.private_note)]

    def _read(self) -> None:
        self.reads += 1
        if self.failing:
            self.failing -= 1
            raise ProbeFailed(Outcome("uncertain", text="no answer"))
