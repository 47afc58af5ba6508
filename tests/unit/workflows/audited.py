"""An office whose books are proved: what a person or a late request does to them, and the proof."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from daybook.domain.posting import Posting
from daybook.domain.proof import Finding
from daybook.qbo.documents import body_of
from daybook.workflows.prove import Proof, prove
from daybook.workflows.prover import Prover
from tests.fakes.audit import FakeAudit
from tests.fakes.books import FakeBooks
from tests.fakes.proofs import FakeProofs
from tests.unit.workflows.office import REALM, Office, read_entry, sale

DAY = date(2026, 11, 20)


@dataclass
class Audited:
    """The office, its proofs, and what was told of findings."""

    office: Office
    audit: FakeAudit
    proofs: FakeProofs = field(default_factory=FakeProofs)
    told: list[tuple[str, str]] = field(default_factory=list)

    def prover(self) -> Prover:
        """For `prove`."""
        office = self.office
        return Prover(
            office.ledger, office.connections, self.proofs, office.poster(),
            lambda _realm: self.audit, self._tell, office.clock,
        )  # fmt: skip

    def _tell(self, kind: str, finding: Finding) -> None:
        self.told.append((kind, finding.event))

    def prove(self, *days: date) -> Proof:
        """A proof of the usual dates, or of those from the first to the last."""
        return prove(REALM, (days[0], days[-1]) if days else None, self.prover())

    def found(self, *days: date) -> list[tuple[str, str]]:
        """What a proof finds, as (kind, object id)."""
        return [(one.kind, _object(one.event)) for one in self.prove(*days).findings]

    def row(self, object_id: str = "1001", **key: Any) -> Posting:
        """The row of an object."""
        return self.office.row(object_id, **key)

    def flags(self, object_id: str = "1001") -> list[str]:
        """The names of its open flags."""
        return [flag.name for flag in self.row(object_id).open_flags]

    def surface(self, row: Posting, generation: int = 1, **changes: Any) -> str:
        """The row's entry turns up once more, perhaps with other fields; its id."""
        body = json.loads(body_of(row.document(), generation), parse_float=str)
        return self.office.books.surface({**body, **changes})


def _object(event: str) -> str:
    return event.split("/")[1] if event else ""


def audited(*sales: dict[str, Any], post: bool = True) -> Audited:
    """An office that has posted these sales (two, unless others are given)."""
    office = Office.opened()
    office.books = FakeBooks(read_entry, office.clock)
    for one in sales or (sale(), sale("1002", "20.00")):
        office.deliver(one)
    if post:
        office.drain()
    return Audited(office, FakeAudit(office.books))
