"""Proofs in the ledger's table: `P#<realm>`, one row a date, and one for the next proof.

A proof is derived: the row of a date is written anew each time that the date is compared.
"""

from itertools import islice

from daybook.domain.proof import DayProof, ProofState
from daybook.store import keys
from daybook.store.archive import Archive
from daybook.store.rows import body, body_of
from daybook.store.table import Table

MAX_BODY_BYTES = 250_000
_DAY = "D#"
_STATE = "S"


class Proofs:
    """The proofs of the ledger's table."""

    def __init__(self, table: Table, archive: Archive) -> None:
        self._table = table
        self._archive = archive

    def put(self, proof: DayProof) -> None:
        """Keep the proof of a date in place of an older one."""
        self._put(proof.realm, f"{_DAY}{proof.day}", proof.to_json())

    def last(self, realm: str, limit: int) -> list[DayProof]:
        """The proofs of the latest dates, the latest first."""
        rows = self._table.query(keys.proofs(realm), _DAY, ScanIndexForward=False, Limit=limit)
        return [
            DayProof.from_json(body_of(row["body"], self._archive.get))
            for row in islice(rows, limit)
        ]

    def of_day(self, realm: str, day: str) -> DayProof | None:
        """The last proof of a date (ISO)."""
        row = self._table.get((keys.proofs(realm), f"{_DAY}{day}"))
        return DayProof.from_json(body_of(row["body"], self._archive.get)) if row else None

    def state(self, realm: str) -> ProofState:
        """What the last proof left for the next; an empty state before the first."""
        row = self._table.get((keys.proofs(realm), _STATE))
        if row is None:
            return ProofState(realm)
        return ProofState.from_json(body_of(row["body"], self._archive.get))

    def put_state(self, state: ProofState) -> None:
        """Keep it."""
        self._put(state.realm, _STATE, state.to_json())

    def _put(self, realm: str, sort: str, text: bytes) -> None:
        bodies: dict[str, bytes] = {}
        packed = body(text, realm, bodies, MAX_BODY_BYTES)
        for key, large in bodies.items():
            self._archive.put(key, large)
        self._table.put({"PK": {"S": keys.proofs(realm)}, "SK": {"S": sort}, "body": packed})
