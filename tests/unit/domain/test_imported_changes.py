"""What differs between two imports, and which rows of a mapping that breaks."""

from collections.abc import Mapping as Dict
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from daybook.domain.broken_rows import broken_rows
from daybook.domain.chart import Account, Chart, TaxRate
from daybook.domain.directory import Directory, Listed
from daybook.domain.imported import Change, Imported, changes_between
from daybook.domain.mapping import Mapping

CHART = Chart(
    realm="4620",
    version=1,
    accounts={"1": Account("1", "Checking", "Bank"), "50": Account("50", "Sales", "Income")},
    classes={"2": Listed("2", "Retail")},
    departments={"7": Listed("7", "Burbank")},
    tax_rates={"3": TaxRate("3", "State", "8.25")},
    imported_at="2026-11-20T12:00:00.000Z",
)
DIRECTORY = Directory(
    "4620",
    1,
    customers={"58": Listed("58", "Ada")},
    vendors={"41": Listed("41", "Acme")},
    items={"9": Listed("9", "Cap", asset_account="8")},
)
BEFORE = Imported(CHART, DIRECTORY)


def now(**chart: Any) -> Imported:
    return replace(BEFORE, chart=replace(CHART, version=2, **chart))


def with_account(account: Account) -> Imported:
    return now(accounts={**CHART.accounts, account.id: account})


@pytest.mark.parametrize(
    ("account", "changes"),
    [
        (Account("60", "Cogs", "Expense"), [Change("account", "60", "Cogs", "added")]),
        (
            Account("50", "Income", "Income"),
            [Change("account", "50", "Income", "renamed", "Sales", "Income")],
        ),
        (
            Account("50", "Sales (deleted)", "Income", active=False),
            [Change("account", "50", "Sales", "made inactive")],
        ),
        (
            Account("50", "Sales", "Other Income"),
            [Change("account", "50", "Sales", "retyped", "Income", "Other Income")],
        ),
        (
            Account("50", "Other", "Other Income"),
            [
                Change("account", "50", "Other", "renamed", "Sales", "Other"),
                Change("account", "50", "Other", "retyped", "Income", "Other Income"),
            ],
        ),
        (Account("50", "Sales", "Income"), []),
    ],
)
def test_what_became_of_an_account_is_said(account: Account, changes: list[Change]) -> None:
    assert changes_between(BEFORE, with_account(account)) == changes


def test_what_is_gone_and_what_is_back_is_said() -> None:
    off = with_account(Account("50", "Sales (deleted)", "Income", active=False))
    back = changes_between(off, BEFORE)
    assert [(one.id, one.change) for one in back] == [("50", "made active")]
    gone = changes_between(BEFORE, now(classes={}))
    assert gone == [Change("class", "2", "Retail", "removed")]


def test_settings_and_rates_are_compared() -> None:
    after = now(
        close_date=date(2025, 12, 31),
        fiscal_month=7,
        multicurrency=True,
        tax_rates={"3": TaxRate("3", "State", "9")},
    )
    assert changes_between(BEFORE, after) == [
        Change("tax rate", "3", "State", "changed", "8.25", "9"),
        Change("setting", "multicurrency", "multicurrency", "changed", "off", "on"),
        Change("setting", "close_date", "close_date", "changed", "none", "2025-12-31"),
        Change("setting", "fiscal_month", "fiscal_month", "changed", "1", "7"),
    ]


def test_parties_and_items_are_compared() -> None:
    directory = replace(
        DIRECTORY,
        customers={**DIRECTORY.customers, "59": Listed("59", "Bo")},
        vendors={},
        items={"9": Listed("9", "Cap", asset_account="10")},
    )
    assert changes_between(BEFORE, replace(BEFORE, directory=directory)) == [
        Change("customer", "59", "Bo", "added"),
        Change("vendor", "41", "Acme", "removed"),
        Change("item", "9", "Cap", "changed", "8", "10"),
    ]


def mapping(*rows: Dict[str, Any], classes: Dict[str, str] | None = None, **place: str) -> Mapping:
    file = {
        "accounts": [{"role": "sales", "key": "30", "account": "50", **row} for row in rows],
        "locations": {"1": place} if place else {},
        "settings": {"classes": classes or {}},
    }
    return Mapping.model_validate(file)


def broken(rules: Mapping, found: Imported = BEFORE, before: Chart | None = None) -> list[str]:
    return [f"{one.row}: {one.text}" for one in broken_rows(rules, found, before)]


def test_rows_that_the_chart_bears_are_not_named() -> None:
    rules = mapping(
        {"class": "2", "department": "7", "customer": "58", "vendor": "41"},
        {"role": "cogs", "account": None},
        classes={"Shop": "2"},
        department="7",
    )
    assert broken(rules, BEFORE, CHART) == []


def test_each_row_of_an_account_made_inactive_is_named() -> None:
    found = with_account(Account("50", "Sales", "Income", active=False))
    assert broken(mapping({}, {"key": "31", "location": "1"}), found) == [
        "role sales, key '30': account 50 (Sales) is inactive",
        "role sales, key '31' at location 1: account 50 (Sales) is inactive",
    ]


def test_an_account_of_another_type_is_named_even_where_the_role_takes_it() -> None:
    allowed = with_account(Account("50", "Sales", "Other Income"))
    assert broken(mapping({}), allowed, CHART) == [
        "role sales, key '30': account 50 (Sales) was Income and is Other Income now"
    ]
    assert broken(mapping({}), allowed, allowed.chart) == []
    refused = with_account(Account("50", "Sales", "Bank"))
    assert broken(mapping({}), refused, refused.chart) == [
        "role sales, key '30': account 50 (Sales) is Bank, which sales cannot use"
    ]


def test_classes_departments_and_parties_that_are_gone_are_named() -> None:
    rules = mapping(
        {"class": "4", "department": "9", "customer": "1", "vendor": "2"},
        classes={"Shop": "5"},
        department="6",
    )
    assert broken(rules) == [
        "role sales, key '30': class 4 is not in the imported chart",
        "role sales, key '30': department 9 is not in the imported chart",
        "role sales, key '30': customer 1 is not in the company",
        "role sales, key '30': vendor 2 is not in the company",
        "locations.1: department 6 is not in the imported chart",
        "settings.classes.Shop: class 5 is not in the imported chart",
    ]


def test_an_inactive_standing_customer_is_named() -> None:
    off = replace(DIRECTORY, customers={"58": Listed("58", "Ada", active=False)})
    found = broken(mapping({"customer": "58"}), replace(BEFORE, directory=off))
    assert found == ["role sales, key '30': customer 58 (Ada) is inactive"]


def test_names_of_parties_are_found_whatever_their_case() -> None:
    rows = {"1": Listed("1", "ADA"), "2": Listed("2", "Bo", active=False), "3": Listed("3", "ada")}
    directory = replace(DIRECTORY, customers=rows)
    assert [row.id for row in directory.named("customer", "Ada")] == ["1", "3"]
    assert directory.named("customer", "Bo") == []
    assert directory.named("vendor", "Ada") == []
    assert [row.id for row in directory.named("vendor", "ACME")] == ["41"]
