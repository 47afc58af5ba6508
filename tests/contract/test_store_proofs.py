"""What every keeper of proofs promises: the one on DynamoDB and the fake alike."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from daybook.domain.control_totals import Place, Total
from daybook.domain.pos_side import PosDay, PosTotal
from daybook.domain.proof import DayProof, Finding, ProofState
from daybook.store.proofs import Proofs as StoredProofs
from daybook.store.table import Table
from daybook.workflows.prover import Proofs
from tests.fakes.aws import in_process
from tests.fakes.proofs import FakeProofs

REALM = "9341450000000001"
FINDING = Finding(
    "edited_in_qbo", "shop", "ticket/1001/1/post", "shop|ticket/1001/1/post|post|0|0", "1",
    "2026-11-20", ("145",), "Entry 145 was changed in QuickBooks.", is_new=False, cleared="ann: ok",
)  # fmt: skip
PROOF = DayProof(
    REALM,
    "2026-11-20",
    "2026-11-21T03:00:00.000Z",
    2,
    (Total(Place("1", "USD", "payment_type", "Visa"), {"ledger": 10825, "qbo": 10826}),),
    (FINDING,),
    more=3,
    note="Not all.",
    pos=(
        PosDay("shop", "read", (PosTotal("1", "sale", "USD", {"pos_objects": 1, "pos_total": 5}),)),
        PosDay("van", "not_read", text="Not read since the date ended: tickets."),
    ),
)


@pytest.fixture(params=["fake", "dynamodb"])
def proofs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proofs]:
    if request.param == "fake":
        yield FakeProofs()
        return
    with in_process(monkeypatch) as aws:
        yield StoredProofs(Table(aws.dynamodb, "ledger"), aws.archive())


def test_a_proof_comes_back_as_it_was_put(proofs: Proofs) -> None:
    proofs.put(PROOF)
    assert proofs.last(REALM, 10) == [PROOF]


def test_the_proof_of_a_date_takes_the_place_of_the_one_before(proofs: Proofs) -> None:
    proofs.put(PROOF)
    later = replace(PROOF, proved_at="2026-11-22T03:00:00.000Z", findings=())
    proofs.put(later)
    assert proofs.last(REALM, 10) == [later]


def test_the_latest_dates_come_first_and_only_of_the_company(proofs: Proofs) -> None:
    for day in ("2026-11-18", "2026-11-20", "2026-11-19"):
        proofs.put(replace(PROOF, day=day))
    proofs.put(replace(PROOF, realm="42", day="2026-11-21"))
    assert [proof.day for proof in proofs.last(REALM, 2)] == ["2026-11-20", "2026-11-19"]


def test_a_proof_of_many_findings_is_kept_whole(proofs: Proofs) -> None:
    long = replace(PROOF, findings=(replace(FINDING, text="x" * 2_000),) * 500)
    proofs.put(long)
    assert proofs.last(REALM, 1) == [long]


def test_the_state_is_empty_before_the_first_proof_and_then_as_it_was_put(proofs: Proofs) -> None:
    assert proofs.state(REALM) == ProofState(REALM)
    state = ProofState(REALM, "2026-11-21T03:00:00.000Z", {"2026-11-20": (145, 161)})
    proofs.put_state(state)
    assert proofs.state(REALM) == state
    assert proofs.state("42") == ProofState("42")
    assert proofs.last(REALM, 10) == []
