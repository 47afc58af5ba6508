"""Proofs in dicts, with the same answers as the real ones."""

from daybook.domain.proof import DayProof, ProofState


class FakeProofs:
    """`prover.Proofs`."""

    def __init__(self) -> None:
        self.days: dict[tuple[str, str], DayProof] = {}
        self.states: dict[str, ProofState] = {}

    def put(self, proof: DayProof) -> None:
        """Keep the proof of a date in place of an older one."""
        self.days[proof.realm, proof.day] = proof

    def last(self, realm: str, limit: int) -> list[DayProof]:
        """The proofs of the latest dates, the latest first."""
        found = [proof for (of, _), proof in sorted(self.days.items()) if of == realm]
        return found[::-1][:limit]

    def of_day(self, realm: str, day: str) -> DayProof | None:
        """The last proof of a date."""
        return self.days.get((realm, day))

    def state(self, realm: str) -> ProofState:
        """What the last proof left for the next."""
        return self.states.get(realm, ProofState(realm))

    def put_state(self, state: ProofState) -> None:
        """Keep it."""
        self.states[state.realm] = state
