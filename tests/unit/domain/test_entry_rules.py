"""The rules of docs/accounting.md that hold for every entry."""

from dataclasses import replace
from datetime import date

import pytest

from daybook.domain.books import Decision
from daybook.domain.chart import Account
from daybook.domain.errors import Held, Missing
from daybook.domain.translation import journal_entry
from tests.unit.domain.builders import (
    ACME,
    ADA,
    PARTIES,
    STORE,
    books,
    chart,
    entry_of,
    event,
    held,
    item,
    lines_of,
    mapping,
    posted,
    sale,
    stock_move,
    tender,
)

TICKET = sale(lines=[item("100.00", "40.00")], tenders=[tender("100.00")])


def test_unbalanced_event_is_held_with_both_sums_shown() -> None:
    problem = held(sale(lines=[item("100.00")], tenders=[tender("99.00")]))
    assert problem.code == "unbalanced"
    assert "99.00" in problem.text
    assert "100.00" in problem.text


def test_residual_without_a_rounded_amount_is_never_rounding() -> None:
    assert held(sale(lines=[item("10.00")], tenders=[tender("9.99")])).code == "unbalanced"


@pytest.mark.parametrize(
    ("rounded", "paid", "rounding"),
    [
        (1, "10.01", "C rounding 0.01"),  # 10.005 is read as 10.01; paid to the cent: no residual
        (1, "10.00", "D rounding 0.01"),
        (1, "10.02", "C rounding 0.01"),
    ],
)
def test_one_rounded_amount_allows_a_residual_of_one_cent(
    rounded: int, paid: str, rounding: str
) -> None:
    lines = posted(sale(lines=[item("10.005")] * rounded, tenders=[tender(paid)]))
    assert [line for line in lines if "rounding" in line] == ([] if paid == "10.01" else [rounding])


def test_one_rounded_amount_does_not_allow_two_cents() -> None:
    assert held(sale(lines=[item("10.005")], tenders=[tender("9.99")])).code == "unbalanced"


def test_rounding_never_exceeds_five_minor_units_however_many_lines() -> None:
    lines = [item("1.005")] * 20
    within = sale(lines=lines, tenders=[tender("20.15")])
    assert "D rounding 0.05" in posted(within)
    assert held(sale(lines=lines, tenders=[tender("20.14")])).code == "unbalanced"


def test_rounded_cost_gives_no_room_for_a_residual() -> None:
    ticket = sale(lines=[item("10.00", "4.3333")], tenders=[tender("9.99")])
    assert held(ticket).code == "unbalanced"


def test_rounding_is_half_away_from_zero_on_both_sides() -> None:
    yen = mapping(settings={"currency": "JPY"})
    lines = [item("-100.5")]
    returned = sale(lines=lines, tenders=[tender("-101")], currency="JPY")
    assert posted(returned, yen) == ["D returns[Hats] 101", "C payment_type[Visa] 101"]


def test_free_item_keeps_its_cost_and_drops_its_zero_lines() -> None:
    free = sale(lines=[item("100.00", "40.00", discount="100.00")], tenders=[tender("0")])
    assert posted(free) == [
        "D markdowns[Hats] 100.00",
        "D cogs[Hats] 40.00",
        "C sales[Hats] 100.00",
        "C inventory_on_hand[Hats] 40.00",
    ]


def test_event_of_zeros_has_nothing_to_post() -> None:
    assert entry_of(sale(lines=[item("0")], tenders=[tender("0")])) is None


def test_event_that_nets_to_nothing_has_nothing_to_post() -> None:
    there_and_back = stock_move(
        "adjustment", {"key": "Hats", "cost": "5"}, {"key": "Hats", "cost": "-5"}
    )
    assert entry_of(there_and_back) is None


def test_legs_of_zero_need_no_account() -> None:
    bare = mapping()
    rules = bare.model_copy(
        update={"accounts": tuple(row for row in bare.accounts if row.role != "markdowns")}
    )
    assert posted(TICKET, rules) == posted(TICKET)


