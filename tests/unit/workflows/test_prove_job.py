"""A proof as a job: step by step, from where it stopped."""

from dataclasses import replace
from typing import Any

import pytest

from daybook.domain.job import Job, Step
from daybook.domain.outcome import ProbeFailed
from daybook.workflows import prove as proving
from daybook.workflows.clear_flags import clear
from daybook.workflows.operator import EventName, NotPossible, Who
from daybook.workflows.prove import prove_slice
from daybook.workflows.undo import undo_event
from tests.unit.workflows.audited import DAY, Audited, audited
from tests.unit.workflows.office import REALM, SHOP, amounts, sale

ANN = Who("ann", "it is right")


def job(**scope: Any) -> Job:
    return Job("prove-1", "prove", {"realm": REALM, **scope}, "2026-11-20", "2026-11-20")


def after(one: Job, step: Step) -> Job:
    return replace(one, cursor=step.cursor, done=step.done, total=step.total, counts=step.counts)


def run(shop: Audited, one: Job, seconds: float = 60) -> list[Step]:
    """Every step of a job until it is finished."""
    steps: list[Step] = []
    for _ in range(50):
        steps.append(prove_slice(one, lambda: seconds, shop.prover()))
        if steps[-1].finished or steps[-1].failed:
            return steps
        one = after(one, steps[-1])
    raise AssertionError("the job does not end")


def test_a_job_proves_the_usual_dates_in_one_step_while_there_is_time() -> None:
    shop = audited()
    shop.surface(shop.row())
    (step,) = run(shop, job())
    assert (step.done, step.total, step.finished) == (8, 8, True)
    assert step.counts == {"double_in_qbo": 1, "reads": 2}
    assert shop.proofs.state(REALM).changes_until


def test_a_step_that_has_no_time_does_one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "MAX_WINDOW_DAYS", 3)
    shop = audited()
    shop.office.books.delete(shop.row().qbo_id)
    steps = run(shop, job(), seconds=0)
    assert [step.done for step in steps] == [3, 6, 8]
    assert steps[-1].counts["deleted_in_qbo"] == 1
    assert [step.finished for step in steps] == [False, False, True]


def test_a_step_may_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "MAX_WINDOW_DAYS", 3)
    shop = audited()
    shop.surface(shop.row())
    one = job(**{"from": "2026-11-18", "to": "2026-11-22"})
    first = prove_slice(one, lambda: 0, shop.prover())
    again = prove_slice(one, lambda: 0, shop.prover())
    assert first == again
    assert len(shop.told) == 1


def test_a_job_of_named_dates_asks_for_no_changes() -> None:
    shop = audited()
    (step,) = run(shop, job(**{"from": "2026-11-20", "to": "2026-11-20"}))
    assert (step.total, step.counts) == (1, {"reads": 1})
    assert shop.proofs.state(REALM).changes_until == ""


def test_a_company_without_consent_fails_the_job_with_a_sentence() -> None:
    shop = audited()
    shop.office.connections.set_state(REALM, "reconnect_needed", "invalid_grant")
    (step,) = run(shop, job())
    assert step.failed == f"Company {REALM} is reconnect_needed; connect it again."


def test_a_step_without_an_answer_is_tried_again() -> None:
    shop = audited()
    shop.audit.failing = 1
    with pytest.raises(ProbeFailed):
        prove_slice(job(), lambda: 60, shop.prover())
    assert run(shop, job())[-1].finished


def test_a_finding_that_touches_two_windows_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "MAX_WINDOW_DAYS", 1)
    shop = audited()
    shop.office.books.edit(shop.row().qbo_id, TxnDate="2026-11-18")
    steps = run(shop, job())
    assert steps[-1].counts["edited_in_qbo"] == 1


def test_what_was_cleared_is_not_raised_again_and_another_sight_is() -> None:
    shop = audited(sale())
    shop.office.books.edit(shop.row().qbo_id, TxnDate="2026-11-18")
    shop.prove(DAY)
    name = EventName.read("ticket/1001/1")
    (flag,) = clear(SHOP, name, ANN, shop.office.operator())
    assert flag.name == "edited_in_qbo"
    assert shop.flags() == []
    assert [one.cleared for one in shop.prove(DAY).findings] == ["ann: it is right"]
    assert "edited_in_qbo" not in run(shop, job())[-1].counts
    with pytest.raises(NotPossible, match="No flag is open"):
        clear(SHOP, name, ANN, shop.office.operator())
    shop.office.books.edit(shop.row().qbo_id, TxnDate="2026-11-17")
    shop.prove(DAY)
    assert shop.flags() == ["edited_in_qbo"]
    clear(SHOP, name, ANN, shop.office.operator())
    assert len(shop.office.actions.of_month(SHOP, "2026-11")) == 2


def test_a_deleted_entry_that_is_undone_needs_no_entry_and_is_well() -> None:
    shop = audited(sale())
    shop.office.books.delete(shop.row().qbo_id)
    shop.prove()
    undo_event(SHOP, EventName.read("ticket/1001/1"), ANN, shop.office.operator())
    shop.office.drain()
    assert shop.office.books.entries == []
    assert shop.row().status == "reversed"
    proof = shop.prove()
    assert proof.findings == ()
    assert [total for day in proof.days for total in day.totals] == []
    twin = shop.surface(shop.row())
    assert shop.found() == [("double_in_qbo", "1001")]
    shop.office.books.delete(twin)
    assert shop.found() == []
    assert [flag.name for flag in shop.row().flags] == ["deleted_in_qbo"]


def test_a_gone_entry_that_may_be_gone_is_not_taken_back_by_a_later_version() -> None:
    shop = audited(sale())
    shop.office.books.delete(shop.row().qbo_id)
    shop.prove()
    clear(SHOP, EventName.read("ticket/1001/1"), ANN, shop.office.operator())
    assert shop.row().status == "reversed"
    shop.office.deliver(sale(version="2", amount="50.00"))
    shop.office.drain()
    assert amounts(shop.office) == [("debit", 5000)]
    assert shop.found() == []


def test_a_flag_is_cleared_with_a_reason_only() -> None:
    shop = audited(sale())
    shop.surface(shop.row())
    shop.prove()
    with pytest.raises(NotPossible, match="--reason"):
        clear(SHOP, EventName.read("ticket/1001/1"), Who("ann", " "), shop.office.operator())
    assert shop.flags() == ["double_in_qbo"]
