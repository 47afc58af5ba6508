"""Mapping is all or nothing: what is missing or of the wrong kind holds the event."""

from daybook.domain.books import Decision
from daybook.domain.chart import Account
from daybook.domain.errors import Missing
from tests.unit.domain.builders import (
    ACME,
    ADA,
    STORE,
    chart,
    entry_of,
    event,
    held,
    item,
    mapping,
    posted,
    sale,
    stock_move,
    tender,
)

TICKET = sale(lines=[item("100.00", "40.00")], tenders=[tender("100.00")])


def test_every_missing_row_is_named_at_once() -> None:
    some = mapping()
    rules = some.model_copy(
        update={"accounts": tuple(row for row in some.accounts if row.role == "payment_type")}
    )
    problem = held(TICKET, rules)
    assert problem.code == "unmapped_account"
    assert problem.missing == (
        Missing("cogs", "Hats", STORE),
        Missing("inventory_on_hand", "Hats", STORE),
        Missing("sales", "Hats", STORE),
    )
    assert all(one.role in problem.text for one in problem.missing)


def test_the_rounding_leg_needs_an_account_too() -> None:
    some = mapping()
    rules = some.model_copy(
        update={"accounts": tuple(row for row in some.accounts if row.role != "rounding")}
    )
    ticket = sale(lines=[item("10.005")], tenders=[tender("10.00")])
    assert held(ticket, rules).missing == (Missing("rounding", "", STORE),)


def test_none_on_both_stock_roles_drops_the_pair() -> None:
    rules = mapping(
        {"role": "cogs", "key": "*", "account": None},
        {"role": "inventory_on_hand", "key": "*", "account": None},
    )
    assert posted(TICKET, rules) == ["D payment_type[Visa] 100.00", "C sales[Hats] 100.00"]


def test_none_on_one_stock_role_alone_is_held() -> None:
    rules = mapping({"role": "cogs", "key": "*", "account": None})
    problem = held(TICKET, rules)
    assert problem.code == "none_unbalances"
    assert "40.00" in problem.text


def test_stock_event_with_both_sides_none_has_nothing_to_post() -> None:
    rules = mapping(
        {"role": "inventory_on_hand", "key": "*", "account": None},
        {"role": "purchases_received", "key": "*", "account": None},
    )
    assert entry_of(stock_move("purchase_receipt", {"cost": "5"}), rules) is None


def test_receivable_without_a_customer_is_held() -> None:
    owed = sale(lines=[item("10")], tenders=[tender("10", "on_account")])
    assert held(owed).code == "customer_needed"


def test_receivable_of_an_unlinked_customer_is_held_and_names_him() -> None:
    owed = sale(lines=[item("10")], tenders=[tender("10", "on_account")], customer=ADA)
    problem = held(owed, decision=Decision())
    assert problem.code == "customer_needed"
    assert "c-1" in problem.text


def test_standing_customer_of_the_mapping_serves_an_event_without_one() -> None:
    rules = mapping(
        {"role": "accounts_receivable", "key": "*", "account": "84", "customer": "house"}
    )
    owed = sale(lines=[item("10")], tenders=[tender("10", "on_account")])
    entry = entry_of(owed, rules)
    assert entry
    assert [line.name.id for line in entry.lines if line.name] == ["house"]


def test_any_role_on_a_receivable_account_needs_the_customer() -> None:
    rules = mapping({"role": "source_account", "key": "*", "account": "84"})
    rows = {"kind": "gl_batch", "entries": [{"key": "a", "amount": "5"}]}
    rows["entries"] = [{"key": "a", "amount": "5"}, {"key": "b", "amount": "-5", "customer": ADA}]
    known = chart(**{"84": Account("84", "A/R", "Accounts Receivable")})
    assert held(event(rows), rules, known).code == "customer_needed"


def test_receivable_mapped_to_another_asset_needs_no_customer() -> None:
    rules = mapping({"role": "accounts_receivable", "key": "*", "account": "house"})
    known = chart(house=Account("house", "House accounts", "Other Current Asset"))
    owed = sale(lines=[item("10")], tenders=[tender("10", "on_account")])
    assert posted(owed, rules, known)[0] == "D accounts_receivable 10.00"


def test_payable_without_a_supplier_is_held() -> None:
    bill = event({"kind": "purchase", "lines": [{"kind": "item", "amount": "5"}]})
    assert held(bill).code == "vendor_needed"


def test_an_entry_never_holds_receivable_and_payable_together() -> None:
    rules = mapping({"role": "inventory_on_hand", "key": "*", "account": "84"})
    known = chart(**{"84": Account("84", "A/R", "Accounts Receivable")})
    bill = event(
        {"kind": "purchase", "lines": [{"kind": "item", "amount": "5"}]},
        supplier=ACME,
        customer=ADA,
    )
    problem = held(bill, rules, known)
    assert problem.code == "inactive_account"  # A/R is no kind of account for inventory.
    lax = mapping({"role": "source_account", "key": "*", "account": "84"},
                  {"role": "source_account", "key": "due", "account": "33"})  # fmt: skip
    both = chart(
        **{
            "84": Account("84", "A/R", "Accounts Receivable"),
            "33": Account("33", "A/P", "Accounts Payable"),
        }
    )
    rows = [{"key": "a", "amount": "5"}, {"key": "due", "amount": "-5"}]
    batch = event({"kind": "gl_batch", "entries": rows}, supplier=ACME, customer=ADA)
    assert held(batch, lax, both).code == "setting_needed"


def test_every_account_that_cannot_be_used_is_named_at_once() -> None:
    known = chart(
        sales=Account("sales", "Old sales", "Income", active=False),
        cogs=Account("cogs", "Checking", "Bank"),
    )
    problem = held(TICKET, known=known)
    assert problem.code == "inactive_account"
    assert "Old sales" in problem.text
    assert "Checking" in problem.text


def test_account_missing_from_the_chart_is_held() -> None:
    rules = mapping({"role": "sales", "key": "Hats", "account": "999"})
    assert "999 is not in the imported chart" in held(TICKET, rules, chart()).text
