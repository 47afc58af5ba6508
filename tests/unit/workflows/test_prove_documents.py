"""The proof of documents: invoices, credit memos, receipts, bills, vendor credits and orders."""

from dataclasses import replace
from typing import Any

import pytest

from daybook.domain.found import FoundPurchase, FoundSale
from tests.fakes.audit import FakeAudit
from tests.unit.workflows.audited import Audited
from tests.unit.workflows.office import Office, void_of
from tests.unit.workflows.papers import invoice, office, until_quiet, use
from tests.unit.workflows.purchases import bill

_ROWS = (
    {"role": "purchase_costs", "key": "*", "account": "7"},
    {"role": "tax_recoverable", "key": "*", "account": "4"},
    {"role": "accounts_payable", "key": "*", "account": "9"},
)
ORDER = {"object_type": "purchase_order"}


def opened(**settings: Any) -> Office:
    made = office()
    use(made, *_ROWS, **settings)
    return made


def shop(**settings: Any) -> Audited:
    """An invoice of 20.00, a credit of 5.00, a bill of 445.50 and what goes back of it, posted."""
    made = opened(**settings)
    credit = {**invoice("1002", "-5.00")}
    credit["body"] = {**credit["body"], "document": "credit_note"}
    made.deliver([invoice(cost="8.00"), credit, bill(), bill("C1", "-40.00")])
    until_quiet(made)
    return Audited(made, FakeAudit(made.books))


def sold(shop: Audited, place: int = 0, **changes: Any) -> None:
    """A person changes a sales form."""
    forms = shop.office.books.sales.forms
    forms[place] = replace(forms[place], **changes)


def bought(shop: Audited, place: int = 0, **changes: Any) -> None:
    """A person changes a purchase."""
    forms = shop.office.books.purchases.forms
    forms[place] = replace(forms[place], **changes)


def of_document(shop: Audited, object_id: str) -> list[str]:
    """The open flags of an object's document."""
    rows = [row for row in shop.office.ledger.rows.values() if row.key.object_id == object_id]
    return [flag.name for row in rows if row.key.part == 0 for flag in row.open_flags]


def test_clean_documents_have_nothing_to_find_and_each_kind_costs_one_read() -> None:
    proved = shop()
    proof = proved.prove()
    assert proof.findings == ()
    # Changes, then journal entries, invoices, credit memos, bills and vendor credits.
    assert proof.reads == 6
    assert proved.proofs.state(proof.realm).kinds == (
        "Bill", "CreditMemo", "Invoice", "VendorCredit"
    )  # fmt: skip
    assert all(total.agrees for day in proof.days for total in day.totals)


def test_control_totals_have_what_documents_debit() -> None:
    (day,) = [one for one in shop().prove().days if one.totals]
    sums = {(one.place.role, one.place.key): one.sums for one in day.totals}
    assert sums["", ""] == {"ledger": 5, "qbo": 5}
    assert sums["accounts_receivable", ""] == {"ledger": 2000, "qbo": 2000}
    assert sums["returns", ""] == {"ledger": 500, "qbo": 500}
    assert sums["accounts_payable", ""] == {"ledger": 4000, "qbo": 4000}
    assert sums["tax_recoverable", ""] == {"ledger": 3300, "qbo": 3300}
    assert sums["cogs", ""] == {"ledger": 800, "qbo": 800}


def test_a_deleted_document_is_flagged() -> None:
    proved = shop()
    gone = proved.office.books.sales.forms.pop(0)
    proved.office.books.deleted[gone.qbo_id] = proved.office.clock()
    (finding,) = proved.prove().findings
    assert (finding.kind, finding.ids) == ("deleted_in_qbo", (gone.qbo_id,))
    assert finding.text == f"Invoice {gone.qbo_id} was deleted in QuickBooks."
    assert of_document(proved, "1001") == ["deleted_in_qbo"]


def test_a_document_that_is_not_there_and_was_not_deleted_is_missing() -> None:
    proved = shop()
    gone = proved.office.books.purchases.forms.pop(0)
    (finding,) = proved.prove().findings
    assert finding.kind == "missing_in_qbo"
    assert finding.text.startswith(f"QuickBooks has no Bill {gone.qbo_id}, ")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"txn_date": "2026-11-19"}, "its date is 2026-11-19, not 2026-11-20"),
        ({"customer": "13"}, "its customer is 13, not 12"),
        ({"private_note": "mine"}, "its note no longer ends in daybook's mark"),
        ({"lines": (("I1", 2100, ""),)}, "it lacks 20.00 on item I1; it has 21.00 on item I1"),
    ],
)
def test_an_edited_sale_is_flagged_with_what_differs(changes: dict[str, Any], said: str) -> None:
    proved = shop()
    sold(proved, **changes)
    (finding,) = proved.prove().findings
    assert finding.kind == "edited_in_qbo"
    assert finding.text.startswith("Invoice S1 was changed in QuickBooks: ")
    assert said in finding.text
    assert of_document(proved, "1001") == ["edited_in_qbo"]


