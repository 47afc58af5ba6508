"""Void: a person decides that a held event is never posted."""

from dataclasses import replace

import pytest

from daybook.domain.errors import ReasonCode
from daybook.workflows.operator import NotPossible
from tests.unit.workflows.office import (
    Office,
    sale,
    void_of,
)
from tests.unit.workflows.person import (
    given_up,
    held,
    posted,
    voided,
)


@pytest.mark.parametrize("status", ["held", "failed"])
def test_what_is_held_or_failed_can_be_voided(status: str) -> None:
    office = Office.opened()
    office.deliver(sale(key="Shoes"))
    if status == "failed":
        row = office.row()
        office.ledger.rows[row.key, ""] = replace(row, status="failed", number=row.number + 1)
    assert voided(office).status == "void"
    assert office.actions.kept[-1].action == "void"
    assert voided(office).status == "void"


@pytest.mark.parametrize("reason", ["outcome_unknown", "double_in_qbo"])
def test_what_quickbooks_may_have_is_never_voided(reason: ReasonCode) -> None:
    office = given_up(in_books=True)
    held(office, reason)
    with pytest.raises(NotPossible, match="QuickBooks may have it"):
        voided(office)
    assert office.row().status == "held"


def test_what_is_posted_is_undone_and_not_voided() -> None:
    with pytest.raises(NotPossible, match="is posted"):
        voided(posted())


def test_a_reverse_of_a_voided_event_leaves_nothing() -> None:
    office = Office.opened()
    office.deliver(sale(key="Shoes"))
    voided(office)
    office.deliver(void_of(version="2"))
    office.settle(2)
    assert office.statuses() == {"1001/1/post/post": "void", "1001/2/reverse/post": "void"}
