"""The column of the point of sale, and the table of what differs there."""

import pytest

from cli import proof_pos
from daybook.domain.pos_side import PosDay, PosState, PosTotal
from daybook.domain.proof import DayProof

AGREES = PosTotal("1", "sale", "USD", {"pos_objects": 2, "pos_total": 3000, "ledger_objects": 1,
                  "ledger_total": 1000,
                  "explained_objects": 1, "explained_total": 2000})  # fmt: skip
DIFFERS = PosTotal("2", "sale", "USD", {"pos_objects": 2, "pos_total": 3000, "ledger_objects": 2,
                   "ledger_total": 2900})  # fmt: skip
LOST = PosTotal("3", "sale", "", {"pos_objects": 1})


def day(*sides: PosDay) -> DayProof:
    return DayProof("42", "2026-11-20", "2026-11-21T03:00:00.000Z", 1, pos=sides)


def test_the_cell_has_objects_and_total_and_what_the_ledger_has_where_it_differs() -> None:
    proof = day(PosDay("shop", "read", (AGREES, DIFFERS, LOST)), PosDay("van", "not_pulled"))
    assert proof_pos.cell(proof, "1", "USD") == "2: 30.00"
    assert proof_pos.cell(proof, "2", "USD") == "2: 30.00, ledger 2: 29.00"
    assert proof_pos.cell(proof, "3", "") == "1: 0.00, ledger 0: 0.00"
    assert proof_pos.places(proof) == {("1", "USD"), ("2", "USD"), ("3", "")}


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("not_pulled", "not pulled"),
        ("not_read", "not read yet"),
        ("too_many", "too many to compare"),
        ("read", "nothing"),
    ],
)
def test_the_cell_says_why_there_is_nothing(state: PosState, word: str) -> None:
    assert proof_pos.cell(day(PosDay("shop", state)), "1", "USD") == word


def test_a_list_that_was_left_behind_is_named_once_with_its_dates() -> None:
    left = PosDay("shop", "read", text="Not read since the date ended: invoices.")
    today = PosDay("shop", "not_read", text="Not read since the date ended: tickets, invoices.")
    assert proof_pos.notes([day(left), day(today)]) == [
        "shop, 2026-11-20: Not read since the date ended: invoices."
    ]


def test_amounts_are_text_in_json() -> None:
    (row,) = proof_pos.as_rows(day(PosDay("shop", "read", (DIFFERS,))))
    (total,) = row["totals"]
    assert (total["pos"], total["ledger"]) == (
        {"objects": 2, "total": "30.00"},
        {"objects": 2, "total": "29.00"},
    )
    assert total["agrees"] is False


def test_what_differs_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    proof_pos.show_differing([day(PosDay("shop", "read", (AGREES, DIFFERS)))])
    shown = capsys.readouterr().out
    assert "29.00" in shown
    assert "10.00" not in shown
