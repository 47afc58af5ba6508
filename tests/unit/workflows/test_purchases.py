"""Mode document: purchases become bills, vendor credits and orders, once their vendor is there."""

from typing import Any

import pytest

from daybook.domain.outcome import FoundParty
from daybook.domain.purchase_document import PurchaseDocument
from tests.unit.workflows.office import Office, void_of
from tests.unit.workflows.papers import office, until_quiet, use
from tests.unit.workflows.purchases import bill

_ROWS = (
    {"role": "purchase_costs", "key": "*", "account": "7"},
    {"role": "tax_recoverable", "key": "*", "account": "4"},
    {"role": "accounts_payable", "key": "*", "account": "9"},
)


def opened(*without: str, **settings: Any) -> Office:
    made = office()
    rows = [row for row in _ROWS if row["role"] not in without]
    use(made, *rows, **settings)
    return made


def forms(made: Office) -> list[tuple[str, str, bool]]:
    """The purchases in the books as (kind, total, closed), in the order they came."""
    return [(form.form, form.total, form.closed) for form in made.books.purchases.forms]


def test_a_bill_waits_for_its_vendor_and_is_posted_once_it_is_there() -> None:
    made = opened()
    made.deliver(bill())
    row = made.row("B1", object_type="bill")
    assert (row.status, row.reason) == ("held", "vendor_needed")
    assert row.parties == (("vendor:s-1", ""),)
    until_quiet(made)
    row = made.row("B1", object_type="bill")
    assert (row.status, row.entity) == ("posted", "Bill")
    assert forms(made) == [("Bill", "445.50", False)]
    vendor = made.books.parties[made.books.purchases.forms[0].vendor]
    assert (vendor.kind, vendor.display_name) == ("Vendor", "Hat Makers")


def test_a_vendor_whose_name_is_a_customers_is_held_with_its_kind_and_id() -> None:
    made = opened()
    made.books.add_party(FoundParty("58", "Customer", "Hat Makers"))
    made.deliver(bill())
    until_quiet(made)
    made.settle()
    creation = made.row("s-1", purpose="create", object_type="vendor")
    assert (creation.status, creation.reason) == ("held", "display_name_taken")
    assert "Customer 58" in creation.reason_text
    assert made.row("B1", object_type="bill").reason == "vendor_needed"


def test_what_goes_back_is_a_vendor_credit() -> None:
    made = opened()
    made.deliver([bill(), bill("C1", "-40.00")])
    until_quiet(made)
    assert forms(made) == [("Bill", "445.50", False), ("VendorCredit", "40.00", False)]


def test_a_reversed_bill_is_taken_back_by_a_vendor_credit_of_the_same_lines() -> None:
    made = opened()
    made.deliver(bill())
    until_quiet(made)
    made.deliver(void_of("B1") | {"object_type": "bill"})
    until_quiet(made)
    assert [kind for kind, _, _ in forms(made)] == ["Bill", "VendorCredit"]
    first, second = made.books.purchases.forms
    assert first.lines == second.lines
    assert made.row("B1", version="1", purpose="post").status == "reversed"


def test_a_newer_version_replaces_the_bill() -> None:
    made = opened()
    made.deliver(bill())
    until_quiet(made)
    made.deliver(bill(amount="500.00", version="2"))
    until_quiet(made)
    assert forms(made) == [
        ("Bill", "445.50", False),
        ("VendorCredit", "445.50", False),
        ("Bill", "545.50", False),
    ]


def test_the_same_bill_in_a_newer_version_changes_nothing() -> None:
    made = opened()
    made.deliver(bill())
    until_quiet(made)
    made.deliver(bill(version="2", memo="called"))
    until_quiet(made)
    assert len(forms(made)) == 1


@pytest.mark.parametrize("setting", ["bill", "purchase_order"])
def test_the_setting_says_what_a_purchase_order_becomes(setting: str) -> None:
    made = opened(purchase_orders=setting)
    made.deliver(bill("PO1", object_type="purchase_order"))
    until_quiet(made)
    kind = {"bill": "Bill", "purchase_order": "PurchaseOrder"}[setting]
    assert forms(made) == [(kind, "445.50", False)]


def test_a_reversed_order_is_closed_and_a_replaced_one_too() -> None:
    made = opened(purchase_orders="purchase_order")
    made.deliver(bill("PO1", object_type="purchase_order"))
    until_quiet(made)
    made.deliver(bill("PO1", "500.00", object_type="purchase_order", version="2"))
    until_quiet(made)
    assert forms(made) == [
        ("PurchaseOrder", "445.50", True),
        ("PurchaseOrder", "545.50", False),
    ]
    made.deliver(void_of("PO1", "3") | {"object_type": "purchase_order"})
    until_quiet(made)
    assert [closed for _, _, closed in forms(made)] == [True, True]


def test_an_order_that_a_person_touched_is_left_to_a_person() -> None:
    made = opened(purchase_orders="purchase_order")
    made.deliver(bill("PO1", object_type="purchase_order"))
    until_quiet(made)
    made.books.purchases.touched.add("P1")
    made.deliver(void_of("PO1") | {"object_type": "purchase_order"})
    until_quiet(made)
    reversal = made.row("PO1", purpose="reverse", object_type="purchase_order")
    assert (reversal.status, reversal.reason) == ("held", "qbo_refused")
    assert forms(made) == [("PurchaseOrder", "445.50", False)]


def test_journals_post_nothing_of_an_order() -> None:
    made = opened(purchase_orders="purchase_order", modes_by_location={})
    made.deliver([bill("PO1", object_type="purchase_order"), bill("B1")])
    assert made.row("PO1", object_type="purchase_order").status == "void"
    assert made.row("B1", object_type="bill").reason == "vendor_needed"


def test_a_total_that_quickbooks_changes_is_flagged() -> None:
    made = opened()
    made.books.purchases.added += 1
    made.deliver(bill())
    until_quiet(made)
    (flag,) = made.row("B1", object_type="bill").flags
    assert flag.name == "total_differs"
    assert "total_differs" in made.alarms


def test_a_missing_account_is_named_and_its_keys_are_seen() -> None:
    made = opened("purchase_costs", "accounts_payable")
    made.deliver(bill())
    row = made.row("B1", object_type="bill")
    assert row.reason == "unmapped_account"
    assert {one.role for one in row.missing} == {"purchase_costs", "accounts_payable"}


def test_the_row_keeps_the_document() -> None:
    made = opened()
    made.deliver(bill())
    until_quiet(made)
    document = made.row("B1", object_type="bill").transaction()
    assert isinstance(document, PurchaseDocument)
    assert [line.role for line in document.lines] == [
        "inventory_on_hand",
        "purchase_costs",
        "tax_recoverable",
    ]
