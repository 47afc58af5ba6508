"""The part of the wiring that proofs are made with."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from daybook.domain.proof import AT_POS, Finding
from daybook.sources.registry import find
from daybook.store import clients
from daybook.store.proofs import Proofs
from daybook.store.table import Table
from daybook.telemetry import line, logger
from daybook.workflows.poster import Poster
from daybook.workflows.prover import PosSide, Prover

if TYPE_CHECKING:
    from daybook.domain.mapping import Mapping
    from daybook.settings import Settings
    from daybook.store.archive import Archive
    from daybook.store.connections import Connections
    from daybook.store.ledger import Ledger
    from daybook.store.mappings import Mappings
    from daybook.wiring_pulls import PullParts
    from daybook.wiring_qbo import QuickBooks

# A proof sends nothing; what it records as found late needs no time to be reckoned with.
_NO_LIMIT = 900.0


class Parts(Protocol):
    """The other parts of the stack that this one is made from; `wiring.Wiring` has them."""

    @property
    def settings(self) -> "Settings": ...
    @property
    def archive(self) -> "Archive": ...
    @property
    def ledger(self) -> "Ledger": ...
    @property
    def connections(self) -> "Connections": ...
    @property
    def mappings(self) -> "Mappings": ...
    @property
    def pulls(self) -> "PullParts": ...
    @property
    def quickbooks(self) -> "QuickBooks": ...
    def poster(self, remaining_seconds: Callable[[], float]) -> Poster: ...


class ProofParts:
    """Proofs, and where they are kept."""

    def __init__(self, parts: Parts, now: Callable[[], datetime]) -> None:
        self._parts = parts
        self._now = now

    @cached_property
    def store(self) -> Proofs:
        """The kept proofs."""
        parts = self._parts
        return Proofs(Table(clients.dynamodb(), parts.settings.ledger_table), parts.archive)

    @cached_property
    def prover(self) -> Prover:
        """For `prove`."""
        parts = self._parts
        return Prover(
            ledger=parts.ledger,
            connections=parts.connections,
            proofs=self.store,
            poster=parts.poster(lambda: _NO_LIMIT),
            audit=parts.quickbooks.audit,
            tell=_tell,
            clock=self._now,
            pos=PosSide(parts.pulls.store, find, self._mapping),
        )

    def _mapping(self, connection: str) -> "Mapping | None":
        active = self._parts.mappings.active(connection)
        return active.mapping if active else None


def _tell(kind: str, finding: Finding) -> None:
    """What a person must see; the log line raises the alarm of its metric filter."""
    word = "pos_difference" if kind in AT_POS else "proof_difference"
    word = kind if kind == "double_in_qbo" else word
    line(logger("proof"), word, reason=kind, posting=finding.posting, connection=finding.connection)
