"""The reads of a proof over the fake company."""

from collections.abc import Callable, Sequence
from datetime import datetime

from daybook.domain.identity import read_marker
from daybook.domain.outcome import FoundEntry, Outcome, ProbeFailed
from daybook.domain.proof import Changes
from tests.fakes.books import Committed, FakeBooks


class FakeAudit:
    """`prover.AuditedBooks`. most_changes: so many objects are told at once. failing: how many
    reads fail next. shown: what queries and change data capture show; reads by id show all."""

    def __init__(self, books: FakeBooks, most_changes: int = 1_000) -> None:
        self.reads = 0
        self.failing = 0
        self.most_changes = most_changes
        self.shown: Callable[[Committed], bool] = lambda _entry: True
        self._books = books

    def entries_dated(self, first: str, last: str) -> Sequence[FoundEntry]:
        """Daybook's entries of these dates."""
        return self._own(self._query(lambda one: first <= one.body["TxnDate"] <= last))

    def entries_by_id(self, ids: Sequence[str]) -> Sequence[FoundEntry]:
        """Those of the entries that are there."""
        found: list[FoundEntry] = []
        for start in range(0, len(ids), 100):
            several = set(ids[start : start + 100])
            rows = self._query(lambda one, ids=several: one.qbo_id in ids)  # type: ignore[misc]
            found += map(self._books.found, rows)
        return found

    def entry(self, qbo_id: str) -> FoundEntry | None:
        """One entry as it is now."""
        self._read()
        there = (self._books.found(one) for one in self._books.entries if one.qbo_id == qbo_id)
        return next(there, None)

    def changed_since(self, since: datetime) -> Changes:
        """What changed, as far as it is told at once."""
        live = self._query(lambda one: one.at >= since)
        deleted = [one for one, at in self._books.deleted.items() if at >= since]
        left = max(0, self.most_changes - len(live))
        return Changes(
            tuple(self._own(live[: self.most_changes])),
            frozenset(deleted[:left]),
            len(live) + len(deleted) < self.most_changes,
        )

    def touched_since(self, since: datetime) -> Sequence[FoundEntry]:
        """The entries made or changed since an instant."""
        return self._own(self._query(lambda one: one.at >= since))

    def _query(self, wanted: Callable[[Committed], bool]) -> list[Committed]:
        self._read()
        return [one for one in self._books.entries if self.shown(one) and wanted(one)]

    def _own(self, entries: Sequence[Committed]) -> list[FoundEntry]:
        found = map(self._books.found, entries)
        return [one for one in found if read_marker(one.private_note)]

    def _read(self) -> None:
        self.reads += 1
        if self.failing:
            self.failing -= 1
            raise ProbeFailed(Outcome("uncertain", text="no answer"))
