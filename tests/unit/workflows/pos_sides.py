"""A branch whose point of sale is compared: two tickets, the pull after their date, and proofs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from daybook.domain.pos_side import PosDay, PosTotal
from daybook.domain.proof import Finding
from daybook.sources.registry import find
from daybook.workflows.prove import Proof, prove
from daybook.workflows.prover import PosSide, Prover
from tests.fakes.audit import FakeAudit
from tests.fakes.books import FakeBooks
from tests.fakes.proofs import FakeProofs
from tests.unit.workflows.office import REALM, SHOP, read_entry
from tests.unit.workflows.pulling import Branch

DAY = date(2026, 11, 21)
A_DAY = 86_400


@dataclass
class Proved:
    """A branch whose date is over, its proofs, and what was told of findings."""

    branch: Branch
    proofs: FakeProofs = field(default_factory=FakeProofs)
    told: list[tuple[str, str]] = field(default_factory=list)

    def prove(self, tell: Callable[[str, Finding], None] | None = None) -> Proof:
        """The proof of the date on which the branch sold."""
        branch = self.branch
        active = branch.mappings.active(SHOP)
        prover = Prover(
            branch.ledger, branch.connections, self.proofs, branch.poster(),
            lambda _realm: FakeAudit(branch.books), tell or self._tell, branch.clock,
            PosSide(branch.pulls, find, lambda _: active.mapping if active else None),
        )  # fmt: skip
        return prove(REALM, (DAY, DAY), prover)

    def _tell(self, kind: str, finding: Finding) -> None:
        self.told.append((kind, finding.event.split("/")[1]))

    def found(self) -> list[tuple[str, str]]:
        """What a proof finds, as (kind, object id)."""
        return [(one.kind, one.event.split("/")[1]) for one in self.prove().findings]

    def side(self) -> PosDay:
        """The third side of the date."""
        (day,) = self.prove().days[0].pos
        return day

    def total(self) -> PosTotal:
        """Its one total."""
        (total,) = self.side().totals
        return total

    def flags(self, number: int = 1) -> list[str]:
        """The open flags of a ticket's rows."""
        rows = self.branch.ledger.of_object(SHOP, "ticket", str(number))
        return [flag.name for row in rows for flag in row.open_flags]


def opened() -> Branch:
    branch = Branch.at_heartland(kinds=("tickets",))
    branch.books = FakeBooks(read_entry, branch.clock)
    branch.clock.sleep(A_DAY)
    return branch


def proved(act: Callable[[Branch], Any] = lambda _: None, *, post: bool = True) -> Proved:
    """Two tickets by webhook, whatever else happened on the date, and the pull after it."""
    branch = opened()
    branch.webhook(branch.vendor.sell(1, "10.00"))
    branch.webhook(branch.vendor.sell(2, "20.00"))
    act(branch)
    if post:
        branch.settle()
    branch.clock.sleep(A_DAY)
    branch.pull()
    if post:
        branch.settle()
    return Proved(branch)