def test_same_place_is_netted_to_the_side_of_the_net() -> None:
    change = sale(
        lines=[item("75.00")],
        tenders=[tender("100.00", "cash", "Cash"), tender("-25.00", "cash", "Cash")],
    )
    assert posted(change) == ["D payment_type[Cash] 75.00", "C sales[Hats] 75.00"]


def test_two_keys_on_one_account_stay_two_lines() -> None:
    ticket = sale(
        lines=[item("30.00", key="Hats"), item("20.00", key="Shoes")], tenders=[tender("50.00")]
    )
    entry = entry_of(ticket)
    assert entry
    assert [line.key for line in entry.lines if line.role == "sales"] == ["Hats", "Shoes"]
    assert {line.account for line in entry.lines if line.role == "sales"} == {"sales"}


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


def test_the_entry_stands_on_the_business_date_never_the_utc_date() -> None:
    rules = mapping(locations={STORE: {"time_zone": "America/Los_Angeles", "day_close": "03:00"}})
    late = sale(
        lines=[item("5")],
        tenders=[tender("5")],
        business_date=None,
        occurred_at="2026-11-21T07:30:00Z",
    )
    entry = entry_of(late, rules)
    assert entry
    assert entry.txn_date == date(2026, 11, 20)


def test_unknown_location_without_a_business_date_is_held() -> None:
    nowhere = sale(business_date=None, occurred_at="2026-11-21T07:30:00Z", lines=[item("5")])
    assert held(nowhere).code == "setting_needed"


def test_foreign_event_needs_multicurrency_a_rate_and_no_stock() -> None:
    parts = {"currency": "EUR", "exchange_rate": "1.0850", "tenders": [tender("5")]}
    euros = sale(lines=[item("5")], **parts)
    able = replace(chart(), multicurrency=True)
    entry = entry_of(euros, known=able)
    assert entry
    assert (entry.currency, entry.exchange_rate) == ("EUR", "1.0850")
    assert held(euros, known=chart()).code == "currency"
    assert held(sale(lines=[item("5")], **parts | {"exchange_rate": "1"}), known=able).code == (
        "currency"
    )
    assert held(sale(lines=[item("5", "2")], **parts), known=able).code == "currency"


def test_exchange_rate_is_written_out_never_in_powers_of_ten() -> None:
    euros = sale(lines=[item("5")], tenders=[tender("5")], currency="EUR", exchange_rate="1E+2")
    entry = entry_of(euros, known=replace(chart(), multicurrency=True))
    assert entry
    assert entry.exchange_rate == "100"


def test_class_comes_from_the_row_else_the_location_and_the_department_from_the_location() -> None:
    rules = mapping(
        {"role": "sales", "key": "Hats", "account": "79", "class": "online"},
        locations={STORE: {"class": "retail", "department": "burbank"}},
    )
    entry = entry_of(TICKET, rules)
    assert entry
    assert {line.role: line.class_ for line in entry.lines} == {
        "payment_type": "retail",
        "cogs": "retail",
        "sales": "online",
        "inventory_on_hand": "retail",
    }
    assert {line.department for line in entry.lines} == {"burbank"}


def test_goods_in_transit_carry_the_senders_department() -> None:
    rules = mapping(locations={STORE: {"department": "one"}, "200001": {"department": "two"}})
    received = stock_move("transfer_in", {"cost": "5"}, location="200001", counterparty=STORE)
    entry = entry_of(received, rules)
    assert entry
    assert {line.role: line.department for line in entry.lines} == {
        "inventory_on_hand": "two",
        "in_transit_inventory": "one",
    }


def test_note_names_the_origin_and_each_line_its_role_key_and_reference() -> None:
    named = sale(
        lines=[item("5")], tenders=[tender("5")], reference="T-100245", memo="Gift wrapped"
    )
    entry = entry_of(named, mapping(locations={STORE: {"name": "Burbank"}}))
    assert entry
    for word in ("canonical", "Burbank", STORE, "ticket 100245", "T-100245", "Gift wrapped"):
        assert word in entry.note
    assert [line.description for line in entry.lines] == [
        "Payment type Visa T-100245",
        "Sales Hats T-100245",
    ]


