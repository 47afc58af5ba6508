"""A posted bill as the command and the demo show it."""

import pytest

from cli.events import _show
from daybook.domain.posting import Posting
from local.demo_books import print_books
from tests.unit.workflows.papers import until_quiet
from tests.unit.workflows.purchases import bill
from tests.unit.workflows.test_purchases import opened


@pytest.fixture
def row() -> Posting:
    made = opened()
    made.deliver(bill())
    until_quiet(made)
    return made.row("B1", object_type="bill")


def test_a_bill_is_shown_with_its_vendor_lines_and_total(
    row: Posting, capsys: pytest.CaptureFixture[str]
) -> None:
    _show(row, [])
    told = capsys.readouterr()
    shown = " ".join(f"{told.err} {told.out}".split())
    assert f"In QuickBooks: Bill {row.qbo_id}" in shown
    for part in ("vendor V2", "inventory_on_hand", "400.00", "tax_recoverable", "445.50"):
        assert part in shown, shown


def test_the_demo_prints_a_bill_by_account(
    row: Posting, capsys: pytest.CaptureFixture[str]
) -> None:
    print_books([row], None)
    shown = capsys.readouterr().out
    assert f"Bill {row.transaction().doc_number} (id {row.qbo_id}) for vendor V2" in shown
    assert "445.50 USD" in shown