def test_an_edited_purchase_is_flagged_and_shows_in_the_control_totals() -> None:
    proved = shop()
    before = proved.office.books.purchases.forms[0]
    assert isinstance(before, FoundPurchase)
    lines = [line if line[1] != 1250 else (line[0], 2250, line[2]) for line in before.lines]
    bought(proved, lines=tuple(lines), total="455.50")
    proof = proved.prove()
    (finding,) = proof.findings
    assert "it lacks 12.50 on account 7; it has 22.50 on account 7" in finding.text
    differing = [total for day in proof.days for total in day.totals if not total.agrees]
    assert [(one.place.role, one.sums["ledger"], one.sums["qbo"]) for one in differing] == [
        ("purchase_costs", 1250, 2250)
    ]


def test_a_vendor_that_was_changed_is_an_edit() -> None:
    proved = shop()
    bought(proved, 1, vendor="99")
    (finding,) = proved.prove().findings
    assert "its vendor is 99, not " in finding.text


def test_a_double_of_a_document_is_flagged_and_goes_with_it() -> None:
    proved = shop()
    sales = proved.office.books.sales
    first = sales.forms[0]
    assert isinstance(first, FoundSale)
    sales.forms.append(replace(first, qbo_id="S9"))
    (finding,) = proved.prove().findings
    assert (finding.kind, finding.ids) == ("double_in_qbo", ("S1", "S9"))
    assert finding.text == "QuickBooks has Invoice S1, S9 of this one posting; S1 is recorded."
    sales.forms.pop()
    assert proved.found() == []
    assert of_document(proved, "1001") == []


def test_a_document_of_unclear_outcome_that_turns_up_is_recorded() -> None:
    proved = shop()
    row = next(row for row in proved.office.ledger.rows.values() if row.entity == "Bill")
    ready = replace(row, status="ready", qbo_id="", number=row.number + 1)
    assert proved.office.ledger.change(row, ready)
    (finding,) = proved.prove().findings
    assert (finding.kind, finding.text) == (
        "found_late",
        "Bill P1 turned up in QuickBooks and is recorded now.",
    )
    there = proved.office.ledger.get(row.key)
    assert there
    assert (there.status, there.qbo_id) == ("posted", "P1")


def test_a_document_of_ours_without_a_row_is_an_orphan() -> None:
    proved = shop()
    # Another invoice keeps the kind among those that are read.
    proved.office.deliver(invoice("1003"))
    until_quiet(proved.office)
    for place in [one for one in proved.office.ledger.rows if one[0].object_id == "1003"]:
        del proved.office.ledger.rows[place]
    (finding,) = proved.prove().findings
    assert finding.kind == "orphan_in_qbo"
    assert finding.text.startswith("Invoice S3 (")


def test_a_sale_that_was_taken_back_leaves_both_documents_well() -> None:
    proved = shop()
    proved.office.deliver(void_of("1001"))
    until_quiet(proved.office)
    assert proved.found() == []


def test_an_order_and_its_closing_are_well_and_a_closing_undone_is_an_edit() -> None:
    made = opened(purchase_orders="purchase_order")
    made.deliver(bill(**ORDER))
    until_quiet(made)
    proved = Audited(made, FakeAudit(made.books))
    assert proved.found() == []
    made.deliver(void_of("B1") | ORDER)
    until_quiet(made)
    assert made.books.purchases.forms[0].closed
    assert proved.found() == []
    bought(proved, closed=False)
    (finding,) = proved.prove().findings
    assert "it is open again" in finding.text


def test_an_order_that_is_being_closed_is_no_edit() -> None:
    made = opened(purchase_orders="purchase_order")
    made.deliver(bill(**ORDER))
    until_quiet(made)
    made.deliver(void_of("B1") | ORDER)
    made.books.faults.append("lose_reply")
    made.drain()
    assert made.books.purchases.forms[0].closed
    assert made.row("B1", purpose="post", effect="post").status == "posted"
    assert Audited(made, FakeAudit(made.books)).found() == []
