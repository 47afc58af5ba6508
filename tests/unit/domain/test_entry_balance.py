"""An entry balances: rounding, zeros and netting (docs/accounting.md)."""

import pytest

from tests.unit.domain.builders import (
    entry_of,
    held,
    item,
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


@pytest.mark.parametrize(("lines", "off", "allowed"), [(2, 1, True), (2, 2, False), (3, 2, True)])
def test_residual_is_at_most_half_of_the_rounded_amounts_and_one(
    lines: int, off: int, allowed: bool
) -> None:
    paid = f"{(lines * 101 - off) / 100:.2f}"
    ticket = sale(lines=[item("1.005")] * lines, tenders=[tender(paid)])
    if allowed:
        assert f"D rounding 0.0{off}" in posted(ticket)
    else:
        assert held(ticket).code == "unbalanced"
