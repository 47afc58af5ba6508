"""What proving needs from outside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from daybook.domain.document_kinds import Entity
from daybook.domain.found import FoundTransaction
from daybook.domain.mapping import Mapping
from daybook.domain.proof import Changes, DayProof, Finding, ProofState
from daybook.workflows.ports import Connections, Ledger, Pulls, Realm
from daybook.workflows.poster import Poster

JOURNALS: Final[tuple[Entity, ...]] = ("JournalEntry",)


class AuditedBooks(Protocol):
    """QuickBooks, read for a proof. All raise ProbeFailed for what is no whole answer.

    Only daybook's own entries and documents are told of, known by the mark in their notes, unless
    asked for by id. kinds: which objects are read; each costs requests of its own, but in
    `changed_since`."""

    @property
    def reads(self) -> int:
        """How many requests were made: Intuit meters them."""

    def entries_dated(
        self, first: str, last: str, kinds: Sequence[Entity] = JOURNALS
    ) -> Sequence[FoundTransaction]:
        """The entries of these dates (ISO, both included)."""

    def entries_by_id(
        self, ids: Sequence[str], kind: Entity = "JournalEntry"
    ) -> Sequence[FoundTransaction]:
        """Those of the entries that are there, marked or not. Queries may lag by seconds."""

    def entry(self, qbo_id: str, kind: Entity = "JournalEntry") -> FoundTransaction | None:
        """One entry as it is now, or None if there is none of that id."""

    def changed_since(self, since: datetime, kinds: Sequence[Entity] = JOURNALS) -> Changes:
        """What was made, changed or deleted since an instant, at most 30 days ago."""

    def touched_since(
        self, since: datetime, kinds: Sequence[Entity] = JOURNALS
    ) -> Sequence[FoundTransaction]:
        """The entries made or changed since an instant, however many; deleted ones are not told."""


class Proofs(Protocol):
    """What proofs found: the last one of each date of a company, and what the next has to know."""

    def put(self, proof: DayProof) -> None:
        """Keep the proof of a date in place of an older one."""

    def last(self, realm: str, limit: int) -> list[DayProof]:
        """The proofs of the latest dates, the latest first."""

    def of_day(self, realm: str, day: str) -> DayProof | None:
        """The last proof of a date (ISO)."""

    def state(self, realm: str) -> ProofState:
        """What the last proof left for the next; an empty state before the first."""

    def put_state(self, state: ProofState) -> None:
        """Keep it."""


class NotProved(Exception):  # noqa: N818 -- what became of it
    """The company cannot be compared now; the text says why."""


@dataclass(frozen=True, slots=True)
class PosSide:
    """The points of sale, as pulls saw them. source: by its name. mapping: a connection's, or None
    where none is in force."""

    pulls: Pulls
    source: Callable[[str], object]
    mapping: Callable[[str], Mapping | None]


@dataclass(frozen=True, slots=True)
class Prover:
    """What proving needs.

    poster: records what was found late, as if the poster had found it. audit: opens a company's
    books for reading; raises Reconnect or TokenUnavailable. tell: the alarm for a new finding.
    pos: the third side; None where nothing is pulled.
    """

    ledger: Ledger
    connections: Connections
    proofs: Proofs
    poster: Poster
    audit: Callable[[Realm], AuditedBooks]
    tell: Callable[[str, Finding], None]
    clock: Callable[[], datetime]
    pos: PosSide | None = None