def test_date_moved_by_closed_books_keeps_the_business_date_in_the_note() -> None:
    decision = Decision(txn_date=date(2026, 12, 1))
    entry = journal_entry(TICKET, books(), decision)
    assert entry
    assert entry.txn_date == date(2026, 12, 1)
    assert "business date 2026-11-20" in entry.note


def test_same_event_mapping_and_decision_give_the_same_bytes() -> None:
    first, again = entry_of(TICKET), entry_of(TICKET)
    assert first
    assert again
    assert first.to_json() == again.to_json()


def test_more_than_a_thousand_lines_are_held() -> None:
    many = [item("1.00", key=str(number)) for number in range(1_000)]
    assert held(sale(lines=many, tenders=[tender("1000.00")])).code == "too_many_lines"
    assert len(posted(sale(lines=many[1:], tenders=[tender("999.00")]))) == 1_000


def test_rows_mapped_to_none_leave_before_the_batch_must_balance() -> None:
    rules = mapping({"role": "source_account", "key": "Subtotal", "account": None})
    rows = [
        {"key": "Cash", "amount": "5"},
        {"key": "Sales", "amount": "-5"},
        {"key": "Subtotal", "amount": "5"},
    ]
    batch = event({"kind": "gl_batch", "entries": rows})
    assert posted(batch, rules) == ["D source_account[Cash] 5.00", "C source_account[Sales] 5.00"]


def test_batch_rows_of_zero_need_no_account() -> None:
    bare = mapping()
    rules = bare.model_copy(update={"accounts": ()})
    zero = event({"kind": "gl_batch", "entries": [{"key": "Unknown", "amount": "0.00"}]})
    assert entry_of(zero, rules) is None


def test_family_that_does_not_balance_by_itself_is_held() -> None:
    rows = [
        {"key": "Cash", "amount": "5", "family": "payment"},
        {"key": "Sales", "amount": "-5", "family": "invoice"},
    ]
    problem = held(event({"kind": "gl_batch", "entries": rows}))
    assert problem.code == "family_unbalanced"
    assert "invoice" in problem.text


def test_class_label_of_a_row_wins_and_an_unknown_one_is_held_with_all_named() -> None:
    rows = [
        {"key": "Cash", "amount": "5", "class": "Rental"},
        {"key": "Sales", "amount": "-5", "class": "Party"},
    ]
    batch = event({"kind": "gl_batch", "entries": rows})
    problem = held(batch)
    assert problem.code == "unmapped_class"
    assert "Rental" in problem.text
    assert "Party" in problem.text
    rules = mapping(settings={"classes": {"Rental": "1", "Party": "2"}})
    entry = entry_of(batch, rules)
    assert entry
    assert [line.class_ for line in entry.lines] == ["1", "2"]


def test_memos_of_batch_rows_reach_the_line() -> None:
    rows = [
        {"key": "Cash", "amount": "5", "memo": "Till 1"},
        {"key": "Cash", "amount": "2", "memo": "Till 2"},
        {"key": "Sales", "amount": "-7"},
    ]
    entry = entry_of(event({"kind": "gl_batch", "entries": rows}))
    assert entry
    assert entry.lines[0].description.endswith("Till 1; Till 2")


def test_a_reversal_swaps_the_sides_and_keeps_accounts_and_names() -> None:
    entry = entry_of(TICKET)
    assert entry
    back = entry.mirrored("0" * 64, "ticket/100245/1/reverse", "R-1", "", date(2026, 11, 22))
    assert back.txn_date == date(2026, 11, 22)
    assert sorted(lines_of(back)) == sorted(
        ("C" if line[0] == "D" else "D") + line[1:] for line in lines_of(entry)
    )


def test_holding_never_leaves_a_partial_entry() -> None:
    with pytest.raises(Held):
        journal_entry(
            TICKET, books(mapping({"role": "cogs", "key": "Hats", "account": None})), PARTIES
        )
