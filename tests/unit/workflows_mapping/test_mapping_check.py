"""A mapping by the chart and by the keys that came so far."""

from dataclasses import replace
from typing import Any

import pytest

from daybook.domain.chart import Account, Chart
from daybook.domain.directory import Directory, Listed
from daybook.domain.mapping import Mapping
from daybook.domain.seen_key import SeenKey
from daybook.workflows.mapping_check import KEYLESS, Checked, check
from daybook.workflows.mapping_problems import problems_of, warnings_of
from daybook.workflows.mapping_report import checked_json
from daybook.workflows.suggest import Suggestion

CHART = Chart(
    "4620",
    1,
    {
        "1": Account("1", "Checking", "Bank"),
        "6": Account("6", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
        "22": Account("22", "Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
        "23": Account("23", "Tax", "Other Current Liability", "OtherCurrentLiabilities"),
        "40": Account("40", "Sales", "Income"),
        "50": Account("50", "Cost", "Cost of Goods Sold"),
        "60": Account("60", "Stock", "Other Current Asset", "Inventory"),
        "61": Account("61", "Stock of the shop", "Other Current Asset", "Inventory"),
        "90": Account("90", "Retained Earnings", "Equity", "RetainedEarnings"),
    },
    classes={"2": Listed("2", "Store 1:Burbank"), "3": Listed("3", "Old", active=False)},
    departments={"7": Listed("7", "Burbank"), "8": Listed("8", "Gone", active=False)},
    tax_codes={"TAX": Listed("TAX", "TAX"), "OLD": Listed("OLD", "Old", active=False)},
    imported_at="2026-11-20T00:00:00Z",
)
DIRECTORY = Directory(
    "4620",
    1,
    {"58": Listed("58", "House"), "59": Listed("59", "Gone", active=False)},
    {"60": Listed("60", "Hatters"), "61": Listed("61", "Gone", active=False)},
    {"70": Listed("70", "Fedora", asset_account="60")},
)


def rules(*rows: dict[str, Any], **parts: Any) -> Mapping:
    return Mapping.model_validate({"accounts": rows, **parts})


def row(role: str, key: str = "*", account: str | None = "1", **more: str) -> dict[str, Any]:
    return {"role": role, "key": key, "account": account, **more}


def checked(mapping: Mapping, *seen: tuple[str, str, str]) -> Checked:
    return check(mapping, CHART, DIRECTORY, [SeenKey(*one) for one in seen])


def test_a_canonical_mapping_that_names_no_owner_of_cost_is_warned_of() -> None:
    rows = [row("cogs", account="50"), row("inventory_on_hand", account="61")]

    def told(source: str, *of: dict[str, Any], **settings: str) -> list[str]:
        found = warnings_of(rules(*of, settings=settings), CHART, DIRECTORY, source)
        return [one for one in found if "cogs_owner" in one]

    (warning,) = told("canonical", *rows)
    assert "twice where it stands on a sale and on the shipment" in warning
    for named in ("sale", "shipment", "batch"):
        assert told("canonical", *rows, cogs_owner=named) == []
    for source in ("heartland", "unleashed", "point_of_rental", "mobipos"):
        assert told(source, *rows) == []
    assert told("canonical", row("sales", account="40"), row("cogs", account=None)) == []


SALES = [row("sales", account="40"), row("sales", "7", "40"), row("payment_type", "2")]


def test_keys_without_a_row_keys_by_default_and_rows_never_used_are_told_apart() -> None:
    found = checked(rules(*SALES), ("sales", "7", "1"), ("sales", "8", "1"), ("returns", "7", "1"))
    assert found.uncovered == (SeenKey("returns", "7", "1"),)
    assert [key for key, _ in found.by_default] == [SeenKey("sales", "8", "1")]
    assert [number for number, _ in found.unused] == [2]
    assert found.seen == 3
    assert found.waits


def test_a_row_that_another_one_overrules_everywhere_it_came_is_unused() -> None:
    at_one = row("sales", "7", "40", location="1")
    found = checked(rules(*SALES, at_one), ("sales", "7", "1"))
    assert [number for number, _ in found.unused] == [0, 1, 2]


def test_a_mapping_that_covers_everything_leaves_nothing_to_do() -> None:
    found = checked(rules(*SALES), ("sales", "7", "1"), ("payment_type", "2", "1"))
    assert not found.waits
    assert (found.problems, found.warnings, found.uncovered) == ((), (), ())


@pytest.mark.parametrize("role", sorted(KEYLESS))
def test_a_role_without_keys_is_plainly_covered_by_its_default(role: str) -> None:
    assert checked(rules(row(role)), (role, "", "1")).by_default == ()


def test_none_covers_a_key() -> None:
    pair = [row("cogs", account=None), row("inventory_on_hand", account=None)]
    assert not checked(rules(*pair), ("cogs", "7", "1")).waits


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ({"accounts": [row("sales", account="999")]}, "account 999 is not in the imported chart"),
        ({"accounts": [row("sales")]}, "account 1 (Checking) is Bank, which sales cannot use"),
        ({"accounts": [row("rounding", account="90")]}, "kept by QuickBooks itself"),
        ({"accounts": [row("cash_drawer", **{"class": "99"})]}, "class 99 is not in"),
        ({"accounts": [row("cash_drawer", **{"class": "3"})]}, "class 3 (Old) is inactive"),
        ({"accounts": [row("cash_drawer", department="8")]}, "department 8 (Gone) is inactive"),
        ({"accounts": [row("cash_drawer", customer="59")]}, "customer 59 (Gone) is inactive"),
        ({"accounts": [row("cash_drawer", customer="60")]}, "customer 60 is not in"),
        ({"accounts": [row("cash_drawer", vendor="61")]}, "vendor 61 (Gone) is inactive"),
        ({"locations": {"1": {"class": "99"}}}, "location 1: class 99 is not in"),
        ({"locations": {"1": {"department": "99"}}}, "location 1: department 99 is not in"),
        ({"settings": {"classes": {"Rentals": "3"}}}, "label 'Rentals': class 3 (Old)"),
        ({"settings": {"tax_codes": {"11": "99"}}}, "rule '11': tax code 99 is not in"),
        ({"settings": {"tax_codes": {"11": "OLD"}}}, "tax code OLD (Old) is inactive"),
    ],
)
def test_a_problem_is_named(part: dict[str, Any], says: str) -> None:
    (problem,) = problems_of(Mapping.model_validate(part), CHART, DIRECTORY)
    assert says in problem


def test_all_problems_are_named_in_one_answer() -> None:
    wrong = rules(
        row("sales", account="999", **{"class": "99"}),
        row("cogs", account="40"),
        locations={"1": {"department": "8"}},
        settings={"tax_codes": {"11": "99"}},
    )
    assert len(problems_of(wrong, CHART, DIRECTORY)) == 5


@pytest.mark.parametrize(
    "settings",
    [
        {"mode": "document"},
        {"modes_by_location": {"1": [{"from": "2026-01-01", "mode": "document"}]}},
    ],
)
def test_an_account_that_no_item_can_sell_into_is_told_in_mode_document(
    settings: dict[str, Any],
) -> None:
    rows = row("tax_liability", account="22")
    told = [one for one in warnings_of(rules(rows, settings=settings), CHART) if "item" in one]
    assert len(told) == 1
    assert "no item can sell into" in told[0]
    by_code = {**settings, "document_tax": "code"}
    assert not [one for one in warnings_of(rules(rows, settings=by_code), CHART) if "item" in one]


def test_a_chart_of_accounts_alone_says_nothing_of_classes() -> None:
    alone = replace(CHART, imported_at="")
    wrong = rules(row("cash_drawer", **{"class": "99"}), settings={"tax_codes": {"11": "99"}})
    assert problems_of(wrong, alone) == ()


def test_without_a_directory_parties_are_taken_as_they_are() -> None:
    assert problems_of(rules(row("cash_drawer", customer="99")), CHART) == ()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row("payment_type", account="6")], "Undeposited Funds"),
        ([row("tax_liability", account="22")], "sales tax centre"),
        ([row("tax_override", account="22")], "sales tax centre"),
        ([row("inventory_on_hand", account="60")], "inventory item Fedora"),
        ([row("in_transit_inventory", account="60")], "inventory item Fedora"),
        ([row("sales", account="40", location="9")], "location 9"),
        (
            [row("cogs", account=None), row("inventory_on_hand", account="61")],
            "cogs is None and inventory_on_hand is an account",
        ),
        (
            [
                row("cogs", account="50"),
                row("inventory_on_hand", account="61"),
                row("inventory_on_hand", "7", None, location="1"),
            ],
            "key '7' at location 1: inventory_on_hand is None and cogs is an account",
        ),
    ],
)
def test_what_is_unwise_is_warned_of_and_no_problem(rows: list[dict[str, Any]], says: str) -> None:
    mapping = rules(*rows, locations={"1": {}})
    assert problems_of(mapping, CHART, DIRECTORY) == ()
    (warning,) = warnings_of(mapping, CHART, DIRECTORY)
    assert says in warning


@pytest.mark.parametrize(
    "rows",
    [
        [row("payment_type")],
        [row("tax_liability", account="23")],
        [row("cogs", account=None), row("inventory_on_hand", account=None)],
        [row("adjustment_offset", account="60")],
        [row("cogs", account=None)],
    ],
)
def test_what_is_usual_is_not_warned_of(rows: list[dict[str, Any]]) -> None:
    assert warnings_of(rules(*rows), CHART, DIRECTORY) == ()


def test_an_item_that_is_inactive_keeps_no_account() -> None:
    items = {"70": Listed("70", "Fedora", active=False, asset_account="60")}
    mapping = rules(row("inventory_on_hand", account="60"))
    assert warnings_of(mapping, CHART, replace(DIRECTORY, items=items)) == ()


def test_the_report_has_names_beside_ids_and_suggestions_best_first() -> None:
    found = checked(rules(*SALES), ("returns", "7", "1"), ("sales", "8", "1"))
    names = {("returns", "7"): "Hats", ("location", "1"): "Burbank"}
    proposed = {SeenKey("returns", "7", "1"): [Suggestion("40", 0.5), Suggestion("50", 0.25)]}
    report = checked_json(found, names, CHART, proposed)
    assert report["uncovered"] == [
        {
            "role": "returns", "key": "7", "name": "Hats", "location": "1",
            "location_name": "Burbank",
            "suggestions": [
                {"account": "40", "name": "Sales", "score": 0.5},
                {"account": "50", "name": "Cost", "score": 0.25},
            ],
        }
    ]  # fmt: skip
    assert [one["key"] for one in report["by_default"]] == ["8"]
    assert [(one["row"], one["account_name"]) for one in report["unused"]] == [
        (1, "Sales"),
        (2, "Checking"),
    ]


def test_a_check_without_a_chart_names_the_next_step() -> None:
    found = check(rules(*SALES), None, None, [])
    assert any("daybook chart refresh" in problem for problem in found.problems)
